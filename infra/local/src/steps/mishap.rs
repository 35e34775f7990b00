//! What goes wrong at which step.

use std::time::Duration;

use domain::workflow::Step;
use serde_json::{Value, json};

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is not called, and the workflow is told this error.
    Fail(&'static str),
    /// It is carried out, and the workflow is told this error.
    Lose(&'static str),
    /// It is carried out twice.
    Twice,
    /// Its process is killed this long after it was called, unless it has answered by then.
    Kill(Duration),
    /// It is not called until released.
    Hold,
}

impl Effect {
    /// Whether a call that failed by itself has to be followed by another for this to come about.
    fn needs_a_success(self) -> bool {
        matches!(self, Self::Lose(_) | Self::Twice)
    }
}

/// A failure to come: which calls it applies to, what happens to them, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mishap {
    step: Step,
    subject_id: String,
    effect: Effect,
    left: u32,
    struck: u32,
}

impl Mishap {
    /// At every call of this step for this reservation or credential.
    pub fn always(step: Step, subject_id: &str, effect: Effect) -> Self {
        Self {
            step,
            subject_id: subject_id.to_owned(),
            effect,
            left: u32::MAX,
            struck: 0,
        }
    }

    /// At its next call alone.
    pub fn once(step: Step, subject_id: &str, effect: Effect) -> Self {
        Self {
            left: 1,
            ..Self::always(step, subject_id, effect)
        }
    }

    /// The step.
    pub fn step(&self) -> Step {
        self.step
    }

    /// How often it struck: not how often it was ordered, but how often a call was seen to suffer it.
    pub fn struck(&self) -> u32 {
        self.struck
    }

    /// Its effect on a call, if it applies. Whether it comes about is told later.
    pub(super) fn order(&mut self, step: &str, subject_id: &str) -> Option<Effect> {
        let applies = self.left > 0 && self.step.name() == step && self.subject_id == subject_id;
        if !applies {
            return None;
        }
        self.left -= 1;
        Some(self.effect)
    }

    /// What became of an order.
    pub(super) fn told(&mut self, has_struck: bool) {
        if has_struck {
            self.struck += 1;
        } else if self.effect.needs_a_success() {
            self.left += 1;
        }
    }
}

/// What the emulator is told: what becomes of the call, and the number of the mishap to report about.
pub(super) fn fate(ordered: Option<(u64, Effect)>) -> Value {
    let Some((mishap, effect)) = ordered else {
        return json!({"fate": "run"});
    };
    match effect {
        Effect::Hold => json!({"fate": "run"}),
        Effect::Fail(error) => json!({"fate": "fail", "error": error, "mishap": mishap}),
        Effect::Lose(error) => json!({"fate": "lose", "error": error, "mishap": mishap}),
        Effect::Twice => json!({"fate": "twice", "mishap": mishap}),
        Effect::Kill(after) => {
            json!({"fate": "kill", "after_seconds": after.as_secs_f64(), "mishap": mishap})
        }
    }
}
