use super::*;

#[test]
fn every_listed_code_is_listed_once_and_means_what_the_table_says() {
    for (index, (code, expected)) in CODES.iter().enumerate() {
        assert!(
            CODES[index + 1..].iter().all(|(other, _)| other != code),
            "{code} is listed twice"
        );
        assert_eq!(kind_of_code(code), *expected, "{code}");
    }
}

#[test]
fn the_table_agrees_with_what_steps_do_about_each_code() {
    let expectations = [
        ("InsufficientInstanceCapacity", ErrorKind::NoCapacity),
        ("VcpuLimitExceeded", ErrorKind::QuotaExceeded),
        ("RequestLimitExceeded", ErrorKind::Throttled),
        ("UnauthorizedOperation", DENIED),
        ("AuthFailure", ErrorKind::BadKey),
        ("IdempotentParameterMismatch", ErrorKind::TokenMismatch),
        ("DependencyViolation", ErrorKind::StillInUse),
        ("VPCIdNotSpecified", ErrorKind::NoDefaultNetwork),
    ];
    for (code, expected) in expectations {
        assert_eq!(kind_of_code(code), expected, "{code}");
    }
}

#[test]
fn an_unlisted_code_is_judged_by_its_form() {
    let cases = [
        ("InvalidSubnetID.NotFound", ErrorKind::NotFound),
        ("InvalidAMIID.Malformed", ErrorKind::InvalidRequest),
        ("InvalidParameterValue", ErrorKind::InvalidRequest),
        ("AttachmentLimitExceeded", ErrorKind::QuotaExceeded),
        ("SomethingNobodyHasSeen", ErrorKind::Transient),
    ];
    for (code, expected) in cases {
        assert_eq!(kind_of_code(code), expected, "{code}");
    }
}

#[test]
fn without_a_code_nobody_knows_what_happened() {
    assert_eq!(kind(None, None, None), ErrorKind::Transient);
}

#[test]
fn a_denial_names_the_action_that_the_cloud_named() {
    let message = "You are not authorized to perform this operation. User: arn:aws:sts::1:assumed-role/x/y is not \
                   authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:us-east-1:1:instance/* because no \
                   identity-based policy allows the ec2:CreateTags action. Encoded authorization failure message: abc";
    let named = ErrorKind::Denied {
        action: Some("ec2:CreateTags".to_owned()),
    };
    assert_eq!(
        kind(Some("UnauthorizedOperation"), Some(message), None),
        named
    );
    assert_eq!(
        kind(Some("UnauthorizedOperation"), Some("No."), None),
        DENIED
    );
}

#[test]
fn an_action_is_never_taken_from_anything_else() {
    assert_eq!(denied_action("not authorized to perform: <script>"), None);
    assert_eq!(denied_action("not authorized to perform: ec2"), None);
    assert_eq!(
        denied_action("not authorized to perform: iam-x:PassRole*"),
        Some("iam-x:PassRole")
    );
}
