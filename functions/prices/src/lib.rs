//! Reads once a day what EC2 sells in each region where machines may be launched, on demand and on the spot market, and
//! keeps it as pages of the catalogue, with what the region asks for disk and address. A page that cannot be read, or is not plausible, leaves the one before.

mod deps;
mod pages;
mod price_list;

use std::collections::HashMap;

use domain::offers::{Catalogue, PageKey};
use platform::PlatformError;
use platform::store::StoredPage;
use serde_json::{Value, json};
use thiserror::Error;

pub use deps::Deps;
use pages::{Failure, ReadPage};

/// Why a run is no success.
#[derive(Debug, Error)]
pub enum RefreshError {
    /// Nothing could be done.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// Some pages are as they were; all others are new. It is an error so that somebody gets to know: the run is repeated
    /// a few times, and ends up where failures are looked at.
    #[error("not refreshed: {0}")]
    Pages(String),
}

/// One run. Returns how many prices each page has now.
pub async fn handle(deps: &Deps) -> Result<Value, RefreshError> {
    let now = deps.clock.now().await?;
    let stored = deps.store.catalogue_pages().await?;
    let before: HashMap<PageKey, StoredPage> = stored
        .into_iter()
        .map(|page| (page.key.clone(), page))
        .collect();
    let (mut rows, mut failed) = (serde_json::Map::new(), Vec::new());
    for region in &deps.regions {
        let read = pages::read(deps, region, now).await;
        if let Err(reason) = &read.extras {
            tracing::error!(region, %reason, "prices of disk and address stay as they were");
            failed.push(format!("{region}: disk and address ({reason})"));
        }
        for (key, page) in read.pages {
            let before = before.get(&key);
            let rows_before = before.map(|page| page.rows);
            let rows_before = rows_before.unwrap_or_else(|| Catalogue::bundled().count_on(&key));
            let extras = read.extras.as_ref().ok().copied();
            let extras = extras.or_else(|| before?.extras);
            let page = page.map(|page| page.with_extras(extras));
            match keep(deps, page, rows_before).await {
                Ok(kept) => {
                    tracing::info!(page = %key, rows = kept, rows_before, "prices were refreshed");
                    rows.insert(key.to_string(), kept.into());
                }
                Err(reason) => {
                    tracing::error!(page = %key, %reason, "prices stay as they were");
                    failed.push(format!("{key} ({reason})"));
                }
            }
        }
    }
    if failed.is_empty() {
        Ok(json!({"rows": rows}))
    } else {
        Err(RefreshError::Pages(failed.join(", ")))
    }
}

/// Puts a page that was read into the place of the one before. How many prices it has.
async fn keep(deps: &Deps, page: ReadPage, rows_before: usize) -> Result<usize, Failure> {
    let page = page?;
    page.check_against(rows_before)?;
    if !deps.store.put_catalogue_page(&page).await? {
        tracing::info!(page = %page.key, "another run was quicker");
    }
    Ok(page.offers.len())
}
