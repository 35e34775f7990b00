//! wit.ai's side of understanding: what may be asked, what its answers mean, and which engine to believe.
//!
//! All pure. `platform::wit` makes the call; the stand-in for wit.ai renders answers with [`answer`], so that both
//! directions stay in step.

mod breaker;
mod choice;
mod entities;
mod failure;
pub mod training;

use jiff::Zoned;
use jiff::civil::DateTime;
use serde_json::{Value, json};

pub use breaker::Breaker;
pub use choice::choose;
pub use entities::answer;
pub use failure::Failure;

use crate::intent::{Engine, Intent, Meaning};
use crate::redact;

/// The version of the API all this is written for; an unpinned call gets the format of 2014.
pub const API_VERSION: &str = "20240304";
/// wit.ai refuses longer questions.
pub const MAX_QUESTION_CHARS: usize = 280;

/// What to send for a message, or why nothing may be sent.
pub fn question(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if redact::looks_like_secret(text) {
        Err(Failure::Secret)
    } else if text.is_empty() {
        Err(Failure::Empty)
    } else if text.chars().count() > MAX_QUESTION_CHARS {
        Err(Failure::TooLong)
    } else {
        Ok(text)
    }
}

/// The author's time, as wit.ai wants it: local with offset, or "tomorrow 9am" is wrong.
pub fn context(now: &Zoned) -> Value {
    json!({
        "reference_time": now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        "timezone": now.time_zone().iana_name().unwrap_or("UTC"),
        "locale": "en_US",
    })
}

/// The local time a context states.
pub fn reference_time(context: &str) -> Option<DateTime> {
    let context: Value = serde_json::from_str(context).ok()?;
    entities::local_time(context.get("reference_time")?.as_str()?)
}

/// What an answer of wit.ai means. `now` is the author's local time.
pub fn meaning(body: &str, now: DateTime) -> Result<Meaning, Failure> {
    let answer: Value = serde_json::from_str(body).map_err(|_| Failure::Unreadable)?;
    if answer.get("error").is_some() || answer.get("intents").is_none() {
        return Err(Failure::Unreadable);
    }
    let best = answer["intents"]
        .as_array()
        .and_then(|intents| intents.first());
    let named = best.and_then(|best| Intent::from_name(best["name"].as_str()?));
    let confidence = best
        .and_then(|best| best["confidence"].as_f64())
        .unwrap_or(0.0);
    let Some(intent) = named else {
        return Ok(Meaning {
            intent: Intent::OutOfScope,
            confidence: 0.0,
            ..bare(Intent::OutOfScope, "wit.ai names no intent of ours")
        });
    };
    #[expect(clippy::cast_possible_truncation, reason = "a probability")]
    let confidence = confidence.clamp(0.0, 1.0) as f32;
    let (slots, ignored) = entities::slots(&answer, intent, now);
    let mut meaning = Meaning {
        slots,
        confidence,
        ..bare(intent, "wit.ai's first intent")
    };
    meaning.evidence.extend(ignored);
    Ok(meaning)
}

fn bare(intent: Intent, because: &str) -> Meaning {
    Meaning {
        intent,
        slots: crate::intent::Slots::default(),
        confidence: 0.0,
        engine: Engine::Wit,
        evidence: vec![format!("decision: {because}")],
    }
}

#[cfg(test)]
mod tests;
