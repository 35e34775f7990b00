//! Points in time, read part by part: a day, a time of day, and what holds them together.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan};

use super::Point;
use super::calendar::add_days;
use super::clock::{clock_follows, clock_part};
use super::day::day_part;
use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::token::Token;

/// Tokens one point in time is made of: "tomorrow, in the morning at 9 am".
const MAX_POINT_TOKENS: usize = 12;

/// What has been read of a point in time so far.
#[expect(
    clippy::struct_excessive_bools,
    reason = "marks that are set one by one"
)]
#[derive(Default)]
pub(super) struct Draft {
    pub(super) date: Option<Date>,
    pub(super) time: Option<Time>,
    /// A time of day the words suggest, which a clock time beats.
    pub(super) usual: Option<Time>,
    /// Days to add: midnight and noon belong to the next day.
    pub(super) midnight: bool,
    pub(super) evening: bool,
    pub(super) morning: bool,
    pub(super) bounds: bool,
}

/// The point in time that starts at a token.
pub(in crate::understand) fn point(tokens: &[Token], start: usize, now: DateTime) -> Option<Point> {
    let mut draft = Draft::default();
    let mut at = start;
    let mut end = start;
    let mut prefixed = false;
    if tokens
        .get(at)
        .is_some_and(|token| token.has(Class::Until) && !token.used)
    {
        // "by 2 hours", "to falcon" are no points; what follows decides.
        draft.bounds = true;
        prefixed = true;
        at += 1;
    } else if tokens
        .get(at)
        .is_some_and(|token| token.is("at") || token.is("@"))
    {
        prefixed = true;
        at += 1;
    }
    let limit = (at + MAX_POINT_TOKENS).min(tokens.len());
    while at < limit {
        if tokens[at].used {
            break;
        }
        if let Some(read) = day_part(tokens, at, now, &mut draft)
            .or_else(|| clock_part(tokens, at, prefixed || end > start, &mut draft))
        {
            at += read;
            end = at;
        } else if tokens[at].has(Class::Until)
            && draft.date.is_some()
            && draft.time.is_none()
            && clock_follows(tokens, at + 1)
        {
            // "tomorrow till 1pm".
            draft.bounds = true;
            at += 1;
        } else if (at > start && is_glue(tokens, at, end > start))
            || (end == start
                && prefixed
                && matches!(
                    tokens[at].text.as_str(),
                    "about" | "around" | "the" | "next" | "at"
                ))
        {
            at += 1;
        } else {
            break;
        }
    }
    if end == start || !prefixed && end == start + 1 && is_weekday_talk(tokens, start) {
        return None;
    }
    Some(Point {
        at: resolve(&draft, now)?,
        start,
        end,
        bounds: draft.bounds,
    })
}

/// "ugh, mondays", "happy friday", "is it friday yet": a day that is talked about, and no time.
fn is_weekday_talk(tokens: &[Token], at: usize) -> bool {
    let word = |index: Option<usize>| {
        index
            .and_then(|index| tokens.get(index))
            .map_or("", |token| token.text.as_str())
    };
    let is_weekday = names::WEEKDAYS
        .iter()
        .any(|list| names::lists(list, &tokens[at].text));
    let before = at.checked_sub(1);
    let is_plural = tokens[at].text.ends_with("days");
    let admired = matches!(
        word(before),
        "happy"
            | "hate"
            | "love"
            | "blue"
            | "lovely"
            | "rainy"
            | "another"
            | "such"
            | "damn"
            | "bloody"
    );
    let admired =
        admired || word(before) == "a" && matches!(word(at.checked_sub(2)), "what" | "such");
    let asked = word(before) == "it"
        && word(at.checked_sub(2)) == "is"
        && word(at.checked_sub(3)) != "until";
    let again = matches!(word(Some(at + 1)), "again" | "already" | "blues" | "mood");
    is_weekday && (is_plural || admired || asked || again)
}

/// Words that hold the parts of a point together.
fn is_glue(tokens: &[Token], at: usize, begun: bool) -> bool {
    let text = tokens[at].text.as_str();
    begun
        && (matches!(
            text,
            "at" | "on"
                | "in"
                | "the"
                | "("
                | ","
                | "next"
                | "this"
                | "of"
                | "around"
                | "@"
                | "by"
                | "about"
        ) && at + 1 < tokens.len())
}

fn resolve(draft: &Draft, now: DateTime) -> Option<DateTime> {
    if draft.midnight {
        let date = add_days(draft.date.unwrap_or(now.date()), 1)?;
        return Some(date.to_datetime(Time::midnight()));
    }
    let Some(time) = draft.time else {
        let time = draft.usual?;
        let date = draft.date.unwrap_or(now.date());
        let at = date.to_datetime(time);
        return if at <= now && draft.date.is_none() {
            at.checked_add(1.day()).ok()
        } else {
            Some(at)
        };
    };
    let unsure = time.second() == 1;
    let open = unsure && !draft.morning && !draft.evening;
    let hour = if unsure && draft.evening && time.hour() < 12 {
        time.hour() + 12
    } else {
        time.hour()
    };
    let time = Time::new(hour, time.minute(), 0, 0).ok()?;
    if let Some(date) = draft.date {
        let at = date.to_datetime(time);
        return if at <= now && date == now.date() {
            at.checked_add(1.day()).ok()
        } else {
            Some(at)
        };
    }
    let step: Span = if open { 12.hours() } else { 1.day() };
    let mut at = now.date().to_datetime(
        Time::new(
            if open { time.hour() % 12 } else { time.hour() },
            time.minute(),
            0,
            0,
        )
        .ok()?,
    );
    for _ in 0..3 {
        if at > now {
            return Some(at);
        }
        at = at.checked_add(step).ok()?;
    }
    None
}
