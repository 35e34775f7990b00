//! Lengths of time: "1h30", "a day and a half", "3 more hours".

use super::Length;
use crate::understand::class::Class;
use crate::understand::numbers;
use crate::understand::token::{Kind, Token};

/// Words between a number and its unit: "3 more full hours".
const MAX_BETWEEN: usize = 3;

/// Parts of one length: "1 day 2 hours 30 minutes".
const MAX_PARTS: usize = 4;

/// Nothing is booked for longer than ten years; larger figures are cut.
const MAX_MINUTES: f64 = 5_256_000.0;

/// Minutes of a unit word.
pub(super) fn unit_minutes(token: &Token) -> Option<f64> {
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
pub(in crate::understand) fn unit_of(token: &Token) -> Option<f64> {
    unit_minutes(&Token {
        used: false,
        ..token.clone()
    })
}

/// The length of time that starts at a token.
pub(in crate::understand) fn length(tokens: &[Token], start: usize) -> Option<Length> {
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
pub(in crate::understand) fn whole(minutes: f64) -> u32 {
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
    // "for the next fortnight".
    if !follows
        && matches!(text(start), "next" | "coming")
        && start > 1
        && matches!(text(start - 1), "the")
        && matches!(text(start - 2), "for" | "over" | "during" | "within")
        && let Some(unit) = tokens.get(start + 1).and_then(unit_minutes)
    {
        return Some((unit, unit, start + 2, false));
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

pub(super) fn unit_minutes_follow(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at)
        .is_none_or(|token| unit_minutes(token).is_none())
}
