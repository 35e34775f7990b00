//! What the sweep decides about an account's part in a region: what nobody has a reservation for goes, and what a
//! reservation has lost is noticed.
//!
//! The rules see what the cloud shows and what the table says, and nothing else. Whatever could not be looked at never gets
//! here: from an account that does not answer nothing is concluded.

mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use report::{Finding, Look, Report};

use crate::access::credential::Credential;
use crate::intent::Provider;
use crate::reservation::{EndReason, Power, Reservation, State};
use crate::time::{EpochSeconds, HOUR_SECONDS, MINUTE_SECONDS};

/// What has no reservation is ended so long after it was first seen. A table that was restored from a backup does not know
/// the newest reservations, and whoever is told may want to save what is on the machine; it costs them an hour's price.
pub const GRACE_SECONDS: i64 = HOUR_SECONDS;
/// A reservation that is over for less than this ended while we looked: its machine was shown before it was seen gone.
const SETTLING_SECONDS: i64 = 10 * MINUTE_SECONDS;
/// Accounts and regions that one sweep looks at: a few hundred bytes each, within the 256 KiB of a workflow's state.
pub const SITES_MAX: usize = 200;

/// An account's part in a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Site {
    /// The credential that opens the account; empty for the deployment's own role.
    pub credential_id: String,
    /// The region.
    pub region: String,
}

/// A machine that carries our tags, as the cloud describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its id in the cloud.
    pub id: String,
    /// What its tags say.
    pub tags: Tags,
    /// How it stands.
    pub phase: Phase,
    /// The cloud took it back: it was a spot machine.
    pub was_taken_back: bool,
    /// The address for people.
    pub address: Option<String>,
}

/// A firewall that carries our tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// Its id in the cloud.
    pub id: String,
    /// What its tags say.
    pub tags: Tags,
}

/// Whose something is, as its tags say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags {
    /// The reservation that it was made for.
    pub reservation_id: String,
    /// What people call that.
    pub handle: String,
    /// Whose it was.
    pub owner: String,
    /// In which workspace.
    pub team: String,
}

/// How a machine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It runs.
    Running,
    /// It is off, its disk kept.
    Stopped,
    /// It is about to be one of these, or in a state that we do not know.
    Between,
    /// It is being ended.
    Ending,
    /// It has ended.
    Gone,
}

/// Something in the cloud that no reservation stands for, as it is remembered from sweep to sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orphan {
    /// Its id in the cloud.
    pub id: String,
    /// What it is.
    pub kind: OrphanKind,
    /// Where it is.
    pub site: Site,
    /// Whose it was.
    pub tags: Tags,
    /// When it was first seen.
    pub first_seen_epoch_seconds: EpochSeconds,
    /// When it is ended.
    pub ends_epoch_seconds: EpochSeconds,
    /// When its end was first asked for. Written before it is asked for.
    pub ending_epoch_seconds: Option<EpochSeconds>,
    /// Counts changes; a write names the version that it read.
    pub version: u64,
}

/// What an orphan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrphanKind {
    /// A machine, which costs money: people are told.
    Machine,
    /// A firewall, which costs nothing.
    Firewall,
}

/// What is known when deciding about a site.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Which.
    pub site: &'a Site,
    /// Every machine that carries our tags, and those that reservations and orphans name, as far as the cloud knows them.
    pub machines: &'a [Machine],
    /// Every firewall that carries our tags.
    pub firewalls: &'a [Firewall],
    /// The reservations that any of these name, and those that have machines here; read after the cloud was looked at.
    pub reservations: &'a [Reservation],
    /// Ids of those that nobody has changed while the cloud was looked at: of the others, what was seen may be old.
    pub unchanged: &'a BTreeSet<String>,
    /// What earlier sweeps found here.
    pub orphans: &'a [Orphan],
    /// Now.
    pub now: EpochSeconds,
}

/// A decision, with its reason for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// Why.
    pub reason: String,
}

/// What the sweep does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Remember what was seen for the first time, and tell whose it was.
    Remember(Orphan),
    /// End what was remembered long enough.
    End(Orphan),
    /// What was remembered is gone: forget it, and say so.
    Close(Orphan),
    /// A reservation stands for it after all: forget it.
    Forget(Orphan),
    /// The reservation's machines are gone.
    Lose(String, EndReason),
    /// Some of the reservation's machines are gone: these.
    Mark(String, Vec<String>),
    /// Somebody else has switched the reservation's machines.
    Note(String, Power),
}

impl Site {
    /// The name that it has in the table.
    pub fn key(&self) -> String {
        let account = match self.credential_id.as_str() {
            "" => "organisation",
            id => id,
        };
        format!("{account}#{}", self.region)
    }

    /// Whether a reservation's machines are here.
    pub fn has(&self, reservation: &Reservation) -> bool {
        let payer = reservation.payer.credential_id.as_deref();
        payer.unwrap_or_default() == self.credential_id && reservation.offer().region == self.region
    }
}

/// Where to look: the organisation's account and those that AWS credentials open, in all of the deployment's regions, the
/// first of which is its home; every such credential's own region; and wherever a reservation that is not over may have
/// something. Of more than [`SITES_MAX`], each hour the next ones.
pub fn sites(
    regions: &[String],
    credentials: &[Credential],
    live: &[Reservation],
    now: EpochSeconds,
) -> Vec<Site> {
    let site = |credential_id: &str, region: &str| Site {
        credential_id: credential_id.to_owned(),
        region: region.to_owned(),
    };
    let home = regions.first().map_or("", String::as_str);
    let mut sites: BTreeSet<Site> = regions.iter().map(|region| site("", region)).collect();
    let aws = |credential: &&Credential| credential.provider == Provider::Aws;
    for credential in credentials.iter().filter(aws) {
        let own = credential.access.region().unwrap_or(home);
        let regions = regions.iter().map(String::as_str).chain([own]);
        sites.extend(regions.map(|region| site(&credential.id, region)));
    }
    for reservation in live {
        let payer = reservation.payer.credential_id.as_deref();
        for region in reservation.regions() {
            sites.insert(site(payer.unwrap_or_default(), region));
        }
    }
    let mut sites: Vec<Site> = sites.into_iter().collect();
    let hour = usize::try_from(now / HOUR_SECONDS).unwrap_or_default();
    if sites.len() > SITES_MAX {
        let first = hour * SITES_MAX % sites.len();
        sites.rotate_left(first);
        sites.truncate(SITES_MAX);
    }
    sites
}

/// Decides about a site.
pub fn decide(seen: Seen<'_>) -> Vec<Decision> {
    let machines = seen.machines.iter();
    let firewalls = seen.firewalls.iter();
    let left = seen.orphans.iter();
    let reservations = seen.reservations.iter();
    machines
        .flat_map(|machine| seen.about_machine(machine))
        .chain(firewalls.flat_map(|firewall| seen.about_firewall(firewall)))
        .chain(left.filter_map(|orphan| seen.about_vanished(orphan)))
        .chain(reservations.filter_map(|reservation| seen.about_reservation(reservation)))
        .collect()
}

/// What a reservation is to something that carries its tag.
enum Claim<'a> {
    /// It stands for it, or its workflow sees to it.
    Stands,
    /// It is over, and was seen to be so only now.
    JustOver,
    /// It does not stand for it; it is over since then, where it is over and known.
    None {
        over_since: Option<EpochSeconds>,
        why: &'a str,
    },
}

impl Seen<'_> {
    fn reservation(&self, id: &str) -> Option<&Reservation> {
        let mut reservations = self.reservations.iter();
        reservations.find(|reservation| reservation.id == id)
    }

    fn machine(&self, id: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.id == id)
    }

    fn orphan(&self, id: &str) -> Option<&Orphan> {
        self.orphans.iter().find(|orphan| orphan.id == id)
    }

    /// Who stands for a machine.
    fn claim_of_machine(&self, machine: &Machine) -> Claim<'_> {
        let Some(reservation) = self.reservation(&machine.tags.reservation_id) else {
            return Claim::None {
                over_since: None,
                why: "its reservation is unknown",
            };
        };
        // One that was taken for gone and runs is nobody's.
        let mut nodes = reservation.living();
        let is_node = nodes.any(|node| node.machine_id == machine.id);
        match reservation.state {
            State::Ready | State::Stopped if !is_node => Claim::None {
                over_since: None,
                why: "it is none of its reservation's",
            },
            _ => self.claim(reservation),
        }
    }

    fn claim(&self, reservation: &Reservation) -> Claim<'_> {
        if !reservation.state.is_over() {
            return Claim::Stands;
        }
        let over_since = reservation.ended_epoch_seconds;
        if over_since.is_some_and(|ended| self.now < ended + SETTLING_SECONDS) {
            return Claim::JustOver;
        }
        Claim::None {
            over_since,
            why: "its reservation is over",
        }
    }

    fn about_machine(&self, machine: &Machine) -> Vec<Decision> {
        // Their ends are seen below.
        if matches!(machine.phase, Phase::Ending | Phase::Gone) {
            return Vec::new();
        }
        let Machine { id, tags, .. } = machine;
        self.about(
            id,
            tags,
            OrphanKind::Machine,
            &self.claim_of_machine(machine),
        )
    }

    fn about_firewall(&self, firewall: &Firewall) -> Vec<Decision> {
        let Firewall { id, tags } = firewall;
        let holds = |machine: &&Machine| {
            machine.tags.reservation_id == tags.reservation_id && machine.phase != Phase::Gone
        };
        // The machine goes first.
        if self.machines.iter().any(|machine| holds(&machine)) {
            return Vec::new();
        }
        let claim = match self.reservation(&tags.reservation_id) {
            Some(reservation) => self.claim(reservation),
            None => Claim::None {
                over_since: None,
                why: "its reservation is unknown",
            },
        };
        self.about(id, tags, OrphanKind::Firewall, &claim)
    }

    fn about(&self, id: &str, tags: &Tags, kind: OrphanKind, claim: &Claim<'_>) -> Vec<Decision> {
        let (known, over_since, why) = match (claim, self.orphan(id)) {
            (Claim::Stands, Some(orphan)) => {
                return vec![Decision {
                    action: Action::Forget(orphan.clone()),
                    reason: "a reservation stands for it".to_owned(),
                }];
            }
            (Claim::Stands | Claim::JustOver, _) => return Vec::new(),
            (Claim::None { over_since, why }, known) => (known, *over_since, *why),
        };
        let orphan = known.cloned().unwrap_or_else(|| {
            // Whoever had it has been told that everything is gone, and nobody can want it back.
            let is_long_over = over_since.is_some_and(|over| over + GRACE_SECONDS <= self.now);
            let grace = if is_long_over { 0 } else { GRACE_SECONDS };
            Orphan {
                id: id.to_owned(),
                kind,
                site: self.site.clone(),
                tags: tags.clone(),
                first_seen_epoch_seconds: self.now,
                ends_epoch_seconds: self.now + grace,
                ending_epoch_seconds: None,
                version: 0,
            }
        });
        let mut decisions = Vec::new();
        if known.is_none() {
            decisions.push(Decision {
                action: Action::Remember(orphan.clone()),
                reason: why.to_owned(),
            });
        }
        if orphan.ends_epoch_seconds <= self.now {
            let waited = self.now - orphan.first_seen_epoch_seconds;
            decisions.push(Decision {
                action: Action::End(orphan),
                reason: format!("{why}, and it was first seen {waited} s ago"),
            });
        }
        decisions
    }

    /// Something that was remembered and is not there any more.
    fn about_vanished(&self, orphan: &Orphan) -> Option<Decision> {
        let is_there = match orphan.kind {
            OrphanKind::Machine => self
                .machine(&orphan.id)
                .is_some_and(|machine| machine.phase != Phase::Gone),
            OrphanKind::Firewall => {
                let mut firewalls = self.firewalls.iter();
                firewalls.any(|firewall| firewall.id == orphan.id)
            }
        };
        (!is_there).then(|| Decision {
            action: Action::Close(orphan.clone()),
            reason: "the cloud shows it no more".to_owned(),
        })
    }

    /// What has become of a reservation's machines. While a workflow is at it, that is the workflow's to find out.
    fn about_reservation(&self, reservation: &Reservation) -> Option<Decision> {
        let is_at_rest = matches!(reservation.state, State::Ready | State::Stopped);
        if !is_at_rest || !self.site.has(reservation) || !self.unchanged.contains(&reservation.id) {
            return None;
        }
        let id = &reservation.id;
        let living: Vec<&str> = reservation
            .living()
            .map(|node| node.machine_id.as_str())
            .collect();
        let gone: Vec<&str> = living
            .iter()
            .copied()
            .filter(|id| self.is_gone(id, reservation))
            .collect();
        let (action, reason) = match (gone.len(), living.len()) {
            (0, 0) => return None,
            (0, _) => return self.about_power(reservation, &living),
            (all, of) if all == of => {
                let machines = gone.iter().filter_map(|id| self.machine(id));
                let mut machines = machines.peekable();
                let were_taken_back =
                    machines.peek().is_some() && machines.all(|machine| machine.was_taken_back);
                let reason = if were_taken_back {
                    EndReason::TakenBack
                } else {
                    EndReason::Vanished
                };
                (
                    Action::Lose(id.clone(), reason),
                    format!("all {of} of its machines are gone"),
                )
            }
            (some, of) => (
                Action::Mark(id.clone(), gone.iter().map(ToString::to_string).collect()),
                format!("{some} of its {of} machines are gone"),
            ),
        };
        Some(Decision { action, reason })
    }

    /// Shown as ended, or not shown at all long after its launch.
    fn is_gone(&self, id: &str, reservation: &Reservation) -> bool {
        match self.machine(id) {
            Some(machine) => machine.phase == Phase::Gone,
            None => reservation.is_long_launched(self.now),
        }
    }

    /// Somebody has switched the machines in the cloud's own console: then the reservation says what is true, so that the
    /// costs are right and the buttons work. Where they differ from each other nothing is concluded.
    fn about_power(&self, reservation: &Reservation, living: &[&str]) -> Option<Decision> {
        let all = |phase| {
            let mut machines = living.iter().map(|id| self.machine(id));
            machines.all(|machine| machine.is_some_and(|machine| machine.phase == phase))
        };
        let found = match reservation.state {
            State::Ready if all(Phase::Stopped) => Power::Off,
            State::Stopped if all(Phase::Running) => Power::On,
            _ => return None,
        };
        Some(Decision {
            action: Action::Note(reservation.id.clone(), found),
            reason: format!(
                "it is {:?}, but switched {}",
                reservation.state,
                found.name()
            ),
        })
    }
}

impl Tags {
    /// Whom to tell: the owner, where the tags name somebody of this workspace; admins otherwise.
    pub fn told<'a>(&'a self, team: &str, admins: &'a [String]) -> Vec<&'a str> {
        let is_user = self.owner.starts_with(['U', 'W'])
            && self.owner.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_user && self.team == team {
            vec![&self.owner]
        } else {
            admins.iter().map(String::as_str).collect()
        }
    }
}
