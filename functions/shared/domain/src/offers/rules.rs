//! What is wanted of a machine: each rule by itself, so that the one which nothing meets can be named.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::catalogue::{Catalogue, MachineType, Terms};
use super::offer::{ANY_REGION, Architecture, Market};
use crate::intent::Provider;
use crate::spec::MachineSpec;
use crate::time::{EpochSeconds, HOUR_SECONDS};

/// Spot prices older than this are not ranked. Of 1,782 catalogues of 2022 to 2024 the cheapest spot offer was still
/// the cheapest after a week in 82 %, after a month in 39 %.
pub const SPOT_AGE_SECONDS_MAX: i64 = 7 * 24 * HOUR_SECONDS;

/// The rules of a search. What is not set is not asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// How the machine is bought.
    pub market: Market,
    /// Its cloud. Price lists known to be out of date count only where their cloud is asked for.
    pub provider: Option<Provider>,
    /// Its region.
    pub region: Option<String>,
    /// Its processor.
    pub architecture: Option<Architecture>,
    /// Exactly this type.
    pub instance_type: Option<String>,
    /// Shared processors: they must be, or must not be.
    pub burstable: Option<bool>,
    /// Only generations that today's public images run on.
    pub current_generation: bool,
    /// At least so many virtual CPUs.
    pub vcpus_min: Option<u32>,
    /// At least so much memory, in GiB.
    pub memory_gib_min: Option<f64>,
    /// The root disk, in GB: with it, disk and public address are part of the price; without, the machine is bare.
    pub storage_gb: Option<u32>,
    /// The most that an hour may cost, all of that included, in US dollars.
    pub total_usd_max: Option<f64>,
    /// Now: spot prices are refused when they are too old. Without it no price is.
    pub now_epoch_seconds: Option<EpochSeconds>,
}

/// One rule, by name. The order is the one in which they are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The cloud.
    Provider,
    /// The region.
    Region,
    /// On demand or spot.
    Market,
    /// The processor.
    Architecture,
    /// The type.
    InstanceType,
    /// Shared processors or not.
    Burstable,
    /// Current generations.
    Generation,
    /// Virtual CPUs.
    Vcpus,
    /// Memory.
    Memory,
    /// The highest price.
    Price,
    /// Price lists of today.
    Current,
    /// Spot prices of this week.
    Fresh,
}

impl Rule {
    /// All of them, in order.
    pub(super) const ALL: [Self; 12] = [
        Self::Provider,
        Self::Region,
        Self::Market,
        Self::Architecture,
        Self::InstanceType,
        Self::Burstable,
        Self::Generation,
        Self::Vcpus,
        Self::Memory,
        Self::Price,
        Self::Current,
        Self::Fresh,
    ];
}

/// A set of rules: those that an offer does not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Broken(u16);

impl Broken {
    fn when(mut self, rule: Rule, is_broken: bool) -> Self {
        self.0 |= u16::from(is_broken) << rule as u16;
        self
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    pub(super) fn contains(self, rule: Rule) -> bool {
        self.0 >> rule as u16 & 1 == 1
    }

    pub(super) fn rules(self) -> impl Iterator<Item = Rule> {
        Rule::ALL
            .into_iter()
            .filter(move |rule| self.contains(*rule))
    }
}

impl Rules {
    /// The rules for a machine on EC2 that somebody asked for.
    pub fn of(spec: &MachineSpec) -> Self {
        let is_named = spec.instance_type.is_some();
        Self {
            market: spec.market,
            provider: Some(Provider::Aws),
            region: spec.region.clone(),
            // x86_64 runs whatever people bring along; arm64 only when its type is named.
            architecture: (!is_named).then_some(Architecture::X86_64),
            instance_type: spec.instance_type.clone(),
            current_generation: !is_named,
            vcpus_min: spec.vcpus_min,
            memory_gib_min: spec.memory_gib_min,
            storage_gb: Some(spec.storage_gb),
            total_usd_max: spec.hourly_usd_max,
            ..Self::default()
        }
    }

    /// The same rules now: spot prices that are too old do not count.
    #[must_use]
    pub fn at(self, now: EpochSeconds) -> Self {
        Self {
            now_epoch_seconds: Some(now),
            ..self
        }
    }

    /// The same rules on another cloud.
    #[must_use]
    pub fn on(self, provider: Provider) -> Self {
        Self {
            provider: Some(provider),
            ..self
        }
    }

    /// Those that every offer of a type breaks.
    pub(super) fn broken_by_type(&self, machine: &MachineType) -> Broken {
        Broken::default()
            .when(
                Rule::Architecture,
                self.architecture
                    .is_some_and(|wanted| wanted != machine.architecture),
            )
            .when(
                Rule::InstanceType,
                self.instance_type
                    .as_deref()
                    .is_some_and(|wanted| wanted != machine.name),
            )
            .when(
                Rule::Burstable,
                self.burstable
                    .is_some_and(|wanted| wanted != machine.is_burstable),
            )
            .when(
                Rule::Generation,
                self.current_generation && machine.is_previous_generation,
            )
            .when(
                Rule::Vcpus,
                self.vcpus_min.is_some_and(|least| machine.vcpus < least),
            )
            .when(
                Rule::Memory,
                self.memory_gib_min
                    .is_some_and(|least| machine.memory_gib < least),
            )
    }

    /// Those that every offer on certain terms breaks.
    pub(super) fn broken_by_terms(&self, terms: &Terms) -> Broken {
        let is_stale = |now: EpochSeconds| {
            let age = terms.source.as_of_epoch_seconds.map(|then| now - then);
            terms.market == Market::Spot && age.is_some_and(|age| age > SPOT_AGE_SECONDS_MAX)
        };
        Broken::default()
            .when(
                Rule::Provider,
                self.provider.is_some_and(|wanted| wanted != terms.provider),
            )
            .when(Rule::Market, self.market != terms.market)
            .when(
                Rule::Current,
                terms.source.is_old && self.provider != Some(terms.provider),
            )
            .when(Rule::Fresh, self.now_epoch_seconds.is_some_and(is_stale))
    }

    /// Those that every offer in a region breaks.
    pub(super) fn broken_by_region(&self, region: &str) -> Broken {
        if region == ANY_REGION {
            return Broken::default();
        }
        Broken::default().when(
            Rule::Region,
            self.region
                .as_deref()
                .is_some_and(|wanted| wanted != region),
        )
    }

    /// Those that a price breaks.
    pub(super) fn broken_by_total(&self, total_usd: f64) -> Broken {
        let is_above = self.total_usd_max.is_some_and(|most| total_usd > most);
        Broken::default().when(Rule::Price, is_above)
    }

    /// A rule in words; none where it is not set.
    pub fn words(&self, rule: Rule) -> Option<String> {
        match rule {
            Rule::Provider => self.provider.map(|provider| cloud(provider).to_owned()),
            Rule::Region => self.region.clone(),
            Rule::Market => Some(self.market.to_string()),
            Rule::Architecture => self.architecture.map(|wanted| wanted.to_string()),
            Rule::InstanceType => self
                .instance_type
                .as_ref()
                .map(|name| format!("type {name}")),
            Rule::Burstable => match self.burstable {
                None => {
                    (self.instance_type.is_none()).then(|| "shared-CPU types allowed".to_owned())
                }
                Some(true) => Some("shared-CPU types only".to_owned()),
                Some(false) => Some("no shared-CPU types".to_owned()),
            },
            Rule::Vcpus => self.vcpus_min.map(|least| format!("at least {least} vCPU")),
            Rule::Memory => self
                .memory_gib_min
                .map(|least| format!("at least {least} GiB")),
            Rule::Price => self
                .total_usd_max
                .map(|most| format!("at most ${most} per hour in all")),
            Rule::Generation | Rule::Current | Rule::Fresh => None,
        }
    }

    /// A rule in words where it is the one that nothing meets.
    pub(super) fn obstacle(&self, rule: Rule) -> String {
        let unsaid = match rule {
            Rule::Generation => "only types that today's images run on",
            Rule::Current => "only current price lists",
            Rule::Fresh => "only spot prices of the last 7 days",
            _ => "",
        };
        self.words(rule).unwrap_or_else(|| unsaid.to_owned())
    }
}

/// A cloud as its rules are said.
fn cloud(provider: Provider) -> &'static str {
    match provider {
        Provider::Aws => "EC2",
        Provider::Digitalocean => "DigitalOcean",
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = Rule::ALL.into_iter().filter_map(|rule| self.words(rule));
        f.write_str(&said.collect::<Vec<_>>().join(", "))
    }
}

impl Catalogue {
    /// What each type, and what each region, breaks of the rules.
    pub(super) fn broken(&self, rules: &Rules) -> (Vec<Broken>, Vec<Broken>) {
        let types = self
            .types
            .iter()
            .map(|machine| rules.broken_by_type(machine));
        let regions = self
            .regions
            .iter()
            .map(|region| rules.broken_by_region(region));
        (types.collect(), regions.collect())
    }
}
