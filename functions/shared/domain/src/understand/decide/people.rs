//! Who may use a reservation.

use super::super::class::Class;
use super::super::references::is_thing;
use super::super::token::Kind;
use super::super::view::View;
use super::acts::DESTRUCTIVE;
use super::questions::HOW;
use super::{Decision, so};
use crate::intent::Intent;

/// Access that ends.
const TAKES: &str = "stop sharing|no longer share|no longer have access|not have access|take away|no access|\
        no longer be able|not share|not be able|not supposed to|end sharing|not use|no longer use|\
        no longer needs access|not need access|remove access|revoke|lose access|off the share|\
        no more access|does not need|undo the sharing|end the sharing|undo sharing|cancel the sharing|\
        undo the share|cancel the share|remove the share|no longer see|without access|not to use|\
        no longer needs";

/// Verbs that take somebody away from something.
const REMOVES: &str = "take remove kick throw boot get drop delete lock pull cut knock strike toss bump revoke uninvite ban exclude unshare";

/// Somebody, not named outright.
const SOMEBODY: &str = "someone somebody everyone everybody anyone anybody him her them people";

/// Words between a verb, whom it takes, and what from.
const REMOVAL_WIDTH: usize = 4;

/// "off my box", "from r-7f3k2", "out of it".
fn is_off_a_machine(view: &View<'_>, at: usize) -> bool {
    let words = view.tokens;
    let from = match view.word(at) {
        "off" | "out" if view.word(at + 1) == "of" => at + 2,
        "off" | "from" => at + 1,
        _ => return false,
    };
    words
        .iter()
        .enumerate()
        .skip(from)
        .take(REMOVAL_WIDTH)
        .take_while(|(_, token)| !token.is_break() && !token.has(Class::Preposition))
        .any(|(place, token)| {
            token.kind == Kind::Handle
                || is_thing(token)
                || place == from && token.has(Class::Pronoun)
                || view
                    .references
                    .nicknames
                    .iter()
                    .any(|(name, _)| *name == place)
        })
}

/// "remove everyone's access", "cut bob's access to falcon".
fn takes_access(view: &View<'_>) -> bool {
    let verbs = REMOVES
        .split_whitespace()
        .chain(["cancel", "withdraw", "end"]);
    let verb = verbs
        .filter_map(|verb| view.tokens.iter().position(|token| token.is(verb)))
        .min();
    verb.is_some_and(|at| {
        let phrase = view.tokens[at..].iter().take(REMOVAL_WIDTH + 1);
        !view.tokens[at].negated
            && phrase
                .clone()
                .any(|token| token.owns && !token.has(Class::Key))
            && phrase.clone().any(|token| token.is("access"))
            && !view.any(Class::Key)
            && !view.is_question()
    })
}

/// "take someone off my box", "remove the intern from r-7f3k2": asked for, of somebody without a mention.
fn removed_from(view: &View<'_>) -> bool {
    let words = view.tokens;
    let listed = |list: &str, at: usize| {
        words
            .get(at)
            .is_some_and(|token| list.split_whitespace().any(|word| token.is(word)))
    };
    let is_somebody = |at: usize| {
        words
            .get(at)
            .is_some_and(|token| token.has(Class::Person) && !token.owns || listed(SOMEBODY, at))
    };
    let asks = !view.is_question()
        || view.starts("can you|could you|would you|will you|can we|could we|can someone|could someone|can i|could i");
    let removal = (0..words.len()).find(|at| {
        let end = words.len().min(at + 1 + REMOVAL_WIDTH);
        listed(REMOVES, *at)
            && !words[*at].negated
            && words[..*at].iter().all(|token| {
                token.is_mark()
                    || token.class.any(&[
                        Class::Please,
                        Class::Hello,
                        Class::Filler,
                        Class::Question,
                        Class::Want,
                        Class::And,
                        Class::Yes,
                    ])
            })
            && (at + 1..end).any(|who| {
                is_somebody(who)
                    && words[at + 1..who].iter().all(|token| {
                        token.class.any(&[
                            Class::The,
                            Class::Article,
                            Class::My,
                            Class::Our,
                            Class::Adjective,
                        ])
                    })
                    && is_off_a_machine(view, who + 1)
            })
    });
    let other = view.any_of(&[
        Class::Template,
        Class::Templates,
        Class::Key,
        Class::Foreign,
    ]);
    asks && removal.is_some() && !other
}

#[expect(
    clippy::too_many_lines,
    reason = "rules with their phrases beside them"
)]
pub(super) fn sharing(view: &View<'_>) -> Option<Decision> {
    if view.says(HOW).is_some()
        || view
            .says("what does share|what is share|what does sharing")
            .is_some()
    {
        return None;
    }
    let person = view.has_person();
    if view
        .says(
            "who has access|who can access|who can use|who is on|shared with whom|who did i share",
        )
        .is_some()
    {
        return so(Intent::ShowReservation, 0.7, "asks who is let in");
    }
    let person_first = view
        .tokens
        .iter()
        .position(|token| matches!(token.kind, Kind::Person(_)))
        .is_some_and(|at| {
            view.tokens
                .iter()
                .skip(at)
                .take(6)
                .any(|token| token.has(Class::Not))
        });
    if person_first
        && view
            .says("need|use|have|access|on|touch|see|able|allowed")
            .is_some()
    {
        return so(
            Intent::UnshareReservation,
            0.85,
            "somebody is no longer to have access",
        );
    }
    let takes = view.says(TAKES).is_some()
        || view
            .tokens
            .iter()
            .any(|token| token.has(Class::Unshare) && !token.negated)
        || (person
            && view.wanted(&[Class::Terminate]).is_some()
            && view.says("from|off|access|of").is_some());
    if removed_from(view) || takes_access(view) {
        return so(
            Intent::UnshareReservation,
            0.8,
            "somebody is to be taken off a machine",
        );
    }
    let about_access = view.any(Class::Access) || view.says("access").is_some();
    let key = view.any(Class::Key) || view.any(Class::Account);
    if takes
        && (person
            || about_access
            || view.line.contains(" share ")
            || view.line.contains(" sharing ")
            || view.line.contains(" unshare ")
            || view.line.contains(" shared "))
        && !(key && !person)
    {
        return so(
            Intent::UnshareReservation,
            0.9,
            "takes somebody's access away",
        );
    }
    let by_first_name =
        view.says("let").is_some() && view.says("into|in on|use|access|onto").is_some();
    if by_first_name && view.references.is_definite() && view.wanted(DESTRUCTIVE).is_none() {
        return so(Intent::ShareReservation, 0.75, "somebody is to be let in");
    }
    let gives = view.tokens.iter().any(|token| {
        token.has(Class::Share) && !token.negated && !token.is("let") && !token.is("sharing")
    });
    let lets_in = view
        .says("access|log in|log into|login|use|in on|get in|join|work on|ssh|get on|get into|onto|reach|connect|\
                collaborate|hop on|jump on")
        .is_some();
    let reservation_like = view.references.is_definite()
        || view.references.pronoun
        || view.thing()
        || view.references.all;
    if gives && (person || reservation_like || view.tokens.len() <= 3) && !key && !view.has_size() {
        return so(Intent::ShareReservation, 0.9, "lets somebody in");
    }
    if person
        && !key
        && !view.any(Class::Quote)
        && !view.any(Class::Spend)
        && (lets_in || view.any(Class::Add) || view.says("let|give|invite|put|bring").is_some())
        && (reservation_like || lets_in)
        && view.wanted(DESTRUCTIVE).is_none()
    {
        return so(
            Intent::ShareReservation,
            0.85,
            "names a person and a reservation",
        );
    }
    if view.any(Class::Access)
        && reservation_like
        && !key
        && view.wanted(DESTRUCTIVE).is_none()
        && !view.line.contains(" who ")
        && view
            .says("to have access|give|have access|get access|needs access|access to")
            .is_some()
        && !view.line.contains(" i have access")
    {
        return so(Intent::ShareReservation, 0.75, "somebody is to have access");
    }
    let otherwise_idle = view
        .acts
        .iter()
        .all(|act| matches!(act.class, Class::Want | Class::Create));
    if person
        && !key
        && otherwise_idle
        && view.references.is_definite()
        && !view.is_question()
        && !view.has_size()
    {
        return so(Intent::ShareReservation, 0.6, "a person and a reservation");
    }
    None
}
