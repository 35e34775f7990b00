//! Public keys, and secrets that are no public keys.

use super::*;

#[test]
fn a_key_is_kept_once_and_put_on_the_next_machine() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKnewnewnewnewnewnewnewnewnewnewnewnewnewnewne";
    let given = decide(&Input::SshKey(key.to_owned()), &world());
    assert_eq!(given.reply, Some(Reply::KeyKnown { added: true }));
    let world = World {
        quote: Some(quote(240)),
        ..after(world(), &given)
    };
    let again = decide(&Input::SshKey(key.to_owned()), &world);
    assert_eq!(
        (again.reply, again.writes.len()),
        (Some(Reply::KeyKnown { added: false }), 0)
    );
    let taken = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    let [Write::Create(reservation, _)] = &taken.writes[..] else {
        panic!("{:?}", taken.writes)
    };
    assert_eq!(
        reservation.authorized_keys.last().map(String::as_str),
        Some(key)
    );
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
