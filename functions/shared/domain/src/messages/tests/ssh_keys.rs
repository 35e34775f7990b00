//! What is said about ssh keys, and the form for them.

use super::*;
use crate::event::SshReply;
use crate::forms::Form;
use crate::ssh::{KeyFault, KnownKey, SshKeys, Surplus};

fn answers() -> Vec<(&'static str, SshReply)> {
    let user = || "UALICE".to_owned();
    let known = || crate::testing::keys().known();
    let changed = |added, removed, known, keys| SshReply::Changed {
        added,
        removed,
        known,
        keys,
        user: user(),
    };
    let refused = |why| SshReply::Refused { why, user: user() };
    let surplus = |what| SshReply::Surplus { what, user: user() };
    vec![
        (
            "none known",
            SshReply::Known {
                keys: Vec::new(),
                user: user(),
            },
        ),
        (
            "one known",
            SshReply::Known {
                keys: known(),
                user: user(),
            },
        ),
        ("added", changed(1, 0, 0, known())),
        ("known already", changed(0, 0, 1, known())),
        ("several added, some known", changed(2, 0, 2, known())),
        ("removed", changed(0, 1, 0, known())),
        ("all removed", changed(0, 2, 0, Vec::<KnownKey>::new())),
        ("exchanged", changed(1, 1, 0, known())),
        ("nothing", changed(0, 0, 0, known())),
        ("no key", refused(KeyFault::NotAKey)),
        ("private", refused(KeyFault::Private)),
        ("with options", refused(KeyFault::Options)),
        ("DSA", refused(KeyFault::Dsa)),
        ("RSA, short", refused(KeyFault::RsaTooShort(2_048))),
        ("RSA, long", refused(KeyFault::RsaTooLong(8_192))),
        ("damaged", refused(KeyFault::Damaged)),
        ("too many", surplus(Surplus::TooMany(12))),
        ("too long", surplus(Surplus::TooLong)),
    ]
}

#[test]
fn answers_about_ssh_keys() {
    let said = answers()
        .into_iter()
        .map(|(name, answer)| (name, reply(&Reply::SshKeys(answer), PlaceKind::Direct)));
    insta::assert_snapshot!(all(said));
}

#[test]
fn the_form_for_ssh_keys() {
    insta::assert_json_snapshot!(
        "form_ssh_keys",
        form(&Form::SshKeys(crate::testing::keys()), "{}")
    );
    let empty = form(&Form::SshKeys(SshKeys::default()), "{}");
    let blocks = empty["blocks"].as_array().expect("blocks");
    assert_eq!(blocks.len(), 1, "without keys there is nothing to tick");
    assert_eq!(blocks[0]["optional"], false);
}
