//! The ways of getting no answer.

use serde_json::Value;

/// Why wit.ai did not answer, or was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No token is configured.
    #[error("wit.ai is not configured")]
    NotConfigured,
    /// The text looks like a key.
    #[error("the text looks like a key")]
    Secret,
    /// Nothing to ask.
    #[error("the text is empty")]
    Empty,
    /// Longer than wit.ai reads.
    #[error("the text is longer than wit.ai reads")]
    TooLong,
    /// Too little of the three seconds is left.
    #[error("no time is left to ask")]
    NoTime,
    /// Too many questions in the last minute.
    #[error("too many questions in the last minute")]
    Throttled,
    /// Several failures lately.
    #[error("wit.ai failed lately and is left alone for a while")]
    CircuitOpen,
    /// The token is refused; wit.ai says so with 400.
    #[error("wit.ai refuses the token")]
    Unauthorized,
    /// wit.ai refuses the question.
    #[error("wit.ai refuses the question")]
    Refused,
    /// An error on their side, or none of ours.
    #[error("wit.ai is failing")]
    Unavailable,
    /// No answer in time.
    #[error("wit.ai did not answer in time")]
    TimedOut,
    /// An answer that is not one.
    #[error("wit.ai's answer cannot be read")]
    Unreadable,
}

impl Failure {
    /// Why an answer with that status and body is none. The code in the body tells more than the status: a refused
    /// token and an outage may both come as 400, and the body may be HTML.
    pub fn of(status: u16, body: &str) -> Self {
        let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
        let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
        match (status, code) {
            (_, "no-auth") | (401 | 403, _) => Self::Unauthorized,
            (429, _) | (_, "rate-limit" | "throttled") => Self::Throttled,
            (_, "unknown" | "timeout") | (500..=599, _) => Self::Unavailable,
            (400..=499, _) => Self::Refused,
            _ => Self::Unreadable,
        }
    }

    /// Whether another try within the same second may help.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Unavailable)
    }

    /// Whether it says something about wit.ai's health, rather than about the question.
    pub const fn counts_against_wit(self) -> bool {
        matches!(
            self,
            Self::Unauthorized
                | Self::Unavailable
                | Self::TimedOut
                | Self::Unreadable
                | Self::Throttled
        )
    }
}
