//! Configurations: whose credentials, which region, how long to wait, how often to try.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::interceptors::InterceptorContext;
use aws_sdk_ec2::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_sdk_ec2::operation::run_instances::RunInstancesError;

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

/// A way into an AWS account. Clients are made for one and never kept for another.
#[derive(Debug, Clone)]
pub enum AwsAccess {
    /// An IAM user's key. The SDK's type hides the secret when shown.
    Keys(Credentials),
    /// A role.
    Role(RoleAccess),
}

impl AwsAccess {
    /// An IAM user's key.
    pub fn keys(access_key_id: &str, secret_access_key: &str) -> Self {
        Self::Keys(Credentials::new(
            access_key_id,
            secret_access_key,
            None,
            None,
            "infrared",
        ))
    }

    /// The configuration of who comes this way.
    pub(super) async fn config(&self, own: &SdkConfig, region: &str) -> SdkConfig {
        match self {
            Self::Keys(credentials) => {
                bearing(own, SharedCredentialsProvider::new(credentials.clone()))
            }
            Self::Role(role) => assuming(own, role, region).await,
        }
    }
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
async fn assuming(own: &SdkConfig, role: &RoleAccess, region: &str) -> SdkConfig {
    let provider = AssumeRoleProvider::builder(&role.arn)
        .external_id(&role.external_id)
        .session_name(SESSION_NAME)
        .configure(&in_region(own, region))
        .build()
        .await;
    bearing(own, SharedCredentialsProvider::new(provider))
}

fn bearing(own: &SdkConfig, credentials: SharedCredentialsProvider) -> SdkConfig {
    own.to_builder()
        .credentials_provider(credentials)
        // A cache of its own: cached identities must never cross from one bearer to another.
        .identity_cache(aws_config::identity::IdentityCache::lazy().build())
        .build()
}

pub(super) fn ec2_client(account: &SdkConfig, region: &str) -> aws_sdk_ec2::Client {
    let config = aws_sdk_ec2::config::Builder::from(&in_region(account, region))
        .retry_classifier(NoCapacityIsFinal)
        .build();
    aws_sdk_ec2::Client::from_conf(config)
}

/// EC2 says "no capacity" with a server error's status, which the SDK would repeat. Asking the same zone again within
/// seconds helps nobody; the workflow decides where to try next.
#[derive(Debug)]
struct NoCapacityIsFinal;

impl ClassifyRetry for NoCapacityIsFinal {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let code = context
            .output_or_error()
            .and_then(Result::err)
            .and_then(|error| error.as_operation_error())
            .and_then(|error| error.downcast_ref::<RunInstancesError>())
            .and_then(ProvideErrorMetadata::code);
        match code {
            Some("InsufficientInstanceCapacity") => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "no capacity is final"
    }
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
