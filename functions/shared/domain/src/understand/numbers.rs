//! Numbers in figures and in words, and the codes that look like them.

use super::token::Token;

/// Numbers above are nobody's wish.
const MAX_VALUE: f64 = 1e9;

/// The number at the start of the text: its length in bytes and its value. "1,5" is one and a half, "1,000" a thousand.
pub(super) fn leading(text: &str) -> (usize, f64) {
    let digits = |from: &str| from.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let mut length = whole;
    let mut figures = text[..whole].to_owned();
    let mut rest = &text[length..];
    while rest.starts_with(',') && digits(&rest[1..]) == 3 && length < 12 {
        figures.push_str(&rest[1..4]);
        length += 4;
        rest = &text[length..];
    }
    if rest.starts_with(['.', ',']) {
        let decimals = digits(&rest[1..]);
        let after = &rest[1 + decimals..];
        let is_list = rest.starts_with(',')
            && (decimals != 1 || !after.starts_with(|c: char| c.is_ascii_alphabetic()));
        if decimals > 0 && !is_list {
            figures.push('.');
            figures.push_str(&rest[1..=decimals]);
            length += 1 + decimals;
        }
    }
    (length, figures.parse().unwrap_or(MAX_VALUE).min(MAX_VALUE))
}

/// `2026-12-01`.
pub(super) fn iso_date(text: &str) -> Option<(i16, i8, i8)> {
    let date: jiff::civil::Date = (text.len() == 10 && text.as_bytes().get(4) == Some(&b'-'))
        .then(|| text.parse().ok())??;
    Some((date.year(), date.month(), date.day()))
}

/// "17:00", "5:30pm", "5pm", "9am", "5p.m.": hour, minute, length in bytes.
pub(super) fn clock(text: &str) -> Option<(i8, i8, usize)> {
    let hour_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&hour_digits) {
        return None;
    }
    let mut hour: i8 = text[..hour_digits].parse().ok()?;
    let mut length = hour_digits;
    let mut minute = 0;
    let rest = &text[length..];
    let has_minutes = (rest.starts_with(':')
        || (rest.starts_with('.')
            && rest[1..]
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .starts_with(['a', 'p'])))
        && rest.len() >= 3
        && rest.as_bytes()[1..3].iter().all(u8::is_ascii_digit);
    if has_minutes {
        minute = rest[1..3].parse().ok()?;
        length += 3;
    }
    let half = [("p.m", true), ("a.m", false), ("pm", true), ("am", false)]
        .into_iter()
        .find(|(mark, _)| {
            text[length..]
                .strip_prefix(mark)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric()))
        });
    match half {
        Some((mark, afternoon)) => {
            length += mark.len();
            hour = twelve_hour(hour, afternoon)?;
        }
        None if !has_minutes || text[length..].starts_with(|c: char| c.is_ascii_alphanumeric()) => {
            return None;
        }
        None => {}
    }
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute, length))
}

/// An hour of the 12-hour clock.
pub(super) fn twelve_hour(hour: i8, afternoon: bool) -> Option<i8> {
    match (hour, afternoon) {
        (12, false) => Some(0),
        (12, true) => Some(12),
        (1..=11, true) => Some(hour + 12),
        (0..=11, false) | (13..=23, true) => Some(hour),
        _ => None,
    }
}

/// `t3.large`, `g4dn.xlarge`, `s-2vcpu-4gb`.
pub(super) fn is_instance_type(word: &str) -> bool {
    let sizes = [
        "nano", "micro", "small", "medium", "large", "xlarge", "metal",
    ];
    if let Some((family, size)) = word.split_once('.') {
        let mut letters = family.bytes();
        let family_fits = (2..=10).contains(&family.len())
            && letters.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && family.bytes().any(|byte| byte.is_ascii_digit())
            && family
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let size = size.trim_start_matches(|c: char| c.is_ascii_digit());
        return family_fits && (sizes.contains(&size) || size.starts_with("metal-"));
    }
    let mut parts = word.split('-');
    let family = parts.next().unwrap_or_default();
    let cores = parts.next().and_then(|part| part.strip_suffix("vcpu"));
    let has_cores = cores.is_some_and(|figures| {
        !figures.is_empty() && figures.bytes().all(|byte| byte.is_ascii_digit())
    });
    (1..=5).contains(&family.len()) && has_cores
}

/// `us-east-1`, `nyc3`.
pub(super) fn is_region(word: &str) -> bool {
    const SLUGS: &[&str] = &[
        "nyc1", "nyc2", "nyc3", "sfo1", "sfo2", "sfo3", "ams2", "ams3", "lon1", "fra1", "sgp1",
        "syd1", "blr1", "tor1", "atl1",
    ];
    const SIDES: &[&str] = &[
        "east",
        "west",
        "north",
        "south",
        "central",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
    ];
    if SLUGS.contains(&word) {
        return true;
    }
    let mut parts = word.split('-');
    let (Some(area), Some(side), Some(number)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    area.len() == 2
        && SIDES.contains(&side)
        && number.len() == 1
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && parts.next().is_none()
}

/// One number word.
pub(super) fn word_value(word: &str) -> Option<f64> {
    const UNITS: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &[
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    let at = |list: &[&str]| {
        list.iter()
            .position(|entry| *entry == word)
            .and_then(|at| u32::try_from(at).ok())
            .map(f64::from)
    };
    at(UNITS)
        .or_else(|| at(TENS).map(|tens| tens * 10.0 + 20.0))
        .or(match word {
            "hundred" => Some(100.0),
            "forteen" => Some(14.0),
            "fourty" => Some(40.0),
            _ => None,
        })
}

/// A number as people write it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    /// First token after it.
    pub(super) end: usize,
    /// Only an article, which is no count.
    pub(super) article: bool,
}

/// The number that starts at a token: "16", "twenty five", "a dozen", "half a", "couple of", "2-3" (the larger).
pub(super) fn at(tokens: &[Token], start: usize) -> Option<Number> {
    let first = single(tokens, start)?;
    // "2-3 hours", "2 to 3 hours", "two or three": the larger.
    let Some(joiner) = tokens.get(first.end) else {
        return Some(first);
    };
    let is_range =
        !joiner.used && (joiner.is("-") || joiner.is("to") || joiner.is("or")) && !first.article;
    if is_range {
        let starts_with_figure = tokens
            .get(first.end + 1)
            .is_some_and(|next| next.number().is_some() || word_value(&next.text).is_some());
        if let Some(second) = single(tokens, first.end + 1)
            .filter(|second| starts_with_figure && second.value > first.value)
        {
            return Some(second);
        }
    }
    Some(first)
}

fn single(tokens: &[Token], start: usize) -> Option<Number> {
    let text = |offset: usize| {
        tokens
            .get(start + offset)
            .filter(|token| !token.used)
            .map(|token| token.text.as_str())
    };
    let token = tokens.get(start).filter(|token| !token.used)?;
    let found = |value: f64, length: usize, article: bool| {
        Some(Number {
            value,
            end: start + length,
            article,
        })
    };
    if let Some(value) = token.number() {
        return if text(1) == Some("dozen") {
            found(value * 12.0, 2, false)
        } else {
            found(value, 1, false)
        };
    }
    if let Some(value) = word_value(&token.text) {
        if token.is("hundred") {
            return found(value, 1, false);
        }
        return match text(1) {
            Some("dozen") => found(value * 12.0, 2, false),
            Some("hundred") => found(value * 100.0, 2, false),
            Some(next) if value >= 20.0 && value % 10.0 == 0.0 => {
                match word_value(next).filter(|units| (1.0..10.0).contains(units)) {
                    Some(units) => found(value + units, 2, false),
                    None => found(value, 1, false),
                }
            }
            _ => found(value, 1, false),
        };
    }
    let of = |length: usize| length + usize::from(text(length) == Some("of"));
    let group = |word: Option<&str>| match word {
        Some("couple" | "pair") => Some(2.0),
        Some("few") => Some(3.0),
        Some("dozen") => Some(12.0),
        Some("hundred") => Some(100.0),
        _ => None,
    };
    match token.text.as_str() {
        "half" => match (text(1), text(2)) {
            (Some("a"), Some("dozen")) => found(6.0, 3, false),
            (Some("dozen"), _) => found(6.0, 2, false),
            (Some("a" | "an"), _) => found(0.5, 2, false),
            (Some("of"), Some("a" | "an")) => found(0.5, 3, false),
            _ => found(0.5, 1, false),
        },
        "quarter" if text(1) == Some("of") && matches!(text(2), Some("a" | "an")) => {
            found(0.25, 3, false)
        }
        "quarter" => found(0.25, 1, false),
        "a" | "an" | "another" | "one-off" => match (group(text(1)), text(1)) {
            (Some(value), _) => found(value, of(2), false),
            (None, Some("half")) => found(
                0.5,
                2 + usize::from(matches!(text(2), Some("a" | "an"))),
                false,
            ),
            (None, Some("quarter")) if text(2) != Some("of") => found(0.25, 2, false),
            (None, Some("quarter")) => found(
                0.25,
                3 + usize::from(matches!(text(3), Some("a" | "an"))),
                false,
            ),
            _ => found(1.0, 1, true),
        },
        _ => group(Some(&token.text)).and_then(|value| found(value, of(1), false)),
    }
}
