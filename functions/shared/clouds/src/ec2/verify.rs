//! Whether access opens an account and may do there what is needed: whose it is, and a dry run of each action.
//!
//! How answers are read is written down for people in `infra/access/README.md`.

mod runs;

use aws_config::SdkConfig;
use aws_sdk_ec2::error::ProvideErrorMetadata;
use domain::access::credential::Fault;
use domain::access::verification::{AWS_ACTIONS, Finding};

use super::{AwsAccess, Ec2, RoleAccess, access, failures};
use crate::{CloudError, ErrorKind};
use failures::cloud_error;

/// External ids that no role of ours trusts: one of no form, and one of the form that ours have, against a trust that
/// lets in whoever comes through this deployment.
const WRONG_EXTERNAL_IDS: [&str; 2] = [
    "nobody-infrared-checks-that-this-is-refused",
    "infrared-00000000000000000000000000",
];
/// Names the sessions of checks in the account's audit log.
const SESSION_NAME: &str = "infrared-check";

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// The way in.
    pub access: &'a AwsAccess,
    /// Where machines would be launched.
    pub region: &'a str,
    /// The deployment, whose tag conditions refer to.
    pub stack: &'a str,
    /// Names what the check itself makes.
    pub credential_id: &'a str,
}

/// Finds out what access can do. An error means that nothing was found out, and asking again may help.
pub async fn verify(own: &SdkConfig, check: Check<'_>) -> Result<Finding, CloudError> {
    if let AwsAccess::Role(role) = check.access
        && let Some(fault) = trust(own, role, check.region).await?
    {
        return Ok(Finding::unfit(None, fault));
    }
    let config = check.access.config(own, check.region).await;
    let account = match account(&config, check.region).await {
        Ok(account) => account,
        Err(error) => return unusable(error, None),
    };
    let ec2 = Ec2::with_configs(&config, own, check.region, check.stack);
    match runs::all(&ec2, check.credential_id).await {
        Ok(missing) if missing.is_empty() => Ok(Finding::fit(account)),
        Ok(missing) => {
            let known = AWS_ACTIONS
                .iter()
                .filter(|action| missing.contains(**action));
            let others = missing
                .iter()
                .filter(|action| !AWS_ACTIONS.contains(&action.as_str()));
            let actions = known
                .map(|action| (*action).to_owned())
                .chain(others.cloned())
                .collect();
            Ok(Finding::unfit(
                Some(account),
                Fault::MissingActions { actions },
            ))
        }
        Err(error) => unusable(error, Some(account)),
    }
}

/// A failure that says something about the access; any other is passed on.
fn unusable(error: CloudError, account: Option<String>) -> Result<Finding, CloudError> {
    let fault = match error.kind() {
        ErrorKind::BadKey => Fault::Refused,
        ErrorKind::AccountNotReady => Fault::AccountNotReady,
        ErrorKind::NoDefaultNetwork => Fault::NoDefaultNetwork,
        _ => return Err(error),
    };
    Ok(Finding::unfit(account, fault))
}

async fn account(config: &SdkConfig, region: &str) -> Result<String, CloudError> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let client = aws_sdk_sts::Client::new(&access::in_region(config, region));
    let answer = client.get_caller_identity().send().await;
    answer
        .map_err(|error| cloud_error(OPERATION, &error))?
        .account
        .ok_or_else(|| failures::unexpected(OPERATION, "an identity without an account"))
}

/// What is wrong with a role's trust: it has to let us in with its external id, and nobody with another or none.
async fn trust(
    own: &SdkConfig,
    role: &RoleAccess,
    region: &str,
) -> Result<Option<Fault>, CloudError> {
    let client = aws_sdk_sts::Client::new(&access::in_region(own, region));
    if !lets_in(&client, role, Some(&role.external_id)).await? {
        return Ok(Some(Fault::RoleNotAssumable));
    }
    for wrong in WRONG_EXTERNAL_IDS.map(Some).into_iter().chain([None]) {
        if lets_in(&client, role, wrong).await? {
            return Ok(Some(Fault::RoleOpenToAnybody));
        }
    }
    Ok(None)
}

async fn lets_in(
    client: &aws_sdk_sts::Client,
    role: &RoleAccess,
    external_id: Option<&str>,
) -> Result<bool, CloudError> {
    let answer = client
        .assume_role()
        .role_arn(&role.arn)
        .role_session_name(SESSION_NAME)
        .set_external_id(external_id.map(str::to_owned))
        .send()
        .await;
    match answer {
        Ok(_) => Ok(true),
        // A role that does not exist is refused in the same words as one that does not trust us. A malformed one is no
        // role either.
        Err(error)
            if matches!(
                error.code(),
                Some("AccessDenied" | "ValidationError" | "NoSuchEntity")
            ) =>
        {
            Ok(false)
        }
        Err(error) => Err(cloud_error("sts:AssumeRole", &error)),
    }
}
