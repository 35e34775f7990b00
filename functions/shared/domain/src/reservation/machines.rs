//! The machines of a reservation: how many there are, which of them are gone, and what they have cost.

use super::{Node, Reservation};
use crate::cost::{HourlyCost, hours};
use crate::time::EpochSeconds;

/// What a look at the machines of a reservation has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing new: whatever was there before is there.
    Nothing,
    /// Some are gone, and the others go on.
    Some,
    /// None is left.
    All,
}

impl Reservation {
    /// Its machines that are not known to be gone.
    pub fn living(&self) -> impl Iterator<Item = &Node> {
        self.nodes
            .iter()
            .filter(|node| node.gone_epoch_seconds.is_none())
    }

    /// How many machines it has: those that were asked for, and once they are launched, those not known to be gone.
    pub fn machines(&self) -> u32 {
        if self.nodes.is_empty() {
            return self.spec.count;
        }
        let living = self.living().count();
        u32::try_from(living).unwrap_or(self.spec.count)
    }

    /// It was looked at, and only the machines of these ids are still there: notes when the others were found to be
    /// gone. Whoever asks has to be sure, for what is only not shown is not gone. What is gone stays gone.
    pub fn machines_gone<Id: AsRef<str>>(&mut self, there: &[Id], now: EpochSeconds) -> Missing {
        let mut missing = Missing::Nothing;
        for node in &mut self.nodes {
            let is_there = there.iter().any(|id| id.as_ref() == node.machine_id);
            if node.gone_epoch_seconds.is_none() && !is_there {
                node.gone_epoch_seconds = Some(now);
                missing = Missing::Some;
            }
        }
        let is_any_left = self.nodes.is_empty() || self.living().next().is_some();
        if is_any_left { missing } else { Missing::All }
    }

    /// What an hour of its machines costs.
    pub fn hourly(&self) -> HourlyCost {
        self.hourly_each().times(self.machines())
    }

    /// What an hour of one of them costs.
    pub fn hourly_each(&self) -> HourlyCost {
        HourlyCost::of(self.offer(), self.spec.storage_gb)
    }

    /// What an hour costs while they are off.
    pub fn hourly_while_off(&self) -> HourlyCost {
        self.hourly().while_off(self.offer().provider)
    }

    /// What it has cost by `now`, or in all once it has ended; nothing before a machine was launched. One that is gone
    /// costs nothing from when that was found.
    pub fn cost_usd(&self, now: EpochSeconds) -> f64 {
        let Some(start) = self.launched_epoch_seconds else {
            return 0.0;
        };
        let end = self.ended_epoch_seconds.unwrap_or(now);
        let each = self.hourly_each();
        let saved_usd = each.total_usd() - each.while_off(self.offer().provider).total_usd();
        let cost = |node: &Node| {
            let start = node.launched_epoch_seconds.unwrap_or(start);
            let end = node.gone_epoch_seconds.map_or(end, |gone| gone.min(end));
            each.between(start, end) - saved_usd * hours(self.off_seconds(end))
        };
        self.nodes.iter().map(cost).sum()
    }
}
