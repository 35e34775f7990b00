//! What an hour may cost: "$0.25/h", "40 cents an hour".

use super::What;
use crate::understand::class::Class;
use crate::understand::numbers;
use crate::understand::token::Token;

/// "$0.25/h", "40 cents an hour", "a dollar per hour".
pub(super) fn money(tokens: &[Token], at: usize) -> Option<(What, usize)> {
    let (value, mut end, sure) = if tokens[at].has(Class::Dollar)
        && tokens
            .get(at + 1)
            .is_some_and(|next| next.number().is_some())
    {
        (tokens[at + 1].number()?, at + 2, true)
    } else {
        let number = numbers::at(tokens, at)?;
        let unit = tokens.get(number.end)?;
        let half = unit.is("and") && tokens.get(number.end + 1).is_some_and(|next| next.is("a"));
        if unit.has(Class::Dollar) && !half {
            (number.value, number.end + 1, true)
        } else if unit.has(Class::Cent)
            || (unit.is("c") && unit.glued && rate(tokens, number.end + 1).is_some())
        {
            (number.value / 100.0, number.end + 1, true)
        } else {
            (number.value, number.end, false)
        }
    };
    if !sure {
        return None;
    }
    if tokens
        .get(end)
        .is_some_and(|token| token.has(Class::Dollar))
    {
        end += 1;
    }
    end = rate(tokens, end).unwrap_or(end);
    Some((What::Hourly(value), end))
}

/// "per hour", "/h", "an hour", "hourly": where it ends.
fn rate(tokens: &[Token], at: usize) -> Option<usize> {
    let token = tokens.get(at)?;
    if token.is("hourly") || token.is("ph") {
        return Some(at + 1);
    }
    let leads = token.class.any(&[Class::Per, Class::Article, Class::Each]);
    (leads && tokens.get(at + 1).is_some_and(|next| next.has(Class::Hour))).then_some(at + 2)
}
