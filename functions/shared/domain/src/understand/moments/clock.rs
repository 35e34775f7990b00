//! Times of day: "5pm", "at 9", "half past three", "noon".

use jiff::civil::Time;

use super::length::unit_minutes;
use super::point::Draft;
use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::numbers;
use crate::understand::token::{Kind, Token};

/// A clock time, or a bare hour where one is expected.
pub(super) fn clock_part(
    tokens: &[Token],
    at: usize,
    expected: bool,
    draft: &mut Draft,
) -> Option<usize> {
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
        draft.time = Some(Time::new(numbers::twelve_hour(hour, afternoon)?, 0, 0, 0).ok()?);
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

pub(super) fn clock_follows(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        matches!(token.kind, Kind::Clock(..))
            || (token.is("at")
                && tokens.get(at + 1).is_some_and(|next| {
                    next.number().is_some() || matches!(next.kind, Kind::Clock(..))
                }))
    })
}

pub(super) fn day_follows(tokens: &[Token], at: usize) -> bool {
    tokens.iter().skip(at).take(2).any(|token| {
        token.is("today")
            || names::lists(names::TOMORROW, &token.text)
            || names::WEEKDAYS
                .iter()
                .any(|list| names::lists(list, &token.text))
    })
}
