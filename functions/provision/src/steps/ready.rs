//! Waiting for the machine to call home, and handing it over.

use clouds::MachineState;
use domain::beacon::SetupFailure;
use domain::reservation::State;
use domain::workflow::{Step, StepErrorKind};

use super::{machines, still_wanted, wanted};
use crate::{Deps, StepError};

/// Leaves the waiting Task's token for the beacon. The wait ends when the machine has called and the token is there,
/// whichever comes second; only the beacon ends it well.
pub(crate) async fn wait(deps: &Deps, id: &str, task_token: Option<&str>) -> Result<(), StepError> {
    let token = task_token
        .ok_or_else(|| StepError::new(StepErrorKind::InvalidRequest, "a wait without a token"))?;
    wanted(deps, id).await?;
    deps.store.record_task_token(id, token).await?;
    // Looked at again, for whoever cancelled before the token was there could not wake the wait.
    wanted(deps, id).await?;
    // Nor could a machine that failed before.
    if failed_setup(deps, id).await?.is_some() {
        return Err(StepError::new(
            StepErrorKind::SetupFailed,
            "a machine could not be set up",
        ));
    }
    Ok(())
}

/// What the first of the machines said that could not be set up, if one did.
pub(super) async fn failed_setup(deps: &Deps, id: &str) -> Result<Option<SetupFailure>, StepError> {
    let mut reports = deps.store.nodes(id).await?;
    reports.sort_by_key(|report| report.number);
    Ok(reports.into_iter().find_map(|report| report.setup_failure))
}

/// Hands the machine over, after a last look at it.
pub(crate) async fn finish(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = wanted(deps, id).await?;
    let views = machines::shown(deps, &reservation).await?;
    if let Some(view) = views
        .iter()
        .find(|view| view.state != MachineState::Running)
    {
        return Err(StepError::new(
            StepErrorKind::MachineVanished,
            format!("{} called home, but now is {:?}", view.id, view.state),
        ));
    }
    if views.len() < reservation.nodes.len() {
        return Err(StepError::new(
            StepErrorKind::Transient,
            "the cloud does not show all machines",
        ));
    }
    deps.change(id, |reservation, now| {
        still_wanted(reservation)?;
        if reservation.state == State::Ready {
            return Ok(None);
        }
        reservation.record(Step::AwaitReady, now);
        reservation.record(Step::Finish, now);
        reservation.hand_over(now)?;
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}
