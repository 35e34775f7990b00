//! How much longer, or until when.

use super::machines::like;
use super::whole;
use crate::intent::{Intent, Slots};
use crate::understand::moments::unit_of;
use crate::understand::negation::corrected_between;
use crate::understand::quantities::{Quantity, What};
use crate::understand::view::View;

/// How much longer, or until when.
pub(super) fn time(view: &View<'_>, base: Intent, answering: bool, out: &mut Slots) {
    let times: Vec<&Quantity> = view
        .quantities
        .iter()
        .filter(|quantity| matches!(quantity.what, What::Length(_) | What::Point(_)))
        .collect();
    let corrected = times
        .windows(2)
        .any(|pair| corrected_between(view.tokens, pair[0].end, pair[1].start));
    // What a reminder is about may have a time of its own; the reminder's comes first.
    let chosen = if base == Intent::SetReminder && !corrected {
        times.first()
    } else {
        times.last()
    };
    match chosen.map(|quantity| quantity.what) {
        Some(What::Length(length)) => out.duration_minutes = Some(length.minutes),
        Some(What::Point(point)) => out.until = Some(point.at),
        _ => {}
    }
    let loose = view
        .quantities
        .iter()
        .enumerate()
        .rfind(|(_, quantity)| matches!(quantity.what, What::Loose(_)));
    let Some((
        at,
        Quantity {
            what: What::Loose(value),
            start,
            ..
        },
    )) = loose
    else {
        return;
    };
    if let Some(chosen) = chosen {
        let after = view.quantities[..at].last();
        let replaces = after.is_some_and(|after| {
            after.start == chosen.start
                && (corrected_between(view.tokens, after.end, *start)
                    || view.word(start.wrapping_sub(1)) == "but")
        });
        if replaces && let Some(What::Length(length)) = like(view.tokens, chosen, *value) {
            out.duration_minutes = Some(length.minutes);
        }
    } else if let Some(minutes) = negated_unit(view, *start) {
        out.duration_minutes = Some(whole(value * minutes));
    } else {
        let minutes = if base == Intent::SetReminder && !answering {
            *value
        } else {
            value * 60.0
        };
        out.duration_minutes = Some(whole(minutes)).filter(|minutes| *minutes > 0);
    }
}

/// "not by 2 hours but 3": the unit of the length that was refused.
fn negated_unit(view: &View<'_>, start: usize) -> Option<f64> {
    view.tokens[..start]
        .iter()
        .rev()
        .filter(|token| token.negated)
        .find_map(unit_of)
}
