//! Switching the machine off and on. Each step asks the reservation anew which way it is to go: whoever ended it
//! meanwhile is obeyed, and a step that comes late finds nothing to do.

use clouds::{Cloud as _, MachineId, MachineState, MachineView};
use domain::act::ended;
use domain::reservation::{EndReason, Power, Reservation};
use domain::time::EpochSeconds;
use domain::workflow::{FailureReason, StepErrorKind};

use super::terminate::is_long_launched;
use crate::{Deps, StepError};

/// Which way it goes.
pub(crate) async fn begin(deps: &Deps, id: &str) -> Result<Power, StepError> {
    direction(&deps.reservation(id).await?)
}

/// Asks the cloud to switch the machine off.
pub(crate) async fn stop(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::Off).await?;
    let view = look(deps, &reservation).await?;
    match view.state {
        MachineState::Stopping | MachineState::Stopped => Ok(()),
        MachineState::ShuttingDown | MachineState::Terminated => Err(vanished(&view)),
        _ => Ok(deps.cloud(&reservation).await?.stop(&view.id).await?),
    }
}

/// Looks until the machine is off.
pub(crate) async fn confirm_stopped(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::Off).await?;
    let view = look(deps, &reservation).await?;
    match view.state {
        MachineState::Stopped => Ok(()),
        MachineState::ShuttingDown | MachineState::Terminated => Err(vanished(&view)),
        _ => Err(not_yet(&view)),
    }
}

/// Asks the cloud to switch the machine on.
pub(crate) async fn start(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::On).await?;
    let view = look(deps, &reservation).await?;
    match view.state {
        MachineState::Pending | MachineState::Running => Ok(()),
        MachineState::ShuttingDown | MachineState::Terminated => Err(vanished(&view)),
        MachineState::Stopping => Err(not_yet(&view)),
        _ => Ok(deps.cloud(&reservation).await?.start(&view.id).await?),
    }
}

/// Looks until the machine runs, has an address and has called home. The workflow goes on without the call if that takes
/// too long: what runs costs money, so its owner has to know.
pub(crate) async fn confirm_started(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::On).await?;
    let view = look(deps, &reservation).await?;
    match view.state {
        MachineState::ShuttingDown | MachineState::Terminated => return Err(vanished(&view)),
        MachineState::Running if address(&view).is_some() => {}
        _ => return Err(not_yet(&view)),
    }
    if has_called(deps, &reservation).await? {
        Ok(())
    } else {
        Err(StepError::new(
            StepErrorKind::NotYet,
            "it runs, but has not called home",
        ))
    }
}

/// Notes that the machine is as it was to be, after a last look at it.
pub(crate) async fn finish(deps: &Deps, id: &str, to: Power) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    if reservation.switching().is_none() {
        // A repetition, or it was ended meanwhile.
        return Ok(());
    }
    let reservation = on_its_way(deps, id, to).await?;
    let view = look(deps, &reservation).await?;
    match found(&view)? {
        found if found == to => {
            note(deps, &reservation, &view, to, FailureReason::Unexpected).await
        }
        _ => Err(not_yet(&view)),
    }
}

/// After a failure: notes how the machine was found. One that is gone ends its reservation.
pub(crate) async fn settle(deps: &Deps, id: &str, error: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    if reservation.switching().is_none() {
        return Ok(());
    }
    let view = match look(deps, &reservation).await {
        Err(error) if error.kind == StepErrorKind::MachineVanished => None,
        outcome => Some(outcome?),
    };
    let view = view.filter(|view| {
        !matches!(
            view.state,
            MachineState::ShuttingDown | MachineState::Terminated
        )
    });
    let Some(view) = view else {
        return end(deps, id).await;
    };
    let found = found(&view)?;
    let why = FailureReason::from_error(error).unwrap_or(FailureReason::Unexpected);
    note(deps, &reservation, &view, found, why).await
}

/// The reservation, while its machine is being switched that way.
async fn on_its_way(deps: &Deps, id: &str, to: Power) -> Result<Reservation, StepError> {
    let reservation = deps.reservation(id).await?;
    if direction(&reservation)? == to {
        Ok(reservation)
    } else {
        Err(cancelled(&reservation))
    }
}

fn direction(reservation: &Reservation) -> Result<Power, StepError> {
    reservation
        .switching()
        .ok_or_else(|| cancelled(reservation))
}

fn cancelled(reservation: &Reservation) -> StepError {
    let cause = format!("it is {:?}", reservation.state);
    StepError::new(StepErrorKind::Cancelled, cause)
}

fn not_yet(view: &MachineView) -> StepError {
    StepError::new(StepErrorKind::NotYet, format!("it is {:?}", view.state))
}

fn vanished(view: &MachineView) -> StepError {
    StepError::new(
        StepErrorKind::MachineVanished,
        format!("it is {:?}", view.state),
    )
}

/// The machine as the cloud describes it.
async fn look(deps: &Deps, reservation: &Reservation) -> Result<MachineView, StepError> {
    let id = MachineId(reservation.node.machine_id.clone().unwrap_or_default());
    let view = deps.cloud(reservation).await?.describe(&id).await?;
    let now = deps.now().await?;
    view.ok_or_else(|| {
        let kind = if is_long_launched(reservation, now) {
            StepErrorKind::MachineVanished
        } else {
            StepErrorKind::Transient
        };
        StepError::new(kind, "the cloud does not show the machine")
    })
}

/// Whether it is off or on; not yet, while it is between.
fn found(view: &MachineView) -> Result<Power, StepError> {
    match view.state {
        MachineState::Running => Ok(Power::On),
        MachineState::Stopped => Ok(Power::Off),
        _ => Err(not_yet(view)),
    }
}

/// The address for people: in a network without public ones, the private one.
fn address(view: &MachineView) -> Option<String> {
    view.public_address
        .clone()
        .or_else(|| view.private_address.clone())
}

async fn has_called(deps: &Deps, reservation: &Reservation) -> Result<bool, StepError> {
    let heard = deps.store.node(&reservation.id).await?.heard_epoch_seconds;
    let asked = reservation
        .switches
        .last()
        .map(|switch| switch.asked_epoch_seconds);
    Ok(heard >= asked)
}

async fn note(
    deps: &Deps,
    seen: &Reservation,
    view: &MachineView,
    found: Power,
    why: FailureReason,
) -> Result<(), StepError> {
    let has_called = found == Power::On && has_called(deps, seen).await?;
    deps.change(&seen.id, |reservation, now| {
        if reservation.switching().is_none() {
            return Ok(None);
        }
        reservation.switched(found, why, now)?;
        if found == Power::On {
            reservation.node.public_address = address(view);
        }
        if let Some(switch) = reservation.switches.last_mut() {
            switch.has_called = has_called;
        }
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

async fn end(deps: &Deps, id: &str) -> Result<(), StepError> {
    deps.change(id, |reservation: &mut Reservation, now: EpochSeconds| {
        let Some((after, effects)) = ended(reservation, EndReason::Vanished, now) else {
            return Ok(None);
        };
        *reservation = after;
        Ok(Some(effects))
    })
    .await?;
    Ok(())
}
