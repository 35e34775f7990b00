//! A reservation: machines that somebody has until a deadline, and the one place that changes its state.

mod cluster;
mod duration;
mod interruption;
mod lifecycle;
mod machines;
mod power;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use cluster::{Course, Heard, MASTER_NUMBER, NotAsked, Question, Replacement, Setup};
pub use duration::median;
pub use interruption::Interruption;
pub use lifecycle::{IllegalTransition, State};
pub use machines::Missing;
pub use power::{Power, Switch};

use crate::access::credential::Payer;
use crate::access::permission::Share;
use crate::beacon::SetupFailure;
use crate::identity::Place;
use crate::offers::Offer;
use crate::quote::Quote;
use crate::spec::MachineSpec;
use crate::ssh::SshKeys;
use crate::time::{EpochSeconds, HOUR_SECONDS, MINUTE_SECONDS};
use crate::workflow::{FailureReason, Step, Workflow};

/// No reservation lasts longer from now on than this, whoever asks.
pub const DEADLINE_SECONDS_MAX: i64 = 30 * 24 * HOUR_SECONDS;
/// A reservation shorter than this would end before anybody has logged in.
pub const DURATION_MINUTES_MIN: u32 = 10;
/// Colleagues that a reservation can be shared with: their ssh keys have to fit into an answer to its machine.
pub const SHARES_MAX: usize = 10;
/// The warnings before the end, in minutes, earliest first.
pub const WARNING_MINUTES: [u32; 2] = [30, 5];
/// Without progress for this long a workflow is taken for dead. Above the longest wait for a machine to call home.
pub const STALLED_SECONDS: i64 = 25 * MINUTE_SECONDS;
/// A machine calls home within this time after it was asked for, or never.
pub const ENROLMENT_SECONDS: i64 = HOUR_SECONDS;
/// Clouds forget a terminated machine after about an hour, and show a launched one within seconds. One that is not
/// shown so long after its launch is gone.
const FORGOTTEN_SECONDS: i64 = 10 * MINUTE_SECONDS;
/// What could not be undone is tried again after this long.
pub const REPAIR_AFTER_SECONDS: i64 = 5 * MINUTE_SECONDS;

/// Machines reserved for somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reservation {
    /// A ULID, the same as the id of the quote that it came of.
    pub id: String,
    /// What people call it: `r-` and five of `[a-z0-9]`, unique in the workspace.
    pub handle: String,
    /// The workspace.
    pub team: String,
    /// Who answers for it, a Slack user id.
    pub owner: String,
    /// What was asked for.
    pub spec: MachineSpec,
    /// The offers that may serve it, cheapest first.
    pub candidates: Vec<Offer>,
    /// Where it was asked for: progress is shown there.
    pub place: Place,
    /// Where it stands.
    pub state: State,
    /// Whom it is shared with.
    #[serde(default)]
    pub shares: Vec<Share>,
    /// Who pays.
    #[serde(default)]
    pub payer: Payer,
    /// Public ssh keys that may log in.
    #[serde(default)]
    pub authorized_keys: Vec<String>,
    /// The tries to launch its machines, in order. Written before the call, so that a lost answer can be asked for again.
    pub attempts: Vec<Attempt>,
    /// Its firewalls in the cloud: one for each region in which a launch was tried.
    pub firewalls: Vec<Firewall>,
    /// Its machines, by launch index; none before the cloud has accepted them. What stands in for others comes last.
    pub nodes: Vec<Node>,
    /// The machines that stand in for those of its cluster that could not be set up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<Replacement>,
    /// Whether it goes on with fewer workers, once its owner was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// When the cloud accepted them.
    pub launched_epoch_seconds: Option<EpochSeconds>,
    /// How long such machines took from the request until they were ready, of late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_seconds: Option<i64>,
    /// What has been done so far, for people.
    pub steps: Vec<StepRecord>,
    /// When it ends.
    pub deadline_epoch_seconds: EpochSeconds,
    /// When that deadline was set.
    pub deadline_set_epoch_seconds: EpochSeconds,
    /// When it was asked for.
    pub requested_epoch_seconds: EpochSeconds,
    /// When the machine was handed over.
    pub ready_epoch_seconds: Option<EpochSeconds>,
    /// When everything was gone again.
    pub ended_epoch_seconds: Option<EpochSeconds>,
    /// When a workflow last got somewhere.
    pub progress_epoch_seconds: EpochSeconds,
    /// When its machine was to be switched off or on, oldest first.
    #[serde(default)]
    pub switches: Vec<Switch>,
    /// Warnings given.
    pub warnings: Vec<Warning>,
    /// Why it ends or ended, once that is decided.
    pub end: Option<EndReason>,
    /// How often its removal was started.
    pub removals: u32,
    /// When a failed removal, or a failed switch, is to be started anew.
    pub repair_epoch_seconds: Option<EpochSeconds>,
    /// Why a machine could not be set up, where one said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_failure: Option<SetupFailure>,
    /// What its machines were set up with, by name, and the version of each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, String>,
    /// The SHA-256 of the certificate that its notebook shows to browsers, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_sha256: Option<String>,
    /// The permission that the account lacked, as IAM names it, where a step failed for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_action: Option<String>,
    /// When its removal first found the account closed to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut_out_epoch_seconds: Option<EpochSeconds>,
    /// Counts changes; a write names the version that it read.
    pub version: u64,
}

/// One machine of a reservation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its id in the cloud.
    pub machine_id: String,
    /// The zone that it runs in.
    pub zone: String,
    /// Its address for people; in a network without public ones, the private one.
    pub public_address: Option<String>,
    /// Its address within its network, by which the machines of a cluster find each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_address: Option<String>,
    /// When the cloud accepted it, where it stands in for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launched_epoch_seconds: Option<EpochSeconds>,
    /// When it first said that it was ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_epoch_seconds: Option<EpochSeconds>,
    /// When it was found to be gone, or given up, where the others still run.
    #[serde(default)]
    pub gone_epoch_seconds: Option<EpochSeconds>,
    /// Its cloud's word that it is taken back, where it has given one.
    #[serde(default)]
    pub interruption: Option<Interruption>,
}

/// What protects a reservation's machines in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firewall {
    /// The region.
    pub region: String,
    /// Its id in the cloud.
    pub id: String,
}

/// One try to launch all machines of a reservation. What the call says is noted before it is made, so that it can be
/// repeated to the byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which of the candidates.
    pub candidate: usize,
    /// In which zone; none where its region turned out to have none.
    pub zone: Option<String>,
    /// The subnet in that zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
    /// What they boot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<BootImage>,
    /// The token that makes repeating the call harmless.
    pub client_token: String,
    /// When it was first made.
    pub tried_epoch_seconds: EpochSeconds,
    /// What the cloud said, where it said no.
    pub refused: Option<Refusal>,
}

/// The image that machines boot. The newest of a system changes by the week, and with it the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootImage {
    /// The cloud's id.
    pub id: String,
    /// The root volume's device name.
    pub root_device: String,
    /// The smallest root volume that it fits on.
    pub min_root_gib: u32,
}

/// What a cloud said to a launch that it did not carry out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The cloud's own code, such as `InsufficientInstanceCapacity`.
    pub code: String,
    /// What it means.
    pub reason: FailureReason,
}

/// A step and when it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The step.
    pub step: Step,
    /// When.
    pub done_epoch_seconds: EpochSeconds,
}

/// A warning, and the deadline that it was about: one warning each, however often the scan runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The deadline it announced.
    pub deadline_epoch_seconds: EpochSeconds,
    /// How long before, in minutes.
    pub minutes_before: u32,
}

/// Why a reservation ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "of")]
pub enum EndReason {
    /// Its deadline came.
    Deadline,
    /// Somebody ended it: a Slack user id.
    Requested(String),
    /// It could not be provided.
    Failed(FailureReason),
    /// Its machine was gone when it was looked at.
    Vanished,
    /// The cloud took its machine back: it was bought on the spot market.
    TakenBack,
}

impl Reservation {
    /// The reservation that a quote turns into. `salt` counts up when a handle is taken.
    pub fn from_quote(
        quote: &Quote,
        place: Place,
        keys: &SshKeys,
        salt: u32,
        now: EpochSeconds,
    ) -> Self {
        Self {
            id: quote.id.clone(),
            handle: handle(&quote.id, salt),
            team: quote.team.clone(),
            owner: quote.user.clone(),
            spec: quote.spec.clone(),
            candidates: quote.candidates.clone(),
            place,
            state: State::Requested,
            shares: Vec::new(),
            payer: quote.payer.clone(),
            authorized_keys: keys.keys.clone(),
            attempts: Vec::new(),
            firewalls: Vec::new(),
            nodes: Vec::new(),
            replacement: None,
            question: None,
            launched_epoch_seconds: None,
            expected_seconds: None,
            steps: Vec::new(),
            deadline_epoch_seconds: now + i64::from(quote.spec.duration_minutes) * MINUTE_SECONDS,
            deadline_set_epoch_seconds: now,
            requested_epoch_seconds: now,
            ready_epoch_seconds: None,
            ended_epoch_seconds: None,
            progress_epoch_seconds: now,
            switches: Vec::new(),
            warnings: Vec::new(),
            end: None,
            removals: 0,
            repair_epoch_seconds: None,
            setup_failure: None,
            versions: BTreeMap::new(),
            certificate_sha256: None,
            missing_action: None,
            shut_out_epoch_seconds: None,
            version: 1,
        }
    }

    /// The offer that serves it: the one tried last, or the first choice.
    pub fn offer(&self) -> &Offer {
        let tried = self.attempts.last();
        let tried = tried.map_or(0, |attempt| attempt.candidate);
        &self.candidates[tried.min(self.candidates.len() - 1)]
    }

    /// The regions in which something of it may be: where a launch was tried, or will be first.
    pub fn regions(&self) -> Vec<&str> {
        let of_candidate = |candidate: usize| self.candidates.get(candidate);
        // Where nothing was called, nothing is; and what could not be looked into must not keep the others from their end.
        let tried = self.attempts.iter();
        let tried = tried.filter(|attempt| !attempt.client_token.is_empty());
        let tried = tried.map(|attempt| attempt.candidate);
        let tried = tried.filter_map(of_candidate).map(|offer| &offer.region);
        let firewalls = self.firewalls.iter().map(|firewall| &firewall.region);
        let mut regions: Vec<&str> = tried.chain(firewalls).map(String::as_str).collect();
        if regions.is_empty() {
            regions.push(&self.offer().region);
        }
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    /// Whether a machine that the cloud does not show is gone rather than not there yet.
    pub fn is_long_launched(&self, now: EpochSeconds) -> bool {
        let launched = self.launched_epoch_seconds;
        launched.is_some_and(|launched| launched + FORGOTTEN_SECONDS < now)
    }

    /// Whether something of it may be in the cloud: it was made, or asked for without an answer.
    pub fn may_have_left_something(&self) -> bool {
        let open = |attempt: &Attempt| attempt.refused.is_none();
        !self.firewalls.is_empty() || !self.nodes.is_empty() || self.attempts.iter().any(open)
    }

    /// The firewall in a region, once there is one.
    pub fn firewall_in(&self, region: &str) -> Option<&str> {
        let mut firewalls = self.firewalls.iter();
        let firewall = firewalls.find(|firewall| firewall.region == region)?;
        Some(&firewall.id)
    }

    /// When the scan has to look at it next; never once it is over.
    pub fn next_due_epoch_seconds(&self) -> Option<EpochSeconds> {
        match self.state {
            State::Requested | State::Provisioning => {
                Some(self.deadline_epoch_seconds.min(self.stalled_due()))
            }
            State::Ready | State::Stopped => {
                let deadline = self.deadline_or_warning();
                Some(self.reclaim_due().map_or(deadline, |due| due.min(deadline)))
            }
            State::Stopping | State::Starting => {
                Some(self.deadline_or_warning().min(self.repair_due()))
            }
            State::Undoing | State::Terminating | State::Unreachable => Some(self.repair_due()),
            State::Terminated | State::Failed | State::Lost => None,
        }
    }

    /// When its launch is taken for dead. While an answer is awaited it may take as long as that may.
    pub(crate) fn stalled_due(&self) -> EpochSeconds {
        let asked = self.open_question();
        let waits_until = asked.map(|question| question.due_epoch_seconds);
        let since = waits_until.unwrap_or(self.progress_epoch_seconds);
        since.max(self.progress_epoch_seconds) + STALLED_SECONDS
    }

    fn deadline_or_warning(&self) -> EpochSeconds {
        self.open_warnings()
            .map(|warning| warning.due_epoch_seconds())
            .fold(self.deadline_epoch_seconds, EpochSeconds::min)
    }

    /// When its workflow is taken for failed or lost.
    pub(crate) fn repair_due(&self) -> EpochSeconds {
        self.repair_epoch_seconds
            .unwrap_or(self.progress_epoch_seconds + STALLED_SECONDS)
    }

    /// The warnings about this deadline that are still to be given. One that would have been due before the
    /// deadline was even set is none: nobody needs to hear that the ten minutes they asked for are short.
    pub fn open_warnings(&self) -> impl Iterator<Item = Warning> + '_ {
        let warning = |minutes_before| Warning {
            deadline_epoch_seconds: self.deadline_epoch_seconds,
            minutes_before,
        };
        WARNING_MINUTES
            .into_iter()
            .map(warning)
            .filter(|warning| warning.due_epoch_seconds() > self.deadline_set_epoch_seconds)
            .filter(|warning| !self.warnings.contains(warning))
    }

    /// Moves the deadline.
    pub fn extend_to(
        &mut self,
        deadline: EpochSeconds,
        now: EpochSeconds,
    ) -> Result<(), ExtendError> {
        if self.state.is_ending() || self.end.is_some() {
            return Err(ExtendError::Ended);
        }
        if deadline <= self.deadline_epoch_seconds {
            return Err(ExtendError::NotLater);
        }
        if deadline > now + DEADLINE_SECONDS_MAX {
            return Err(ExtendError::TooFar {
                latest_epoch_seconds: now + DEADLINE_SECONDS_MAX,
            });
        }
        self.deadline_epoch_seconds = deadline;
        self.deadline_set_epoch_seconds = now;
        Ok(())
    }

    /// The identifier by which one of its machines signs: the reservation and the number of the node, from 1 on.
    pub fn node_id(&self, number: u32) -> String {
        format!("{}-{number}", self.id)
    }

    /// The reservation and the number of a node identifier.
    pub fn of_node(node_id: &str) -> Option<(&str, u32)> {
        let (id, number) = node_id.rsplit_once('-')?;
        let number = number.parse().ok().filter(|number| *number > 0)?;
        // One spelling for each node: "01" is none.
        (format!("{id}-{number}") == node_id && ulid::Ulid::from_string(id).is_ok())
            .then_some((id, number))
    }

    /// Until when its machines may exchange their enrolment key. From the request on, so that a repeated launch repeats it.
    pub fn enrolment_expires_epoch_seconds(&self) -> EpochSeconds {
        self.requested_epoch_seconds + ENROLMENT_SECONDS
    }

    /// The deadline that was agreed when it was asked for.
    pub fn first_deadline_epoch_seconds(&self) -> EpochSeconds {
        self.requested_epoch_seconds + i64::from(self.spec.duration_minutes) * MINUTE_SECONDS
    }

    /// The workflow that provides it.
    pub fn provision_workflow(&self) -> Workflow {
        match self.spec.cluster {
            Some(_) => Workflow::ProvisionCluster,
            None => Workflow::ProvisionVm,
        }
    }

    /// The name of the execution that provides it. Derived from the cause: the same cause never starts two.
    pub fn provision_execution(&self) -> String {
        format!("provision-{}", self.id)
    }

    /// The name of the execution that removes it for the `removals`th time.
    pub fn removal_execution(&self) -> String {
        format!("terminate-{}-{}", self.id, self.removals)
    }
}

impl Warning {
    /// When it is to be given.
    pub fn due_epoch_seconds(&self) -> EpochSeconds {
        self.deadline_epoch_seconds - i64::from(self.minutes_before) * MINUTE_SECONDS
    }
}

/// Why a deadline was not moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtendError {
    /// The reservation is over, or about to be.
    Ended,
    /// The new deadline is no later than the present one.
    NotLater,
    /// Beyond what anybody may have.
    TooFar {
        /// The latest deadline possible now.
        latest_epoch_seconds: EpochSeconds,
    },
}

/// A token that stays the same when a launch is repeated and differs for every other try.
/// EC2 allows 64 characters; a hash uses them all instead of cutting an identifier off.
pub fn client_token(reservation_id: &str, attempt: usize, zone: &str) -> String {
    hex::encode(Sha256::digest(format!("{reservation_id}/{attempt}/{zone}")))
}

/// Five characters of `[a-z0-9]` that anybody can read out, derived from the id so that a repeated launch repeats them.
fn handle(id: &str, salt: u32) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let digest = Sha256::digest(format!("{id}/{salt}"));
    let letters = digest
        .iter()
        .take(5)
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    format!("r-{}", letters.collect::<String>())
}
