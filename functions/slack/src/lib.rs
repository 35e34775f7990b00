//! The front door: events, `/infrared`, buttons and forms. It checks who calls, understands, decides by the rules of
//! `domain`, writes the outcome in one transaction, and answers within Slack's three seconds.

mod answer;
mod catalogue;
mod deps;
mod incoming;
mod signature;
mod turn;

pub use deps::Deps;
pub use incoming::{Turn, Utterance};
pub use turn::{Decided, Ground, Known, until_written};

use std::time::Instant;

use lambda_http::http::{HeaderMap, Method};
use lambda_http::{Body, Request, Response};

use answer::Answer;
use incoming::{Door, Incoming};

/// Slack's largest payloads, forms, stay below 250 kB.
const BODY_BYTES_MAX: usize = 512 * 1024;

/// Deals with one call of Slack's.
pub async fn handle(deps: &Deps, request: Request) -> Response<Body> {
    let arrived = Instant::now();
    let Some(door) = Door::of(request.uri().path()) else {
        return Answer::NotFound.into();
    };
    if request.method() != Method::POST {
        return Answer::MethodNotAllowed.into();
    }
    let body: &[u8] = request.body().as_ref();
    if body.len() > BODY_BYTES_MAX {
        return Answer::TooLarge.into();
    }
    Box::pin(answer(deps, door, request.headers(), body, arrived))
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a call of Slack's could not be dealt with");
            Answer::Failed(door)
        })
        .into()
}

async fn answer(
    deps: &Deps,
    door: Door,
    headers: &HeaderMap,
    body: &[u8],
    arrived: Instant,
) -> Result<Answer, platform::PlatformError> {
    let now = deps.clock.now().await?;
    if !signature::is_genuine(&deps.signing_secret().await?, headers, body, now) {
        return Ok(Answer::Forbidden);
    }
    if !door.takes(headers) {
        return Ok(Answer::UnsupportedMediaType);
    }
    Ok(match incoming::read(door, body, &deps.team) {
        Incoming::Challenge(challenge) => Answer::Challenge(challenge),
        Incoming::Nothing(reason) => {
            tracing::info!(reason, "nothing to do");
            Answer::Empty
        }
        Incoming::Unreadable => Answer::BadRequest,
        Incoming::WrongTeam => Answer::WrongTeam,
        Incoming::OpenForm {
            trigger_id,
            user,
            for_user,
            question,
            view,
        } => turn::open_form(deps, &trigger_id, &user, &for_user, &question, &view).await?,
        Incoming::Turn(turn) => Box::pin(turn::take(deps, &turn, now, arrived)).await?,
    })
}
