//! What came of switching a machine off or on, to its owner.

use super::super::blocks::{Message, actions, section};
use super::super::trouble::explained;
use super::super::words::{
    access_lines, by_count, deadline_line, keep_stop_or_end, kept_line, machine_line,
};
use crate::access::permission::Relation;
use crate::reservation::{Power, Reservation, State, Switch};
use crate::time::slack_date;
use crate::workflow::FailureReason;

/// The message about one switch.
pub(super) fn switched(index: usize, reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    let Some(switch) = reservation
        .switches
        .get(index)
        .filter(|_| !reservation.state.is_ending())
    else {
        return Message::plain(format!(":checkered_flag: *{handle}* has ended."));
    };
    let verb = verb(switch.to);
    if index + 1 < reservation.switches.len() {
        return Message::plain(match switch.done_epoch_seconds {
            Some(done) => format!(
                ":heavy_check_mark: *{handle}* was {verb} {}.",
                slack_date(done)
            ),
            None => format!(":warning: *{handle}* could not be {verb}."),
        });
    }
    match (switch.fault, switch.to) {
        (Some(reason), to) => failed(reservation, to, reason),
        (None, _) if reservation.switching().is_some() => unsettled(reservation, verb),
        (None, Power::Off) => stopped(reservation, switch),
        (None, Power::On) => started(reservation, switch),
    }
}

fn verb(to: Power) -> &'static str {
    match to {
        Power::Off => "stopped",
        Power::On => "started",
    }
}

/// Nobody knows yet how the machine stands.
fn unsettled(reservation: &Reservation, verb: &str) -> Message {
    let again = match reservation.repair_epoch_seconds {
        Some(again) => format!("I try again {}", slack_date(again)),
        None => "I am trying again".to_owned(),
    };
    Message::plain(format!(
        ":warning: *{} could not be {verb} yet.* {again} and keep at it.\n{}",
        reservation.handle,
        deadline_line(reservation)
    ))
}

fn failed(reservation: &Reservation, to: Power, reason: FailureReason) -> Message {
    let stands = match reservation.state {
        State::Stopped => format!(
            "{} still off. {}",
            by_count(reservation, "It is", "They are"),
            kept_line(reservation)
        ),
        _ => by_count(reservation, "It still runs.", "They still run.").to_owned(),
    };
    let headline = format!("{} could not be {}", reservation.handle, verb(to));
    let (what, advice) = explained(reason, reservation);
    let text = format!(
        ":warning: *{headline}*: {what}.\n{advice}\n{stands}\n{}",
        deadline_line(reservation)
    );
    with_buttons(headline, &text, reservation)
}

fn stopped(reservation: &Reservation, switch: &Switch) -> Message {
    let headline = format!("{} is stopped", reservation.handle);
    let text = format!(
        ":double_vertical_bar: *{headline}*{}\n{}\n{}\n{}. Then the {} removed as well.",
        by_whom(switch),
        machine_line(reservation),
        kept_line(reservation),
        deadline_line(reservation),
        by_count(reservation, "disk is", "disks are")
    );
    with_buttons(headline, &text, reservation)
}

fn started(reservation: &Reservation, switch: &Switch) -> Message {
    let headline = format!("{} runs again", reservation.handle);
    let silence = if reservation.has_lost_master() {
        format!(
            ":warning: Its master is gone, and the notebook with it: `terminate {}` ends the rest.\n",
            reservation.handle
        )
    } else if switch.has_called || switch.user.is_empty() {
        String::new()
    } else if reservation.spec.cluster.is_some() {
        "_Not all of it has said since that it is ready, so the notebook may not answer yet._\n"
            .to_owned()
    } else {
        let silence = by_count(
            reservation,
            "_It has not said since that it is ready._\n",
            "_Not all have said since that they are ready._\n",
        );
        silence.to_owned()
    };
    let text = format!(
        ":white_check_mark: *{headline}*, with {}{}\n{}\n{}{silence}{}",
        by_count(reservation, "a new address", "new addresses"),
        by_whom(switch),
        machine_line(reservation),
        access_lines(reservation),
        deadline_line(reservation)
    );
    with_buttons(headline, &text, reservation)
}

/// Who did it, where it was not asked for here.
fn by_whom(switch: &Switch) -> &'static str {
    if switch.user.is_empty() {
        ". I was not asked for that: somebody did it in the cloud’s own console."
    } else {
        ""
    }
}

fn with_buttons(headline: String, text: &str, reservation: &Reservation) -> Message {
    let buttons = keep_stop_or_end(reservation, Relation::Owner);
    Message::new(headline, vec![section(text), actions(&buttons)])
}
