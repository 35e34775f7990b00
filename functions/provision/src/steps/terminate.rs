//! Ending the machines and seeing them gone.

use clouds::ec2::Ec2;
use clouds::{Cloud as _, MachineId, MachineState, MachineView};
use domain::reservation::Reservation;
use domain::workflow::StepErrorKind;

use super::machines;
use super::unless_nothing_was_made;
use crate::{Deps, StepError};

/// A launch whose answer was lost may show its machines this much later.
const LATE_APPEARANCE_SECONDS: i64 = 20;

/// Ends every machine that carries the reservation's tag, recorded or not.
pub(crate) async fn terminate(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    unless_nothing_was_made(&reservation, all(deps, &reservation).await)
}

async fn all(deps: &Deps, reservation: &Reservation) -> Result<(), StepError> {
    let id = &reservation.id;
    let mut recorded = recorded(reservation);
    for region in reservation.regions() {
        let cloud = deps.cloud_in(reservation, region).await?;
        for view in alive(&cloud, id).await? {
            cloud.terminate(&view.id).await?;
            recorded.retain(|machine| *machine != view.id);
        }
    }
    if recorded.is_empty() {
        return Ok(());
    }
    // What the cloud does not know carries no tag by which we may end it: the request would be denied.
    let cloud = deps.cloud(reservation).await?;
    for view in cloud.describe(&recorded).await? {
        if view.state != MachineState::Terminated {
            cloud.terminate(&view.id).await?;
        }
    }
    Ok(())
}

/// Looks until all of them are described as gone.
pub(crate) async fn confirm(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    unless_nothing_was_made(&reservation, gone(deps, &reservation).await)
}

async fn gone(deps: &Deps, reservation: &Reservation) -> Result<(), StepError> {
    let not_yet = |cause: String| Err(StepError::new(StepErrorKind::NotYet, cause));
    let (id, now) = (reservation.id.as_str(), deps.now().await?);
    let mut left = None;
    for region in reservation.regions() {
        let cloud = deps.cloud_in(reservation, region).await?;
        for view in alive(&cloud, id).await? {
            if view.state != MachineState::ShuttingDown {
                // One that appeared only now, or whose end was not taken up.
                cloud.terminate(&view.id).await?;
            }
            left = Some(view);
        }
    }
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

fn recorded(reservation: &Reservation) -> Vec<MachineId> {
    reservation.living().map(machines::id).collect()
}

async fn alive(cloud: &Ec2, id: &str) -> Result<Vec<MachineView>, StepError> {
    let mut views = cloud.find_by_tag(id).await?;
    views.retain(|view| view.state != MachineState::Terminated);
    Ok(views)
}
