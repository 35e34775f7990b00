//! From a person's sentence to the bot's first word: the front door, the bus and the voice together.

use std::time::Duration;

use super::report::{FIRST_WORD, Row};
use super::samples::Samples;
use crate::stack::Stack;
use crate::{Error, Result};

const SENTENCES: usize = 20;
/// Sentences whose times are not kept, so that every function runs and knows who speaks.
const UNCOUNTED_SENTENCES: usize = 2;
const SPEAKER: &str = "alice";
const SENTENCE: &str = "spin up an ubuntu vm with 8gb for 4 hours";
const FIRST_CALL: &str = "chat.postMessage";

/// Times of a conversation.
#[derive(Debug)]
pub(super) struct Conversation {
    first_word: Samples,
}

impl Conversation {
    pub(super) fn row(&self) -> Row {
        Row::new("warm: message to first Slack call", &self.first_word).within(FIRST_WORD)
    }
}

pub(super) async fn measure(stack: &Stack) -> Result<Conversation> {
    for _ in 0..UNCOUNTED_SENTENCES {
        until_first_word(stack).await?;
    }
    let mut times = Vec::new();
    for _ in 0..SENTENCES {
        times.push(until_first_word(stack).await?);
    }
    Ok(Conversation {
        first_word: times.into_iter().collect(),
    })
}

/// How long it takes from a sentence to the first message of the bot. Returns when all is quiet again.
pub(super) async fn until_first_word(stack: &Stack) -> Result<Duration> {
    let calls_before = stack.slack.calls().len();
    let said = stack.clock.now_epoch_seconds_f64();
    stack
        .slack
        .person(SPEAKER)
        .says("@infrared", SENTENCE)
        .map_err(unexpected)?;
    stack
        .slack
        .next_message_to(SPEAKER)
        .await
        .map_err(unexpected)?;
    stack.settle().await?;
    let calls = stack.slack.calls();
    let first = calls
        .iter()
        .skip(calls_before)
        .find(|call| call.method == FIRST_CALL)
        .ok_or_else(|| unexpected("the bot's message came by no call"))?;
    Duration::try_from_secs_f64(first.at_epoch_seconds - said).map_err(unexpected)
}

fn unexpected(detail: impl std::fmt::Display) -> Error {
    Error::Unexpected {
        what: "the conversation".to_owned(),
        detail: detail.to_string(),
    }
}
