//! The machines of a reservation by their numbers: which are awaited, what a cluster's machines are to each other, and when
//! the wait for them is over.

use serde::{Deserialize, Serialize};

use super::{Node, Reservation};
use crate::time::EpochSeconds;

/// The machine that directs the work of a cluster; the others do it.
pub const MASTER_NUMBER: u32 = 1;

/// What has been heard of a machine that is to be ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Its number.
    pub number: u32,
    /// It has everything it was asked to have.
    pub is_ready: bool,
    /// It cannot be set up.
    pub has_failed: bool,
}

/// How far the machines are that are awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// More is to be heard.
    Awaited,
    /// All are ready.
    Ready,
    /// They will not all be ready, whatever else is heard.
    Failed,
}

/// Machines that stand in for those of a cluster that could not be set up. Noted before any of it is done, so that it can
/// be repeated to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The numbers that are given up.
    pub given_up: Vec<u32>,
    /// The first of as many numbers that stand in for them.
    pub first_number: u32,
    /// The token that makes repeating their launch harmless.
    pub client_token: String,
    /// When it was decided.
    pub decided_epoch_seconds: EpochSeconds,
}

impl Replacement {
    /// How many machines it is.
    pub fn count(&self) -> u32 {
        u32::try_from(self.given_up.len()).unwrap_or(u32::MAX)
    }

    fn numbers(&self) -> std::ops::Range<u32> {
        self.first_number..self.first_number.saturating_add(self.count())
    }
}

impl Reservation {
    /// Its machines with their numbers: the place in the list, from 1 on.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &Node)> {
        (1..).zip(&self.nodes)
    }

    /// Whether one of its machines has that number, or is to have it.
    pub fn has_number(&self, number: u32) -> bool {
        let launched = number as usize <= self.nodes.len();
        let standing_in = self.replacement.as_ref();
        number <= self.spec.count
            || launched
            || standing_in.is_some_and(|those| those.numbers().contains(&number))
    }

    /// The numbers of the machines that it is to have: those not known to be gone, and those that are yet to be launched.
    pub fn wanted_numbers(&self) -> Vec<u32> {
        if self.nodes.is_empty() {
            return (1..=self.spec.count).collect();
        }
        let living = self.numbered();
        let living = living.filter(|(_, node)| node.gone_epoch_seconds.is_none());
        let launched = self.nodes.len();
        let standing_in = self.replacement.iter().flat_map(Replacement::numbers);
        let to_come = standing_in.filter(|number| *number as usize > launched);
        living.map(|(number, _)| number).chain(to_come).collect()
    }

    /// How many workers its cluster is to have.
    pub fn workers(&self) -> u32 {
        let numbers = self.wanted_numbers();
        let workers = numbers.iter().filter(|number| **number != MASTER_NUMBER);
        u32::try_from(workers.count()).unwrap_or(u32::MAX)
    }

    /// Where the machines of its cluster find the master, once that runs.
    pub fn master_address(&self) -> Option<&str> {
        self.nodes.first()?.private_address.as_deref()
    }

    /// How far its machines are, by what was heard of them.
    ///
    /// Of machines by themselves, one that fails ends the wait for all. The master of a cluster waits for every worker, so
    /// with one that has failed it never gets ready: then the wait is over once nothing more is to be heard of the workers.
    pub fn setup(&self, heard: &[Heard]) -> Setup {
        let wanted = self.wanted_numbers();
        let any_of = |number: u32, is: fn(&Heard) -> bool| {
            heard
                .iter()
                .any(|heard| heard.number == number && is(heard))
        };
        let has_failed = |number: &u32| any_of(*number, |heard| heard.has_failed);
        let is_ready = |number: &u32| any_of(*number, |heard| heard.is_ready);
        if !wanted.iter().any(has_failed) {
            return if wanted.iter().all(is_ready) {
                Setup::Ready
            } else {
                Setup::Awaited
            };
        }
        let mut workers = wanted.iter().filter(|number| **number != MASTER_NUMBER);
        let is_over = self.spec.cluster.is_none()
            || has_failed(&MASTER_NUMBER)
            || workers.all(|number| has_failed(number) || is_ready(number));
        if is_over {
            Setup::Failed
        } else {
            Setup::Awaited
        }
    }
}

#[cfg(test)]
mod tests;
