//! Leaves wit.ai alone while it fails, and within its limits while it does not.

use std::collections::VecDeque;

use super::Failure;

/// Failures in a row after which it is left alone.
const MAX_FAILURES: u32 = 3;
/// For how long; then one message tries again.
const OPEN_MILLIS: u64 = 30_000;
/// A refused token does not heal by itself.
const UNAUTHORIZED_MILLIS: u64 = 300_000;
/// Questions a minute: far under every limit ever reported.
const MAX_QUESTIONS_A_MINUTE: usize = 60;
const MINUTE_MILLIS: u64 = 60_000;

/// A circuit breaker with a budget. Time is any monotonic clock in milliseconds.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: u32,
    open_until: Option<u64>,
    asked: VecDeque<u64>,
}

impl Breaker {
    /// Whether a question may be asked now; counts it if so.
    pub fn admit(&mut self, now: u64) -> Result<(), Failure> {
        if let Some(until) = self.open_until {
            if now < until {
                return Err(Failure::CircuitOpen);
            }
            // One message tries; the others wait for its outcome.
            self.open_until = Some(now + OPEN_MILLIS);
        }
        while self
            .asked
            .front()
            .is_some_and(|asked| asked + MINUTE_MILLIS <= now)
        {
            self.asked.pop_front();
        }
        if self.asked.len() >= MAX_QUESTIONS_A_MINUTE {
            return Err(Failure::Throttled);
        }
        self.asked.push_back(now);
        Ok(())
    }

    /// An answer came.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.open_until = None;
    }

    /// No answer came.
    pub fn failed(&mut self, failure: Failure, now: u64) {
        if !failure.counts_against_wit() {
            // It answered: a refused question is no outage.
            self.succeeded();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if failure == Failure::Unauthorized {
            self.open_until = Some(now + UNAUTHORIZED_MILLIS);
        } else if self.failures >= MAX_FAILURES || failure == Failure::Throttled {
            self.open_until = Some(now + OPEN_MILLIS);
        }
    }
}
