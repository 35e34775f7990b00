//! Somebody's usual cluster: what they mean where they say no more than that.

use serde::{Deserialize, Serialize};

use crate::intent::{Os, Slots};
use crate::offers::Market;
use crate::reservation::Reservation;
use crate::spec::{DEFAULT_STORAGE_GB, System};

/// What a cluster is like, as far as nothing else is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    /// Machines, the master included.
    pub nodes: u32,
    /// The system of each.
    pub os: System,
    /// Memory of each, in GB, at least.
    pub memory_gb: f64,
    /// Virtual CPUs of each at least, where that matters.
    pub vcpus: Option<u32>,
    /// Root disk of each, in GB.
    pub storage_gb: u32,
    /// Bought on the spot market.
    pub spot: bool,
    /// How long; none is asked for each time.
    pub duration_minutes: Option<u32>,
    /// Counts changes; a write names the version that it read.
    pub version: u64,
}

/// What the form starts from.
impl Default for Usual {
    fn default() -> Self {
        Self {
            nodes: 3,
            os: System::Ubuntu,
            memory_gb: 8.0,
            vcpus: None,
            storage_gb: DEFAULT_STORAGE_GB,
            spot: false,
            duration_minutes: Some(4 * 60),
            version: 0,
        }
    }
}

impl Usual {
    /// A cluster like that one; none where it is no cluster.
    pub fn of(reservation: &Reservation) -> Option<Self> {
        let Reservation { spec, .. } = reservation;
        spec.cluster?;
        let offer = reservation.offer();
        // A type that was named stands for its size: in a year it may be another that is the cheapest of that size.
        let is_named = spec.instance_type.is_some();
        let memory_gb = spec.memory_gib_min.filter(|_| !is_named);
        Some(Self {
            nodes: spec.count,
            os: spec.os,
            memory_gb: to_tenths(memory_gb.unwrap_or(offer.memory_gib)),
            vcpus: if is_named {
                Some(offer.vcpus)
            } else {
                spec.vcpus_min
            },
            storage_gb: spec.storage_gb,
            spot: spec.market == Market::Spot,
            duration_minutes: Some(spec.duration_minutes),
            version: 0,
        })
    }

    /// Fills in what was not said of a cluster.
    pub fn fill(&self, slots: &mut Slots) {
        if slots.nodes.is_none() && slots.workers.is_none() {
            slots.nodes = Some(self.nodes);
        }
        if slots.os.is_none() && slots.os_version.is_none() {
            slots.os = Os::from_name(self.os.name());
        }
        if slots.instance_type.is_none() {
            if slots.memory_gb.is_none() && slots.memory_total_gb.is_none() {
                slots.memory_gb = Some(self.memory_gb);
            }
            slots.vcpus = slots.vcpus.or(self.vcpus);
        }
        if slots.storage_gb.is_none() && slots.storage_total_gb.is_none() {
            slots.storage_gb = Some(f64::from(self.storage_gb));
        }
        if self.spot {
            slots.spot = slots.spot.or(Some(true));
        }
        if slots.until.is_none() {
            slots.duration_minutes = slots.duration_minutes.or(self.duration_minutes);
        }
    }
}

/// Upwards, for a part of a total can have any number of digits.
fn to_tenths(gb: f64) -> f64 {
    (gb * 10.0).ceil() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{cluster_ready, ready_reservation};

    #[test]
    fn what_is_said_wins() {
        let usual = Usual {
            vcpus: Some(4),
            spot: true,
            ..Usual::default()
        };
        let mut slots = Slots {
            workers: Some(5),
            memory_total_gb: Some(96.0),
            spot: Some(false),
            duration_minutes: Some(60),
            ..Slots::default()
        };
        usual.fill(&mut slots);
        let expected = Slots {
            workers: Some(5),
            memory_total_gb: Some(96.0),
            spot: Some(false),
            duration_minutes: Some(60),
            os: Some(Os::Ubuntu),
            vcpus: Some(4),
            storage_gb: Some(20.0),
            ..Slots::default()
        };
        assert_eq!(slots, expected);

        let mut typed = Slots {
            instance_type: Some("t3a.large".to_owned()),
            ..Slots::default()
        };
        usual.fill(&mut typed);
        assert_eq!((typed.memory_gb, typed.vcpus), (None, None));
        assert_eq!((typed.nodes, typed.spot), (Some(3), Some(true)));
    }

    #[test]
    fn a_cluster_is_kept_as_it_was_asked_for() {
        let reservation = cluster_ready(3, 240);
        let usual = Usual::of(&reservation).expect("a cluster");
        assert_eq!(
            usual,
            Usual {
                memory_gb: 8.0,
                ..Usual::default()
            }
        );
        let mut typed = reservation;
        typed.spec.memory_gib_min = None;
        typed.spec.instance_type = Some(typed.offer().instance_type.clone());
        let usual = Usual::of(&typed).expect("a cluster");
        assert_eq!(usual.vcpus, Some(typed.offer().vcpus));
        assert_eq!(Usual::of(&ready_reservation(240)), None);
    }
}
