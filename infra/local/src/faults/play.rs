//! Leading one reservation through its troubles.

use std::time::Duration;

use domain::messages::action;
use domain::reservation::State;
use tokio::time::interval;

use super::check;
use super::rest::come_to_rest;
use super::story::{Story, Trouble};
use crate::slack::Message;
use crate::stack::{Stack, StackOptions};

const OWNER: &str = "alice";
const REQUEST: &str = "spin up an ubuntu vm with 8gb for 4 hours";
/// What nobody announces is looked at this often, and this many times.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_millis(20);
const LOOKS_MAX: usize = 500;

/// What is not as it must be, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unclean(pub(super) String);

impl From<crate::Error> for Unclean {
    fn from(error: crate::Error) -> Self {
        Self(error.to_string())
    }
}

/// How a stack for stories is to be started: next to no waits, and machines that beat, since that is what ends a wait
/// whose first token was lost.
pub fn options() -> StackOptions {
    StackOptions {
        wait_scale: 0.005,
        beat_interval: Some(Duration::from_secs(1)),
        ..StackOptions::journey()
    }
}

/// Plays a story on a stack where nothing else happens, and checks what comes of it. After an unclean one the stack is
/// no longer fit for another.
pub async fn play(stack: &Stack, story: &Story) -> Result<(), Unclean> {
    let id = ask(stack, story).await?;
    let mut reservation = come_to_rest(stack, &id, story.is_exact).await?;
    if reservation.state == State::Ready {
        check::ready(stack, &reservation).await?;
        inject(stack, &id, &story.at_end);
        press_the_end(stack, &id).await?;
        reservation = come_to_rest(stack, &id, story.is_exact).await?;
        if reservation.state == State::Ready {
            return Err(Unclean("it was ended and is ready still".to_owned()));
        }
    } else if story.comes_to_ready {
        return Err(Unclean(format!(
            "it should have come to a machine, but is {:?}: {:?}",
            reservation.state, reservation.end
        )));
    }
    check::over(stack, &reservation).await
}

/// Asks for a machine and takes the quote; the reservation's id, which is the quote's.
async fn ask(stack: &Stack, story: &Story) -> Result<String, Unclean> {
    let owner = stack.slack.person(OWNER);
    let newest = stack.slack.messages().len();
    owner.says("@infrared", REQUEST).map_err(wrong)?;
    let quote = look("a quote", || async {
        let messages = stack.slack.messages();
        let quote = messages.into_iter().skip(newest);
        Ok(quote.into_iter().find_map(|message| {
            let id = message.button(action::QUOTE_LAUNCH)?.value?;
            Some((message, id))
        }))
    });
    let (quote, id) = quote.await?;
    inject(stack, &id, &story.at_launch);
    owner
        .clicks(&quote, action::QUOTE_LAUNCH)
        .await
        .map_err(wrong)?;
    Ok(id)
}

fn inject(stack: &Stack, id: &str, troubles: &[Trouble]) {
    for mishap in troubles.iter().flat_map(|trouble| trouble.mishaps(id)) {
        stack.steps.inject(mishap);
    }
}

/// Presses the button that ends the machine, on any message that has ever shown it.
pub(super) async fn press_the_end(stack: &Stack, id: &str) -> Result<(), Unclean> {
    let button = || async { Ok(stack.slack.messages().iter().find_map(|it| ending(it, id))) };
    let message = look("a button that ends it", button).await?;
    let owner = stack.slack.person(OWNER);
    owner
        .clicks(&message, action::TERMINATE)
        .await
        .map_err(wrong)?;
    Ok(())
}

/// The message as it was when it had the button.
fn ending(message: &Message, id: &str) -> Option<Message> {
    let mut earlier = message.clone();
    message.versions.iter().find_map(|version| {
        earlier.blocks.clone_from(&version.blocks);
        let button = earlier.button(action::TERMINATE)?;
        (button.value.as_deref() == Some(id)).then(|| earlier.clone())
    })
}

pub(super) async fn look<T, F>(what: &str, mut at: impl FnMut() -> F) -> Result<T, Unclean>
where
    F: Future<Output = Result<Option<T>, Unclean>>,
{
    let mut ticks = interval(LOOK_INTERVAL);
    for _ in 0..LOOKS_MAX {
        ticks.tick().await;
        if let Some(found) = at().await? {
            return Ok(found);
        }
    }
    Err(Unclean(format!("waited in vain for {what}")))
}

fn wrong(error: impl std::fmt::Display) -> Unclean {
    Unclean(error.to_string())
}
