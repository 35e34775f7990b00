//! What becomes of a cluster that did not get ready: others stand in for the workers that failed, once; then its owner is
//! asked. Each decision is recorded before anything is done about it.

use clouds::{Cloud as _, CloudError, ErrorKind, MachineState};
use domain::reservation::{Course, Heard, Node, Reservation};
use domain::workflow::StepErrorKind;

use super::launch::{self, Batch};
use super::{machines, still_wanted, wanted};
use crate::{Deps, StepError};

/// Decides how it goes on.
pub(crate) async fn assess(deps: &Deps, id: &str) -> Result<Course, StepError> {
    let reservation = wanted(deps, id).await?;
    // Nobody waits for the machines now: what they report must not be taken for heard before somebody does again.
    deps.store.forget_task_token(id).await?;
    let heard = heard(deps, &reservation).await?;
    let answer_seconds = deps.answer_seconds;
    let assessed = deps.change(id, |reservation, now| {
        still_wanted(reservation)?;
        let before = reservation.clone();
        reservation.assess(&heard, answer_seconds, now);
        Ok((*reservation != before).then(Vec::new))
    });
    let mut assessed = assessed.await?;
    // What is decided stays decided: of what was written, the same follows.
    Ok(assessed.assess(&heard, answer_seconds, deps.now().await?))
}

/// What was heard of its machines; one that the cloud shows as ended has failed.
async fn heard(deps: &Deps, reservation: &Reservation) -> Result<Vec<Heard>, StepError> {
    let mut heard = deps.store.heard(&reservation.id).await?;
    let views = machines::shown(deps, reservation).await?;
    let ended = views.iter().filter(|view| {
        !matches!(
            view.state,
            MachineState::Pending | MachineState::Running | MachineState::Unknown
        )
    });
    for (number, node) in reservation.numbered() {
        if ended.clone().any(|view| view.id.0 == node.machine_id) {
            heard.retain(|heard| heard.number != number);
            heard.push(Heard {
                number,
                ready_epoch_seconds: None,
                has_failed: true,
            });
        }
    }
    Ok(heard)
}

/// Ends the workers that are given up and launches others in their stead. Undone like every launch, by the tag.
pub(crate) async fn replace(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = wanted(deps, id).await?;
    end_given_up(deps, &reservation).await?;
    let Some(replacement) = reservation.to_stand_in() else {
        return Ok(());
    };
    let batch = Batch {
        first_number: replacement.first_number,
        count: replacement.count(),
        client_token: replacement.client_token.clone(),
    };
    let cloud = deps.cloud(&reservation).await?;
    let launched = match launch::call(deps, &cloud, &reservation, &batch).await {
        Ok(launched) => launched,
        Err(error) if is_refusal(&error) => return refused(deps, id, error).await,
        Err(error) => return Err(error.into()),
    };
    deps.change(id, |reservation, now| {
        if reservation.to_stand_in().is_none() {
            return Ok(None);
        }
        let node = |machine| Node {
            launched_epoch_seconds: Some(now),
            ..launch::node(machine)
        };
        reservation.stand_in(launched.iter().map(node).collect(), now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// Whether the cloud has said no, and not only that it cannot say.
fn is_refusal(error: &CloudError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NoCapacity | ErrorKind::QuotaExceeded
    )
}

/// The cloud does not have what would stand in: then it is for the owner to say how it goes on.
async fn refused(deps: &Deps, id: &str, error: CloudError) -> Result<(), StepError> {
    deps.change(id, |reservation, _| {
        let Some(replacement) = reservation.replacement.as_mut().filter(|it| !it.is_refused) else {
            return Ok(None);
        };
        replacement.is_refused = true;
        Ok(Some(Vec::new()))
    })
    .await?;
    Err(error.into())
}

/// Leaves the waiting Task's token for whoever is pressing the button.
pub(crate) async fn ask(deps: &Deps, id: &str, task_token: Option<&str>) -> Result<(), StepError> {
    let token = task_token
        .ok_or_else(|| StepError::new(StepErrorKind::InvalidRequest, "a wait without a token"))?;
    deps.store.record_answer_token(id, token).await?;
    // Looked at after the token is there: an answer that came before it woke nobody.
    if wanted(deps, id).await?.open_question().is_none() {
        return Err(StepError::new(StepErrorKind::Answered, "it was answered"));
    }
    Ok(())
}

/// Gives up the workers that it goes on without.
pub(crate) async fn shrink(deps: &Deps, id: &str) -> Result<(), StepError> {
    let smaller = deps.change(id, |reservation, now| {
        still_wanted(reservation)?;
        let before = reservation.clone();
        reservation.shrink(now);
        Ok((*reservation != before).then(Vec::new))
    });
    end_given_up(deps, &smaller.await?).await
}

/// That they are gone is seen with the end of all the others, for everything goes by the tag then.
async fn end_given_up(deps: &Deps, reservation: &Reservation) -> Result<(), StepError> {
    let ids: Vec<_> = reservation.given_up().map(machines::id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let cloud = deps.cloud(reservation).await?;
    for view in cloud.describe(&ids).await? {
        if !matches!(
            view.state,
            MachineState::ShuttingDown | MachineState::Terminated
        ) {
            cloud.terminate(&view.id).await?;
        }
    }
    Ok(())
}
