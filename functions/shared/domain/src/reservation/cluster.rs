//! The machines of a reservation by their numbers: which are awaited, what a cluster's machines are to each other, and when
//! the wait for them is over.

use serde::{Deserialize, Serialize};

use super::{Node, Reservation, State, client_token};
use crate::time::EpochSeconds;

/// The machine that directs the work of a cluster; the others do it.
pub const MASTER_NUMBER: u32 = 1;

/// What has been heard of a machine that is to be ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Its number.
    pub number: u32,
    /// When it last said that it has everything it was asked to have.
    pub ready_epoch_seconds: Option<EpochSeconds>,
    /// It cannot be set up.
    pub has_failed: bool,
}

impl Heard {
    /// Whether it has said so.
    pub(super) fn is_ready(&self) -> bool {
        self.ready_epoch_seconds.is_some()
    }
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
    /// The cloud did not have them.
    #[serde(default)]
    pub is_refused: bool,
}

/// Whether a cluster goes on with fewer workers, which is for its owner to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The numbers that it would go on without.
    pub without: Vec<u32>,
    /// Without an answer until then, it is undone.
    pub due_epoch_seconds: EpochSeconds,
    /// Who said that it goes on.
    pub answered_by: Option<String>,
    /// They are given up.
    #[serde(default)]
    pub is_settled: bool,
}

/// What becomes of a cluster that did not get ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Others stand in for the workers that failed.
    Replace,
    /// Its owner is asked.
    Ask,
    /// It goes on with the workers that it has.
    Shrink,
    /// All are ready after all: the wait for them only has to hear of it.
    Await,
    /// It is undone.
    Undo,
}

impl Course {
    /// The name that its workflow chooses by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Ask => "ask",
            Self::Shrink => "shrink",
            Self::Await => "await",
            Self::Undo => "undo",
        }
    }
}

/// An answer that comes to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAsked {
    /// It was answered before.
    Answered,
    /// Nothing is asked, or not any more.
    Nothing,
}

impl Replacement {
    /// How many machines it is.
    pub fn count(&self) -> u32 {
        u32::try_from(self.given_up.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn numbers(&self) -> std::ops::Range<u32> {
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
        let is_given_up = |number: &u32| {
            let question = self
                .question
                .as_ref()
                .filter(|question| question.is_settled);
            question.is_some_and(|question| question.without.contains(number))
        };
        let living = living.map(|(number, _)| number);
        living
            .chain(to_come)
            .filter(|number| !is_given_up(number))
            .collect()
    }

    /// How many workers its cluster is to have.
    pub fn workers(&self) -> u32 {
        let numbers = self.wanted_numbers();
        let workers = numbers.iter().filter(|number| **number != MASTER_NUMBER);
        u32::try_from(workers.count()).unwrap_or(u32::MAX)
    }

    /// How many of these are left without those that the owner is asked about.
    pub fn workers_left(&self) -> u32 {
        let question = self.question.as_ref();
        let without = |number: &&u32| question.is_some_and(|it| it.without.contains(number));
        let numbers = self.wanted_numbers();
        let missing = u32::try_from(numbers.iter().filter(without).count());
        self.workers().saturating_sub(missing.unwrap_or(u32::MAX))
    }

    /// A machine says that it is ready. Whether that is news for people: they follow it where there are several.
    pub fn hear_of_ready(&mut self, number: u32, now: EpochSeconds) -> bool {
        if self.state != State::Provisioning || self.spec.count == 1 {
            return false;
        }
        let index = number.checked_sub(1).map(|index| index as usize);
        let node = index.and_then(|index| self.nodes.get_mut(index));
        let Some(node) = node.filter(|node| node.ready_epoch_seconds.is_none()) else {
            return false;
        };
        node.ready_epoch_seconds = Some(now);
        true
    }

    /// How many of its machines have said that they are ready.
    pub fn ready_machines(&self) -> usize {
        let ready = self
            .living()
            .filter(|node| node.ready_epoch_seconds.is_some());
        ready.count()
    }

    /// Whether it is a cluster whose master is gone: nothing of it works together any more.
    pub fn has_lost_master(&self) -> bool {
        let master = self.nodes.first();
        let is_gone = master.is_some_and(|master| master.gone_epoch_seconds.is_some());
        self.spec.cluster.is_some() && is_gone
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
        let is_ready = |number: &u32| any_of(*number, Heard::is_ready);
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

    /// What becomes of a cluster whose wait was in vain, by what was heard of its machines; notes what that takes, once: of
    /// the same wait, the same is decided again.
    pub fn assess(&mut self, heard: &[Heard], answer_seconds: i64, now: EpochSeconds) -> Course {
        if self.to_stand_in().is_some() {
            return Course::Replace;
        }
        if self.setup(heard) == Setup::Ready {
            return Course::Await;
        }
        if let Some(question) = &self.question {
            return match &question.answered_by {
                Some(_) if !question.is_settled => Course::Shrink,
                None if now < question.due_epoch_seconds => Course::Ask,
                _ => Course::Undo,
            };
        }
        let lost = self.lost_workers(heard);
        if lost.is_empty() {
            return Course::Undo;
        }
        if self.replacement.is_none() {
            self.replace(lost, now);
            return Course::Replace;
        }
        if lost.len() >= self.workers() as usize {
            return Course::Undo;
        }
        self.question = Some(Question {
            without: lost,
            due_epoch_seconds: now + answer_seconds,
            answered_by: None,
            is_settled: false,
        });
        self.progress_epoch_seconds = now;
        Course::Ask
    }

    /// The machines that stand in for others and are yet to be launched.
    pub fn to_stand_in(&self) -> Option<&Replacement> {
        let to_come = |those: &&Replacement| {
            !those.is_refused && those.first_number as usize > self.nodes.len()
        };
        self.replacement.as_ref().filter(to_come)
    }

    /// The workers that a cluster would do better without: those that failed or never called, and those that are not ready
    /// while others are. None where it is the master that they all wait for.
    fn lost_workers(&self, heard: &[Heard]) -> Vec<u32> {
        let of = |number: u32| heard.iter().find(|heard| heard.number == number);
        if of(MASTER_NUMBER).is_none_or(|master| master.has_failed) {
            return Vec::new();
        }
        let mut workers = self.wanted_numbers();
        workers.retain(|number| *number != MASTER_NUMBER);
        let is_ready = |number: &u32| of(*number).is_some_and(|it| it.is_ready() && !it.has_failed);
        let is_any_ready = workers.iter().any(is_ready);
        let is_lost = |number: &u32| match of(*number) {
            None => true,
            Some(worker) => worker.has_failed || is_any_ready && !worker.is_ready(),
        };
        workers.retain(is_lost);
        workers
    }

    /// Gives workers up for as many that stand in for them.
    fn replace(&mut self, given_up: Vec<u32>, now: EpochSeconds) {
        self.note_gone(&given_up, now);
        let first_number = u32::try_from(self.nodes.len()).map_or(u32::MAX, |count| count + 1);
        self.replacement = Some(Replacement {
            client_token: client_token(&self.id, self.attempts.len(), "replacement"),
            given_up,
            first_number,
            decided_epoch_seconds: now,
            is_refused: false,
        });
        self.progress_epoch_seconds = now;
    }

    /// Machines were launched that stand in for others.
    pub fn stand_in(&mut self, machines: Vec<Node>, now: EpochSeconds) {
        if self.to_stand_in().is_some() {
            self.nodes.extend(machines);
            self.progress_epoch_seconds = now;
        }
    }

    /// Somebody says that the cluster goes on with the workers that it has.
    pub fn go_on(&mut self, user: &str, now: EpochSeconds) -> Result<(), NotAsked> {
        let is_open = self.state == State::Provisioning && self.end.is_none();
        let question = self.question.as_mut().filter(|_| is_open);
        let question = question.ok_or(NotAsked::Nothing)?;
        if question.answered_by.is_some() {
            return Err(NotAsked::Answered);
        }
        if now >= question.due_epoch_seconds {
            return Err(NotAsked::Nothing);
        }
        question.answered_by = Some(user.to_owned());
        self.progress_epoch_seconds = now;
        Ok(())
    }

    /// Gives up the workers that it goes on without.
    pub fn shrink(&mut self, now: EpochSeconds) {
        let Some(question) = self
            .question
            .as_mut()
            .filter(|question| !question.is_settled)
        else {
            return;
        };
        question.is_settled = true;
        let without = question.without.clone();
        self.note_gone(&without, now);
        self.progress_epoch_seconds = now;
    }

    /// The question that waits for an answer.
    pub fn open_question(&self) -> Option<&Question> {
        let is_open = self.state == State::Provisioning && self.end.is_none();
        let question = self.question.as_ref().filter(|_| is_open);
        question.filter(|question| question.answered_by.is_none())
    }

    fn note_gone(&mut self, numbers: &[u32], now: EpochSeconds) {
        for (number, node) in (1..).zip(&mut self.nodes) {
            if numbers.contains(&number) {
                node.gone_epoch_seconds.get_or_insert(now);
            }
        }
    }

    /// The machines of its nodes that were given up, for whoever ends them.
    pub fn given_up(&self) -> impl Iterator<Item = &Node> {
        let replaced = self.replacement.iter().flat_map(|those| &those.given_up);
        let left_out = self.question.iter().filter(|question| question.is_settled);
        let left_out = left_out.flat_map(|question| &question.without);
        let numbers: Vec<u32> = replaced.chain(left_out).copied().collect();
        let numbered = self.numbered();
        let of_them = numbered.filter(move |(number, _)| numbers.contains(number));
        of_them.map(|(_, node)| node)
    }
}

#[cfg(test)]
mod tests;
