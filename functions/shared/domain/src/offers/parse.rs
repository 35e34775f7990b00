//! Price files: comma-separated values below a heading that names the columns.

use thiserror::Error;

use super::offer::{Architecture, Market, Offer, Source, has_gpu, is_burstable};
use crate::intent::Provider;

/// A line that begins so is a remark.
pub(super) const REMARK: char = '#';

/// What was read of a file.
#[derive(Debug)]
pub struct Reading {
    /// The offers: a line is one on demand where it has a list price, and one of its zone where it has a spot price.
    pub offers: Vec<Offer>,
    /// Lines that were left out: a price that cannot be read cannot be offered.
    pub unread: Vec<UnreadLine>,
}

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Why.
    pub why: Unreadable,
}

/// Why a line cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It has more or fewer values than the heading has columns.
    #[error("it has {found} values and the heading has {expected}")]
    Values {
        /// In the line.
        found: usize,
        /// In the heading.
        expected: usize,
    },
    /// A value makes no sense.
    #[error("{column} is {value:?}")]
    Value {
        /// In which column.
        column: &'static str,
        /// What it is.
        value: String,
    },
    /// There is no price in it.
    #[error("it has no price")]
    NoPrice,
}

/// The heading lacks a column.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the heading has no column {0}")]
pub struct Heading(&'static str);

/// Where the columns are.
struct Columns {
    count: usize,
    instance_type: usize,
    vcpus: usize,
    memory_gib: usize,
    arch: usize,
    region: usize,
    od_usd_h: Option<usize>,
    spot_usd_h: Option<usize>,
    zone: Option<usize>,
    provider: Option<usize>,
    included_storage_gb: Option<usize>,
}

impl Columns {
    fn of(heading: &str) -> Result<Self, Heading> {
        let names: Vec<&str> = values(heading).collect();
        let place = |name| names.iter().position(|known| *known == name);
        let needed = |name| place(name).ok_or(Heading(name));
        let columns = Self {
            count: names.len(),
            instance_type: needed("instance_type")?,
            vcpus: needed("vcpus")?,
            memory_gib: needed("memory_gib")?,
            arch: needed("arch")?,
            region: needed("region")?,
            od_usd_h: place("od_usd_h"),
            spot_usd_h: place("spot_usd_h"),
            zone: place("zone"),
            provider: place("provider"),
            included_storage_gb: place("included_storage_gb"),
        };
        if columns.od_usd_h.is_none() && columns.spot_usd_h.is_none() {
            return Err(Heading("od_usd_h"));
        }
        Ok(columns)
    }
}

/// Reads the columns `instance_type,vcpus,memory_gib,arch,region,od_usd_h`, and where they are there `provider` (AWS
/// where it is not), `zone`, `spot_usd_h` and `included_storage_gb`, in any order among others.
pub fn read(csv: &str, source: &Source) -> Result<Reading, Heading> {
    let csv = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut lines = (1..)
        .zip(csv.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with(REMARK));
    let (_, heading) = lines.next().unwrap_or_default();
    let columns = Columns::of(heading)?;
    let mut reading = Reading {
        offers: Vec::new(),
        unread: Vec::new(),
    };
    let mut found = Vec::with_capacity(columns.count);
    for (number, line) in lines {
        found.clear();
        found.extend(values(line));
        match offers(&found, &columns, source) {
            Ok(offers) => reading.offers.extend(offers.into_iter().flatten()),
            Err(why) => reading.unread.push(UnreadLine { number, why }),
        }
    }
    Ok(reading)
}

fn values(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|value| value.trim().trim_matches('"'))
}

/// What a line offers: on demand, and spot.
fn offers(
    values: &[&str],
    columns: &Columns,
    source: &Source,
) -> Result<[Option<Offer>; 2], Unreadable> {
    if values.len() != columns.count {
        return Err(Unreadable::Values {
            found: values.len(),
            expected: columns.count,
        });
    }
    let optional = |column: Option<usize>| column.map_or("", |place| values[place]);
    let provider = match optional(columns.provider) {
        "" => Provider::Aws,
        name => provider(name).ok_or_else(|| wrong("provider", name))?,
    };
    let instance_type = named("instance_type", values[columns.instance_type])?;
    let list = Offer {
        provider,
        region: named("region", values[columns.region])?,
        zone: None,
        architecture: Architecture::from_name(values[columns.arch])
            .ok_or_else(|| wrong("arch", values[columns.arch]))?,
        vcpus: whole("vcpus", values[columns.vcpus])?,
        memory_gib: positive("memory_gib", values[columns.memory_gib])?,
        has_gpu: has_gpu(provider, &instance_type),
        is_burstable: is_burstable(provider, &instance_type),
        instance_type,
        market: Market::OnDemand,
        hourly_usd: 0.0,
        included_storage_gb: match optional(columns.included_storage_gb) {
            "" => 0,
            gb => gb.parse().map_err(|_| wrong("included_storage_gb", gb))?,
        },
        extras: None,
        source: source.clone(),
    };
    let price = |column, text: &str| match text {
        "" => Ok(None),
        text => positive(column, text).map(Some),
    };
    let on_demand = price("od_usd_h", optional(columns.od_usd_h))?;
    let spot = price("spot_usd_h", optional(columns.spot_usd_h))?;
    let zone = Some(optional(columns.zone)).filter(|zone| !zone.is_empty());
    let spot = spot.map(|hourly_usd| Offer {
        hourly_usd,
        market: Market::Spot,
        zone: zone.map(str::to_owned),
        ..list.clone()
    });
    let on_demand = on_demand.map(|hourly_usd| Offer { hourly_usd, ..list });
    if on_demand.is_none() && spot.is_none() {
        return Err(Unreadable::NoPrice);
    }
    Ok([on_demand, spot])
}

fn wrong(column: &'static str, value: &str) -> Unreadable {
    Unreadable::Value {
        column,
        value: value.to_owned(),
    }
}

fn named(column: &'static str, value: &str) -> Result<String, Unreadable> {
    if value.is_empty() {
        return Err(wrong(column, value));
    }
    Ok(value.to_owned())
}

fn positive(column: &'static str, value: &str) -> Result<f64, Unreadable> {
    let number = value.parse::<f64>().ok();
    number
        .filter(|number| number.is_finite() && *number > 0.0)
        .ok_or_else(|| wrong(column, value))
}

/// A count, which some write with a point: `8.0`.
fn whole(column: &'static str, value: &str) -> Result<u32, Unreadable> {
    let digits = value.split_once('.').map_or(value, |(digits, zeros)| {
        if zeros.bytes().all(|zero| zero == b'0') {
            digits
        } else {
            ""
        }
    });
    let count = digits.parse::<u32>().ok().filter(|count| *count > 0);
    count.ok_or_else(|| wrong(column, value))
}

/// The cloud of that name, in our word or those of others.
fn provider(name: &str) -> Option<Provider> {
    match name {
        "aws" | "ec2" => Some(Provider::Aws),
        "digitalocean" | "do" => Some(Provider::Digitalocean),
        _ => None,
    }
}
