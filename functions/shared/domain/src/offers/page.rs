//! A page of the catalogue: what one cloud sells in one region on one market, small enough to be one item of a table.
//!
//! Inside, deflated: a line with the zones, then a line a type with what it is and its price in each of them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use thiserror::Error;

use super::offer::{Architecture, Market, Offer, Source};
use crate::cost::Extras;
use crate::intent::Provider;

/// An item of DynamoDB's holds 400 KB, names included. Spot prices of the largest region take a tenth of this.
pub const PACKED_BYTES_MAX: usize = 300 * 1024;
/// What a page may inflate to: ten times the largest there is. More is damage.
const INFLATED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Of ten levels the default of most tools: the next ones save a hundredth.
const LEVEL: u8 = 6;
/// A page that has less than this part of the rows of the one before is no news but a fault.
const ROWS_KEPT_MIN: f64 = 0.5;

const SEPARATOR: char = ',';
const GPU: char = 'g';
const BURSTABLE: char = 'b';

/// Whose prices a page has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageKey {
    /// The cloud.
    pub provider: Provider,
    /// The region.
    pub region: String,
    /// On demand or spot.
    pub market: Market,
}

impl PageKey {
    /// The page that an offer belongs on.
    pub fn of(offer: &Offer) -> Self {
        Self {
            provider: offer.provider,
            region: offer.region.clone(),
            market: offer.market,
        }
    }

    /// EC2's page.
    pub fn ec2(region: &str, market: Market) -> Self {
        Self {
            provider: Provider::Aws,
            region: region.to_owned(),
            market,
        }
    }
}

impl fmt::Display for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            provider,
            region,
            market,
        } = self;
        write!(f, "{}#{region}#{market}", provider.as_str())
    }
}

impl FromStr for PageKey {
    type Err = PageError;

    /// `aws#us-east-1#spot`, as it is displayed.
    fn from_str(text: &str) -> Result<Self, PageError> {
        let mut parts = text.split('#');
        let provider = parts.next().and_then(Provider::from_name);
        let provider = provider.ok_or(PageError::Key)?;
        let region = parts.next().ok_or(PageError::Key)?.to_owned();
        let market = match (parts.next(), parts.next()) {
            (Some("on-demand"), None) => Market::OnDemand,
            (Some("spot"), None) => Market::Spot,
            _ => return Err(PageError::Key),
        };
        Ok(Self {
            provider,
            region,
            market,
        })
    }
}

/// Why a page cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PageError {
    /// The key is none.
    #[error("this is no page's key")]
    Key,
    /// A name holds what separates names.
    #[error("{0:?} cannot be written into a page")]
    Name(String),
    /// There is more on it than an item can hold.
    #[error("the page has {0} bytes")]
    TooLarge(usize),
    /// It does not inflate to text.
    #[error("the page is damaged")]
    Damaged,
    /// A line makes no sense.
    #[error("line {0} of the page makes no sense")]
    Line(usize),
}

/// Why a page must not take the place of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Implausible {
    /// Nothing is on it.
    #[error("there is no price on it")]
    Empty,
    /// It lost more rows than a day takes away.
    #[error("it has {rows} prices, and there were {before}")]
    Shrunk {
        /// On it.
        rows: usize,
        /// On the one before.
        before: usize,
    },
}

/// What one cloud sells in one region on one market.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Whose prices they are.
    pub key: PageKey,
    /// Where they come from, and when they were true.
    pub source: Source,
    /// The offers, all of that key and source.
    pub offers: Vec<Offer>,
}

impl Page {
    /// Whether it may take the place of a page with `before` rows: prices that come and go are few on one day.
    pub fn check_against(&self, before: usize) -> Result<(), Implausible> {
        let rows = self.offers.len();
        if rows == 0 {
            return Err(Implausible::Empty);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "pages have some thousands of rows"
        )]
        let has_shrunk = (rows as f64) < before as f64 * ROWS_KEPT_MIN;
        if has_shrunk {
            return Err(Implausible::Shrunk { rows, before });
        }
        Ok(())
    }

    /// What its region asks for disk and address, where that was read.
    pub fn extras(&self) -> Option<Extras> {
        self.offers.first()?.extras
    }

    /// The page of a region that asks this for disk and address. It is no part of what is packed.
    #[must_use]
    pub fn with_extras(mut self, extras: Option<Extras>) -> Self {
        for offer in &mut self.offers {
            offer.extras = extras;
        }
        self
    }

    /// The offers as bytes. Of several prices for the same thing the lowest is kept.
    pub fn pack(&self) -> Result<Vec<u8>, PageError> {
        let mut zones: Vec<&str> = self.offers.iter().map(zone_of).collect();
        zones.sort_unstable();
        zones.dedup();
        let mut lines: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
        for offer in &self.offers {
            let names = [zone_of(offer), &offer.instance_type];
            if let Some(name) = names.into_iter().find(|name| !is_writable(name)) {
                return Err(PageError::Name(name.to_owned()));
            }
            let prices = lines.entry(description(offer)).or_default();
            prices.resize(zones.len(), None);
            if let Ok(place) = zones.binary_search(&zone_of(offer)) {
                let price = &mut prices[place];
                *price = Some(price.map_or(offer.hourly_usd, |it| it.min(offer.hourly_usd)));
            }
        }
        let mut text = zones.join(&SEPARATOR.to_string());
        for (description, prices) in lines {
            text.push('\n');
            text.push_str(&description);
            for price in prices {
                text.push(SEPARATOR);
                text.extend(price.map(|usd| usd.to_string()));
            }
        }
        let packed = compress_to_vec(text.as_bytes(), LEVEL);
        if packed.len() > PACKED_BYTES_MAX {
            return Err(PageError::TooLarge(packed.len()));
        }
        Ok(packed)
    }

    /// The page that was packed, by type and zone. It is read whole or not at all.
    pub fn unpack(key: PageKey, source: Source, packed: &[u8]) -> Result<Self, PageError> {
        let text = decompress_to_vec_with_limit(packed, INFLATED_BYTES_MAX)
            .map_err(|_| PageError::Damaged)?;
        let text = String::from_utf8(text).map_err(|_| PageError::Damaged)?;
        let mut lines = text.split('\n');
        let zones: Vec<&str> = lines.next().unwrap_or_default().split(SEPARATOR).collect();
        let mut offers = Vec::new();
        for (number, line) in (2..).zip(lines) {
            read_line(line, &zones, &key, &source, &mut offers).ok_or(PageError::Line(number))?;
        }
        Ok(Self {
            key,
            source,
            offers,
        })
    }
}

fn zone_of(offer: &Offer) -> &str {
    offer.zone.as_deref().unwrap_or_default()
}

fn is_writable(name: &str) -> bool {
    !name.contains([SEPARATOR, '\n'])
}

/// What a type is, whatever it costs: the beginning of its line.
fn description(offer: &Offer) -> String {
    let Offer {
        instance_type,
        vcpus,
        memory_gib,
        architecture,
        included_storage_gb,
        ..
    } = offer;
    let mut marks = String::new();
    marks.extend(offer.has_gpu.then_some(GPU));
    marks.extend(offer.is_burstable.then_some(BURSTABLE));
    format!("{instance_type},{vcpus},{memory_gib},{architecture},{marks},{included_storage_gb}")
}

/// Reads a type's line; none where it makes no sense.
fn read_line(
    line: &str,
    zones: &[&str],
    key: &PageKey,
    source: &Source,
    offers: &mut Vec<Offer>,
) -> Option<()> {
    let mut values = line.split(SEPARATOR);
    let instance_type = values.next().filter(|name| !name.is_empty())?.to_owned();
    let vcpus = values.next()?.parse().ok()?;
    let memory_gib = positive(values.next()?)?;
    let architecture = Architecture::from_name(values.next()?)?;
    let marks = values.next()?;
    let included_storage_gb = values.next()?.parse().ok()?;
    let machine = Offer {
        provider: key.provider,
        region: key.region.clone(),
        zone: None,
        instance_type,
        architecture,
        vcpus,
        memory_gib,
        has_gpu: marks.contains(GPU),
        is_burstable: marks.contains(BURSTABLE),
        market: key.market,
        hourly_usd: 0.0,
        included_storage_gb,
        extras: None,
        source: source.clone(),
    };
    for zone in zones {
        let price = values.next()?;
        if price.is_empty() {
            continue;
        }
        offers.push(Offer {
            zone: (!zone.is_empty()).then(|| (*zone).to_owned()),
            hourly_usd: positive(price)?,
            ..machine.clone()
        });
    }
    values.next().is_none().then_some(())
}

fn positive(text: &str) -> Option<f64> {
    let number = text.parse::<f64>().ok()?;
    (number.is_finite() && number > 0.0).then_some(number)
}

#[cfg(test)]
mod tests;
