//! The catalogue that machines are chosen from: what is compiled in, and what was read from clouds since.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::offers::{Catalogue, PageKey};
use domain::time::{EpochSeconds, HOUR_SECONDS, MINUTE_SECONDS};
use platform::PlatformError;
use platform::store::{Store, StoredPage};

/// Pages are written once a day, so after this time it is worth a look whether there are new ones.
const LOOK_AFTER_SECONDS: i64 = HOUR_SECONDS;
/// The same after a look that failed.
const LOOK_AGAIN_AFTER_SECONDS: i64 = MINUTE_SECONDS;
/// A look takes some ten milliseconds. Whoever waits for an answer waits no longer than this for one that does not end.
const PATIENCE: Duration = Duration::from_millis(300);

/// The newest catalogue known, shared by all turns.
#[derive(Debug)]
pub(crate) struct Prices {
    store: Store,
    /// Where machines can be launched.
    regions: Vec<String>,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    catalogue: Arc<Catalogue>,
    /// When the prices of each page were true.
    pages: BTreeMap<PageKey, Option<EpochSeconds>>,
    look_at_epoch_seconds: EpochSeconds,
}

impl Prices {
    /// What is compiled in.
    pub(crate) fn bundled(store: Store, regions: Vec<String>) -> Self {
        let held = Held::bundled(&regions);
        Self {
            store,
            regions,
            held: Mutex::new(held),
        }
    }

    /// Looks for newer pages, however long it takes: at start-up, where it is one of the calls that open the
    /// connections. What cannot be read is left for later.
    pub(crate) async fn load(&self, now: EpochSeconds) {
        let pages = self.store.catalogue_pages().await;
        self.held().take(pages, &self.regions, now);
    }

    /// The catalogue now. Once an hour it looks for newer pages; the turn has other calls to wait for meanwhile.
    pub(crate) async fn at(&self, now: EpochSeconds) -> Arc<Catalogue> {
        if self.held().look_at_epoch_seconds <= now {
            let pages = tokio::time::timeout(PATIENCE, self.store.catalogue_pages()).await;
            let late = PlatformError::Late("Query CATALOGUE");
            let pages = pages.unwrap_or(Err(late));
            self.held().take(pages, &self.regions, now);
        }
        self.held().catalogue.clone()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// What is compiled in.
    fn bundled(regions: &[String]) -> Self {
        Self {
            catalogue: Arc::new(Catalogue::bundled_with(Vec::new(), regions)),
            pages: BTreeMap::new(),
            look_at_epoch_seconds: EpochSeconds::MIN,
        }
    }

    /// What a look has shown.
    fn take(
        &mut self,
        pages: Result<Vec<StoredPage>, PlatformError>,
        regions: &[String],
        now: EpochSeconds,
    ) {
        match pages {
            Ok(pages) => {
                self.look_at_epoch_seconds = now + LOOK_AFTER_SECONDS;
                self.renew(pages, regions);
            }
            Err(error) => {
                self.look_at_epoch_seconds = now + LOOK_AGAIN_AFTER_SECONDS;
                tracing::warn!(%error, "prices could not be looked for");
            }
        }
    }

    /// A new catalogue, if the pages are not those that it was made of.
    fn renew(&mut self, pages: Vec<StoredPage>, regions: &[String]) {
        let versions = pages
            .iter()
            .map(|page| (page.key.clone(), page.source.as_of_epoch_seconds))
            .collect();
        if versions == self.pages {
            return;
        }
        let read = pages.into_iter().filter_map(|page| {
            let key = page.key.clone();
            let page = page.unpack();
            page.inspect_err(|error| tracing::error!(page = %key, %error, "left out"))
                .ok()
        });
        self.catalogue = Arc::new(Catalogue::bundled_with(read.collect(), regions));
        self.pages = versions;
        tracing::info!(
            pages = self.pages.len(),
            offers = self.catalogue.len(),
            "prices were renewed"
        );
    }
}

#[cfg(test)]
mod tests {
    use domain::offers::{Market, Page, Source};

    use super::*;

    const NOW: EpochSeconds = 1_795_428_000;

    fn regions() -> [String; 1] {
        ["us-east-1".to_owned()]
    }

    /// A page on which nothing but this type is sold, at that price.
    fn stored(usd: f64, as_of: EpochSeconds) -> StoredPage {
        let machine = Catalogue::bundled().find("t3a.large");
        let offer = domain::offers::Offer {
            hourly_usd: usd,
            ..machine.expect("a common type")
        };
        let key = PageKey::ec2("us-east-1", Market::OnDemand);
        let source = Source {
            as_of_epoch_seconds: Some(as_of),
            ..Source::default()
        };
        let page = Page {
            key: key.clone(),
            source: source.clone(),
            offers: vec![offer],
        };
        StoredPage {
            key,
            source,
            extras: None,
            rows: 1,
            packed: page.pack().expect("it is small"),
        }
    }

    fn price(held: &Held) -> f64 {
        let offer = held.catalogue.find("t3a.large");
        offer.expect("a common type").hourly_usd
    }

    #[test]
    fn newer_pages_are_taken_and_the_same_ones_are_not_read_again() {
        let mut held = Held::bundled(&regions());
        assert!((price(&held) - 0.0752).abs() < 1e-9);
        held.take(Ok(vec![stored(0.07, NOW)]), &regions(), NOW);
        assert!((price(&held) - 0.07).abs() < 1e-9);
        assert_eq!(held.look_at_epoch_seconds, NOW + HOUR_SECONDS);
        let catalogue = held.catalogue.clone();
        held.take(Ok(vec![stored(0.07, NOW)]), &regions(), NOW + HOUR_SECONDS);
        assert!(Arc::ptr_eq(&catalogue, &held.catalogue));
        held.take(Ok(vec![stored(0.06, NOW + 1)]), &regions(), NOW);
        assert!((price(&held) - 0.06).abs() < 1e-9);
    }

    #[test]
    fn a_look_that_fails_leaves_everything_and_is_repeated_soon() {
        let mut held = Held::bundled(&regions());
        held.take(Ok(vec![stored(0.07, NOW)]), &regions(), NOW);
        let later = NOW + HOUR_SECONDS;
        held.take(Err(PlatformError::Late("Query")), &regions(), later);
        assert!((price(&held) - 0.07).abs() < 1e-9);
        assert_eq!(held.look_at_epoch_seconds, later + MINUTE_SECONDS);
    }

    #[test]
    fn a_page_that_cannot_be_read_leaves_what_is_compiled_in() {
        let mut held = Held::bundled(&regions());
        let broken = StoredPage {
            packed: b"no page".to_vec(),
            ..stored(0.07, NOW)
        };
        held.take(Ok(vec![broken]), &regions(), NOW);
        assert!((price(&held) - 0.0752).abs() < 1e-9);
    }
}
