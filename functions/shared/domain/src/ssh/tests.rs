//! Keys of every type, as `ssh-keygen` made them, and whatever else people paste.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;

use super::*;
use crate::redact::looks_like_secret;

/// Public keys made by `ssh-keygen` for this file alone, each with the fingerprint that it prints.
const KEYS: &str = include_str!("keys.txt");

/// A public key with its comment, and its fingerprint, by the place in the file.
fn sample(number: usize) -> (&'static str, &'static str) {
    let mut lines = KEYS.lines().skip(number * 2);
    (
        lines.next().expect("a key"),
        lines.next().expect("its fingerprint"),
    )
}

/// An ed25519 key.
pub(crate) fn ed25519() -> &'static str {
    sample(0).0
}

/// An RSA key that is too short.
pub(crate) fn rsa_2048() -> &'static str {
    sample(4).0
}

/// An RSA key that is as long as can be.
pub(crate) fn rsa_4096() -> &'static str {
    sample(6).0
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("short").to_be_bytes();
    [&length, bytes].concat()
}

/// A line from a type and the strings inside the key.
pub(crate) fn made_of(kind: &str, strings: &[&[u8]]) -> String {
    let blob: Vec<u8> = std::iter::once(&kind.as_bytes())
        .chain(strings)
        .flat_map(|bytes| string(bytes))
        .collect();
    format!("{kind} {}", BASE64_STANDARD.encode(blob))
}

fn without_comment(line: &str) -> String {
    line.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

fn taken(text: &str) -> Vec<String> {
    let keys = key_in(text).expect("a key").expect("a good one");
    keys.iter().map(PublicKey::line).collect()
}

#[test]
fn keys_of_every_strong_type_are_read_and_have_the_fingerprint_that_ssh_keygen_prints() {
    for number in [0, 1, 2, 3, 5, 6] {
        let (line, fingerprint) = sample(number);
        let key = PublicKey::parse(line).expect(line);
        assert_eq!(key.line(), without_comment(line));
        assert_eq!(key.fingerprint(), fingerprint);
        assert_eq!(key::fingerprint_of(&key.line()), fingerprint);
    }
    let point = [&[4], &[7; 64][..]].concat();
    for line in [
        made_of("sk-ssh-ed25519@openssh.com", &[&[7; 32], b"ssh:"]),
        made_of(
            "sk-ecdsa-sha2-nistp256@openssh.com",
            &[b"nistp256", &point, b"ssh:"],
        ),
    ] {
        assert_eq!(
            PublicKey::parse(&line).map(|key| key.line()),
            Ok(line.clone())
        );
    }
}

#[test]
fn what_is_weak_or_no_public_key_is_refused_for_its_reason() {
    let ed25519 = without_comment(ed25519());
    let body = ed25519.split(' ').next_back().expect("a body");
    let long = [&[0x80], &[7; 1_023][..]].concat();
    let long = [&[0], &long[..]].concat();
    let cases = [
        (String::new(), KeyFault::NotAKey),
        ("hello".to_owned(), KeyFault::NotAKey),
        (body.to_owned(), KeyFault::NotAKey),
        (
            "ssh-ed25519-cert-v01@openssh.com AAAA".to_owned(),
            KeyFault::NotAKey,
        ),
        (rsa_2048().to_owned(), KeyFault::RsaTooShort(2_048)),
        (
            made_of("ssh-rsa", &[&[1, 0, 1], &long]),
            KeyFault::RsaTooLong(8_192),
        ),
        ("ssh-dss AAAAB3NzaC1kc3MAAACBAP1".to_owned(), KeyFault::Dsa),
        (
            format!("command=\"rm -rf /\",no-pty {ed25519}"),
            KeyFault::Options,
        ),
        (format!("restrict {ed25519}"), KeyFault::Options),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----".to_owned(),
            KeyFault::Private,
        ),
        (
            "PuTTY-User-Key-File-3: ssh-ed25519".to_owned(),
            KeyFault::Private,
        ),
        ("ssh-ed25519".to_owned(), KeyFault::Damaged),
        ("ssh-ed25519 ????".to_owned(), KeyFault::Damaged),
        (ed25519[..ed25519.len() - 8].to_owned(), KeyFault::Damaged),
        (format!("ssh-rsa {body}"), KeyFault::Damaged),
        (made_of("ssh-ed25519", &[&[7; 31]]), KeyFault::Damaged),
        (
            made_of("ssh-ed25519", &[&[7; 32], b"more"]),
            KeyFault::Damaged,
        ),
        (
            made_of("ecdsa-sha2-nistp256", &[b"nistp384", &[4; 97]]),
            KeyFault::Damaged,
        ),
        // A compressed point, which sshd does not take.
        (
            made_of("ecdsa-sha2-nistp256", &[b"nistp256", &[2; 65]]),
            KeyFault::Damaged,
        ),
        // A negative number, and one with needless zeroes.
        (
            made_of("ssh-rsa", &[&[1, 0, 1], &[0x80; 384]]),
            KeyFault::Damaged,
        ),
        (made_of("ssh-rsa", &[&[0, 1], &[7; 384]]), KeyFault::Damaged),
        (
            made_of("sk-ssh-ed25519@openssh.com", &[&[7; 32]]),
            KeyFault::Damaged,
        ),
    ];
    for (line, fault) in cases {
        assert_eq!(PublicKey::parse(&line), Err(fault), "{line}");
    }
}

#[test]
fn a_key_is_found_in_whatever_slack_makes_of_it() {
    let key = without_comment(ed25519());
    for text in [
        key.clone(),
        format!("here is my key: `{key} alice@laptop`"),
        format!("```{key} <mailto:alice@example.com|alice@example.com>```"),
        format!("<@U0BOT> add this ssh key\n{key}"),
        format!("“{key}”, please."),
        format!("my key is {key}."),
    ] {
        assert_eq!(taken(&text).join("\n"), key, "{text}");
    }
    let link = "<mailto:sk-ssh-ed25519@openssh.com|sk-ssh-ed25519@openssh.com>";
    let security_key = made_of("sk-ssh-ed25519@openssh.com", &[&[7; 32], b"ssh:"]);
    let sent = security_key.replace("sk-ssh-ed25519@openssh.com", link);
    assert_eq!(taken(&sent).join("\n"), security_key);
    let both = format!("{key} alice\n{security_key}\n{key} twice");
    assert_eq!(taken(&both), [key, security_key]);
}

#[test]
fn talk_about_keys_is_no_key_and_a_bad_key_has_a_reason() {
    for text in [
        "",
        "add my ssh key",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "my ssh-rsa key is lost",
    ] {
        assert_eq!(key_in(text), None, "{text}");
    }
    for (text, fault) in [
        (
            "add ssh-dss AAAAB3NzaC1kc3MAAACBAP1 please".to_owned(),
            KeyFault::Dsa,
        ),
        (
            format!("my key: `{}`", rsa_2048()),
            KeyFault::RsaTooShort(2_048),
        ),
        (
            format!("{}\n{}", ed25519(), &rsa_4096()[..80]),
            KeyFault::Damaged,
        ),
        (
            format!("{}\n-----BEGIN RSA PRIVATE KEY-----\nMIIE", ed25519()),
            KeyFault::Private,
        ),
    ] {
        assert_eq!(key_in(&text), Some(Err(fault)), "{text}");
    }
}

#[test]
fn keys_are_added_and_removed_and_none_is_dropped_unsaid() {
    let line = |number: u8| made_of("ssh-ed25519", &[&[number; 32]]);
    let add = |added: Vec<String>| SshKeysChange {
        added,
        removed: Vec::new(),
    };
    let full = SshKeys::default()
        .changed(&add((0..10).map(line).collect()))
        .expect("there is room");
    assert_eq!((full.added, full.known), (10, 0));
    let keys = full.keys;
    assert_eq!(
        keys.changed(&add(vec![line(10), line(11)])),
        Err(Surplus::TooMany(12))
    );
    let again = keys.changed(&add(vec![line(5)])).expect("it is known");
    assert_eq!(
        (again.added, again.known, &again.keys),
        (0, 1, &keys),
        "a known key is not added twice"
    );
    let fingerprint = PublicKey::parse(&line(0)).expect("a key").fingerprint();
    let swapped = keys
        .changed(&SshKeysChange {
            added: vec![line(10)],
            removed: vec![fingerprint, "SHA256:unknown".to_owned()],
        })
        .expect("one goes and one comes");
    assert_eq!((swapped.added, swapped.removed), (1, 1));
    assert_eq!(
        (swapped.keys.keys.len(), swapped.keys.keys.last()),
        (10, Some(&line(10)))
    );
    assert!(!swapped.keys.keys.contains(&line(0)));
    let long = (0..6).map(|number| {
        let modulus = [&[0x7f, number], &[7; 510][..]].concat();
        made_of("ssh-rsa", &[&[1, 0, 1], &modulus])
    });
    assert_eq!(
        SshKeys::default().changed(&add(long.collect())),
        Err(Surplus::TooLong)
    );
}

/// Keys of all types that are taken, with whatever numbers.
fn any_key() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        Just(("ssh-ed25519", None, 32)),
        Just(("ecdsa-sha2-nistp256", Some("nistp256"), 65)),
        Just(("ecdsa-sha2-nistp384", Some("nistp384"), 97)),
        Just(("ecdsa-sha2-nistp521", Some("nistp521"), 133)),
        Just(("ssh-rsa", None, 384)),
        Just(("ssh-rsa", None, 512)),
        Just(("sk-ssh-ed25519@openssh.com", None, 32)),
        Just(("sk-ecdsa-sha2-nistp256@openssh.com", Some("nistp256"), 65)),
    ];
    let bytes = prop::collection::vec(any::<u8>(), 600);
    (kind, bytes).prop_map(|((kind, curve, length), bytes)| {
        let mut body = bytes[..length].to_vec();
        let mut strings: Vec<&[u8]> = curve.iter().map(|curve| curve.as_bytes()).collect();
        if curve.is_some() {
            body[0] = 4;
        }
        if kind == "ssh-rsa" {
            body[0] |= 0x80;
            body.insert(0, 0);
            strings.push(&[1, 0, 1]);
        }
        strings.push(&body);
        if kind.starts_with("sk-") {
            strings.push(b"ssh:");
        }
        made_of(kind, &strings)
    })
}

proptest! {
    #[test]
    fn a_key_is_read_back_whatever_slack_makes_of_it(
        key in any_key(),
        before in prop_oneof![Just(""), Just("here: `"), Just("```"), Just("<@U0BOT> *"), Just("> “")],
        after in prop_oneof![
            Just(""), Just("`"), Just("```"), Just("*."), Just(" me@laptop"), Just("”"),
            Just(" <mailto:me@example.com|me@example.com>"),
        ],
    ) {
        let sent = match key.split_once(' ') {
            Some((kind, body)) if kind.contains('@') => format!("<mailto:{kind}|{kind}> {body}"),
            _ => key.clone(),
        };
        let sent = format!("{before}{sent}{after}");
        prop_assert_eq!(taken(&sent), [key.clone()]);
        prop_assert!(!looks_like_secret(&sent), "{}", sent);
        let parsed = PublicKey::parse(&key).expect("a key");
        prop_assert_eq!(parsed.line(), key);
    }

    #[test]
    fn whatever_is_sent_is_read_without_panic(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = (key_in(&text), PublicKey::parse(&text), key::fingerprint_of(&text));
        for kind in ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"] {
            let line = format!("{kind} {}", BASE64_STANDARD.encode([&string(kind.as_bytes()), &bytes[..]].concat()));
            let _ = (key_in(&line), PublicKey::parse(&line));
        }
    }

    #[test]
    fn a_key_that_lost_or_gained_a_byte_is_refused(key in any_key(), at in any::<prop::sample::Index>()) {
        let (kind, body) = key.split_once(' ').expect("two words");
        let mut blob = BASE64_STANDARD.decode(body).expect("base64");
        let longer = [&blob[..], &[0]].concat();
        blob.truncate(at.index(blob.len()));
        for blob in [blob, longer] {
            let line = format!("{kind} {}", BASE64_STANDARD.encode(blob));
            prop_assert_eq!(PublicKey::parse(&line), Err(KeyFault::Damaged));
        }
    }
}
