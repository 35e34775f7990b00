//! What the policy says to a machine that is asked for, and to a later end.

use serde::{Deserialize, Serialize};

use super::{Limit, Policy};
use crate::intent::Provider;
use crate::reservation::{Reservation, State};
use crate::time::{EpochSeconds, MINUTE_SECONDS};

/// Prices are compared as they are shown: in hundredths of a cent.
const USD_STEPS: f64 = 1e4;

/// Machines that somebody asks for, all alike, and what they have already.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaunchRequest<'a> {
    /// The cloud.
    pub provider: Provider,
    /// Its region.
    pub region: &'a str,
    /// How many machines.
    pub count: u32,
    /// The virtual CPUs of each.
    pub vcpus: u32,
    /// What an hour of each costs with everything included, in US dollars.
    pub hourly_usd: f64,
    /// They are spot machines.
    pub spot: bool,
    /// How long they are wanted.
    pub duration_minutes: u32,
    /// What they have already.
    pub held: Held,
}

/// What one person has. Machines count from the request on until they are seen to be gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Machines.
    pub machines: u32,
    /// Their virtual CPUs together.
    pub vcpus: u32,
}

/// A rule that something is against: its limit, and what was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum Breach {
    /// It would last too long.
    Duration {
        /// How long it was to last.
        asked_minutes: u32,
        /// The longest.
        minutes_max: u32,
    },
    /// Too many machines.
    Machines {
        /// How many are asked for.
        asked: u32,
        /// How many they have.
        held: u32,
        /// The most.
        machines_max: u32,
    },
    /// Too many virtual CPUs.
    Vcpus {
        /// How many the machines have together.
        asked: u32,
        /// How many machines are asked for.
        machines: u32,
        /// How many they have.
        held: u32,
        /// The most.
        vcpus_max: u32,
    },
    /// Too dear.
    HourlyUsd {
        /// What an hour of each would cost.
        asked_usd: f64,
        /// How many machines are asked for.
        machines: u32,
        /// The most.
        usd_max: f64,
    },
    /// Not a cloud that may be used.
    Provider {
        /// The cloud.
        asked: Provider,
        /// Those that may be used.
        allowed: Vec<Provider>,
    },
    /// Not a region that may be used.
    Region {
        /// The region.
        asked: String,
        /// Those that may be used.
        allowed: Vec<String>,
    },
    /// Spot machines may not be had.
    Spot,
    /// It would end too late.
    Deadline {
        /// The end that was asked for.
        asked_epoch_seconds: EpochSeconds,
        /// The latest that is allowed now.
        latest_epoch_seconds: EpochSeconds,
        /// The longest from now on.
        minutes_max: u32,
    },
}

impl Breach {
    /// How many machines like these could be had, where asking for fewer, but at least so many, would be enough to keep
    /// this rule.
    pub fn machines_left(&self, machines_min: u32) -> Option<u32> {
        let (machines, left) = match *self {
            Self::Machines {
                asked,
                held,
                machines_max,
            } => (asked, machines_max.saturating_sub(held)),
            Self::Vcpus {
                asked,
                machines,
                held,
                vcpus_max,
            } => {
                let each = asked.checked_div(machines)?;
                (machines, vcpus_max.saturating_sub(held).checked_div(each)?)
            }
            _ => return None,
        };
        let is_enough = left >= machines_min.max(1) && left < machines;
        is_enough.then_some(left)
    }
}

impl Held {
    /// What somebody has in these reservations of theirs.
    pub fn of(reservations: &[Reservation]) -> Self {
        let held = reservations
            .iter()
            .filter(|reservation| !reservation.state.is_over());
        held.fold(Self::default(), |sum, reservation| Self {
            machines: sum.machines.saturating_add(reservation.machines()),
            vcpus: sum.vcpus.saturating_add(vcpus_of(reservation)),
        })
    }
}

/// The virtual CPUs that a reservation has. While it is being provided it may still become the largest of its offers.
fn vcpus_of(reservation: &Reservation) -> u32 {
    let count = reservation.machines();
    let now = reservation.offer().vcpus.saturating_mul(count);
    if !matches!(reservation.state, State::Requested | State::Provisioning) {
        return now;
    }
    let candidates = reservation.candidates.iter();
    candidates
        .map(|offer| offer.vcpus.saturating_mul(count))
        .fold(now, u32::max)
}

impl Policy {
    /// Everything that is against a launch, in the order of the rules. An error is never empty.
    pub fn check_launch(&self, request: &LaunchRequest<'_>) -> Result<(), Vec<Breach>> {
        let checks = [
            self.check_duration(request),
            self.check_machines(request),
            self.check_vcpus(request),
            self.check_price(request),
            self.check_provider(request),
            self.check_region(request),
            (request.spot && !self.allows_spot).then_some(Breach::Spot),
        ];
        let breaches: Vec<Breach> = checks.into_iter().flatten().collect();
        if breaches.is_empty() {
            Ok(())
        } else {
            Err(breaches)
        }
    }

    /// Whether a reservation may be kept until `deadline`.
    pub fn check_deadline(&self, deadline: EpochSeconds, now: EpochSeconds) -> Result<(), Breach> {
        let Limit::Set(minutes_max) = self.duration_minutes_max else {
            return Ok(());
        };
        let latest = now + i64::from(minutes_max) * MINUTE_SECONDS;
        if deadline <= latest {
            return Ok(());
        }
        Err(Breach::Deadline {
            asked_epoch_seconds: deadline,
            latest_epoch_seconds: latest,
            minutes_max,
        })
    }

    fn check_duration(&self, request: &LaunchRequest<'_>) -> Option<Breach> {
        let minutes_max = self.duration_minutes_max.set().copied()?;
        (request.duration_minutes > minutes_max).then_some(Breach::Duration {
            asked_minutes: request.duration_minutes,
            minutes_max,
        })
    }

    fn check_machines(&self, request: &LaunchRequest<'_>) -> Option<Breach> {
        let machines_max = self.machines_per_person_max.set().copied()?;
        let (asked, held) = (request.count, request.held.machines);
        (held.saturating_add(asked) > machines_max).then_some(Breach::Machines {
            asked,
            held,
            machines_max,
        })
    }

    fn check_vcpus(&self, request: &LaunchRequest<'_>) -> Option<Breach> {
        let vcpus_max = self.vcpus_per_person_max.set().copied()?;
        let machines = request.count;
        let (asked, held) = (request.vcpus.saturating_mul(machines), request.held.vcpus);
        (held.saturating_add(asked) > vcpus_max).then_some(Breach::Vcpus {
            asked,
            machines,
            held,
            vcpus_max,
        })
    }

    fn check_price(&self, request: &LaunchRequest<'_>) -> Option<Breach> {
        let usd_max = self.hourly_usd_max.set().copied()?;
        let asked_usd = request.hourly_usd;
        let steps = |usd: f64| (usd * USD_STEPS).round();
        (steps(asked_usd) > steps(usd_max)).then_some(Breach::HourlyUsd {
            asked_usd,
            machines: request.count,
            usd_max,
        })
    }

    fn check_provider(&self, request: &LaunchRequest<'_>) -> Option<Breach> {
        let allowed = self.providers.set()?;
        (!allowed.contains(&request.provider)).then(|| Breach::Provider {
            asked: request.provider,
            allowed: allowed.clone(),
        })
    }

    fn check_region(&self, request: &LaunchRequest<'_>) -> Option<Breach> {
        let allowed = self.regions.set()?;
        let is_allowed = allowed.iter().any(|region| region == request.region);
        (!is_allowed).then(|| Breach::Region {
            asked: request.region.to_owned(),
            allowed: allowed.clone(),
        })
    }
}

impl<T> Limit<T> {
    /// The limit, where there is one.
    pub fn set(&self) -> Option<&T> {
        match self {
            Self::Off => None,
            Self::Set(limit) => Some(limit),
        }
    }
}
