//! Why an offer lost, and what stands in the way where nothing fits.

use std::cmp::Ordering;
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

impl Catalogue {
    /// The nearest offers that break as few rules as possible, one for each set of rules broken.
    pub(super) fn alternatives(
        &self,
        rules: &Rules,
        types: &[Broken],
        regions: &[Broken],
    ) -> Vec<Alternative> {
        let mut nearest: Vec<Nearest> = Vec::new();
        let mut fewest = u32::MAX;
        for group in &self.groups {
            let by_terms = rules.broken_by_terms(&group.terms);
            if by_terms.count() > fewest {
                continue;
            }
            for row in &group.rows {
                let broken = by_terms
                    .and(types[row.machine_type as usize])
                    .and(regions[usize::from(row.region)]);
                if broken.count() > fewest {
                    continue;
                }
                let total_usd = group.cost(*row, rules.storage_gb).total_usd();
                let broken = broken.and(rules.broken_by_total(total_usd));
                match broken.count().cmp(&fewest) {
                    Ordering::Greater => continue,
                    Ordering::Less => nearest.clear(),
                    Ordering::Equal => {}
                }
                fewest = broken.count();
                let found = Nearest {
                    broken,
                    group,
                    row: *row,
                    shortfall: shortfall(rules, broken, self.machine_type(*row)),
                    total_usd,
                };
                match nearest.iter_mut().find(|known| known.broken == broken) {
                    Some(known) if self.is_nearer(&found, known) => *known = found,
                    Some(_) => {}
                    None => nearest.push(found),
                }
            }
        }
        // A price that was named is the first thing to reconsider; a policy, a type that was named, the last.
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

    fn is_nearer(&self, a: &Nearest, b: &Nearest) -> bool {
        (a.shortfall.total_cmp(&b.shortfall))
            .then(a.total_usd.total_cmp(&b.total_usd))
            .then_with(|| self.compare_rows(&a.row, &b.row))
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

/// How unlikely it is that somebody drops a rule.
fn reluctance(rule: Rule) -> u8 {
    match rule {
        Rule::Price => 0,
        Rule::Memory | Rule::Vcpus => 1,
        Rule::InstanceType | Rule::Burstable => 2,
        Rule::Market | Rule::Architecture | Rule::Generation => 3,
        Rule::Region | Rule::Provider => 4,
        Rule::PolicyProviders
        | Rule::PolicyRegions
        | Rule::PolicyPrice
        | Rule::Current
        | Rule::Fresh => 5,
    }
}
