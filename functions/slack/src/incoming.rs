//! From the bytes that Slack sends to what is to be done: reading only, no decision.

mod events;
mod forms;
#[cfg(test)]
mod tests;

use domain::access::audit::Path;
use domain::act::Press;
use domain::event::Replaces;
use domain::forms::FormKind;
use domain::identity::Place;
use lambda_http::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The three addresses that Slack calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The Events API.
    Events,
    /// `/infrared`.
    Commands,
    /// Buttons and forms.
    Interactivity,
}

impl Door {
    /// The door at that path, below whatever stage the API puts in front.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let (_, name) = path.rsplit_once("/slack/")?;
        Some(match name {
            "events" => Self::Events,
            "commands" => Self::Commands,
            "interactivity" => Self::Interactivity,
            _ => return None,
        })
    }

    /// Whether the call has the content type that belongs to this door.
    pub(crate) fn takes(self, headers: &HeaderMap) -> bool {
        let expected = match self {
            Self::Events => "application/json",
            Self::Commands | Self::Interactivity => "application/x-www-form-urlencoded",
        };
        let content_type = headers
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        content_type
            .split(';')
            .next()
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(expected))
    }
}

/// What a call is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Incoming {
    /// Slack tests the address.
    Challenge(String),
    /// Not for us to act on, with the reason for the log.
    Nothing(&'static str),
    /// Signed, but not in a form that Slack uses.
    Unreadable,
    /// From a workspace that this deployment does not serve.
    WrongTeam,
    /// Somebody wants to answer in their own words.
    OpenForm {
        /// Slack's permission to open a form now.
        trigger_id: String,
        /// Who pressed the button.
        user: String,
        /// Whom the question was for.
        for_user: String,
        /// The question.
        question: String,
        /// What the form has to remember.
        view: Box<FormMemory>,
    },
    /// Somebody said or pressed something.
    Turn(Box<Turn>),
}

/// Something that somebody said or pressed.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// A name for this delivery that every repetition of it shares.
    pub claim: String,
    /// Who.
    pub user: String,
    /// Where.
    pub place: Place,
    /// What.
    pub utterance: Utterance,
    /// The message whose button was pressed, where the answer takes its place.
    pub replaces: Option<Replaces>,
    /// The answer goes into the HTTP response.
    pub answered_directly: bool,
    /// Slack's permission to open a form in answer, for three seconds.
    pub trigger_id: Option<String>,
    /// How they reached us.
    pub path: Path,
}

/// What was said or pressed.
#[derive(Debug, Clone, PartialEq)]
pub enum Utterance {
    /// Words.
    Words(String),
    /// A button that stands for words, meant for one user.
    WordsFor(String, String),
    /// A button.
    Button(Press),
    /// A form.
    Form(SentForm),
}

/// A form as it was sent. Its values may hold a secret: they are never logged or stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SentForm {
    /// Which form.
    pub kind: FormKind,
    /// What is in its fields.
    pub values: Value,
    /// What it remembers.
    pub memory: FormMemory,
}

impl std::fmt::Debug for SentForm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SentForm")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// What a form remembers between its opening and its sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormMemory {
    /// Where the question was asked.
    pub place: Place,
    /// The message with the question, where it can be replaced.
    pub replaces: Option<Replaces>,
    /// The credential that the form is for; its id was made when the form was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// The version of the policy that the form started from.
    #[serde(default)]
    pub policy_version: u64,
    /// The credential exists already.
    #[serde(default)]
    pub replaces_credential: bool,
}

/// Reads a call.
pub(crate) fn read(door: Door, body: &[u8], team: &str) -> Incoming {
    match door {
        Door::Events => serde_json::from_slice(body)
            .map_or(Incoming::Unreadable, |payload: Value| {
                events::read(&payload, team)
            }),
        Door::Commands => forms::command(body, team),
        Door::Interactivity => forms::interaction(body, team),
    }
}
