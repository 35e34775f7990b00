use super::*;

const MASTER: &str = "a-master-secret";
/// Worked out by neither side; `infra/bootstrap/test_agent.py` checks the agent against it.
const VECTOR: &str = include_str!("../../../../../infra/bootstrap/signing_vector.json");

const RESERVATION: &str = "01JD2K4Z9Q";
const NODE: &str = "01JD2K4Z9Q-1";
const EXPIRES: i64 = 1_764_000_000;
const BODY: &[u8] = br#"{"uptime_seconds": 61}"#;

fn request() -> String {
    let key = node_key(MASTER, NODE);
    sign_request(&key, Action::Beat, 1_763_999_000_123, BODY)
}

#[test]
fn keys_differ_by_purpose_node_and_expiry() {
    let keys = [
        enrolment_key(MASTER, RESERVATION, EXPIRES),
        enrolment_key(MASTER, RESERVATION, EXPIRES + 1),
        enrolment_key(MASTER, "01JD2K4Z9R", EXPIRES),
        node_key(MASTER, NODE),
        node_key(MASTER, "01JD2K4Z9Q-2"),
        node_key("another-master", NODE),
    ];
    for (index, key) in keys.iter().enumerate() {
        assert_eq!(key.len(), 64);
        assert!(!keys[index + 1..].contains(key));
    }
}

#[test]
fn a_request_verifies_only_as_it_was_signed() {
    let key = node_key(MASTER, NODE);
    let time = 1_763_999_000_123;
    let signature = request();
    assert!(verify_request(&key, Action::Beat, time, BODY, &signature));
    assert!(!verify_request(&key, Action::Ready, time, BODY, &signature));
    assert!(!verify_request(
        &key,
        Action::Beat,
        time + 1,
        BODY,
        &signature
    ));
    assert!(!verify_request(&key, Action::Beat, time, b"{}", &signature));
    assert!(!verify_request(
        MASTER,
        Action::Beat,
        time,
        BODY,
        &signature
    ));
}

#[test]
fn a_malformed_signature_is_refused() {
    let key = node_key(MASTER, NODE);
    let good = request();
    for bad in [
        "",
        "v1=",
        "v1=zz",
        &good[3..],
        &good[..good.len() - 2],
        &good.replace("v1", "v2"),
    ] {
        assert!(
            !verify_request(&key, Action::Beat, 1_763_999_000_123, BODY, bad),
            "{bad}"
        );
    }
}

#[test]
fn an_answer_verifies_only_for_its_request() {
    let key = node_key(MASTER, NODE);
    let answer = sign_answer(&key, &request(), b"{\"ended\":false}");
    assert!(verify_answer(
        &key,
        &request(),
        b"{\"ended\":false}",
        &answer
    ));
    assert!(!verify_answer(
        &key,
        &request(),
        b"{\"ended\":true}",
        &answer
    ));
    assert!(!verify_answer(&key, "v1=00", b"{\"ended\":false}", &answer));
}

#[test]
fn actions_are_parsed_by_name() {
    assert_eq!(Action::parse("enrol"), Some(Action::Enrol));
    assert_eq!(Action::parse("ready"), Some(Action::Ready));
    assert_eq!(Action::parse("Beat"), None);
}

#[test]
fn what_a_machine_says_of_its_failure_is_bounded_text_without_secrets() {
    let said = SetupFailure {
        step: "Docker/../x\n".repeat(9),
        log: format!(
            "{}\u{1b}[31mkey AKIAIOSFODNN7EXAMPLE\r\nthe end\n",
            "x\n".repeat(2_000)
        ),
    }
    .bounded();
    assert_eq!(said.step, "ockerx".repeat(7)[..40]);
    assert_eq!(said.log.chars().count(), LOG_CHARS_MAX);
    assert!(said.log.ends_with("\nthe end"), "{}", said.log);
    assert!(!said.log.contains("AKIA") && !said.log.contains('\u{1b}'));
}

#[test]
fn keys_and_signatures_are_those_of_the_shared_vector() {
    let vector: serde_json::Value = serde_json::from_str(VECTOR).unwrap();
    let text = |name: &str| vector[name].as_str().unwrap();
    let expires = vector["expires_epoch_seconds"].as_i64().unwrap();
    let enrolment = enrolment_key(text("master"), text("reservation_id"), expires);
    assert_eq!(enrolment, text("enrolment_key"));
    let key = node_key(text("master"), text("node_id"));
    assert_eq!(key, text("node_key"));
    let action = Action::parse(text("action")).unwrap();
    let timestamp_ms = vector["timestamp_ms"].as_i64().unwrap();
    let request = sign_request(&key, action, timestamp_ms, text("request_body").as_bytes());
    assert_eq!(request, text("request_signature"));
    let answer = sign_answer(&key, &request, text("answer_body").as_bytes());
    assert_eq!(answer, text("answer_signature"));
}
