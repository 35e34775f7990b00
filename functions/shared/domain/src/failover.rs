//! Where a launch is tried next: what each refusal of the cloud rules out, and the cheapest that is left.

mod limits;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use limits::{limit_name, quota_class};
pub use table::{
    BROKEN_TOKEN, Meaning, NO_CAPACITY, NO_DEFAULT_NETWORK, NO_SUBNET, RulesOut, UNSUPPORTED_IMAGE,
    meaning,
};

use crate::offers::{Market, Offer};
use crate::reservation::{Attempt, Refusal, Reservation};
use crate::time::{EpochSeconds, MINUTE_SECONDS};
use crate::workflow::FailureReason;

/// Tries of one launch at most: four types in the six zones that the largest region has, in two regions. Each is one
/// call of a second.
pub const ATTEMPTS_MAX: usize = 48;
/// A launch goes on trying for so long. Whoever waits longer than this would rather be told.
pub const TRYING_SECONDS_MAX: i64 = 5 * MINUTE_SECONDS;
/// For so long a type that was not to be had in a zone is left alone by other launches. Capacity comes and goes within
/// minutes; Karpenter's experience with the same errors is these three.
pub const UNAVAILABLE_SECONDS: i64 = 3 * MINUTE_SECONDS;

/// A type that was not to be had in a zone a moment ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unavailable {
    /// The zone; its name says the region.
    pub zone: String,
    /// The type.
    pub instance_type: String,
    /// How it was to be bought.
    pub market: Market,
    /// When that was seen.
    pub seen_epoch_seconds: EpochSeconds,
}

impl Unavailable {
    /// Whether it still counts.
    pub fn holds(&self, now: EpochSeconds) -> bool {
        now < self.seen_epoch_seconds + UNAVAILABLE_SECONDS
    }

    /// What other launches should know of a refusal; none where it is about more or less than capacity in a zone.
    pub fn seen(attempt: &Attempt, offer: &Offer, now: EpochSeconds) -> Option<Self> {
        let refusal = attempt.refused.as_ref()?;
        // A token that does not match says nothing about the place.
        let is_about_place = RulesOut::by(refusal) == RulesOut::TypeInZone;
        (is_about_place && refusal.reason == FailureReason::NoCapacity).then_some(Self {
            zone: attempt.zone.clone()?,
            instance_type: offer.instance_type.clone(),
            market: offer.market,
            seen_epoch_seconds: now,
        })
    }
}

/// What is known of the places: of each region that was looked at, its zones with a subnet and what is not to be had.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The zones by region. A region without any was looked at and has none.
    pub zones: BTreeMap<String, Vec<String>>,
    /// What other launches found unavailable.
    pub unavailable: Vec<Unavailable>,
}

/// The next step of a launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Find out which zones a region has, and ask again.
    Look {
        /// The region.
        region: String,
    },
    /// Try this offer there.
    Try {
        /// Which of the candidates.
        candidate: usize,
        /// In which zone.
        zone: String,
    },
    /// Note that the zone of this offer's price has no subnet, and ask again.
    Skip {
        /// Which of the candidates.
        candidate: usize,
        /// Its zone.
        zone: String,
    },
    /// Nothing is left to try, or it has been tried for too long.
    GiveUp(FailureReason),
}

/// What a launch does next: the cheapest candidate in the first zone in which no refusal rules it out. What other launches
/// found unavailable comes last.
pub fn next(reservation: &Reservation, places: &Places, now: EpochSeconds) -> Next {
    let attempts = &reservation.attempts;
    let is_late = (attempts.first())
        .is_some_and(|first| now >= first.tried_epoch_seconds + TRYING_SECONDS_MAX);
    if attempts.len() >= ATTEMPTS_MAX || is_late {
        return Next::GiveUp(why_not(reservation));
    }
    let mut last_resort = None;
    for (candidate, offer) in reservation.candidates.iter().enumerate() {
        if is_ruled_out(reservation, offer, None) {
            continue;
        }
        let Some(zones) = places.zones.get(&offer.region) else {
            return Next::Look {
                region: offer.region.clone(),
            };
        };
        if let Some(zone) = &offer.zone
            && !zones.contains(zone)
            && !is_ruled_out(reservation, offer, Some(zone))
        {
            return Next::Skip {
                candidate,
                zone: zone.clone(),
            };
        }
        for zone in of_offer(zones, offer, &reservation.id) {
            if is_ruled_out(reservation, offer, Some(zone)) {
                continue;
            }
            let tried = Next::Try {
                candidate,
                zone: zone.clone(),
            };
            if !is_unavailable(places, offer, zone, now) {
                return tried;
            }
            last_resort.get_or_insert(tried);
        }
    }
    last_resort.unwrap_or_else(|| Next::GiveUp(why_not(reservation)))
}

/// The zones in which an offer can be tried. Prices on demand are a region's, so all zones do, from another one on for each
/// reservation: if all launches began in the same, that would be the first one to run out. A spot price is a zone's.
fn of_offer<'a>(zones: &'a [String], offer: &Offer, id: &str) -> impl Iterator<Item = &'a String> {
    let digest = Sha256::digest(id);
    let first = usize::from(digest[0]) % zones.len().max(1);
    let zones = zones[first..].iter().chain(&zones[..first]);
    let own = offer.zone.clone();
    zones.filter(move |zone| own.as_ref().is_none_or(|own| own == *zone))
}

/// Whether a refusal rules an offer out: everywhere, or in that zone.
fn is_ruled_out(reservation: &Reservation, offer: &Offer, zone: Option<&str>) -> bool {
    let mut refused = reservation.attempts.iter().filter_map(|attempt| {
        let refusal = attempt.refused.as_ref()?;
        let tried = reservation.candidates.get(attempt.candidate)?;
        Some((attempt, refusal, tried))
    });
    refused.any(|(attempt, refusal, tried)| {
        let same_region = tried.region == offer.region;
        let same_zone = zone.is_some() && attempt.zone.as_deref() == zone;
        let same_type = tried.instance_type == offer.instance_type && tried.market == offer.market;
        match RulesOut::by(refusal) {
            RulesOut::TypeInZone => same_zone && same_type,
            RulesOut::Zone => same_zone,
            RulesOut::Type => same_region && same_type,
            RulesOut::Class => {
                let same_class =
                    quota_class(&tried.instance_type) == quota_class(&offer.instance_type);
                // The limit counts virtual CPUs: what has fewer may still fit.
                same_region
                    && same_class
                    && tried.market == offer.market
                    && offer.vcpus >= tried.vcpus
            }
            RulesOut::Image => same_region && tried.architecture == offer.architecture,
            RulesOut::Region => same_region,
            RulesOut::Everything => true,
        }
    })
}

fn is_unavailable(places: &Places, offer: &Offer, zone: &str, now: EpochSeconds) -> bool {
    places.unavailable.iter().any(|mark| {
        mark.holds(now)
            && mark.zone == zone
            && mark.instance_type == offer.instance_type
            && mark.market == offer.market
    })
}

/// Why nothing is left: of several reasons the one that somebody can do something about.
fn why_not(reservation: &Reservation) -> FailureReason {
    let reasons: Vec<FailureReason> = refusals(reservation).map(|(_, it)| it.reason).collect();
    if let Some(last) = reasons.last().filter(|last| stops(**last)) {
        return *last;
    }
    let said = [FailureReason::QuotaExceeded, FailureReason::NoCapacity];
    let said = said.into_iter().find(|reason| reasons.contains(reason));
    said.or(reasons.last().copied())
        .unwrap_or(FailureReason::Misconfigured)
}

fn stops(reason: FailureReason) -> bool {
    matches!(reason, FailureReason::Denied | FailureReason::BadKey)
}

/// What was tried and refused, in order.
pub fn refusals(
    reservation: &Reservation,
) -> impl DoubleEndedIterator<Item = (&Attempt, &Refusal)> {
    let attempts = reservation.attempts.iter();
    attempts.filter_map(|attempt| Some((attempt, attempt.refused.as_ref()?)))
}
