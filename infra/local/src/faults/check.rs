//! What must be true, whatever went wrong.

use domain::messages::{self, CardKind, card, cards};
use domain::reservation::{Replacement, Reservation, State};

use super::play::{Unclean, wrong};
use crate::cloud::{Instance, InstanceState};
use crate::slack::Message;
use crate::stack::Stack;

const RESERVATION_TAG: &str = "infrared:reservation";

/// A reservation has its machines, as its state says, and nothing else is there; of one that is over nothing is left.
pub(super) async fn at_rest(stack: &Stack, reservation: &Reservation) -> Result<(), Unclean> {
    launched_no_more(stack, reservation).await?;
    match reservation.state {
        State::Ready => has_its_machines(stack, reservation, InstanceState::Running).await?,
        State::Stopped => has_its_machines(stack, reservation, InstanceState::Stopped).await?,
        state if state.is_over() => nothing_is_left(stack).await?,
        state => return Err(Unclean(format!("it stays {state:?}"))),
    }
    told(stack, reservation)
}

/// Nothing that costs money, and no firewall.
pub(super) async fn nothing_is_left(stack: &Stack) -> Result<(), Unclean> {
    let (billed, firewalls) = cloud(stack).await?;
    if billed.is_empty() && firewalls.is_empty() {
        return Ok(());
    }
    Err(Unclean(format!(
        "there are {billed:?} and the firewalls {firewalls:?} left"
    )))
}

async fn has_its_machines(
    stack: &Stack,
    reservation: &Reservation,
    wanted: InstanceState,
) -> Result<(), Unclean> {
    let (billed, firewalls) = cloud(stack).await?;
    let found = billed.iter();
    let mut found: Vec<_> = found
        .map(|instance| (instance.id.as_str(), instance.state))
        .collect();
    let recorded = reservation.living();
    let mut recorded: Vec<_> = recorded
        .map(|node| (node.machine_id.as_str(), wanted))
        .collect();
    found.sort_by_key(|(id, _)| *id);
    recorded.sort_by_key(|(id, _)| *id);
    if found == recorded && firewalls.len() == reservation.firewalls.len() {
        return Ok(());
    }
    Err(Unclean(format!(
        "it is {:?} with {recorded:?}, and there are {found:?} and the firewalls {firewalls:?}",
        reservation.state
    )))
}

/// What costs money, running or stopped, and what firewalls there are.
async fn cloud(stack: &Stack) -> Result<(Vec<Instance>, Vec<String>), Unclean> {
    let mut instances = stack.cloud.instances().await.map_err(wrong)?;
    instances.retain(|instance| instance.state != InstanceState::Terminated);
    let firewalls = stack.cloud.firewalls().await.map_err(wrong)?;
    Ok((instances, firewalls))
}

/// No more than were asked for, those that have gone again included.
async fn launched_no_more(stack: &Stack, reservation: &Reservation) -> Result<(), Unclean> {
    let instances = stack.cloud.instances().await.map_err(wrong)?;
    let launched = instances
        .iter()
        .filter(|instance| instance.tags.get(RESERVATION_TAG) == Some(&reservation.id))
        .count();
    let standing_in = reservation.replacement.as_ref();
    let wanted = reservation.spec.count + standing_in.map_or(0, Replacement::count);
    if launched > wanted as usize {
        return Err(Unclean(format!("{launched} machines were launched")));
    }
    Ok(())
}

/// Every message that there should be about it is there once and says what is true. Two of them may say the same.
fn told(stack: &Stack, reservation: &Reservation) -> Result<(), Unclean> {
    let said = stack.slack.messages();
    let wanted = cards(reservation).into_iter();
    let wanted: Vec<_> = wanted.map(|kind| (kind, card(kind, reservation))).collect();
    for (kind, message) in &wanted {
        let times = wanted.iter().filter(|(_, other)| says(other, message));
        let (times, count) = (times.count(), times_said(&said, message));
        if count != times {
            return Err(Unclean(format!(
                "{} is said {count} times instead of {times}: {:?}",
                CardKind::key(*kind),
                message.text
            )));
        }
    }
    Ok(())
}

fn says(one: &messages::Message, other: &messages::Message) -> bool {
    one.text == other.text && paragraph(&one.blocks) == paragraph(&other.blocks)
}

/// How many messages say that.
pub(super) fn times_said(said: &[Message], wanted: &messages::Message) -> usize {
    said.iter()
        .filter(|message| message.is_from_bot() && !message.deleted)
        .filter(|message| {
            message.text == wanted.text && paragraph(&message.blocks) == paragraph(&wanted.blocks)
        })
        .count()
}

/// The first paragraph.
fn paragraph(blocks: &[serde_json::Value]) -> Option<&str> {
    blocks.first()?["text"]["text"].as_str()
}
