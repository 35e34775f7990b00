//! The Events API. <https://docs.slack.dev/apis/events-api/>

use domain::access::audit::Path;
use domain::identity::{Place, PlaceKind};
use serde_json::Value;

use super::{Incoming, Turn, Utterance};

/// Subtypes of messages that people write. All others are edits, deletions, joins and the like.
const SPOKEN_SUBTYPES: [&str; 2] = ["file_share", "thread_broadcast"];

pub(super) fn read(payload: &Value, team: &str) -> Incoming {
    match payload["type"].as_str() {
        Some("url_verification") => match payload["challenge"].as_str() {
            Some(challenge) => Incoming::Challenge(challenge.to_owned()),
            None => Incoming::Unreadable,
        },
        Some("event_callback") if payload["team_id"] != team => Incoming::WrongTeam,
        Some("event_callback") => event(payload, team),
        Some("app_rate_limited") => Incoming::Nothing("Slack holds events back: too many of them"),
        Some(_) => Incoming::Nothing("an envelope of a kind that is not used"),
        None => Incoming::Unreadable,
    }
}

fn event(payload: &Value, team: &str) -> Incoming {
    let event = &payload["event"];
    let text = |name: &str| event[name].as_str();
    let kind = match (text("type"), text("channel_type")) {
        (Some("app_mention"), _) => PlaceKind::Channel,
        (Some("message"), Some("im")) => PlaceKind::Direct,
        // In channels the mention comes as an event of its own.
        (Some("message"), _) => return Incoming::Nothing("a message in a channel"),
        (Some(_), _) => return Incoming::Nothing("an event of a kind that is not used"),
        (None, _) => return Incoming::Unreadable,
    };
    let bot = payload["authorizations"][0]["user_id"].as_str();
    if text("bot_id").is_some()
        || text("subtype") == Some("bot_message")
        || (text("user").is_some() && text("user") == bot)
    {
        return Incoming::Nothing("a bot's message");
    }
    if text("subtype").is_some_and(|subtype| !SPOKEN_SUBTYPES.contains(&subtype))
        || event["edited"].is_object()
    {
        return Incoming::Nothing("an edit or a notice: editing a request does not run it again");
    }
    let (Some(user), Some(channel), Some(ts)) = (text("user"), text("channel"), text("ts")) else {
        return Incoming::Unreadable;
    };
    let thread_ts = match kind {
        PlaceKind::Channel => Some(text("thread_ts").unwrap_or(ts).to_owned()),
        PlaceKind::Direct | PlaceKind::Private => text("thread_ts").map(str::to_owned),
    };
    Incoming::Turn(Box::new(Turn {
        // Not the event's id: a mention in a channel may come as two events about the same message.
        claim: format!("message#{team}#{channel}#{ts}#{user}"),
        user: user.to_owned(),
        place: Place {
            channel: channel.to_owned(),
            thread_ts,
            kind,
        },
        utterance: Utterance::Words(words(text("text").unwrap_or_default(), bot)),
        replaces: None,
        answered_directly: false,
        trigger_id: None,
        path: Path::Message,
    }))
}

/// The text with the mention of our own bot under the name by which the understanding knows it; every other mention is
/// a person.
fn words(text: &str, bot: Option<&str>) -> String {
    match bot {
        Some(bot) => text.replace(
            &format!("<@{bot}"),
            &format!("<@{}", domain::understand::BOT),
        ),
        None => text.to_owned(),
    }
}
