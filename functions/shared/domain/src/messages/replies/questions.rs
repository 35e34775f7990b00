//! Questions: what is asked, and the ways to answer.

use serde_json::{Value, json};

use super::LISTED_MAX;
use crate::identity::PlaceKind;
use crate::intent::{Intent, Next};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, confirmed, context, section};
use crate::reservation::Reservation;
use crate::spec::System;

/// The form for answering in one's own words. Its metadata says which conversation the answer belongs to.
pub fn answer_modal(question: &str, metadata: &str) -> Value {
    json!({
        "type": "modal",
        "callback_id": action::ANSWER_FORM,
        "private_metadata": metadata,
        "title": {"type": "plain_text", "text": "Your answer"},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Back"},
        "blocks": [{
            "type": "input",
            "block_id": action::ANSWER_FORM,
            "label": {"type": "plain_text", "text": question},
            "element": {
                "type": "plain_text_input",
                "action_id": action::ANSWER_FORM,
                "max_length": 300,
                "focus_on_load": true,
            },
        }],
    })
}

/// The question that asks for a slot.
fn question(intent: Intent, asked: Next) -> &'static str {
    match (intent, asked) {
        (_, Next::Os) => "Which system should it run?",
        (Intent::CreateCluster, Next::MemoryGb) => {
            "How much memory should each machine of the cluster have?"
        }
        (_, Next::MemoryGb) => "How much memory should it have?",
        (Intent::ExtendReservation, Next::DurationMinutes) => "How much longer do you need it?",
        (Intent::SetReminder, Next::DurationMinutes) => "When shall I remind you?",
        (Intent::CreateCluster, Next::DurationMinutes) => "For how long do you need the cluster?",
        (_, Next::DurationMinutes) => "For how long do you need it?",
        (_, Next::Nodes) => "How many machines should the cluster have, its master included?",
        (_, Next::Reservation) => "Which reservation do you mean?",
        (_, Next::Template) => "What is the template called?",
        (_, Next::User) => "With whom?",
        (_, Next::Provider) => "On which cloud?",
        (_, Next::Confirm | Next::Done) => "Shall I go ahead?",
    }
}

pub(super) fn ask(intent: Intent, asked: Next, user: &str, place: PlaceKind) -> Message {
    let question = question(intent, asked);
    let choices: Vec<(&str, &str)> = match asked {
        Next::Os => System::ALL
            .map(|system| (system.title(), system.title()))
            .to_vec(),
        Next::MemoryGb => vec![
            ("4 GB", "4 GB"),
            ("8 GB", "8 GB"),
            ("16 GB", "16 GB"),
            ("32 GB", "32 GB"),
        ],
        Next::DurationMinutes => vec![
            ("1 hour", "1 hour"),
            ("4 hours", "4 hours"),
            ("1 day", "1 day"),
            ("1 week", "1 week"),
        ],
        Next::Nodes => vec![
            ("3 machines", "3 nodes"),
            ("5 machines", "5 nodes"),
            ("10 machines", "10 nodes"),
        ],
        _ => Vec::new(),
    };
    let mut buttons: Vec<Value> = choices
        .iter()
        .enumerate()
        .map(|(number, (label, text))| {
            button(
                Look::Plain,
                label,
                &format!("{}{number}", action::SAY),
                &format!("{user}/{text}"),
            )
        })
        .collect();
    // In a channel only mentions are heard, so an answer in one's own words needs a form.
    if place != PlaceKind::Direct {
        buttons.push(button(
            Look::Primary,
            "Answer …",
            action::ANSWER_OPEN,
            &format!("{user}/{question}"),
        ));
    }
    let hint = match place {
        PlaceKind::Direct => "Just answer, or press a button. “Forget it” ends this.",
        PlaceKind::Channel => {
            "Press a button, or mention me with your answer: I only hear mentions here. “Forget it” ends this."
        }
        PlaceKind::Private => {
            "Press a button, or use `/infrared` again with your answer. “Forget it” ends this."
        }
    };
    let mut message = Message::new(question, vec![section(&format!("*{question}*"))]);
    if !buttons.is_empty() {
        message = message.with(actions(&buttons));
    }
    message.with(context(hint))
}

pub(super) fn which(intent: Intent, reservations: &[Reservation], minutes: Option<u32>) -> Message {
    let buttons = reservations.iter().take(LISTED_MAX).map(|reservation| {
        let label = format!(
            "{} · {}",
            reservation.handle,
            reservation.offer().instance_type
        );
        // Several buttons of one kind in a row need names of their own; what follows the dot is ignored.
        let named = |name: &str| format!("{name}.{}", reservation.handle);
        match (intent, minutes) {
            (Intent::ExtendReservation, Some(minutes)) => button(
                Look::Plain,
                &label,
                &named(action::EXTEND_BY),
                &format!("{}/{minutes}", reservation.id),
            ),
            (Intent::TerminateReservation, _) => confirmed(
                button(
                    Look::Danger,
                    &label,
                    &named(action::TERMINATE),
                    &reservation.id,
                ),
                &format!("Terminate {}?", reservation.handle),
                &format!(
                    "*{}* and everything on its disk will be gone for good.",
                    reservation.handle
                ),
                "Terminate",
            ),
            (Intent::StopReservation, _) => {
                button(Look::Plain, &label, &named(action::STOP), &reservation.id)
            }
            (Intent::StartReservation, _) => {
                button(Look::Plain, &label, &named(action::START), &reservation.id)
            }
            _ => button(Look::Plain, &label, &named(action::SHOW), &reservation.id),
        }
    });
    Message::new(
        "Which one do you mean?",
        vec![
            section("*Which one do you mean?*"),
            actions(&buttons.collect::<Vec<_>>()),
        ],
    )
}
