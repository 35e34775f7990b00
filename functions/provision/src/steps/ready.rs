//! Waiting for the machine to call home, and handing it over.

use clouds::MachineState;
use domain::beacon::{Ready, SetupFailure};
use domain::environments;
use domain::reservation::{Reservation, Setup, State};
use domain::workflow::{Step, StepErrorKind};

use super::{machines, still_wanted, wanted};
use crate::{Deps, StepError};

/// Of a SHA-256 in hex.
const FINGERPRINT_DIGITS: usize = 64;

/// Leaves the waiting Task's token for the beacon. The wait ends when the machine has called and the token is there,
/// whichever comes second; only the beacon ends it well.
pub(crate) async fn wait(deps: &Deps, id: &str, task_token: Option<&str>) -> Result<(), StepError> {
    let token = task_token
        .ok_or_else(|| StepError::new(StepErrorKind::InvalidRequest, "a wait without a token"))?;
    wanted(deps, id).await?;
    deps.store.record_task_token(id, token).await?;
    // Looked at again, for whoever cancelled before the token was there could not wake the wait.
    let reservation = wanted(deps, id).await?;
    // Nor could a machine that failed before.
    let heard = deps.store.heard(id).await?;
    if reservation.setup(&heard) == Setup::Failed {
        return Err(StepError::new(
            StepErrorKind::SetupFailed,
            "a machine could not be set up",
        ));
    }
    Ok(())
}

/// What the first of its machines said that could not be set up, if one did; those that others stand in for come last.
pub(super) async fn failed_setup(deps: &Deps, id: &str) -> Result<Option<SetupFailure>, StepError> {
    let wanted = deps.reservation(id).await?.wanted_numbers();
    let mut reports = deps.store.nodes(id).await?;
    reports.sort_by_key(|report| (!wanted.contains(&report.number), report.number));
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
    if views.len() < reservation.living().count() {
        return Err(StepError::new(
            StepErrorKind::Transient,
            "the cloud does not show all machines",
        ));
    }
    let said = said_of_setup(deps, &reservation).await?;
    let handed_over = deps.change(id, |reservation, now| {
        still_wanted(reservation)?;
        if reservation.state == State::Ready {
            return Ok(None);
        }
        reservation.versions.clone_from(&said.versions);
        reservation
            .certificate_sha256
            .clone_from(&said.certificate_sha256);
        reservation.record(Step::AwaitReady, now);
        reservation.record(Step::Finish, now);
        reservation.hand_over(now)?;
        Ok(Some(Vec::new()))
    });
    note_duration(deps, &handed_over.await?).await;
    Ok(())
}

/// What its machines said that they were set up with: all the same, and the master of a cluster what it alone has.
async fn said_of_setup(deps: &Deps, reservation: &Reservation) -> Result<Ready, StepError> {
    let wanted = reservation.wanted_numbers();
    let mut reports = deps.store.nodes(&reservation.id).await?;
    reports.retain(|report| wanted.contains(&report.number));
    reports.sort_by_key(|report| report.number);
    let said = || reports.iter().filter_map(|report| report.ready.as_ref());
    let first = said().next().cloned().unwrap_or_default();
    let is_fingerprint = |hex: &String| {
        hex.len() == FINGERPRINT_DIGITS && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    Ok(Ready {
        versions: environments::versions(said()),
        certificate_sha256: first.certificate_sha256.filter(is_fingerprint),
        ..first
    })
}

/// Notes how long it took, for those who ask for the like of it later. A launch does not fail for it.
async fn note_duration(deps: &Deps, reservation: &Reservation) {
    let Some(seconds) = reservation.setup_seconds() else {
        return;
    };
    let kind = reservation.setup_kind();
    if let Err(error) = deps.store.note_duration(&kind, seconds).await {
        tracing::warn!(reservation.id = %reservation.id, %error, "a duration was not noted");
    }
}
