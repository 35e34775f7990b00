//! Starts of the local stack with everything built and installed, and the first word of a product that has just
//! started.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::conversation::until_first_word;
use super::report::{FIRST_WORD_COLD, Row};
use super::samples::Samples;
use crate::progress::{Phase, Progress};
use crate::stack::{Stack, StackOptions};
use crate::{Result, prerequisites};

const STARTS: usize = 3;

/// Times of starts.
#[derive(Debug)]
pub(super) struct Starts {
    phases: BTreeMap<Phase, Samples>,
    whole: Samples,
    first_word: Samples,
}

impl Starts {
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = vec![
            Row::new("cold: message to first Slack call", &self.first_word).within(FIRST_WORD_COLD),
            Row::new("second start of the local stack", &self.whole),
        ];
        let phases = self.phases.iter();
        rows.extend(
            phases.map(|(phase, samples)| Row::new(format!("  {}", phase.title()), samples)),
        );
        rows
    }
}

/// Remembers how long the phases took, some of them side by side.
#[derive(Debug, Default)]
struct Recorder(Mutex<BTreeMap<Phase, Vec<Duration>>>);

impl Progress for Recorder {
    fn started(&self, _phase: Phase) {}
    fn step(&self, _phase: Phase, _what: &str) {}
    fn finished(&self, phase: Phase, elapsed: Duration) {
        let mut phases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        phases.entry(phase).or_default().push(elapsed);
    }
}

pub(super) async fn measure() -> Result<Starts> {
    let recorder = Recorder::default();
    let (mut whole, mut first_word) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let start = Instant::now();
        prerequisites::check()?;
        let stack = Stack::start(StackOptions::live(), &recorder).await?;
        whole.push(start.elapsed());
        first_word.push(until_first_word(&stack).await?);
        stack.stop().await;
    }
    let phases = recorder
        .0
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let phases = phases
        .into_iter()
        .map(|(phase, times)| (phase, times.into_iter().collect()));
    Ok(Starts {
        phases: phases.collect(),
        whole: whole.into_iter().collect(),
        first_word: first_word.into_iter().collect(),
    })
}
