//! Launching the machine and seeing it run.

use clouds::ec2::Ec2;
use clouds::{
    Cloud as _, CloudError, ErrorKind, FirewallId, LaunchSpec, LaunchedMachine, MachineId,
    MachineState,
};
use domain::beacon;
use domain::bootstrap::{
    self, AuthorizedKey, BeaconUrl, BootstrapSpec, Hostname, LoginUser, Unsafe,
};
use domain::reservation::{Attempt, Reservation, client_token};
use domain::workflow::{Step, StepErrorKind};

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
        if reservation.node.machine_id.is_some() {
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
            Ok(machine) => {
                used(deps, &reservation).await;
                return launched(deps, id, &machine).await;
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
                refused(deps, id, error.code().unwrap_or("refused")).await?;
            }
            Err(error) if *error.kind() == ErrorKind::TokenMismatch => {
                adopt(deps, &cloud, id).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(StepError::new(
        last_refusal,
        "every offer that fits was refused",
    ))
}

/// Looks until the machine runs and has an address.
pub(crate) async fn confirm_running(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = wanted(deps, id).await?;
    let Some(machine_id) = &reservation.node.machine_id else {
        return Err(StepError::new(
            StepErrorKind::InvalidRequest,
            "no machine was launched",
        ));
    };
    let Some(view) = deps
        .cloud(&reservation)
        .await?
        .describe(&MachineId(machine_id.clone()))
        .await?
    else {
        return Err(StepError::new(
            StepErrorKind::NotYet,
            "the cloud does not show the machine yet",
        ));
    };
    match view.state {
        MachineState::Running => {}
        MachineState::Pending | MachineState::Unknown => {
            return Err(StepError::new(StepErrorKind::NotYet, "it is starting"));
        }
        MachineState::ShuttingDown
        | MachineState::Terminated
        | MachineState::Stopping
        | MachineState::Stopped => {
            let reason = view.state_reason.unwrap_or_default();
            return Err(StepError::new(
                StepErrorKind::MachineVanished,
                format!("it is {:?}: {reason}", view.state),
            ));
        }
    }
    let Some(address) = view.public_address.or(view.private_address) else {
        return Err(StepError::new(
            StepErrorKind::NotYet,
            "it has no address yet",
        ));
    };
    deps.change(id, |reservation, now| {
        reservation.node.public_address = Some(address.clone());
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
    let next = match reservation.node.attempts.last() {
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
            .node
            .attempts
            .last()
            .is_some_and(|attempt| attempt.candidate >= next)
        {
            return Ok(None);
        }
        let number = reservation.node.attempts.len() + 1;
        // No zone is named, so the cloud chooses one; the token says so.
        let client_token = client_token(&reservation.id, number, "any");
        reservation.node.attempts.push(Attempt {
            candidate: next,
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
) -> Result<LaunchedMachine, CloudError> {
    let refuse = |reason: &str| CloudError::refused(ErrorKind::Transient, reason);
    let attempt = reservation
        .node
        .attempts
        .last()
        .ok_or_else(|| refuse("no try is recorded"))?;
    let offer = reservation
        .candidates
        .get(attempt.candidate)
        .ok_or_else(|| refuse("the try names no candidate"))?;
    let firewall = reservation
        .node
        .firewall_id
        .clone()
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
        image,
        instance_type: offer.instance_type.clone(),
        placement: deps.placement(reservation),
        firewall: FirewallId(firewall),
        user_data,
        root_gib: spec.storage_gb,
        tags: tags(reservation),
    };
    cloud.launch(&launch).await
}

/// What the machine does at first boot, with the key by which it enrols.
async fn user_data(deps: &Deps, reservation: &Reservation) -> Result<String, StepError> {
    let (node_id, expires) = (
        reservation.node_id(),
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

async fn launched(deps: &Deps, id: &str, machine: &LaunchedMachine) -> Result<(), StepError> {
    deps.change(id, |reservation, now| {
        if reservation.node.machine_id.is_some() {
            return Ok(None);
        }
        reservation.node.machine_id = Some(machine.id.0.clone());
        reservation.node.launched_epoch_seconds = Some(now);
        reservation.record(Step::LaunchMachine, now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

async fn refused(deps: &Deps, id: &str, code: &str) -> Result<(), StepError> {
    deps.change(id, |reservation, _| {
        let Some(attempt) = reservation
            .node
            .attempts
            .last_mut()
            .filter(|attempt| attempt.refused.is_none())
        else {
            return Ok(None);
        };
        attempt.refused = Some(code.to_owned());
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// The token was used with other parameters: an earlier version of this function launched the machine. It is found by
/// its tag; if there is none, the try counts as refused.
async fn adopt(deps: &Deps, cloud: &Ec2, id: &str) -> Result<(), StepError> {
    let alive = cloud
        .find_by_tag(id)
        .await?
        .into_iter()
        .find(|view| matches!(view.state, MachineState::Pending | MachineState::Running));
    match alive {
        Some(view) => {
            launched(
                deps,
                id,
                &LaunchedMachine {
                    id: view.id,
                    zone: view.zone,
                },
            )
            .await
        }
        None => refused(deps, id, "IdempotentParameterMismatch").await,
    }
}
