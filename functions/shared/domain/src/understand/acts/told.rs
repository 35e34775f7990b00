//! Who acts, and when: what is told, asked about, allowed or planned is not asked for.

mod others;
mod plans;

use super::super::class::Class;
use super::super::token::Token;
use super::object::Object;
use others::{by_others, is_third_person};
use plans::{conditional, considered, is_courtesy, no_request, relative};

/// Words a clause is looked back through.
const REACH: usize = 8;

/// Words that stand between a subject and its verb.
const BETWEEN: &str = "just also then already always usually often sometimes never ever actually really probably \
    automatically accidentally finally even still only do does did will would has have had can may might could \
    should must shall to not be been";

/// Forms of "be" that make a participle of a verb that looks the same: "got shut down".
const PASSIVE: &str = "be been being was were is are got gets";

/// Whether the act at a place is told about rather than asked for.
pub(super) fn is_told(tokens: &[Token], at: usize, class: Class, object: Object) -> bool {
    is_subordinate(tokens, at)
        || matches!(class, Class::Terminate | Class::Stop)
            && (is_third_person(tokens, at, class)
                || by_others(tokens, at, object)
                || asked_about(tokens, at)
                || reported(tokens, at)
                || considered(tokens, at)
                || conditional(tokens, at)
                || relative(tokens, at)
                || no_request(tokens, at)
                || by_itself(tokens, at, object))
}

fn listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|entry| entry == word)
}

/// Where the clause of a word begins.
fn clause(tokens: &[Token], at: usize) -> usize {
    tokens[..at]
        .iter()
        .rposition(|token| token.is_break() && !token.is("-"))
        .map_or(0, |mark| mark + 1)
}

/// Where the clause of a word ends.
fn clause_end(tokens: &[Token], at: usize) -> usize {
    tokens[at..]
        .iter()
        .position(Token::is_break)
        .map_or(tokens.len(), |offset| at + offset)
}

/// The last word before the verb that is not an auxiliary or adverb, within the clause.
fn subject(tokens: &[Token], at: usize) -> Option<usize> {
    let start = clause(tokens, at);
    (start..at)
        .rev()
        .find(|index| !listed(BETWEEN, &tokens[*index].text) && !tokens[*index].is_mark())
}

/// "which of my machines can I kill?", "do you automatically kill boxes?", "what does it delete?".
fn asked_about(tokens: &[Token], at: usize) -> bool {
    let start = clause(tokens, at);
    let mut words = tokens[start..at]
        .iter()
        .filter(|token| !token.class.any(&[Class::Hello, Class::And]) && !token.is_mark());
    let (Some(first), second) = (words.next(), words.next()) else {
        return false;
    };
    let second = second.map_or("", |token| token.text.as_str());
    match first.text.as_str() {
        "which" | "what" | "who" | "whose" | "when" | "where" | "how" => {
            !(first.is("what") && second == "about"
                || first.is("how") && second == "about"
                || first.is("when") && !tokens.last().is_some_and(|last| last.is("?")))
        }
        "why" => !matches!(second, "not" | "do"),
        "do" => {
            matches!(second, "you" | "they" | "we")
                && tokens.get(start + 2).is_none_or(|third| !third.is("mind"))
        }
        "does" | "did" | "has" | "have" | "had" | "was" | "were" => {
            !matches!(second, "to" | "it" | "r") || first.is("does") || first.is("did")
        }
        _ => false,
    }
}

/// "I shut it down yesterday", "I always stop r-7f3k2 at night".
fn reported(tokens: &[Token], at: usize) -> bool {
    const SAME_IN_THE_PAST: &str = "shut put let cut";
    let word = |back: usize| {
        at.checked_sub(back)
            .map_or("", |index| tokens[index].text.as_str())
    };
    let mind = tokens[..at]
        .iter()
        .any(|token| token.is("mind") || token.is("about"));
    // "we got rid of it", "thanks for getting rid of it".
    if tokens[at].is("rid") && (word(1) == "got" || word(1) == "getting" && !mind) {
        return true;
    }
    // "it got shut down", "has been put to sleep".
    let participle = listed(SAME_IN_THE_PAST, &tokens[at].text);
    if participle
        && (1..=3).any(|back| {
            listed(PASSIVE, word(back)) && !(1..back).any(|between| tokens[at - between].is_break())
        })
    {
        return true;
    }
    // "you shut it down, why?"
    let asked = tokens.iter().any(|token| token.is("?") || token.is("why"));
    if word(1) == "you" && asked && clause(tokens, at) + 1 == at {
        return true;
    }
    let clause = clause(tokens, at)..clause_end(tokens, at);
    let own = at > clause.start
        && matches!(
            tokens[at - 1].text.as_str(),
            "i" | "we" | "just" | "already" | "always" | "usually" | "never" | "often"
        )
        && tokens[clause.start..at]
            .iter()
            .any(|token| matches!(token.text.as_str(), "i" | "we"))
        && tokens[clause.start..at].iter().all(|token| {
            !token.class.any(&[Class::Want])
                && !matches!(token.text.as_str(), "to" | "can" | "could" | "you")
        });
    let past = clause.clone().any(|index| {
        let word = tokens[index].text.as_str();
        let before = index
            .checked_sub(1)
            .map_or("", |before| tokens[before].text.as_str());
        matches!(
            word,
            "yesterday" | "ago" | "earlier" | "already" | "always" | "usually" | "often"
        ) || matches!(word, "night" | "week" | "friday" | "monday" | "month") && before == "last"
            || word == "morning" && before == "this"
            || word.starts_with("every") && own
    });
    let only_told = tokens
        .iter()
        .any(|token| matches!(token.text.as_str(), "fyi" | "telling" | "information"));
    own && (past
        || only_told
        || listed(SAME_IN_THE_PAST, &tokens[at].text)
            && !tokens.iter().any(|token| token.has(Class::Please)))
}

/// "my vm shut down all by itself": it happened.
fn by_itself(tokens: &[Token], at: usize, object: Object) -> bool {
    const UNASKED: &str = "itself themselves suddenly unexpectedly spontaneously randomly reason";
    object_is_said_before(object)
        && at > 0
        && tokens[at..clause_end(tokens, at)]
            .iter()
            .any(|token| listed(UNASKED, &token.text))
}

fn object_is_said_before(object: Object) -> bool {
    matches!(object, Object::Unsaid | Object::Pronoun)
}

/// "before I kill", "so I remember to terminate", "remind me … to stop", "I'll hand it back friday".
fn is_subordinate(tokens: &[Token], at: usize) -> bool {
    let back = |distance: usize| {
        at.checked_sub(distance)
            .map_or("", |index| tokens[index].text.as_str())
    };
    let pronoun = matches!(back(1), "i" | "we" | "you" | "they" | "he" | "she" | "to");
    if is_courtesy(tokens, at) {
        return false;
    }
    let conjunction = |word: &str| {
        matches!(
            word,
            "before"
                | "if"
                | "when"
                | "after"
                | "until"
                | "till"
                | "because"
                | "while"
                | "once"
                | "so"
        )
    };
    let remembers = (2..=5).any(|distance| {
        matches!(
            back(distance),
            "remember" | "forget" | "reminder" | "remind" | "me"
        )
    });
    // "I'll hand it back friday" announces, and asks for nothing.
    let announced = matches!(back(1), "will" | "shall") && matches!(back(2), "i" | "we")
        || matches!(back(1), "to") && back(2) == "going" && matches!(back(4), "i" | "we")
        || matches!(back(2), "will" | "shall")
            && matches!(back(3), "i" | "we")
            && matches!(back(1), "then" | "just" | "probably" | "later" | "only");
    announced
        || (pronoun
            && (conjunction(back(2))
                || back(2) == "that" && back(3) == "so"
                || (back(1) == "to"
                    && remembers
                    && tokens[..at].iter().any(|token| token.has(Class::Remind)))))
        || conjunction(back(1)) && !matches!(back(1), "until" | "so") && at > 1
}
