//! One purchasable thing.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cost::Extras;
use crate::intent::Provider;
use crate::time::{self, EpochSeconds};

/// The region of an offer whose cloud asks the same price everywhere.
pub const ANY_REGION: &str = "any";

/// A processor architecture, in AWS's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// Intel and AMD, 64 bits.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm, such as Graviton.
    Arm64,
}

impl Architecture {
    /// The architecture of that name, in AWS's words or those of Debian and Linux.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "x86_64" | "amd64" => Some(Self::X86_64),
            "arm64" | "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}

/// How a machine is bought.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Market {
    /// At the list price, for as long as one likes.
    #[default]
    OnDemand,
    /// At the price of the day in one zone, until the cloud wants it back.
    Spot,
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnDemand => "on-demand",
            Self::Spot => "spot",
        })
    }
}

/// Where a price comes from, and how old it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// The list, for people.
    pub name: Cow<'static, str>,
    /// When the prices were true; none where nobody said.
    pub as_of_epoch_seconds: Option<EpochSeconds>,
    /// The list is known to be out of date: good for an idea of a price, not for a ranking beside others.
    #[serde(default)]
    pub is_old: bool,
}

/// A machine that can be hired, at a price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The cloud.
    pub provider: Provider,
    /// The cloud's region, or [`ANY_REGION`].
    pub region: String,
    /// The zone inside the region: spot prices are a zone's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The cloud's name for the size, such as `t3a.large`.
    pub instance_type: String,
    /// Its processor.
    pub architecture: Architecture,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory in GiB.
    pub memory_gib: f64,
    /// It has graphics processors.
    #[serde(default)]
    pub has_gpu: bool,
    /// Its processors are shared with others, and give their best for a while only.
    #[serde(default)]
    pub is_burstable: bool,
    /// How it is bought.
    #[serde(default)]
    pub market: Market,
    /// US dollars an hour, without disk and address.
    pub hourly_usd: f64,
    /// GB of disk that the price includes.
    #[serde(default)]
    pub included_storage_gb: u32,
    /// What its region asks for disk and address, where that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extras: Option<Extras>,
    /// Where the price comes from.
    #[serde(default)]
    pub source: Source,
}

impl Offer {
    /// When its price was true: "list prices of 2026-07-20", "spot prices of 2026-11-24 14:00 UTC", "prices of
    /// December 2022".
    pub fn age_words(&self) -> Option<String> {
        let at = self.source.as_of_epoch_seconds?;
        Some(match self.market {
            _ if self.source.is_old => format!("prices of {}", time::month(at)),
            Market::OnDemand => format!("list prices of {}", time::day(at)),
            Market::Spot => format!("spot prices of {}", time::minute(at)),
        })
    }
}

/// The family of a type: what stands before the size in EC2's names.
pub(super) fn family(instance_type: &str) -> &str {
    instance_type.split(['.', '-']).next().unwrap_or_default()
}

/// Whether types of that name share their processors: EC2's T families, `DigitalOcean`'s Basic Droplets.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html>
pub(super) fn is_burstable(provider: Provider, instance_type: &str) -> bool {
    match provider {
        // A digit follows: `trn1` is something else.
        Provider::Aws => matches!(instance_type.as_bytes(), [b't', b'0'..=b'9', ..]),
        Provider::Digitalocean => family(instance_type) == "s",
    }
}

/// Whether types of that name have graphics processors: EC2's G and P families.
/// <https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html>
pub(super) fn has_gpu(provider: Provider, instance_type: &str) -> bool {
    match provider {
        Provider::Aws => matches!(
            instance_type.as_bytes(),
            [b'g' | b'p', b'0'..=b'9', ..] | [b'g', b'r', b'0'..=b'9', ..]
        ),
        Provider::Digitalocean => family(instance_type) == "gpu",
    }
}

/// Whether types of that name are of a generation that AWS itself lists as previous: their images need virtualisation
/// or drivers that today's public images no longer carry. <https://aws.amazon.com/ec2/previous-generation/>
pub(super) fn is_previous_generation(provider: Provider, instance_type: &str) -> bool {
    provider == Provider::Aws
        && matches!(
            family(instance_type),
            "a1" | "c1"
                | "c3"
                | "c4"
                | "cc2"
                | "cr1"
                | "g2"
                | "g3"
                | "g3s"
                | "h1"
                | "hs1"
                | "i2"
                | "m1"
                | "m2"
                | "m3"
                | "m4"
                | "p2"
                | "r3"
                | "t1"
                | "t2"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_tell_what_a_type_shares_and_has() {
        let aws = |name| {
            (
                is_burstable(Provider::Aws, name),
                has_gpu(Provider::Aws, name),
            )
        };
        assert_eq!(aws("t3a.large"), (true, false));
        assert_eq!(aws("t1.micro"), (true, false));
        assert_eq!(aws("trn1.2xlarge"), (false, false));
        assert_eq!(aws("g6e.xlarge"), (false, true));
        assert_eq!(aws("gr6.4xlarge"), (false, true));
        assert_eq!(aws("p6-b200.48xlarge"), (false, true));
        assert_eq!(aws("m7i-flex.large"), (false, false));
        assert!(is_burstable(Provider::Digitalocean, "s-1vcpu-1gb"));
        assert!(!is_burstable(Provider::Digitalocean, "so-2vcpu-16gb"));
        assert!(is_previous_generation(Provider::Aws, "t2.micro"));
        assert!(!is_previous_generation(
            Provider::Digitalocean,
            "m3-2vcpu-16gb"
        ));
    }

    #[test]
    fn offers_that_were_stored_before_there_were_spot_prices_are_read() {
        let stored = r#"{"provider":"aws","region":"us-east-1","instance_type":"t3a.large","architecture":"x86_64","vcpus":2,"memory_gib":8.0,"hourly_usd":0.0752}"#;
        let offer: Offer = serde_json::from_str(stored).expect("an offer");
        assert_eq!((offer.market, offer.zone), (Market::OnDemand, None));
        assert_eq!(offer.extras, None);
    }
}
