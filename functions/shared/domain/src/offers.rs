//! The catalogue of machines for hire, and the choice of the cheapest that fits.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::intent::Provider;
use crate::spec::MachineSpec;

/// How many offers a choice returns: the winner and three runners-up.
pub const CANDIDATES_MAX: usize = 4;

/// The day on which the bundled prices were read.
pub const BUNDLED_PRICES_DATE: &str = "2026-07-20";

/// Generations that AWS itself lists as previous: their images need virtualisation or drivers that today's
/// public images no longer carry. <https://aws.amazon.com/ec2/previous-generation/>
const PREVIOUS_GENERATIONS: [&str; 20] = [
    "a1", "c1", "c3", "c4", "cc2", "cr1", "g2", "g3", "g3s", "h1", "hs1", "i2", "m1", "m2", "m3",
    "m4", "p2", "r3", "t1", "t2",
];

/// A processor architecture, in AWS's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// Intel and AMD, 64 bits.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm, such as Graviton.
    Arm64,
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}

/// A machine that can be hired, at a price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The cloud.
    pub provider: Provider,
    /// The cloud's region.
    pub region: String,
    /// The cloud's name for the size, such as `t3a.large`.
    pub instance_type: String,
    /// Its processor.
    pub architecture: Architecture,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory in GiB.
    pub memory_gib: f64,
    /// US dollars an hour, on demand, without disk and address.
    pub hourly_usd: f64,
}

/// Every offer known.
#[derive(Debug)]
pub struct Catalogue {
    offers: Vec<Offer>,
}

impl Catalogue {
    /// The catalogue that is compiled in: EC2 in us-east-1.
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::parse(include_str!("../../../../infra/prices/ec2-us-east-1.csv"))
        });
        &BUNDLED
    }

    /// Reads the columns `instance_type,vcpus,memory_gib,architecture,region,on_demand_usd_per_hour` below a
    /// heading line. A line that does not fit is left out: a price that cannot be read cannot be offered.
    pub fn parse(csv: &str) -> Self {
        Self {
            offers: csv.lines().skip(1).filter_map(parse_line).collect(),
        }
    }

    /// The offer of exactly that type.
    pub fn find(&self, instance_type: &str) -> Option<&Offer> {
        self.offers
            .iter()
            .find(|offer| offer.instance_type == instance_type)
    }

    /// Chooses the cheapest offers that meet the specification, by an exhaustive search.
    pub fn choose(&self, spec: &MachineSpec) -> Choice {
        self.choose_among(spec, |_| true)
    }

    /// The same among the offers that `allowed` lets pass: winner and runners-up.
    pub fn choose_among(&self, spec: &MachineSpec, allowed: impl Fn(&Offer) -> bool) -> Choice {
        let fitting = self.fitting(spec);
        let mut rules = Rules::of(spec);
        let cheapest = fitting.first().copied();
        let mut left: Vec<&Offer> = fitting.into_iter().filter(|offer| allowed(offer)).collect();
        left.truncate(CANDIDATES_MAX);
        let nearest = cheapest.is_none().then(|| self.nearest(&rules)).flatten();
        rules.is_steered = left.first().copied() != cheapest;
        Choice {
            candidates: left.into_iter().cloned().collect(),
            rules: rules.to_string(),
            nearest,
        }
    }

    /// Every offer that meets the specification, cheapest first.
    pub fn fitting(&self, spec: &MachineSpec) -> Vec<&Offer> {
        let rules = Rules::of(spec);
        let mut fitting: Vec<&Offer> = self
            .offers
            .iter()
            .filter(|offer| rules.admit(offer))
            .collect();
        fitting.sort_by(|a, b| {
            (a.hourly_usd.total_cmp(&b.hourly_usd))
                .then(b.memory_gib.total_cmp(&a.memory_gib))
                .then(b.vcpus.cmp(&a.vcpus))
                .then_with(|| a.instance_type.cmp(&b.instance_type))
        });
        fitting
    }

    /// The largest offer by memory among those that meet every rule but the sizes asked for.
    fn nearest(&self, rules: &Rules) -> Option<Offer> {
        let relaxed = Rules {
            vcpus_min: 0,
            memory_gib_min: 0.0,
            instance_type: None,
            ..rules.clone()
        };
        let admitted = self.offers.iter().filter(|offer| relaxed.admit(offer));
        admitted
            .max_by(|a, b| {
                a.memory_gib
                    .total_cmp(&b.memory_gib)
                    .then(b.hourly_usd.total_cmp(&a.hourly_usd))
            })
            .cloned()
    }
}

/// The outcome of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The fitting offers, cheapest first, [`CANDIDATES_MAX`] at most.
    pub candidates: Vec<Offer>,
    /// The rules by which the first is the cheapest, for people.
    pub rules: String,
    /// Where nothing fits: the largest offer that the sizes alone exclude.
    pub nearest: Option<Offer>,
}

#[derive(Debug, Clone)]
struct Rules {
    architecture: Architecture,
    vcpus_min: u32,
    memory_gib_min: f64,
    hourly_usd_max: f64,
    instance_type: Option<String>,
    /// The cheapest was not allowed.
    is_steered: bool,
}

impl Rules {
    fn of(spec: &MachineSpec) -> Self {
        let named = spec
            .instance_type
            .as_deref()
            .and_then(|name| Catalogue::bundled().find(name));
        Self {
            // x86_64 runs whatever people bring along; arm64 only when its type is named.
            architecture: named.map_or(Architecture::X86_64, |offer| offer.architecture),
            vcpus_min: spec.vcpus_min.unwrap_or(0),
            memory_gib_min: spec.memory_gib_min.unwrap_or(0.0),
            hourly_usd_max: spec.hourly_usd_max.unwrap_or(f64::INFINITY),
            instance_type: spec.instance_type.clone(),
            is_steered: false,
        }
    }

    fn admit(&self, offer: &Offer) -> bool {
        let family = offer.instance_type.split('.').next().unwrap_or_default();
        let named = self
            .instance_type
            .as_ref()
            .is_none_or(|name| *name == offer.instance_type);
        let current = self.instance_type.is_some() || !PREVIOUS_GENERATIONS.contains(&family);
        named
            && current
            && offer.architecture == self.architecture
            && offer.vcpus >= self.vcpus_min
            && offer.memory_gib >= self.memory_gib_min
            && offer.hourly_usd <= self.hourly_usd_max
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "on-demand, {}", self.architecture)?;
        match &self.instance_type {
            Some(name) => write!(f, ", type {name}")?,
            None => f.write_str(", shared-CPU types allowed")?,
        }
        if self.vcpus_min > 0 {
            write!(f, ", at least {} vCPU", self.vcpus_min)?;
        }
        if self.memory_gib_min > 0.0 {
            write!(f, ", at least {} GiB", self.memory_gib_min)?;
        }
        if self.hourly_usd_max.is_finite() {
            write!(f, ", at most ${} per hour", self.hourly_usd_max)?;
        }
        if self.is_steered {
            f.write_str(", within the policy")?;
        }
        write!(f, "; list prices of {BUNDLED_PRICES_DATE}")
    }
}

fn parse_line(line: &str) -> Option<Offer> {
    let [
        instance_type,
        vcpus,
        memory_gib,
        architecture,
        region,
        hourly_usd,
    ] = line.split(',').collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let architecture = match architecture {
        "x86_64" => Architecture::X86_64,
        "arm64" => Architecture::Arm64,
        _ => return None,
    };
    let hourly_usd: f64 = hourly_usd
        .parse()
        .ok()
        .filter(|price: &f64| price.is_finite() && *price > 0.0)?;
    Some(Offer {
        provider: Provider::Aws,
        region: region.to_owned(),
        instance_type: instance_type.to_owned(),
        architecture,
        vcpus: vcpus.parse().ok()?,
        memory_gib: memory_gib.parse().ok()?,
        hourly_usd,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{DEFAULT_STORAGE_GB, System};
    use proptest::prelude::*;

    fn spec(vcpus_min: Option<u32>, memory_gib_min: Option<f64>) -> MachineSpec {
        MachineSpec {
            os: System::Ubuntu,
            os_version: "24.04".to_owned(),
            vcpus_min,
            memory_gib_min,
            instance_type: None,
            storage_gb: DEFAULT_STORAGE_GB,
            hourly_usd_max: None,
            duration_minutes: 240,
        }
    }

    #[test]
    fn the_bundled_catalogue_is_read_whole() {
        let lines = include_str!("../../../../infra/prices/ec2-us-east-1.csv")
            .lines()
            .count()
            - 1;
        assert_eq!(Catalogue::bundled().offers.len(), lines);
        assert!(lines > 1_000);
    }

    #[test]
    fn eight_gib_is_cheapest_on_t3a_large() {
        let choice = Catalogue::bundled().choose(&spec(None, Some(8.0)));
        let types: Vec<&str> = choice
            .candidates
            .iter()
            .map(|offer| offer.instance_type.as_str())
            .collect();
        assert_eq!(types, ["t3a.large", "r7a.medium", "r8a.medium", "t3.large"]);
        assert_eq!(
            choice.rules,
            "on-demand, x86_64, shared-CPU types allowed, at least 8 GiB; list prices of 2026-07-20"
        );
    }

    #[test]
    fn a_named_type_is_taken_as_it_is_whatever_its_architecture() {
        let choice = Catalogue::bundled().choose(&MachineSpec {
            instance_type: Some("t4g.large".to_owned()),
            ..spec(None, None)
        });
        assert_eq!(choice.candidates.len(), 1);
        assert_eq!(choice.candidates[0].architecture, Architecture::Arm64);
    }

    #[test]
    fn when_nothing_fits_the_nearest_is_named() {
        let choice = Catalogue::bundled().choose(&spec(None, Some(1e6)));
        assert!(choice.candidates.is_empty());
        assert!(
            choice
                .nearest
                .is_some_and(|offer| offer.memory_gib > 10_000.0)
        );
    }

    #[test]
    fn what_is_not_allowed_is_neither_winner_nor_runner_up() {
        let one_cpu = |offer: &Offer| offer.vcpus == 1;
        let choice = Catalogue::bundled().choose_among(&spec(None, Some(8.0)), one_cpu);
        assert_eq!(choice.candidates[0].instance_type, "r7a.medium");
        assert!(choice.candidates.iter().all(one_cpu));
        assert!(
            choice.rules.contains(", within the policy;"),
            "{}",
            choice.rules
        );
        let winner_passes = Catalogue::bundled().choose_among(&spec(None, Some(8.0)), |offer| {
            offer.instance_type == "t3a.large"
        });
        assert_eq!(winner_passes.candidates.len(), 1);
        assert!(!winner_passes.rules.contains("policy"));
    }

    #[test]
    fn lines_that_make_no_sense_are_not_offered() {
        let csv = "heading\nx.large,2,8,x86_64,r,free\nx.large,2,8,x86_64,r,-1\nx.large,2,8,mips,r,1\n\nx.large,2";
        assert!(Catalogue::parse(csv).offers.is_empty());
    }

    proptest! {
        #[test]
        fn nothing_that_fits_is_cheaper_than_the_winner(vcpus in 0_u32..64, memory in 0.0_f64..512.0, price in 0.001_f64..20.0) {
            let spec = MachineSpec { hourly_usd_max: Some(price), ..spec(Some(vcpus), Some(memory)) };
            let choice = Catalogue::bundled().choose(&spec);
            let fits = |offer: &&Offer| {
                let family = offer.instance_type.split('.').next().unwrap_or_default();
                offer.architecture == Architecture::X86_64 && offer.vcpus >= vcpus && offer.memory_gib >= memory
                    && offer.hourly_usd <= price && !PREVIOUS_GENERATIONS.contains(&family)
            };
            let best = Catalogue::bundled().offers.iter().filter(fits).map(|offer| offer.hourly_usd).fold(f64::INFINITY, f64::min);
            match choice.candidates.first() {
                Some(winner) => prop_assert!((winner.hourly_usd - best).abs() < 1e-12),
                None => prop_assert!(best.is_infinite()),
            }
        }
    }
}
