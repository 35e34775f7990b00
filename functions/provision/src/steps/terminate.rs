//! Ending the machine and seeing it gone.

use clouds::ec2::Ec2;
use clouds::{Cloud as _, MachineId, MachineState, MachineView};
use domain::reservation::Reservation;
use domain::time::{EpochSeconds, MINUTE_SECONDS};
use domain::workflow::StepErrorKind;

use crate::{Deps, StepError};

/// A launch whose answer was lost may show its machine this much later.
const LATE_APPEARANCE_SECONDS: i64 = 20;
/// Clouds forget a terminated machine after about an hour, and show a launched one within seconds. One that is not
/// shown so long after its launch is gone.
const FORGOTTEN_SECONDS: i64 = 10 * MINUTE_SECONDS;

/// Ends every machine that carries the reservation's tag, recorded or not.
pub(crate) async fn terminate(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    let cloud = deps.cloud(&reservation).await?;
    let mut machines: Vec<MachineId> = alive(&cloud, id)
        .await?
        .into_iter()
        .map(|view| view.id)
        .collect();
    if let Some(recorded) = reservation.node.machine_id.clone().map(MachineId)
        && !machines.contains(&recorded)
    {
        machines.push(recorded);
    }
    for machine in machines {
        cloud.terminate(&machine).await?;
    }
    Ok(())
}

/// Looks until all of them are described as gone.
pub(crate) async fn confirm(deps: &Deps, id: &str) -> Result<(), StepError> {
    let not_yet = |cause: String| Err(StepError::new(StepErrorKind::NotYet, cause));
    let (reservation, now) = (deps.reservation(id).await?, deps.now().await?);
    let cloud = deps.cloud(&reservation).await?;
    let alive = alive(&cloud, id).await?;
    for machine in alive
        .iter()
        .filter(|view| view.state != MachineState::ShuttingDown)
    {
        // One that appeared only now, or whose end was not taken up.
        cloud.terminate(&machine.id).await?;
    }
    if let Some(machine) = alive.first() {
        return not_yet(format!("{} is {:?}", machine.id, machine.state));
    }
    if let Some(machine_id) = reservation.node.machine_id.clone() {
        return match cloud
            .describe(&MachineId(machine_id))
            .await?
            .map(|view| view.state)
        {
            Some(MachineState::Terminated) => Ok(()),
            Some(state) => not_yet(format!("it is {state:?}")),
            None if is_long_launched(&reservation, now) => Ok(()),
            None => not_yet(
                "the cloud does not show it, which does not mean that it is gone".to_owned(),
            ),
        };
    }
    let open = reservation
        .node
        .attempts
        .last()
        .filter(|attempt| attempt.refused.is_none());
    match open {
        Some(attempt) if now < attempt.tried_epoch_seconds + LATE_APPEARANCE_SECONDS => {
            not_yet("a launch may still show".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether a machine that the cloud does not show is gone rather than not there yet.
pub(super) fn is_long_launched(reservation: &Reservation, now: EpochSeconds) -> bool {
    reservation
        .node
        .launched_epoch_seconds
        .is_some_and(|launched| launched + FORGOTTEN_SECONDS < now)
}

async fn alive(cloud: &Ec2, id: &str) -> Result<Vec<MachineView>, StepError> {
    let mut views = cloud.find_by_tag(id).await?;
    views.retain(|view| view.state != MachineState::Terminated);
    Ok(views)
}
