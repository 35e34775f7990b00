//! The HTTP client for services that are none of AWS's.

use std::time::Duration;

use crate::PlatformError;

/// Slack and wit.ai answer in a fraction of a second; beyond this they will not.
const TIMEOUT: Duration = Duration::from_secs(8);
/// Connections are made in tens of milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// One client for everything, so that connections are kept and certificates are read once.
pub fn client() -> Result<reqwest::Client, PlatformError> {
    let client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT);
    client
        .build()
        .map_err(PlatformError::service("building the HTTP client"))
}
