//! What can go wrong while the local stack starts or runs, in words that say what to do next.

use std::path::PathBuf;

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the local stack could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program this machine lacks, with the command that installs it.
    #[error("{what} is missing. Install it with: {install}")]
    Missing {
        /// The program, with its least version.
        what: &'static str,
        /// The command for this operating system.
        install: &'static str,
    },
    /// Machines boot for root alone.
    #[error("only root may boot machines: run the same command as root, such as with sudo -E")]
    NotRoot,
    /// The operating system refused something.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// The refusal.
        source: std::io::Error,
    },
    /// A command ended with a failure.
    #[error("{what} failed ({status})\n{output}")]
    Command {
        /// Which command.
        what: String,
        /// Its exit status.
        status: std::process::ExitStatus,
        /// The end of what it printed.
        output: String,
    },
    /// A child process ended although it should have kept running.
    #[error("{name} ended by itself. Its log is {}; the end of it:\n{tail}", log.display())]
    Ended {
        /// The child.
        name: String,
        /// Its log file.
        log: PathBuf,
        /// The end of the log.
        tail: String,
    },
    /// Something did not happen in time.
    #[error("{what} took longer than {seconds} s\n{detail}")]
    Timeout {
        /// What was waited for.
        what: String,
        /// The limit.
        seconds: u64,
        /// What was seen instead.
        detail: String,
    },
    /// An AWS call to the emulator failed.
    #[error("{call}: {message}")]
    Aws {
        /// The call.
        call: &'static str,
        /// The error with all its causes.
        message: String,
    },
    /// A Lambda answered with an error.
    #[error("the {function} function failed: {payload}")]
    Function {
        /// Its short name.
        function: String,
        /// The error document it answered with.
        payload: String,
    },
    /// An answer that does not have the agreed form.
    #[error("{what} is not understood: {detail}")]
    Unexpected {
        /// The answer.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl Error {
    /// Wraps an operating system error with what was being done.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Wraps an SDK error with the call's name; the SDK's own text names only the outermost cause.
    pub fn aws<E: std::error::Error>(call: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Aws {
            call,
            message: with_causes(&error),
        }
    }
}

/// An error's text followed by those of its causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
