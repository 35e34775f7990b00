//! Which engine to believe.

use super::Failure;
use crate::intent::{Intent, Meaning};

/// wit.ai below is unsure.
const WIT_IS_SURE: f32 = 0.8;
/// The parser below is unsure.
const BUILTIN_IS_SURE: f32 = 0.75;
/// What is left of the confidence when the engines disagree on an act that cannot be taken back: the caller asks.
const DISPUTED: f32 = 0.4;

/// Takes the parser's meaning, or wit.ai's where it knows better, and adds the reason to the evidence.
pub fn choose(builtin: Meaning, wit: Result<Meaning, Failure>) -> Meaning {
    let wit = match wit {
        Ok(wit) => wit,
        Err(failure) => return because(builtin, &format!("built-in alone: {failure}")),
    };
    if builtin.intent == wit.intent {
        // The parser's slots follow the labelling rules to the letter; wit.ai confirms the act.
        let confidence = builtin.confidence.max(wit.confidence);
        return because(
            Meaning {
                confidence,
                ..builtin
            },
            "built-in: both engines agree",
        );
    }
    if is_of_the_conversation(builtin.intent) {
        return because(builtin, "built-in: it knows the open question");
    }
    if builtin.intent.is_destructive() {
        let confidence = builtin.confidence.min(DISPUTED);
        let wit_says = format!("built-in, disputed: wit.ai reads {}", wit.intent);
        return because(
            Meaning {
                confidence,
                ..builtin
            },
            &wit_says,
        );
    }
    if wit.intent.is_destructive() {
        return because(builtin, "built-in: a destructive act needs both engines");
    }
    if wit.confidence < WIT_IS_SURE {
        return because(builtin, "built-in: wit.ai is unsure");
    }
    if builtin.confidence >= BUILTIN_IS_SURE && builtin.intent != Intent::OutOfScope {
        return because(
            builtin,
            &format!("built-in: sure, though wit.ai reads {}", wit.intent),
        );
    }
    because(
        wit,
        &format!("wit.ai: sure, the parser guesses {}", builtin.intent),
    )
}

/// Answers only make sense beside the question, which wit.ai does not see.
const fn is_of_the_conversation(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::Provide | Intent::Affirm | Intent::Deny | Intent::Cancel
    )
}

fn because(mut meaning: Meaning, reason: &str) -> Meaning {
    meaning.evidence.insert(0, format!("engine: {reason}"));
    meaning
}
