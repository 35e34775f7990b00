//! What "not" reaches.

use super::class::Class;
use super::numbers;
use super::token::Token;

/// What a machine or a cluster is, or is described with.
const DESCRIBES: &[Class] = &[
    Class::Machine,
    Class::Machines,
    Class::Cluster,
    Class::Clusters,
    Class::Node,
    Class::Worker,
    Class::Name,
    Class::Spot,
    Class::OnDemand,
    Class::Memory,
    Class::Disk,
    Class::Core,
    Class::Gigabyte,
];

/// Words a "not" reaches at most.
const REACH: usize = 7;

/// Words a "than" reaches in "rather centos than ubuntu linux".
const PREFERRED_REACH: usize = 3;
/// Words between the two halves of such a preference.
const PREFERENCE_WIDTH: usize = 6;

/// Verbs that begin another request.
const ACTS: &[Class] = &[
    Class::Terminate,
    Class::Stop,
    Class::Start,
    Class::Launch,
    Class::Create,
    Class::Want,
    Class::Extend,
    Class::Show,
    Class::List,
    Class::Remind,
];

/// Words from a value to the verdict on it: "spot instances are not …".
const VERDICT_REACH: usize = 3;

/// What makes a "not" a verdict on the value before it: "spot is not ok".
const GOOD: &str = "ok okay good fine acceptable allowed option suitable welcome desired permitted possible work do";

/// Verdicts without a "not": "spot is out of the question".
const BAD: &[&[&str]] = &[
    &["out", "of", "the", "question"],
    &["out", "of", "question"],
    &["off", "the", "table"],
    &["a", "no-go"],
    &["a", "no", "go"],
    &["no", "go"],
    &["unacceptable"],
    &["forbidden"],
];

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
        if leaves_out(tokens, at) {
            let acts = tokens.iter().skip(at + 1).zip(tokens.iter().skip(at + 2));
            // "leave out docker and give me 16 gigs".
            let reach = acts
                .take(REACH)
                .position(|(and, act)| and.has(Class::And) && act.class.any(ACTS));
            reach_forward(tokens, at, reach.unwrap_or(REACH));
        }
        if is_dismissed(tokens, at) {
            rule_out(tokens, at);
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
        let verdict = is_verdict(tokens, at);
        let joined = |token: &Token| verdict && token.has(Class::And);
        let reach = tokens.iter().skip(at + 1).position(joined).unwrap_or(REACH);
        reach_forward(tokens, at, reach);
        reach_back(tokens, at);
        if verdict {
            rule_out(tokens, at);
        }
    }
}

/// "skip the cluster, just one vm", "leave out docker".
fn leaves_out(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let word = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let first = match token.text.as_str() {
        "forget" if word(at + 1) == "about" => at + 2,
        "skip" | "omit" | "forget" => at + 1,
        "leave" if matches!(word(at + 1), "out" | "off") => at + 2,
        "never" if word(at + 1) == "mind" => at + 2,
        _ => return false,
    };
    let spoken_of = tokens.get(first).is_some_and(|next| {
        !next.is_break()
            && !next.class.any(&[Class::Pronoun, Class::My, Class::Our])
            && !matches!(word(first), "to" | "what" | "about" | "how")
    });
    // Something else is asked for: "forget the cluster" alone calls the task off.
    let otherwise = !matches!(word(at), "forget" | "never")
        || tokens[at..]
            .iter()
            .position(Token::is_break)
            .is_some_and(|end| tokens[at + end..].iter().any(|token| !token.is_mark()));
    let calls_off = token.has(Class::CancelWord) && !token.is("never");
    let phrase = || {
        tokens
            .iter()
            .skip(first)
            .take(REACH)
            .take_while(|token| !token.is_break())
    };
    // A machine is left out, or something it was to have; what is kept is forgotten in earnest: "forget my aws keys".
    let described = phrase().any(|token| token.number().is_some() || token.class.any(DESCRIBES))
        && !phrase().any(|token| {
            token.class.any(&[
                Class::Key,
                Class::Account,
                Class::Template,
                Class::Templates,
                Class::Ssh,
                Class::Access,
            ])
        });
    spoken_of && described && otherwise && !token.negated && !calls_off
}

/// "spot is not ok", "spot will not do": the "not" is about the value before it.
fn is_verdict(tokens: &[Token], at: usize) -> bool {
    let copula = at > 0
        && matches!(
            tokens[at - 1].text.as_str(),
            "is" | "are" | "will" | "would" | "does" | "was"
        );
    let said = tokens
        .iter()
        .skip(at + 1)
        .take(2)
        .find(|token| !token.has(Class::Article) && !token.has(Class::Adverb));
    tokens[at].is("not")
        && copula
        && said.is_some_and(|token| GOOD.split_whitespace().any(|word| token.is(word)))
        && tokens[judged(tokens, at)..at].iter().any(is_choosable)
}

/// "… is out of the question", "… is a no-go".
fn is_dismissed(tokens: &[Token], at: usize) -> bool {
    matches!(tokens[at].text.as_str(), "is" | "are")
        && BAD.iter().any(|phrase| {
            phrase.iter().enumerate().all(|(offset, word)| {
                tokens
                    .get(at + 1 + offset)
                    .is_some_and(|token| token.is(word))
            })
        })
}

/// Where the phrase begins that a verdict is on.
fn judged(tokens: &[Token], at: usize) -> usize {
    let reach = tokens[..at]
        .iter()
        .rev()
        .take(VERDICT_REACH)
        .take_while(|token| !token.is_break() && !token.has(Class::And));
    at - reach.count()
}

/// A product or a way to pay, never a machine.
fn is_choosable(token: &Token) -> bool {
    token
        .class
        .any(&[Class::Spot, Class::OnDemand, Class::Name])
}

/// Takes back the value a verdict is on.
fn rule_out(tokens: &mut [Token], at: usize) {
    let start = judged(tokens, at);
    for token in &mut tokens[start..at] {
        token.negated |= is_choosable(token);
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

fn reach_forward(tokens: &mut [Token], at: usize, reach: usize) {
    let replaces = [Some(at), at.checked_sub(1)]
        .into_iter()
        .flatten()
        .any(|index| matches!(tokens[index].text.as_str(), "instead" | "rather"));
    for (offset, token) in tokens
        .iter_mut()
        .skip(at + 1)
        .take(reach.min(REACH))
        .enumerate()
    {
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
