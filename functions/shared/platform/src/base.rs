//! What every function starts with.

use aws_config::SdkConfig;

use crate::clock::Clock;
use crate::store::Store;
use crate::{PlatformError, clients, config, sdk_config};

/// The SDK's configuration, the table and the clock.
#[derive(Debug, Clone)]
pub struct Base {
    /// For further clients.
    pub aws: SdkConfig,
    /// The table that `TABLE_NAME` names.
    pub store: Store,
    /// The time.
    pub clock: Clock,
}

impl Base {
    /// Everything from the environment.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let aws = sdk_config().await;
        let dynamodb = clients::dynamodb(&aws);
        let table = config::required("TABLE_NAME")?;
        let clock = Clock::from_env(&dynamodb, &table);
        Ok(Self {
            aws,
            store: Store::new(dynamodb, table),
            clock,
        })
    }
}
