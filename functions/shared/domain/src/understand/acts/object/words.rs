//! What words do in a noun phrase: end it, count, or say what something is like.

use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::numbers;
use crate::understand::token::Token;

/// Words that end the phrase.
pub(super) fn ends(token: &Token) -> bool {
    token.class.any(&[
        Class::Preposition,
        Class::And,
        Class::Or,
        Class::Until,
        Class::Please,
        Class::Question,
        Class::Correction,
        Class::Not,
    ]) || matches!(
        token.text.as_str(),
        "because"
            | "so"
            | "but"
            | "if"
            | "while"
            | "once"
            | "after"
            | "before"
            | "unless"
            | "though"
            | "although"
            | "i"
            | "we"
            | "you"
            | "he"
            | "she"
            | "they"
            | "there"
            | "please"
            | "be"
    )
}

/// "the rest", "both", "two": the phrase is about what they count.
pub(super) fn is_quantity(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "all"
            | "one"
            | "ones"
            | "rest"
            | "lot"
            | "both"
            | "some"
            | "any"
            | "each"
            | "most"
            | "half"
            | "other"
            | "others"
            | "couple"
            | "pair"
            | "few"
            | "bunch"
            | "last"
    ) || numbers::word_value(&token.text).is_some()
}

/// Words that say what a thing is like and are no thing themselves.
pub(super) fn is_modifier(token: &Token) -> bool {
    token.class.any(&[
        Class::Adjective,
        Class::Spot,
        Class::New,
        Class::Idle,
        Class::Active,
        Class::Expiring,
        Class::Ended,
        Class::Past,
        Class::Everybody,
        Class::Last,
        Class::Cheap,
    ]) || token.used && !is_environment(token)
        || matches!(
            token.text.as_str(),
            "old" | "older" | "own" | "damn" | "damned" | "bloody"
        )
}

/// "completely", "permanently".
pub(super) fn is_manner(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ly")
}

/// "docker", "java": what may run on a machine.
pub(super) fn is_environment(token: &Token) -> bool {
    names::ENVIRONMENTS
        .iter()
        .any(|(_, words)| names::lists(words, &token.text))
}
