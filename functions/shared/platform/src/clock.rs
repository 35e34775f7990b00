//! What time it is. Tests move it; production cannot.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::time::EpochSeconds;

use crate::{PlatformError, config};

/// The item that holds the offset of a test's clock.
pub const CLOCK_KEY: &str = "CLOCK";
/// Its attribute: seconds to add to the system's time.
pub const OFFSET_ATTRIBUTE: &str = "offset_seconds";

/// A clock: the system's, plus an offset from the table where the template's parameter `TestClock` is on.
#[derive(Debug, Clone)]
pub struct Clock {
    moved: Option<(Client, String)>,
}

impl Clock {
    /// The clock that the environment variable `TEST_CLOCK` chooses.
    pub fn from_env(client: &Client, table: &str) -> Self {
        let moved = config::optional("TEST_CLOCK").is_some_and(|value| value == "on");
        Self {
            moved: moved.then(|| (client.clone(), table.to_owned())),
        }
    }

    /// Now.
    pub async fn now(&self) -> Result<EpochSeconds, PlatformError> {
        let system = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs());
        let system = EpochSeconds::try_from(system).unwrap_or(EpochSeconds::MAX);
        let Some((client, table)) = &self.moved else {
            return Ok(system);
        };
        let key = || AttributeValue::S(CLOCK_KEY.to_owned());
        let answer = client
            .get_item()
            .table_name(table)
            .key("pk", key())
            .key("sk", key())
            .consistent_read(true)
            .send()
            .await;
        let item = answer
            .map_err(PlatformError::service("GetItem CLOCK"))?
            .item
            .unwrap_or_default();
        let offset = item
            .get(OFFSET_ATTRIBUTE)
            .and_then(|value| value.as_n().ok())
            .and_then(|text| text.parse::<i64>().ok());
        Ok(system + offset.unwrap_or(0))
    }
}
