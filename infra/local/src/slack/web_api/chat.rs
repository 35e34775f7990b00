//! `chat.*`: what the bot says.

use serde_json::{Value, json};

use super::{optional, required, structure};
use crate::slack::calls::ApiError;
use crate::slack::limits;
use crate::slack::message::Message;
use crate::slack::people::BOT_USER_ID;
use crate::slack::state::{Draft, State};

/// Longer texts of new messages are cut.
const POSTED_TEXT_CHARS_MAX: usize = 40_000;
/// Longer texts of updates are refused.
const UPDATED_TEXT_CHARS_MAX: usize = 4000;

/// Text and blocks of a message, checked. `None` stands for an argument that was not given.
pub(in crate::slack) struct Content {
    pub(in crate::slack) text: Option<String>,
    pub(in crate::slack) blocks: Option<Vec<Value>>,
}

pub(in crate::slack) fn content(arguments: &Value) -> Result<Content, ApiError> {
    let text = optional(arguments, "text").map(str::to_owned);
    let mut blocks = match structure(arguments, "blocks", "invalid_blocks_format")? {
        None => None,
        Some(Value::Array(blocks)) => Some(blocks),
        Some(_) => return Err(ApiError::new("invalid_blocks_format")),
    };
    if let Some(blocks) = &mut blocks {
        limits::check_message(blocks)
            .map_err(|messages| ApiError::with_messages("invalid_blocks", messages))?;
        if limits::is_too_long(blocks) {
            return Err(ApiError::new("msg_blocks_too_long"));
        }
    }
    if text.is_none() && blocks.as_ref().is_none_or(Vec::is_empty) {
        return Err(ApiError::new("no_text"));
    }
    Ok(Content { text, blocks })
}

/// The id of the conversation the bot may write to.
fn writable_channel(state: &State, given: &str) -> Result<String, ApiError> {
    if given == BOT_USER_ID {
        return Err(ApiError::new("cannot_dm_bot"));
    }
    if let Some(account) = state.account(given).filter(|account| !account.deleted) {
        let direct = state
            .direct_channel(&account.id)
            .map(|channel| channel.id.clone());
        return direct.ok_or_else(|| ApiError::new("channel_not_found"));
    }
    match state.channel(given) {
        None => Err(ApiError::new("channel_not_found")),
        Some(channel) if !channel.bot_is_member => Err(ApiError::new("not_in_channel")),
        Some(channel) => Ok(channel.id.clone()),
    }
}

/// The thread a message joins; its first message must exist and start the thread.
fn thread(state: &State, channel: &str, arguments: &Value) -> Result<Option<String>, ApiError> {
    let Some(thread_ts) = optional(arguments, "thread_ts") else {
        return Ok(None);
    };
    let starts_thread =
        |message: &Message| !message.is_ephemeral() && message.thread() == message.ts;
    if state.message(channel, thread_ts).is_some_and(starts_thread) {
        Ok(Some(thread_ts.to_owned()))
    } else {
        Err(ApiError::new("thread_not_found"))
    }
}

pub(super) fn post_message(
    state: &mut State,
    arguments: &Value,
    now: f64,
) -> Result<Value, ApiError> {
    let channel = writable_channel(state, required(arguments, "channel")?)?;
    let thread_ts = thread(state, &channel, arguments)?;
    let content = content(arguments)?;
    let text: String = content
        .text
        .unwrap_or_default()
        .chars()
        .take(POSTED_TEXT_CHARS_MAX)
        .collect();
    let draft = Draft {
        channel: channel.clone(),
        thread_ts,
        author: BOT_USER_ID.to_owned(),
        text,
        blocks: content.blocks.unwrap_or_default(),
        visible_to: None,
    };
    let message = state.post(draft, now);
    Ok(json!({ "channel": channel, "ts": message.ts, "message": message.to_json() }))
}

pub(super) fn post_ephemeral(
    state: &mut State,
    arguments: &Value,
    now: f64,
) -> Result<Value, ApiError> {
    let channel = writable_channel(state, required(arguments, "channel")?)?;
    let user = required(arguments, "user")?;
    let is_there = state.account(user).is_some_and(|account| !account.deleted)
        && state
            .channel(&channel)
            .is_some_and(|channel| state.is_in(user, channel));
    if !is_there {
        return Err(ApiError::new("user_not_in_channel"));
    }
    let thread_ts = thread(state, &channel, arguments)?;
    let content = content(arguments)?;
    let draft = Draft {
        channel,
        thread_ts,
        author: BOT_USER_ID.to_owned(),
        text: content.text.unwrap_or_default(),
        blocks: content.blocks.unwrap_or_default(),
        visible_to: Some(user.to_owned()),
    };
    let message = state.post(draft, now);
    Ok(json!({ "message_ts": message.ts }))
}

/// The bot's own message behind `channel` and `ts`. Ephemeral ones cannot be found, nor can a person's id be a channel.
fn own_message(state: &State, arguments: &Value, not_own: &str) -> Result<Message, ApiError> {
    let (channel, ts) = (required(arguments, "channel")?, required(arguments, "ts")?);
    let known = state
        .channel(channel)
        .ok_or_else(|| ApiError::new("channel_not_found"))?;
    let found = state
        .message(&known.id, ts)
        .filter(|message| !message.is_ephemeral());
    let message = found.ok_or_else(|| ApiError::new("message_not_found"))?;
    if message.is_from_bot() {
        Ok(message.clone())
    } else {
        Err(ApiError::new(not_own))
    }
}

/// New text without blocks removes the blocks; new blocks without text keep no old text.
pub(super) fn update(state: &mut State, arguments: &Value, now: f64) -> Result<Value, ApiError> {
    let message = own_message(state, arguments, "cant_update_message")?;
    let content = content(arguments)?;
    let text = content.text.unwrap_or_default();
    if text.chars().count() > UPDATED_TEXT_CHARS_MAX {
        return Err(ApiError::new("msg_too_long"));
    }
    state.reword(
        &message,
        text.clone(),
        content.blocks.unwrap_or_default(),
        now,
    );
    let shown = state
        .message(&message.channel, &message.ts)
        .map(Message::to_json);
    Ok(json!({ "channel": message.channel, "ts": message.ts, "text": text, "message": shown }))
}

pub(super) fn delete(state: &mut State, arguments: &Value, _: f64) -> Result<Value, ApiError> {
    let message = own_message(state, arguments, "cant_delete_message")?;
    if let Some(message) = state.message_mut(&message.channel, &message.ts) {
        message.deleted = true;
    }
    Ok(json!({ "channel": message.channel, "ts": message.ts }))
}
