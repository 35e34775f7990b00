//! Forms as Slack shows them. Each block has the name of its one field; `crate::forms` reads them back.

mod admins;
mod keys;
mod policy;
mod ssh;
mod usual;

use serde_json::{Value, json};

use crate::forms::Form;

/// The view of a form. `metadata` comes back with it, unseen.
pub fn form(form: &Form, metadata: &str) -> Value {
    let (title, submit, blocks) = match form {
        Form::Credential { .. } => keys::view(form),
        Form::SshKeys(known) => ssh::view(known),
        Form::Usual(known) => usual::view(known),
        Form::Policy(policy) => policy::view(policy),
        Form::Admins(admins, _) => admins::view(admins),
    };
    json!({
        "type": "modal",
        "callback_id": form.kind().as_str(),
        "private_metadata": metadata,
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": blocks,
    })
}

/// Title, label of the sending button, and blocks.
type View = (&'static str, &'static str, Vec<Value>);

/// A block with one field of the same name.
fn input(name: &str, label: &str, mut element: Value, hint: Option<&str>, optional: bool) -> Value {
    element["action_id"] = json!(name);
    let mut block = json!({
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        "optional": optional,
    });
    if let Some(hint) = hint {
        block["hint"] = json!({"type": "plain_text", "text": hint});
    }
    block
}

/// A choice of one.
fn radio(options: &[Value], initial: usize) -> Value {
    json!({
        "type": "radio_buttons",
        "options": options,
        "initial_option": options[initial],
    })
}

/// What can be chosen or ticked.
fn option(label: &str, value: &str) -> Value {
    json!({"text": {"type": "plain_text", "text": label}, "value": value})
}
