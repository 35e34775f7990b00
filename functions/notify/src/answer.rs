//! Answers to what somebody said or pressed.

use domain::event::{Addressee, Replaces, Reply};
use domain::identity::PlaceKind;
use domain::messages::{self, Message};
use platform::PlatformError;
use platform::secrets::Secret;
use platform::slack::Posted;

use crate::Deps;

/// Slack's ways of saying that a place cannot be written to. A direct message always can.
const UNREACHABLE: [&str; 4] = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "user_not_in_channel",
];

/// Slack's ways of saying that somebody cannot be written to at all.
const GONE: [&str; 3] = ["user_not_found", "user_disabled", "cannot_dm_bot"];

/// Brings an answer to whom it is for.
pub(crate) async fn deliver(
    deps: &Deps,
    to: &Addressee,
    reply: &Reply,
) -> Result<(), PlatformError> {
    let token = deps.token().await?;
    let message = messages::reply(reply, to.place.kind);
    let thread_ts = to.place.thread_ts.as_deref();
    match &to.replaces {
        Some(Replaces::Message { channel, ts }) if !to.privately => {
            match deps.slack.update(&token, channel, ts, &message).await {
                Err(PlatformError::Slack { error, .. })
                    if error == "message_not_found" || error == "cant_update_message" => {}
                outcome => return outcome,
            }
        }
        Some(Replaces::Ephemeral { response_url }) if !to.privately => {
            match deps.slack.respond(response_url, &message).await {
                // The address has run out; the words are still owed.
                Err(PlatformError::Slack { .. }) => {}
                outcome => return outcome,
            }
        }
        _ => {}
    }
    let outcome = match to.place.kind {
        PlaceKind::Private => return direct(deps, &token, &to.user, &message).await.map(drop),
        PlaceKind::Channel if to.privately => {
            deps.slack
                .whisper(&token, &to.place.channel, &to.user, thread_ts, &message)
                .await
        }
        PlaceKind::Direct | PlaceKind::Channel => deps
            .slack
            .post(&token, &to.place.channel, thread_ts, &message)
            .await
            .map(drop),
    };
    match outcome {
        Err(PlatformError::Slack { error, .. }) if is_unreachable(&error) => {
            direct(deps, &token, &to.user, &message).await.map(drop)
        }
        outcome => outcome,
    }
}

/// Writes somebody a direct message. None where Slack knows no such person any more: trying again would not help them.
pub(crate) async fn direct(
    deps: &Deps,
    token: &Secret,
    user: &str,
    message: &Message,
) -> Result<Option<Posted>, PlatformError> {
    match deps.slack.post(token, user, None, message).await {
        Err(PlatformError::Slack { error, .. })
            if is_unreachable(&error) || GONE.contains(&error.as_str()) =>
        {
            tracing::warn!(user, error, "nobody is there to be told");
            Ok(None)
        }
        outcome => outcome.map(Some),
    }
}

/// Whether Slack's error means that the place, not the message, is the trouble.
pub(crate) fn is_unreachable(error: &str) -> bool {
    UNREACHABLE.contains(&error)
}
