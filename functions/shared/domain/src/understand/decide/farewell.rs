//! Wishes without a verb of ours: "the cluster can be deleted", "r-7f3k2 has done its duty".

use super::super::class::Class;
use super::super::lexicon;
use super::super::token::Token;
use super::super::view::View;
use super::{Decision, so};
use crate::intent::Intent;

/// Ways to say that something has done its duty.
const GONE: &str = "can go|may go|not needed any|no longer needed|no longer need|not need|not more necessary|\
    no longer necessary|not necessary|no longer required|done with|finished with|no more use for|\
    no use for|all done|i am done|can be deleted|can be removed|can be terminated|can be destroyed|\
    no longer use|not using|no further use|is obsolete|has served its purpose|outlived|of no use|of no more use|be gone|off the bill|off my bill|off our bill|can die|\
    should die|must die|has to go|have to go|must go|needs to go|ought to go|should go|got to go|surplus|not require|have no need|am finished|not use|no longer want|not want";

/// What goes on does not go.
const GOES_ON: &str = "go on|go up|go back|go live|go to|go for|go down|go into|go through|go first|go fast|go faster|i must go|we must go|\
    i have to go|we have to go|you have to go|they have to go|he has to go|she has to go|i should go|we should go|\
    you should go|i have got to go|i need to go|needs to go to|to go home|to go out";

/// What a passive wish begins with: "the cluster can be deleted".
const PASSIVE: &str = "can be|may be|could be|should be|must be|shall be|needs to be|need to be|has to be|have to be|\
    ought to be|wants to be|can get|should get|is to be|are to be";

/// The act a participle belongs to: "recycled" is of a verb that gives something up.
pub(super) fn done_by(participle: &str) -> Option<Class> {
    const IRREGULAR: &[(&str, Class)] = &[
        ("shut", Class::Stop),
        ("frozen", Class::Stop),
        ("switched", Class::Stop),
        ("turned", Class::Stop),
        ("powered", Class::Stop),
        ("thrown", Class::Terminate),
        ("torn", Class::Terminate),
    ];
    let irregular = IRREGULAR
        .iter()
        .find(|(word, _)| *word == participle)
        .map(|(_, class)| *class);
    let stems = [participle.strip_suffix("d"), participle.strip_suffix("ed")];
    let doubled = stems[1].and_then(|stem| {
        let last = stem.chars().next_back()?;
        stem.strip_suffix(last)
            .filter(|shorter| shorter.ends_with(last))
    });
    irregular.or_else(|| {
        let classes = stems
            .into_iter()
            .flatten()
            .chain(doubled)
            .map(lexicon::classes)
            .find(|classes| classes.any(&[Class::Terminate, Class::Stop]))?;
        Some(if classes.has(Class::Stop) {
            Class::Stop
        } else {
            Class::Terminate
        })
    })
}

/// Whether something is wished to be done to a reservation, in the passive.
pub(super) fn passive(view: &View<'_>) -> Option<Decision> {
    let phrase = view.says(PASSIVE)?;
    let done = view.tokens.iter().enumerate().find(|(at, token)| {
        !token.negated
            && (1..=3).any(|back| {
                at.checked_sub(back).is_some_and(|before| {
                    view.tokens[before].is("be") || view.tokens[before].is("get")
                })
            })
            && done_by(&token.text).is_some()
    })?;
    let settled = view.is_question()
        || view.length()
        || view.bound()
        || view.has_size()
        || view.any(Class::Remind)
        || view
            .says("already|by now|yet|not|never|nobody|if|when|until|unless|before|after")
            .is_some();
    let target = view.references.is_definite() || view.references.all || view.references.plural;
    if settled
        || !target
        || view
            .wanted(&[Class::Extend, Class::Keep, Class::Create])
            .is_some()
    {
        return None;
    }
    let intent = if done_by(&done.1.text) == Some(Class::Stop) {
        Intent::StopReservation
    } else {
        Intent::TerminateReservation
    };
    so(intent, 0.8, format!("“{phrase} {}”", done.1.text))
}

/// "I want my vm gone": a wish for what is to become of it.
pub(super) fn wished(view: &View<'_>) -> Option<Decision> {
    let want = view.acts.iter().find(|act| {
        act.class == Class::Want
            && !act.negated
            && matches!(view.word(act.at), "want" | "need" | "like")
    })?;
    let becomes = |token: &Token| {
        if token.is("gone") {
            return Some(Class::Terminate);
        }
        done_by(&token.text).filter(|_| token.has(Class::Past) && !token.negated)
    };
    let class = view
        .tokens
        .iter()
        .skip(want.at + 2)
        .take(6)
        .find_map(becomes)?;
    let described = view.has_size() || view.is_question() || view.any(Class::Key);
    let otherwise = view.wanted(&[Class::Extend, Class::Keep, Class::Create, Class::Start]);
    if described || otherwise.is_some() || !view.references.is_definite() {
        return None;
    }
    let intent = if class == Class::Stop {
        Intent::StopReservation
    } else {
        Intent::TerminateReservation
    };
    so(intent, 0.75, "wants it to be so")
}

/// "r-7f3k2 has done its duty": to go, without a verb of ours.
pub(super) fn served(view: &View<'_>) -> Option<Decision> {
    let phrase = view.says(GONE).filter(|_| view.says(GOES_ON).is_none())?;
    let goes = view.references.is_definite()
        && view
            .wanted(&[Class::Terminate, Class::Stop, Class::Start, Class::Create])
            .is_none()
        && !view.has_size()
        && !(view.length() || view.bound());
    goes.then(|| Decision {
        intent: Intent::TerminateReservation,
        confidence: 0.75,
        because: format!("“{phrase}”"),
    })
}
