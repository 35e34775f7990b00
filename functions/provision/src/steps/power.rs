//! Switching the machines off and on. Each step asks the reservation anew which way it is to go: whoever ended it
//! meanwhile is obeyed, and a step that comes late finds nothing to do.

use clouds::{Cloud as _, MachineId, MachineState, MachineView};
use domain::act::ended;
use domain::reservation::{EndReason, Missing, Power, Reservation};
use domain::time::EpochSeconds;
use domain::workflow::{FailureReason, StepErrorKind};

use super::machines::{self, address};
use crate::{Deps, StepError};

/// Which way it goes.
pub(crate) async fn begin(deps: &Deps, id: &str) -> Result<Power, StepError> {
    direction(&deps.reservation(id).await?)
}

/// Asks the cloud to switch the machines off.
pub(crate) async fn stop(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::Off).await?;
    let mut views = look(deps, &reservation).await?;
    views.retain(|view| !matches!(view.state, MachineState::Stopping | MachineState::Stopped));
    if views.is_empty() {
        return Ok(());
    }
    Ok(deps.cloud(&reservation).await?.stop(&ids(&views)).await?)
}

/// Looks until the machines are off.
pub(crate) async fn confirm_stopped(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::Off).await?;
    let views = look(deps, &reservation).await?;
    match found(&views)? {
        Power::Off => Ok(()),
        Power::On => Err(not_yet(&views)),
    }
}

/// Asks the cloud to switch the machines on. Those that are gone are noted first: the others are not to wait for them.
pub(crate) async fn start(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::On).await?;
    let mut views = look(deps, &reservation).await?;
    note_gone(deps, id, &views).await?;
    views.retain(|view| !matches!(view.state, MachineState::Pending | MachineState::Running));
    if views.is_empty() {
        return Ok(());
    }
    if views
        .iter()
        .any(|view| view.state == MachineState::Stopping)
    {
        return Err(not_yet(&views));
    }
    Ok(deps.cloud(&reservation).await?.start(&ids(&views)).await?)
}

/// Looks until the machines run, have addresses and have said that they are ready. The workflow goes on without that word
/// if it takes too long: what runs costs money, so its owner has to know. Where the master is gone, it never comes.
pub(crate) async fn confirm_started(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = on_its_way(deps, id, Power::On).await?;
    let views = look(deps, &reservation).await?;
    if found(&views)? != Power::On || views.iter().any(|view| address(view).is_none()) {
        return Err(not_yet(&views));
    }
    if reservation.has_lost_master() || have_called(deps, &reservation).await? {
        Ok(())
    } else {
        Err(StepError::new(
            StepErrorKind::NotYet,
            "they run, but have not all said that they are ready",
        ))
    }
}

/// Notes that the machines are as they were to be, after a last look at them.
pub(crate) async fn finish(deps: &Deps, id: &str, to: Power) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    if reservation.switching().is_none() {
        // A repetition, or it was ended meanwhile.
        return Ok(());
    }
    let reservation = on_its_way(deps, id, to).await?;
    let views = look(deps, &reservation).await?;
    match found(&views)? {
        found if found == to => {
            note(deps, &reservation, &views, to, FailureReason::Unexpected).await
        }
        _ => Err(not_yet(&views)),
    }
}

/// After a failure: notes how the machines were found. Where all are gone, that ends their reservation.
pub(crate) async fn settle(deps: &Deps, id: &str, error: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    if reservation.switching().is_none() {
        return Ok(());
    }
    let views = match look(deps, &reservation).await {
        Err(error) if error.kind == StepErrorKind::MachineVanished => return end(deps, id).await,
        outcome => outcome?,
    };
    let found = found(&views)?;
    let why = FailureReason::from_error(error).unwrap_or(FailureReason::Unexpected);
    note(deps, &reservation, &views, found, why).await
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

fn not_yet(views: &[MachineView]) -> StepError {
    let states: Vec<MachineState> = views.iter().map(|view| view.state).collect();
    StepError::new(StepErrorKind::NotYet, format!("they are {states:?}"))
}

fn ids(views: &[MachineView]) -> Vec<MachineId> {
    views.iter().map(|view| view.id.clone()).collect()
}

fn names(views: &[MachineView]) -> Vec<&str> {
    views.iter().map(|view| view.id.0.as_str()).collect()
}

/// The machines as the cloud describes them, without those that are gone; an error where all are.
async fn look(deps: &Deps, reservation: &Reservation) -> Result<Vec<MachineView>, StepError> {
    let mut views = machines::shown(deps, reservation).await?;
    let is_unsure = !reservation.is_long_launched(deps.now().await?);
    if views.len() < reservation.living().count() && is_unsure {
        return Err(StepError::new(
            StepErrorKind::Transient,
            "the cloud does not show all machines",
        ));
    }
    views.retain(|view| {
        !matches!(
            view.state,
            MachineState::ShuttingDown | MachineState::Terminated
        )
    });
    if views.is_empty() {
        return Err(StepError::new(
            StepErrorKind::MachineVanished,
            "the machines are gone",
        ));
    }
    Ok(views)
}

async fn note_gone(deps: &Deps, id: &str, views: &[MachineView]) -> Result<(), StepError> {
    deps.change(id, |reservation, now| {
        let missing = reservation.machines_gone(&names(views), now);
        Ok((missing == Missing::Some).then(Vec::new))
    })
    .await?;
    Ok(())
}

/// Whether they are off or on; not yet, while one is between or they differ.
fn found(views: &[MachineView]) -> Result<Power, StepError> {
    let all = |state| views.iter().all(|view| view.state == state);
    if all(MachineState::Running) {
        Ok(Power::On)
    } else if all(MachineState::Stopped) {
        Ok(Power::Off)
    } else {
        Err(not_yet(views))
    }
}

async fn have_called(deps: &Deps, reservation: &Reservation) -> Result<bool, StepError> {
    let heard = deps.store.heard(&reservation.id).await?;
    Ok(reservation.have_called(&heard))
}

async fn note(
    deps: &Deps,
    seen: &Reservation,
    views: &[MachineView],
    found: Power,
    why: FailureReason,
) -> Result<(), StepError> {
    let has_called = found == Power::On && have_called(deps, seen).await?;
    deps.change(&seen.id, |reservation, now| {
        if reservation.switching().is_none() {
            return Ok(None);
        }
        reservation.switched(found, why, now)?;
        // Where none is left, looking has said so already.
        reservation.machines_gone(&names(views), now);
        if found == Power::On {
            for node in &mut reservation.nodes {
                let view = views.iter().find(|view| view.id.0 == node.machine_id);
                node.public_address = view.and_then(address);
            }
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
