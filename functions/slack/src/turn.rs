//! One turn of a conversation: claimed, decided, written, answered.

mod forms;
mod ground;
mod hearing;
mod people;
mod reading;
mod writing;

use std::time::Instant;

use domain::messages::{self, Message};
use domain::time::EpochSeconds;
use platform::PlatformError;
use platform::store::Claim;

pub use ground::{Decided, Ground, Known, until_written};

pub(crate) use forms::open_form;

use crate::Deps;
use crate::answer::Answer;
use crate::incoming::{Turn, Utterance};

/// The recorded outcome of a turn whose answer does not go into the response.
const ANSWERED: &str = "answered";

/// Takes a turn. A delivery that was dealt with before gets the same answer again.
pub(crate) async fn take(
    deps: &Deps,
    turn: &Turn,
    now: EpochSeconds,
    arrived: Instant,
) -> Result<Answer, PlatformError> {
    // A form with a mistake in it stays open and is sent again under the same name: nothing is claimed for it.
    let draft = match &turn.utterance {
        Utterance::Form(form) => match forms::filled_in(deps, form) {
            Ok(draft) => Some(draft),
            Err(errors) => return Ok(Answer::FieldErrors(errors)),
        },
        _ => None,
    };
    match deps.store.claim(&turn.claim, now).await? {
        Claim::Ours => {}
        Claim::Done(outcome) => return Ok(repeated(&outcome)),
        Claim::Busy => return Ok(Answer::Busy),
    }
    let person = people::speaker(deps, turn, now).await?;
    let filled = match draft {
        Some(draft) => Some(forms::sealed(deps, turn, draft, now).await?),
        None => None,
    };
    let (heard, catalogue) = tokio::join!(
        hearing::hear(deps, turn, &person, now, arrived),
        deps.prices.at(now)
    );
    let heard = heard?;
    let known = Known {
        person: &person,
        heard: &heard,
        catalogue: &catalogue,
        filled: filled.as_ref(),
    };
    let answer = until_written(|salt| Box::pin(attempt(deps, turn, known, now, salt))).await?;
    Ok(answer.unwrap_or(Answer::Empty))
}

async fn attempt(
    deps: &Deps,
    turn: &Turn,
    known: Known<'_>,
    now: EpochSeconds,
    salt: u32,
) -> Result<Answer, PlatformError> {
    let ground = deps.ground();
    let people = |users| people::people(deps, users, now);
    let decided = ground.decide(turn, known, people, now, salt).await?;
    if let Some(form) = &decided.decision.form {
        forms::show_form(deps, turn, form).await?;
    }
    let reply = decided
        .decision
        .reply
        .as_ref()
        .filter(|_| turn.answered_directly)
        .map(|reply| messages::reply(reply, turn.place.kind));
    let outcome = reply
        .as_ref()
        .and_then(|message| serde_json::to_string(message).ok());
    let outcome = outcome.as_deref().unwrap_or(ANSWERED);
    let outbox = ground.write(turn, decided, outcome, now).commit().await?;
    deps.dispatcher.dispatch(&outbox).await;
    Ok(reply.map_or(Answer::Empty, |message| {
        Answer::Ephemeral(Box::new(message))
    }))
}

fn repeated(outcome: &str) -> Answer {
    let message = serde_json::from_str::<Message>(outcome);
    message.map_or(Answer::Empty, |message| {
        Answer::Ephemeral(Box::new(message))
    })
}
