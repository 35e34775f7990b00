//! From everything read to the slots of one intent.

mod lists;
mod machines;
mod time;

use jiff::civil::DateTime;

use super::view::View;
use crate::intent::{Intent, Slots};
pub(super) use lists::{PERIODS, period};
use lists::{scope, status};
use machines::machines;
use time::time;

/// The slots the intent has, filled from the text. `base` is the task that gives the values their meaning.
pub(super) fn slots(view: &View<'_>, intent: Intent, now: DateTime) -> Slots {
    let base = if intent == Intent::Provide {
        view.open.map_or(intent, |open| open.intent)
    } else {
        intent
    };
    let answering = if intent == Intent::Provide || intent == Intent::PriceQuote {
        view.open
    } else {
        None
    };
    let mut out = Slots::default();
    match base {
        Intent::CreateVm | Intent::CreateCluster | Intent::PriceQuote => {
            out = view.specs.clone();
            machines(
                view,
                base,
                answering.and_then(|open| open.asked),
                now,
                &mut out,
            );
        }
        Intent::ListReservations => {
            out.scope = scope(view);
            out.status = status(view);
        }
        Intent::ShowReservation
        | Intent::TerminateReservation
        | Intent::StopReservation
        | Intent::StartReservation => {
            out.reservation = view.references.slot();
        }
        Intent::ExtendReservation | Intent::SetReminder => {
            out.reservation = view.references.slot();
            time(view, base, answering.is_some(), &mut out);
        }
        Intent::SaveTemplate => {
            out.reservation = view.references.slot();
            out.template.clone_from(&view.specs.template);
        }
        Intent::DeleteTemplate => out.template.clone_from(&view.specs.template),
        Intent::SaveCredentials => out.provider = view.specs.provider,
        // "I don't want you to hold my aws key, delete it": refused, and still what it is about.
        Intent::DeleteCredentials => {
            out.provider = view
                .specs
                .provider
                .or_else(|| super::products::only_provider(view.tokens));
        }
        Intent::ShareReservation | Intent::UnshareReservation => {
            out.reservation = view.references.slot();
            out.user = super::references::people(view.tokens);
        }
        Intent::UsageReport => {
            out.scope = scope(view);
            out.period = period(view);
        }
        Intent::ListTemplates
        | Intent::ListCredentials
        | Intent::AddSshKey
        | Intent::Help
        | Intent::Greet
        | Intent::Thanks
        | Intent::Cancel
        | Intent::Affirm
        | Intent::Deny
        | Intent::Provide
        | Intent::OutOfScope => {}
    }
    out
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range"
)]
fn whole(value: f64) -> u32 {
    value.clamp(0.0, f64::from(u32::MAX)).round() as u32
}
