//! Why an offer lost, and what stands in the way where nothing fits.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::catalogue::{Catalogue, Group, MachineType, Row};
use super::offer::Offer;
use super::rules::{Broken, Rule, Rules};
use crate::cost::HourlyCost;

/// Alternatives that a choice names. More would be a list to read, not a way out.
const ALTERNATIVES_MAX: usize = 3;
/// Differences below this are not told in digits.
const SMALLEST_SAID_USD: f64 = 0.000_1;

/// Why an offer is not the winner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lost {
    /// It costs so many US dollars an hour more.
    Dearer(f64),
    /// It costs the same and has less memory.
    LessMemory,
    /// It costs the same, with as much memory and fewer processors.
    FewerVcpus,
    /// It is as good; the order of names decided.
    ByName,
}

impl Lost {
    /// Why `other` lost against `winner`, each with a root disk of that size and an address, or bare.
    pub fn between(winner: &Offer, other: &Offer, storage_gb: Option<u32>) -> Self {
        let total = |offer| match storage_gb {
            Some(gb) => HourlyCost::of(offer, gb).total_usd(),
            None => offer.hourly_usd,
        };
        let more = total(other) - total(winner);
        if more > 0.0 {
            Self::Dearer(more)
        } else if other.memory_gib < winner.memory_gib {
            Self::LessMemory
        } else if other.memory_gib <= winner.memory_gib && other.vcpus < winner.vcpus {
            Self::FewerVcpus
        } else {
            Self::ByName
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dearer(more) if *more < SMALLEST_SAID_USD => {
                write!(f, "less than ${SMALLEST_SAID_USD} more per hour")
            }
            Self::Dearer(more) if *more < 1.0 => write!(f, "${more:.4} more per hour"),
            Self::Dearer(more) => write!(f, "${more:.2} more per hour"),
            Self::LessMemory => f.write_str("same price, less memory"),
            Self::FewerVcpus => f.write_str("same price and memory, fewer vCPU"),
            Self::ByName => f.write_str("same price and size; the first by name was taken"),
        }
    }
}

/// What there would be without certain rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The rules that would have to go, for people; never empty.
    pub without: Vec<String>,
    /// The nearest offer to what was asked for that breaks these and no others.
    pub offer: Offer,
    /// What it costs an hour, with disk and address where these were asked for.
    pub total_usd: f64,
}

/// The nearest offer among those that break the same rules.
struct Nearest<'a> {
    broken: Broken,
    group: &'a Group,
    row: Row,
    shortfall: f64,
    total_usd: f64,
}

/// The nearest offers that break the fewest rules, as far as offers were looked at.
struct Survey<'a> {
    catalogue: &'a Catalogue,
    storage_gb: Option<u32>,
    fewest: u32,
    nearest: Vec<Nearest<'a>>,
}

impl Catalogue {
    /// The nearest offers that break as few rules as possible, one for each set of rules broken.
    pub(super) fn alternatives(
        &self,
        rules: &Rules,
        types: &[Broken],
        regions: &[Broken],
    ) -> Vec<Alternative> {
        let mut survey = Survey {
            catalogue: self,
            storage_gb: rules.storage_gb,
            fewest: u32::MAX,
            nearest: Vec::new(),
        };
        let types: Vec<(Broken, u32, f64)> = types
            .iter()
            .zip(&self.types)
            .map(|(broken, machine)| (*broken, broken.count(), shortfall(rules, *broken, machine)))
            .collect();
        let regions: Vec<(Broken, u32)> = regions
            .iter()
            .map(|broken| (*broken, broken.count()))
            .collect();
        for group in &self.groups {
            let by_terms = rules.broken_by_terms(&group.terms);
            for (rows, by_price) in priced_alike(group, rules) {
                let before = by_terms.and(by_price);
                let count = before.count();
                if count > survey.fewest {
                    continue;
                }
                for row in rows {
                    let (by_type, of_type, shortfall) = types[row.machine_type as usize];
                    let (by_region, of_region) = regions[usize::from(row.region)];
                    // Type, region, terms and price break different rules, so that the counts add up.
                    let count = count + of_type + of_region;
                    if count <= survey.fewest {
                        let broken = before.and(by_type).and(by_region);
                        survey.look_at(group, *row, broken, count, shortfall);
                    }
                }
            }
        }
        let mut nearest = survey.nearest;
        nearest.sort_by_key(|one| one.broken.rules().map(reluctance).max());
        nearest.truncate(ALTERNATIVES_MAX);
        let alternatives = nearest.into_iter().map(|one| Alternative {
            without: one
                .broken
                .rules()
                .map(|rule| rules.obstacle(rule))
                .collect(),
            offer: self.offer(one.group, one.row),
            total_usd: one.total_usd,
        });
        alternatives.collect()
    }
}

/// The offers of a group in two stretches: those that are cheap enough, and those that are not.
fn priced_alike<'a>(group: &'a Group, rules: &Rules) -> [(&'a [Row], Broken); 2] {
    let by_price = |row: &Row| {
        let total_usd = group.cost(*row, rules.storage_gb).total_usd();
        rules.broken_by_total(total_usd)
    };
    let cheap = group.rows.partition_point(|row| by_price(row).is_empty());
    let (cheap, dear) = group.rows.split_at(cheap);
    [cheap, dear].map(|rows| (rows, rows.first().map(by_price).unwrap_or_default()))
}

impl<'a> Survey<'a> {
    /// Notes an offer that breaks no more rules than those known.
    fn look_at(&mut self, group: &'a Group, row: Row, broken: Broken, count: u32, shortfall: f64) {
        if count < self.fewest {
            self.fewest = count;
            self.nearest.clear();
        }
        let known = (self.nearest.iter()).position(|known| known.broken == broken);
        if let Some(known) = known.map(|place| &self.nearest[place]) {
            // The later in a group the dearer.
            let is_farther = shortfall > known.shortfall
                || (shortfall >= known.shortfall && std::ptr::eq(group, known.group));
            if is_farther {
                return;
            }
        }
        let found = Nearest {
            broken,
            group,
            row,
            shortfall,
            total_usd: group.cost(row, self.storage_gb).total_usd(),
        };
        match known {
            Some(place) if self.is_nearer(&found, &self.nearest[place]) => {
                self.nearest[place] = found;
            }
            Some(_) => {}
            None => self.nearest.push(found),
        }
    }

    fn is_nearer(&self, a: &Nearest, b: &Nearest) -> bool {
        (a.shortfall.total_cmp(&b.shortfall))
            .then(a.total_usd.total_cmp(&b.total_usd))
            .then_with(|| self.catalogue.compare_rows(&a.row, &b.row))
            .is_lt()
    }
}

/// How many times too small a machine is, by the worse of memory and processors; 0 where neither is short.
fn shortfall(rules: &Rules, broken: Broken, machine: &MachineType) -> f64 {
    let memory = rules.memory_gib_min.map(|least| least / machine.memory_gib);
    let vcpus = rules
        .vcpus_min
        .map(|least| f64::from(least) / f64::from(machine.vcpus));
    [(Rule::Memory, memory), (Rule::Vcpus, vcpus)]
        .into_iter()
        .filter(|(rule, _)| broken.contains(*rule))
        .filter_map(|(_, times)| times)
        .fold(0.0, f64::max)
}

/// How unlikely it is that somebody drops a rule: a price that was named is the first thing to reconsider.
fn reluctance(rule: Rule) -> u8 {
    match rule {
        Rule::Price => 0,
        Rule::Memory | Rule::Vcpus => 1,
        Rule::InstanceType | Rule::Burstable => 2,
        Rule::Market | Rule::Architecture | Rule::Generation => 3,
        Rule::Region | Rule::Provider => 4,
        Rule::Current | Rule::Fresh => 5,
    }
}
