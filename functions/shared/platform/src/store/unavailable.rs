//! What was not to be had a moment ago, for other launches to know.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::failover::{UNAVAILABLE_SECONDS, Unavailable};
use domain::time::EpochSeconds;

use super::{Store, from_item, key, n, to_item};
use crate::PlatformError;

/// Marks of a region that are read at most. A launch leaves some fifty of them in the worst case, and they hold for minutes.
const MARKS_READ_MAX: i32 = 200;

impl Store {
    /// What those who pay by `account` found unavailable in a region and should not have forgotten by `now`.
    pub async fn unavailable(
        &self,
        account: &str,
        region: &str,
        now: EpochSeconds,
    ) -> Result<Vec<Unavailable>, PlatformError> {
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk > :since")
            .expression_attribute_values(":pk", AttributeValue::S(partition(account, region)))
            .expression_attribute_values(
                ":since",
                AttributeValue::S(moment(now - UNAVAILABLE_SECONDS)),
            )
            .limit(MARKS_READ_MAX);
        let answer = call.send().await;
        let answer = answer.map_err(PlatformError::service("Query UNAVAILABLE"))?;
        let items = answer.items.unwrap_or_default();
        items.into_iter().map(from_item).collect()
    }

    /// Tells other launches by the same account.
    pub async fn mark_unavailable(
        &self,
        account: &str,
        region: &str,
        mark: &Unavailable,
    ) -> Result<(), PlatformError> {
        let mut item = to_item(mark)?;
        let Unavailable {
            zone,
            instance_type,
            market,
            seen_epoch_seconds,
        } = mark;
        let seen = moment(*seen_epoch_seconds);
        let sort = format!("{seen}#{zone}#{instance_type}#{market}");
        key(&mut item, &partition(account, region), &sort);
        let expires = seen_epoch_seconds + UNAVAILABLE_SECONDS;
        item.insert("expires_at".to_owned(), n(expires));
        let call = self.client.put_item().table_name(&self.table);
        call.set_item(Some(item))
            .send()
            .await
            .map_err(PlatformError::service("PutItem UNAVAILABLE"))?;
        Ok(())
    }
}

/// Zones are named anew in each account, so what one account was told is of no use to another.
fn partition(account: &str, region: &str) -> String {
    format!("UNAVAILABLE#{account}#{region}")
}

/// A moment as text in the order of time.
fn moment(at: EpochSeconds) -> String {
    format!("{:012}", at.max(0))
}
