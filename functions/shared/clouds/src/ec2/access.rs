//! Configurations: whose credentials, which region, how long to wait, how often to try.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::SharedCredentialsProvider;

/// A listener that does not answer by then is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// `RunInstances` usually answers within a few seconds; a lost attempt is repeated under the same token.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(12);
/// All attempts together, so that a step ends before its state's time limit of a minute.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(40);
/// The workflow repeats a step that failed; within a step only a hiccup is worth waiting out.
const ATTEMPT_LIMIT: u32 = 3;
const INITIAL_BACKOFF: Duration = Duration::from_millis(250);
const BACKOFF_LIMIT: Duration = Duration::from_secs(4);

/// Names the assumed role's session in the account's audit log.
const SESSION_NAME: &str = "infrared-provision";

/// A role to assume in the account that machines run in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAccess {
    /// The role.
    pub arn: String,
    /// What the role's trust demands, so that nobody else can make us use it.
    pub external_id: String,
}

/// The function's own configuration from its environment, with this crate's timeouts and retries.
pub async fn own_config() -> SdkConfig {
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .timeout_config(timeouts())
        .retry_config(retries())
        .load()
        .await
}

/// The configuration of somebody who assumed the role.
pub(super) async fn assuming(own: &SdkConfig, role: &RoleAccess, region: &str) -> SdkConfig {
    let provider = AssumeRoleProvider::builder(&role.arn)
        .external_id(&role.external_id)
        .session_name(SESSION_NAME)
        .configure(&in_region(own, region))
        .build()
        .await;
    own.to_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        // A cache of its own: cached identities must never cross from one bearer to another.
        .identity_cache(aws_config::identity::IdentityCache::lazy().build())
        .build()
}

pub(super) fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config
        .to_builder()
        .region(Region::new(region.to_owned()))
        .timeout_config(timeouts())
        .retry_config(retries())
        .build()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPT_LIMIT)
        .with_initial_backoff(INITIAL_BACKOFF)
        .with_max_backoff(BACKOFF_LIMIT)
}
