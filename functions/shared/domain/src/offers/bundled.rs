//! The catalogue that is compiled in, so that a search needs no network. `cargo dev prices` writes its files.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::catalogue::Catalogue;
use super::offer::{Offer, Source};
use super::page::{Page, PageKey};
use super::parse::{REMARK, read};
use crate::intent::Provider;

const EC2: &str = include_str!("../../../../../infra/prices/ec2-us-east-1.csv");
const DIGITALOCEAN: &str = include_str!("../../../../../infra/prices/digitalocean.csv");

impl Catalogue {
    /// EC2 in us-east-1, and `DigitalOcean`'s prices of old.
    pub fn bundled() -> Arc<Self> {
        static BUNDLED: LazyLock<Arc<Catalogue>> =
            LazyLock::new(|| Arc::new(Catalogue::read_bundled()));
        BUNDLED.clone()
    }

    /// The bundled catalogue with what was read since: a page takes the place of everything bundled of its cloud,
    /// region and market. Of EC2 there is nothing but what is sold in `regions`, where machines can be launched.
    pub fn bundled_with(pages: Vec<Page>, regions: &[String]) -> Self {
        let is_served =
            |offer: &Offer| offer.provider != Provider::Aws || regions.contains(&offer.region);
        let newer: HashSet<PageKey> = pages.iter().map(|page| page.key.clone()).collect();
        let bundled = Self::bundled();
        let kept = bundled
            .offers()
            .filter(|offer| !newer.contains(&PageKey::of(offer)));
        let offers = kept.chain(pages.into_iter().flat_map(|page| page.offers));
        Self::of(offers.filter(is_served))
    }

    /// Reads the bundled files; [`Self::bundled`] does so once.
    pub fn read_bundled() -> Self {
        Self::of([EC2, DIGITALOCEAN].into_iter().flat_map(offers))
    }
}

/// A file that lacks its heading offers nothing; a test says that none does.
fn offers(csv: &'static str) -> Vec<Offer> {
    read(csv, &source(csv)).map_or_else(|_| Vec::new(), |reading| reading.offers)
}

/// What the remarks above the heading say: `# source: …`, `# as of: 2026-07-20`, `# old`.
fn source(csv: &'static str) -> Source {
    let mut source = Source::default();
    let remarks = csv.lines().map_while(|line| line.strip_prefix(REMARK));
    for remark in remarks {
        match remark.trim().split_once(": ") {
            Some(("source", name)) => source.name = Cow::Borrowed(name),
            Some(("as of", day)) => {
                let midnight = day.parse::<Date>().ok();
                let midnight = midnight.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
                source.as_of_epoch_seconds = midnight.map(|at| at.timestamp().as_second());
            }
            _ => source.is_old |= remark.trim() == "old",
        }
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_files_are_read_whole_with_their_dates() {
        for (csv, is_old) in [(EC2, false), (DIGITALOCEAN, true)] {
            let source = source(csv);
            let reading = read(csv, &source).expect("a heading");
            assert_eq!(reading.unread, []);
            let lines = csv.lines().filter(|line| !line.starts_with(REMARK)).count();
            assert_eq!(reading.offers.len(), lines - 1);
            assert!(source.as_of_epoch_seconds.is_some() && !source.name.is_empty());
            assert_eq!(source.is_old, is_old);
        }
        let offers = Catalogue::bundled().len();
        assert!(offers > 1_300, "{offers}");
    }
}
