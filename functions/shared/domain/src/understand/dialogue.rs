//! A conversation, one message at a time: which slot to ask for, what to confirm, what to run, what to drop.
//!
//! Pure: the caller keeps [`Open`] between messages, decides when it has grown stale, and does what [`Effect`] says.

use serde::{Deserialize, Serialize};

use crate::intent::{Intent, Kind, Meaning, Next, OpenQuestion, Slots};

/// The task a conversation is in the middle of, or what it spoke of last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// The task.
    pub intent: Intent,
    /// What is known so far.
    pub slots: Slots,
    /// What is waited for; [`Next::Done`] when nothing is, and the task is only remembered.
    pub next: Next,
}

impl Open {
    /// What the parser has to know of the conversation.
    pub const fn question(&self) -> OpenQuestion {
        OpenQuestion {
            intent: self.intent,
            asked: Some(self.next),
        }
    }

    const fn is_task(&self) -> bool {
        !matches!(self.next, Next::Done)
    }
}

/// What the caller has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask for a slot of the task.
    Ask(Next),
    /// Name what would be done and wait for a yes.
    Confirm,
    /// Do it, or answer it: nothing is missing and nothing needs a yes.
    Run,
    /// The open task is dropped; nothing is run.
    Dropped,
    /// Answer in passing; the open task stays as it is, and is asked for again.
    Aside,
}

/// Where the conversation stands after a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// What is open from now on.
    pub open: Option<Open>,
    /// The task after this message, whether open, run or dropped.
    pub state: Open,
    /// What to do.
    pub effect: Effect,
}

/// The next slot to ask for, or whether to confirm, or that nothing is missing.
pub fn next_step(intent: Intent, slots: &Slots) -> Next {
    let first_missing = needed(intent)
        .iter()
        .copied()
        .find(|slot| !is_filled(intent, *slot, slots));
    first_missing.unwrap_or(if needs_confirmation(intent) {
        Next::Confirm
    } else {
        Next::Done
    })
}

/// The slots an intent cannot do without, in the order they are asked for.
const fn needed(intent: Intent) -> &'static [Next] {
    match intent {
        Intent::CreateVm => &[Next::Os, Next::MemoryGb, Next::DurationMinutes],
        Intent::CreateCluster => &[Next::Nodes, Next::MemoryGb, Next::DurationMinutes],
        Intent::ExtendReservation | Intent::SetReminder => {
            &[Next::Reservation, Next::DurationMinutes]
        }
        Intent::SaveTemplate => &[Next::Reservation, Next::Template],
        Intent::ShareReservation | Intent::UnshareReservation => &[Next::Reservation, Next::User],
        Intent::ShowReservation
        | Intent::TerminateReservation
        | Intent::StopReservation
        | Intent::StartReservation => &[Next::Reservation],
        Intent::DeleteTemplate => &[Next::Template],
        Intent::SaveCredentials | Intent::DeleteCredentials => &[Next::Provider],
        Intent::PriceQuote
        | Intent::ListReservations
        | Intent::ListTemplates
        | Intent::ListCredentials
        | Intent::AddSshKey
        | Intent::UsageReport
        | Intent::Help
        | Intent::Greet
        | Intent::Thanks
        | Intent::Cancel
        | Intent::Affirm
        | Intent::Deny
        | Intent::Provide
        | Intent::OutOfScope => &[],
    }
}

/// Whether something stated makes the question needless.
fn is_filled(intent: Intent, slot: Next, slots: &Slots) -> bool {
    let template =
        slots.template.is_some() && matches!(intent, Intent::CreateVm | Intent::CreateCluster);
    let usual = slots.default_config == Some(true);
    match slot {
        Next::Os => slots.os.is_some() || template,
        Next::MemoryGb => {
            slots.memory_gb.is_some()
                || slots.memory_total_gb.is_some()
                || slots.instance_type.is_some()
                || template
                || usual
        }
        Next::Nodes => slots.nodes.is_some() || slots.workers.is_some() || template || usual,
        Next::DurationMinutes => slots.duration_minutes.is_some() || slots.until.is_some(),
        Next::Reservation => slots.reservation.is_some(),
        Next::Template => slots.template.is_some(),
        Next::User => slots.user.is_some(),
        Next::Provider => slots.provider.is_some(),
        Next::Confirm | Next::Done => true,
    }
}

/// What costs money or cannot be taken back waits for a yes.
const fn needs_confirmation(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::CreateVm
            | Intent::CreateCluster
            | Intent::TerminateReservation
            | Intent::DeleteTemplate
            | Intent::DeleteCredentials
    )
}

/// Lets what was just said replace what was said before, together with what it makes untrue.
pub fn merge(slots: &mut Slots, newer: Slots) {
    if newer.nodes.is_some() || newer.workers.is_some() {
        slots.nodes = None;
        slots.workers = None;
    }
    if newer.memory_gb.is_some() || newer.memory_total_gb.is_some() {
        slots.memory_gb = None;
        slots.memory_total_gb = None;
    }
    if newer.storage_gb.is_some() || newer.storage_total_gb.is_some() {
        slots.storage_gb = None;
        slots.storage_total_gb = None;
    }
    if newer.duration_minutes.is_some() || newer.until.is_some() {
        slots.duration_minutes = None;
        slots.until = None;
    }
    if newer.os.is_some() && newer.os != slots.os {
        slots.os_version = None;
    }
    if newer.provider.is_some() && newer.provider != slots.provider {
        slots.region = None;
    }
    slots.overlay(newer);
}

/// One message on.
pub fn advance(open: Option<&Open>, meaning: &Meaning) -> Turn {
    let task = open.filter(|open| open.is_task());
    let quote = open.filter(|open| !open.is_task() && open.intent == Intent::PriceQuote);
    match meaning.intent {
        Intent::Cancel => dropped(Intent::Cancel),
        Intent::Deny => match task {
            Some(task) if task.next != Next::Confirm => aside(task),
            _ => dropped(Intent::Deny),
        },
        Intent::Affirm => match (task, quote) {
            (Some(task), _) if task.next == Next::Confirm => run(task.intent, task.slots.clone()),
            (Some(task), _) => aside(task),
            (None, Some(quote)) => begin(booked(quote), quoted_slots(quote)),
            (None, None) => run(Intent::Affirm, Slots::default()),
        },
        Intent::Provide => match (task, quote) {
            (Some(task), _) => {
                let mut slots = task.slots.clone();
                merge(&mut slots, meaning.slots.clone());
                begin(task.intent, slots)
            }
            (None, Some(quote)) => requoted(quote, &meaning.slots),
            (None, None) => run(Intent::Provide, meaning.slots.clone()),
        },
        Intent::PriceQuote if task.is_none() && meaning.slots.kind.is_none() && quote.is_some() => {
            quote.map_or_else(
                || begin(Intent::PriceQuote, meaning.slots.clone()),
                |quote| requoted(quote, &meaning.slots),
            )
        }
        intent if is_side_question(intent) => match task {
            Some(task) => aside(task),
            None => begin(intent, meaning.slots.clone()),
        },
        Intent::CreateVm | Intent::CreateCluster if meaning.slots.is_empty() && quote.is_some() => {
            quote.map_or_else(
                || begin(meaning.intent, Slots::default()),
                |quote| begin(booked(quote), quoted_slots(quote)),
            )
        }
        intent => begin(intent, meaning.slots.clone()),
    }
}

/// What is answered without leaving an open task.
const fn is_side_question(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::PriceQuote
            | Intent::ListReservations
            | Intent::ShowReservation
            | Intent::ListTemplates
            | Intent::ListCredentials
            | Intent::UsageReport
            | Intent::Help
            | Intent::Greet
            | Intent::Thanks
            | Intent::OutOfScope
    )
}

fn begin(intent: Intent, slots: Slots) -> Turn {
    let next = next_step(intent, &slots);
    let state = Open {
        intent,
        slots,
        next,
    };
    match next {
        Next::Done if is_remembered(intent) => Turn {
            open: Some(state.clone()),
            state,
            effect: Effect::Run,
        },
        Next::Done => Turn {
            open: None,
            state,
            effect: Effect::Run,
        },
        Next::Confirm => Turn {
            open: Some(state.clone()),
            state,
            effect: Effect::Confirm,
        },
        _ => Turn {
            open: Some(state.clone()),
            state,
            effect: Effect::Ask(next),
        },
    }
}

fn run(intent: Intent, slots: Slots) -> Turn {
    let state = Open {
        intent,
        slots,
        next: Next::Done,
    };
    Turn {
        open: is_remembered(intent).then(|| state.clone()),
        state,
        effect: Effect::Run,
    }
}

/// What the next message may refer back to: "book it", "which ones do you have?".
const fn is_remembered(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::PriceQuote
            | Intent::SaveCredentials
            | Intent::DeleteCredentials
            | Intent::SaveTemplate
            | Intent::DeleteTemplate
    )
}

fn dropped(intent: Intent) -> Turn {
    Turn {
        open: None,
        state: Open {
            intent,
            slots: Slots::default(),
            next: Next::Done,
        },
        effect: Effect::Dropped,
    }
}

fn aside(task: &Open) -> Turn {
    Turn {
        open: Some(task.clone()),
        state: task.clone(),
        effect: Effect::Aside,
    }
}

fn requoted(quote: &Open, newer: &Slots) -> Turn {
    let mut slots = quote.slots.clone();
    let mut newer = newer.clone();
    if quote.slots.kind == Some(Kind::Cluster) {
        // "and with 8 nodes?" by itself counts machines.
        newer.nodes = newer.nodes.or(newer.count.take());
    }
    merge(&mut slots, newer);
    begin(Intent::PriceQuote, slots)
}

fn booked(quote: &Open) -> Intent {
    if quote.slots.kind == Some(Kind::Cluster) {
        Intent::CreateCluster
    } else {
        Intent::CreateVm
    }
}

fn quoted_slots(quote: &Open) -> Slots {
    Slots {
        kind: None,
        ..quote.slots.clone()
    }
}

#[cfg(test)]
mod tests;
