//! Ending the machines and seeing them gone.

use clouds::ec2::Ec2;
use clouds::{Cloud as _, MachineId, MachineState, MachineView};
use domain::reservation::Reservation;
use domain::workflow::StepErrorKind;

use super::machines;
use super::unless_nothing_was_made;
use crate::{Deps, StepError};

/// A launch whose answer was lost may show its machines this much later.
pub(super) const LATE_APPEARANCE_SECONDS: i64 = 20;

/// Ends every machine that carries the reservation's tag, recorded or not.
pub(crate) async fn terminate(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    unless_nothing_was_made(&reservation, all(deps, &reservation).await)
}

async fn all(deps: &Deps, reservation: &Reservation) -> Result<(), StepError> {
    let mut recorded = recorded(reservation);
    let mut failure = Ok(());
    for region in reservation.regions() {
        // A region that does not let us in keeps no machine of another from its end.
        match end_all(deps, reservation, region).await {
            Ok(ended) => recorded.retain(|machine| !ended.contains(machine)),
            Err(error) => failure = Err(error),
        }
    }
    if recorded.is_empty() {
        return failure;
    }
    // What the cloud does not know carries no tag by which we may end it: the request would be denied.
    let cloud = deps.cloud(reservation).await?;
    for view in cloud.describe(&recorded).await? {
        if view.state != MachineState::Terminated {
            cloud.terminate(&view.id).await?;
        }
    }
    failure
}

/// Ends the machines of a region; their ids.
async fn end_all(
    deps: &Deps,
    reservation: &Reservation,
    region: &str,
) -> Result<Vec<MachineId>, StepError> {
    let cloud = deps.cloud_in(reservation, region).await?;
    let mut ended = Vec::new();
    for view in alive(&cloud, &reservation.id).await? {
        cloud.terminate(&view.id).await?;
        ended.push(view.id);
    }
    Ok(ended)
}

/// Looks until all of them are described as gone.
pub(crate) async fn confirm(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    unless_nothing_was_made(&reservation, gone(deps, &reservation).await)
}

async fn gone(deps: &Deps, reservation: &Reservation) -> Result<(), StepError> {
    let not_yet = |cause: String| Err(StepError::new(StepErrorKind::NotYet, cause));
    let now = deps.now().await?;
    let (mut left, mut failure) = (None, Ok(()));
    for region in reservation.regions() {
        match still_there(deps, reservation, region).await {
            Ok(view) => left = view.or(left),
            Err(error) => failure = Err(error),
        }
    }
    failure?;
    if let Some(view) = left {
        return not_yet(format!("{} is {:?}", view.id, view.state));
    }
    let recorded = recorded(reservation);
    if !recorded.is_empty() {
        let views = machines::shown(deps, reservation).await?;
        let is_gone = |view: &&MachineView| view.state == MachineState::Terminated;
        if let Some(view) = views.iter().find(|view| !is_gone(view)) {
            return not_yet(format!("{} is {:?}", view.id, view.state));
        }
        if views.len() < recorded.len() && !reservation.is_long_launched(now) {
            return not_yet("the cloud does not show all, which does not mean gone".to_owned());
        }
        return Ok(());
    }
    let tried = reservation.attempts.last();
    match tried.filter(|attempt| attempt.refused.is_none()) {
        Some(attempt) if now < attempt.tried_epoch_seconds + LATE_APPEARANCE_SECONDS => {
            not_yet("a launch may still show".to_owned())
        }
        _ => Ok(()),
    }
}

/// A machine of a region that is not gone. One that appeared only now, or whose end was not taken up, is ended again.
async fn still_there(
    deps: &Deps,
    reservation: &Reservation,
    region: &str,
) -> Result<Option<MachineView>, StepError> {
    let cloud = deps.cloud_in(reservation, region).await?;
    let mut alive = alive(&cloud, &reservation.id).await?;
    let ending = |view: &&MachineView| view.state == MachineState::ShuttingDown;
    for view in alive.iter().filter(|view| !ending(view)) {
        cloud.terminate(&view.id).await?;
    }
    Ok(alive.pop())
}

fn recorded(reservation: &Reservation) -> Vec<MachineId> {
    reservation.living().map(machines::id).collect()
}

async fn alive(cloud: &Ec2, id: &str) -> Result<Vec<MachineView>, StepError> {
    let mut views = cloud.find_by_tag(id).await?;
    views.retain(|view| view.state != MachineState::Terminated);
    Ok(views)
}
