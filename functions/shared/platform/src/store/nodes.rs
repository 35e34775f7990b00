//! What machines have reported, apart from the reservation: a heartbeat must not touch what the scan reads.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::beacon::{Ready, SetupFailure};
use domain::reservation::Heard;
use domain::time::EpochSeconds;
use serde::{Deserialize, Serialize};

use super::{Store, from_item, n, updated};
use crate::PlatformError;

/// Machines of a reservation whose reports are read. Well above what one may have.
const NODES_READ_MAX: i32 = 200;

/// What a machine has reported.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    /// Its number in the reservation.
    #[serde(default)]
    pub number: u32,
    /// When it last said that it was ready.
    pub ready_epoch_seconds: Option<EpochSeconds>,
    /// The timestamp of its last request, in milliseconds; the next must be above.
    #[serde(default)]
    pub last_timestamp_ms: i64,
    /// What it last said about itself.
    pub last_beat: Option<domain::beacon::Beat>,
    /// What it said when it called itself ready, or not yet.
    #[serde(default)]
    pub ready: Option<Ready>,
    /// Why it cannot be set up, where it said so.
    #[serde(default)]
    pub setup_failure: Option<SetupFailure>,
}

impl NodeReport {
    fn heard(&self) -> Heard {
        Heard {
            number: self.number,
            ready_epoch_seconds: self.ready_epoch_seconds,
            has_failed: self.setup_failure.is_some(),
        }
    }
}

/// Who waits for the machines of a reservation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Wait {
    /// The token of the Task that waits. A credential: it stands here and nowhere else.
    task_token: Option<String>,
    /// The same of the Task that waits for somebody's answer.
    answer_token: Option<String>,
}

impl Store {
    /// What the machines of a reservation have reported, those that have; in no promised order.
    pub async fn nodes(&self, reservation_id: &str) -> Result<Vec<NodeReport>, PlatformError> {
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :node)")
            .expression_attribute_values(":pk", AttributeValue::S(partition(reservation_id)))
            .expression_attribute_values(":node", AttributeValue::S("NODE#".to_owned()))
            .consistent_read(true)
            .limit(NODES_READ_MAX);
        let answer = call.send().await;
        let answer = answer.map_err(PlatformError::service("Query NODE"))?;
        let items = answer.items.unwrap_or_default();
        items.into_iter().map(from_item).collect()
    }

    /// How far the machines of a reservation are, by what they have reported.
    pub async fn heard(&self, reservation_id: &str) -> Result<Vec<Heard>, PlatformError> {
        let reports = self.nodes(reservation_id).await?;
        Ok(reports.iter().map(NodeReport::heard).collect())
    }

    /// Accepts a request by its timestamp. None where a later one has been accepted already: a replay.
    pub async fn accept_request(
        &self,
        reservation_id: &str,
        number: u32,
        timestamp_ms: i64,
    ) -> Result<Option<NodeReport>, PlatformError> {
        let call = self
            .update_node(reservation_id, number)
            .update_expression("SET #number = :number, last_timestamp_ms = :timestamp")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":number", n(i64::from(number)))
            .condition_expression(
                "attribute_not_exists(last_timestamp_ms) OR last_timestamp_ms < :timestamp",
            )
            .expression_attribute_values(":timestamp", n(timestamp_ms));
        updated(call, "UpdateItem NODE").await
    }

    /// Keeps what a machine said of how far it is, and when it last said that it was ready. What failed before that, it has
    /// got over.
    pub async fn record_ready(
        &self,
        reservation_id: &str,
        number: u32,
        ready: &Ready,
        now: EpochSeconds,
    ) -> Result<(), PlatformError> {
        let is_ready = if ready.is_ready {
            ", ready_epoch_seconds = :now REMOVE setup_failure"
        } else {
            ""
        };
        let said = serde_dynamo::to_attribute_value(ready)
            .map_err(PlatformError::unreadable("a report"))?;
        let mut call = self
            .update_node(reservation_id, number)
            .update_expression(format!("SET ready = :ready{is_ready}"))
            .expression_attribute_values(":ready", said);
        if ready.is_ready {
            call = call.expression_attribute_values(":now", n(now));
        }
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem NODE"))?;
        Ok(())
    }

    /// Keeps why a machine cannot be set up.
    pub async fn record_setup_failure(
        &self,
        reservation_id: &str,
        number: u32,
        failure: &SetupFailure,
    ) -> Result<(), PlatformError> {
        let said = serde_dynamo::to_attribute_value(failure)
            .map_err(PlatformError::unreadable("a report"))?;
        let call = self
            .update_node(reservation_id, number)
            .update_expression("SET setup_failure = :failure")
            .expression_attribute_values(":failure", said);
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem NODE"))?;
        Ok(())
    }

    /// Keeps what a machine last said about itself; one sample, however long it runs.
    pub async fn record_beat(
        &self,
        reservation_id: &str,
        number: u32,
        beat: &domain::beacon::Beat,
    ) -> Result<(), PlatformError> {
        let beat = serde_dynamo::to_attribute_value(beat)
            .map_err(PlatformError::unreadable("a heartbeat"))?;
        let call = self
            .update_node(reservation_id, number)
            .update_expression("SET last_beat = :beat")
            .expression_attribute_values(":beat", beat);
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem NODE"))?;
        Ok(())
    }

    /// Records the token of the Task that waits for the machines.
    pub async fn record_task_token(
        &self,
        reservation_id: &str,
        token: &str,
    ) -> Result<(), PlatformError> {
        self.set_token(reservation_id, "task_token", token).await
    }

    /// Forgets that token: that Task waits no more, and another may.
    pub async fn forget_task_token(&self, reservation_id: &str) -> Result<(), PlatformError> {
        let call = self
            .update(&partition(reservation_id), "WAIT")
            .update_expression("REMOVE task_token");
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem WAIT"))?;
        Ok(())
    }

    /// Records the token of the Task that waits for somebody's answer.
    pub async fn record_answer_token(
        &self,
        reservation_id: &str,
        token: &str,
    ) -> Result<(), PlatformError> {
        self.set_token(reservation_id, "answer_token", token).await
    }

    /// The token of the Task that waits for the machines, once one does.
    pub async fn task_token(&self, reservation_id: &str) -> Result<Option<String>, PlatformError> {
        Ok(self.wait(reservation_id).await?.task_token)
    }

    /// The token of the Task that waits for somebody's answer, once one does.
    pub async fn answer_token(
        &self,
        reservation_id: &str,
    ) -> Result<Option<String>, PlatformError> {
        Ok(self.wait(reservation_id).await?.answer_token)
    }

    /// The tokens of all Tasks that may wait for anything of the reservation.
    pub async fn all_tokens(&self, reservation_id: &str) -> Result<Vec<String>, PlatformError> {
        let wait = self.wait(reservation_id).await?;
        Ok([wait.task_token, wait.answer_token]
            .into_iter()
            .flatten()
            .collect())
    }

    async fn wait(&self, reservation_id: &str) -> Result<Wait, PlatformError> {
        let wait: Option<Wait> = self.get(&partition(reservation_id), "WAIT").await?;
        Ok(wait.unwrap_or_default())
    }

    async fn set_token(
        &self,
        reservation_id: &str,
        kind: &'static str,
        token: &str,
    ) -> Result<(), PlatformError> {
        let call = self
            .update(&partition(reservation_id), "WAIT")
            .update_expression("SET #kind = :token")
            .expression_attribute_names("#kind", kind)
            .expression_attribute_values(":token", AttributeValue::S(token.to_owned()));
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem WAIT"))?;
        Ok(())
    }

    fn update_node(&self, reservation_id: &str, number: u32) -> UpdateItemFluentBuilder {
        self.update(&partition(reservation_id), &format!("NODE#{number}"))
    }
}

fn partition(reservation_id: &str) -> String {
    format!("RES#{reservation_id}")
}
