//! People and the places they write in.

use serde::{Deserialize, Serialize};

/// Somebody in Slack, as `users.info` describes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The workspace they act in (`T…`).
    pub team: String,
    /// Their Slack user id (`U…`).
    pub user: String,
    /// Their time zone's name, such as `Europe/Berlin`.
    pub zone: String,
    /// Whether they may act at all, and if not, why.
    pub standing: Standing,
}

/// Whether somebody may ask for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A full member of this workspace.
    Member,
    /// A single- or multi-channel guest.
    Guest,
    /// Somebody whose account was deactivated: old buttons of theirs may still be about.
    Deactivated,
    /// Somebody of another workspace, in a channel that is shared with it.
    Stranger,
    /// A bot.
    Bot,
}

/// Where something was said, and so where the answer belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The channel or direct-message id; empty where only a private answer is possible.
    pub channel: String,
    /// The thread to answer in, in channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
    /// What kind of place it is.
    pub kind: PlaceKind,
}

/// How a place is heard in and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A direct message: every word is heard.
    Direct,
    /// A channel: only mentions are heard, everybody reads the answers.
    Channel,
    /// A slash command: the answer is seen by its author alone.
    Private,
}

impl Place {
    /// The key of the conversation that `user` has here: one a person, a place and a thread.
    pub fn conversation_key(&self, team: &str, user: &str) -> String {
        let thread = self.thread_ts.as_deref().unwrap_or("-");
        format!("{team}#{}#{thread}#{user}", self.channel)
    }
}
