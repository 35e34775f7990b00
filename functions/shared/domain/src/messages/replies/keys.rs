//! Answers about cloud keys.

use serde_json::Value;

use crate::event::KeysReply;
use crate::forms::{FormKind, FormRequest};
use crate::intent::Provider;
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, escape};

pub(super) fn keys(reply: &KeysReply) -> Message {
    match reply {
        KeysReply::Offer { provider, user } => Message::plain(
            "Keys go into a form, where nobody else sees them. Never type them into a message.",
        )
        .with(actions(&form_buttons(*provider, user))),
        KeysReply::Received { label } => Message::plain(format!(
            "*{}* is kept, encrypted. I am checking what it can do, and tell you in a moment.",
            escape(label)
        )),
        KeysReply::Listing { .. } => todo!("keys"),
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
        .map(|(_, kind, label)| {
            let request = FormRequest {
                kind,
                for_user: user.to_owned(),
                credential_id: None,
            };
            button(
                Look::Plain,
                label,
                &format!("{}.{kind}", action::FORM_OPEN),
                &request.value(),
            )
        })
        .collect()
}
