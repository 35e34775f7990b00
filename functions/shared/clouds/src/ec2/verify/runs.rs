//! The dry runs. AWS answers `DryRunOperation` to what it would have done, and `UnauthorizedOperation` to what it would not.

use domain::offers::Market;
use std::collections::BTreeSet;
use std::error::Error;

use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};

use crate::ec2::failures::cloud_error;
use crate::ec2::{Ec2, images, requests};
use crate::{
    Architecture, Cloud as _, CloudError, ErrorKind, FirewallId, FirewallSpec, Image, LaunchSpec,
    Subnet, Tags,
};

/// A dry run asks about these where there is none of ours: ids in AWS's form that nobody has.
const NO_GROUP: &str = "sg-00000000000000000";
const NO_SUBNET: &str = "subnet-00000000000000000";
const NO_MACHINE: &str = "i-00000000000000000";
/// A type that every region has; what is asked about is the permission.
const MACHINE_TYPE: &str = "t3.micro";
/// A documentation network: nothing is ever opened to it, and if it were, nobody would be there.
const NETWORK: &str = "192.0.2.0/24";

/// What a dry run says about an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// AWS would have done it, or got as far as to look at what was asked: that is behind the permission.
    Allowed,
    /// It is not allowed. The action that AWS names, which may be a part of what was asked for, such as tagging.
    Missing(String),
}

impl Answer {
    fn of<T, E>(
        operation: &'static str,
        outcome: Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<Self, CloudError>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match outcome {
            Ok(_) => Ok(Self::Allowed),
            Err(error) if error.code() == Some("DryRunOperation") => Ok(Self::Allowed),
            Err(error) => Self::of_failure(operation, cloud_error(operation, &error)),
        }
    }

    /// Reads a refusal. Nothing is known where the cloud failed or the key itself is the trouble.
    fn of_failure(operation: &'static str, error: CloudError) -> Result<Self, CloudError> {
        match error.kind() {
            ErrorKind::Denied { action } => Ok(Self::Missing(
                action.clone().unwrap_or_else(|| operation.to_owned()),
            )),
            ErrorKind::BadKey
            | ErrorKind::AccountNotReady
            | ErrorKind::Throttled
            | ErrorKind::Transient => Err(error),
            _ => Ok(Self::Allowed),
        }
    }

    fn is_allowed(&self) -> bool {
        *self == Self::Allowed
    }
}

/// The actions that are missing.
pub(super) async fn all(ec2: &Ec2, credential_id: &str) -> Result<BTreeSet<String>, CloudError> {
    let mut missing = looking(ec2).await?;
    let tags = tags(credential_id);
    let subnet = if missing.contains("ec2:DescribeSubnets") {
        None
    } else {
        ec2.subnets(&[]).await?.into_iter().next()
    };
    let making = making(ec2, &tags, subnet.as_ref()).await?;
    let group = match (&making, &subnet) {
        (Answer::Allowed, Some(subnet)) if !missing.contains("ec2:DescribeSecurityGroups") => {
            let spec = FirewallSpec {
                network: subnet.network.clone(),
                access_cidrs: Vec::new(),
                ports: Vec::new(),
                is_open_within: false,
                tags: tags.clone(),
            };
            Some(ec2.ensure_firewall(&spec).await?)
        }
        _ => None,
    };
    note(&mut missing, making);
    let outcome = with_group(ec2, tags, group.as_ref(), subnet.as_ref(), &mut missing).await;
    if let Some(group) = &group
        && !missing.contains("ec2:DeleteSecurityGroup")
    {
        // Whatever came of the rest. One that stays is found and used by the next check.
        ec2.delete_firewall(group).await?;
    }
    outcome.map(|()| missing)
}

async fn looking(ec2: &Ec2) -> Result<BTreeSet<String>, CloudError> {
    let client = &ec2.client;
    let mut missing = BTreeSet::new();
    let images = client.describe_images().owners("self").dry_run(true).send();
    note(
        &mut missing,
        Answer::of("ec2:DescribeImages", images.await)?,
    );
    let machines = client.describe_instances().dry_run(true).send();
    note(
        &mut missing,
        Answer::of("ec2:DescribeInstances", machines.await)?,
    );
    let groups = client.describe_security_groups().dry_run(true).send();
    note(
        &mut missing,
        Answer::of("ec2:DescribeSecurityGroups", groups.await)?,
    );
    let subnets = client.describe_subnets().dry_run(true).send();
    note(
        &mut missing,
        Answer::of("ec2:DescribeSubnets", subnets.await)?,
    );
    Ok(missing)
}

/// A security group with our tags; that they may be set is a part of it.
async fn making(ec2: &Ec2, tags: &Tags, subnet: Option<&Subnet>) -> Result<Answer, CloudError> {
    let network = subnet.map(|subnet| subnet.network.clone());
    let spec = FirewallSpec {
        network: network.clone().unwrap_or_default(),
        access_cidrs: Vec::new(),
        ports: Vec::new(),
        is_open_within: false,
        tags: tags.clone(),
    };
    let request = requests::create_security_group(&spec, &ec2.stack);
    let request = match network {
        Some(_) => request,
        None => request.set_vpc_id(None),
    };
    let outcome = request.dry_run(true).send_with(&ec2.client).await;
    Answer::of("ec2:CreateSecurityGroup", outcome)
}

/// What is done with a group and in it. Policies may allow this on groups with our tag alone, so it is asked about one of
/// those where one could be made.
async fn with_group(
    ec2: &Ec2,
    tags: Tags,
    group: Option<&FirewallId>,
    subnet: Option<&Subnet>,
    missing: &mut BTreeSet<String>,
) -> Result<(), CloudError> {
    let id = group.map_or(NO_GROUP, |group| group.0.as_str());
    let opening = opening(ec2, id).await?;
    let deleting = ec2.client.delete_security_group().group_id(id);
    let deleting = deleting.dry_run(true).send().await;
    let deleting = Answer::of("ec2:DeleteSecurityGroup", deleting)?;
    let launching = launching(ec2, tags, id, subnet, missing).await?;
    let ending = ending(ec2, missing).await?;
    // A machine that does not exist has no tag. If groups are told apart by theirs, machines are likely to be, and the
    // refusal says nothing.
    let is_by_tag = group.is_some()
        && opening.is_allowed()
        && !self::opening(ec2, NO_GROUP).await?.is_allowed();
    if !(ending.is_made_up && is_by_tag) {
        for answer in ending.answers {
            note(missing, answer);
        }
    }
    for answer in [opening, deleting, launching] {
        note(missing, answer);
    }
    Ok(())
}

async fn opening(ec2: &Ec2, group: &str) -> Result<Answer, CloudError> {
    let request =
        requests::allow(group, vec![requests::from_networks(22, &[NETWORK])]).dry_run(true);
    let outcome = request.send_with(&ec2.client).await;
    Answer::of("ec2:AuthorizeSecurityGroupIngress", outcome)
}

async fn launching(
    ec2: &Ec2,
    tags: Tags,
    group: &str,
    subnet: Option<&Subnet>,
    missing: &BTreeSet<String>,
) -> Result<Answer, CloudError> {
    let release = images::release("ubuntu", None)?;
    let parameter = release.parameter(Architecture::X86_64);
    let image = if missing.contains("ec2:DescribeImages") {
        Image {
            id: ec2.image_parameter(&parameter).await?,
            login_user: String::new(),
            root_device: "/dev/sda1".to_owned(),
            min_root_gib: 8,
        }
    } else {
        ec2.image("ubuntu", None, Architecture::X86_64).await?
    };
    let spec = LaunchSpec {
        client_token: tags.reservation_id.clone(),
        count: 1,
        market: Market::OnDemand,
        image,
        instance_type: MACHINE_TYPE.to_owned(),
        subnet: subnet.map_or(NO_SUBNET, |subnet| &subnet.id).to_owned(),
        firewall: FirewallId(group.to_owned()),
        user_data: Vec::new(),
        root_gib: 8,
        tags,
    };
    let request = requests::run_instances(&spec, &ec2.stack).dry_run(true);
    Answer::of("ec2:RunInstances", request.send_with(&ec2.client).await)
}

/// What is done with a machine that there is.
struct Ending {
    answers: [Answer; 3],
    /// No machine of ours could be asked about.
    is_made_up: bool,
}

async fn ending(ec2: &Ec2, missing: &BTreeSet<String>) -> Result<Ending, CloudError> {
    let machine = if missing.contains("ec2:DescribeInstances") {
        None
    } else {
        a_machine(ec2).await?
    };
    let id = machine.as_deref().unwrap_or(NO_MACHINE);
    let client = &ec2.client;
    let stopping = client.stop_instances().instance_ids(id).dry_run(true);
    let starting = client.start_instances().instance_ids(id).dry_run(true);
    let ending = client.terminate_instances().instance_ids(id).dry_run(true);
    Ok(Ending {
        answers: [
            Answer::of("ec2:StopInstances", stopping.send().await)?,
            Answer::of("ec2:StartInstances", starting.send().await)?,
            Answer::of("ec2:TerminateInstances", ending.send().await)?,
        ],
        is_made_up: machine.is_none(),
    })
}

/// A machine of this deployment in the account, whosever it is.
async fn a_machine(ec2: &Ec2) -> Result<Option<String>, CloudError> {
    let described = ec2
        .client
        .describe_instances()
        .filters(requests::of_stack(&ec2.stack))
        .filters(requests::filter("instance-state-name", "running"))
        .send()
        .await
        .map_err(|error| cloud_error("ec2:DescribeInstances", &error))?;
    let machine = described
        .reservations()
        .iter()
        .flat_map(|reservation| reservation.instances())
        .find_map(|instance| instance.instance_id().map(str::to_owned));
    Ok(machine)
}

fn note(missing: &mut BTreeSet<String>, answer: Answer) {
    if let Answer::Missing(action) = answer {
        missing.insert(action);
    }
}

/// What the check makes is found by these, and is nobody's reservation.
fn tags(credential_id: &str) -> Tags {
    Tags {
        reservation_id: format!("check-{credential_id}"),
        handle: "infrared-check".to_owned(),
        owner: "none".to_owned(),
        team: "none".to_owned(),
        deadline_epoch_seconds: 0,
    }
}

#[cfg(test)]
mod tests;
