//! Allowed, planned, supposed: "you can delete it afterwards", "I may kill it later", "if somebody stops it".

use super::others::OTHERS;
use super::{REACH, clause, clause_end, listed};
use crate::understand::class::Class;
use crate::understand::token::{Kind, Token};

/// Before "to": what is wanted of nobody.
const NO_REQUEST: &str = "forgot forgotten tried trying failed refuse refused able unable way ways command button option \
    afraid hate hated how when where whether used meant supposed happens seems hard dangerous decided managed \
    promised threatened wanted chose asked told wants likes plans intends tries hopes threatens refuses promises wrong bad \
    stupid silly crazy mad unwise foolish risky premature mistake pity shame early late sad";

/// Who is told to do something, when it is not the bot.
const TOLD: &str = "me us him her them everyone everybody";

/// Verbs of telling.
const TELLING: &str =
    "told asked tells asks begged ordered advised advises said wants wanted urged urges made makes";

/// When it may come to it.
const PUT_OFF: &str = "later afterwards eventually sometime someday soon afterward thereafter";

/// "you can delete it afterwards", "I may remove some later", "I plan to kill it", "I want to drop one later".
pub(super) fn considered(tokens: &[Token], at: usize) -> bool {
    let start = clause(tokens, at).max(at.saturating_sub(REACH));
    let end = clause_end(tokens, at);
    let before = &tokens[start..at];
    let says = |words: &[&str]| {
        before
            .iter()
            .any(|token| words.contains(&token.text.as_str()))
    };
    let own = says(&["i", "we"]) && !says(&["you"]);
    let unsure =
        own && says(&[
            "may",
            "might",
            "plan",
            "planning",
            "intend",
            "thinking",
            "considering",
            "hope",
            "hoping",
        ]) && !says(&["may_i"])
            && !before
                .first()
                .is_some_and(|first| matches!(first.text.as_str(), "may" | "might"));
    let spoken =
        own && says(&[
            "want", "will", "would", "need", "have", "can", "could", "must", "shall", "should",
            "going", "like",
        ]) || says(&["you"])
            && says(&["can", "may", "could", "might"])
            && !before
                .first()
                .is_some_and(|first| matches!(first.text.as_str(), "can" | "could" | "would"));
    let put_off = tokens[at..end]
        .iter()
        .any(|token| listed(PUT_OFF, &token.text))
        || tokens[at..end].windows(2).any(|pair| {
            pair[0].is("after") && matches!(pair[1].text.as_str(), "that" | "this")
                || matches!(pair[0].text.as_str(), "some" | "one") && pair[1].is("day")
        });
    let when_over = says(&["you"])
        && says(&["can", "may"])
        && tokens[at..end].windows(2).any(|pair| {
            matches!(pair[0].text.as_str(), "when" | "once" | "after" | "if")
                && !matches!(pair[1].text.as_str(), "you" | "convenient" | "ready")
        });
    unsure || spoken && put_off || when_over
}

/// "if the janitor kills it", "whenever somebody stops a box": the verb of a condition.
pub(super) fn conditional(tokens: &[Token], at: usize) -> bool {
    if is_courtesy(tokens, at) {
        return false;
    }
    let start = clause(tokens, at);
    let conjunction = (start..at).rev().find(|index| {
        matches!(
            tokens[*index].text.as_str(),
            "if" | "when"
                | "whenever"
                | "once"
                | "unless"
                | "before"
                | "after"
                | "until"
                | "suppose"
                | "supposing"
                | "assuming"
                | "because"
                | "while"
                | "case"
                | "imagine"
        )
    });
    let Some(conjunction) = conjunction else {
        return false;
    };
    let between = &tokens[conjunction + 1..at];
    !between.is_empty()
        && between.len() <= 4
        && !between.iter().any(|token| {
            token.class.any(&[Class::Please, Class::Day, Class::Until])
                || matches!(
                    token.text.as_str(),
                    "have"
                        | "get"
                        | "are"
                        | "is"
                        | "can"
                        | "could"
                        | "would"
                        | "want"
                        | "possible"
                        | "need"
                        | "do"
                        | "find"
                        | "not"
                        | "free"
                )
                || token.has(Class::Active) && !token.has(Class::Preposition)
        })
        && between.iter().any(|token| {
            token.has(Class::Person)
                || listed(OTHERS, &token.text)
                || matches!(token.text.as_str(), "i" | "we" | "you" | "it")
                || token.kind == Kind::Word && !token.has(Class::Known)
        })
}

/// "boxes that we could kill", "everything I could delete".
pub(super) fn relative(tokens: &[Token], at: usize) -> bool {
    const AUXILIARIES: &str =
        "could can should may might must want to would like need have just also will safely";
    let person = tokens[..at]
        .iter()
        .rposition(|token| !listed(AUXILIARIES, &token.text));
    let Some(person) = person.filter(|person| {
        person + 1 < at && matches!(tokens[*person].text.as_str(), "i" | "we" | "you" | "one")
    }) else {
        return false;
    };
    person > 0 && {
        let head = &tokens[person - 1];
        head.class.any(&[
            Class::Machines,
            Class::Clusters,
            Class::Reservations,
            Class::Templates,
            Class::Everything,
        ]) || matches!(
            head.text.as_str(),
            "that" | "which" | "anything" | "something" | "nothing" | "ones" | "what" | "whatever"
        ) && !(head.is("that")
            && person > 1
            && tokens[person - 2].class.any(&[Class::Filler, Class::Want]))
    }
}

/// "it would be kind if you …": a request.
pub(super) fn is_courtesy(tokens: &[Token], at: usize) -> bool {
    const KIND: &str = "kind nice great good grateful appreciate appreciated lovely cool perfect mind helpful wonderful \
        best fantastic thankful glad happy better amazing awesome super thanks fine";
    tokens[..at]
        .windows(2)
        .rposition(|pair| pair[0].is("if") && (pair[1].is("you") || pair[1].is("we")))
        .is_some_and(|conjunction| {
            tokens[..conjunction]
                .iter()
                .rev()
                .take(REACH)
                .any(|token| listed(KIND, &token.text))
        })
}

/// "forgot to stop it", "the command to kill a box".
pub(super) fn no_request(tokens: &[Token], at: usize) -> bool {
    let word = |back: usize| {
        at.checked_sub(back)
            .map_or("", |index| tokens[index].text.as_str())
    };
    if word(1) == "to" && listed(TOLD, word(2)) && listed(TELLING, word(3)) {
        return true;
    }
    // "one can kill it".
    if matches!(word(1), "can" | "may" | "could" | "should" | "must") && word(2) == "one" {
        return true;
    }
    at >= 2 && tokens[at - 1].is("to") && listed(NO_REQUEST, &tokens[at - 2].text)
}
