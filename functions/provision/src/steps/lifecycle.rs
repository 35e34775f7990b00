//! Beginnings and ends.

use domain::effect::Effect;
use domain::event::{Event, Reply};
use domain::reservation::{REPAIR_AFTER_SECONDS, Reservation, State, median};
use domain::time::HOUR_SECONDS;
use domain::workflow::{FailureReason, StepErrorKind, Workflow, action_name};

use super::ready::failed_setup;
use super::{still_wanted, wanted};
use crate::{Deps, StepError};

/// Takes the reservation up.
pub(crate) async fn begin(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = wanted(deps, id).await?;
    let past = deps.store.durations(&reservation.setup_kind()).await?;
    deps.change(id, |reservation, now| {
        still_wanted(reservation)?;
        if reservation.state != State::Requested {
            return Ok(None);
        }
        reservation.expected_seconds = median(&past);
        reservation.begin(now)?;
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// Notes why provisioning is undone. No undo of its own: it changes words only. What its owner already has is not undone:
/// then the handing over worked, and only its answer never reached the workflow.
pub(crate) async fn begin_undo(deps: &Deps, id: &str, error: &str) -> Result<(), StepError> {
    let reason = FailureReason::from_error(error);
    let setup_failure = match reason {
        Some(FailureReason::SetupFailed) => failed_setup(deps, id).await?,
        _ => None,
    };
    deps.change(id, |reservation, now| {
        if reservation.state == State::Ready {
            return Err(StepError::new(
                StepErrorKind::InvalidRequest,
                "it was handed over",
            ));
        }
        if matches!(reservation.state, State::Requested | State::Provisioning) {
            reservation.undo(reason, now)?;
            reservation.setup_failure.clone_from(&setup_failure);
            return Ok(Some(Vec::new()));
        }
        // The scan has taken it for dead and is undoing it as well; or this is a repetition.
        Ok(None)
    })
    .await?;
    Ok(())
}

/// Makes sure that the reservation is really meant to go.
pub(crate) async fn begin_terminate(deps: &Deps, id: &str) -> Result<(), StepError> {
    match deps.reservation(id).await?.state {
        state if state.is_ending() => Ok(()),
        state => Err(StepError::new(
            StepErrorKind::InvalidRequest,
            format!("nobody ended it: it is {state:?}"),
        )),
    }
}

/// Closes the reservation: everything is gone. The credential that paid goes as well, if it only waited for this; a
/// repetition of the step makes up for a first time that got only halfway.
pub(crate) async fn close(deps: &Deps, id: &str) -> Result<(), StepError> {
    let closed = deps.change(id, |reservation, now| {
        if reservation.state.is_over() {
            return Ok(None);
        }
        reservation.close(now)?;
        Ok(Some(Vec::new()))
    });
    if let Some(credential_id) = &closed.await?.payer.credential_id {
        deps.store.forget_if_retired(credential_id).await?;
    }
    Ok(())
}

/// Notes which permission is missing, for whoever can give it. The step has failed already, and for that reason.
pub(crate) async fn note_missing(deps: &Deps, id: &str, action: &str) {
    let Some(action) = action_name(action).filter(|_| !id.is_empty()) else {
        return;
    };
    let noted = deps.change(id, |reservation, _| {
        if reservation.missing_action.as_deref() == Some(action) {
            return Ok(None);
        }
        reservation.missing_action = Some(action.to_owned());
        Ok(Some(Vec::new()))
    });
    if let Err(StepError { cause, .. }) = noted.await {
        tracing::warn!(
            reservation.id = id,
            cause,
            "a missing permission was not noted"
        );
    }
}

/// Leaves to the scan what could not be removed; nothing of what its owner has. Where the account does not let us in any
/// more, the scan tries less often, and those are told who can do something about it.
pub(crate) async fn leave_for_repair(deps: &Deps, id: &str, error: &str) -> Result<(), StepError> {
    let admins = deps.admins().await?;
    let is_shut_out = error == StepErrorKind::BadKey.name();
    deps.change(id, |reservation, now| {
        if reservation.state.is_over() || reservation.state == State::Ready {
            return Ok(None);
        }
        if is_shut_out && matches!(reservation.state, State::Undoing | State::Terminating) {
            let is_news = reservation.shut_out_epoch_seconds.is_none();
            reservation.shut_out(now + HOUR_SECONDS, now)?;
            let told = admins.iter().filter(|admin| **admin != reservation.owner);
            let tell = |admin: &String| tell_of_shut_out(admin, reservation);
            return Ok(Some(if is_news {
                told.map(tell).collect()
            } else {
                Vec::new()
            }));
        }
        reservation.repair_epoch_seconds = Some(now + REPAIR_AFTER_SECONDS);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

fn tell_of_shut_out(admin: &str, reservation: &Reservation) -> Effect {
    let reply = Reply::ShutOut {
        reservation: Box::new(reservation.clone()),
    };
    Effect::Publish {
        event: Event::privately(admin, reply),
    }
}

/// Tries at once to remove what a credential shut us out from, now that it works again.
pub(crate) async fn let_in_again(deps: &Deps, credential_id: &str) -> Result<(), StepError> {
    for id in deps.store.reservations_on(credential_id).await? {
        deps.change(&id, |reservation, now| {
            if reservation.state != State::Unreachable {
                return Ok(None);
            }
            reservation.repair(now)?;
            Ok(Some(vec![Effect::Start {
                workflow: Workflow::Terminate,
                execution: reservation.removal_execution(),
                subject_id: reservation.id.clone(),
            }]))
        })
        .await?;
    }
    Ok(())
}
