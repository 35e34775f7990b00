//! Adapters between the rules in `domain` and the services they are carried out with: the table, the bus, the
//! workflows, the secrets, the vault, the clock, Slack and wit.ai.

pub mod clients;
pub mod clock;
pub mod config;
pub mod http;
pub mod outbox;
pub mod secrets;
pub mod slack;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod wit;
pub mod workflows;

mod aws;
mod base;
mod error;

pub use aws::sdk_config;
pub use base::Base;
pub use error::PlatformError;
