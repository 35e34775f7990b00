//! How the AWS SDK is set up.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

/// Tries of one call, the first included. The services here are in the same region and idempotent by our keys.
const ATTEMPTS_MAX: u32 = 3;
/// A connection inside a region stands in milliseconds; a second means that it will not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// One try.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(4);
/// All tries together, below the shortest function timeout.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(9);

/// The configuration that all clients of a function share. Its behaviour is pinned by date, so that an update of
/// the SDK changes nothing unnoticed.
pub async fn sdk_config() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT);
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .timeout_config(timeouts.build())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX))
        .load()
        .await
}
