//! The form for ssh keys: a field to add, and the known ones to tick for removal.

use serde_json::{Value, json};

use super::{View, input};
use crate::forms::ssh::{ADD, REMOVE};
use crate::ssh::{KEYS_MAX, SshKeys};

/// Characters in the field, by Slack's limit.
const TEXT_CHARS_MAX: usize = 3_000;

pub(super) fn view(known: &SshKeys) -> View {
    let known: Vec<Value> = known.known().iter().take(KEYS_MAX).map(option).collect();
    let field = json!({
        "type": "plain_text_input",
        "multiline": true,
        "max_length": TEXT_CHARS_MAX,
        "focus_on_load": true,
        "placeholder": {"type": "plain_text", "text": "ssh-ed25519 AAAA… you@laptop"},
    });
    let mut blocks = vec![input(
        ADD,
        "Public keys to add, one a line",
        field,
        Some(
            "The line in ~/.ssh/id_ed25519.pub. Never the file without .pub: that one is private. “ssh-keygen -t ed25519” makes a new pair.",
        ),
        !known.is_empty(),
    )];
    if !known.is_empty() {
        blocks.push(input(
            REMOVE,
            "Known keys: tick those to forget",
            json!({"type": "checkboxes", "options": known}),
            Some("Machines that were launched with a key let it in until they end."),
            true,
        ));
    }
    ("Your ssh keys", "Save", blocks)
}

fn option(key: &crate::ssh::KnownKey) -> Value {
    json!({
        "text": {"type": "plain_text", "text": key.kind},
        "description": {"type": "plain_text", "text": key.fingerprint},
        "value": key.fingerprint,
    })
}
