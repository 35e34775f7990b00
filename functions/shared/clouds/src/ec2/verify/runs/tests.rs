//! What is read from a refusal.

use super::*;

fn read(kind: ErrorKind) -> Option<Answer> {
    let error = CloudError::refused(kind, "as a test has it");
    Answer::of_failure("ec2:RunInstances", error).ok()
}

#[test]
fn a_refusal_names_what_is_missing() {
    let missing = |action: &str| Some(Answer::Missing(action.to_owned()));
    let tagging = ErrorKind::Denied {
        action: Some("ec2:CreateTags".to_owned()),
    };
    assert_eq!(read(tagging), missing("ec2:CreateTags"));
    assert_eq!(
        read(ErrorKind::Denied { action: None }),
        missing("ec2:RunInstances")
    );
}

#[test]
fn what_is_behind_the_permission_is_allowed_and_what_is_no_answer_is_an_error() {
    for kind in [
        ErrorKind::NotFound,
        ErrorKind::InvalidRequest,
        ErrorKind::QuotaExceeded,
    ] {
        assert_eq!(read(kind.clone()), Some(Answer::Allowed), "{kind:?}");
    }
    for kind in [
        ErrorKind::BadKey,
        ErrorKind::AccountNotReady,
        ErrorKind::Throttled,
        ErrorKind::Transient,
    ] {
        assert_eq!(read(kind.clone()), None, "{kind:?}");
    }
}
