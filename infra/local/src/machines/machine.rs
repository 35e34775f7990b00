//! What machines can do, whatever they are made of.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use crate::cloud::Instance;

use super::MachineError;

/// What becomes of a machine's disk when it is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disk {
    /// It waits for the next start.
    Kept,
    /// It goes with the machine.
    Removed,
}

/// One machine, on or off.
#[async_trait]
pub(super) trait Machine: Debug + Send + Sync {
    /// Its instance's id.
    fn id(&self) -> &str;

    /// Switches it on and waits until the beacon has everything from it.
    async fn boot(&self) -> Result<(), MachineError>;

    /// Switches it off; whatever it was doing ends.
    async fn power_off(&self, disk: Disk);

    /// One heartbeat.
    async fn beat(&self) -> Result<(), MachineError>;

    /// What its agent remembers between runs.
    async fn state(&self) -> Result<Value, MachineError>;

    /// The command that its dead-man's switch has scheduled, if it has.
    async fn scheduled_shutdown(&self) -> Option<Vec<String>>;

    /// The ssh keys that open it for a user besides those of first boot.
    async fn authorized_keys(&self, user: &str) -> Option<String>;

    /// Runs a command on it as root and returns what that prints.
    async fn run(&self, command: &[&str]) -> Result<String, MachineError>;

    /// The host name that it has given itself, if it has.
    async fn hostname(&self) -> Option<String>;

    /// The cloud announces when it takes the machine back, or that it does not: what the metadata say under
    /// `spot/instance-action`.
    async fn announce_interruption(&self, at_epoch_seconds: Option<i64>);
}

/// Whoever makes machines for instances.
#[async_trait]
pub(super) trait Maker: Debug + Send + Sync {
    /// The machine of an instance that runs: a new one, or the one that was switched off before.
    async fn machine(&self, instance: &Instance) -> Result<Arc<dyn Machine>, MachineError>;

    /// Ends every machine, and leaves nothing behind.
    async fn close(&self);
}
