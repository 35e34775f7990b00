//! Days, and words that imply one: "friday", "eod", "overnight", "the rest of the week".

use jiff::civil::{Date, DateTime, Time};

use super::calendar::{
    add_days, month_day, next_day_of_month, next_month_day, next_or_today_friday, next_weekday,
};
use super::clock::{clock_follows, day_follows};
use super::length::unit_minutes_follow;
use super::point::Draft;
use super::{NOON, WORK_DAY_ENDS, WORK_DAY_STARTS};
use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::token::{Kind, Token};

/// A day, or a word that implies one: how many tokens were read.
pub(super) fn day_part(
    tokens: &[Token],
    at: usize,
    now: DateTime,
    draft: &mut Draft,
) -> Option<usize> {
    named_day(tokens, at, now, draft)
        .or_else(|| end_of_span(tokens, at, now, draft))
        .or_else(|| night(tokens, at, now, draft))
        .or_else(|| time_of_day(tokens, at, now, draft))
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// "tomorrow", "friday", "dec 1", "2026-12-01", "the 30th".
fn named_day(tokens: &[Token], at: usize, now: DateTime, draft: &mut Draft) -> Option<usize> {
    let today = now.date();
    let word = tokens[at].text.as_str();
    let named = tokens[at].has(Class::Name);
    if named && names::lists(names::TOMORROW, word) {
        let keep = draft.usual.unwrap_or(WORK_DAY_ENDS);
        draft.date = add_days(today, 1);
        draft.usual = Some(keep);
        return Some(1);
    }
    if let Some(day) = named
        .then_some(names::WEEKDAYS)
        .into_iter()
        .flatten()
        .position(|list| names::lists(list, word))
    {
        let keep = draft.usual.unwrap_or(WORK_DAY_ENDS);
        draft.date = next_weekday(today, day);
        draft.usual = Some(keep);
        return Some(1);
    }
    if let Some((month, day, length)) = month_day(tokens, at) {
        draft.date = next_month_day(today, month, day);
        draft.usual = Some(draft.usual.unwrap_or(WORK_DAY_ENDS));
        return draft.date.map(|_| length);
    }
    match tokens[at].kind {
        Kind::Date(year, month, day) => {
            draft.date = Date::new(year, month, day).ok();
            draft.usual = Some(WORK_DAY_ENDS);
            return draft.date.map(|_| 1);
        }
        Kind::Ordinal(day)
            if at > 0
                && (tokens[at - 1].is("the") || draft.bounds)
                && unit_minutes_follow(tokens, at + 1) =>
        {
            draft.date = next_day_of_month(today, day);
            draft.usual = Some(WORK_DAY_ENDS);
            return draft.date.map(|_| 1);
        }
        _ => {}
    }
    None
}

/// Ends of days, weeks and longer: "eod", "end of the week", "the rest of the day".
fn end_of_span(tokens: &[Token], at: usize, now: DateTime, draft: &mut Draft) -> Option<usize> {
    let today = now.date();
    match tokens[at].text.as_str() {
        "eod" | "cob" | "eob" | "eobd" => {
            draft.bounds = true;
            draft.usual = Some(WORK_DAY_ENDS);
            Some(1)
        }
        "eow" => {
            draft.bounds = true;
            set_over(draft, next_or_today_friday(now), WORK_DAY_ENDS, 1)
        }
        "close"
            if text(tokens, at + 1) == "of"
                && matches!(text(tokens, at + 2), "business" | "play") =>
        {
            draft.bounds = true;
            draft.usual = Some(WORK_DAY_ENDS);
            Some(3)
        }
        "end" if text(tokens, at + 1) == "of" => {
            let skip = 2
                + usize::from(text(tokens, at + 2) == "the")
                + usize::from(text(tokens, at + 2) == "this");
            end_of(tokens, at, skip, now, draft)
        }
        "rest" if text(tokens, at + 1) == "of" => {
            let skip = 2 + usize::from(matches!(
                text(tokens, at + 2),
                "the" | "this" | "my" | "our"
            ));
            draft.bounds = true;
            match text(tokens, at + skip) {
                "day" | "today" | "afternoon" | "workday" | "working" => {
                    set_over(draft, Some(today), WORK_DAY_ENDS, skip + 1)
                }
                "week" => set_over(draft, next_or_today_friday(now), WORK_DAY_ENDS, skip + 1),
                "month" => set_over(draft, Some(today.last_of_month()), WORK_DAY_ENDS, skip + 1),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What "end of" is followed by.
fn end_of(
    tokens: &[Token],
    at: usize,
    skip: usize,
    now: DateTime,
    draft: &mut Draft,
) -> Option<usize> {
    let today = now.date();
    match text(tokens, at + skip) {
        "day" | "business" | "workday" | "today" | "afternoon" | "shift" | "office" | "working"
        | "work" => {
            draft.bounds = true;
            draft.usual = Some(WORK_DAY_ENDS);
            let extra = usize::from(
                matches!(text(tokens, at + skip), "working" | "work" | "business")
                    && matches!(text(tokens, at + skip + 1), "day" | "hours"),
            );
            Some(skip + 1 + extra)
        }
        "week" | "workweek" => {
            draft.bounds = true;
            set_over(draft, next_or_today_friday(now), WORK_DAY_ENDS, skip + 1)
        }
        "month" => {
            draft.bounds = true;
            set_over(draft, Some(today.last_of_month()), WORK_DAY_ENDS, skip + 1)
        }
        "year" => {
            draft.bounds = true;
            set_over(draft, Some(today.last_of_year()), WORK_DAY_ENDS, skip + 1)
        }
        // "end of friday": the day follows.
        day if names::lists(names::TOMORROW, day)
            || names::WEEKDAYS.iter().any(|list| names::lists(list, day)) =>
        {
            draft.bounds = true;
            Some(skip)
        }
        _ => None,
    }
}

/// "overnight", "through the night", "over the weekend".
fn night(tokens: &[Token], at: usize, now: DateTime, draft: &mut Draft) -> Option<usize> {
    let today = now.date();
    match tokens[at].text.as_str() {
        "overnight" => {
            draft.bounds = true;
            set_over(draft, add_days(today, 1), WORK_DAY_STARTS, 1)
        }
        "night" if at > 0 && tokens[at - 1].is("over") => {
            draft.bounds = true;
            set_over(draft, add_days(today, 1), WORK_DAY_STARTS, 1)
        }
        "night"
            if at >= 2
                && (tokens[at - 1].is("the") || tokens[at - 1].is("all"))
                && (matches!(
                    tokens[at - 2].text.as_str(),
                    "through" | "for" | "over" | "during" | "throughout"
                ) || tokens[at - 1].is("all")) =>
        {
            draft.bounds = true;
            set_over(draft, add_days(today, 1), WORK_DAY_STARTS, 1)
        }
        "weekend"
            if at > 0
                && tokens[..at].iter().rev().take(3).any(|token| {
                    matches!(
                        token.text.as_str(),
                        "over"
                            | "through"
                            | "all"
                            | "for"
                            | "throughout"
                            | "during"
                            | "entire"
                            | "whole"
                            | "across"
                            | "past"
                    )
                }) =>
        {
            draft.bounds = true;
            set_over(draft, next_weekday(today, 0), WORK_DAY_STARTS, 1)
        }
        _ => None,
    }
}

/// A time of day that may stand for its day: "today", "tonight", "in the morning", "noon".
fn time_of_day(tokens: &[Token], at: usize, now: DateTime, draft: &mut Draft) -> Option<usize> {
    let today = now.date();
    let until = draft.bounds;
    let word = tokens[at].text.as_str();
    match word {
        "today" if at > 0 && tokens[at - 1].is("for") && tokens.len() <= 4 => {
            draft.bounds = true;
            set_over(draft, Some(today), WORK_DAY_ENDS, 1)
        }
        "today"
            if until
                || tokens
                    .get(at + 1)
                    .is_some_and(|next| next.is("at") || matches!(next.kind, Kind::Clock(..)))
                || draft.time.is_some() =>
        {
            set_over(draft, Some(today), WORK_DAY_ENDS, 1)
        }
        "tonight" => {
            draft.evening = true;
            draft.date = Some(today);
            draft.usual = Some(Time::constant(20, 0, 0, 0));
            (until || draft.time.is_some() || clock_follows(tokens, at + 1)).then_some(1)
        }
        "morning" => {
            draft.morning = true;
            let anchored = until
                || draft.date.is_some()
                || (at > 0 && (tokens[at - 1].is("the") || tokens[at - 1].is("in")));
            if draft.date.is_none() && anchored && draft.time.is_none() {
                draft.date = add_days(today, 1);
            }
            draft.usual = Some(WORK_DAY_STARTS);
            anchored.then_some(1)
        }
        "first" if text(tokens, at + 1) == "thing" => {
            draft.morning = true;
            draft.usual = Some(WORK_DAY_STARTS);
            Some(2 + 2 * usize::from(text(tokens, at + 2) == "in" && text(tokens, at + 3) == "the"))
        }
        "afternoon" | "evening" => {
            let anchored = until
                || draft.date.is_some()
                || draft.time.is_some()
                || (at > 0 && tokens[at - 1].is("this"));
            draft.evening = true;
            draft.date = draft.date.or(Some(today));
            draft.usual = Some(if word == "evening" {
                Time::constant(18, 0, 0, 0)
            } else {
                Time::constant(15, 0, 0, 0)
            });
            anchored.then_some(1)
        }
        "noon" | "midday" | "noontime" => {
            draft.time = Some(NOON);
            draft.date = draft.date.or_else(|| {
                if day_follows(tokens, at + 1) {
                    None
                } else {
                    add_days(today, 1)
                }
            });
            Some(1)
        }
        "midnight" => {
            draft.midnight = true;
            draft.time = Some(Time::midnight());
            Some(1)
        }
        _ => None,
    }
}

fn set_over(draft: &mut Draft, date: Option<Date>, usual: Time, length: usize) -> Option<usize> {
    draft.date = date;
    draft.usual = Some(usual);
    date.map(|_| length)
}
