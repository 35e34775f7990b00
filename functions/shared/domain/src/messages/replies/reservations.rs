//! Answers about reservations.

use super::LISTED_MAX;
use crate::cost::bill;
use crate::event::Reply;
use crate::identity::PlaceKind;
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, section};
use crate::messages::words::{
    access_lines, bold_list, deadline_line, keep_or_end, machine_line, state_words, whose,
};
use crate::reservation::{Reservation, State};
use crate::time::{EpochSeconds, slack_date};

pub(super) fn launching(reservation: &Reservation) -> Message {
    Message::plain(format!(
        ":rocket: Launching *{}*, yours until {}.",
        reservation.handle,
        slack_date(reservation.deadline_epoch_seconds)
    ))
}

pub(super) fn listing(reservations: &[Reservation], at: EpochSeconds) -> Message {
    if reservations.is_empty() {
        return super::reply(&Reply::HasNone, PlaceKind::Direct);
    }
    let count = reservations.len();
    let noun = if count == 1 { "machine" } else { "machines" };
    let mut message = Message::new(
        format!("You have {count} {noun}"),
        vec![section(&format!("*You have {count} {noun}*"))],
    );
    for reservation in reservations.iter().take(LISTED_MAX) {
        let mut block = section(&format!(
            "*{}* · {} · {}\nEnds {} · {} so far",
            reservation.handle,
            state_words(reservation),
            machine_line(reservation),
            slack_date(reservation.deadline_epoch_seconds),
            bill(reservation.cost_usd(at)),
        ));
        block["accessory"] = button(Look::Plain, "Details", action::SHOW, &reservation.id);
        message = message.with(block);
    }
    if count > LISTED_MAX {
        message = message.with(context(&format!("… and {} more.", count - LISTED_MAX)));
    }
    message
}

pub(super) fn details(reservation: &Reservation, at: EpochSeconds, reader: &str) -> Message {
    let text = format!(
        "*{}* · {}{}\n{}\n{}{}\n{} so far",
        reservation.handle,
        state_words(reservation),
        whose(reservation, reader),
        machine_line(reservation),
        if reservation.state == State::Ready {
            access_lines(reservation)
        } else {
            String::new()
        },
        deadline_line(reservation),
        bill(reservation.cost_usd(at)),
    );
    let message = Message::new(
        format!("{}: {}", reservation.handle, state_words(reservation)),
        vec![section(&text)],
    );
    if reservation.state == State::Ready {
        message.with(actions(&keep_or_end(reservation, reader)))
    } else {
        message
    }
}

pub(super) fn not_extended(
    handle: &str,
    deadline: EpochSeconds,
    latest: Option<EpochSeconds>,
) -> Message {
    let stands = slack_date(deadline);
    Message::plain(match latest {
        Some(latest) => format!(
            "*{handle}* cannot be kept that long: the latest end possible now is {}. It still ends {stands}.",
            slack_date(latest)
        ),
        None => format!(
            "That would not be later: *{handle}* already ends {stands}. Nothing was changed."
        ),
    })
}

pub(super) fn confirm_end(
    reservations: &[Reservation],
    at: EpochSeconds,
    reader: &str,
    more: usize,
) -> Message {
    let handles: Vec<String> = reservations
        .iter()
        .map(|reservation| reservation.handle.clone())
        .collect();
    let ids: Vec<&str> = reservations
        .iter()
        .map(|reservation| reservation.id.as_str())
        .collect();
    let lines: Vec<String> = reservations
        .iter()
        .map(|reservation| {
            format!(
                "*{}* · {} · {} so far{}",
                reservation.handle,
                machine_line(reservation),
                bill(reservation.cost_usd(at)),
                whose(reservation, reader)
            )
        })
        .collect();
    let question = format!("Terminate {}?", bold_list(&handles));
    let message = Message::new(
        format!("Terminate {}?", handles.join(", ")),
        vec![
            section(&format!(
                "{question}\n{}\nEverything on the disk will be gone for good.",
                lines.join("\n")
            )),
            actions(&[
                button(
                    Look::Danger,
                    "Terminate",
                    action::TERMINATE_YES,
                    &ids.join(","),
                ),
                button(Look::Plain, "Keep it", action::TERMINATE_NO, &ids.join(",")),
            ]),
        ],
    );
    match more {
        0 => message,
        more => message.with(context(&format!(
            "{more} more stay for now: that is as many as I end at once. Ask again for them."
        ))),
    }
}
