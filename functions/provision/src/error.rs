//! Why a step was not done, in the names that the workflows match.

use clouds::{CloudError, ErrorKind};
use domain::reservation::IllegalTransition;
use domain::workflow::StepErrorKind;
use lambda_runtime::Diagnostic;
use platform::PlatformError;

/// A step that was not done.
#[derive(Debug)]
pub struct StepError {
    /// What the workflow does about it.
    pub kind: StepErrorKind,
    /// What happened, for the log alone.
    pub cause: String,
    /// The permission that is missing, where that is it and the cloud named it.
    pub(crate) action: Option<String>,
}

impl StepError {
    pub(crate) fn new(kind: StepErrorKind, cause: impl Into<String>) -> Self {
        Self {
            kind,
            cause: cause.into(),
            action: None,
        }
    }
}

/// What the workflow's history is told: the kind. The cause may hold what does not belong there.
impl From<StepError> for Diagnostic {
    fn from(error: StepError) -> Self {
        Self {
            error_type: error.kind.name().to_owned(),
            error_message: "the function's log tells more".to_owned(),
        }
    }
}

impl From<PlatformError> for StepError {
    fn from(error: PlatformError) -> Self {
        Self::new(StepErrorKind::Transient, error.to_string())
    }
}

/// A reservation that no longer is where the step expects it was taken over by another workflow.
impl From<IllegalTransition> for StepError {
    fn from(error: IllegalTransition) -> Self {
        Self::new(StepErrorKind::Cancelled, error.to_string())
    }
}

impl From<CloudError> for StepError {
    fn from(error: CloudError) -> Self {
        let kind = match error.kind() {
            ErrorKind::NoCapacity => StepErrorKind::NoCapacity,
            ErrorKind::QuotaExceeded => StepErrorKind::QuotaExceeded,
            ErrorKind::BadKey => StepErrorKind::BadKey,
            // The role no longer trusts us.
            ErrorKind::Denied { .. } if error.operation() == "sts:AssumeRole" => {
                StepErrorKind::BadKey
            }
            ErrorKind::Denied { .. } => StepErrorKind::Denied,
            ErrorKind::Throttled => StepErrorKind::Throttled,
            ErrorKind::StillInUse => StepErrorKind::NotYet,
            ErrorKind::InvalidRequest | ErrorKind::UnsupportedImage | ErrorKind::TokenMismatch => {
                StepErrorKind::InvalidRequest
            }
            ErrorKind::NoDefaultNetwork | ErrorKind::AccountNotReady => {
                StepErrorKind::Misconfigured
            }
            ErrorKind::AlreadyEnded => StepErrorKind::MachineVanished,
            // What it refers to was made a moment ago and is not visible everywhere yet.
            ErrorKind::NotFound | ErrorKind::Transient => StepErrorKind::Transient,
        };
        let action = match error.kind() {
            ErrorKind::Denied { action } => action.clone(),
            _ => None,
        };
        let code = error.code().unwrap_or("no code");
        let cause = format!(
            "{} ({code}): {error}: {}",
            error.operation(),
            error.log_text()
        );
        Self {
            kind,
            cause,
            action,
        }
    }
}
