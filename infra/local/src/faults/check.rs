//! What must be true, whatever went wrong.

use std::collections::BTreeSet;

use domain::messages::{CardKind, card, cards};
use domain::reservation::Reservation;

use super::play::Unclean;
use crate::cloud::{Instance, InstanceState};
use crate::stack::Stack;

const RESERVATION_TAG: &str = "infrared:reservation";

/// A reservation in its owner's hands has its machines, and nothing else is there.
pub(super) async fn ready(stack: &Stack, reservation: &Reservation) -> Result<(), Unclean> {
    let (billed, firewalls) = cloud(stack, reservation).await?;
    let ids: BTreeSet<&str> = billed.iter().map(|instance| instance.id.as_str()).collect();
    let recorded: BTreeSet<&str> = reservation
        .living()
        .map(|node| node.machine_id.as_str())
        .collect();
    if ids != recorded || firewalls.len() != 1 {
        return Err(Unclean(format!(
            "it is ready with {recorded:?}, and there are {ids:?} and the firewalls {firewalls:?}"
        )));
    }
    told(stack, reservation)
}

/// Of a reservation that is over nothing is left.
pub(super) async fn over(stack: &Stack, reservation: &Reservation) -> Result<(), Unclean> {
    if !reservation.state.is_over() {
        return Err(Unclean(format!("it stays {:?}", reservation.state)));
    }
    let (billed, firewalls) = cloud(stack, reservation).await?;
    if !billed.is_empty() || !firewalls.is_empty() {
        return Err(Unclean(format!(
            "it is {:?}, and there are {billed:?} and the firewalls {firewalls:?}",
            reservation.state
        )));
    }
    told(stack, reservation)
}

/// What costs money and what firewalls there are. Nothing was ever launched twice.
async fn cloud(
    stack: &Stack,
    reservation: &Reservation,
) -> Result<(Vec<Instance>, Vec<String>), Unclean> {
    let wrong = |error: crate::cloud::GateError| Unclean(error.to_string());
    let mut instances = stack.cloud.instances().await.map_err(wrong)?;
    let launched = instances
        .iter()
        .filter(|instance| instance.tags.get(RESERVATION_TAG) == Some(&reservation.id));
    let launched = launched.count();
    if launched > reservation.spec.count as usize {
        return Err(Unclean(format!("{launched} machines were launched")));
    }
    instances.retain(|instance| instance.state != InstanceState::Terminated);
    let firewalls = stack.cloud.firewalls().await.map_err(wrong)?;
    Ok((instances, firewalls))
}

/// Every message that there should be about it is there once and says what is true.
fn told(stack: &Stack, reservation: &Reservation) -> Result<(), Unclean> {
    let messages = stack.slack.messages();
    for kind in cards(reservation) {
        let wanted = card(kind, reservation);
        let count = messages
            .iter()
            .filter(|message| message.is_from_bot() && !message.deleted)
            .filter(|message| {
                message.text == wanted.text
                    && paragraph(&message.blocks) == paragraph(&wanted.blocks)
            })
            .count();
        if count != 1 {
            return Err(Unclean(format!(
                "{} is said {count} times: {:?}",
                CardKind::key(kind),
                wanted.text
            )));
        }
    }
    Ok(())
}

/// The first paragraph.
fn paragraph(blocks: &[serde_json::Value]) -> Option<&str> {
    blocks.first()?["text"]["text"].as_str()
}
