//! Finding out what a credential can do.

use clouds::ec2::{self, Check};
use domain::access::credential::{Access, Check as CheckOutcome, Credential, Fault};
use domain::access::verification::Finding;

use super::lifecycle;
use crate::{Deps, StepError};

/// Checks a credential, or what shall take its place, and notes what was found. Nothing to undo: what the check makes in
/// the account, it removes.
pub(crate) async fn verify(deps: &Deps, id: &str) -> Result<(), StepError> {
    // One that was forgotten meanwhile, or checked by another execution, needs nothing.
    let Some(credential) = awaiting(deps, id).await? else {
        return Ok(());
    };
    let found = find_out(deps, &credential.as_checked()).await?;
    settle(deps, credential, found).await
}

/// Notes that nothing could be found out.
pub(crate) async fn record_unverified(deps: &Deps, id: &str) -> Result<(), StepError> {
    match awaiting(deps, id).await? {
        Some(credential) => {
            settle(deps, credential, Finding::unfit(None, Fault::Unreachable)).await
        }
        None => Ok(()),
    }
}

async fn awaiting(deps: &Deps, id: &str) -> Result<Option<Credential>, StepError> {
    let credential = deps.store.credential(id).await?;
    Ok(credential.filter(Credential::awaits_check))
}

async fn find_out(deps: &Deps, credential: &Credential) -> Result<Finding, StepError> {
    if let Access::DigitaloceanToken { sealed, .. } = &credential.access {
        let token = deps.secret(credential, sealed).await?;
        return Ok(deps.digitalocean.verify(token.expose()).await?);
    }
    let check = Check {
        access: &deps.aws_access(credential).await?,
        region: credential.access.region().unwrap_or(&deps.region),
        stack: &deps.stack,
        credential_id: &credential.id,
    };
    Ok(ec2::verify(&deps.own, check).await?)
}

/// Written only if the credential is still what was checked; otherwise the step is repeated. Of one that was deleted
/// meanwhile nobody needs to hear: it only waited for this.
async fn settle(deps: &Deps, mut credential: Credential, found: Finding) -> Result<(), StepError> {
    if credential.is_retiring {
        deps.store.forget_if_retired(&credential.id).await?;
        if deps.store.credential(&credential.id).await?.is_none() {
            return Ok(());
        }
    }
    credential.settle(found, deps.now().await?);
    deps.tell_of(&credential).await?;
    if matches!(credential.check, CheckOutcome::Passed { .. }) {
        lifecycle::let_in_again(deps, &credential.id).await?;
    }
    Ok(())
}
