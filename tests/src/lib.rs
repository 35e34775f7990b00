//! What the journeys share: a stack of their own, and a browser.

pub mod browser;

use local::progress::Quiet;
use local::stack::{Stack, StackOptions};

/// A whole product of one's own, with the clock standing still until it is moved.
pub async fn stack() -> local::Result<Stack> {
    Stack::start(StackOptions::journey(), &Quiet).await
}
