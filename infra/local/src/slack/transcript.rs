//! The workspace's conversations as people read them.

use std::fmt;

use super::message::Message;
use super::plain::{mrkdwn, render_plain};
use super::state::State;

/// One message as read by a person, in the order of writing.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// `#general`, or `@alice` for her conversation with the bot.
    pub place: String,
    /// The author's handle.
    pub author: String,
    /// What it says now, buttons in brackets.
    pub text: String,
    /// The only person who sees it, for an ephemeral message.
    pub only_to: Option<String>,
    /// Whether it stands in a thread.
    pub in_thread: bool,
    /// How often its words changed.
    pub edits: usize,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thread = if self.in_thread { " (thread)" } else { "" };
        let only_to = self
            .only_to
            .as_ref()
            .map(|person| format!(" (only to {person})"))
            .unwrap_or_default();
        let text = self.text.replace('\n', "\n    ");
        write!(f, "{}{thread} {}{only_to}: {text}", self.place, self.author)
    }
}

/// All messages that were not deleted.
pub(super) fn entries(state: &State) -> Vec<Entry> {
    let kept = state.messages.iter().filter(|message| !message.deleted);
    kept.map(|message| entry(state, message)).collect()
}

fn entry(state: &State, message: &Message) -> Entry {
    // What people typed is plain text already; its rich_text twin adds nothing.
    let plain = if message.client_msg_id.is_some() {
        mrkdwn(&message.text)
    } else {
        render_plain(&message.text, &message.blocks)
    };
    Entry {
        place: state.place_name(&message.channel),
        author: state.name_of(&message.author),
        text: with_names(state, plain),
        only_to: message
            .visible_to
            .as_ref()
            .map(|person| state.name_of(person)),
        in_thread: message.thread_ts.is_some(),
        edits: message.versions.len() - 1,
    }
}

/// `@U0ALICE` reads `@alice`.
fn with_names(state: &State, mut text: String) -> String {
    for account in &state.accounts {
        text = text.replace(&format!("@{}", account.id), &format!("@{}", account.name));
    }
    text
}
