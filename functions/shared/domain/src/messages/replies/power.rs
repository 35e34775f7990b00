//! Answers about switching machines off and on.

use crate::access::permission::Relation;
use crate::event::PowerReply;
use crate::messages::blocks::{Message, actions};
use crate::messages::words::{by_count, keep_or_end, kept_line};
use crate::reservation::{Power, Reservation, State};
use crate::time::slack_date;

pub(super) fn power(reply: &PowerReply) -> Message {
    Message::plain(match reply {
        PowerReply::Spot {
            reservation,
            relation,
        } => return spot(reservation, *relation),
        PowerReply::Stopping { reservation, user } => format!(
            ":double_vertical_bar: Stopping *{}*. {} It still ends {}.\nI tell {} when {}.",
            reservation.handle,
            kept_line(reservation),
            slack_date(reservation.deadline_epoch_seconds),
            owner(reservation, user),
            by_count(
                reservation,
                "it is off, with a button to start it again",
                "all are off, with a button to start them again"
            ),
        ),
        PowerReply::Starting {
            reservation,
            user,
            is_longer,
        } => format!(
            ":arrow_forward: Starting *{}*. {} {}.\nI tell {} {}.",
            reservation.handle,
            if *is_longer {
                "Little time was left, so it now ends"
            } else {
                "It ends"
            },
            slack_date(reservation.deadline_epoch_seconds),
            owner(reservation, user),
            match reservation.spec.cluster {
                Some(_) => "their new addresses and the notebook’s when all of it is ready",
                None => by_count(
                    reservation,
                    "its new address when it runs",
                    "their new addresses when they run"
                ),
            },
        ),
        PowerReply::Unchanged { reservation, to } => unchanged(reservation, *to),
    })
}

fn spot(reservation: &Reservation, relation: Relation) -> Message {
    let handle = &reservation.handle;
    let text = format!(
        "*{handle}* {} cannot be switched off and on again, only ended. Nothing was changed. It ends {}.",
        by_count(
            reservation,
            "is a spot machine: it",
            "has spot machines: they"
        ),
        slack_date(reservation.deadline_epoch_seconds)
    );
    let message = Message::plain(text);
    let buttons = keep_or_end(reservation, relation);
    if buttons.is_empty() {
        return message;
    }
    message.with(actions(&buttons))
}

fn owner(reservation: &Reservation, reader: &str) -> String {
    if reservation.owner == reader {
        "you".to_owned()
    } else {
        format!("<@{}>", reservation.owner)
    }
}

fn unchanged(reservation: &Reservation, to: Power) -> String {
    let handle = &reservation.handle;
    match (reservation.state, to) {
        (State::Stopping | State::Stopped, Power::Off) => {
            format!("*{handle}* is off already, or about to be.")
        }
        (State::Stopping, Power::On) => {
            format!("*{handle}* is just being stopped. Start it when it is off.")
        }
        (State::Starting, Power::Off) => {
            format!("*{handle}* is just being started. Stop it when it runs.")
        }
        (State::Requested | State::Provisioning, _) => {
            format!("*{handle}* is still being launched. Ask again when it is ready.")
        }
        _ => format!("*{handle}* runs already, or is about to."),
    }
}
