//! Sizes, processors, counts and money, as they follow one another in the text.

use super::class::Class;
use super::moments::{self, Length, Point};
use super::negation::corrected_between;
use super::numbers;
use super::token::{Kind, Token};
use jiff::civil::DateTime;

/// How far the word that says what a size is for may be from it.
const MAX_MARKER_DISTANCE: usize = 4;
/// How far a noun may be from its count: "three 4 core 16 gig ubuntu boxes".
const MAX_NOUN_DISTANCE: usize = 12;
/// Larger counts are typing errors.
const MAX_COUNT: f64 = 10_000.0;

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
    found.retain(|quantity| {
        let negatable = !matches!(quantity.what, What::Hourly(_) | What::Point(_));
        !(negatable && tokens[quantity.start].negated)
    });
    found.sort_by_key(|quantity| quantity.start);
    found
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

/// "$0.25/h", "40 cents an hour", "a dollar per hour".
fn money(tokens: &[Token], at: usize) -> Option<(What, usize)> {
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

/// Gigabytes in memory and on disk of a unit.
fn unit(token: &Token) -> Option<(f64, f64)> {
    if token.used || token.kind != Kind::Word {
        return None;
    }
    if token.has(Class::Gigabyte) {
        Some((1.0, 1.0))
    } else if token.has(Class::Megabyte) {
        Some((1.0 / 1024.0, 1.0 / 1000.0))
    } else if token.has(Class::Terabyte) {
        Some((1024.0, 1000.0))
    } else {
        None
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Memory,
    Disk,
    Unsaid,
}

fn role_of(token: &Token) -> Option<Role> {
    if token.used || token.is_mark() {
        None
    } else if token.has(Class::Memory) {
        Some(Role::Memory)
    } else if token.has(Class::Disk) {
        Some(Role::Disk)
    } else {
        None
    }
}

/// Sizes with the role the words beside them give; carried as memory and disk until all are known.
fn scan_sizes(tokens: &mut [Token], found: &mut Vec<Quantity>) {
    let mut at = 0;
    while at < tokens.len() {
        let Some((value, memory, disk, end)) = size(tokens, at) else {
            at += 1;
            continue;
        };
        let (role, marker) = role(tokens, at, end);
        for index in marker.into_iter().chain(at..end) {
            tokens[index].used = true;
        }
        if let Some(index) = marker
            && let Some(next) = tokens
                .get_mut(index + 1)
                .filter(|next| index >= end && role_of(next) == Some(role))
        {
            next.used = true;
        }
        let what = match role {
            Role::Memory => What::Memory {
                gigabytes: value * memory,
                total: false,
            },
            Role::Disk => What::Storage {
                gigabytes: value * disk,
                total: false,
            },
            // Negative while nothing says what it is for; the flag keeps that it was said in terabytes.
            Role::Unsaid => What::Memory {
                gigabytes: -value * memory,
                total: disk > 1.0,
            },
        };
        found.push(Quantity {
            what,
            start: at,
            end,
        });
        at = end;
    }
}

fn size(tokens: &[Token], at: usize) -> Option<(f64, f64, f64, usize)> {
    if tokens[at].used {
        return None;
    }
    let number = numbers::at(tokens, at)?;
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut value = number.value;
    let mut end = number.end;
    if text(end) == "and" && text(end + 1) == "a" && text(end + 2) == "half" {
        value += 0.5;
        end += 3;
    }
    if tokens.get(end).is_some_and(|token| {
        token.has(Class::More) || token.is("-") || token.is("of") || token.is("full")
    }) && tokens.get(end + 1).and_then(unit).is_some()
    {
        end += 1;
    }
    let token = tokens.get(end)?;
    let (memory, disk) = unit(token)?;
    // "4 t": a lone letter is a unit only in "8 g".
    if token.text.len() == 1 && !token.glued && !token.is("g") {
        return None;
    }
    Some((value, memory, disk, end + 1))
}

fn role(tokens: &[Token], start: usize, end: usize) -> (Role, Option<usize>) {
    for back in 1..=MAX_MARKER_DISTANCE.min(start) {
        let index = start - back;
        if let Some(role) = role_of(&tokens[index]) {
            // "ram and disk 8gb" would claim twice; the nearest wins.
            return (role, Some(index));
        }
        let glue = matches!(
            tokens[index].text.as_str(),
            "of" | "is"
                | "at"
                | "least"
                | ":"
                | "="
                | "about"
                | "around"
                | "size"
                | "to"
                | "should"
                | "be"
                | "minimum"
                | "-"
        );
        if !glue {
            break;
        }
    }
    for (index, token) in tokens
        .iter()
        .enumerate()
        .skip(end)
        .take(MAX_MARKER_DISTANCE)
    {
        if let Some(role) = role_of(token) {
            return (role, Some(index));
        }
        let glue = !token.used
            && !token.is_break()
            && (matches!(
                token.text.as_str(),
                "of" | "the"
                    | "local"
                    | "root"
                    | "free"
                    | "worth"
                    | "-"
                    | "attached"
                    | "total"
                    | "usable"
                    | "in"
            ) || token.has(Class::Adjective));
        if !glue {
            break;
        }
    }
    (Role::Unsaid, None)
}

/// Two bare sizes are memory and disk; a bare one beside a named one takes the place left; a corrected one replaces.
fn settle_sizes(tokens: &[Token], sizes: &[Quantity], cluster: bool) -> Vec<Quantity> {
    let mut out: Vec<Quantity> = Vec::with_capacity(sizes.len());
    let mut memory_taken = false;
    let mut last_end = 0;
    for size in sizes {
        let total = cluster && says_total(tokens, size, sizes);
        let what = match size.what {
            What::Memory {
                gigabytes,
                total: terabytes,
            } if gigabytes < 0.0 => {
                let corrects = last_end > 0 && corrected_between(tokens, last_end, size.start);
                let is_negated = tokens[size.start].negated;
                let as_disk = !corrects && memory_taken && !is_negated;
                if as_disk {
                    let gigabytes = if terabytes {
                        -gigabytes / 1024.0 * 1000.0
                    } else {
                        -gigabytes
                    };
                    What::Storage { gigabytes, total }
                } else {
                    memory_taken |= !is_negated;
                    What::Memory {
                        gigabytes: -gigabytes,
                        total,
                    }
                }
            }
            What::Memory { gigabytes, .. } => {
                memory_taken = true;
                What::Memory { gigabytes, total }
            }
            What::Storage { gigabytes, .. } => What::Storage { gigabytes, total },
            other => other,
        };
        last_end = size.end;
        out.push(Quantity { what, ..*size });
    }
    out
}

/// Whether the words around a size make it the sum over a cluster.
fn says_total(tokens: &[Token], size: &Quantity, sizes: &[Quantity]) -> bool {
    let next = sizes
        .iter()
        .map(|other| other.start)
        .find(|start| *start > size.start)
        .unwrap_or(tokens.len());
    for token in &tokens[size.end..next] {
        if token.has(Class::Each) || token.is_break() {
            break;
        }
        if token.has(Class::Total) {
            return true;
        }
    }
    let previous = sizes
        .iter()
        .map(|other| other.end)
        .rfind(|end| *end <= size.start)
        .unwrap_or(0);
    for token in tokens[previous..size.start]
        .iter()
        .rev()
        .take(MAX_MARKER_DISTANCE)
    {
        if token.is_break() && !token.is(":") {
            break;
        }
        if token.has(Class::Total) {
            return true;
        }
    }
    false
}

/// "8 vCPUs", "quad core", "cpus: 4".
fn cores(tokens: &[Token], at: usize) -> Option<(What, usize)> {
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

fn scan_counts(tokens: &mut [Token], found: &mut Vec<Quantity>) {
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
    follows_cluster.then_some((Some(What::Count(value)), number.end))
}

fn is_product(token: &Token) -> bool {
    token.has(Class::Name)
        && super::names::SYSTEMS
            .iter()
            .any(|(_, _, list)| super::names::lists(list, &token.text))
}

/// "memory 8", "16 ram", "disk: 100".
fn marked_number(tokens: &[Token], at: usize) -> Option<(What, usize)> {
    let number = numbers::at(tokens, at).filter(|number| !number.article)?;
    let (role, _) = role(tokens, at, number.end);
    match role {
        Role::Memory => Some((
            What::Memory {
                gigabytes: number.value,
                total: false,
            },
            number.end,
        )),
        Role::Disk => Some((
            What::Storage {
                gigabytes: number.value,
                total: false,
            },
            number.end,
        )),
        Role::Unsaid => None,
    }
}
