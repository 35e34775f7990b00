//! The calendar: which date a weekday, or a day of a month, is next.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Span, ToSpan};

use super::WORK_DAY_ENDS;
use super::length::unit_minutes_follow;
use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::token::{Kind, Token};

pub(super) fn add_days(date: Date, days: i32) -> Option<Date> {
    date.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The next such day after today; Monday is 0.
pub(super) fn next_weekday(today: Date, day: usize) -> Option<Date> {
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(day).ok()?).ok()?;
    today.nth_weekday(1, weekday).ok()
}

pub(super) fn next_or_today_friday(now: DateTime) -> Option<Date> {
    let today = now.date();
    if today.weekday() == Weekday::Friday && now.time() < WORK_DAY_ENDS {
        Some(today)
    } else {
        next_weekday(today, 4)
    }
}

/// "Dec 1", "December 1st", "1 Dec", "1st of December".
pub(super) fn month_day(tokens: &[Token], at: usize) -> Option<(i8, f64, usize)> {
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
pub(super) fn next_month_day(today: Date, month: i8, day: f64) -> Option<Date> {
    let this_year = Date::new(today.year(), month, day as i8).ok()?;
    if this_year >= today {
        Some(this_year)
    } else {
        Date::new(today.year() + 1, month, day as i8).ok()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be at most 31")]
pub(super) fn next_day_of_month(today: Date, day: f64) -> Option<Date> {
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
