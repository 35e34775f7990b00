//! Answers about reservations.

use std::fmt::Write as _;

use super::LISTED_MAX;
use crate::access::permission::Relation;
use crate::cost::bill;
use crate::event::Reply;
use crate::identity::PlaceKind;
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, section};
use crate::messages::clusters::cluster_of;
use crate::messages::trouble::why_button;
use crate::messages::words::{
    access_lines, bold_list, counted, deadline_line, keep_stop_or_end, kept_line, machine_line,
    notebook_line, state_words, whose,
};
use crate::reservation::{Reservation, State};
use crate::time::{EpochSeconds, slack_date};

pub(super) fn launching(reservation: &Reservation) -> Message {
    let what = match (
        cluster_of(&reservation.spec, reservation.spec.count),
        reservation.spec.count,
    ) {
        (Some(cluster), _) => format!(", a {cluster}"),
        (None, 1) => String::new(),
        (None, count) => format!(" with {count} machines"),
    };
    Message::plain(format!(
        ":rocket: Launching *{}*{what}, yours until {}.",
        reservation.handle,
        slack_date(reservation.deadline_epoch_seconds)
    ))
}

pub(super) fn listing(
    reservations: &[Reservation],
    shared: &[Reservation],
    at: EpochSeconds,
) -> Message {
    let message = if reservations.is_empty() {
        super::reply(&Reply::HasNone, PlaceKind::Direct)
    } else {
        own(reservations, at)
    };
    if shared.is_empty() {
        return message;
    }
    let message = message.with(section("*Shared with you*"));
    shared
        .iter()
        .take(LISTED_MAX)
        .fold(message, |message, reservation| {
            let mut block = section(&format!(
                "*{}* of <@{}> · {} · {}\nEnds {}",
                reservation.handle,
                reservation.owner,
                state_words(reservation),
                machine_line(reservation),
                slack_date(reservation.deadline_epoch_seconds),
            ));
            block["accessory"] = button(Look::Plain, "Details", action::SHOW, &reservation.id);
            message.with(block)
        })
}

fn own(reservations: &[Reservation], at: EpochSeconds) -> Message {
    let count = reservations.len();
    let machines: u32 = reservations.iter().map(Reservation::machines).sum();
    let mut title = format!("You have {}", counted(machines, "machine"));
    if let Some(fewer) = u32::try_from(count).ok().filter(|fewer| *fewer != machines) {
        let _ = write!(title, " in {}", counted(fewer, "reservation"));
    }
    let mut message = Message::new(title.clone(), vec![section(&format!("*{title}*"))]);
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

pub(super) fn details(reservation: &Reservation, relation: Relation, at: EpochSeconds) -> Message {
    let text = format!(
        "*{}*{} · {}\n{}\n{}{}\n{} so far",
        reservation.handle,
        if relation == Relation::Owner {
            String::new()
        } else {
            format!(" of <@{}>", reservation.owner)
        },
        state_words(reservation),
        machine_line(reservation),
        match reservation.state {
            State::Ready => format!(
                "{}{}",
                notebook_line(reservation),
                access_lines(reservation)
            ),
            State::Stopped => format!("{}\n", kept_line(reservation)),
            _ => String::new(),
        },
        deadline_line(reservation),
        bill(reservation.cost_usd(at)),
    );
    let message = Message::new(
        format!("{}: {}", reservation.handle, state_words(reservation)),
        vec![section(&text)],
    );
    let mut buttons = if matches!(reservation.state, State::Ready | State::Stopped) {
        keep_stop_or_end(reservation, relation)
    } else {
        Vec::new()
    };
    if !reservation.attempts.is_empty() {
        buttons.push(why_button(reservation));
    }
    if buttons.is_empty() {
        message
    } else {
        message.with(actions(&buttons))
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
    let has_several = reservations
        .iter()
        .any(|reservation| reservation.spec.count > 1);
    let question = format!("Terminate {}?", bold_list(&handles));
    let message = Message::new(
        format!("Terminate {}?", handles.join(", ")),
        vec![
            section(&format!(
                "{question}\n{}\nEverything on the disk{} will be gone for good.",
                lines.join("\n"),
                if has_several { "s" } else { "" }
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
