//! Whose reservations or spending, which of them, and of what time.

use crate::intent::{Period, Scope, Status};
use crate::understand::class::Class;
use crate::understand::view::View;

pub(super) fn scope(view: &View<'_>) -> Option<Scope> {
    let mine = view
        .tokens
        .iter()
        .enumerate()
        .any(|(at, token)| match token.text.as_str() {
            "me" => mine_by_me(view),
            "i" => {
                let told = at > 0
                    && matches!(view.word(at - 1), "before" | "if" | "once" | "after")
                    && view.acts.iter().any(|act| act.told && act.at == at + 1);
                !only_asks(view, at) && !told
            }
            _ => token.has(Class::My) && !token.has(Class::Everybody),
        });
    let all = view.any(Class::Everybody);
    let team = view.any(Class::Our);
    let owned = view
        .says("my team|my group|my department|my squad")
        .is_some();
    if all && view.says("my").is_none() {
        Some(Scope::All)
    } else if owned || team && (!mine || view.says("team|our").is_some()) {
        Some(Scope::Team)
    } else if mine {
        Some(Scope::Mine)
    } else {
        None
    }
}

/// "I'd like to see", "can I get a list": who asks, not whose they are.
fn only_asks(view: &View<'_>, at: usize) -> bool {
    let next = |distance: usize| view.word(at + distance);
    let sees = |word: &str| {
        matches!(
            word,
            "see" | "view" | "know" | "look" | "check" | "wonder" | "want" | "like"
        )
    };
    sees(next(1))
        || (matches!(next(1), "would" | "will" | "just" | "also") && sees(next(2)))
        || (matches!(next(1), "get" | "need" | "have") && matches!(next(2), "a" | "an" | "the"))
            && view.any_of(&[Class::List, Class::Show])
}

/// "show me" does not make it mine; "machines of me" does.
fn mine_by_me(view: &View<'_>) -> bool {
    view.says("of me|for me|belong to me|belongs to me|cost me|owe me|by me|costing me|about me")
        .is_some()
}

pub(super) fn status(view: &View<'_>) -> Option<Status> {
    let all = view
        .says("including|include|already ended|ended ones|old ones|past ones|past and|history|terminated ones|\
                even the|ever|also the ended|past|dead ones|terminated|expired|closed ones|and ended|finished ones|\
                historical|ended|finished")
        .is_some()
        && view.any(Class::Ended);
    let deleted = view
        .says("deleted|terminated|killed|destroyed|removed|gone|closed|stopped")
        .is_some()
        && view
            .says("even|also|including|include|too|as well|already|ones")
            .is_some();
    if all || deleted {
        return Some(Status::All);
    }
    if view.any(Class::Idle)
        || view
            .says("not used|not in use|nobody uses|nobody is using|no one is using|not being used|not doing anything|\
                doing nothing")
            .is_some()
    {
        return Some(Status::Idle);
    }
    if view
        .tokens
        .iter()
        .any(|token| token.has(Class::Expiring) && !token.has(Class::Ended) || token.is("expire"))
        || view
            .says("run out|runs out|about to|going away|time left|close to")
            .is_some()
    {
        return Some(Status::Expiring);
    }
    let active = view.tokens.iter().enumerate().any(|(at, token)| {
        token.has(Class::Active)
            && match token.text.as_str() {
                "on" => {
                    let next = view.word(at + 1);
                    let before = at.checked_sub(1).map_or("", |before| view.word(before));
                    matches!(
                        next,
                        "" | "now" | "right" | "?" | "at" | "currently" | "atm" | "." | "!" | "and"
                    ) && !matches!(before, "what" | "going" | "goes")
                        || matches!(before, "powered" | "switched" | "turned")
                }
                "up" => !matches!(view.word(at + 1), "to" | "my"),
                "going" => !matches!(view.word(at + 1), "to" | "on" | "for" | "away"),
                _ => true,
            }
    });
    active.then_some(Status::Active)
}

/// Ways to name the stretch of time of a report, the longer phrases first.
pub(in crate::understand) const PERIODS: &[(Period, &str)] = &[
    (
        Period::LastWeek,
        "last week|previous week|past week|week before|last week's|prior week",
    ),
    (
        Period::LastMonth,
        "last month|previous month|past month|month before|last month's|prior month",
    ),
    (Period::Yesterday, "yesterday|yesterday's|day before"),
    (
        Period::Today,
        "today|today's|this day|since this morning|this morning|daily",
    ),
    (
        Period::Week,
        "this week|the week|current week|since monday|weekly|week|week's|this week's",
    ),
    (
        Period::Quarter,
        "this quarter|quarter|quarterly|current quarter|q4",
    ),
    (
        Period::Month,
        "this month|the month|current month|monthly|month|month's|in november|november|this month's",
    ),
    (
        Period::Year,
        "this year|the year|current year|yearly|year to date|ytd|year|annual|since january|in 2026",
    ),
];

/// The stretch of time a report is about.
pub(in crate::understand) fn period(view: &View<'_>) -> Option<Period> {
    PERIODS
        .iter()
        .find(|(_, phrases)| view.says(phrases).is_some())
        .map(|(period, _)| *period)
}
