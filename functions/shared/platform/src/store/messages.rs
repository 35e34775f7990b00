//! The messages about a reservation: where each stands in Slack and which version of the reservation it shows.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::time::EpochSeconds;
use serde::{Deserialize, Serialize};

use super::{Store, n, updated};
use crate::PlatformError;

/// Whoever writes a message has this long before another may. Above the time that Slack's client waits.
const LEASE_SECONDS: i64 = 20;

/// A message about a reservation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRecord {
    /// The channel it stands in; empty before it was posted.
    #[serde(default)]
    pub channel: String,
    /// Its name in that channel; empty before it was posted.
    #[serde(default)]
    pub ts: String,
    /// The version of the reservation that it shows; 0 before the first.
    #[serde(default)]
    pub rendered_version: u64,
    /// A digest of what it says, so that a change which does not show needs no call.
    #[serde(default)]
    pub rendered_digest: String,
}

impl Store {
    /// Takes the right to write a message. None where somebody else has it.
    pub async fn take_message(
        &self,
        reservation_id: &str,
        kind: &str,
        now: EpochSeconds,
    ) -> Result<Option<MessageRecord>, PlatformError> {
        let call = self
            .update_message(reservation_id, kind)
            .update_expression("SET lease_until = :until")
            .condition_expression("attribute_not_exists(lease_until) OR lease_until <= :now")
            .expression_attribute_values(":until", n(now + LEASE_SECONDS))
            .expression_attribute_values(":now", n(now));
        updated(call, "UpdateItem MSG").await
    }

    /// Records what was written, keeping the right to write on.
    pub async fn message_written(
        &self,
        reservation_id: &str,
        kind: &str,
        record: &MessageRecord,
    ) -> Result<(), PlatformError> {
        let call = self.update_message(reservation_id, kind)
            .update_expression("SET channel = :channel, ts = :ts, rendered_version = :version, rendered_digest = :digest")
            .expression_attribute_values(":channel", AttributeValue::S(record.channel.clone()))
            .expression_attribute_values(":ts", AttributeValue::S(record.ts.clone()))
            .expression_attribute_values(":version", AttributeValue::N(record.rendered_version.to_string()))
            .expression_attribute_values(":digest", AttributeValue::S(record.rendered_digest.clone()));
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem MSG"))?;
        Ok(())
    }

    /// Gives the right to write back.
    pub async fn release_message(
        &self,
        reservation_id: &str,
        kind: &str,
    ) -> Result<(), PlatformError> {
        let call = self
            .update_message(reservation_id, kind)
            .update_expression("REMOVE lease_until");
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem MSG"))?;
        Ok(())
    }

    fn update_message(&self, reservation_id: &str, kind: &str) -> UpdateItemFluentBuilder {
        self.update(&format!("RES#{reservation_id}"), &format!("MSG#{kind}"))
    }
}
