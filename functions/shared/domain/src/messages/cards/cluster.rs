//! What a cluster has beside its machines, and what it asks its owner.

use super::super::action;
use super::super::blocks::{Look, Message, actions, button, confirmed, section};
use super::super::words::{counted, notebook_url};
use super::CardKind;
use crate::reservation::{EndReason, Reservation, State};
use crate::time::slack_date;

/// Digits of a fingerprint that stand together, as browsers show them.
const GROUP_DIGITS: usize = 2;

/// Whether a message shows the notebook's link with its token. Whoever has it can use the notebook, so it is in none but its
/// owner's, and only while it opens something.
pub fn shows_notebook(kind: CardKind, reservation: &Reservation) -> bool {
    let newest = reservation.switches.len().checked_sub(1);
    let has_room = match kind {
        CardKind::Ready => true,
        CardKind::Switch(index) => Some(index) == newest,
        _ => false,
    };
    has_room && reservation.state == State::Ready && notebook_url(reservation).is_some()
}

/// A message with the notebook's link and its token, if it is one that shows them.
#[must_use]
pub fn with_notebook(
    mut message: Message,
    kind: CardKind,
    reservation: &Reservation,
    token: &str,
) -> Message {
    let url = notebook_url(reservation).filter(|_| shows_notebook(kind, reservation));
    if let Some(url) = url {
        message
            .blocks
            .insert(1, section(&notebook_text(reservation, &url, token)));
    }
    message
}

fn notebook_text(reservation: &Reservation, url: &str, token: &str) -> String {
    let go_on = match &reservation.certificate_sha256 {
        Some(fingerprint) => format!(
            "if it shows this SHA-256 fingerprint (under “Certificate”):\n```{}```",
            grouped(fingerprint)
        ),
        None => "by “Advanced”.".to_owned(),
    };
    format!(
        ":notebook: *<{url}?token={token}|Open JupyterLab>* · the link holds the notebook’s token: whoever has it can use the cluster.\n_Your browser will warn you that the connection is not private_, for the notebook’s certificate is its own and no authority’s. Go on {go_on}"
    )
}

/// Hexadecimal digits as browsers show them: `AB CD EF …`, in two lines.
fn grouped(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
    let groups: Vec<String> = digits
        .chunks(GROUP_DIGITS)
        .map(|group| group.iter().collect::<String>().to_uppercase())
        .collect();
    let lines = groups.chunks(groups.len().div_ceil(2).max(1));
    let lines: Vec<String> = lines.map(|line| line.join(" ")).collect();
    lines.join("\n")
}

/// Whether it goes on with fewer workers.
pub(super) fn question(reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    let Some(question) = &reservation.question else {
        return Message::plain(format!(":checkered_flag: *{handle}* has ended."));
    };
    let left = counted(reservation.workers_left(), "worker");
    if let Some(user) = &question.answered_by {
        return Message::plain(format!(
            ":heavy_check_mark: *{handle}* goes on with {left}, as <@{user}> said."
        ));
    }
    match &reservation.end {
        Some(EndReason::Failed(_)) => {
            return Message::plain(format!(
                ":checkered_flag: Nobody said by {} whether *{handle}* goes on, so it is undone.",
                slack_date(question.due_epoch_seconds)
            ));
        }
        Some(_) => {
            return Message::plain(format!(
                ":checkered_flag: *{handle}* does not go on: it is undone."
            ));
        }
        None => {}
    }
    if reservation.open_question().is_none() {
        return Message::plain(format!(
            ":heavy_check_mark: All workers of *{handle}* are there after all."
        ));
    }
    let missing = u32::try_from(question.without.len()).unwrap_or(u32::MAX);
    let (one, stand_ins) = match missing {
        1 => ("It", "the one that I launched in its stead"),
        _ => ("They", "those that I launched in their stead"),
    };
    let replacement = reservation.replacement.as_ref();
    let is_refused = replacement.is_some_and(|those| those.is_refused);
    let stood_in = |number: &u32| replacement.is_some_and(|it| it.numbers().contains(number));
    let why = if is_refused {
        format!("{one} could not be set up, and the cloud has no other free just now.")
    } else if question.without.iter().all(stood_in) {
        format!("{one} could not be set up, and neither could {stand_ins}.")
    } else {
        format!("{one} could not be set up, and I have launched others once already.")
    };
    let headline = format!("{handle}: {} missing", counted(missing, "worker"));
    let text = format!(
        ":warning: *{headline}*\n{why} The master and {left} have called. Shall the cluster go on with {left}?\nWithout an answer, everything is undone {}.",
        slack_date(question.due_epoch_seconds)
    );
    let go_on = button(
        Look::Primary,
        &format!("Go on with {left}"),
        action::GO_ON,
        &reservation.id,
    );
    let undo = confirmed(
        button(Look::Danger, "Undo", action::TERMINATE, &reservation.id),
        &format!("Undo {handle}?"),
        &format!("All machines of *{handle}* will be gone for good."),
        "Undo",
    );
    Message::new(headline, vec![section(&text), actions(&[go_on, undo])])
}

/// What became of workers that failed, on the progress message.
pub(super) fn replacement_lines(reservation: &Reservation) -> Vec<String> {
    let replacement = reservation.replacement.iter();
    let replaced = replacement.map(|those| {
        let failed = counted(those.count(), "worker");
        let instead = match (those.is_refused, those.count()) {
            (true, _) => "the cloud has no other free",
            (false, 1) => "another stands in for it",
            (false, _) => "others stand in for them",
        };
        format!("{failed} could not be set up; {instead}")
    });
    let asked = reservation.open_question().map(|question| {
        format!(
            "I have asked <@{}> whether it goes on with {}; without an answer it is undone {}",
            reservation.owner,
            counted(reservation.workers_left(), "worker"),
            slack_date(question.due_epoch_seconds)
        )
    });
    replaced.chain(asked).collect()
}
