//! What a machine or cluster should be like.

use jiff::civil::DateTime;

use super::whole;
use crate::intent::{Intent, Kind as PriceKind, Next, Slots};
use crate::understand::class::Class;
use crate::understand::moments::{Length, unit_of};
use crate::understand::negation::corrected_between;
use crate::understand::quantities::{Quantity, What};
use crate::understand::token::{Kind, Token};
use crate::understand::view::View;

/// What a machine or cluster should be like.
pub(super) fn machines(
    view: &View<'_>,
    base: Intent,
    asked: Option<Next>,
    now: DateTime,
    out: &mut Slots,
) {
    let cluster = base == Intent::CreateCluster || (base == Intent::PriceQuote && view.cluster);
    let mut before: Option<&Quantity> = None;
    for quantity in view.quantities {
        let what = match quantity.what {
            What::Loose(value) => loose(view, value, quantity, before, asked, base, cluster, out),
            other => Some(other),
        };
        if let Some(what) = what {
            put(view, what, now, cluster, out, asked.is_some());
        }
        before = Some(quantity);
    }
    if cluster {
        out.count = None;
        out.storage_type = None;
    } else {
        if let Some(nodes) = out.nodes.take() {
            out.count = Some(nodes);
        }
        out.workers = None;
        out.notebook = None;
        out.framework = None;
    }
    if out.count == Some(1) {
        out.count = None;
    }
    if base == Intent::PriceQuote {
        let described = view.has_spec()
            || view.any_of(&[Class::Machine, Class::Machines])
            || out.template.is_some();
        let follows = view
            .open
            .is_some_and(|open| open.intent == Intent::PriceQuote)
            && !view.thing();
        out.kind = if view.cluster {
            Some(PriceKind::Cluster)
        } else {
            (described && !follows).then_some(PriceKind::Vm)
        };
    }
    if !cluster {
        out.default_config = None;
    }
}

fn put(
    view: &View<'_>,
    what: What,
    now: DateTime,
    cluster: bool,
    out: &mut Slots,
    answering: bool,
) {
    match what {
        What::Memory { gigabytes, total } if total && cluster => {
            out.memory_total_gb = Some(gigabytes);
            out.memory_gb = None;
        }
        What::Memory { gigabytes, .. } => {
            out.memory_gb = Some(gigabytes);
            out.memory_total_gb = None;
        }
        What::Storage { gigabytes, total } if total && cluster => {
            out.storage_total_gb = Some(gigabytes);
            out.storage_gb = None;
        }
        What::Storage { gigabytes, .. } => {
            out.storage_gb = Some(gigabytes);
            out.storage_total_gb = None;
        }
        What::Cores(value) => out.vcpus = Some(whole(value)),
        What::Count(value) | What::Nodes(value) => out.nodes = Some(whole(value)),
        What::Workers(value) => out.workers = Some(whole(value)),
        What::Length(Length { minutes, .. }) => out.duration_minutes = Some(minutes),
        What::Point(point) => {
            // "I'll hand it back friday".
            let returned = view
                .says("hand it back|give it back|bring it back|return it|hand them back|give them back|return them|be done with it")
                .is_some();
            let lasts = point.bounds
                || returned
                || answering
                || (out.duration_minutes.is_none() && view.says("until|till|til").is_some());
            if lasts {
                out.duration_minutes = minutes_until(point.at, now);
            }
        }
        What::Hourly(value) => out.max_hourly_usd = Some(value),
        What::Loose(_) => {}
    }
}

fn minutes_until(at: DateTime, now: DateTime) -> Option<u32> {
    let seconds = at.duration_since(now).as_secs();
    u32::try_from(seconds / 60)
        .ok()
        .filter(|minutes| *minutes > 0)
}

/// A number without a unit: a correction of what came before, the answer to the question, or noise.
#[expect(clippy::too_many_arguments, reason = "one rule, all its conditions")]
fn loose(
    view: &View<'_>,
    value: f64,
    quantity: &Quantity,
    before: Option<&Quantity>,
    asked: Option<Next>,
    base: Intent,
    cluster: bool,
    out: &Slots,
) -> Option<What> {
    if let Some(before) = before.filter(|before| {
        corrected_between(view.tokens, before.end, quantity.start)
            || view.word(quantity.start.wrapping_sub(1)) == "but"
    }) {
        let new_sentence = view.tokens[before.end..quantity.start]
            .iter()
            .any(|token| matches!(token.kind, Kind::Mark('.' | '!' | '\n')));
        if new_sentence && out.nodes.is_some() && !matches!(before.what, What::Count(_)) {
            return Some(What::Count(value));
        }
        return like(view.tokens, before, value);
    }
    // "4 nodes and 32 each": what each has is its memory.
    let of_each = view
        .tokens
        .get(quantity.end)
        .is_some_and(|next| next.has(Class::Each) && !next.used);
    let counted = before.is_some_and(|before| {
        matches!(
            before.what,
            What::Nodes(_) | What::Workers(_) | What::Count(_)
        )
    });
    if of_each && counted && out.memory_gb.is_none() {
        return Some(What::Memory {
            gigabytes: value,
            total: false,
        });
    }
    match asked {
        Some(Next::DurationMinutes) => return Some(hours(value)),
        Some(Next::MemoryGb) => {
            return Some(What::Memory {
                gigabytes: value,
                total: false,
            });
        }
        Some(Next::Nodes) => return Some(What::Nodes(value)),
        Some(Next::Confirm | Next::Done) if value >= 2.0 => {
            return Some(What::Memory {
                gigabytes: value,
                total: false,
            });
        }
        _ => {}
    }
    let noise = value < 2.0 || value.fract() != 0.0;
    if base == Intent::CreateCluster
        && cluster
        && out.nodes.is_none()
        && out.workers.is_none()
        && !noise
    {
        return Some(What::Nodes(value));
    }
    let with = matches!(
        view.word(quantity.start.wrapping_sub(1)),
        "with" | "at" | "w"
    ) && !noise;
    (with && out.memory_gb.is_none() && base == Intent::PriceQuote).then_some(What::Memory {
        gigabytes: value,
        total: false,
    })
}

fn hours(value: f64) -> What {
    What::Length(Length {
        minutes: whole(value * 60.0),
        end: 0,
        more: false,
    })
}

/// The number in the unit of the quantity it replaces.
pub(super) fn like(tokens: &[Token], before: &Quantity, value: f64) -> Option<What> {
    Some(match before.what {
        What::Memory { total, .. } => What::Memory {
            gigabytes: value,
            total,
        },
        What::Storage { total, .. } => What::Storage {
            gigabytes: value,
            total,
        },
        What::Cores(_) => What::Cores(value),
        What::Count(_) => What::Count(value),
        What::Nodes(_) => What::Nodes(value),
        What::Workers(_) => What::Workers(value),
        What::Hourly(_) => What::Hourly(value),
        What::Length(_) => {
            let unit = tokens[before.start..before.end]
                .iter()
                .rev()
                .find_map(unit_of)?;
            What::Length(Length {
                minutes: whole(value * unit),
                end: 0,
                more: false,
            })
        }
        What::Point(_) => return None,
        What::Loose(_) => What::Loose(value),
    })
}
