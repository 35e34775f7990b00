//! Launching the machine and seeing it run.

use clouds::ec2::Ec2;
use clouds::{
    Cloud as _, CloudError, ErrorKind, FirewallId, LaunchSpec, LaunchedMachine, MachineState,
};
use domain::beacon;
use domain::bootstrap::{
    self, AuthorizedKey, BeaconUrl, BootstrapSpec, Hostname, LoginUser, Unsafe,
};
use domain::offers::Market;
use domain::reservation::{Attempt, Node, Refusal, Reservation, client_token};
use domain::workflow::{FailureReason, Step, StepErrorKind};

use super::machines::{self, address};
use super::wanted;
use crate::deps::tags;
use crate::{Deps, StepError};

/// Launches the machine, on the next-best offer where the best has none free. Undone by terminating whatever carries
/// the reservation's tag.
pub(crate) async fn launch(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = wanted(deps, id).await?;
    let (candidates, cloud) = (
        reservation.candidates.len(),
        deps.cloud(&reservation).await?,
    );
    let mut last_refusal = StepErrorKind::NoCapacity;
    // One round for each candidate, and one to see that there is none left.
    for _ in 0..=candidates {
        let reservation = wanted(deps, id).await?;
        if !reservation.nodes.is_empty() {
            return Ok(());
        }
        // The try is written down before the call: if its answer is lost, repeating it asks for the same machine.
        let Some(reservation) = with_attempt(deps, &reservation).await? else {
            return Err(StepError::new(
                last_refusal,
                "every offer that fits was refused",
            ));
        };
        match call(deps, &cloud, &reservation).await {
            Ok(machines) => {
                used(deps, &reservation).await;
                return launched(deps, id, &machines).await;
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NoCapacity | ErrorKind::QuotaExceeded
                ) =>
            {
                last_refusal = if *error.kind() == ErrorKind::NoCapacity {
                    StepErrorKind::NoCapacity
                } else {
                    StepErrorKind::QuotaExceeded
                };
                let code = error.code().unwrap_or("refused").to_owned();
                let reason = FailureReason::from_error(last_refusal.name());
                let reason = reason.unwrap_or(FailureReason::NoCapacity);
                refused(deps, id, &Refusal { code, reason }).await?;
            }
            Err(error) if *error.kind() == ErrorKind::TokenMismatch => {
                adopt(deps, &cloud, &reservation).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(StepError::new(
        last_refusal,
        "every offer that fits was refused",
    ))
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
    if views.len() < reservation.nodes.len() || views.is_empty() {
        return not_yet("the cloud does not show all machines yet");
    }
    if views.iter().any(|view| address(view).is_none()) {
        return not_yet("one has no address yet");
    }
    deps.change(id, |reservation, now| {
        for node in &mut reservation.nodes {
            let view = views.iter().find(|view| view.id.0 == node.machine_id);
            node.public_address = view.and_then(address);
        }
        reservation.record(Step::ConfirmRunning, now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// The reservation with an unanswered try: the last one, or a new one on the next candidate. None when all are used up.
async fn with_attempt(
    deps: &Deps,
    reservation: &Reservation,
) -> Result<Option<Reservation>, StepError> {
    let next = match reservation.attempts.last() {
        Some(attempt) if attempt.refused.is_none() => return Ok(Some(reservation.clone())),
        Some(attempt) => attempt.candidate + 1,
        None => 0,
    };
    if next >= reservation.candidates.len() {
        return Ok(None);
    }
    let after = deps.change(&reservation.id, |reservation, now| {
        super::still_wanted(reservation)?;
        if reservation
            .attempts
            .last()
            .is_some_and(|attempt| attempt.candidate >= next)
        {
            return Ok(None);
        }
        let number = reservation.attempts.len() + 1;
        // No zone is named, so the cloud chooses one; the token says so.
        let client_token = client_token(&reservation.id, number, "any");
        reservation.attempts.push(Attempt {
            candidate: next,
            zone: None,
            client_token,
            tried_epoch_seconds: now,
            refused: None,
        });
        Ok(Some(Vec::new()))
    });
    Ok(Some(after.await?))
}

/// The call itself. Everything in it derives from what is recorded, so that repeating it repeats it exactly.
async fn call(
    deps: &Deps,
    cloud: &Ec2,
    reservation: &Reservation,
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
    let image = cloud
        .image(spec.os.name(), Some(&spec.os_version), offer.architecture)
        .await?;
    let user_data = user_data(deps, reservation)
        .await
        .map_err(|error| refuse(&error.cause))?;
    let launch = LaunchSpec {
        client_token: attempt.client_token.clone(),
        count: spec.count,
        market: offer.market,
        image,
        instance_type: offer.instance_type.clone(),
        placement: deps.placement(reservation),
        firewall: FirewallId(firewall.to_owned()),
        user_data,
        root_gib: spec.storage_gb,
        tags: tags(reservation),
    };
    cloud.launch(&launch).await
}

/// What the machine does at first boot, with the key by which it enrols.
async fn user_data(deps: &Deps, reservation: &Reservation) -> Result<String, StepError> {
    let (node_id, expires) = (
        reservation.node_id(1),
        reservation.enrolment_expires_epoch_seconds(),
    );
    let enrolment_key =
        beacon::enrolment_key(deps.beacon_master().await?.expose(), &node_id, expires);
    let keys = reservation
        .authorized_keys
        .iter()
        .map(|key| AuthorizedKey::parse(key));
    let keys = keys.collect::<Result<_, _>>().map_err(invalid)?;
    let spec = BootstrapSpec {
        beacon_url: BeaconUrl::parse(&deps.public_url).map_err(invalid)?,
        node_id,
        enrolment_key,
        enrolment_expires_epoch_seconds: expires,
        login_user: LoginUser::parse(reservation.spec.os.login_user()).map_err(invalid)?,
        authorized_keys: keys,
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

async fn launched(deps: &Deps, id: &str, machines: &[LaunchedMachine]) -> Result<(), StepError> {
    let node = |machine: &LaunchedMachine| Node {
        machine_id: machine.id.0.clone(),
        zone: machine.zone.clone(),
        ..Node::default()
    };
    deps.change(id, |reservation, now| {
        if !reservation.nodes.is_empty() {
            return Ok(None);
        }
        reservation.nodes = machines.iter().map(node).collect();
        reservation.launched_epoch_seconds = Some(now);
        reservation.record(Step::LaunchMachine, now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

async fn refused(deps: &Deps, id: &str, refusal: &Refusal) -> Result<(), StepError> {
    deps.change(id, |reservation, _| {
        let open = reservation.attempts.last_mut();
        let Some(attempt) = open.filter(|attempt| attempt.refused.is_none()) else {
            return Ok(None);
        };
        attempt.refused = Some(refusal.clone());
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// The token was used with other parameters: an earlier version of this function launched the machines. They are found
/// by their tag; if there are none, the try counts as refused.
async fn adopt(deps: &Deps, cloud: &Ec2, reservation: &Reservation) -> Result<(), StepError> {
    let alive = cloud.find_by_tag(&reservation.id).await?.into_iter();
    let alive =
        alive.filter(|view| matches!(view.state, MachineState::Pending | MachineState::Running));
    let mut machines: Vec<LaunchedMachine> = alive
        .map(|view| LaunchedMachine {
            id: view.id,
            launch_index: view.launch_index,
            zone: view.zone,
        })
        .collect();
    machines.sort_by_key(|machine| machine.launch_index);
    if machines.len() == reservation.spec.count as usize {
        return launched(deps, &reservation.id, &machines).await;
    }
    if !machines.is_empty() {
        // Trying elsewhere would leave these behind.
        return Err(StepError::new(
            StepErrorKind::MachineVanished,
            "some of the machines have ended already",
        ));
    }
    let refusal = Refusal {
        code: "IdempotentParameterMismatch".to_owned(),
        reason: FailureReason::InvalidRequest,
    };
    refused(deps, &reservation.id, &refusal).await
}
