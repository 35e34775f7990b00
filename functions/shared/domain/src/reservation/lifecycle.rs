//! The states of a reservation and every way between them.

use serde::{Deserialize, Serialize};

use super::{EndReason, Reservation, StepRecord};
use crate::time::EpochSeconds;
use crate::workflow::{FailureReason, Step};

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Asked for; its workflow has not begun.
    Requested,
    /// Being provided.
    Provisioning,
    /// In its owner's hands.
    Ready,
    /// Being switched off.
    Stopping,
    /// Switched off; the disk is kept.
    Stopped,
    /// Being switched on again.
    Starting,
    /// Not provided; what was made is being removed.
    Undoing,
    /// Being removed.
    Terminating,
    /// To be removed, but the account that pays does not let us in any more.
    Unreachable,
    /// Over, with nothing left.
    Terminated,
    /// Never provided, with nothing left.
    Failed,
    /// Over, because its machines had vanished or were taken back by their cloud.
    Lost,
}

impl State {
    /// Whether nothing is left to do.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Terminated | Self::Failed | Self::Lost)
    }

    /// Whether it is over or on its way there: nothing brings its machine back.
    pub fn is_ending(self) -> bool {
        self.is_over() || matches!(self, Self::Undoing | Self::Terminating | Self::Unreachable)
    }
}

/// A change that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reservation that is {from:?} cannot become {to:?}")]
pub struct IllegalTransition {
    /// The present state.
    pub from: State,
    /// The state that was wanted.
    pub to: State,
}

impl Reservation {
    /// A workflow has taken it up. Repeating it changes nothing.
    pub fn begin(&mut self, now: EpochSeconds) -> Result<(), IllegalTransition> {
        self.go(
            State::Provisioning,
            &[State::Requested, State::Provisioning],
            now,
        )
    }

    /// The machine is handed over.
    pub fn hand_over(&mut self, now: EpochSeconds) -> Result<(), IllegalTransition> {
        self.go(State::Ready, &[State::Provisioning, State::Ready], now)?;
        self.ready_epoch_seconds.get_or_insert(now);
        Ok(())
    }

    /// What was made so far is to be removed: because of a failure, or because the owner or the deadline ended it.
    pub fn undo(
        &mut self,
        failure: Option<FailureReason>,
        now: EpochSeconds,
    ) -> Result<(), IllegalTransition> {
        self.go(
            State::Undoing,
            &[State::Requested, State::Provisioning, State::Undoing],
            now,
        )?;
        if let (None, Some(reason)) = (&self.end, failure) {
            self.end = Some(EndReason::Failed(reason));
        }
        Ok(())
    }

    /// It is to end. While it is still being provided that is a wish which the next step obeys, undoing its work.
    pub fn end(&mut self, reason: EndReason, now: EpochSeconds) -> Result<(), IllegalTransition> {
        match self.state {
            State::Requested | State::Provisioning => {
                self.end.get_or_insert(reason);
                Ok(())
            }
            State::Ready | State::Stopping | State::Stopped | State::Starting => {
                self.go(State::Terminating, &[self.state], now)?;
                self.end = Some(reason);
                self.removals += 1;
                self.repair_epoch_seconds = None;
                Ok(())
            }
            from => Err(IllegalTransition {
                from,
                to: State::Terminating,
            }),
        }
    }

    /// Its removal is started anew, after a failed or a lost one.
    pub fn repair(&mut self, now: EpochSeconds) -> Result<(), IllegalTransition> {
        match self.state {
            State::Undoing | State::Terminating => self.go(self.state, &[self.state], now)?,
            State::Unreachable => {
                let to = match self.ready_epoch_seconds {
                    Some(_) => State::Terminating,
                    None => State::Undoing,
                };
                self.go(to, &[State::Unreachable], now)?;
            }
            _ => self.undo(Some(FailureReason::Unexpected), now)?,
        }
        self.repair_epoch_seconds = None;
        self.removals += 1;
        Ok(())
    }

    /// Its removal has to wait: the account that pays does not let us in. It is tried again at `next`.
    pub fn shut_out(
        &mut self,
        next: EpochSeconds,
        now: EpochSeconds,
    ) -> Result<(), IllegalTransition> {
        let from = [State::Undoing, State::Terminating, State::Unreachable];
        self.go(State::Unreachable, &from, now)?;
        self.shut_out_epoch_seconds.get_or_insert(now);
        self.repair_epoch_seconds = Some(next);
        Ok(())
    }

    /// Everything is gone.
    pub fn close(&mut self, now: EpochSeconds) -> Result<(), IllegalTransition> {
        let to = match (self.state, &self.end) {
            (State::Terminated | State::Failed | State::Lost, _) => return Ok(()),
            (_, Some(EndReason::Vanished | EndReason::TakenBack)) => State::Lost,
            (State::Undoing, Some(EndReason::Failed(_)) | None) => State::Failed,
            _ => State::Terminated,
        };
        self.go(to, &[State::Undoing, State::Terminating], now)?;
        self.ended_epoch_seconds.get_or_insert(now);
        self.repair_epoch_seconds = None;
        Ok(())
    }

    /// A step is done. Repeating it changes nothing.
    pub fn record(&mut self, step: Step, now: EpochSeconds) {
        if !self.steps.iter().any(|record| record.step == step) {
            self.steps.push(StepRecord {
                step,
                done_epoch_seconds: now,
            });
            self.progress_epoch_seconds = now;
        }
    }

    pub(super) fn go(
        &mut self,
        to: State,
        from: &[State],
        now: EpochSeconds,
    ) -> Result<(), IllegalTransition> {
        if !from.contains(&self.state) {
            return Err(IllegalTransition {
                from: self.state,
                to,
            });
        }
        if self.state != to {
            self.state = to;
        }
        self.progress_epoch_seconds = now;
        Ok(())
    }
}
