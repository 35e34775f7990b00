//! Nicknames: words nobody knows, where a reservation is expected.

use super::{OBJECT_ACTS, References, is_kept, is_thing, text};
use crate::understand::class::Class;
use crate::understand::negation::corrected_between;
use crate::understand::numbers;
use crate::understand::token::{Kind, Token};

/// A name where a reservation is expected.
pub(super) fn nicknames(tokens: &[Token], template: Option<&str>, found: &mut References) {
    let mut names: Vec<(usize, String)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !is_name(token) || template == Some(token.raw()) || token.raw().len() < 2 {
            continue;
        }
        if is_word_asked_about(tokens, at) || !expects_name(tokens, at, &names) {
            continue;
        }
        if names
            .last()
            .is_some_and(|(from, _)| corrected_between(tokens, from + 1, at))
        {
            names.clear();
        }
        names.push((at, token.raw().to_owned()));
    }
    // "stop falcon but leave my-db running": named to be spared.
    let ends = tokens
        .iter()
        .any(|token| token.class.any(&[Class::Terminate, Class::Stop]) && !token.negated);
    if ends && names.len() > 1 {
        let others_meant = names.iter().any(|(at, _)| !tokens[*at].negated);
        names.retain(|(at, _)| !(is_kept(tokens, *at) || tokens[*at].negated && others_meant));
    }
    // "put zeus out to pasture": beside one that is named outright, a word behind a preposition is no name.
    let placed = |at: usize| {
        at > 0
            && tokens[at - 1].has(Class::Preposition)
            && !matches!(text(tokens, at - 1), "of" | "called" | "named" | "with")
    };
    let plain = |at: usize| !tokens[at].text.contains('-') && !tokens[at].quoted;
    if names.iter().any(|(at, _)| !placed(*at)) {
        names.retain(|(at, _)| !(placed(*at) && plain(*at)));
    }
    // With a handle at hand, only a name listed beside it counts: "falcon and r-7f3k2".
    if !found.named.is_empty() {
        names.retain(|(at, _)| {
            let beside = |index: usize| {
                tokens
                    .get(index)
                    .is_some_and(|token| token.kind == Kind::Handle)
            };
            let joined = |index: usize| {
                tokens
                    .get(index)
                    .is_some_and(|token| token.has(Class::And) || token.is(","))
            };
            // "r-7f3k2 as well as falcon".
            let as_well = *at >= 4
                && text(tokens, at - 1) == "as"
                && text(tokens, at - 2) == "well"
                && beside(at - 4);
            as_well
                || (joined(at + 1) && beside(at + 2))
                || (*at >= 2 && joined(at - 1) && beside(at - 2))
        });
    }
    found.nicknames = names;
}

/// Whether a word can be a name at all.
pub(in crate::understand) fn is_name(token: &Token) -> bool {
    token.kind == Kind::Word
        && (token.is_unknown_word() && token.typed.is_none()
            || token.quoted && !token.used && numbers::word_value(&token.text).is_none())
        && numbers::word_value(&token.text).is_none()
        && token.text.starts_with(char::is_alphabetic)
        && !token.text.contains('.')
        && !token.text.ends_with("-wise")
        && (!is_inflected(&token.text) || token.text.contains('-') || token.quoted)
}

/// What does "terminate" do: a word of ours in quotes.
fn is_word_asked_about(tokens: &[Token], at: usize) -> bool {
    let act = tokens[at].class.any(&[
        Class::Terminate,
        Class::Stop,
        Class::Start,
        Class::Extend,
        Class::Share,
        Class::Save,
    ]);
    act && (matches!(
        text(tokens, at + 1),
        "do" | "mean" | "means" | "work" | "command"
    ) || at > 0
        && matches!(
            text(tokens, at - 1),
            "does" | "word" | "command" | "by" | "is"
        ))
}

/// Endings of verbs and adverbs rather than of names.
fn is_inflected(word: &str) -> bool {
    ["ing", "ed", "ly", "tion", "ness", "ment"]
        .iter()
        .any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
}

#[expect(clippy::too_many_lines, reason = "most of it is a list of words")]
fn expects_name(tokens: &[Token], at: usize, names: &[(usize, String)]) -> bool {
    let hyphenated = tokens[at].text.contains('-');
    let next = text(tokens, at + 1);
    let next_token = tokens.get(at + 1);
    let follows = matches!(
        next,
        "can"
            | "needs"
            | "is"
            | "back"
            | "until"
            | "till"
            | "til"
            | "has"
            | "does"
            | "through"
            | "up"
            | "down"
            | "off"
            | "on"
            | "away"
            | "alive"
            | "running"
            | "for"
            | "doing"
            | "out"
            | "should"
            | "must"
    ) || next_token.is_some_and(|next| {
        next.class.any(&[
            Class::Machine,
            Class::Cluster,
            Class::Again,
            Class::More,
            Class::Until,
            Class::Longer,
        ])
    });
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else {
        // "nimbus kill pls".
        let told_what = next_token.is_some_and(|next| {
            next.class
                .any(&[Class::Terminate, Class::Stop, Class::Start, Class::Extend])
        }) && tokens
            .get(at + 2)
            .is_none_or(|token| token.is_break() || token.has(Class::Please));
        return hyphenated
            || told_what
            || follows
            || next_token.is_none_or(Token::is_break)
            || next_token.is_some_and(|next| next.used && next.number().is_some());
    };
    if before.class.any(&[Class::Article]) && !hyphenated {
        return false;
    }
    let ends = before.is("until") && next_token.is_some_and(|next| next.has(Class::Expiring));
    let after_handle = before.has(Class::And) && at >= 2 && tokens[at - 2].kind == Kind::Handle;
    let listed = after_handle
        || names.last().is_some_and(|(last, _)| *last + 2 >= at)
            && (before.has(Class::And) || before.is(","));
    let preposition = matches!(
        before.text.as_str(),
        "of" | "for"
            | "about"
            | "on"
            | "to"
            | "off"
            | "into"
            | "from"
            | "with"
            | "called"
            | "named"
            | "is"
            | "need"
            | "does"
            | "did"
            | "will"
            | "can"
            | "has"
            | "was"
            | "are"
            | "up"
            | "down"
            | "want"
            | "that"
            | "at"
            | "using"
            | "in"
            | "like"
            | "as"
            | "check"
            | "remind"
            | "not"
            | "use"
            | ":"
            | "extending"
            | "reach"
            | "when"
            | "yet"
            | "meant"
            | "mean"
            | "without"
            | "see"
            | "inside"
            | "within"
            | "under"
    );
    let determined = before.is("the");
    let fetched = follows && matches!(before.text.as_str(), "get" | "want" | "have");
    let act = before.class.any(OBJECT_ACTS) || before.has(Class::Remind) || before.has(Class::Add);
    let noun_before = is_thing(before);
    listed
        || ends
        || act
        || fetched
        || noun_before
        || (preposition && (!before.is("as") || at > 1 && tokens[at - 2].is("well")))
        || hyphenated
        || (determined && (follows || next_token.is_none_or(Token::is_break)))
        || (follows
            && (before.is_break()
                || before.is("how")
                    && !tokens.get(at + 2).is_some_and(|next| {
                        next.class
                            .any(&[Class::My, Class::The, Class::Our, Class::Pronoun])
                    })
                || before
                    .class
                    .any(&[Class::Please, Class::Hello, Class::Filler, Class::And])))
        || ((before.is_break()
            || before.has(Class::Please)
            || matches!(
                before.text.as_str(),
                "ok" | "okay"
                    | "just"
                    | "uh"
                    | "um"
                    | "hmm"
                    | "maybe"
                    | "probably"
                    | "actually"
                    | "rather"
                    | "so"
                    | "then"
                    | "yes"
                    | "no"
                    | "it"
                    | "think"
                    | "guess"
                    | "one"
            ))
            && next_token.is_none_or(Token::is_break))
}
