//! Launching the machine and seeing it run.

use std::time::{Duration, Instant};

use clouds::ec2::Ec2;
use clouds::{
    Cloud as _, CloudError, ErrorKind, FirewallId, Image, LaunchSpec, LaunchedMachine, MachineState,
};
use domain::beacon;
use domain::bootstrap::{self, BeaconUrl, BootstrapSpec, Hostname, LoginUser, Unsafe};
use domain::failover::{ATTEMPTS_MAX, Meaning};
use domain::offers::Market;
use domain::reservation::{Node, Reservation};
use domain::time::EpochSeconds;
use domain::workflow::{Step, StepErrorKind};

use super::machines::{self, address};
use super::terminate::LATE_APPEARANCE_SECONDS;
use super::tries::{self, Tries};
use super::wanted;
use crate::deps::tags;
use crate::{Deps, StepError};

/// After this long the step leaves further tries to its repetition: with the last try, which may take as long as a call may,
/// it stays below the function's timeout.
const STEP_TIME_MAX: Duration = Duration::from_secs(20);

/// Launches the machines, in the next zone, on the next offer or in the next region where they are not to be had. Undone by
/// terminating whatever carries the reservation's tag.
pub(crate) async fn launch(deps: &Deps, id: &str) -> Result<(), StepError> {
    let begun = Instant::now();
    let (mut tries, mut refused) = (Tries::default(), None);
    // The tries of a launch, and one to see that there is none left.
    for _ in 0..=ATTEMPTS_MAX {
        if !wanted(deps, id).await?.nodes.is_empty() {
            return Ok(());
        }
        // Written down before the call: if its answer is lost, repeating it asks for the same machines.
        let reservation = Box::pin(tries.open(deps, id, refused.take())).await?;
        if begun.elapsed() > STEP_TIME_MAX {
            let cause = "it goes on trying in another invocation";
            return Err(StepError::new(StepErrorKind::NotYet, cause));
        }
        let reservation = match Box::pin(tries.firewall(deps, reservation)).await {
            Ok(reservation) => reservation,
            Err(closed) => {
                refused = Some(tries::elsewhere(closed)?);
                continue;
            }
        };
        let cloud = deps.cloud(&reservation).await?;
        let error = match call(deps, &cloud, &reservation, &Batch::all(&reservation)).await {
            Ok(machines) => {
                used(deps, &reservation).await;
                return launched(deps, &reservation, &machines).await;
            }
            Err(error) if *error.kind() == ErrorKind::TokenMismatch => {
                let machines = adopt(&cloud, &reservation).await?;
                if !machines.is_empty() {
                    return launched(deps, &reservation, &machines).await;
                }
                if is_just_tried(&reservation, deps.now().await?) {
                    let cause = "what an earlier version has launched may not show yet";
                    return Err(StepError::new(StepErrorKind::Transient, cause));
                }
                error
            }
            Err(error) => error,
        };
        let (refusal, meaning) = tries::refusal(&error);
        match meaning {
            Meaning::Elsewhere(_) => refused = Some(refusal),
            Meaning::Again => return Err(error.into()),
            Meaning::Stop => {
                let mut attempts = reservation.attempts.clone();
                if let Some(attempt) = attempts.last_mut() {
                    attempt.refused = Some(refusal);
                }
                tries::keep(deps, &reservation, attempts).await?;
                return Err(error.into());
            }
        }
    }
    let cause = "every offer that fits was refused";
    Err(StepError::new(StepErrorKind::NoCapacity, cause))
}

/// Looks until the machines run and have addresses.
pub(crate) async fn confirm_running(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = wanted(deps, id).await?;
    let views = machines::shown(deps, &reservation).await?;
    let not_yet = |cause| Err(StepError::new(StepErrorKind::NotYet, cause));
    for view in &views {
        match view.state {
            MachineState::Running => {}
            MachineState::Pending | MachineState::Unknown => return not_yet("one is starting"),
            MachineState::ShuttingDown
            | MachineState::Terminated
            | MachineState::Stopping
            | MachineState::Stopped => {
                let reason = view.state_reason.as_deref().unwrap_or_default();
                return Err(StepError::new(
                    StepErrorKind::MachineVanished,
                    format!("{} is {:?}: {reason}", view.id, view.state),
                ));
            }
        }
    }
    if views.len() < reservation.living().count() || views.is_empty() {
        return not_yet("the cloud does not show all machines yet");
    }
    if views.iter().any(|view| address(view).is_none()) {
        return not_yet("one has no address yet");
    }
    deps.change(id, |reservation, now| {
        for node in &mut reservation.nodes {
            let Some(view) = views.iter().find(|view| view.id.0 == node.machine_id) else {
                continue;
            };
            node.public_address = address(view);
            node.private_address.clone_from(&view.private_address);
        }
        reservation.record(Step::ConfirmRunning, now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// Machines of a reservation that are launched together.
pub(super) struct Batch {
    /// The number of the first.
    pub(super) first_number: u32,
    /// How many.
    pub(super) count: u32,
    /// The token that makes repeating the call harmless.
    pub(super) client_token: String,
}

impl Batch {
    /// All of them, by the try that is open.
    fn all(reservation: &Reservation) -> Self {
        let open = reservation.attempts.last();
        Self {
            first_number: 1,
            count: reservation.spec.count,
            client_token: open.map_or_else(String::new, |attempt| attempt.client_token.clone()),
        }
    }
}

/// The call itself. Everything in it derives from what is recorded, so that repeating it repeats it exactly.
pub(super) async fn call(
    deps: &Deps,
    cloud: &Ec2,
    reservation: &Reservation,
    batch: &Batch,
) -> Result<Vec<LaunchedMachine>, CloudError> {
    let refuse = |reason: &str| CloudError::refused(ErrorKind::Transient, reason);
    let attempt = reservation
        .attempts
        .last()
        .ok_or_else(|| refuse("no try is recorded"))?;
    let offer = reservation
        .candidates
        .get(attempt.candidate)
        .ok_or_else(|| refuse("the try names no candidate"))?;
    let firewall = reservation
        .firewall_in(&offer.region)
        .ok_or_else(|| refuse("no firewall is recorded"))?;
    let spec = &reservation.spec;
    let (Some(subnet), Some(image)) = (&attempt.subnet, &attempt.image) else {
        return Err(refuse("the try names no subnet or no image"));
    };
    let user_data = user_data(deps, reservation, batch)
        .await
        .map_err(|error| refuse(&error.cause))?;
    let launch = LaunchSpec {
        client_token: batch.client_token.clone(),
        count: batch.count,
        market: offer.market,
        image: Image {
            id: image.id.clone(),
            login_user: spec.os.login_user().to_owned(),
            root_device: image.root_device.clone(),
            min_root_gib: image.min_root_gib,
        },
        instance_type: offer.instance_type.clone(),
        subnet: subnet.clone(),
        firewall: FirewallId(firewall.to_owned()),
        user_data,
        root_gib: spec.storage_gb,
        tags: tags(reservation),
    };
    cloud.launch(&launch).await
}

/// What the machines do at first boot, with the key by which they enrol.
async fn user_data(
    deps: &Deps,
    reservation: &Reservation,
    batch: &Batch,
) -> Result<Vec<u8>, StepError> {
    let expires = reservation.enrolment_expires_epoch_seconds();
    let master = deps.beacon_master().await?;
    let enrolment_key = beacon::enrolment_key(master.expose(), &reservation.id, expires);
    let spec = BootstrapSpec {
        beacon_url: BeaconUrl::parse(&deps.public_url).map_err(invalid)?,
        reservation_id: reservation.id.clone(),
        count: batch.count,
        first_number: batch.first_number,
        environments: reservation.spec.environments.clone(),
        cluster: reservation.spec.cluster,
        package_index: deps.package_index.clone(),
        enrolment_key,
        enrolment_expires_epoch_seconds: expires,
        login_user: LoginUser::parse(reservation.spec.os.login_user()).map_err(invalid)?,
        hostname: Hostname::parse(&reservation.handle).map_err(invalid)?,
        is_spot: reservation.spec.market == Market::Spot,
    };
    Ok(bootstrap::render(&spec))
}

fn invalid(error: Unsafe) -> StepError {
    StepError::new(StepErrorKind::Misconfigured, error.to_string())
}

/// Notes that the credential that pays was used, for its owner's list. A launch does not fail for it.
async fn used(deps: &Deps, reservation: &Reservation) {
    let Some(id) = &reservation.payer.credential_id else {
        return;
    };
    let noted = match deps.now().await {
        Ok(now) => deps
            .store
            .credential_used(id, now)
            .await
            .map_err(Into::into),
        Err(error) => Err(error),
    };
    if let Err(StepError { cause, .. }) = noted {
        tracing::warn!(credential.id = %id, cause, "the use of a credential was not noted");
    }
}

/// Whether machines of the last try may exist and not be shown yet.
fn is_just_tried(reservation: &Reservation, now: EpochSeconds) -> bool {
    let tried = reservation.attempts.last();
    tried.is_some_and(|attempt| now < attempt.tried_epoch_seconds + LATE_APPEARANCE_SECONDS)
}

/// Notes the machines of the try that `tried` ends with. Where another is the last by now, they are not where the
/// reservation says, and all that there is goes by its tag.
async fn launched(
    deps: &Deps,
    tried: &Reservation,
    machines: &[LaunchedMachine],
) -> Result<(), StepError> {
    let token = |reservation: &Reservation| {
        let last = reservation.attempts.last();
        last.map(|attempt| attempt.client_token.clone())
    };
    let of_this_try = token(tried);
    deps.change(&tried.id, |reservation, now| {
        if !reservation.nodes.is_empty() {
            return Ok(None);
        }
        if token(reservation) != of_this_try {
            return Err(StepError::new(
                StepErrorKind::MachineVanished,
                "another execution has gone on elsewhere",
            ));
        }
        reservation.nodes = machines.iter().map(node).collect();
        reservation.launched_epoch_seconds = Some(now);
        reservation.record(Step::LaunchMachine, now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// A machine as it is noted once the cloud has accepted it.
pub(super) fn node(machine: &LaunchedMachine) -> Node {
    Node {
        machine_id: machine.id.0.clone(),
        zone: machine.zone.clone(),
        ..Node::default()
    }
}

/// The token was used with other parameters: an earlier version of this function launched the machines. They are found
/// by their tag; if there are none, the try was refused.
async fn adopt(cloud: &Ec2, reservation: &Reservation) -> Result<Vec<LaunchedMachine>, StepError> {
    let alive = cloud.find_by_tag(&reservation.id).await?.into_iter();
    let alive =
        alive.filter(|view| matches!(view.state, MachineState::Pending | MachineState::Running));
    let mut machines: Vec<LaunchedMachine> = alive.map(Into::into).collect();
    machines.sort_by_key(|machine| machine.launch_index);
    if machines.is_empty() || machines.len() == reservation.spec.count as usize {
        return Ok(machines);
    }
    // Trying elsewhere would leave these behind.
    Err(StepError::new(
        StepErrorKind::MachineVanished,
        "some of the machines have ended already",
    ))
}
