//! Sizes, processors, counts and money, as they follow one another in the text.

mod counts;
mod money;
mod sizes;

use jiff::civil::DateTime;

use super::class::Class;
use super::moments::{self, Length, Point};
use super::negation::corrected_between;
use super::numbers;
use super::token::Token;
use counts::{cores, scan_counts};
use money::money;
use sizes::{marked_number, scan_sizes, settle_sizes};

/// Words between what is wanted and what is refused.
const MAX_BETWEEN_HALVES: usize = 2;

/// What a quantity measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    Memory {
        gigabytes: f64,
        total: bool,
    },
    Storage {
        gigabytes: f64,
        total: bool,
    },
    Cores(f64),
    /// Machines of whatever kind.
    Count(f64),
    /// Machines, said with "nodes".
    Nodes(f64),
    Workers(f64),
    Length(Length),
    Point(Point),
    Hourly(f64),
    /// A number without a unit.
    Loose(f64),
}

/// A quantity and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantity {
    pub(super) what: What,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Every quantity of the text, in order. The tokens read are marked as used.
pub(super) fn read(tokens: &mut [Token], now: DateTime, cluster: bool) -> Vec<Quantity> {
    let mut found = Vec::with_capacity(8);
    scan(tokens, &mut found, money);
    scan(tokens, &mut found, |tokens, at| {
        let point = moments::point(tokens, at, now)?;
        Some((What::Point(point), point.end))
    });
    scan(tokens, &mut found, |tokens, at| {
        let length = moments::length(tokens, at)?;
        Some((What::Length(length), length.end))
    });
    let sizes_from = found.len();
    scan_sizes(tokens, &mut found);
    let sizes: Vec<Quantity> = found.drain(sizes_from..).collect();
    found.extend(settle_sizes(tokens, &sizes, cluster));
    scan(tokens, &mut found, cores);
    scan_counts(tokens, &mut found);
    scan(tokens, &mut found, marked_number);
    scan(tokens, &mut found, |tokens, at| {
        let number = numbers::at(tokens, at).filter(|number| !number.article)?;
        // "the last one", "another one": a pronoun.
        let pronoun = tokens[at].is("one") && at > 0 && !corrected_between(tokens, at - 1, at);
        (!pronoun).then_some((What::Loose(number.value), number.end))
    });
    found.sort_by_key(|quantity| quantity.start);
    spell_out(tokens, &mut found);
    found.retain(|quantity| {
        let negatable = !matches!(quantity.what, What::Hourly(_) | What::Point(_));
        // "remind me not to delete it in 2 hours": the time is the reminder's.
        let reminds = quantity.start > 0
            && tokens[quantity.start - 1].is("in")
            && matches!(quantity.what, What::Length(_))
            && tokens.iter().any(|token| token.has(Class::Remind));
        !(negatable && tokens[quantity.start].negated) || reminds
    });
    found
}

/// "16 not 32 GB", "not 4 nodes, 8": the number has the unit of the one that is refused.
fn spell_out(tokens: &[Token], found: &mut [Quantity]) {
    for at in 1..found.len() {
        let (before, after) = (found[at - 1], found[at]);
        let between = &tokens[before.end.min(after.start)..after.start];
        let is_near = between.len() <= MAX_BETWEEN_HALVES;
        match (before.what, after.what) {
            (What::Loose(value), refused) if is_near && tokens[after.start].negated => {
                if between.iter().any(|token| token.has(Class::Not))
                    && let Some(what) = in_unit_of(tokens, &after, refused, value)
                {
                    found[at - 1].what = what;
                }
            }
            (refused, What::Loose(value))
                if is_near && tokens[before.start].negated && !tokens[after.start].negated =>
            {
                if let Some(what) = in_unit_of(tokens, &before, refused, value) {
                    found[at].what = what;
                }
            }
            _ => {}
        }
    }
}

/// The value, measured as the refused quantity is.
fn in_unit_of(tokens: &[Token], refused: &Quantity, what: What, value: f64) -> Option<What> {
    let unread: Vec<Token> = tokens[refused.start..refused.end]
        .iter()
        .map(|token| Token {
            used: false,
            ..token.clone()
        })
        .collect();
    let figure = numbers::at(&unread, 0)?.value;
    let scale = (figure > 0.0).then(|| value / figure)?;
    Some(match what {
        What::Memory { gigabytes, total } => What::Memory {
            gigabytes: gigabytes * scale,
            total,
        },
        What::Storage { gigabytes, total } => What::Storage {
            gigabytes: gigabytes * scale,
            total,
        },
        What::Cores(_) => What::Cores(value),
        What::Count(_) => What::Count(value),
        What::Nodes(_) => What::Nodes(value),
        What::Workers(_) => What::Workers(value),
        What::Length(length) => What::Length(Length {
            minutes: moments::whole(f64::from(length.minutes) * scale),
            ..length
        }),
        What::Point(_) | What::Hourly(_) | What::Loose(_) => return None,
    })
}

/// Runs one rule over all unused tokens.
fn scan(
    tokens: &mut [Token],
    found: &mut Vec<Quantity>,
    rule: impl Fn(&[Token], usize) -> Option<(What, usize)>,
) {
    let mut at = 0;
    while at < tokens.len() {
        match rule(tokens, at).filter(|_| !tokens[at].used) {
            Some((what, end)) if end > at => {
                found.push(Quantity {
                    what,
                    start: at,
                    end,
                });
                for token in &mut tokens[at..end] {
                    token.used = true;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
}
