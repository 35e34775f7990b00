//! The JSON and forms Slack sends to an app.

use serde_json::{Value, json};

use super::blocks;
use super::message::Message;
use super::modals::View;
use super::people::{APP_ID, BOT_ID, BOT_USER_ID, Channel, TEAM_ID};

/// Slack still sends this field; apps must not rely on it.
const DEPRECATED_TOKEN: &str = "deprecated-verification-token";
const TEAM_DOMAIN: &str = "local";

pub(super) fn envelope(event_id: &str, event: &Value, is_shared: bool, event_time: i64) -> Value {
    json!({
        "token": DEPRECATED_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": null,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [{
            "enterprise_id": null,
            "team_id": TEAM_ID,
            "user_id": BOT_USER_ID,
            "is_bot": true,
            "is_enterprise_install": false,
        }],
        "is_ext_shared_channel": is_shared,
        "event_context": format!("4-{event_id}"),
    })
}

pub(super) fn url_verification(challenge: &str) -> Value {
    json!({ "token": DEPRECATED_TOKEN, "challenge": challenge, "type": "url_verification" })
}

/// `message` of a direct conversation.
pub(super) fn direct_message(message: &Message) -> Value {
    place(message.to_json(), message, Some("im"))
}

/// `message` of a channel, the twin of an `app_mention`.
pub(super) fn channel_message(message: &Message) -> Value {
    place(message.to_json(), message, Some("channel"))
}

/// `app_mention` tells no `channel_type`.
pub(super) fn app_mention(message: &Message) -> Value {
    let mut event = place(message.to_json(), message, None);
    event["type"] = json!("app_mention");
    event
}

fn place(mut event: Value, message: &Message, channel_type: Option<&str>) -> Value {
    event["channel"] = json!(message.channel);
    event["event_ts"] = json!(message.ts);
    if let Some(kind) = channel_type {
        event["channel_type"] = json!(kind);
    }
    event
}

pub(super) fn changed_message(after: &Message, before: &Message, event_ts: &str) -> Value {
    json!({
        "type": "message",
        "subtype": "message_changed",
        "message": after.to_json(),
        "previous_message": before.to_json(),
        "channel": after.channel,
        "hidden": true,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": "im",
    })
}

pub(super) fn deleted_message(before: &Message, event_ts: &str) -> Value {
    json!({
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before.to_json(),
        "deleted_ts": before.ts,
        "channel": before.channel,
        "hidden": true,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": "im",
    })
}

/// The form of a slash command, in Slack's order.
pub(super) struct SlashCommand<'a> {
    pub(super) channel: &'a Channel,
    pub(super) user_id: &'a str,
    pub(super) user_name: &'a str,
    pub(super) team_id: &'a str,
    pub(super) command: &'a str,
    pub(super) text: &'a str,
    pub(super) response_url: &'a str,
    pub(super) trigger_id: &'a str,
}

impl SlashCommand<'_> {
    pub(super) fn to_form(&self) -> Vec<(&'static str, String)> {
        vec![
            ("token", DEPRECATED_TOKEN.to_owned()),
            ("team_id", self.team_id.to_owned()),
            ("team_domain", TEAM_DOMAIN.to_owned()),
            ("channel_id", self.channel.id.clone()),
            ("channel_name", self.channel.payload_name().to_owned()),
            ("user_id", self.user_id.to_owned()),
            ("user_name", self.user_name.to_owned()),
            ("command", self.command.to_owned()),
            ("text", self.text.to_owned()),
            ("api_app_id", APP_ID.to_owned()),
            ("is_enterprise_install", "false".to_owned()),
            ("response_url", self.response_url.to_owned()),
            ("trigger_id", self.trigger_id.to_owned()),
        ]
    }
}

fn interaction(kind: &str, user: &Value) -> Value {
    json!({
        "type": kind,
        "user": user,
        "api_app_id": APP_ID,
        "token": DEPRECATED_TOKEN,
        "team": { "id": TEAM_ID, "domain": TEAM_DOMAIN },
        "enterprise": null,
        "is_enterprise_install": false,
    })
}

/// `block_actions` of a message. What an ephemeral message says is not repeated.
pub(super) fn message_action(
    user: &Value,
    channel: &Channel,
    message: &Message,
    action: &Value,
) -> Value {
    let mut payload = interaction("block_actions", user);
    payload["container"] = json!({
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.is_ephemeral(),
    });
    if let Some(thread) = &message.thread_ts {
        payload["container"]["thread_ts"] = json!(thread);
    }
    payload["channel"] = json!({ "id": channel.id, "name": channel.payload_name() });
    if !message.is_ephemeral() {
        payload["message"] = message.to_json();
    }
    payload["state"] = json!({ "values": {} });
    payload["actions"] = json!([action]);
    payload
}

/// `block_actions` of an element in a modal.
pub(super) fn view_action(user: &Value, view: &View, values: &Value, action: &Value) -> Value {
    let mut payload = interaction("block_actions", user);
    payload["container"] = json!({ "type": "view", "view_id": view.id });
    payload["view"] = with_values(view, values);
    payload["actions"] = json!([action]);
    payload
}

pub(super) fn view_submission(user: &Value, view: &View, values: &Value) -> Value {
    let mut payload = interaction("view_submission", user);
    payload["view"] = with_values(view, values);
    payload["response_urls"] = json!([]);
    payload
}

pub(super) fn view_closed(user: &Value, view: &View, is_cleared: bool) -> Value {
    let mut payload = interaction("view_closed", user);
    payload["view"] = view_object(view);
    payload["is_cleared"] = json!(is_cleared);
    payload
}

fn with_values(view: &View, values: &Value) -> Value {
    let mut object = view_object(view);
    object["state"] = json!({ "values": values });
    object
}

/// A view as the Web API and interactions show it.
pub(super) fn view_object(view: &View) -> Value {
    let mut object = json!({
        "id": view.id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "type": "modal",
        "title": view.body["title"],
        "submit": view.body.get("submit").cloned(),
        "close": view.body.get("close").cloned(),
        "blocks": view.body["blocks"],
        "private_metadata": view.private_metadata(),
        "callback_id": view.callback_id(),
        "external_id": view.external_id(),
        "state": { "values": {} },
        "hash": view.hash,
        "clear_on_close": view.body["clear_on_close"].as_bool().unwrap_or(false),
        "notify_on_close": view.notifies_on_close(),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
    });
    // Elements that came with a value hold it before anybody touches them.
    let mut values = json!({});
    for (block_id, element) in blocks::elements(view.blocks()) {
        let Some(action_id) = element["action_id"].as_str() else {
            continue;
        };
        if let Some(mut held) = blocks::chosen(element, &blocks::initial(element)) {
            held["type"] = element["type"].clone();
            if element["type"] != "button" {
                values[block_id][action_id] = held;
            }
        }
    }
    object["state"]["values"] = values;
    object
}
