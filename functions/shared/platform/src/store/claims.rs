//! Claims: each delivery of Slack's is dealt with once, though it may come several times.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::time::EpochSeconds;

use super::{CLAIM_KEPT_SECONDS, Item, Store, key, n};
use crate::PlatformError;

/// Whoever claims a delivery has this long before a repetition may take over. Above the front door's timeout.
const LEASE_SECONDS: i64 = 12;

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is ours to deal with.
    Ours,
    /// It has been dealt with; this was the outcome.
    Done(String),
    /// Somebody is at it.
    Busy,
}

impl Store {
    /// Claims the delivery of that name.
    pub async fn claim(&self, name: &str, now: EpochSeconds) -> Result<Claim, PlatformError> {
        let mut item = Item::new();
        key(&mut item, &format!("CLAIM#{name}"), "CLAIM");
        item.insert("lease_until".to_owned(), n(now + LEASE_SECONDS));
        item.insert("expires_at".to_owned(), n(now + CLAIM_KEPT_SECONDS));
        let call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR (attribute_not_exists(outcome) AND lease_until <= :now)")
            .expression_attribute_values(":now", n(now))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = call.send().await else {
            return Ok(Claim::Ours);
        };
        let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
        else {
            return Err(PlatformError::service("PutItem CLAIM")(error));
        };
        let outcome = failed
            .item()
            .and_then(|item| item.get("outcome"))
            .and_then(|value| value.as_s().ok());
        Ok(outcome.map_or(Claim::Busy, |outcome| Claim::Done(outcome.clone())))
    }
}
