//! Lengths of time and points in time.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, ToSpan};

use super::class::Class;
use super::names;
use super::numbers;
use super::token::{Kind, Token};

/// Words between a number and its unit: "3 more full hours".
const MAX_BETWEEN: usize = 3;
/// Parts of one length: "1 day 2 hours 30 minutes".
const MAX_PARTS: usize = 4;
/// Tokens one point in time is made of: "tomorrow, in the morning at 9 am".
const MAX_POINT_TOKENS: usize = 12;
/// Nothing is booked for longer than ten years; larger figures are cut.
const MAX_MINUTES: f64 = 5_256_000.0;

const WORK_DAY_ENDS: Time = Time::constant(17, 0, 0, 0);
const WORK_DAY_STARTS: Time = Time::constant(9, 0, 0, 0);
const NOON: Time = Time::constant(12, 0, 0, 0);

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Length {
    pub(super) minutes: u32,
    pub(super) end: usize,
    /// "more", "another", "extra": on top of what there is.
    pub(super) more: bool,
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: DateTime,
    pub(super) start: usize,
    pub(super) end: usize,
    /// It says that something lasts until then, rather than when something is.
    pub(super) bounds: bool,
}

/// Minutes of a unit word.
fn unit_minutes(token: &Token) -> Option<f64> {
    if token.used || token.kind != Kind::Word {
        return None;
    }
    let units = [
        (Class::WorkDay, 480.0),
        (Class::Minute, 1.0),
        (Class::Hour, 60.0),
        (Class::Day, 1_440.0),
        (Class::Week, 10_080.0),
        (Class::Fortnight, 20_160.0),
        (Class::Month, 43_200.0),
        (Class::Year, 525_600.0),
    ];
    units
        .into_iter()
        .find(|(class, _)| token.has(*class))
        .map(|(_, minutes)| minutes)
}

/// Minutes of a unit word, read or not.
pub(super) fn unit_of(token: &Token) -> Option<f64> {
    unit_minutes(&Token {
        used: false,
        ..token.clone()
    })
}

/// The length of time that starts at a token.
pub(super) fn length(tokens: &[Token], start: usize) -> Option<Length> {
    let mut total = 0.0;
    let mut more = start > 0 && tokens[start - 1].has(Class::More);
    let mut end = start;
    let mut smallest = f64::MAX;
    for part in 0..MAX_PARTS {
        let mut from = end;
        if part > 0
            && tokens
                .get(from)
                .is_some_and(|token| token.has(Class::And) || token.is(","))
        {
            from += 1;
        }
        let Some((minutes, unit, part_end, part_more)) = one_length(tokens, from, part > 0) else {
            break;
        };
        if unit >= smallest {
            break;
        }
        total += minutes;
        smallest = unit;
        end = part_end;
        more |= part_more;
        // "1h30": the rest is minutes.
        let glued = tokens
            .get(end)
            .filter(|token| token.glued && !token.used)
            .and_then(Token::number);
        if let (Some(rest), true) = (
            glued,
            tokens[end - 1].has(Class::Hour)
                && tokens
                    .get(end + 1)
                    .is_none_or(|next| !next.glued || next.is_mark()),
        ) {
            total += rest;
            end += 1;
            break;
        }
    }
    let is_past = tokens.get(end).is_some_and(|token| token.is("ago"))
        || (start > 0
            && (tokens[start - 1].is("last")
                || tokens[start - 1].is("past")
                || tokens[start - 1].is("every")));
    if end == start || is_past {
        return None;
    }
    // "one week more", "2 days longer", "an hour extra".
    more |= tokens
        .get(end)
        .is_some_and(|token| token.has(Class::More) || token.has(Class::Longer));
    Some(Length {
        minutes: whole(total),
        end,
        more,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded just before"
)]
fn whole(minutes: f64) -> u32 {
    minutes.clamp(0.0, MAX_MINUTES).round() as u32
}

/// One number with its unit: minutes, minutes of the unit, the token after, whether it adds.
fn one_length(tokens: &[Token], start: usize, follows: bool) -> Option<(f64, f64, usize, bool)> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    // "hour and a half" without an article.
    if !follows
        && tokens
            .get(start)
            .is_some_and(|token| token.has(Class::Hour) && token.text.len() > 2)
    {
        let half = text(start + 1) == "and" && text(start + 2) == "a" && text(start + 3) == "half";
        return half.then_some((90.0, 60.0, start + 4, false));
    }
    let number = numbers::at(tokens, start)?;
    if follows && number.article {
        return None;
    }
    let mut more = tokens[start].has(Class::More);
    let mut value = number.value;
    let mut at = number.end;
    if (text(at) == "quarters" || (text(at) == "quarter" && !number.article)) && value >= 1.0 {
        value /= 4.0;
        at += 1
            + usize::from(text(at + 1) == "of")
            + usize::from(text(at + 1) == "of" && matches!(text(at + 2), "a" | "an"));
    }
    if text(at) == "and" && text(at + 1) == "a" && text(at + 2) == "half" {
        value += 0.5;
        at += 3;
    }
    for _ in 0..MAX_BETWEEN {
        let Some(token) = tokens.get(at).filter(|token| !token.used) else {
            break;
        };
        let between = token.has(Class::More)
            || token.has(Class::Adjective)
            || token.is("of")
            || token.is("straight")
            || token.is("entire")
            || token.is("-");
        if !between || token.has(Class::WorkDay) || unit_minutes(token).is_some() {
            break;
        }
        more |= token.has(Class::More);
        at += 1;
    }
    let unit_token = tokens.get(at)?;
    let unit = unit_minutes(unit_token)?;
    // A single letter is a unit only right after its number, except the plain "4 h".
    let lone = unit_token.text.len() == 1
        && !unit_token.glued
        && !matches!(unit_token.text.as_str(), "h" | "d");
    if lone {
        return None;
    }
    at += 1;
    // "working day" is two words of one class.
    if tokens
        .get(at)
        .is_some_and(|token| token.has(Class::WorkDay))
    {
        at += 1;
    }
    let mut minutes = value * unit;
    match (text(at), text(at + 1), text(at + 2)) {
        ("and", "a", "half") => {
            minutes += unit / 2.0;
            at += 3;
        }
        ("and", "half", _) => {
            minutes += unit / 2.0;
            at += 2;
        }
        ("and", "a", "quarter") => {
            minutes += unit / 4.0;
            at += 3;
        }
        _ => {}
    }
    Some((minutes, unit, at, more))
}

/// What has been read of a point in time so far.
#[derive(Default)]
struct Draft {
    date: Option<Date>,
    time: Option<Time>,
    /// A time of day the words suggest, which a clock time beats.
    usual: Option<Time>,
    /// Days to add: midnight and noon belong to the next day.
    midnight: bool,
    evening: bool,
    morning: bool,
    bounds: bool,
}

/// The point in time that starts at a token.
pub(super) fn point(tokens: &[Token], start: usize, now: DateTime) -> Option<Point> {
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
    if end == start {
        return None;
    }
    Some(Point {
        at: resolve(&draft, now)?,
        start,
        end,
        bounds: draft.bounds,
    })
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

/// A day, or a word that implies one.
fn day_part(tokens: &[Token], at: usize, now: DateTime, draft: &mut Draft) -> Option<usize> {
    let text = |offset: usize| {
        tokens
            .get(at + offset)
            .map_or("", |token| token.text.as_str())
    };
    let today = now.date();
    let word = text(0);
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
    let until = draft.bounds;
    let end_of = if word == "end" && text(1) == "of" {
        2 + usize::from(text(2) == "the") + usize::from(text(2) == "this")
    } else {
        0
    };
    match word {
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
        "eod" | "cob" | "eob" | "eobd" => {
            draft.bounds = true;
            draft.usual = Some(WORK_DAY_ENDS);
            Some(1)
        }
        "eow" => {
            draft.bounds = true;
            set_over(draft, next_or_today_friday(now), WORK_DAY_ENDS, 1)
        }
        "close" if text(1) == "of" && matches!(text(2), "business" | "play") => {
            draft.bounds = true;
            draft.usual = Some(WORK_DAY_ENDS);
            Some(3)
        }
        "end" if end_of > 0 => match text(end_of) {
            "day" | "business" | "workday" | "today" | "afternoon" | "shift" | "office"
            | "working" | "work" => {
                draft.bounds = true;
                draft.usual = Some(WORK_DAY_ENDS);
                let extra = usize::from(
                    matches!(text(end_of), "working" | "work" | "business")
                        && matches!(text(end_of + 1), "day" | "hours"),
                );
                Some(end_of + 1 + extra)
            }
            "week" | "workweek" => {
                draft.bounds = true;
                set_over(draft, next_or_today_friday(now), WORK_DAY_ENDS, end_of + 1)
            }
            "month" => {
                draft.bounds = true;
                set_over(
                    draft,
                    Some(today.last_of_month()),
                    WORK_DAY_ENDS,
                    end_of + 1,
                )
            }
            "year" => {
                draft.bounds = true;
                set_over(draft, Some(today.last_of_year()), WORK_DAY_ENDS, end_of + 1)
            }
            // "end of friday": the day follows.
            day if names::lists(names::TOMORROW, day)
                || names::WEEKDAYS.iter().any(|list| names::lists(list, day)) =>
            {
                draft.bounds = true;
                Some(end_of)
            }
            _ => None,
        },
        "rest" if text(1) == "of" => {
            let skip = 2 + usize::from(matches!(text(2), "the" | "this" | "my" | "our"));
            draft.bounds = true;
            match text(skip) {
                "day" | "today" | "afternoon" | "workday" | "working" => {
                    set_over(draft, Some(today), WORK_DAY_ENDS, skip + 1)
                }
                "week" => set_over(draft, next_or_today_friday(now), WORK_DAY_ENDS, skip + 1),
                "month" => set_over(draft, Some(today.last_of_month()), WORK_DAY_ENDS, skip + 1),
                _ => None,
            }
        }
        "overnight" => {
            draft.bounds = true;
            set_over(draft, add_days(today, 1), WORK_DAY_STARTS, 1)
        }
        "night"
            if at >= 2
                && (tokens[at - 1].is("the") || tokens[at - 1].is("all"))
                && (tokens[at - 2].is("through") || tokens[at - 1].is("all")) =>
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
        "first" if text(1) == "thing" => {
            draft.morning = true;
            draft.usual = Some(WORK_DAY_STARTS);
            Some(2 + 2 * usize::from(text(2) == "in" && text(3) == "the"))
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

fn unit_minutes_follow(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at)
        .is_none_or(|token| unit_minutes(token).is_none())
}

fn clock_follows(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        matches!(token.kind, Kind::Clock(..))
            || (token.is("at")
                && tokens.get(at + 1).is_some_and(|next| {
                    next.number().is_some() || matches!(next.kind, Kind::Clock(..))
                }))
    })
}

fn day_follows(tokens: &[Token], at: usize) -> bool {
    tokens.iter().skip(at).take(2).any(|token| {
        token.is("today")
            || names::lists(names::TOMORROW, &token.text)
            || names::WEEKDAYS
                .iter()
                .any(|list| names::lists(list, &token.text))
    })
}

/// "half past three", "quarter to five pm".
fn spoken_clock(tokens: &[Token], at: usize, draft: &mut Draft) -> Option<usize> {
    let text = |offset: usize| {
        tokens
            .get(at + offset)
            .map_or("", |token| token.text.as_str())
    };
    let skip = usize::from(text(0) == "a");
    let minutes: i32 = match (text(skip), text(skip + 1)) {
        ("half", "past") => 30,
        ("quarter", "past") => 15,
        ("quarter", "to") => -15,
        _ => return None,
    };
    let number =
        numbers::at(tokens, at + skip + 2).filter(|number| (1.0..=12.0).contains(&number.value))?;
    #[expect(clippy::cast_possible_truncation, reason = "at most 12")]
    let mut hour = number.value as i8;
    let half = match tokens
        .get(number.end)
        .map_or("", |token| token.text.as_str())
    {
        "pm" => Some(true),
        "am" => Some(false),
        _ => None,
    };
    if let Some(afternoon) = half.or(draft.evening.then_some(true)) {
        hour = numbers::twelve_hour(hour, afternoon)?;
    }
    let total = (i32::from(hour) * 60 + minutes).rem_euclid(1_440);
    let settled = half.is_some() || draft.evening || draft.morning || draft.date.is_some();
    let (hour, minute) = (
        i8::try_from(total / 60).ok()?,
        i8::try_from(total % 60).ok()?,
    );
    draft.time = Some(Time::new(hour, minute, i8::from(!settled), 0).ok()?);
    Some(number.end - at + usize::from(half.is_some()))
}

/// A clock time, or a bare hour where one is expected.
fn clock_part(tokens: &[Token], at: usize, expected: bool, draft: &mut Draft) -> Option<usize> {
    let next = |offset: usize| {
        tokens
            .get(at + offset)
            .map_or("", |token| token.text.as_str())
    };
    if let Kind::Clock(hour, minute) = tokens[at].kind {
        let hour = if draft.evening && hour < 12 && !tokens[at].text.contains('m') {
            hour + 12
        } else {
            hour
        };
        draft.time = Some(Time::new(hour, minute, 0, 0).ok()?);
        return Some(1);
    }
    if let Some(read) = spoken_clock(tokens, at, draft) {
        return Some(read);
    }
    let number = numbers::at(tokens, at).filter(|number| {
        !number.article && number.value.fract() == 0.0 && (0.0..=24.0).contains(&number.value)
    })?;
    #[expect(clippy::cast_possible_truncation, reason = "at most 24")]
    let hour = number.value as i8;
    let length = number.end - at;
    let half = match next(length) {
        "pm" | "p" => Some(true),
        "am" => Some(false),
        _ => None,
    };
    if let Some(afternoon) = half {
        draft.time = Some(Time::new(super::numbers::twelve_hour(hour, afternoon)?, 0, 0, 0).ok()?);
        return Some(length + 1);
    }
    let said_clock = next(length) == "o'clock"
        || (next(length) == "h" && tokens[at].text.len() == 2 && expected);
    let before = at
        .checked_sub(1)
        .map_or("", |before| tokens[before].text.as_str());
    let after_is_unit = tokens.get(number.end).is_some_and(|token| {
        !token.used
            && (unit_minutes(token).is_some()
                || token.class.any(&[
                    Class::Gigabyte,
                    Class::Megabyte,
                    Class::Terabyte,
                    Class::Core,
                    Class::Node,
                    Class::Machines,
                    Class::Machine,
                    Class::More,
                    Class::Worker,
                    Class::Dollar,
                    Class::Cent,
                    Class::Times,
                    Class::Each,
                    Class::Per,
                    Class::Total,
                    Class::Memory,
                    Class::Disk,
                ]))
    });
    let allowed = said_clock
        || (expected
            && !after_is_unit
            && (matches!(
                before,
                "at" | "until"
                    | "till"
                    | "til"
                    | "untill"
                    | "before"
                    | "around"
                    | "about"
                    | "@"
                    | "by"
            ) || draft.morning
                || draft.evening));
    if !allowed || hour > 23 {
        return None;
    }
    let afternoon =
        draft.evening || (!draft.morning && draft.date.is_some() && (1..7).contains(&hour));
    let hour = if afternoon && hour < 12 {
        hour + 12
    } else {
        hour
    };
    // Without a day or a half of the day, the next time the clock shows that hour: marked by seconds, settled in `resolve`.
    let open = draft.date.is_none() && !draft.morning && !draft.evening && (1..=12).contains(&hour);
    draft.time = Some(Time::new(hour, 0, i8::from(open), 0).ok()?);
    Some(length + usize::from(said_clock))
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

fn add_days(date: Date, days: i32) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The next such day after today; Monday is 0.
fn next_weekday(today: Date, day: usize) -> Option<Date> {
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(day).ok()?).ok()?;
    today.nth_weekday(1, weekday).ok()
}

fn next_or_today_friday(now: DateTime) -> Option<Date> {
    let today = now.date();
    if today.weekday() == Weekday::Friday && now.time() < WORK_DAY_ENDS {
        Some(today)
    } else {
        next_weekday(today, 4)
    }
}

/// "Dec 1", "December 1st", "1 Dec", "1st of December".
fn month_day(tokens: &[Token], at: usize) -> Option<(i8, f64, usize)> {
    let month_of = |token: Option<&Token>| {
        let text = &token.filter(|token| token.has(Class::Name))?.text;
        names::MONTHS
            .iter()
            .position(|list| names::lists(list, text))
            .and_then(|at| i8::try_from(at + 1).ok())
    };
    let day_of = |token: Option<&Token>| match token?.kind {
        Kind::Number(day) | Kind::Ordinal(day)
            if day.fract() == 0.0 && (1.0..=31.0).contains(&day) =>
        {
            Some(day)
        }
        _ => None,
    };
    if let Some(month) = month_of(tokens.get(at)) {
        let skip = 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is("the")));
        return day_of(tokens.get(at + skip))
            .filter(|_| unit_minutes_follow(tokens, at + skip + 1))
            .map(|day| (month, day, skip + 1));
    }
    let day = day_of(tokens.get(at))?;
    let skip = 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is("of")));
    month_of(tokens.get(at + skip)).map(|month| (month, day, skip + 1))
}

#[expect(clippy::cast_possible_truncation, reason = "a day of the month")]
fn next_month_day(today: Date, month: i8, day: f64) -> Option<Date> {
    let this_year = Date::new(today.year(), month, day as i8).ok()?;
    if this_year >= today {
        Some(this_year)
    } else {
        Date::new(today.year() + 1, month, day as i8).ok()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be at most 31")]
fn next_day_of_month(today: Date, day: f64) -> Option<Date> {
    if !(1.0..=31.0).contains(&day) {
        return None;
    }
    let mut first = today.first_of_month();
    for _ in 0..3 {
        if let Ok(date) = Date::new(first.year(), first.month(), day as i8)
            && date > today
        {
            return Some(date);
        }
        first = first.checked_add(1.month()).ok()?;
    }
    None
}
