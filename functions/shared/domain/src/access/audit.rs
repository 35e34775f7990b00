//! The audit log: who did what, on which path, to what, with which outcome, on whose bill. Entries are added and never
//! changed.

use serde::{Deserialize, Serialize};

use crate::time::EpochSeconds;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at_epoch_seconds: EpochSeconds,
    /// Who: a Slack user id, or `infrared` for what happens by itself.
    pub user: String,
    /// On which path.
    pub path: Path,
    /// What was done or tried, by its name in the permission table.
    pub act: String,
    /// To what: a handle, a credential's label, a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Who pays, where money is involved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
}

/// How somebody reached the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    /// A message or mention.
    Message,
    /// `/infrared`.
    Command,
    /// A button.
    Button,
    /// A form.
    Form,
}

/// What came of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done, or set in motion.
    Done,
    /// They may not.
    NotPermitted,
    /// The policy does not allow it.
    AgainstPolicy,
}
