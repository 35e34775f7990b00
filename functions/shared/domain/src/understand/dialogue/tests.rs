//! The state machine by itself; whole conversations are in `tests/conversations.rs`.

use super::*;
use crate::intent::{Engine, Os, ReservationRef};

fn meaning(intent: Intent, slots: Slots) -> Meaning {
    Meaning {
        intent,
        slots,
        confidence: 1.0,
        engine: Engine::Builtin,
        evidence: Vec::new(),
    }
}

fn vm(memory_gb: f64) -> Slots {
    Slots {
        os: Some(Os::Ubuntu),
        memory_gb: Some(memory_gb),
        duration_minutes: Some(60),
        ..Slots::default()
    }
}

#[test]
fn nothing_destructive_runs_without_a_yes() {
    let reservation = Slots {
        reservation: Some(ReservationRef::Last.into()),
        ..Slots::default()
    };
    for intent in [
        Intent::TerminateReservation,
        Intent::DeleteTemplate,
        Intent::DeleteCredentials,
    ] {
        let full = Slots {
            template: Some("demo".into()),
            provider: Some(crate::intent::Provider::Aws),
            ..reservation.clone()
        };
        assert_eq!(
            advance(None, &meaning(intent, full)).effect,
            Effect::Confirm,
            "{intent}"
        );
        assert!(
            matches!(
                advance(None, &meaning(intent, Slots::default())).effect,
                Effect::Ask(_)
            ),
            "{intent}"
        );
    }
}

#[test]
fn a_corrected_target_is_confirmed_again() {
    let first = advance(
        None,
        &meaning(
            Intent::TerminateReservation,
            Slots {
                reservation: Some(ReservationRef::Last.into()),
                ..Slots::default()
            },
        ),
    );
    let corrected = Slots {
        reservation: Some(ReservationRef::Cluster.into()),
        ..Slots::default()
    };
    let second = advance(
        first.open.as_ref(),
        &meaning(Intent::Provide, corrected.clone()),
    );
    assert_eq!(
        (second.effect, second.state.slots),
        (Effect::Confirm, corrected)
    );
}

#[test]
fn a_side_question_leaves_the_task() {
    let first = advance(None, &meaning(Intent::CreateVm, Slots::default()));
    for intent in [
        Intent::Help,
        Intent::ListReservations,
        Intent::PriceQuote,
        Intent::Greet,
        Intent::OutOfScope,
    ] {
        let second = advance(first.open.as_ref(), &meaning(intent, Slots::default()));
        assert_eq!(
            (second.effect, &second.open),
            (Effect::Aside, &first.open),
            "{intent}"
        );
    }
}

#[test]
fn no_and_cancel_run_nothing() {
    let first = advance(None, &meaning(Intent::CreateVm, vm(8.0)));
    for intent in [Intent::Deny, Intent::Cancel] {
        let second = advance(first.open.as_ref(), &meaning(intent, Slots::default()));
        assert_eq!(
            (second.effect, second.open),
            (Effect::Dropped, None),
            "{intent}"
        );
    }
}

#[test]
fn a_yes_to_a_question_for_a_value_runs_nothing() {
    let first = advance(None, &meaning(Intent::CreateVm, Slots::default()));
    assert_eq!(
        advance(
            first.open.as_ref(),
            &meaning(Intent::Affirm, Slots::default())
        )
        .effect,
        Effect::Aside
    );
}

#[test]
fn a_quote_is_changed_and_booked() {
    let quoted = advance(
        None,
        &meaning(
            Intent::PriceQuote,
            Slots {
                kind: Some(Kind::Vm),
                ..vm(8.0)
            },
        ),
    );
    let changed = advance(
        quoted.open.as_ref(),
        &meaning(
            Intent::PriceQuote,
            Slots {
                memory_gb: Some(16.0),
                ..Slots::default()
            },
        ),
    );
    let booked = advance(
        changed.open.as_ref(),
        &meaning(Intent::CreateVm, Slots::default()),
    );
    assert_eq!(
        (booked.effect, booked.state.slots),
        (Effect::Confirm, vm(16.0))
    );
}

#[test]
fn what_was_said_last_replaces_what_it_makes_untrue() {
    let mut slots = Slots {
        nodes: Some(5),
        memory_total_gb: Some(64.0),
        os: Some(Os::Ubuntu),
        os_version: Some("22.04".into()),
        ..Slots::default()
    };
    merge(
        &mut slots,
        Slots {
            workers: Some(3),
            memory_gb: Some(8.0),
            os: Some(Os::Debian),
            ..Slots::default()
        },
    );
    assert_eq!(
        slots,
        Slots {
            workers: Some(3),
            memory_gb: Some(8.0),
            os: Some(Os::Debian),
            ..Slots::default()
        }
    );
}
