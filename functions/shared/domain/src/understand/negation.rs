//! What "not" reaches.

use super::class::Class;
use super::numbers;
use super::token::Token;

/// Words a "not" reaches at most.
const REACH: usize = 7;

/// Words a "than" reaches in "rather centos than ubuntu linux".
const PREFERRED_REACH: usize = 3;
/// Words between the two halves of such a preference.
const PREFERENCE_WIDTH: usize = 6;

/// "I'd rather have centos than ubuntu": what follows "than" is not wanted.
fn prefers_over(tokens: &[Token], at: usize) -> bool {
    tokens[at].is("than")
        && tokens[..at]
            .iter()
            .rev()
            .take(PREFERENCE_WIDTH)
            .take_while(|token| !token.is_break())
            .skip(1)
            .any(|token| token.is("rather") || token.is("sooner"))
}

/// Marks the tokens a negation takes back.
pub(super) fn mark(tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        if prefers_over(tokens, at) {
            for token in tokens.iter_mut().skip(at + 1).take(PREFERRED_REACH) {
                if token.is_break() {
                    break;
                }
                token.negated = true;
            }
        }
        let token = &tokens[at];
        if !token.has(Class::Not)
            || token
                .class
                .any(&[Class::CancelWord, Class::Budget, Class::Idle])
            || is_correction(tokens, at)
        {
            continue;
        }
        reach_forward(tokens, at);
        reach_back(tokens, at);
    }
}

/// "5, hmm no 4", "no wait", "no, debian": a correction, not a negation.
fn is_correction(tokens: &[Token], at: usize) -> bool {
    if !matches!(tokens[at].text.as_str(), "no" | "nope" | "nah") {
        return false;
    }
    let Some(next) = tokens.get(at + 1) else {
        return true;
    };
    next.is_break()
        || next.has(Class::Correction)
        || next.has(Class::Yes)
        || next.number().is_some()
        || numbers::word_value(&next.text).is_some()
        || next.is("i")
        || next.is("not")
        || next.is("do")
        || next.is("the")
        || next.is("thanks")
        || next.is("it")
        || next.is("that")
}

fn reach_forward(tokens: &mut [Token], at: usize) {
    let replaces = [Some(at), at.checked_sub(1)]
        .into_iter()
        .flatten()
        .any(|index| matches!(tokens[index].text.as_str(), "instead" | "rather"));
    for (offset, token) in tokens.iter_mut().skip(at + 1).take(REACH).enumerate() {
        let ends = token.is_break()
            || matches!(
                token.text.as_str(),
                "but"
                    | "just"
                    | "only"
                    | "because"
                    | "until"
                    | "till"
                    | "til"
                    | "before"
                    | "yet"
                    | "so"
                    | "rather"
            )
            || token.has(Class::Correction)
            || (token.is("more") || token.is("later"));
        // "don't just stop it": the word belongs to the negation.
        let is_first = offset == 0 && token.is("just");
        // "instead of terminating it extend it": the second verb is the wish.
        let is_wish = replaces
            && offset >= 2
            && token
                .class
                .any(&[Class::Extend, Class::Stop, Class::Start, Class::Terminate])
            || replaces
                && offset >= 2
                && matches!(
                    token.text.as_str(),
                    "give" | "show" | "tell" | "keep" | "let"
                );
        if is_wish || ends && !is_first {
            break;
        }
        token.negated = true;
    }
}

/// "docker isn't needed", "windows not required", "r-7f3k2 not wanted".
fn reach_back(tokens: &mut [Token], at: usize) {
    let undone = tokens.iter().skip(at + 1).take(3).any(|token| {
        matches!(
            token.text.as_str(),
            "needed" | "required" | "necessary" | "wanted"
        )
    });
    if !undone || !tokens[at].is("not") {
        return;
    }
    for token in tokens[..at].iter_mut().rev().take(REACH) {
        if token.is_break() || token.has(Class::Correction) {
            break;
        }
        token.negated = true;
    }
}

/// Whether a correction stands between two places.
pub(super) fn corrected_between(tokens: &[Token], from: usize, to: usize) -> bool {
    tokens
        .iter()
        .take(to)
        .skip(from)
        .enumerate()
        .any(|(offset, token)| {
            token.has(Class::Correction)
                || (token.has(Class::Not) && is_correction(tokens, from + offset))
        })
}
