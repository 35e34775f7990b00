//! What the gate remembers beside moto.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::authority::Caller;
use super::fault::{Effect, Fault};
use super::query::Query;

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Not answered yet.
    Pending,
    /// Answered with this status.
    Answered(u16),
    /// Refused with this code by an injected fault or by the gate's own rules.
    Refused(&'static str),
    /// It had its effect; the answer was lost.
    Lost,
}

/// A recorded call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Such as `RunInstances`.
    pub action: String,
    /// The region that it was signed for.
    pub region: String,
    /// Who made it; nobody, where the gate refused to know them or to let them.
    pub caller: Option<Caller>,
    /// Its form, without the action and the protocol's version.
    pub parameters: BTreeMap<String, String>,
    /// When it came, by the shared clock.
    pub at_epoch_seconds: i64,
    /// What came of it.
    pub outcome: Outcome,
}

/// An account's part in a region, where resources are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Site {
    pub(super) account: String,
    pub(super) region: String,
}

/// What the gate knows of an instance and moto does not tell.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    pub(super) id: String,
    pub(super) site: Site,
    pub(super) user_data: Option<Vec<u8>>,
    pub(super) security_groups: Vec<String>,
    /// Whether a shutdown from within terminates it; otherwise it is stopped.
    pub(super) ends_with_shutdown: bool,
    pub(super) vanished: bool,
    /// Descriptions left in which it is shown as pending, and as shutting down.
    pub(super) pending_left: u32,
    pub(super) ending_left: u32,
}

/// A token's scope: EC2 does not notice the same token in another region or zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TokenScope {
    site: Site,
    zone: String,
    token: String,
}

impl TokenScope {
    pub(super) fn of(query: &Query) -> Option<Self> {
        // A subnet is in one zone.
        let subnet = query.parameter("SubnetId");
        Some(Self {
            site: query.site.clone(),
            zone: subnet.unwrap_or_default().to_owned(),
            token: query.parameter("ClientToken")?.to_owned(),
        })
    }
}

/// The first launch under a token.
#[derive(Debug, Clone)]
pub(super) struct TokenUse {
    pub(super) parameters: BTreeMap<String, String>,
    /// The instances that it launched, by launch index.
    pub(super) instance_ids: Vec<String>,
}

#[derive(Debug, Default)]
struct Memory {
    faults: Vec<Fault>,
    calls: Vec<Call>,
    launches: Vec<Launch>,
    tokens: BTreeMap<TokenScope, TokenUse>,
    zones: BTreeMap<String, String>,
    sites: BTreeSet<Site>,
    /// By type and zone, where they differ from the fixture's.
    spot_prices: BTreeMap<(String, String), f64>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    memory: Mutex<Memory>,
    /// Launches one after the other, so that two with one token cannot both be the first.
    pub(super) launching: tokio::sync::Mutex<()>,
}

impl State {
    pub(super) fn inject(&self, fault: Fault) {
        self.memory().faults.push(fault);
    }

    pub(super) fn heal(&self) {
        self.memory().faults.clear();
    }

    /// The zone of a subnet, once it was found out.
    pub(super) fn zone(&self, subnet: &str) -> Option<String> {
        self.memory().zones.get(subnet).cloned()
    }

    pub(super) fn remember_zone(&self, subnet: &str, zone: &str) {
        let mut memory = self.memory();
        memory.zones.insert(subnet.to_owned(), zone.to_owned());
    }

    /// The effects on a request: those that let a launch through may come together, an error or a loss is the last.
    pub(super) fn strike(&self, query: &Query, zone: Option<&str>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for fault in &mut self.memory().faults {
            let Some(effect) = fault.strike(query, zone) else {
                continue;
            };
            let last = matches!(
                effect,
                Effect::Error { .. } | Effect::FindNothing | Effect::LoseResponse
            );
            effects.push(effect);
            if last {
                break;
            }
        }
        effects
    }

    /// Records a call and returns its place among the calls.
    pub(super) fn record(
        &self,
        query: &Query,
        caller: Option<Caller>,
        at_epoch_seconds: i64,
    ) -> usize {
        let mut memory = self.memory();
        if caller.is_some() {
            memory.sites.insert(query.site.clone());
        }
        memory.calls.push(Call {
            action: query.action.clone(),
            region: query.site.region.clone(),
            caller,
            parameters: query.parameters.clone(),
            at_epoch_seconds,
            outcome: Outcome::Pending,
        });
        memory.calls.len() - 1
    }

    pub(super) fn settle(&self, call: usize, outcome: Outcome) {
        if let Some(call) = self.memory().calls.get_mut(call) {
            call.outcome = outcome;
        }
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.memory().calls.clone()
    }

    pub(super) fn launched_count(&self) -> usize {
        self.memory().launches.len()
    }

    pub(super) fn remember(&self, launch: Launch) {
        self.memory().launches.push(launch);
    }

    pub(super) fn launches(&self) -> Vec<Launch> {
        self.memory().launches.clone()
    }

    pub(super) fn launch(&self, id: &str) -> Option<Launch> {
        let memory = self.memory();
        memory
            .launches
            .iter()
            .find(|launch| launch.id == id)
            .cloned()
    }

    /// Changes what is remembered of an instance.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Launch)) {
        let mut memory = self.memory();
        if let Some(launch) = memory.launches.iter_mut().find(|launch| launch.id == id) {
            change(launch);
        }
    }

    /// Where anybody has been, who was let in.
    pub(super) fn sites(&self) -> BTreeSet<Site> {
        self.memory().sites.clone()
    }

    pub(super) fn set_spot_price(&self, instance_type: &str, zone: &str, usd: f64) {
        let place = (instance_type.to_owned(), zone.to_owned());
        self.memory().spot_prices.insert(place, usd);
    }

    /// Those that were set, by type and zone.
    pub(super) fn spot_prices(&self) -> BTreeMap<(String, String), f64> {
        self.memory().spot_prices.clone()
    }

    pub(super) fn token_use(&self, scope: &TokenScope) -> Option<TokenUse> {
        self.memory().tokens.get(scope).cloned()
    }

    pub(super) fn bind_token(&self, scope: TokenScope, token_use: TokenUse) {
        self.memory().tokens.insert(scope, token_use);
    }

    /// Nothing that holds the lock can panic halfway through a change.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
