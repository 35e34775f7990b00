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
        let held = Held {
            catalogue: Arc::new(Catalogue::bundled_with(Vec::new(), &regions)),
            pages: BTreeMap::new(),
            look_at_epoch_seconds: EpochSeconds::MIN,
        };
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
        self.take(pages, now);
    }

    /// The catalogue now. Once an hour it looks for newer pages; the turn has other calls to wait for meanwhile.
    pub(crate) async fn at(&self, now: EpochSeconds) -> Arc<Catalogue> {
        if self.held().look_at_epoch_seconds <= now {
            let pages = tokio::time::timeout(PATIENCE, self.store.catalogue_pages()).await;
            let late = PlatformError::Late("Query CATALOGUE");
            self.take(pages.unwrap_or(Err(late)), now);
        }
        self.held().catalogue.clone()
    }

    fn take(&self, pages: Result<Vec<StoredPage>, PlatformError>, now: EpochSeconds) {
        let mut held = self.held();
        match pages {
            Ok(pages) => {
                held.look_at_epoch_seconds = now + LOOK_AFTER_SECONDS;
                held.renew(pages, &self.regions);
            }
            Err(error) => {
                held.look_at_epoch_seconds = now + LOOK_AGAIN_AFTER_SECONDS;
                tracing::warn!(%error, "prices could not be looked for");
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
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
