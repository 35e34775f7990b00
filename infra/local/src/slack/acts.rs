//! What people do: they write, run commands, press buttons, fill in modals. The page and the tests act through here.

use std::sync::Arc;

use serde_json::{Value, json};

use super::compose::{Mentions, rich_text, slack_text};
use super::deliver::{self, Delivery};
use super::hub::Hub;
use super::message::Message;
use super::modals::{self, View};
use super::people::{BOT_NAME, BOT_USER_ID, Channel, SLACKBOT_ID};
use super::state::{Draft, State};
use super::web_api::content;
use super::{blocks, payloads};

mod submit;

pub use submit::{Outcome, Submission};
pub(super) use submit::{dismiss, submit};

/// Why a person cannot do what they tried; the client would not let them either.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// No such channel or conversation.
    #[error("there is no place called {0}")]
    UnknownPlace(String),
    /// The message is gone, ephemeral to somebody else, or in a conversation of others.
    #[error("{person} does not see that message")]
    NotVisible {
        /// Who tried.
        person: String,
    },
    /// Who was deactivated cannot log in; only what they set in motion before may still arrive.
    #[error("{person} is deactivated")]
    Deactivated {
        /// Who tried.
        person: String,
    },
    /// The message or view has no such element.
    #[error("there is no {0} to press")]
    NoSuchElement(String),
    /// The modal is closed, covered by another, or somebody else's.
    #[error("that view is not open in front of {person}")]
    ViewNotOpen {
        /// Who tried.
        person: String,
    },
    /// The client asks for another value before it sends the modal.
    #[error("{block_id}: {why}")]
    Input {
        /// The input's block.
        block_id: String,
        /// What the client says under the input.
        why: String,
    },
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// The conversation.
    pub channel: String,
    /// The message's id in it.
    pub ts: String,
}

/// How a slash command was answered.
#[derive(Clone, Debug)]
pub struct SlashAnswer {
    /// The request to the app and its answer.
    pub delivery: Delivery,
    /// What appeared in the conversation, if the answer held a message.
    pub message: Option<Message>,
}

impl State {
    fn check_can_type(&self, person: &str) -> Result<(), ActError> {
        match self.account(person) {
            Some(account) if account.deleted => Err(ActError::Deactivated {
                person: account.name.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// `#general`, a conversation's id, or `@infrared` for the person's own conversation with the bot.
    pub(super) fn place(&self, person: &str, place: &str) -> Result<Channel, ActError> {
        let unknown = || ActError::UnknownPlace(place.to_owned());
        let found = if place.strip_prefix('@') == Some(BOT_NAME) {
            self.direct_channel(person)
        } else {
            let name = place.strip_prefix('#');
            self.channels.iter().find(|channel| {
                channel.id == place || (!channel.is_direct() && Some(channel.name.as_str()) == name)
            })
        };
        found
            .filter(|channel| self.is_in(person, channel))
            .cloned()
            .ok_or_else(unknown)
    }
}

/// Writes a message; the app hears of it when it is in the conversation or mentioned.
pub(super) fn say(
    hub: &Arc<Hub>,
    person: &str,
    place: &str,
    typed: &str,
    thread_ts: Option<&str>,
) -> Result<Posted, ActError> {
    hub.change(|state, now| {
        state.check_can_type(person)?;
        let channel = state.place(person, place)?;
        let text = slack_text(typed, &state.accounts, &state.channels, Mentions::Bare);
        let block_id = state.next_id("b");
        let draft = Draft {
            channel: channel.id.clone(),
            thread_ts: thread_ts.map(str::to_owned),
            author: person.to_owned(),
            blocks: vec![rich_text(&text, &block_id)],
            text,
            visible_to: None,
        };
        let message = state.post(draft, now);
        tell_app(state, &channel, &message, now);
        Ok(Posted {
            channel: message.channel,
            ts: message.ts,
        })
    })
}

fn tell_app(state: &mut State, channel: &Channel, message: &Message, now: f64) {
    if channel.is_direct() {
        state.send_event(&payloads::direct_message(message), now);
    } else if channel.bot_is_member && message.text.contains(&format!("<@{BOT_USER_ID}")) {
        if state.rules.deliver_message_twins {
            state.send_event(&payloads::channel_message(message), now);
        }
        state.send_event(&payloads::app_mention(message), now);
    }
}

/// Edits what the person wrote.
pub(super) fn edit(
    hub: &Arc<Hub>,
    person: &str,
    posted: &Posted,
    typed: &str,
) -> Result<(), ActError> {
    hub.change(|state, now| {
        state.check_can_type(person)?;
        let message = own_message(state, person, posted)?;
        let text = slack_text(typed, &state.accounts, &state.channels, Mentions::Bare);
        let block_id = state.next_id("b");
        let blocks = vec![rich_text(&text, &block_id)];
        state.reword(&message, text, blocks, now);
        Ok(())
    })
}

/// Deletes what the person wrote.
pub(super) fn delete(hub: &Arc<Hub>, person: &str, posted: &Posted) -> Result<(), ActError> {
    hub.change(|state, now| {
        state.check_can_type(person)?;
        let before = own_message(state, person, posted)?;
        if let Some(message) = state.message_mut(&posted.channel, &posted.ts) {
            message.deleted = true;
        }
        if state
            .channel(&posted.channel)
            .is_some_and(Channel::is_direct)
        {
            let event_ts = state.next_ts(now);
            state.send_event(&payloads::deleted_message(&before, &event_ts), now);
        }
        Ok(())
    })
}

fn own_message(state: &State, person: &str, posted: &Posted) -> Result<Message, ActError> {
    let own = state
        .message(&posted.channel, &posted.ts)
        .filter(|message| message.author == person);
    own.cloned().ok_or_else(|| ActError::NotVisible {
        person: state.name_of(person),
    })
}

/// Runs a slash command and shows its answer.
pub(super) async fn run_command(
    hub: &Arc<Hub>,
    person: &str,
    place: &str,
    command: &str,
    typed: &str,
) -> Result<SlashAnswer, ActError> {
    let (channel, form) = hub.change(|state, now| {
        state.check_can_type(person)?;
        let channel = state.place(person, place)?;
        let text = slack_text(typed, &state.accounts, &state.channels, Mentions::Named);
        let trigger_id = state.new_trigger(person, None, now);
        let url_id = state.new_response_url(person, &channel.id, None, now);
        let team_id = state
            .account(person)
            .map(|account| account.team_id.clone())
            .unwrap_or_default();
        let form = payloads::SlashCommand {
            channel: &channel,
            user_id: person,
            user_name: &state.name_of(person),
            team_id: &team_id,
            command,
            text: &text,
            response_url: &hub.response_url(&url_id),
            trigger_id: &trigger_id,
        }
        .to_form();
        Ok((channel, form))
    })?;
    let delivery = deliver::once(hub, "/slack/commands", &form).await;
    let message =
        hub.change(|state, now| show_answer(state, &channel, person, command, &delivery, now));
    Ok(SlashAnswer { delivery, message })
}

fn show_answer(
    state: &mut State,
    channel: &Channel,
    person: &str,
    command: &str,
    delivery: &Delivery,
    now: f64,
) -> Option<Message> {
    let mut draft = Draft {
        channel: channel.id.clone(),
        thread_ts: None,
        author: BOT_USER_ID.to_owned(),
        text: String::new(),
        blocks: Vec::new(),
        visible_to: Some(person.to_owned()),
    };
    if let Some(failure) = delivery.failure {
        let error = if failure == "http_timeout" {
            "operation_timeout"
        } else {
            "dispatch_failed"
        };
        SLACKBOT_ID.clone_into(&mut draft.author);
        draft.text = format!("{command} failed with the error \"{error}\"");
        return Some(state.post(draft, now));
    }
    if delivery.body.trim().is_empty() {
        return None;
    }
    let answer = match delivery.json() {
        answer @ Value::Object(_) => answer,
        _ => json!({ "text": delivery.body }),
    };
    if answer["response_type"] == "in_channel" {
        draft.visible_to = None;
    }
    match content(&answer) {
        Ok(content) => {
            draft.text = content.text.unwrap_or_default();
            draft.blocks = content.blocks.unwrap_or_default();
        }
        Err(error) => {
            tracing::warn!(answer = %error.to_json(), "the answer to a command cannot be shown");
            SLACKBOT_ID.clone_into(&mut draft.author);
            draft.text = format!("{command} failed with the error \"{}\"", error.code);
        }
    }
    Some(state.post(draft, now))
}

/// What a person pressed or chose on a message or in a view.
#[derive(Clone, Copy)]
pub(super) struct Press<'a> {
    /// Several blocks may hold the same `action_id`; without a block the first is meant.
    pub(super) block_id: Option<&'a str>,
    pub(super) action_id: &'a str,
    /// The chosen option, user or date; nothing for a button.
    pub(super) choice: Option<&'a str>,
}

impl Press<'_> {
    fn find<'b>(&self, blocks: &'b [Value]) -> Option<(&'b str, &'b Value)> {
        blocks::elements(blocks)
            .into_iter()
            .find(|(block_id, element)| {
                element["action_id"] == self.action_id
                    && self.block_id.is_none_or(|wanted| wanted == *block_id)
            })
    }

    fn action(&self, blocks: &[Value], action_ts: &str) -> Result<Value, ActError> {
        let found = self.find(blocks);
        let action = found.and_then(|(block_id, element)| {
            blocks::action(block_id, element, self.choice, action_ts)
        });
        action.ok_or_else(|| ActError::NoSuchElement(self.action_id.to_owned()))
    }
}

/// Presses an element of `seen`, the message as the person saw it: it may have changed since.
pub(super) async fn press(
    hub: &Arc<Hub>,
    person: &str,
    seen: &Message,
    press: Press<'_>,
) -> Result<Delivery, ActError> {
    let payload = hub.change(|state, now| {
        let not_visible = || ActError::NotVisible {
            person: state.name_of(person),
        };
        let channel = state
            .channel(&seen.channel)
            .filter(|channel| state.is_in(person, channel));
        let channel = channel.cloned().ok_or_else(not_visible)?;
        let message = state
            .message(&seen.channel, &seen.ts)
            .filter(|message| message.is_seen_by(person));
        let message = message.cloned().ok_or_else(not_visible)?;
        let action_ts = state.next_ts(now);
        let action = press.action(&seen.blocks, &action_ts)?;
        let mut payload =
            payloads::message_action(&state.payload_user(person), &channel, &message, &action);
        let url_id = state.new_response_url(person, &message.channel, Some(&message.ts), now);
        payload["response_url"] = json!(hub.response_url(&url_id));
        payload["trigger_id"] = json!(state.new_trigger(person, None, now));
        Ok(payload)
    })?;
    Ok(interact(hub, &payload).await)
}

/// Presses an element of the modal on top.
pub(super) async fn press_in_view(
    hub: &Arc<Hub>,
    person: &str,
    view_id: &str,
    press: Press<'_>,
    filled: &[(String, String, String)],
) -> Result<Delivery, ActError> {
    let payload = hub.change(|state, now| {
        let view = open_view(state, person, view_id)?;
        let action_ts = state.next_ts(now);
        let action = press.action(view.blocks(), &action_ts)?;
        // Inputs may still be empty: only a submission asks for them.
        let values = modals::values(&view, filled).unwrap_or_else(|_| json!({}));
        let mut payload =
            payloads::view_action(&state.payload_user(person), &view, &values, &action);
        payload["trigger_id"] = json!(state.new_trigger(person, Some(view.id), now));
        Ok(payload)
    })?;
    Ok(interact(hub, &payload).await)
}

/// The view, if it is the one in front of the person.
fn open_view(state: &State, person: &str, view_id: &str) -> Result<View, ActError> {
    let top = state.modals.top(person).filter(|view| view.id == view_id);
    top.cloned().ok_or_else(|| ActError::ViewNotOpen {
        person: state.name_of(person),
    })
}

async fn interact(hub: &Arc<Hub>, payload: &Value) -> Delivery {
    deliver::once(
        hub,
        "/slack/interactivity",
        &[("payload", payload.to_string())],
    )
    .await
}
