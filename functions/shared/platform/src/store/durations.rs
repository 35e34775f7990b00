//! How long launches took of late, for what people are told to expect.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::{Store, n};
use crate::PlatformError;

/// So many of the last are kept for each kind: enough for the middle of them to be no accident.
const KEPT: usize = 5;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Durations {
    /// Oldest first.
    seconds: Vec<i64>,
}

impl Store {
    /// How long the last launches of that kind took.
    pub async fn durations(&self, kind: &str) -> Result<Vec<i64>, PlatformError> {
        let read: Option<Durations> = self.get(&partition(kind), SORT).await?;
        Ok(read.unwrap_or_default().seconds)
    }

    /// Adds another. Of two at once one may be lost, which harms nobody.
    pub async fn note_duration(&self, kind: &str, seconds: i64) -> Result<(), PlatformError> {
        let mut last = self.durations(kind).await?;
        last.push(seconds);
        let surplus = last.len().saturating_sub(KEPT);
        let kept = last.drain(surplus..).map(n).collect();
        let call = self
            .update(&partition(kind), SORT)
            .update_expression("SET seconds = :seconds")
            .expression_attribute_values(":seconds", AttributeValue::L(kept));
        call.send()
            .await
            .map_err(PlatformError::service("UpdateItem DURATIONS"))?;
        Ok(())
    }
}

const SORT: &str = "DURATIONS";

fn partition(kind: &str) -> String {
    format!("DURATIONS#{kind}")
}
