//! What is still to be carried out.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::effect::Effect;
use domain::reservation::Reservation;
use domain::time::EpochSeconds;
use serde::{Deserialize, Serialize};

use super::{DUE_INDEX, DUE_SHARD, Item, Store, from_item, keyed, n, updated};
use crate::PlatformError;

/// An effect that nobody has dealt with by then is sent again. Above the time that dealing with it takes.
pub const OUTBOX_FIRST_RETRY_SECONDS: i64 = 30;
/// Retries are spaced out up to this.
const RETRY_SECONDS_MAX: i64 = 600;
/// Whoever has taken an item up has this long before another may.
const LEASE_SECONDS: i64 = 25;
/// After so many tries (more than a day) an item is no longer sent by itself. It stays in the table, and an error is logged.
const ATTEMPTS_MAX: u32 = 160;
/// Items that one page of the index holds.
const PAGE_ITEMS: i32 = 50;
/// Pages that one scan reads; what is beyond is read by the next.
const PAGES_MAX: usize = 10;

/// An effect on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Its name, derived from the cause where that matters.
    pub id: String,
    /// What is to be done.
    pub effect: Effect,
    /// When it was written.
    pub created_epoch_seconds: EpochSeconds,
    /// When it is to be sent again.
    pub due_epoch_seconds: EpochSeconds,
    /// How often it was sent or taken up.
    pub attempts: u32,
}

/// Something that the index says is due.
#[derive(Debug, Clone, PartialEq)]
pub enum DueItem {
    /// A reservation to look at.
    Reservation(Box<Reservation>),
    /// An effect to send again.
    Outbox(Box<OutboxItem>),
}

impl OutboxItem {
    pub(super) fn new(id: String, effect: Effect, now: EpochSeconds) -> Self {
        Self {
            id,
            effect,
            created_epoch_seconds: now,
            due_epoch_seconds: now + OUTBOX_FIRST_RETRY_SECONDS,
            attempts: 0,
        }
    }
}

impl Store {
    /// Takes an outbox item up: nobody else gets it until the lease has run out. None where it is taken or done.
    pub async fn take_outbox(
        &self,
        id: &str,
        now: EpochSeconds,
    ) -> Result<Option<OutboxItem>, PlatformError> {
        let call = self.update(&format!("OUTBOX#{id}"), "OUTBOX")
            .update_expression("SET lease_until = :until ADD attempts :one")
            .condition_expression("attribute_exists(pk) AND (attribute_not_exists(lease_until) OR lease_until <= :now)")
            .expression_attribute_values(":until", n(now + LEASE_SECONDS))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":now", n(now));
        updated(call, "UpdateItem OUTBOX").await
    }

    /// Puts off the next sending of an item that is being sent again now.
    pub async fn postpone_outbox(
        &self,
        item: &OutboxItem,
        now: EpochSeconds,
    ) -> Result<(), PlatformError> {
        let wait = (OUTBOX_FIRST_RETRY_SECONDS << item.attempts.min(10)).min(RETRY_SECONDS_MAX);
        let call = self
            .update(&format!("OUTBOX#{}", item.id), "OUTBOX")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":one", n(1));
        let call = if item.attempts >= ATTEMPTS_MAX {
            tracing::error!(outbox.id = %item.id, "an effect is given up after {ATTEMPTS_MAX} tries and stays in the table");
            call.update_expression("ADD attempts :one REMOVE due_shard, due_at")
        } else {
            call.update_expression("SET due_at = :due, due_epoch_seconds = :due ADD attempts :one")
                .expression_attribute_values(":due", n(now + wait))
        };
        super::granted(call.send().await, "UpdateItem OUTBOX").map(|_| ())
    }

    /// The item is dealt with.
    pub async fn finish_outbox(&self, id: &str) -> Result<(), PlatformError> {
        let call = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keyed(&format!("OUTBOX#{id}"), "OUTBOX")));
        call.send()
            .await
            .map_err(PlatformError::service("DeleteItem OUTBOX"))?;
        Ok(())
    }

    /// What is due, earliest first, as far as [`PAGES_MAX`] pages hold it.
    pub async fn due(&self, now: EpochSeconds) -> Result<Vec<DueItem>, PlatformError> {
        let mut due = Vec::new();
        let mut start: Option<Item> = None;
        for _ in 0..PAGES_MAX {
            let call = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(DUE_INDEX)
                .key_condition_expression("due_shard = :shard AND due_at <= :now")
                .expression_attribute_values(":shard", AttributeValue::S(DUE_SHARD.to_owned()))
                .expression_attribute_values(":now", n(now))
                .set_exclusive_start_key(start)
                .limit(PAGE_ITEMS);
            let answer = call
                .send()
                .await
                .map_err(PlatformError::service("Query due"))?;
            for item in answer.items.unwrap_or_default() {
                match due_item(item) {
                    Ok(item) => due.push(item),
                    Err(error) => tracing::error!(%error, "an item that is due cannot be read"),
                }
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(due)
    }
}

fn due_item(item: Item) -> Result<DueItem, PlatformError> {
    let is_outbox = item
        .get("sk")
        .and_then(|sk| sk.as_s().ok())
        .is_some_and(|sk| sk == "OUTBOX");
    Ok(if is_outbox {
        DueItem::Outbox(from_item(item)?)
    } else {
        DueItem::Reservation(from_item(item)?)
    })
}
