//! Answers to what somebody said or pressed.

use domain::event::{Addressee, Replaces, Reply};
use domain::identity::PlaceKind;
use domain::messages;
use platform::PlatformError;

use crate::Deps;

/// Slack's ways of saying that a place cannot be written to. A direct message always can.
const UNREACHABLE: [&str; 4] = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "user_not_in_channel",
];

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
        PlaceKind::Channel if to.privately => {
            deps.slack
                .whisper(&token, &to.place.channel, &to.user, thread_ts, &message)
                .await
        }
        PlaceKind::Private => deps
            .slack
            .post(&token, &to.user, None, &message)
            .await
            .map(|_| ()),
        PlaceKind::Direct | PlaceKind::Channel => deps
            .slack
            .post(&token, &to.place.channel, thread_ts, &message)
            .await
            .map(|_| ()),
    };
    match outcome {
        Err(PlatformError::Slack { error, .. })
            if is_unreachable(&error) && to.place.kind != PlaceKind::Private =>
        {
            deps.slack
                .post(&token, &to.user, None, &message)
                .await
                .map(|_| ())
        }
        outcome => outcome,
    }
}

/// Whether Slack's error means that the place, not the message, is the trouble.
pub(crate) fn is_unreachable(error: &str) -> bool {
    UNREACHABLE.contains(&error)
}
