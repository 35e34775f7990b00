//! Answers about ssh keys.

use crate::event::SshReply;
use crate::forms::{FormKind, FormRequest};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, escape};
use crate::messages::words::ssh_key_fault;
use crate::ssh::{KEYS_CHARS_MAX, KEYS_MAX, KeyFault, KnownKey, Surplus};

pub(super) fn ssh_keys(reply: &SshReply) -> Message {
    match reply {
        SshReply::Known { keys, user } if keys.is_empty() => how_to_give_one(user),
        SshReply::Known { keys, user } => with_form(
            Message::plain(format!(
                ":key: *Your ssh keys*: they open every machine that you launch.\n{}",
                lines(keys)
            )),
            "Change …",
            user,
        ),
        SshReply::Changed {
            added,
            removed,
            known,
            keys,
            user,
        } => changed([*added, *removed, *known], keys, user),
        SshReply::Refused {
            why: KeyFault::Private,
            user,
        } => with_form(
            Message::plain(
                ":warning: *That is a private key.* I neither kept it nor passed it on, but it stands in Slack now: delete the message, make a new pair of keys with `ssh-keygen -t ed25519`, and take the old one from wherever it lets somebody in. Of the new pair I need the *public* half alone: the line in the file that ends in `.pub`.",
            ),
            "Open the form",
            user,
        ),
        SshReply::Refused { why, user } => with_form(
            Message::plain(format!("{} Nothing was kept.", ssh_key_fault(*why))),
            "Open the form",
            user,
        ),
        SshReply::Surplus { what, user } => with_form(
            Message::plain(surplus(*what)),
            "Choose which to keep …",
            user,
        ),
    }
}

fn how_to_give_one(user: &str) -> Message {
    with_form(
        Message::plain(
            "Put your *public* ssh key into the form, or send it to me: the one line in `~/.ssh/id_ed25519.pub`, beginning with `ssh-ed25519`. Never the file without `.pub`.",
        ),
        "Open the form",
        user,
    )
}

fn changed([added, removed, known]: [usize; 3], keys: &[KnownKey], user: &str) -> Message {
    let mut sentences = Vec::new();
    match added {
        0 => {}
        1 => sentences.push(
            "Your ssh key is kept. It opens every machine you launch from now on, and those that run within two minutes.".to_owned(),
        ),
        added => sentences.push(format!(
            "Your {added} ssh keys are kept. They open every machine you launch from now on, and those that run within two minutes."
        )),
    }
    match removed {
        0 => {}
        1 => sentences.push("One key is forgotten.".to_owned()),
        removed => sentences.push(format!("{removed} keys are forgotten.")),
    }
    match known {
        0 => {}
        1 if added == 0 => sentences.push("I know that ssh key already.".to_owned()),
        1 => sentences.push("One key I knew already.".to_owned()),
        known => sentences.push(format!("{known} keys I knew already.")),
    }
    if sentences.is_empty() {
        sentences.push("Nothing was changed.".to_owned());
    }
    let listed = if keys.is_empty() {
        "Now I know no key of yours: no machine that you launch will let you in.".to_owned()
    } else {
        format!("Yours now:\n{}", lines(keys))
    };
    let message = with_form(
        Message::plain(format!(":key: {}\n{listed}", sentences.join(" "))),
        "Change …",
        user,
    );
    if removed == 0 {
        return message;
    }
    message.with(context(
        "Machines that were launched with a key that is forgotten still let it in until they end.",
    ))
}

fn surplus(what: Surplus) -> String {
    match what {
        Surplus::TooMany(count) => format!(
            "That would make {count} ssh keys, and I can keep {KEYS_MAX} for you. Nothing was changed: have some forgotten first."
        ),
        Surplus::TooLong => format!(
            "Together your ssh keys would be longer than the {KEYS_CHARS_MAX} characters that a machine can be given. Nothing was changed: have some forgotten first, or replace long RSA keys by short ones with `ssh-keygen -t ed25519`."
        ),
    }
}

fn lines(keys: &[KnownKey]) -> String {
    let line = |key: &KnownKey| format!("• {} `{}`", escape(&key.kind), escape(&key.fingerprint));
    keys.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn with_form(message: Message, label: &str, user: &str) -> Message {
    let request = FormRequest {
        kind: FormKind::SshKeys,
        for_user: user.to_owned(),
        credential_id: None,
    };
    message.with(actions(&[button(
        Look::Primary,
        label,
        action::FORM_OPEN,
        &request.value(),
    )]))
}
