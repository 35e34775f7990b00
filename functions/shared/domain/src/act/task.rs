//! An open task: an act with the details stated so far, and which detail is asked for next.

use serde::{Deserialize, Serialize};

use crate::intent::{Intent, Kind, Meaning, Next, Slots};

/// Something that somebody wants done, as far as it has been stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The act.
    pub intent: Intent,
    /// Its details.
    pub slots: Slots,
}

impl Task {
    /// A task of its own.
    pub fn new(intent: Intent, slots: Slots) -> Self {
        let mut task = Self { intent, slots };
        task.settle();
        task
    }

    /// A wish for a machine. "Book it" after a price takes over what was priced.
    pub(super) fn created(meaning: &Meaning, open: Option<&Self>) -> Self {
        match open {
            Some(priced)
                if priced.intent == Intent::PriceQuote && !states_a_machine(&meaning.slots) =>
            {
                let mut slots = priced.slots.clone();
                slots.kind = None;
                Self::new(Intent::CreateVm, slots).with(meaning.slots.clone())
            }
            _ => Self::new(meaning.intent, meaning.slots.clone()),
        }
    }

    /// A question for a price. "And with 16?" after a price changes what was priced.
    pub(super) fn priced(meaning: &Meaning, open: Option<&Self>) -> Self {
        match open {
            Some(priced) if priced.intent == Intent::PriceQuote && meaning.slots.kind.is_none() => {
                priced.clone().with(meaning.slots.clone())
            }
            _ => Self::new(meaning.intent, meaning.slots.clone()),
        }
    }

    /// The task with what was stated since.
    #[must_use]
    pub fn with(mut self, newer: Slots) -> Self {
        if newer.duration_minutes.is_some() {
            self.slots.until = None;
        } else if newer.until.is_some() {
            self.slots.duration_minutes = None;
        }
        self.slots.overlay(newer);
        self.settle();
        self
    }

    /// What is to be asked next, in the order in which people are asked.
    pub fn next(&self) -> Next {
        let slots = &self.slots;
        let size =
            slots.memory_gb.is_some() || slots.instance_type.is_some() || slots.template.is_some();
        let end = slots.duration_minutes.is_some() || slots.until.is_some();
        match self.intent {
            Intent::CreateVm if slots.os.is_none() && slots.template.is_none() => Next::Os,
            Intent::CreateVm if !size => Next::MemoryGb,
            Intent::CreateVm if !end => Next::DurationMinutes,
            Intent::CreateVm => Next::Confirm,
            Intent::ExtendReservation if slots.reservation.is_none() => Next::Reservation,
            Intent::ExtendReservation if !end => Next::DurationMinutes,
            _ => Next::Done,
        }
    }

    /// A price for a cluster is not one for a machine.
    pub(super) fn is_for_a_cluster(&self) -> bool {
        self.slots.kind == Some(Kind::Cluster)
    }

    /// Puts values where they are looked for.
    fn settle(&mut self) {
        if self.slots.count == Some(1) {
            self.slots.count = None;
        }
    }
}

fn states_a_machine(slots: &Slots) -> bool {
    slots.os.is_some()
        || slots.memory_gb.is_some()
        || slots.vcpus.is_some()
        || slots.instance_type.is_some()
}
