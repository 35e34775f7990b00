//! Spot machines that their cloud takes back: it says so two minutes before, to the machine alone.

use serde::{Deserialize, Serialize};

use super::{Reservation, State};
use crate::time::{EpochSeconds, MINUTE_SECONDS};

/// A machine that has not called for so long after it was to be taken back is gone. Heartbeats come each minute.
const GONE_AFTER_SECONDS: i64 = 3 * MINUTE_SECONDS;
/// A machine that calls so long after it was to be taken back, and hears of no interruption any more, goes on running.
const WITHDRAWN_AFTER_SECONDS: i64 = MINUTE_SECONDS;

/// A cloud's word that it takes a machine back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interruption {
    /// When.
    pub at_epoch_seconds: EpochSeconds,
    /// The machine ran on all the same.
    pub is_withdrawn: bool,
}

impl Reservation {
    /// What a machine says of its interruption: when it will be, or that none is announced. Whether that is news.
    pub fn hear_of_interruption(
        &mut self,
        number: u32,
        at: Option<EpochSeconds>,
        now: EpochSeconds,
    ) -> bool {
        let index = number.checked_sub(1).map(|index| index as usize);
        let Some(node) = index.and_then(|index| self.nodes.get_mut(index)) else {
            return false;
        };
        match (at, &mut node.interruption) {
            (Some(at), Some(known)) if known.at_epoch_seconds == at => false,
            (Some(at_epoch_seconds), interruption) => {
                *interruption = Some(Interruption {
                    at_epoch_seconds,
                    is_withdrawn: false,
                });
                true
            }
            (None, Some(known)) if !known.is_withdrawn => {
                known.is_withdrawn = now >= known.at_epoch_seconds + WITHDRAWN_AFTER_SECONDS;
                known.is_withdrawn
            }
            (None, _) => false,
        }
    }

    /// When the next of its machines counts as taken back.
    pub(crate) fn reclaim_due(&self) -> Option<EpochSeconds> {
        let announced = self.living().filter_map(|node| node.interruption);
        let standing = announced.filter(|interruption| !interruption.is_withdrawn);
        standing
            .map(|interruption| interruption.at_epoch_seconds + GONE_AFTER_SECONDS)
            .min()
            .filter(|_| self.state == State::Ready)
    }

    /// Notes which machines have been taken back by `now`. Whether none is left.
    pub fn reclaimed(&mut self, now: EpochSeconds) -> bool {
        for node in &mut self.nodes {
            let Some(interruption) = node.interruption.filter(|it| !it.is_withdrawn) else {
                continue;
            };
            if interruption.at_epoch_seconds + GONE_AFTER_SECONDS <= now {
                node.gone_epoch_seconds
                    .get_or_insert(interruption.at_epoch_seconds);
            }
        }
        self.living().next().is_none()
    }
}
