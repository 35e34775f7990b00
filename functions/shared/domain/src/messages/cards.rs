//! The standing messages about a reservation. Which there should be, and what each says, follows from its state
//! alone, so that a message can be brought up to date at any time and none can be forgotten.

mod cluster;
mod interruption;
mod power;

use std::fmt::Write as _;

pub use cluster::{shows_notebook, with_notebook};

use super::action;
use super::blocks::{Look, Message, actions, button, context, section};
use super::trouble;
use super::words::{
    access_lines, by_count, capitalised, deadline_line, keep_or_end, keep_stop_or_end,
    machine_line, software_lines, software_words, state_words,
};
use crate::access::permission::Relation;
use crate::act::sentence;
use crate::cost::estimate;
use crate::failover::refusals;
use crate::reservation::{EndReason, Reservation, State, Warning};
use crate::time::{length, slack_date};
use crate::workflow::{FailureReason, Step};

/// One of the messages about a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardKind {
    /// The steps of its launch, where it was asked for.
    Progress,
    /// Whether it goes on with fewer workers, to its owner.
    Question,
    /// The machine with its address, to its owner.
    Ready,
    /// What came of switching its machine off or on, to its owner: the number of the switch.
    Switch(usize),
    /// The end is near, to its owner.
    Warning(Warning),
    /// Its removal has to wait for the account that pays, to its owner.
    ShutOut,
    /// Its cloud takes one of its machines back, to its owner: the number of the machine, from 1 on.
    Interruption(usize),
    /// It is over, to its owner.
    Final,
}

impl CardKind {
    /// A name that is unique among the messages of a reservation.
    pub fn key(self) -> String {
        match self {
            Self::Progress => "progress".to_owned(),
            Self::Question => "question".to_owned(),
            Self::Ready => "ready".to_owned(),
            Self::Warning(warning) => format!(
                "warning-{}-{}",
                warning.deadline_epoch_seconds, warning.minutes_before
            ),
            Self::Switch(index) => format!("switch-{index}"),
            Self::ShutOut => "shut-out".to_owned(),
            Self::Interruption(number) => format!("interruption-{number}"),
            Self::Final => "final".to_owned(),
        }
    }

    /// Whether it goes to the owner alone, wherever the machine was asked for.
    pub fn is_for_owner(self) -> bool {
        !matches!(self, Self::Progress)
    }
}

/// Messages about switches that are brought up to date: an older one says for ever what the next switch made of it.
const SWITCHES_FOLLOWED: usize = 5;

/// The messages that should exist about a reservation, in the order in which they are first sent.
pub fn cards(reservation: &Reservation) -> Vec<CardKind> {
    let mut kinds = vec![CardKind::Progress];
    if reservation.question.is_some() {
        kinds.push(CardKind::Question);
    }
    if reservation.ready_epoch_seconds.is_some() {
        kinds.push(CardKind::Ready);
    }
    let count = reservation.switches.len();
    let settled = |index: &usize| {
        let switch = &reservation.switches[*index];
        // It goes on to be tried: the last one only.
        let is_late =
            reservation.switching().is_some() && reservation.repair_epoch_seconds.is_some();
        let is_settled = switch.done_epoch_seconds.is_some() || switch.fault.is_some();
        is_settled || switch.tries > 1 || index + 1 == count && is_late
    };
    let followed = count.saturating_sub(SWITCHES_FOLLOWED)..count;
    kinds.extend(followed.filter(settled).map(CardKind::Switch));
    kinds.extend(reservation.warnings.iter().copied().map(CardKind::Warning));
    if reservation.shut_out_epoch_seconds.is_some() {
        kinds.push(CardKind::ShutOut);
    }
    let numbered = (1..).zip(&reservation.nodes);
    let interrupted = numbered.filter(|(_, node)| node.interruption.is_some());
    kinds.extend(interrupted.map(|(number, _)| CardKind::Interruption(number)));
    if reservation.state.is_over() {
        kinds.push(CardKind::Final);
    }
    kinds
}

/// What a message about a reservation says now.
pub fn card(kind: CardKind, reservation: &Reservation) -> Message {
    match kind {
        CardKind::Progress => progress(reservation),
        CardKind::Question => cluster::question(reservation),
        CardKind::Ready => ready(reservation),
        CardKind::Switch(index) => power::switched(index, reservation),
        CardKind::Warning(warning) => warn(reservation, warning),
        CardKind::ShutOut => shut_out(reservation),
        CardKind::Interruption(number) => interruption::interrupted(number, reservation),
        CardKind::Final => last_word(reservation),
    }
}

/// The steps that people follow, with what is said while each is awaited.
const SHOWN_STEPS: [(Step, &str, &str); 5] = [
    (
        Step::CreateSecurityGroup,
        "Firewall set up",
        "Setting up the firewall",
    ),
    (
        Step::LaunchMachine,
        "Machine launched",
        "Launching the machine",
    ),
    (
        Step::ConfirmRunning,
        "Machine running",
        "Waiting until it runs",
    ),
    (
        Step::AwaitReady,
        "Machine has called home",
        "Waiting until it has set itself up and calls home",
    ),
    (Step::Finish, "Ready", "Handing it over"),
];

/// The same words about several machines.
fn step_words(step: Step, reservation: &Reservation) -> Option<(String, String)> {
    let count = match step {
        Step::AwaitReady => reservation.machines(),
        _ => reservation.spec.count,
    };
    let (done, waiting) = match step {
        Step::LaunchMachine => ("launched", "Launching the machines"),
        Step::ConfirmRunning => ("running", "Waiting until all of them run"),
        Step::AwaitReady => (
            "have called home",
            "Waiting until all of them have set themselves up and call home",
        ),
        Step::Finish => return Some(("Ready".to_owned(), "Handing them over".to_owned())),
        _ => return None,
    };
    let ready = reservation.ready_machines();
    let waiting = match step {
        Step::AwaitReady if reservation.open_question().is_some() => {
            "Waiting for an answer".to_owned()
        }
        Step::AwaitReady if ready > 0 => format!("{waiting}: {ready} of {count} so far"),
        _ => waiting.to_owned(),
    };
    Some((format!("{count} machines {done}"), waiting))
}

fn progress(reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    let (icon, headline) = match (reservation.state, &reservation.end) {
        (State::Requested | State::Provisioning, None) => {
            (":hourglass_flowing_sand:", on_its_way(reservation))
        }
        (State::Requested | State::Provisioning | State::Undoing, Some(EndReason::Failed(_)))
        | (State::Undoing, None) => (":warning:", "could not be launched, cleaning up".to_owned()),
        (State::Requested | State::Provisioning | State::Undoing, Some(_)) => {
            (":wastebasket:", "is being cancelled".to_owned())
        }
        (State::Ready, _) => (
            ":white_check_mark:",
            format!("is ready after {}", setup_time(reservation)),
        ),
        (State::Stopping | State::Stopped | State::Starting, _) => (
            ":double_vertical_bar:",
            format!("is {}", state_words(reservation)),
        ),
        (State::Terminating, _) => (":wastebasket:", "is being removed".to_owned()),
        (State::Unreachable, _) => (":warning:", "could not be removed yet".to_owned()),
        (State::Terminated, _) => (":checkered_flag:", "has ended".to_owned()),
        (State::Failed, _) => (":x:", "could not be launched".to_owned()),
        (State::Lost, _) => (":warning:", "is lost".to_owned()),
    };
    let mut message = Message::new(
        format!("{handle} {headline}"),
        vec![section(&format!(
            "{icon} *{handle}* {headline}\n{}",
            machine_line(reservation)
        ))],
    );
    message = message.with(section(step_lines(reservation).trim_end()));
    if let Some(text) = removal_note(reservation) {
        message = message.with(context(&text));
    }
    let mut buttons = Vec::new();
    if matches!(reservation.state, State::Requested | State::Provisioning)
        && reservation.end.is_none()
    {
        let cancel = button(
            Look::Plain,
            "Cancel launch",
            action::TERMINATE,
            &reservation.id,
        );
        buttons.push(cancel);
    }
    // Where all went as it was quoted, the quote has said why.
    if refusals(reservation).next().is_some() {
        buttons.push(trouble::why_button(reservation));
    }
    if buttons.is_empty() {
        return message;
    }
    message.with(actions(&buttons))
}

/// With what it took others, where that is known.
fn on_its_way(reservation: &Reservation) -> String {
    match reservation.expected_seconds {
        Some(seconds) => format!("is on its way, usually ready after {}", duration(seconds)),
        None => "is on its way".to_owned(),
    }
}

fn step_lines(reservation: &Reservation) -> String {
    let moving = matches!(reservation.state, State::Requested | State::Provisioning)
        && reservation.end.is_none();
    let mut awaited = moving;
    let mut lines = String::new();
    for (step, done, waiting) in SHOWN_STEPS {
        let is_several = reservation.spec.count > 1;
        let of_several = step_words(step, reservation).filter(|_| is_several);
        let (done, waiting) = of_several.unwrap_or_else(|| (done.to_owned(), waiting.to_owned()));
        let software = software_words(&reservation.spec.environments);
        let waiting = match software.filter(|_| step == Step::AwaitReady) {
            Some(software) => format!("{waiting}: {software}"),
            None => waiting,
        };
        if reservation.steps.iter().any(|record| record.step == step) {
            let _ = writeln!(lines, ":heavy_check_mark: {done}");
        } else if awaited {
            let _ = writeln!(lines, ":small_blue_diamond: _{waiting} …_");
            awaited = false;
        } else if moving {
            let _ = writeln!(lines, ":white_small_square: {done}");
        }
        if step == Step::LaunchMachine {
            let more_follows = awaited_launch(reservation, moving);
            for line in trouble::refusal_lines(reservation, more_follows) {
                let _ = writeln!(lines, ":small_orange_diamond: {line}");
            }
            for line in cluster::replacement_lines(reservation) {
                let _ = writeln!(lines, ":small_orange_diamond: {line}");
            }
        }
    }
    match &reservation.end {
        Some(EndReason::Failed(reason)) => {
            let _ = writeln!(
                lines,
                ":small_red_triangle: {}",
                capitalised(&trouble::explained(*reason, reservation).0)
            );
        }
        Some(EndReason::Requested(_)) if reservation.ready_epoch_seconds.is_none() => {
            lines.push_str(":small_red_triangle: Cancelled\n");
        }
        _ => {}
    }
    lines
}

/// Whether the launch goes on after what was refused.
fn awaited_launch(reservation: &Reservation, moving: bool) -> bool {
    let done = reservation.steps.iter();
    moving
        && done
            .clone()
            .all(|record| record.step != Step::LaunchMachine)
}

fn removal_note(reservation: &Reservation) -> Option<String> {
    if reservation.state.is_over() {
        return Some("Nothing is left running.".to_owned());
    }
    let again = reservation
        .repair_epoch_seconds
        .filter(|_| reservation.state.is_ending())?;
    Some(format!(
        "Not everything could be removed yet. I try again {} and keep at it.",
        slack_date(again)
    ))
}

fn ready(reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    match reservation.state {
        State::Ready => {}
        State::Stopping | State::Stopped | State::Starting => {
            return Message::plain(format!(
                ":double_vertical_bar: *{handle}* is {}.\n{}",
                state_words(reservation),
                machine_line(reservation)
            ));
        }
        State::Terminating | State::Unreachable => {
            return Message::plain(format!(
                ":wastebasket: *{handle}* is being removed.\n{}",
                machine_line(reservation)
            ));
        }
        _ => {
            return Message::plain(format!(
                ":checkered_flag: *{handle}* has ended.\n{}",
                machine_line(reservation)
            ));
        }
    }
    let mut text = format!(
        ":white_check_mark: *{handle} is ready*\n{}\n",
        machine_line(reservation)
    );
    text.push_str(&access_lines(reservation));
    text.push_str(&software_lines(reservation));
    let _ = write!(text, "{}", deadline_line(reservation));
    Message::new(
        format!("{handle} is ready"),
        vec![
            section(&text),
            actions(&keep_stop_or_end(reservation, Relation::Owner)),
        ],
    )
}

fn warn(reservation: &Reservation, warning: Warning) -> Message {
    let handle = &reservation.handle;
    if reservation.state.is_ending() {
        return Message::plain(format!(":checkered_flag: *{handle}* has ended."));
    }
    if reservation.deadline_epoch_seconds != warning.deadline_epoch_seconds {
        let until = slack_date(reservation.deadline_epoch_seconds);
        return Message::plain(format!(
            ":white_check_mark: *{handle}* was extended and now ends {until}."
        ));
    }
    let text = format!(
        ":alarm_clock: *{handle} ends in {} minutes*, {}.\nThen the {} are removed. Do you need {} longer?",
        warning.minutes_before,
        slack_date(warning.deadline_epoch_seconds),
        match reservation.spec.cluster {
            Some(_) => "cluster’s machines and their disks",
            None => by_count(
                reservation,
                "machine and its disk",
                "machines and their disks",
            ),
        },
        match reservation.spec.cluster {
            Some(_) => "the cluster",
            None => by_count(reservation, "it", "them"),
        }
    );
    Message::new(
        format!("{handle} ends in {} minutes", warning.minutes_before),
        vec![
            section(&text),
            actions(&keep_or_end(reservation, Relation::Owner)),
        ],
    )
}

fn shut_out(reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    if reservation.state.is_over() {
        return Message::plain(format!(":checkered_flag: *{handle}* is gone after all."));
    }
    trouble::shut_out(reservation, None)
}

fn last_word(reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    let cost = estimate(reservation.cost_usd(reservation.ended_epoch_seconds.unwrap_or_default()));
    let ran = reservation
        .launched_epoch_seconds
        .zip(reservation.ended_epoch_seconds)
        .map(|(start, end)| length(end - start - reservation.off_seconds(end)));
    let spent = match &ran {
        Some(ran) => spent(reservation, ran, &cost),
        None => "No machine was started, so it cost nothing.".to_owned(),
    };
    let text = match &reservation.end {
        Some(EndReason::Failed(reason)) => failure_text(reservation, *reason, &spent),
        Some(EndReason::Requested(user)) if *user == reservation.owner => {
            format!(
                ":checkered_flag: *{handle} has ended*, as you asked.\n{spent} Nothing is left running."
            )
        }
        Some(EndReason::Requested(user)) => {
            format!(
                ":checkered_flag: *{handle} has ended*: <@{user}> terminated it.\n{spent} Nothing is left running."
            )
        }
        Some(EndReason::Vanished) => format!(
            ":warning: *{handle} is lost*: {} when I looked, and what was on {} I did not end {}. Somebody may have ended {} down from within.\n{spent} Nothing is left running.",
            by_count(
                reservation,
                "its machine was gone",
                "its machines were gone"
            ),
            by_count(reservation, "its disk with it.", "their disks with them."),
            by_count(reservation, "it", "them"),
            by_count(
                reservation,
                "it in the cloud’s own console, or it was shut",
                "them in the cloud’s own console, or they were shut"
            )
        ),
        Some(EndReason::TakenBack) => format!(
            ":warning: *{handle} is lost*: the cloud took its spot {} back, and what was on {} with {}. That is the risk of the spot market: it happens when the capacity is needed elsewhere.\n{spent} Nothing is left running.",
            by_count(reservation, "machine", "machines"),
            by_count(reservation, "its disk", "their disks"),
            by_count(reservation, "it", "them")
        ),
        Some(EndReason::Deadline) | None => format!(
            ":checkered_flag: *{handle} has ended*: its time was up {}.\n{spent} Nothing is left running.",
            slack_date(reservation.deadline_epoch_seconds)
        ),
    };
    let verb = match reservation.end {
        Some(EndReason::Failed(_)) => "could not be launched",
        Some(EndReason::Vanished | EndReason::TakenBack) => "is lost",
        _ => "has ended",
    };
    let mut message = Message::new(format!("{handle} {verb}"), vec![section(&text)]);
    if let Some(log) = trouble::setup_log(reservation) {
        message = message
            .with(context("The end of what setting it up printed:"))
            .with(log);
    }
    match reservation.end {
        Some(EndReason::Vanished | EndReason::TakenBack) => with_another(message, reservation),
        _ => message,
    }
}

/// With a button that asks for the price of one like it. Several machines that are no cluster cannot be asked for in a
/// sentence.
fn with_another(message: Message, reservation: &Reservation) -> Message {
    let Reservation { owner, spec, .. } = reservation;
    if spec.count > 1 && spec.cluster.is_none() {
        return message;
    }
    let sentence = sentence(reservation.offer(), spec, Some(spec.duration_minutes));
    let another = button(
        Look::Primary,
        "Get another like it",
        action::SAY_ANOTHER,
        &format!("{owner}/{sentence}"),
    );
    message.with(actions(&[another]))
}

/// How long the machines ran, and what that cost.
fn spent(reservation: &Reservation, ran: &str, cost: &str) -> String {
    let count = reservation.nodes.len().max(reservation.spec.count as usize);
    if count == 1 {
        return format!("It ran for {ran} and cost {cost}.");
    }
    // Those that were gone while others went on.
    let ends = || {
        let ends = reservation.nodes.iter().map(|node| node.gone_epoch_seconds);
        ends.map(|gone| gone.unwrap_or(i64::MAX))
    };
    let last = ends().max();
    let shorter = match ends().filter(|end| Some(*end) < last).count() {
        0 => String::new(),
        shorter => format!(", {shorter} of them less long"),
    };
    let machines = match reservation.spec.cluster {
        Some(_) => format!("The cluster’s {count} machines"),
        None => format!("The {count} machines"),
    };
    format!("{machines} ran for {ran}{shorter}, and cost {cost}.")
}

fn failure_text(reservation: &Reservation, reason: FailureReason, spent: &str) -> String {
    let handle = &reservation.handle;
    let (what, advice) = trouble::explained(reason, reservation);
    format!(
        ":x: *{handle} could not be launched*: {what}.\n{advice} {spent} Nothing is left running."
    )
}

fn setup_time(reservation: &Reservation) -> String {
    let ready = reservation
        .ready_epoch_seconds
        .unwrap_or(reservation.requested_epoch_seconds);
    duration(ready - reservation.requested_epoch_seconds)
}

fn duration(seconds: i64) -> String {
    if seconds < 120 {
        format!("{seconds} s")
    } else {
        length(seconds)
    }
}
