//! What a machine has reported, apart from the reservation: a heartbeat must not touch what the scan reads.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::time::EpochSeconds;
use serde::{Deserialize, Serialize};

use super::{Store, n, updated};
use crate::PlatformError;

/// What a machine has reported, and who waits for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    /// When it first said that it was ready.
    pub ready_epoch_seconds: Option<EpochSeconds>,
    /// The token of the Task that waits for that. A credential: it stands here and nowhere else.
    pub task_token: Option<String>,
    /// The timestamp of its last request, in milliseconds; the next must be above.
    #[serde(default)]
    pub last_timestamp_ms: i64,
    /// When it last called.
    pub heard_epoch_seconds: Option<EpochSeconds>,
    /// What it last said about itself.
    pub last_beat: Option<domain::beacon::Beat>,
}

impl Store {
    /// What the machine of a reservation has reported.
    pub async fn node(&self, reservation_id: &str) -> Result<NodeReport, PlatformError> {
        Ok(self
            .get(&format!("RES#{reservation_id}"), "NODE")
            .await?
            .unwrap_or_default())
    }

    /// Accepts a request by its timestamp. None where a later one has been accepted already: a replay.
    pub async fn accept_request(
        &self,
        reservation_id: &str,
        timestamp_ms: i64,
        now: EpochSeconds,
    ) -> Result<Option<NodeReport>, PlatformError> {
        let call = self
            .update_node(reservation_id)
            .update_expression("SET last_timestamp_ms = :timestamp, heard_epoch_seconds = :now")
            .condition_expression(
                "attribute_not_exists(last_timestamp_ms) OR last_timestamp_ms < :timestamp",
            )
            .expression_attribute_values(":timestamp", n(timestamp_ms))
            .expression_attribute_values(":now", n(now));
        updated(call, "UpdateItem NODE").await
    }

    /// Records that the machine is ready, the first time it says so.
    pub async fn record_ready(
        &self,
        reservation_id: &str,
        now: EpochSeconds,
    ) -> Result<NodeReport, PlatformError> {
        let call = self
            .update_node(reservation_id)
            .update_expression("SET ready_epoch_seconds = if_not_exists(ready_epoch_seconds, :now)")
            .expression_attribute_values(":now", n(now));
        updated(call, "UpdateItem NODE")
            .await
            .map(Option::unwrap_or_default)
    }

    /// Records the token of the Task that waits for the machine.
    pub async fn record_task_token(
        &self,
        reservation_id: &str,
        token: &str,
    ) -> Result<NodeReport, PlatformError> {
        let call = self
            .update_node(reservation_id)
            .update_expression("SET task_token = :token")
            .expression_attribute_values(":token", AttributeValue::S(token.to_owned()));
        updated(call, "UpdateItem NODE")
            .await
            .map(Option::unwrap_or_default)
    }

    /// Keeps what the machine last said about itself; one sample, however long it runs.
    pub async fn record_beat(
        &self,
        reservation_id: &str,
        beat: &domain::beacon::Beat,
    ) -> Result<(), PlatformError> {
        let beat = serde_dynamo::to_attribute_value(beat)
            .map_err(PlatformError::unreadable("a heartbeat"))?;
        let call = self
            .update_node(reservation_id)
            .update_expression("SET last_beat = :beat")
            .expression_attribute_values(":beat", beat);
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem NODE"))?;
        Ok(())
    }

    fn update_node(&self, reservation_id: &str) -> UpdateItemFluentBuilder {
        self.update(&format!("RES#{reservation_id}"), "NODE")
    }
}
