//! Public keys, and secrets that are no public keys.

use super::*;
use crate::event::SshReply;
use crate::forms::{Form, SshKeysChange};
use crate::ssh::tests::{ed25519, made_of, rsa_2048};
use crate::ssh::{KEYS_MAX, KeyFault, Surplus, key_in};

fn sent(text: &str, world: &World) -> Decision {
    decide(&Input::SshKeys(key_in(text).expect("a key")), world)
}

fn changed(decision: &Decision) -> (usize, usize, usize) {
    let Some(Reply::SshKeys(SshReply::Changed {
        added,
        removed,
        known,
        ..
    })) = &decision.reply
    else {
        panic!("{:?}", decision.reply)
    };
    assert!(decision.privately);
    (*added, *removed, *known)
}

#[test]
fn a_key_is_kept_once_and_put_on_the_next_machine() {
    let given = sent(ed25519(), &world());
    assert_eq!(changed(&given), (1, 0, 0));
    let world = World {
        quote: Some(quote(240)),
        ..after(world(), &given)
    };
    let again = sent(ed25519(), &world);
    assert_eq!((changed(&again), again.writes.len()), ((0, 0, 1), 0));
    let taken = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    let [Write::Create(reservation, _)] = &taken.writes[..] else {
        panic!("{:?}", taken.writes)
    };
    let last = reservation.authorized_keys.last().expect("a key");
    assert!(ed25519().starts_with(last.as_str()), "without its comment");
}

#[test]
fn a_weak_or_private_key_gets_a_sentence_and_is_not_kept() {
    for (text, why) in [
        (rsa_2048(), KeyFault::RsaTooShort(2_048)),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", KeyFault::Private),
    ] {
        let decision = sent(text, &world());
        let user = "UALICE".to_owned();
        assert_eq!(
            decision.reply,
            Some(Reply::SshKeys(SshReply::Refused { why, user }))
        );
        assert!(decision.privately && decision.writes.is_empty());
    }
}

#[test]
fn a_form_adds_and_removes_at_once_and_too_many_are_refused_as_a_whole() {
    let there = world();
    let fingerprint = there.ssh_keys.known()[0].fingerprint.clone();
    let line = |number: u8| made_of("ssh-ed25519", &[&[number; 32]]);
    let fill = |change| decide(&Input::Filled(Box::new(Filled::SshKeys(change))), &there);
    let swapped = fill(SshKeysChange {
        added: vec![line(1)],
        removed: vec![fingerprint],
    });
    assert_eq!(changed(&swapped), (1, 1, 0));
    assert_eq!(after(world(), &swapped).ssh_keys.keys, [line(1)]);
    let surplus = fill(SshKeysChange {
        added: (1..=10).map(line).collect(),
        removed: Vec::new(),
    });
    assert_eq!(
        surplus.reply,
        Some(Reply::SshKeys(SshReply::Surplus {
            what: Surplus::TooMany(KEYS_MAX + 1),
            user: "UALICE".to_owned()
        }))
    );
    assert!(surplus.writes.is_empty());
}

#[test]
fn the_form_opens_at_once_where_it_can_and_is_offered_with_what_is_known_elsewhere() {
    let asked = say(Intent::AddSshKey, Slots::default(), &world());
    let Some(Reply::SshKeys(SshReply::Known { keys, .. })) = &asked.reply else {
        panic!("{:?}", asked.reply)
    };
    assert!(asked.privately && asked.form.is_none() && keys.len() == 1);
    let from_slash = World {
        can_open_form: true,
        ..world()
    };
    let opened = say(Intent::AddSshKey, Slots::default(), &from_slash);
    assert_eq!(opened.reply, None);
    assert_eq!(opened.form, Some(Form::SshKeys(crate::testing::keys())));
}

#[test]
fn a_secret_is_answered_privately_and_kept_nowhere() {
    let decision = decide(&Input::Secret, &world());
    assert_eq!(
        decision,
        Decision {
            reply: Some(Reply::SecretSeen {
                user: "UALICE".to_owned()
            }),
            privately: true,
            ..Decision::default()
        }
    );
}
