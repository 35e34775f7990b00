//! What can go wrong outside the rules.

/// A failure of a service, or of data that a service gave back. Its text is for logs, never for people.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The item was changed by somebody else since it was read. Read it again and decide anew.
    #[error("{0} was changed meanwhile")]
    Conflict(&'static str),
    /// A service did not do what it was asked for.
    #[error("{operation} failed: {cause}")]
    Service {
        /// The call.
        operation: &'static str,
        /// The service's words, with the whole chain of causes.
        cause: String,
    },
    /// A service took longer than could be waited for.
    #[error("{0} took too long")]
    Late(&'static str),
    /// An item or an answer does not have the form that it should have.
    #[error("{what} is not readable: {cause}")]
    Unreadable {
        /// What was read.
        what: &'static str,
        /// Where it deviates.
        cause: String,
    },
    /// The environment lacks a setting.
    #[error("the environment variable {0} is missing or empty")]
    Setting(&'static str),
    /// Slack refused a call.
    #[error("Slack's {method} answered {error}")]
    Slack {
        /// The method.
        method: &'static str,
        /// Slack's error code, such as `channel_not_found`.
        error: String,
    },
}

impl PlatformError {
    /// For `map_err` on an SDK call: keeps the operation's name and the chain of causes.
    pub(crate) fn service<E: std::error::Error>(operation: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Service {
            operation,
            cause: chain(&error),
        }
    }

    /// For `map_err` on reading something.
    pub(crate) fn unreadable<E: std::error::Error>(what: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Unreadable {
            what,
            cause: chain(&error),
        }
    }
}

/// An error with everything that caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
