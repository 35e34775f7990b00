//! One clock for the whole local product.
//!
//! It is the machine's clock plus an offset that tests and the page may move forward: time keeps passing by itself,
//! and "thirty minutes later" takes no waiting. Everything that stands in for an outside service reads this clock,
//! so signatures, trigger lifetimes and deadlines agree with each other.

use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// A handle on the clock; clones share the same offset.
#[derive(Clone, Debug, Default)]
pub struct SharedClock {
    offset_seconds: watch::Sender<i64>,
}

impl SharedClock {
    /// A clock that shows the machine's time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whole seconds since the epoch.
    pub fn now_epoch_seconds(&self) -> i64 {
        let seconds = system_time().as_secs();
        i64::try_from(seconds)
            .unwrap_or(i64::MAX)
            .saturating_add(self.offset_seconds())
    }

    /// Seconds since the epoch with their fraction.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an offset of years still fits the 52 bits"
    )]
    pub fn now_epoch_seconds_f64(&self) -> f64 {
        system_time().as_secs_f64() + self.offset_seconds() as f64
    }

    /// Moves the clock; everything that reads it sees the jump at once.
    pub fn advance(&self, seconds: i64) {
        self.offset_seconds.send_modify(|offset| *offset += seconds);
    }

    /// How far the clock is ahead of the machine's.
    pub fn offset_seconds(&self) -> i64 {
        *self.offset_seconds.borrow()
    }

    /// Follows the offset, for those who have to tell somebody else.
    pub fn offset_changes(&self) -> watch::Receiver<i64> {
        self.offset_seconds.subscribe()
    }
}

/// A machine whose clock stands before 1970 shows 1970.
fn system_time() -> std::time::Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
