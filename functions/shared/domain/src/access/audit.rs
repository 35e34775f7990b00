//! The audit log: who did what, on which path, to what, with which outcome, on whose bill. Entries are added and never
//! changed.

use serde::{Deserialize, Serialize};

use super::permission::Act;
use crate::time::EpochSeconds;

/// Characters of a target or payer that are kept: an entry stays small, whatever people call their things.
pub const NAME_CHARS_MAX: usize = 80;
/// Entries that are shown at once; the rest is counted.
pub const SHOWN_MAX: usize = 20;

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

/// Which entries are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Filter {
    /// The newest of all.
    All,
    /// Those about one reservation, by its handle.
    Handle(String),
    /// Those of or about one person, by their Slack user id.
    User(String),
}

impl Filter {
    /// Whether an entry is among those that are asked for.
    pub fn admits(&self, entry: &Entry) -> bool {
        let names = |name: &str| {
            let target = entry.target.as_deref().unwrap_or_default();
            let mut words = target.split([',', ' ']);
            words.any(|word| word == name)
        };
        match self {
            Self::All => true,
            Self::Handle(handle) => names(handle),
            Self::User(user) => {
                entry.user == *user || (entry.act == Act::SetAdmins.as_str() && names(user))
            }
        }
    }
}

/// A name as it is kept in an entry.
pub fn bounded(name: &str) -> String {
    if name.chars().count() <= NAME_CHARS_MAX {
        return name.to_owned();
    }
    name.chars().take(NAME_CHARS_MAX - 1).chain(['…']).collect()
}
