//! Switching a machine off and on again: what was asked, what came of it, and what the time between has saved.

use serde::{Deserialize, Serialize};

use super::lifecycle::IllegalTransition;
use super::{Heard, Reservation, State};
use crate::offers::Market;
use crate::time::EpochSeconds;
use crate::workflow::FailureReason;

/// Whether a machine runs, or is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// Switched off, its disk kept.
    Off,
    /// Running.
    On,
}

impl Power {
    /// Its name in the workflow.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
        }
    }
}

/// One time that a machine was to be switched off or on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// Which way.
    pub to: Power,
    /// Who asked for it, a Slack user id; empty where it was found so.
    pub user: String,
    /// When.
    pub asked_epoch_seconds: EpochSeconds,
    /// When the machine was seen to be so.
    pub done_epoch_seconds: Option<EpochSeconds>,
    /// Why it is not so, once that is certain.
    pub fault: Option<FailureReason>,
    /// How often the workflow for it was started.
    pub tries: u32,
    /// Whether all machines have said since that they are ready.
    pub has_called: bool,
}

impl Reservation {
    /// Whether its machines can be stopped and started again: a spot machine ends when it stops.
    pub fn can_be_stopped(&self) -> bool {
        self.offer().market == Market::OnDemand
    }

    /// Its machine is to be switched.
    pub fn switch(
        &mut self,
        to: Power,
        user: &str,
        now: EpochSeconds,
    ) -> Result<(), IllegalTransition> {
        match to {
            Power::Off => self.go(State::Stopping, &[State::Ready], now)?,
            Power::On => self.go(State::Starting, &[State::Stopped], now)?,
        }
        self.repair_epoch_seconds = None;
        self.switches.push(Switch {
            to,
            user: user.to_owned(),
            asked_epoch_seconds: now,
            done_epoch_seconds: None,
            fault: None,
            tries: 1,
            has_called: false,
        });
        Ok(())
    }

    /// Somebody has switched the machines in the cloud's own console. Noted as a switch that nobody here asked for; from
    /// when on is not known, so from now on.
    pub fn found_switched(
        &mut self,
        found: Power,
        now: EpochSeconds,
    ) -> Result<(), IllegalTransition> {
        match found {
            Power::Off => self.go(State::Stopped, &[State::Ready], now)?,
            Power::On => self.go(State::Ready, &[State::Stopped], now)?,
        }
        if found == Power::Off {
            self.forget_addresses();
        }
        self.switches.push(Switch {
            to: found,
            user: String::new(),
            asked_epoch_seconds: now,
            done_epoch_seconds: Some(now),
            fault: None,
            tries: 1,
            has_called: false,
        });
        Ok(())
    }

    /// The addresses were the cloud's, and they have gone back.
    fn forget_addresses(&mut self) {
        for node in &mut self.nodes {
            node.public_address = None;
        }
    }

    /// The switching is started anew, after a failed or a lost workflow.
    pub fn switch_again(&mut self, now: EpochSeconds) -> Result<(), IllegalTransition> {
        self.go(self.state, &[State::Stopping, State::Starting], now)?;
        self.repair_epoch_seconds = None;
        if let Some(switch) = self.switches.last_mut() {
            switch.tries += 1;
        }
        Ok(())
    }

    /// The machine was looked at: it is off or on. If that is not what was asked for, `why` says what went wrong.
    pub fn switched(
        &mut self,
        found: Power,
        why: FailureReason,
        now: EpochSeconds,
    ) -> Result<(), IllegalTransition> {
        let to = match found {
            Power::Off => State::Stopped,
            Power::On => State::Ready,
        };
        self.go(to, &[State::Stopping, State::Starting], now)?;
        self.repair_epoch_seconds = None;
        if found == Power::Off {
            self.forget_addresses();
        }
        if let Some(switch) = self.switches.last_mut() {
            if switch.to == found {
                switch.done_epoch_seconds = Some(now);
            } else {
                switch.fault = Some(why);
            }
        }
        Ok(())
    }

    /// Which way its machine is being switched, while it is.
    pub fn switching(&self) -> Option<Power> {
        match self.state {
            State::Stopping => Some(Power::Off),
            State::Starting => Some(Power::On),
            _ => None,
        }
    }

    /// Whether all its machines have said that they are ready since they were last seen off: a cluster is more than
    /// machines that run. Each says so once a boot, and may have booted before anybody asked for it here.
    pub fn have_called(&self, heard: &[Heard]) -> bool {
        let asked = self.switches.last();
        let asked = asked.map(|switch| switch.asked_epoch_seconds);
        let stops = self.switches.iter().rev();
        let mut stops = stops.filter(|switch| switch.to == Power::Off);
        let seen_off = stops.find_map(|switch| switch.done_epoch_seconds);
        let since = seen_off.or(asked);
        let has_called = |number: u32| {
            let of_it = heard.iter().find(|heard| heard.number == number);
            of_it.is_some_and(|heard| heard.is_ready() && heard.ready_epoch_seconds >= since)
        };
        self.wanted_numbers().into_iter().all(has_called)
    }

    /// Whether a start was handed over before all its machines had said that they are ready: its owner is told once they
    /// have. A master that is gone never says so.
    pub fn awaits_word(&self) -> bool {
        let is_silent = |switch: &Switch| {
            let is_done = switch.done_epoch_seconds.is_some() && switch.fault.is_none();
            let is_asked_for = !switch.user.is_empty();
            switch.to == Power::On && is_asked_for && is_done && !switch.has_called
        };
        let is_handed_over = self.state == State::Ready;
        is_handed_over && !self.has_lost_master() && self.switches.last().is_some_and(is_silent)
    }

    /// Hears of its machines after such a start. Whether all have now said that they are ready, which is news for people.
    pub fn hear_of_start(&mut self, heard: &[Heard]) -> bool {
        if !self.awaits_word() || !self.have_called(heard) {
            return false;
        }
        if let Some(switch) = self.switches.last_mut() {
            switch.has_called = true;
        }
        true
    }

    /// The name of the execution that switches its machine. Derived from the cause: the same cause never starts two.
    pub fn power_execution(&self) -> String {
        let tries = self.switches.last().map_or(0, |switch| switch.tries);
        format!("power-{}-{}-{tries}", self.id, self.switches.len())
    }

    /// For how long its machine was off by `end`. From when it was seen off until a start was asked for: what is not
    /// certain counts as running.
    pub fn off_seconds(&self, end: EpochSeconds) -> i64 {
        let (mut total, mut off_since) = (0, None);
        for switch in &self.switches {
            match switch.to {
                Power::Off => off_since = off_since.or(switch.done_epoch_seconds),
                Power::On if switch.fault.is_none() => {
                    if let Some(since) = off_since.take() {
                        total += (switch.asked_epoch_seconds.min(end) - since).max(0);
                    }
                }
                Power::On => {}
            }
        }
        total + off_since.map_or(0, |since| (end - since).max(0))
    }
}
