//! What the app called, and how a call can be told to fail.

use std::time::Duration;

use serde_json::Value;

/// One call of a Web API method or a `response_url`, as it came and as it was answered.
#[derive(Clone, Debug)]
pub struct ApiCall {
    /// `chat.postMessage`, ..., or `response_url`.
    pub method: String,
    /// What was sent.
    pub arguments: Value,
    /// What was answered; null when the answer was withheld.
    pub answer: Value,
    /// When, on the shared clock.
    pub at_epoch_seconds: f64,
}

impl ApiCall {
    /// Whether Slack did what was asked.
    pub fn is_ok(&self) -> bool {
        self.answer["ok"] == true
    }
}

/// How the next call of a method goes wrong.
#[derive(Clone, Debug)]
pub enum Failure {
    /// `{"ok": false, "error": ..}` with status 200.
    Error(String),
    /// Status 429 with `Retry-After`.
    RateLimited {
        /// The header's value.
        retry_after_seconds: u64,
    },
    /// Status 500 and no JSON; nothing was done.
    ServerError,
    /// The call is carried out, then answered with status 500: the app cannot know.
    AnswerLost,
    /// The call is carried out after this delay.
    Slow(Duration),
}

/// `ok: false`: an error code and, for some, what exactly was wrong.
#[derive(Debug)]
pub(super) struct ApiError {
    pub(super) code: String,
    pub(super) messages: Vec<String>,
}

impl ApiError {
    pub(super) fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            messages: Vec::new(),
        }
    }

    pub(super) fn with_messages(code: &str, messages: Vec<String>) -> Self {
        Self {
            code: code.to_owned(),
            messages,
        }
    }

    pub(super) fn missing(field: &str) -> Self {
        Self::with_messages(
            "invalid_arguments",
            vec![format!("[ERROR] missing required field: {field}")],
        )
    }

    pub(super) fn to_json(&self) -> Value {
        let mut answer = serde_json::json!({ "ok": false, "error": self.code });
        if !self.messages.is_empty() {
            answer["response_metadata"] = serde_json::json!({ "messages": self.messages });
            if self.code == "invalid_blocks" {
                answer["errors"] = serde_json::json!(self.messages);
            }
        }
        answer
    }
}
