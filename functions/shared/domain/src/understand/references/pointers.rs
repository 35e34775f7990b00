//! Reservations that are pointed at rather than named: the last one, all of them, "my cluster".

use super::{OBJECT_ACTS, is_thing, text};
use crate::intent::ReservationRef;
use crate::understand::class::{Class, Classes};
use crate::understand::token::{Kind, Token};

/// Words between "my" and its noun: "my old spark cluster".
const MAX_BETWEEN: usize = 4;

/// "my last machine", "the latest", "the one I just made", "the box you just gave me".
pub(super) fn is_last(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if token.has(Class::Last) {
        let is_time = |at: usize| {
            tokens.get(at).is_some_and(|next| {
                next.class.any(&[
                    Class::Week,
                    Class::Month,
                    Class::Year,
                    Class::Day,
                    Class::Hour,
                    Class::Foreign,
                ]) || matches!(
                    next.text.as_str(),
                    "night" | "time" | "quarter" | "monday" | "friday" | "minute"
                )
            })
        };
        if is_time(at + 1) || text(tokens, at + 1) == "will" {
            return false;
        }
        let next_thing = (at + 1..at + 4).any(|index| {
            tokens
                .get(index)
                .is_some_and(|next| is_thing(next) || matches!(next.text.as_str(), "one" | "ones"))
        });
        let determined = at > 0
            && tokens[at - 1]
                .class
                .any(&[Class::My, Class::Our, Class::The]);
        let closes = tokens
            .get(at + 1)
            .is_none_or(|next| next.is_break() || next.has(Class::Please));
        // "the box I made last".
        let made = closes && at > 0 && is_making(text(tokens, at - 1));
        return next_thing
            || made
            || (determined && closes)
            || (closes && at > 0 && tokens[at - 1].class.any(OBJECT_ACTS));
    }
    if token.is("just") {
        let made = (at + 1..at + 3).any(|index| is_making(text(tokens, index)));
        let thing = tokens[..at].iter().rev().take(5).any(|token| {
            is_thing(token)
                || token.is("one")
                || token.is("this")
                || token.is("what")
                || token.is("thing")
        });
        return made && thing;
    }
    token.is("new")
        && text(tokens, at + 1) == "one"
        && at > 0
        && tokens[at - 1].class.any(&[Class::My, Class::The])
}

/// "made", "booked", "gave": how one came by a machine.
fn is_making(word: &str) -> bool {
    const MADE: &[&str] = &[
        "made",
        "booked",
        "created",
        "got",
        "gave",
        "given",
        "launched",
        "started",
        "booked",
        "spun",
        "ordered",
        "set",
        "built",
        "provisioned",
        "requested",
        "received",
        "handed",
        "opened",
        "deployed",
        "reserved",
        "fired",
        "brought",
        "rented",
        "allocated",
        "spawned",
        "sent",
        "assigned",
        "get",
    ];
    MADE.contains(&word)
}

pub(super) fn is_all(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if token.has(Class::Everything) && !token.is("all") && !token.has(Class::CancelWord) {
        return true;
    }
    let text_next = text(tokens, at + 1);
    if token.is("every") {
        return (at + 1..at + 4).any(|index| tokens.get(index).is_some_and(is_thing));
    }
    if token.is("all") {
        let fixed = matches!(
            text_next,
            "right"
                | "the"
                | "night"
                | "day"
                | "weekend"
                | "week"
                | "good"
                | "set"
                | "told"
                | "about"
                | "together"
        );
        let the_thing = text_next == "the"
            && (at + 2..at + 5).any(|index| tokens.get(index).is_some_and(is_thing));
        let before = at.checked_sub(1).map_or("", |before| text(tokens, before));
        return (!fixed || the_thing)
            && !matches!(
                before,
                "at" | "after" | "in" | "for" | "not" | "that" | "is"
            );
    }
    (token.is("whole") || token.is("entire")) && matches!(text_next, "lot" | "fleet")
}

/// "my cluster", "the ubuntu vm", "stop cluster".
pub(super) fn noun(tokens: &[Token], at: usize) -> Option<ReservationRef> {
    let token = &tokens[at];
    // "the coffee machine".
    if token.class.any(&[Class::Foreign, Class::Beside]) {
        return None;
    }
    let reference = if token.has(Class::Cluster) && !token.has(Class::Total) {
        ReservationRef::Cluster
    } else if token.has(Class::Machine) {
        ReservationRef::Vm
    } else {
        return None;
    };
    for back in 1..=MAX_BETWEEN.min(at) {
        let before = &tokens[at - back];
        if before.class.any(&[Class::My, Class::Our, Class::The])
            && !matches!(
                before.text.as_str(),
                "i" | "me" | "us" | "we" | "team" | "group" | "i've"
            )
        {
            return Some(reference);
        }
        // "a deleted vm" is none in particular.
        let is_some =
            before.has(Class::Past) && at > back && tokens[at - back - 1].has(Class::Article);
        if is_some {
            return None;
        }
        let object = back == 1
            && before.class.any(OBJECT_ACTS)
            && !before
                .class
                .any(&[Class::Create, Class::Want, Class::Launch])
            && !before.is("new");
        if object {
            return Some(reference);
        }
        // "my build machine", "the mail server".
        let modifies = back == 1
            && before.kind == Kind::Word
            && before
                .class
                .any(&[Class::Foreign, Class::Beside, Class::Create])
            && at > 1
            && tokens[at - 2]
                .class
                .any(&[Class::My, Class::Our, Class::The]);
        let passable = !before.is_break()
            && (modifies
                || before.class.any(&[
                    Class::Adjective,
                    Class::Spot,
                    Class::Idle,
                    Class::Cheap,
                    Class::Quote,
                ])
                || before.used
                || before.is("old")
                || (before.has(Class::Known)
                    && before.typed.is_none()
                    && back < 3
                    && is_plain(before)))
            && before.number().is_none();
        if !passable {
            return None;
        }
    }
    None
}

fn is_plain(token: &Token) -> bool {
    token.class == Classes::of(Class::Known)
        && token.kind == Kind::Word
        && !matches!(
            token.text.as_str(),
            "as" | "in" | "there" | "one" | "web" | "same"
        )
}

/// "my machines": all of them.
pub(super) fn is_my_plural(tokens: &[Token], at: usize) -> bool {
    tokens[at]
        .class
        .any(&[Class::Machines, Class::Clusters, Class::Reservations])
        && (1..=MAX_BETWEEN.min(at))
            .any(|back| tokens[at - back].is("my") || tokens[at - back].is("our"))
}
