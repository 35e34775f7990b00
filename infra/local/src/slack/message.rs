//! A message, with everything it ever said.

use serde_json::{Value, json};

use super::blocks;
use super::people::{APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID};
use super::plain::render_plain;

/// A message as the workspace holds it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Where it stands.
    pub channel: String,
    /// Its id within the channel.
    pub ts: String,
    /// The message that started the thread it belongs to.
    pub thread_ts: Option<String>,
    /// The user id of its author.
    pub author: String,
    /// Slack's mrkdwn; the notification when there are blocks.
    pub text: String,
    /// Block Kit; empty for a plain message.
    pub blocks: Vec<Value>,
    /// An ephemeral message is seen by this person only.
    pub visible_to: Option<String>,
    /// What it said over time, the present last.
    pub versions: Vec<Version>,
    /// Deleted messages stay in the record, unseen.
    pub deleted: bool,
    pub(super) client_msg_id: Option<String>,
    /// The profile of an author from another workspace.
    pub(super) foreign: Option<Value>,
    pub(super) serial: u64,
}

/// One wording of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Text of the wording.
    pub text: String,
    /// Blocks of the wording.
    pub blocks: Vec<Value>,
    /// When it was set, on the shared clock.
    pub at_epoch_seconds: i64,
}

/// A button on a message or a view.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// The block it stands in.
    pub block_id: String,
    /// Its `action_id`.
    pub action_id: String,
    /// What it is called.
    pub label: String,
    /// What it sends.
    pub value: Option<String>,
    /// `primary` or `danger`.
    pub style: Option<String>,
    /// Title of the dialog that asks first.
    pub confirm_title: Option<String>,
}

impl Message {
    /// Whether the bot wrote it.
    pub fn is_from_bot(&self) -> bool {
        self.author == BOT_USER_ID
    }

    /// Whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.visible_to.is_some()
    }

    /// The message as a person reads it.
    pub fn plain(&self) -> String {
        render_plain(&self.text, &self.blocks)
    }

    /// Its buttons, top to bottom.
    pub fn buttons(&self) -> Vec<Button> {
        blocks::buttons(&self.blocks)
    }

    /// The first button with this `action_id`.
    pub fn button(&self, action_id: &str) -> Option<Button> {
        self.buttons()
            .into_iter()
            .find(|button| button.action_id == action_id)
    }

    /// The time of the thread's first message; a message outside threads starts its own.
    pub fn thread(&self) -> &str {
        self.thread_ts.as_deref().unwrap_or(&self.ts)
    }

    pub(super) fn is_seen_by(&self, person: &str) -> bool {
        !self.deleted
            && self
                .visible_to
                .as_deref()
                .is_none_or(|viewer| viewer == person)
    }

    pub(super) fn reword(&mut self, text: String, blocks: Vec<Value>, now_epoch_seconds: i64) {
        self.versions.push(Version {
            text: text.clone(),
            blocks: blocks.clone(),
            at_epoch_seconds: now_epoch_seconds,
        });
        self.text = text;
        self.blocks = blocks;
    }

    /// The message as the Web API and events show it.
    pub(super) fn to_json(&self) -> Value {
        let mut message = json!({
            "type": "message",
            "user": self.author,
            "text": self.text,
            "ts": self.ts,
            "team": TEAM_ID,
        });
        if !self.blocks.is_empty() {
            message["blocks"] = Value::Array(self.blocks.clone());
        }
        if let Some(id) = &self.client_msg_id {
            message["client_msg_id"] = json!(id);
        }
        if let Some(thread) = &self.thread_ts {
            message["thread_ts"] = json!(thread);
        }
        if let Some(profile) = &self.foreign {
            for field in ["team", "user_team", "source_team"] {
                message[field] = profile["team"].clone();
            }
            message["user_profile"] = profile.clone();
        }
        if self.is_from_bot() {
            message["bot_id"] = json!(BOT_ID);
            message["app_id"] = json!(APP_ID);
            message["bot_profile"] = json!({
                "id": BOT_ID, "app_id": APP_ID, "name": "InfraRed", "team_id": TEAM_ID, "deleted": false, "icons": {},
            });
        }
        message
    }
}
