//! What a cloud asks for besides the machine.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::intent::Provider;

const NANO: f64 = 1e9;
/// No region's prices are so many times those of us-east-1, or so small a part of them: the dearest asks double.
const TIMES_MAX: u64 = 10;

/// Prices of a region for disk and address, in billionths of a dollar: whole numbers, so that offers can be told apart by
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extras {
    /// A GB-month of disk beyond what is included.
    pub disk_gb_month_nano_usd: u64,
    /// An hour of a public IPv4 address that is in use.
    pub address_hour_nano_usd: u64,
}

/// What was read cannot be the price of a region.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error(
    "${disk_gb_month_usd} for a GB-month of disk and ${address_hour_usd} for an hour of an address make no sense"
)]
pub struct ImplausibleExtras {
    disk_gb_month_usd: f64,
    address_hour_usd: f64,
}

impl Extras {
    /// gp3 in us-east-1 (aws.amazon.com/ebs/pricing, 2026-07) and a public IPv4 address (aws.amazon.com/vpc/pricing,
    /// since 2024-02): what counts in regions whose prices were not read yet.
    const EC2: Self = Self {
        disk_gb_month_nano_usd: 80_000_000,
        address_hour_nano_usd: 5_000_000,
    };
    /// A volume beside the Droplet's own disk, and an address that costs nothing while a Droplet has it
    /// (digitalocean.com/pricing, 2022-12).
    const DIGITALOCEAN: Self = Self {
        disk_gb_month_nano_usd: 100_000_000,
        address_hour_nano_usd: 0,
    };

    /// What is compiled in.
    pub(super) fn bundled(provider: Provider) -> Self {
        match provider {
            Provider::Aws => Self::EC2,
            Provider::Digitalocean => Self::DIGITALOCEAN,
        }
    }

    /// Prices of a region of EC2's as they were read, in dollars.
    pub fn read(disk_gb_month_usd: f64, address_hour_usd: f64) -> Result<Self, ImplausibleExtras> {
        let read = Self {
            disk_gb_month_nano_usd: nano(disk_gb_month_usd),
            address_hour_nano_usd: nano(address_hour_usd),
        };
        let is_plausible =
            |price: u64, usual: u64| (usual / TIMES_MAX..=usual * TIMES_MAX).contains(&price);
        let Self {
            disk_gb_month_nano_usd,
            address_hour_nano_usd,
        } = Self::EC2;
        let is_plausible = is_plausible(read.disk_gb_month_nano_usd, disk_gb_month_nano_usd)
            && is_plausible(read.address_hour_nano_usd, address_hour_nano_usd);
        is_plausible.then_some(read).ok_or(ImplausibleExtras {
            disk_gb_month_usd,
            address_hour_usd,
        })
    }

    pub(super) fn disk_gb_month_usd(self) -> f64 {
        usd(self.disk_gb_month_nano_usd)
    }

    pub(super) fn address_hour_usd(self) -> f64 {
        usd(self.address_hour_nano_usd)
    }
}

/// What is no number, or negative, becomes nothing, and what is too large the largest there is: neither is plausible.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and what it makes of nonsense is refused"
)]
fn nano(usd: f64) -> u64 {
    (usd * NANO).round() as u64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "prices are far below 2^52 billionths"
)]
fn usd(nano: u64) -> f64 {
    nano as f64 / NANO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_near_those_known_are_taken_and_no_others() {
        let extras = Extras::read(0.0952, 0.005).expect("eu-central-1");
        assert!((extras.disk_gb_month_usd() - 0.0952).abs() < 1e-15);
        assert_eq!(Extras::read(0.08, 0.005), Ok(Extras::EC2));
        for (disk, address) in [
            (0.0, 0.005),
            (0.08, 0.0),
            (-0.08, 0.005),
            (f64::NAN, 0.005),
            (0.08, f64::INFINITY),
            (0.81, 0.005),
            (0.08, 0.051),
            (0.007_9, 0.005),
        ] {
            assert!(Extras::read(disk, address).is_err(), "{disk} {address}");
        }
    }
}
