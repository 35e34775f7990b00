use proptest::prelude::*;

use super::*;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG alice@laptop";

fn spec() -> BootstrapSpec {
    BootstrapSpec {
        beacon_url: BeaconUrl::parse("https://api.example.com/").unwrap(),
        reservation_id: "01JD2K4Z9QAAAAAAAAAAAAAAAA".to_owned(),
        count: 1,
        first_number: 1,
        environments: Vec::new(),
        cluster: None,
        enrolment_key: "e".repeat(64),
        enrolment_expires_epoch_seconds: 1_764_000_000,
        login_user: LoginUser::parse("ubuntu").unwrap(),
        authorized_keys: vec![AuthorizedKey::parse(KEY).unwrap()],
        hostname: Hostname::parse("r-7k2mq").unwrap(),
        is_spot: false,
    }
}

fn document(text: &str) -> Value {
    serde_json::from_str(text.strip_prefix(HEADER).unwrap()).unwrap()
}

#[test]
fn the_document_is_what_a_machine_needs() {
    let mut document = document(&render(&spec()));
    for file in document["write_files"].as_array_mut().unwrap() {
        if file["path"] == AGENT_PATH {
            file["content"] = json!("(agent.py)");
        }
    }
    insta::assert_json_snapshot!(document);
}

#[test]
fn it_fits_with_room_for_many_keys() {
    let mut spec = spec();
    spec.authorized_keys = vec![AuthorizedKey::parse(KEY).unwrap(); 20];
    assert!(render(&spec).len() < USER_DATA_LIMIT_BYTES);
}

#[test]
fn it_fits_with_all_the_keys_that_one_person_may_have() {
    let mut spec = BootstrapSpec {
        count: crate::spec::COUNT_MAX,
        ..spec()
    };
    let long = crate::ssh::PublicKey::parse(crate::ssh::tests::rsa_4096())
        .unwrap()
        .line();
    let count = crate::ssh::KEYS_CHARS_MAX.div_ceil(long.len());
    spec.authorized_keys = vec![AuthorizedKey::parse(&long).unwrap(); count];
    assert!(render(&spec).len() < USER_DATA_LIMIT_BYTES);
}

#[test]
fn the_agent_is_plain_text_in_any_encoding() {
    assert!(AGENT.is_ascii());
    assert!(AGENT.starts_with("#!/usr/bin/env python3\n"));
}

#[test]
fn a_spec_shown_for_debugging_holds_no_key() {
    assert!(!format!("{:?}", spec()).contains("eeee"));
}

#[test]
fn values_that_do_not_belong_are_refused() {
    for bad in [
        "",
        "-a",
        "a-",
        "A",
        "a.b",
        "a b",
        "a;reboot",
        "ä",
        &"a".repeat(64),
    ] {
        assert!(Hostname::parse(bad).is_err(), "{bad}");
    }
    for bad in ["", "Root", "1a", "a b", "a/../b", "a\n", &"a".repeat(33)] {
        assert!(LoginUser::parse(bad).is_err(), "{bad}");
    }
    for bad in [
        "",
        "ssh-ed25519",
        "ssh-dss AAAA",
        "command=\"x\" ssh-rsa AAAA",
        "ssh-rsa AAAA\nssh-rsa BBBB",
        "ssh-rsa $(x)",
    ] {
        assert!(AuthorizedKey::parse(bad).is_err(), "{bad}");
    }
    for bad in [
        "",
        "https://",
        "ftp://a",
        "https://a?b",
        "https://a b",
        "https://a\"",
        "https://user@a",
    ] {
        assert!(BeaconUrl::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_key_keeps_its_comment_and_loses_surrounding_space() {
    assert_eq!(AuthorizedKey::parse(&format!(" {KEY}\n")).unwrap().0, KEY);
}

proptest! {
    #[test]
    fn whatever_is_accepted_stays_one_value(text in "\\PC{0,80}") {
        let mut spec = spec();
        if let Ok(hostname) = Hostname::parse(&text) { spec.hostname = hostname; }
        if let Ok(user) = LoginUser::parse(&text) { spec.login_user = user; }
        if let Ok(url) = BeaconUrl::parse(&text) { spec.beacon_url = url; }
        spec.reservation_id = text.clone();
        let document = document(&render(&spec));
        let config = document["write_files"][0]["content"].as_str().unwrap();
        let config: Value = serde_json::from_str(config).unwrap();
        prop_assert_eq!(config["reservation_id"].as_str(), Some(text.as_str()));
        prop_assert_eq!(document.as_object().unwrap().len(), 7);
    }
}
