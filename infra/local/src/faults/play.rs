//! Playing a story.

use std::time::Duration;

use tokio::time::interval;

use super::story::{Ask, Story, Trouble};
use super::{credential, machine, sweep};
use crate::stack::{Stack, StackOptions};

/// What nobody announces is looked at this often, and this many times.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_millis(20);
const LOOKS_MAX: usize = 500;

/// What is not as it must be, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unclean(pub(super) String);

impl From<crate::Error> for Unclean {
    fn from(error: crate::Error) -> Self {
        Self(error.to_string())
    }
}

/// How a stack for stories is to be started: next to no waits, and machines that beat, since that is what ends a wait
/// whose first token was lost.
pub fn options() -> StackOptions {
    StackOptions {
        wait_scale: 0.005,
        beat_interval: Some(Duration::from_secs(1)),
        ..StackOptions::journey()
    }
}

/// Plays a story on a stack where nothing else happens, and checks what comes of it. After an unclean one the stack is
/// no longer fit for another.
pub async fn play(stack: &Stack, story: &Story) -> Result<(), Unclean> {
    match story.chapters.first().map(|chapter| chapter.ask) {
        Some(Ask::Check) => credential::play(stack, story).await,
        Some(Ask::Sweep) => sweep::play(stack, story).await,
        _ => Box::pin(machine::play(stack, story)).await,
    }
}

pub(super) fn inject(stack: &Stack, subject_id: &str, troubles: &[Trouble]) {
    let mishaps = troubles
        .iter()
        .flat_map(|trouble| trouble.mishaps(subject_id));
    mishaps.for_each(|mishap| stack.steps.inject(mishap));
}

pub(super) async fn look<T, F>(what: &str, mut at: impl FnMut() -> F) -> Result<T, Unclean>
where
    F: Future<Output = Result<Option<T>, Unclean>>,
{
    let mut ticks = interval(LOOK_INTERVAL);
    for _ in 0..LOOKS_MAX {
        ticks.tick().await;
        if let Some(found) = at().await? {
            return Ok(found);
        }
    }
    Err(Unclean(format!("waited in vain for {what}")))
}

pub(super) fn wrong(error: impl std::fmt::Display) -> Unclean {
    Unclean(error.to_string())
}
