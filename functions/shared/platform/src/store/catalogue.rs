//! The catalogue's pages: what clouds sell, as it was last read from them.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::cost::Extras;
use domain::offers::{Page, PageError, PageKey, Source};

use super::{Item, Store, granted, key, n, number};
use crate::PlatformError;

/// The partition that holds all of them.
const PARTITION: &str = "CATALOGUE";
/// A megabyte is read at once, which is a dozen pages. Twenty regions with two markets each are three or four.
const READS_MAX: usize = 10;

const DISK: &str = "disk_gb_month_nano_usd";
const ADDRESS: &str = "address_hour_nano_usd";

/// A page as it is kept, not yet read.
#[derive(Debug, Clone)]
pub struct StoredPage {
    /// Whose prices it has.
    pub key: PageKey,
    /// Where they come from, and when they were true.
    pub source: Source,
    /// What its region asks for disk and address, where that was read.
    pub extras: Option<Extras>,
    /// How many prices it has.
    pub rows: usize,
    /// They themselves.
    pub packed: Vec<u8>,
}

impl StoredPage {
    /// Reads it.
    pub fn unpack(self) -> Result<Page, PageError> {
        let page = Page::unpack(self.key, self.source, &self.packed)?;
        Ok(page.with_extras(self.extras))
    }

    fn of(item: &Item) -> Option<Self> {
        Some(Self {
            key: item.get("sk")?.as_s().ok()?.parse().ok()?,
            source: Source {
                name: item.get("source")?.as_s().ok()?.clone().into(),
                as_of_epoch_seconds: Some(number(item, "as_of")?),
                is_old: false,
            },
            extras: extras(item),
            rows: usize::try_from(number(item, "rows")?).ok()?,
            packed: item.get("body")?.as_b().ok()?.as_ref().to_vec(),
        })
    }
}

/// Pages of before these prices were read have none.
fn extras(item: &Item) -> Option<Extras> {
    let nano_usd = |name| u64::try_from(number(item, name)?).ok();
    Some(Extras {
        disk_gb_month_nano_usd: nano_usd(DISK)?,
        address_hour_nano_usd: nano_usd(ADDRESS)?,
    })
}

impl Store {
    /// Every page. One that was replaced a moment ago may come as it was, which is a day's difference at most; reading
    /// so costs half. What is no page is logged and left out.
    pub async fn catalogue_pages(&self) -> Result<Vec<StoredPage>, PlatformError> {
        let mut pages = Vec::new();
        let mut start = None;
        for _ in 0..READS_MAX {
            let call = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :catalogue")
                .expression_attribute_values(":catalogue", AttributeValue::S(PARTITION.to_owned()))
                .set_exclusive_start_key(start);
            let answer = call
                .send()
                .await
                .map_err(PlatformError::service("Query CATALOGUE"))?;
            for item in answer.items.unwrap_or_default() {
                let page = StoredPage::of(&item);
                if page.is_none() {
                    tracing::error!(sk = ?item.get("sk"), "an item is no catalogue page");
                }
                pages.extend(page);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(pages)
    }

    /// Puts a page into the place of the one before. False where there is a newer one.
    pub async fn put_catalogue_page(&self, page: &Page) -> Result<bool, PlatformError> {
        let packed = page
            .pack()
            .map_err(PlatformError::unreadable("a catalogue page to write"))?;
        let as_of = page.source.as_of_epoch_seconds.unwrap_or_default();
        let rows = i64::try_from(page.offers.len()).unwrap_or(i64::MAX);
        let mut item = Item::new();
        key(&mut item, PARTITION, &page.key.to_string());
        item.insert("as_of".to_owned(), n(as_of));
        item.insert("rows".to_owned(), n(rows));
        let source = AttributeValue::S(page.source.name.to_string());
        item.insert("source".to_owned(), source);
        if let Some(extras) = page.extras() {
            let prices = [
                (DISK, extras.disk_gb_month_nano_usd),
                (ADDRESS, extras.address_hour_nano_usd),
            ];
            for (name, nano_usd) in prices {
                item.insert(name.to_owned(), AttributeValue::N(nano_usd.to_string()));
            }
        }
        item.insert("body".to_owned(), AttributeValue::B(Blob::new(packed)));
        let call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR as_of <= :as_of")
            .expression_attribute_values(":as_of", n(as_of));
        granted(call.send().await, "PutItem CATALOGUE")
    }
}
