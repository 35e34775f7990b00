//! Sizes of memory and disks, and which of the two a size is for.

use super::{Quantity, What};
use crate::understand::class::Class;
use crate::understand::negation::corrected_between;
use crate::understand::numbers;
use crate::understand::token::{Kind, Token};

/// How far the word that says what a size is for may be from it.
const MAX_MARKER_DISTANCE: usize = 4;

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
pub(super) fn scan_sizes(tokens: &mut [Token], found: &mut Vec<Quantity>) {
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
pub(super) fn settle_sizes(tokens: &[Token], sizes: &[Quantity], cluster: bool) -> Vec<Quantity> {
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

/// "memory 8", "16 ram", "disk: 100".
pub(super) fn marked_number(tokens: &[Token], at: usize) -> Option<(What, usize)> {
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
