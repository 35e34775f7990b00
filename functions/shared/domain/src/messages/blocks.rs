//! Slack's Block Kit, as little of it as is needed, within Slack's limits.
//! <https://docs.slack.dev/reference/block-kit/blocks>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Characters in a section's text, by Slack's limit.
const SECTION_CHARS_MAX: usize = 3_000;
/// Characters of it that a machine's words may take, so that what ends them is not cut off.
const PRINTED_CHARS_MAX: usize = 2_900;
/// Bytes in a button's value, by Slack's limit.
const VALUE_BYTES_MAX: usize = 2_000;
/// Characters on a button, by Slack's limit.
const LABEL_CHARS_MAX: usize = 75;

/// A message for `chat.postMessage`, `chat.update` or the answer to a slash command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// What notifications and screen readers say.
    pub text: String,
    /// What is shown.
    pub blocks: Vec<Value>,
}

impl Message {
    /// A message of one paragraph.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            blocks: vec![section(&text)],
            text,
        }
    }

    /// A message whose notification is `text` and which shows `blocks`.
    pub(super) fn new(text: impl Into<String>, blocks: Vec<Value>) -> Self {
        Self {
            text: text.into(),
            blocks,
        }
    }

    /// The same message with a further block.
    pub(super) fn with(mut self, block: Value) -> Self {
        self.blocks.push(block);
        self
    }
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Primary,
    Danger,
}

/// A paragraph of mrkdwn.
pub(super) fn section(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION_CHARS_MAX)}})
}

/// What a machine printed, as it is. Slack looks for mentions and links even there.
pub(super) fn printed(text: &str) -> Value {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Three of them would end it.
            '`' => safe.push('ˋ'),
            character => safe.push(character),
        }
    }
    section(&format!("```\n{}\n```", cut(&safe, PRINTED_CHARS_MAX)))
}

/// Small print.
pub(super) fn context(text: &str) -> Value {
    json!({"type": "context", "elements": [{"type": "mrkdwn", "text": cut(text, SECTION_CHARS_MAX)}]})
}

/// A row of buttons.
pub(super) fn actions(buttons: &[Value]) -> Value {
    json!({"type": "actions", "elements": buttons})
}

/// A button.
pub(super) fn button(look: Look, label: &str, action_id: &str, value: &str) -> Value {
    debug_assert!(
        value.len() <= VALUE_BYTES_MAX,
        "a button's value is an id or a sentence of ours"
    );
    let mut button = json!({
        "type": "button",
        "text": {"type": "plain_text", "text": cut(label, LABEL_CHARS_MAX)},
        "action_id": action_id,
        "value": value,
    });
    match look {
        Look::Plain => {}
        Look::Primary => button["style"] = json!("primary"),
        Look::Danger => button["style"] = json!("danger"),
    }
    button
}

/// A button that asks "really?" first.
pub(super) fn confirmed(mut button: Value, title: &str, text: &str, yes: &str) -> Value {
    button["confirm"] = json!({
        "title": {"type": "plain_text", "text": cut(title, 100)},
        "text": {"type": "mrkdwn", "text": cut(text, 300)},
        "confirm": {"type": "plain_text", "text": cut(yes, 30)},
        "deny": {"type": "plain_text", "text": "Keep it"},
        "style": "danger",
    });
    button
}

/// Text from people, clouds and machines, made harmless for mrkdwn and cut to a sensible length.
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>
pub fn escape(text: &str) -> String {
    const FOREIGN_CHARS_MAX: usize = 200;
    let mut safe = String::with_capacity(text.len());
    for character in text.chars().take(FOREIGN_CHARS_MAX) {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Marks would bold or strike what stands around them; a look-alike keeps the text readable.
            '*' => safe.push('∗'),
            '_' => safe.push('ˍ'),
            '~' => safe.push('∼'),
            '`' => safe.push('ˋ'),
            character if character.is_control() => safe.push(' '),
            character => safe.push(character),
        }
    }
    safe
}

fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    text.chars().take(chars_max - 1).chain(['…']).collect()
}
