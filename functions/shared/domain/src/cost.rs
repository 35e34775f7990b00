//! What machines cost.

mod extras;

use serde::{Deserialize, Serialize};

use crate::intent::Provider;
use crate::offers::Offer;
use crate::time::{EpochSeconds, HOUR_SECONDS};

pub use extras::{Extras, ImplausibleExtras};

/// EC2's own divisor for monthly prices.
const EC2_HOURS_PER_MONTH: f64 = 730.0;
/// DigitalOcean's hourly prices are a 672nd of the monthly ones.
const DIGITALOCEAN_HOURS_PER_MONTH: f64 = 672.0;
/// EC2 bills Linux by the second with this minimum (aws.amazon.com/ec2/pricing/on-demand).
const BILLED_SECONDS_MIN: i64 = 60;

/// US dollars an hour, by what they are paid for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HourlyCost {
    /// The machine itself.
    pub machine_usd: f64,
    /// Its root disk.
    pub storage_usd: f64,
    /// Its public address.
    pub address_usd: f64,
}

impl HourlyCost {
    /// The cost of one machine of that offer with a root disk of `storage_gb`.
    pub fn of(offer: &Offer, storage_gb: u32) -> Self {
        Self::on(
            offer.provider,
            offer.extras,
            offer.hourly_usd,
            offer.included_storage_gb,
            storage_gb,
        )
    }

    /// The cost of a machine on that cloud whose price includes so much disk, with a root disk of `storage_gb`. Where
    /// the region's prices for disk and address were not read, those that are compiled in count.
    pub(crate) fn on(
        provider: Provider,
        extras: Option<Extras>,
        machine_usd: f64,
        included_storage_gb: u32,
        storage_gb: u32,
    ) -> Self {
        let extras = extras.unwrap_or_else(|| Extras::bundled(provider));
        let hours_per_month = match provider {
            Provider::Aws => EC2_HOURS_PER_MONTH,
            Provider::Digitalocean => DIGITALOCEAN_HOURS_PER_MONTH,
        };
        let paid_gb = f64::from(storage_gb.saturating_sub(included_storage_gb));
        Self {
            machine_usd,
            storage_usd: paid_gb * extras.disk_gb_month_usd() / hours_per_month,
            address_usd: extras.address_hour_usd(),
        }
    }

    /// What is left of it while the machine is switched off. EC2 goes on billing the disk alone: a public address that
    /// it assigned itself goes back. DigitalOcean bills a Droplet that is off like one that runs.
    #[must_use]
    pub fn while_off(self, provider: Provider) -> Self {
        match provider {
            Provider::Aws => Self {
                machine_usd: 0.0,
                address_usd: 0.0,
                ..self
            },
            Provider::Digitalocean => self,
        }
    }

    /// The cost of so many machines.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        let count = f64::from(count);
        Self {
            machine_usd: self.machine_usd * count,
            storage_usd: self.storage_usd * count,
            address_usd: self.address_usd * count,
        }
    }

    /// The cost of a machine alone.
    pub fn bare(machine_usd: f64) -> Self {
        Self {
            machine_usd,
            storage_usd: 0.0,
            address_usd: 0.0,
        }
    }

    /// Everything together, US dollars an hour.
    pub fn total_usd(&self) -> f64 {
        self.machine_usd + self.storage_usd + self.address_usd
    }

    /// What running from `start` to `end` costs, in US dollars.
    pub fn between(&self, start: EpochSeconds, end: EpochSeconds) -> f64 {
        self.total_usd() * hours((end - start).max(BILLED_SECONDS_MIN))
    }
}

/// A span of time in hours.
#[expect(
    clippy::cast_precision_loss,
    reason = "spans of seconds are far below 2^52"
)]
pub(crate) fn hours(seconds: i64) -> f64 {
    seconds as f64 / HOUR_SECONDS as f64
}

/// An amount for people: cents from a dollar up, four digits for the small prices of an hour.
pub fn usd(amount: f64) -> String {
    if amount < 1.0 {
        format!("${amount:.4}")
    } else {
        format!("${amount:.2}")
    }
}

/// A bill for people, in cents, never rounded down to nothing.
pub fn bill(amount: f64) -> String {
    if amount > 0.0 && amount < 0.01 {
        "less than $0.01".to_owned()
    } else {
        format!("${amount:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offers::Catalogue;

    #[test]
    fn a_machine_is_billed_with_its_disk_and_address() {
        let offer = Catalogue::bundled()
            .find("t3a.large")
            .expect("a common type");
        let cost = HourlyCost::of(&offer, 20);
        assert_eq!(
            (
                usd(cost.machine_usd),
                usd(cost.storage_usd),
                usd(cost.address_usd)
            ),
            (
                "$0.0752".to_owned(),
                "$0.0022".to_owned(),
                "$0.0050".to_owned()
            )
        );
        assert_eq!(bill(cost.between(0, 4 * HOUR_SECONDS)), "$0.33");
        let elsewhere = Offer {
            extras: Some(Extras::read(0.152, 0.006).expect("plausible")),
            ..offer
        };
        let cost = HourlyCost::of(&elsewhere, 20);
        assert_eq!(usd(cost.storage_usd), "$0.0042");
        assert_eq!(usd(cost.address_usd), "$0.0060");
    }

    #[test]
    fn a_droplet_brings_its_disk_and_its_address() {
        let offer = Catalogue::bundled()
            .find_on(Provider::Digitalocean, "s-2vcpu-4gb")
            .expect("a common size");
        let included = HourlyCost::of(&offer, 80);
        assert!((included.total_usd() - 0.035_71).abs() < 1e-9);
        let larger = HourlyCost::of(&offer, 180);
        assert_eq!(usd(larger.storage_usd), "$0.0149");
    }

    #[test]
    fn a_machine_that_is_off_pays_its_disk_and_a_droplet_pays_all() {
        let cost = HourlyCost {
            machine_usd: 0.0752,
            storage_usd: 0.0022,
            address_usd: 0.005,
        };
        let off = cost.while_off(Provider::Aws);
        assert!((off.total_usd() - 0.0022).abs() < 1e-9);
        assert_eq!(cost.while_off(Provider::Digitalocean), cost);
    }

    #[test]
    fn the_first_minute_is_billed_whole() {
        let cost = HourlyCost {
            machine_usd: 36.0,
            storage_usd: 0.0,
            address_usd: 0.0,
        };
        assert!((cost.between(0, 1) - 0.6).abs() < 1e-9);
        assert_eq!(bill(0.004), "less than $0.01");
        assert_eq!(bill(0.0), "$0.00");
    }
}
