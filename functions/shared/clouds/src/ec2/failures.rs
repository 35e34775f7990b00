//! AWS error codes and what they mean here.

use std::error::Error;

use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::operation::RequestId;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;

use crate::{CloudError, ErrorKind};

/// EC2 does not know the instance: not yet, no longer, or never.
pub(super) const NO_INSTANCE: &str = "InvalidInstanceID.NotFound";

/// An account that never had a spot machine needs a role made for it first, which these credentials may not do.
const NO_SPOT_ROLE: &str = "AuthFailure.ServiceLinkedRoleCreationNotPermitted";
const MAKE_ROLE: &str = "iam:CreateServiceLinkedRole";

/// An error's causes are a short chain; a longer one is a loop.
const CAUSE_LIMIT: usize = 16;
/// Encoded authorization messages run to kilobytes that no log needs.
const LOG_TEXT_LIMIT_CHARS: usize = 1_000;

const DENIED: ErrorKind = ErrorKind::Denied { action: None };

/// Codes by name. What is not listed is judged by its form.
const CODES: &[(&str, ErrorKind)] = &[
    ("InsufficientInstanceCapacity", ErrorKind::NoCapacity),
    ("InsufficientHostCapacity", ErrorKind::NoCapacity),
    ("InsufficientAddressCapacity", ErrorKind::NoCapacity),
    ("InsufficientFreeAddressesInSubnet", ErrorKind::NoCapacity),
    ("InsufficientVolumeCapacity", ErrorKind::NoCapacity),
    ("ReservationCapacityExceeded", ErrorKind::NoCapacity),
    ("UnfulfillableCapacity", ErrorKind::NoCapacity),
    // The type is not offered in this zone: for the step it is a zone without capacity.
    ("Unsupported", ErrorKind::NoCapacity),
    // The spot price has risen above the list price, which is the most that is bid.
    ("SpotMaxPriceTooLow", ErrorKind::NoCapacity),
    ("InstanceLimitExceeded", ErrorKind::QuotaExceeded),
    ("VcpuLimitExceeded", ErrorKind::QuotaExceeded),
    ("VolumeLimitExceeded", ErrorKind::QuotaExceeded),
    ("MaxSpotInstanceCountExceeded", ErrorKind::QuotaExceeded),
    ("SecurityGroupLimitExceeded", ErrorKind::QuotaExceeded),
    (
        "RulesPerSecurityGroupLimitExceeded",
        ErrorKind::QuotaExceeded,
    ),
    ("NetworkInterfaceLimitExceeded", ErrorKind::QuotaExceeded),
    ("UnauthorizedOperation", DENIED),
    ("AccessDenied", DENIED),
    ("AccessDeniedException", DENIED),
    (NO_SPOT_ROLE, DENIED),
    // Termination protection, set by somebody else.
    ("OperationNotPermitted", DENIED),
    ("AuthFailure", ErrorKind::BadKey),
    ("InvalidClientTokenId", ErrorKind::BadKey),
    ("UnrecognizedClientException", ErrorKind::BadKey),
    ("SignatureDoesNotMatch", ErrorKind::BadKey),
    ("IncompleteSignature", ErrorKind::BadKey),
    ("MissingAuthenticationToken", ErrorKind::BadKey),
    ("ExpiredToken", ErrorKind::BadKey),
    ("ExpiredTokenException", ErrorKind::BadKey),
    ("OptInRequired", ErrorKind::AccountNotReady),
    ("PendingVerification", ErrorKind::AccountNotReady),
    ("Blocked", ErrorKind::AccountNotReady),
    ("RequestLimitExceeded", ErrorKind::Throttled),
    ("Throttling", ErrorKind::Throttled),
    ("ThrottlingException", ErrorKind::Throttled),
    ("ThrottledException", ErrorKind::Throttled),
    ("RequestThrottled", ErrorKind::Throttled),
    ("TooManyRequestsException", ErrorKind::Throttled),
    ("EC2ThrottledException", ErrorKind::Throttled),
    ("ParameterNotFound", ErrorKind::NotFound),
    ("VPCIdNotSpecified", ErrorKind::NoDefaultNetwork),
    ("DefaultVpcDoesNotExist", ErrorKind::NoDefaultNetwork),
    // "No subnets found for the default VPC. Please specify a subnet."
    ("MissingInput", ErrorKind::NoDefaultNetwork),
    ("IdempotentParameterMismatch", ErrorKind::TokenMismatch),
    ("IdempotentInstanceTerminated", ErrorKind::AlreadyEnded),
    ("DependencyViolation", ErrorKind::StillInUse),
    ("InvalidGroup.InUse", ErrorKind::StillInUse),
    ("MissingParameter", ErrorKind::InvalidRequest),
    ("UnknownParameter", ErrorKind::InvalidRequest),
    ("UnsupportedOperation", ErrorKind::InvalidRequest),
    ("ValidationError", ErrorKind::InvalidRequest),
    ("ValidationException", ErrorKind::InvalidRequest),
    ("TagLimitExceeded", ErrorKind::InvalidRequest),
    // A clock that differs, or a session that ended while the request was under way: a new signature helps.
    ("RequestExpired", ErrorKind::Transient),
    ("ConcurrentTagAccess", ErrorKind::Transient),
    ("InternalError", ErrorKind::Transient),
    ("InternalFailure", ErrorKind::Transient),
    ("ServiceUnavailable", ErrorKind::Transient),
    ("Unavailable", ErrorKind::Transient),
];

/// Sorts a failed call. Nobody but a service that answered can say that a request had no effect.
pub(super) fn cloud_error<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let log_text = DisplayErrorContext(error).to_string();
    if let Some(refusal) = assume_role_refusal(error) {
        let kind = kind(refusal.code(), refusal.message(), Some("sts:AssumeRole"));
        return failed("sts:AssumeRole", kind, refusal.code(), None, &log_text);
    }
    let kind = match error {
        SdkError::ServiceError(_) => kind(error.code(), error.message(), None),
        SdkError::ConstructionFailure(_) => ErrorKind::InvalidRequest,
        _ => ErrorKind::Transient,
    };
    failed(operation, kind, error.code(), error.request_id(), &log_text)
}

/// An answer that the service's own description does not allow. Asking again is all that is left.
pub(super) fn unexpected(operation: &'static str, what: &str) -> CloudError {
    failed(operation, ErrorKind::Transient, None, None, what)
}

fn failed(
    operation: &'static str,
    kind: ErrorKind,
    code: Option<&str>,
    request_id: Option<&str>,
    log_text: &str,
) -> CloudError {
    CloudError {
        kind,
        operation,
        code: code.map(str::to_owned),
        request_id: request_id.map(str::to_owned),
        log_text: log_text.chars().take(LOG_TEXT_LIMIT_CHARS).collect(),
    }
}

/// Credentials are fetched inside the call that needs them, so a refused role hides among that call's causes.
fn assume_role_refusal<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a AssumeRoleError> {
    let mut cause = Some(error);
    for _ in 0..CAUSE_LIMIT {
        if let Some(refusal) = cause?.downcast_ref::<AssumeRoleError>() {
            return Some(refusal);
        }
        cause = cause?.source();
    }
    None
}

fn kind(code: Option<&str>, message: Option<&str>, default_action: Option<&str>) -> ErrorKind {
    let default_action = (code == Some(NO_SPOT_ROLE))
        .then_some(MAKE_ROLE)
        .or(default_action);
    match code.map_or(ErrorKind::Transient, kind_of_code) {
        ErrorKind::Denied { .. } => ErrorKind::Denied {
            action: message
                .and_then(denied_action)
                .or(default_action)
                .map(str::to_owned),
        },
        kind => kind,
    }
}

fn kind_of_code(code: &str) -> ErrorKind {
    if let Some((_, kind)) = CODES.iter().find(|(listed, _)| *listed == code) {
        return kind.clone();
    }
    if code.ends_with(".NotFound") {
        ErrorKind::NotFound
    } else if code.ends_with("LimitExceeded") {
        ErrorKind::QuotaExceeded
    } else if code.starts_with("Invalid") || code.ends_with(".Malformed") {
        ErrorKind::InvalidRequest
    } else {
        ErrorKind::Transient
    }
}

/// The action in "… is not authorized to perform: ec2:CreateTags on resource: …", if it is one.
fn denied_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let end = rest
        .find(|character: char| {
            !character.is_ascii_alphanumeric() && character != ':' && character != '-'
        })
        .unwrap_or(rest.len());
    let action = &rest[..end];
    let (service, name) = action.split_once(':')?;
    (!service.is_empty() && !name.is_empty()).then_some(action)
}

#[cfg(test)]
mod tests;
