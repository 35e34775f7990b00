//! Answers about who else may use a reservation.

use crate::access::permission::ShareRole;
use crate::event::ShareReply;
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button};
use crate::messages::words::{access_lines, capitalised, deadline_line, machine_line};
use crate::reservation::{Reservation, State};

pub(super) fn sharing(reply: &ShareReply) -> Message {
    match reply {
        ShareReply::LetIn {
            id,
            handle,
            users,
            role: ShareRole::Use,
            ..
        } => {
            let text = format!(
                ":handshake: {} can now see *{handle}* and log in, and have been told. Their ssh keys reach it within two minutes.",
                capitalised(&everybody(users))
            );
            let message = Message::plain(text);
            // A button cannot name people, so with several it would not say whom it means.
            match &users[..] {
                [user] => message.with(actions(&[button(
                    Look::Plain,
                    "Let them manage it too",
                    action::SHARE_TO_MANAGE,
                    &format!("{id}/{user}"),
                )])),
                _ => message,
            }
        }
        ShareReply::LetIn { handle, users, .. } => Message::plain(format!(
            ":handshake: {} can now also switch *{handle}* off and give it up. Only you and admins can extend or share it.",
            capitalised(&everybody(users))
        )),
        ShareReply::AlreadyIn { handle } => {
            Message::plain(format!("They can use *{handle}* already."))
        }
        ShareReply::TooMany { handle } => Message::plain(format!(
            "*{handle}* is shared with ten people, which is as many as there can be. Say `unshare {handle} with @somebody` first."
        )),
        ShareReply::NotAMember { user } => Message::plain(format!(
            "<@{user}> is no full member of this workspace, so I cannot let them in. Nothing was changed."
        )),
        ShareReply::ShutOut { handle, users } => Message::plain(format!(
            "{} can no longer use *{handle}*. Their ssh keys are gone from it within two minutes; whoever is logged in stays until they leave.",
            capitalised(&everybody(users))
        )),
        ShareReply::WasNotIn { handle } => Message::plain(format!(
            "*{handle}* was not shared with them. Nothing was changed."
        )),
        ShareReply::Invited {
            reservation,
            role,
            by,
        } => invited(reservation, *role, by),
        ShareReply::Uninvited { handle, by } => {
            Message::plain(format!("<@{by}> no longer shares *{handle}* with you."))
        }
    }
}

fn invited(reservation: &Reservation, role: ShareRole, by: &str) -> Message {
    let handle = &reservation.handle;
    let may = match role {
        ShareRole::Use => "You can see it and log in.",
        ShareRole::Manage => "You can see it, log in, and give it up.",
    };
    let access = if reservation.state == State::Ready {
        access_lines(reservation)
    } else {
        "It is not ready yet; `show` tells you its address then.\n".to_owned()
    };
    Message::plain(format!(
        ":handshake: <@{by}> shares *{handle}* with you. {may}\n{}\n{access}{}",
        machine_line(reservation),
        deadline_line(reservation),
    ))
    .with(actions(&[button(
        Look::Plain,
        "Details",
        action::SHOW,
        &reservation.id,
    )]))
}

fn everybody(users: &[String]) -> String {
    let mentions: Vec<String> = users.iter().map(|user| format!("<@{user}>")).collect();
    mentions.join(" and ")
}
