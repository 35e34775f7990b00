//! Processors, and how many machines.

use super::{Quantity, What};
use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::numbers;
use crate::understand::token::{Kind, Token};

/// How far a noun may be from its count: "three 4 core 16 gig ubuntu boxes".
const MAX_NOUN_DISTANCE: usize = 12;

/// Larger counts are typing errors.
const MAX_COUNT: f64 = 10_000.0;

/// "8 vCPUs", "quad core", "cpus: 4".
pub(super) fn cores(tokens: &[Token], at: usize) -> Option<(What, usize)> {
    let token = &tokens[at];
    let is_unit = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            token.has(Class::Core) && !token.used && (token.text != "c" || token.glued)
        })
    };
    let plural_end = |end: usize| end + usize::from(is_unit(end));
    let named = match token.text.as_str() {
        "single" => Some(1.0),
        "dual" | "double" => Some(2.0),
        "quad" => Some(4.0),
        "hexa" => Some(6.0),
        "octa" | "octo" => Some(8.0),
        "quad-core" => return Some((What::Cores(4.0), at + 1)),
        "dual-core" => return Some((What::Cores(2.0), at + 1)),
        "single-core" => return Some((What::Cores(1.0), at + 1)),
        "octa-core" => return Some((What::Cores(8.0), at + 1)),
        _ => None,
    };
    if let Some(value) = named.filter(|_| is_unit(at + 1)) {
        return Some((What::Cores(value), plural_end(at + 2)));
    }
    if let Some(number) = numbers::at(tokens, at) {
        let skip = usize::from(tokens.get(number.end).is_some_and(|token| {
            token.has(Class::Adjective) || token.is("-") || token.is("v") || token.has(Class::More)
        }));
        for end in [number.end, number.end + skip] {
            if is_unit(end) {
                return Some((What::Cores(number.value), plural_end(end + 1)));
            }
        }
        return None;
    }
    if is_unit(at) && token.text.len() > 1 {
        let skip = usize::from(
            tokens
                .get(at + 1)
                .is_some_and(|next| matches!(next.text.as_str(), ":" | "=" | "-" | "of")),
        );
        let number = numbers::at(tokens, at + 1 + skip).filter(|number| !number.article)?;
        let follows_unit = tokens.get(number.end).is_some_and(|next| {
            next.class.any(&[
                Class::Gigabyte,
                Class::Memory,
                Class::Disk,
                Class::Core,
                Class::Terabyte,
            ])
        });
        return (!follows_unit).then_some((What::Cores(number.value), number.end));
    }
    None
}

pub(super) fn scan_counts(tokens: &mut [Token], found: &mut Vec<Quantity>) {
    let mut at = 0;
    while at < tokens.len() {
        match count(tokens, at).filter(|_| !tokens[at].used) {
            Some((what, end)) => {
                if let Some(what) = what {
                    found.push(Quantity {
                        what,
                        start: at,
                        end,
                    });
                }
                for token in &mut tokens[at..end] {
                    token.used = true;
                }
                at = end;
            }
            None => at += 1,
        }
    }
}

/// A number and the noun it counts, further on: "three 4 core 16 gig boxes", "4x m5.xlarge", "cluster of 4".
fn count(tokens: &[Token], at: usize) -> Option<(Option<What>, usize)> {
    if tokens[at].is("x")
        && tokens
            .get(at + 1)
            .is_some_and(|next| next.glued && next.number().is_some())
    {
        return Some((Some(What::Count(tokens[at + 1].number()?)), at + 2));
    }
    let number = numbers::at(tokens, at).filter(|number| !number.article)?;
    if number.value.fract() != 0.0 || !(1.0..=MAX_COUNT).contains(&number.value) {
        return None;
    }
    let value = number.value;
    let before = |back: usize| at.checked_sub(back).and_then(|index| tokens.get(index));
    let follows_cluster = before(1)
        .is_some_and(|token| matches!(token.text.as_str(), "of" | "with" | ":" | "," | "having"))
        && before(2).is_some_and(|token| token.class.any(&[Class::Cluster, Class::Clusters]));
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    for (index, token) in tokens
        .iter()
        .enumerate()
        .skip(number.end)
        .take(MAX_NOUN_DISTANCE)
    {
        let end = number.end;
        if token.has(Class::Worker) {
            return Some((Some(What::Workers(value)), end));
        }
        if token.has(Class::Master) {
            return Some((None, end));
        }
        if token.has(Class::Node) {
            return Some((Some(What::Nodes(value)), end));
        }
        let counted = token.class.any(&[Class::Machine, Class::Machines])
            || matches!(token.kind, Kind::InstanceType)
            || token.class.any(&[Class::Template, Class::Templates])
            || token.is("ones");
        if counted {
            return Some((Some(What::Count(value)), end));
        }
        if index == number.end
            && token.is("of")
            && matches!(text(index + 1), "them" | "those" | "these" | "em")
        {
            return Some((Some(What::Count(value)), end));
        }
        // "five more app servers": one word says which.
        let modifies = index > number.end
            && token.kind == Kind::Word
            && !token.class.any(&[
                Class::Preposition,
                Class::Pronoun,
                Class::Filler,
                Class::And,
                Class::Until,
                Class::My,
                Class::Not,
            ])
            && tokens
                .get(index + 1)
                .is_some_and(|next| next.has(Class::Machines));
        // A cluster is one, whatever stands before it counts its machines: "4-machine cluster" was met above.
        let passable = token.used
            || token.class.any(&[
                Class::Adjective,
                Class::Spot,
                Class::OnDemand,
                Class::New,
                Class::More,
                Class::Times,
                Class::Core,
                Class::Memory,
                Class::Disk,
            ])
            || matches!(
                token.text.as_str(),
                "of" | "the" | "my" | "our" | "-" | "to" | "\"" | "/" | "x" | "and" | "with"
            )
            || modifies
            || (token.is_unknown_word() && index > number.end);
        if !passable {
            break;
        }
    }
    let direct = tokens.get(number.end).is_some_and(|next| {
        next.has(Class::Times)
            || (next.used && next.kind == Kind::Word && !next.is_mark() && is_product(next))
    });
    if direct {
        let end = number.end + usize::from(tokens[number.end].has(Class::Times));
        return Some((Some(What::Count(value)), end));
    }
    // "workers: 6", "nodes = 4".
    if before(1).is_some_and(|token| token.is(":") || token.is("="))
        && let Some(noun) = before(2)
    {
        if noun.has(Class::Worker) {
            return Some((Some(What::Workers(value)), number.end));
        }
        if noun.has(Class::Node) {
            return Some((Some(What::Nodes(value)), number.end));
        }
        if noun.has(Class::Machines) {
            return Some((Some(What::Count(value)), number.end));
        }
    }
    follows_cluster.then_some((Some(What::Count(value)), number.end))
}

fn is_product(token: &Token) -> bool {
    token.has(Class::Name)
        && names::SYSTEMS
            .iter()
            .any(|(_, _, list)| names::lists(list, &token.text))
}
