//! Answers about cloud keys.

mod checks;
mod listing;

use serde_json::Value;

use crate::event::{CredentialLine, KeysReply};
use crate::forms::{FormKind, FormRequest};
use crate::intent::Provider;
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, escape, section};
use crate::messages::words::bold_list;

pub use checks::credential_checked;

pub(super) fn keys(reply: &KeysReply) -> Message {
    match reply {
        KeysReply::Offer { provider, user } => Message::plain(
            "Keys go into a form, where nobody else sees them. Never type them into a message.",
        )
        .with(actions(&form_buttons(*provider, user))),
        KeysReply::Received {
            label,
            replaces: false,
        } => Message::plain(format!(
            "*{}* is kept, encrypted. I am checking what it can do, and tell you in a moment.",
            escape(label)
        )),
        KeysReply::Received {
            label,
            replaces: true,
        } => Message::plain(format!(
            "I am checking what you gave me for *{}*, and tell you in a moment. Until it has passed, what was there before stays in use.",
            escape(label)
        )),
        KeysReply::Listing {
            credentials,
            user,
            payer,
            at_epoch_seconds,
        } => listing::listing(credentials, user, payer.as_ref(), *at_epoch_seconds),
        KeysReply::Gone => Message::plain(
            "That access is not kept any more, or it is not yours to change. `/infrared keys` shows what there is.",
        ),
        KeysReply::NobodyPays { user } => Message::plain(
            "The organisation does not pay for your machines here, and I have no working AWS access of your own. Give me yours in a form, then ask again:",
        )
        .with(actions(&form_buttons(Some(Provider::Aws), user))),
        KeysReply::ConfirmForget {
            credential,
            handles,
        } => confirm_forget(credential, handles),
        KeysReply::Forgotten { label } => Message::plain(format!(
            ":wastebasket: *{}* is forgotten. Delete the key in the cloud as well if nothing else uses it.",
            escape(label)
        )),
        KeysReply::Retiring {
            label,
            reservations,
        } => Message::plain(format!(
            "*{}* takes no new machines, and is forgotten when {} ended.",
            escape(label),
            match reservations {
                0 => "its check has".to_owned(),
                1 => "the one on it has".to_owned(),
                count => format!("the {count} on it have"),
            }
        )),
        KeysReply::EndingAll {
            label,
            handles,
            left,
        } => Message::plain(format!(
            ":wastebasket: Ending {}. When everything is gone, *{}* is forgotten.{}",
            bold_list(handles),
            escape(label),
            match left {
                0 => String::new(),
                left => format!(" {left} more run on it: delete it once more to end those, too."),
            }
        )),
        KeysReply::Kept { label } => {
            Message::plain(format!("All right, *{}* stays.", escape(label)))
        }
        KeysReply::Checking { label } => Message::plain(format!(
            "I am checking *{}* once more, and tell you in a moment.",
            escape(label)
        )),
    }
}

/// The buttons that open the forms for keys.
pub(super) fn form_buttons(provider: Option<Provider>, user: &str) -> Vec<Value> {
    let offered = [
        (Provider::Aws, FormKind::AwsKeys, "AWS keys"),
        (Provider::Aws, FormKind::AwsRole, "AWS role instead"),
        (
            Provider::Digitalocean,
            FormKind::DigitaloceanToken,
            "DigitalOcean token",
        ),
    ];
    let wanted = offered
        .into_iter()
        .filter(|(cloud, ..)| provider.is_none_or(|provider| provider == *cloud));
    wanted
        .map(|(_, kind, label)| form_button(label, kind, user, None))
        .collect()
}

/// A button that opens a form, for a new credential or in place of one.
fn form_button(label: &str, kind: FormKind, user: &str, replaces: Option<&str>) -> Value {
    let request = FormRequest {
        kind,
        for_user: user.to_owned(),
        credential_id: replaces.map(str::to_owned),
    };
    button(
        Look::Plain,
        label,
        &format!("{}.{kind}", action::FORM_OPEN),
        &request.value(),
    )
}

fn confirm_forget(credential: &CredentialLine, handles: &[String]) -> Message {
    let (label, id) = (escape(&credential.label), credential.id.as_str());
    let keep = button(Look::Plain, "Keep it", action::KEY_KEEP, id);
    let name = format!("*{label}* ({})", escape(&credential.hint));
    if credential.reservations == 0 {
        let text = format!(
            "Forget {name}? No machine runs on it. It cannot be brought back: you would have to give it anew."
        );
        let yes = button(Look::Danger, "Forget it", action::KEY_FORGET_NOW, id);
        return Message::new(format!("Forget {label}?"), vec![section(&text)])
            .with(actions(&[yes, keep]));
    }
    let (verb, them) = if credential.reservations == 1 {
        ("1 machine runs", "it")
    } else {
        ("machines run", "them")
    };
    let count = if credential.reservations == 1 {
        verb.to_owned()
    } else {
        format!("{} {verb}", credential.reservations)
    };
    let which = if handles.is_empty() {
        String::new()
    } else {
        format!(": {}", bold_list(handles))
    };
    let text = format!(
        "Forget {name}? {count} on it{which}. Without it I could not end {them}, so it stays at least until then."
    );
    let mut choices = Vec::new();
    choices.push(button(
        Look::Danger,
        "End them now and forget it",
        action::KEY_END_ALL,
        id,
    ));
    if !credential.is_retiring {
        choices.push(button(
            Look::Plain,
            "Forget it when they have ended",
            action::KEY_FORGET_LATER,
            id,
        ));
    }
    choices.push(keep);
    Message::new(format!("Forget {label}?"), vec![section(&text)]).with(actions(&choices))
}
