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

/// A failure to come: which calls it applies to, what happens to them, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mishap {
    step: Step,
    reservation_id: String,
    effect: Effect,
    left: u32,
    struck: u32,
}

impl Mishap {
    /// At every call of this step for this reservation.
    pub fn always(step: Step, reservation_id: &str, effect: Effect) -> Self {
        Self {
            step,
            reservation_id: reservation_id.to_owned(),
            effect,
            left: u32::MAX,
            struck: 0,
        }
    }

    /// At its next call alone.
    pub fn once(step: Step, reservation_id: &str, effect: Effect) -> Self {
        Self {
            left: 1,
            ..Self::always(step, reservation_id, effect)
        }
    }

    /// The step.
    pub fn step(&self) -> Step {
        self.step
    }

    /// How often it struck.
    pub fn struck(&self) -> u32 {
        self.struck
    }

    /// Its effect on a call, if it applies; counts the strike.
    pub(super) fn strike(&mut self, step: &str, reservation_id: &str) -> Option<Effect> {
        let applies =
            self.left > 0 && self.step.name() == step && self.reservation_id == reservation_id;
        if !applies {
            return None;
        }
        self.left -= 1;
        self.struck += 1;
        Some(self.effect)
    }
}

/// What the emulator is told.
pub(super) fn fate(effect: Option<Effect>) -> Value {
    match effect {
        None | Some(Effect::Hold) => json!({"fate": "run"}),
        Some(Effect::Fail(error)) => json!({"fate": "fail", "error": error}),
        Some(Effect::Lose(error)) => json!({"fate": "lose", "error": error}),
        Some(Effect::Twice) => json!({"fate": "twice"}),
        Some(Effect::Kill(after)) => {
            json!({"fate": "kill", "after_seconds": after.as_secs_f64()})
        }
    }
}
