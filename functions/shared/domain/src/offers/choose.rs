//! The search: exhaustive and exact, and as quick as its order allows.

use std::cmp::Ordering;

use super::catalogue::{Catalogue, Group, Row};
use super::explain::Alternative;
use super::offer::Offer;
use super::rules::{Broken, Rules};
use crate::spec::MachineSpec;

/// How many offers a choice returns: the winner and three runners-up.
pub const CANDIDATES_MAX: usize = 4;

/// The outcome of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The fitting offers, cheapest first, as many as were asked for.
    pub candidates: Vec<Offer>,
    /// The rules by which the first is the cheapest, for people.
    pub rules: String,
    /// Where nothing fits, allowed or not: what would, if the fewest possible rules were dropped.
    pub alternatives: Vec<Alternative>,
}

/// The next fitting offer of a group.
struct Head<'a> {
    group: &'a Group,
    /// How many rows were looked at.
    looked_at: usize,
    row: Row,
    total_usd: f64,
}

impl Catalogue {
    /// Chooses the cheapest offers that meet the specification, whatever the age of their prices.
    pub fn choose(&self, spec: &MachineSpec) -> Choice {
        self.search(&Rules::of(spec), CANDIDATES_MAX)
    }

    /// The cheapest offers that meet the rules, `most` of them at most: by their price with disk and address, then
    /// that of the machine alone, then more memory, more processors, names.
    pub fn search(&self, rules: &Rules, most: usize) -> Choice {
        self.search_among(rules, most, |_| true)
    }

    /// The same among the offers that `allowed` lets pass, as a policy does.
    ///
    /// Groups are sorted by price, and all of a group have the same added to it. So the cheapest of all is at the
    /// head of one of the groups, and the search may stop at the first `most` offers that fit.
    pub fn search_among(
        &self,
        rules: &Rules,
        most: usize,
        allowed: impl Fn(&Offer) -> bool,
    ) -> Choice {
        let (types, regions) = self.broken(rules);
        let fits = |row: &Row| {
            types[row.machine_type as usize]
                .and(regions[usize::from(row.region)])
                .is_empty()
        };
        let mut heads: Vec<Head> = self
            .groups
            .iter()
            .filter(|group| rules.broken_by_terms(&group.terms).is_empty())
            .filter_map(|group| next(group, 0, rules, fits))
            .collect();
        let mut candidates = Vec::new();
        let (mut is_steered, mut fits_any) = (false, false);
        while candidates.len() < most {
            let best = (0..heads.len()).min_by(|a, b| self.compare(&heads[*a], &heads[*b]));
            let Some(best) = best else { break };
            let head = &heads[best];
            fits_any = true;
            let offer = self.offer(head.group, head.row);
            if allowed(&offer) {
                candidates.push(offer);
            } else {
                is_steered |= candidates.is_empty();
            }
            match next(head.group, head.looked_at, rules, fits) {
                Some(head) => heads[best] = head,
                None => drop(heads.swap_remove(best)),
            }
        }
        let alternatives = if fits_any {
            Vec::new()
        } else {
            self.alternatives(rules, &types, &regions)
        };
        Choice {
            rules: described(rules, is_steered, candidates.first()),
            candidates,
            alternatives,
        }
    }

    fn compare(&self, a: &Head, b: &Head) -> Ordering {
        (a.total_usd.total_cmp(&b.total_usd))
            .then_with(|| self.compare_rows(&a.row, &b.row))
            .then_with(|| {
                let provider = |head: &Head| head.group.terms.provider.as_str();
                provider(a).cmp(provider(b))
            })
    }
}

/// The first fitting offer of a group from a place on; none where the rest is too dear.
fn next<'a>(
    group: &'a Group,
    from: usize,
    rules: &Rules,
    fits: impl Fn(&Row) -> bool,
) -> Option<Head<'a>> {
    let skipped = group.rows[from..].iter().position(fits)?;
    let row = group.rows[from + skipped];
    let total_usd = group.cost(row, rules.storage_gb).total_usd();
    (rules.broken_by_total(total_usd) == Broken::default()).then_some(Head {
        group,
        looked_at: from + skipped + 1,
        row,
        total_usd,
    })
}

/// The rules for people, with what else decided and the age of the prices that they were applied to.
fn described(rules: &Rules, is_steered: bool, winner: Option<&Offer>) -> String {
    let policy = if is_steered {
        ", within the policy"
    } else {
        ""
    };
    match winner.and_then(|offer| offer.age_words()) {
        Some(age) => format!("{rules}{policy}; {age}"),
        None => format!("{rules}{policy}"),
    }
}
