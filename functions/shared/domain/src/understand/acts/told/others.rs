//! Somebody else does it: "bob shut it off", "the scheduler stops my vm".

use super::{clause, listed, subject};
use crate::understand::acts::object::Object;
use crate::understand::acts::particles::is_separable;
use crate::understand::class::Class;
use crate::understand::lexicon;
use crate::understand::token::{Kind, Token};

/// Other people, when no name is given.
pub(super) const OTHERS: &str =
    "he she they who someone somebody everyone everybody nobody anyone anybody people others";

/// "terminates", "stops": somebody does it.
pub(super) fn is_third_person(tokens: &[Token], at: usize, class: Class) -> bool {
    tokens[at].text.strip_suffix('s').is_some_and(|verb| {
        lexicon::classes(verb).has(class)
            || is_separable(verb)
            || is_separable(verb.trim_end_matches('e'))
    })
}

/// "bob shut it off", "the scheduler stops my vm", "a box that kills my budget".
pub(super) fn by_others(tokens: &[Token], at: usize, object: Object) -> bool {
    let Some(subject) = subject(tokens, at) else {
        return false;
    };
    let token = &tokens[subject];
    let word = token.text.as_str();
    let asked = tokens.iter().any(|token| token.has(Class::Please))
        || tokens[clause(tokens, at)..at]
            .first()
            .is_some_and(|first| matches!(first.text.as_str(), "can" | "could" | "would" | "will"));
    if listed(OTHERS, word) {
        return !asked;
    }
    if token.has(Class::Person) {
        return !asked && !tokens.get(subject + 1).is_some_and(Token::is_break);
    }
    if matches!(word, "that" | "which") && subject > 0 && subject + 1 == at {
        return tokens[subject - 1].kind == Kind::Word && !tokens[subject - 1].has(Class::Not);
    }
    let explicit = !matches!(object, Object::Unsaid | Object::Pronoun);
    explicit && !asked && subject + 1 == at && is_noun_subject(tokens, subject)
}

/// "the janitor", "our cron job", "zygmunt": somebody or something else, where a sentence begins.
fn is_noun_subject(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let start = clause(tokens, at);
    let plain = token.kind == Kind::Word
        && !token.quoted
        && (!token.has(Class::Known) || token.class.any(&[Class::Foreign, Class::Beside]));
    if !plain {
        return false;
    }
    let determiner = (start..at).rev().take(3).find(|index| {
        tokens[*index]
            .class
            .any(&[Class::The, Class::My, Class::Our, Class::Article])
    });
    let first = determiner.unwrap_or(at);
    let opens = first == start
        || tokens[start..first].iter().all(|token| {
            token.class.any(&[Class::Hello, Class::Filler, Class::And])
                && !token.has(Class::Preposition)
        });
    opens && (determiner.is_some() || !token.has(Class::Known))
}
