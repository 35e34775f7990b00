//! What calls the open task off, and what only sounds like it.

use super::super::acts::{Act, Object};
use super::super::class::Class;
use super::super::token::Token;
use super::super::view::View;
use crate::intent::{Intent, Next};

/// Whether the words that call a task off stand at the start of the message, by themselves.
fn closes(view: &View<'_>) -> bool {
    let start = view
        .tokens
        .iter()
        .position(|token| token.has(Class::CancelWord));
    start.is_some_and(|start| {
        let run = view.tokens[start..]
            .iter()
            .take_while(|token| token.has(Class::CancelWord))
            .count();
        start <= 2 && view.tokens.get(start + run).is_none_or(Token::is_break)
    })
}

pub(super) fn cancels(
    view: &View<'_>,
    words: &[&Token],
    has_values: bool,
    names_something: bool,
) -> bool {
    if has_values || names_something || view.has_person() {
        return false;
    }
    // "forget about the reminder".
    if view.open.is_some()
        && view.starts("forget about|forget the|forget that|forget this")
        && !view.any_of(&[Class::Key, Class::Account])
    {
        return true;
    }
    let Some(at) = words.iter().position(|token| token.has(Class::CancelWord)) else {
        return unwanted(view, words);
    };
    if is_about_a_thing(view, words, at) {
        return false;
    }
    let starts = words[..at].iter().all(|token| {
        token.class.any(&[
            Class::Filler,
            Class::Correction,
            Class::Please,
            Class::Hello,
            Class::No,
            Class::Not,
            Class::Yes,
            Class::Thank,
        ]) || matches!(
            token.text.as_str(),
            "let" | "us" | "lets" | "could" | "would" | "better"
        ) || token.is("can")
            || token.is("we")
            || token.is("want")
    });
    let request = view.acts.iter().any(|act| {
        !act.negated
            && !act.told
            && !matches!(
                act.class,
                Class::Want
                    | Class::Keep
                    | Class::Show
                    | Class::Save
                    | Class::Stop
                    | Class::Terminate
            )
    }) && (view.thing() || view.cluster);
    let asks_after = view.wanted(&[Class::Show, Class::List]).is_some()
        && words.len() > 3
        && !words[at].is("leave");
    starts && !request && !asks_after
}

/// "I don't want it any more", "stop": without a word that cancels, in the middle of a task.
fn unwanted(view: &View<'_>, words: &[&Token]) -> bool {
    let Some(open) = view.open else { return false };
    let unwanted = view
        .says("not want it|not need it|not want this|not need this|not want one|not need one|not want that|\
                not need that|not want anything|not need anything|not bother|no longer want|no longer need")
        .is_some();
    let acts = view.wanted(&[Class::Terminate, Class::Stop, Class::Create]);
    let halt = words.len() <= 2
        && words
            .first()
            .is_some_and(|token| token.is("stop") || token.is("end"));
    unwanted && acts.is_none() || halt && open.intent != Intent::StopReservation
}

/// "cancel my cluster", "drop that template", "cancel the flight": not the talk, but something in the world.
fn is_about_a_thing(view: &View<'_>, words: &[&Token], at: usize) -> bool {
    let foreign = |act: &Act| act.object == Object::Foreign && !act.negated;
    // "no, leave it".
    let asked = view
        .open
        .is_none_or(|open| open.asked == Some(Next::Confirm));
    let left = words[at].is("leave") && words[0].is("no") && asked;
    if left || words[at].negated || view.acts.iter().any(foreign) {
        return true;
    }
    // "drop that template": the pronoun belongs to a noun.
    let run = words[at..]
        .iter()
        .take_while(|token| token.has(Class::CancelWord))
        .count();
    let noun = words.get(at + run).is_some_and(|next| {
        next.class.any(&[
            Class::Template,
            Class::Machine,
            Class::Cluster,
            Class::Reservation,
            Class::Key,
        ])
    });
    if noun && words[at + run - 1].has(Class::Pronoun) {
        return true;
    }
    let owned = view.references.noun.is_some()
        || view.references.plural
        || view.any_of(&[Class::Reservation, Class::Reservations])
        || view.references.all && !view.line.contains("cancel everything");
    let kept = view.any_of(&[
        Class::Key,
        Class::Template,
        Class::Templates,
        Class::Account,
    ]);
    // "never mind, the template can stay" is closed.
    owned && words[at].is("cancel") || kept && !closes(view)
}
