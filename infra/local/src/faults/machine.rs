//! Leading one reservation through its troubles.

use domain::messages::action;
use domain::reservation::{REPAIR_AFTER_SECONDS, Reservation, STALLED_SECONDS, State};

use super::check;
use super::play::{LOOK_INTERVAL, Unclean, inject, look, wrong};
use super::rest::{SCANS_MAX, run, scan_after, until_quiet};
use super::story::{Ask, Story, Trouble};
use crate::machines::Fate;
use crate::slack::Message;
use crate::stack::Stack;

const OWNER: &str = "alice";
const REQUEST: &str = "spin up an ubuntu vm with 8gb for 4 hours";
const CLUSTER_REQUEST: &str = "spin up a 3-node spark cluster with jupyter, 4gb, for 4 hours";
/// A worker, and what stands in for it.
const WORKER: u32 = 2;
const STAND_IN: u32 = 4;

pub(super) async fn play(stack: &Stack, story: &Story) -> Result<(), Unclean> {
    let mut known: Option<Reservation> = None;
    for chapter in &story.chapters {
        let id = match &known {
            None => launch(stack, chapter.ask, &chapter.troubles).await?,
            Some(reservation) if can_be_asked(chapter.ask, reservation.state) => {
                inject(stack, &reservation.id, &chapter.troubles);
                ask(stack, chapter.ask, reservation).await?;
                reservation.id.clone()
            }
            Some(_) => continue,
        };
        let reservation = tokio::select! {
            outcome = come_to_rest(stack, &id, story.is_exact) => outcome?,
            outcome = go_on_when_asked(stack, &id) => outcome?,
        };
        stack.machines.spare();
        check::at_rest(stack, &reservation).await?;
        if reservation.state.is_over() && (chapter.ask == Ask::End || !chapter.succeeds) {
            return Ok(());
        }
        if chapter.succeeds && !is_as_asked(chapter.ask, &reservation) {
            let Reservation { state, end, .. } = reservation;
            let name = chapter.ask.name();
            return Err(Unclean(format!(
                "the {name} should have come about, but it is {state:?}: {end:?}"
            )));
        }
        known = Some(reservation);
    }
    Err(Unclean("it was ended and is there still".to_owned()))
}

fn can_be_asked(ask: Ask, state: State) -> bool {
    match ask {
        Ask::Stop => state == State::Ready,
        Ask::Start => state == State::Stopped,
        _ => true,
    }
}

fn is_as_asked(ask: Ask, reservation: &Reservation) -> bool {
    match ask {
        ask if ask.is_launch() || ask == Ask::Start => reservation.state == State::Ready,
        Ask::Stop => reservation.state == State::Stopped,
        _ => reservation.state.is_over(),
    }
}

/// Asks for machines and takes the quote; the reservation's id, which is the quote's.
pub(super) async fn launch(
    stack: &Stack,
    ask: Ask,
    troubles: &[Trouble],
) -> Result<String, Unclean> {
    let doomed: &[u32] = match ask {
        Ask::MendCluster => &[WORKER],
        Ask::ShrinkCluster => &[WORKER, STAND_IN],
        _ => &[],
    };
    for number in doomed {
        stack.machines.doom(*number, Fate::fails_at("spark"));
    }
    let request = if ask == Ask::Launch {
        REQUEST
    } else {
        CLUSTER_REQUEST
    };
    let owner = stack.slack.person(OWNER);
    let newest = stack.slack.messages().len();
    owner.says("@infrared", request).map_err(wrong)?;
    let quote = look("a quote", || async {
        let messages = stack.slack.messages();
        let quote = messages.into_iter().skip(newest);
        Ok(quote.into_iter().find_map(|message| {
            let id = message.button(action::QUOTE_LAUNCH)?.value?;
            Some((message, id))
        }))
    });
    let (quote, id) = quote.await?;
    inject(stack, &id, troubles);
    owner
        .clicks(&quote, action::QUOTE_LAUNCH)
        .await
        .map_err(wrong)?;
    Ok(id)
}

/// Asks for what is to become of the machine, and waits until that is known.
async fn ask(stack: &Stack, ask: Ask, reservation: &Reservation) -> Result<(), Unclean> {
    let id = &reservation.id;
    let action_id = match ask {
        Ask::Stop => action::STOP,
        Ask::Start => action::START,
        _ => action::TERMINATE,
    };
    press(stack, action_id, id).await?;
    look("the wish to be known", || async {
        let now = stack.reservation(id).await?;
        let is_known = now.switches.len() > reservation.switches.len() || now.end.is_some();
        Ok(is_known.then_some(()))
    })
    .await
}

/// Presses that button of the reservation, on any message that has ever shown it.
async fn press(stack: &Stack, action_id: &str, id: &str) -> Result<(), Unclean> {
    let message = look("a button", || async {
        let messages = stack.slack.messages();
        Ok(messages
            .iter()
            .find_map(|message| with_button(message, action_id, id)))
    });
    let message = message.await?;
    let owner = stack.slack.person(OWNER);
    owner.clicks(&message, action_id).await.map_err(wrong)?;
    Ok(())
}

/// The message as it was when it had the button.
fn with_button(message: &Message, action_id: &str, id: &str) -> Option<Message> {
    let mut earlier = message.clone();
    message.versions.iter().find_map(|version| {
        earlier.blocks.clone_from(&version.blocks);
        let button = earlier.button(action_id)?;
        (button.value.as_deref() == Some(id)).then(|| earlier.clone())
    })
}

/// Lets the cluster go on with fewer workers once that is asked; never ends well.
async fn go_on_when_asked(stack: &Stack, id: &str) -> Result<Reservation, Unclean> {
    let mut ticks = tokio::time::interval(LOOK_INTERVAL);
    let question = loop {
        ticks.tick().await;
        let asked = |message: &Message| {
            let button = message.button(action::GO_ON);
            button.is_some_and(|button| button.value.as_deref() == Some(id))
        };
        if let Some(question) = stack.slack.messages().into_iter().find(asked) {
            break question;
        }
    };
    let owner = stack.slack.person(OWNER);
    let pressed = owner.clicks(&question, action::GO_ON).await;
    pressed.map_err(wrong)?;
    std::future::pending().await
}

/// Until nothing happens any more, with the scan's help where it takes that.
pub(super) async fn come_to_rest(
    stack: &Stack,
    id: &str,
    is_exact: bool,
) -> Result<Reservation, Unclean> {
    run(stack, is_exact, async || cancel(stack, id).await).await?;
    for _ in 0..SCANS_MAX {
        let reservation = stack.reservation(id).await?;
        let is_settled = matches!(reservation.state, State::Ready | State::Stopped);
        if is_settled || reservation.state.is_over() {
            return Ok(reservation);
        }
        scan_after(stack, STALLED_SECONDS.max(REPAIR_AFTER_SECONDS) + 1).await?;
        until_quiet(stack).await?;
    }
    Ok(stack.reservation(id).await?)
}

/// Ends the machine, and waits until that is known.
async fn cancel(stack: &Stack, id: &str) -> Result<(), Unclean> {
    press(stack, action::TERMINATE, id).await?;
    look("the end to be known", || async {
        let reservation = stack.reservation(id).await?;
        let is_known = reservation.end.is_some() || reservation.state == State::Undoing;
        Ok(is_known.then_some(()))
    })
    .await
}
