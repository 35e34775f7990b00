//! Turns of phrase that several messages share.

use serde_json::Value;

use super::action;
use super::blocks::{Look, button, confirmed};
use crate::access::permission::{Act, Relation};
use crate::cost::{bill, usd};
use crate::offers::{ANY_REGION, Market, Offer};
use crate::reservation::{Reservation, State};
use crate::time::slack_date;

/// A machine for hire in words: "t3a.large (2 vCPU, 8 GiB, us-east-1)".
pub(super) fn offer_words(offer: &Offer) -> String {
    let place = match (&offer.zone, offer.region.as_str()) {
        (Some(zone), _) => zone,
        (None, ANY_REGION) => "all regions",
        (None, region) => region,
    };
    let how = match offer.market {
        Market::OnDemand => "",
        Market::Spot => ", spot",
    };
    format!(
        "{} ({} vCPU, {} GiB, {place}{how})",
        offer.instance_type, offer.vcpus, offer.memory_gib
    )
}

pub(super) fn state_words(reservation: &Reservation) -> &'static str {
    match reservation.state {
        State::Requested | State::Provisioning if reservation.end.is_some() => "being cancelled",
        State::Requested | State::Provisioning => "being launched",
        State::Ready => "running",
        State::Undoing | State::Terminating => "being removed",
        State::Terminated => "ended",
        State::Failed => "could not be launched",
    }
}

pub(super) fn bold_list(handles: &[String]) -> String {
    handles
        .iter()
        .map(|handle| format!("*{handle}*"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Where the machine is and how to get in.
pub(super) fn access_lines(reservation: &Reservation) -> String {
    let Some(address) = &reservation.node.public_address else {
        return String::new();
    };
    let user = reservation.spec.os.login_user();
    let mut lines = format!("Address `{address}`\nLog in with `ssh {user}@{address}`\n");
    if reservation.authorized_keys.is_empty() {
        lines.push_str("_No ssh key was known at launch, so it lets nobody in yet._ Send me your public key: it reaches the machine within two minutes.\n");
    }
    lines
}

/// The end and the price.
pub(super) fn deadline_line(reservation: &Reservation) -> String {
    let start = reservation
        .node
        .launched_epoch_seconds
        .unwrap_or(reservation.requested_epoch_seconds);
    let total = reservation
        .hourly()
        .between(start, reservation.deadline_epoch_seconds);
    format!(
        "Ends {} · {} per hour, {} in all by then",
        slack_date(reservation.deadline_epoch_seconds),
        usd(reservation.hourly().total_usd()),
        bill(total)
    )
}

/// The buttons of a running machine that somebody who is that to it may press.
pub(super) fn keep_or_end(reservation: &Reservation, relation: Relation) -> Vec<Value> {
    let Reservation { id, handle, .. } = reservation;
    let extend = |look, label, action_id| (Act::Extend, button(look, label, action_id, id));
    let terminate = confirmed(
        button(Look::Danger, "Terminate", action::TERMINATE, id),
        &format!("Terminate {handle}?"),
        &format!(
            "*{handle}* ({}) and everything on its disk will be gone for good.",
            reservation.spec.system()
        ),
        "Terminate",
    );
    let buttons = [
        extend(Look::Primary, "Extend 1 h", action::EXTEND_1H),
        extend(Look::Plain, "Extend 4 h", action::EXTEND_4H),
        (Act::Terminate, terminate),
    ];
    let permitted = buttons
        .into_iter()
        .filter(|(act, _)| relation.permits(*act));
    permitted.map(|(_, button)| button).collect()
}

/// The machine in one line: system, type, size, region.
pub(super) fn machine_line(reservation: &Reservation) -> String {
    let offer = reservation.offer();
    format!("{} on {}", reservation.spec.system(), offer_words(offer))
}

pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
