//! What can go wrong at a cloud, sorted by what a step must do about it.

use std::fmt;

/// What kind of failure it is. Steps, retries and words for people depend on this alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The cloud has no such machine free here now. Another zone or type may do.
    NoCapacity,
    /// The account's own limit. Another family or region may do, or an increase.
    QuotaExceeded,
    /// The credentials work and are not allowed this. The action is the one that the cloud named, if it named one.
    Denied {
        /// Such as `ec2:RunInstances`.
        action: Option<String>,
    },
    /// The credentials are wrong, expired or revoked.
    BadKey,
    /// The account itself may not do this yet or any more: not opted in, pending verification, blocked.
    AccountNotReady,
    /// Too many requests; the same request will do later.
    Throttled,
    /// Something that the request refers to does not exist, or is not visible yet.
    NotFound,
    /// The request can never work as it is.
    InvalidRequest,
    /// There is no image of that system, version and architecture.
    UnsupportedImage,
    /// The account has no default network in this region: a subnet must be named.
    NoDefaultNetwork,
    /// The idempotency token was used before with other parameters: something else may be running under it.
    TokenMismatch,
    /// The machine that was launched under this token has ended since. Launching needs a new token.
    AlreadyEnded,
    /// It cannot be deleted while something holds it; the same request will do later.
    StillInUse,
    /// The cloud failed, or nobody knows what happened: the request may have had its effect. Repeat it.
    Transient,
}

/// A failed request. Shown, it says only what kind of failure it is: the cloud's own words are for logs.
#[derive(Clone)]
pub struct CloudError {
    pub(crate) kind: ErrorKind,
    pub(crate) operation: &'static str,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) log_text: String,
}

impl CloudError {
    /// A failure found before anything was asked of the cloud.
    pub fn refused(kind: ErrorKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            operation: "none",
            code: None,
            request_id: None,
            log_text: reason.into(),
        }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The request that failed, such as `ec2:RunInstances`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The cloud's own code, such as `InsufficientInstanceCapacity`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The cloud's id of the failed request, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The cloud's own words, for logs only: they may hold account numbers and encoded policies.
    pub fn log_text(&self) -> &str {
        &self.log_text
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::NoCapacity => {
                formatter.write_str("no capacity for this machine type here now")
            }
            ErrorKind::QuotaExceeded => formatter.write_str("the account's quota is used up"),
            ErrorKind::Denied {
                action: Some(action),
            } => write!(formatter, "not allowed: {action}"),
            ErrorKind::Denied { action: None } => formatter.write_str("not allowed"),
            ErrorKind::BadKey => formatter.write_str("the cloud does not accept the credentials"),
            ErrorKind::AccountNotReady => formatter.write_str("the account is not ready for this"),
            ErrorKind::Throttled => formatter.write_str("too many requests"),
            ErrorKind::NotFound => formatter.write_str("not found"),
            ErrorKind::InvalidRequest => formatter.write_str("the cloud cannot do what was asked"),
            ErrorKind::UnsupportedImage => formatter.write_str("no such image"),
            ErrorKind::NoDefaultNetwork => formatter.write_str("no default network in this region"),
            ErrorKind::TokenMismatch => {
                formatter.write_str("the idempotency token was used with other parameters")
            }
            ErrorKind::AlreadyEnded => formatter.write_str("the machine has already ended"),
            ErrorKind::StillInUse => formatter.write_str("still in use"),
            ErrorKind::Transient => formatter.write_str("the cloud did not answer as it should"),
        }
    }
}

impl fmt::Debug for CloudError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CloudError")
            .field("kind", &self.kind)
            .field("operation", &self.operation)
            .field("code", &self.code)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for CloudError {}
