//! What is said about several machines of one reservation.

use super::*;
use crate::event::PowerReply;
use crate::reservation::Power;
use crate::spec::COUNT_MAX;
use crate::testing::{direct, keys, quote_for, several_ready, three_ready};

/// Slack's limit on a section's text; see `blocks`.
const SECTION_CHARS_MAX: usize = 3_000;

fn said(answer: &Reply) -> Message {
    reply(answer, PlaceKind::Direct)
}

/// Three machines of which the second was found to be gone after an hour.
fn two_of_three() -> Reservation {
    let mut reservation = three_ready(240);
    reservation.machines_gone(&["i-1", "i-3"], NOW + HOUR_SECONDS);
    reservation
}

fn launching(done: usize) -> Reservation {
    let quote = quote_for(3, 240);
    let mut reservation = Reservation::from_quote(&quote, direct(), &keys(), 0, NOW);
    reservation.begin(NOW + 1).expect("it was requested");
    let steps = [
        Step::CreateSecurityGroup,
        Step::LaunchMachine,
        Step::ConfirmRunning,
    ];
    for step in steps.into_iter().take(done) {
        reservation.record(step, NOW + 1);
    }
    reservation
}

fn over(mut reservation: Reservation, reason: EndReason) -> Reservation {
    let end = NOW + 4 * HOUR_SECONDS;
    reservation
        .end(reason, end)
        .and_then(|()| reservation.close(end + 60))
        .expect("it was ready");
    reservation
}

fn undone(reason: FailureReason) -> Reservation {
    let mut reservation = launching(2);
    reservation
        .undo(Some(reason), NOW + 9)
        .and_then(|()| reservation.close(NOW + 12))
        .expect("it was being provided");
    reservation
}

fn stopped(mut reservation: Reservation) -> Reservation {
    let now = NOW + 2 * HOUR_SECONDS;
    reservation
        .switch(Power::Off, "UALICE", now)
        .and_then(|()| reservation.switched(Power::Off, FailureReason::Unexpected, now + 40))
        .expect("it ran");
    reservation
}

#[test]
fn prices_of_several() {
    let catalogue = Catalogue::bundled();
    let offer = catalogue.find("t3a.large").expect("a common type");
    let rules = "EC2, on-demand, x86_64, at most $0.1 per hour in all".to_owned();
    let way_out = WayOut {
        alternative: Alternative {
            without: vec!["at most $0.05 per hour in all".to_owned()],
            offer: offer.clone(),
            total_usd: 0.082_4,
        },
        sentence: Some("3 vms ubuntu 24.04 t3a.large for 4 hours".to_owned()),
    };
    insta::assert_snapshot!(all([
        (
            "quote",
            said(&Reply::Quoted {
                quote: Box::new(quote_for(3, 2 * 24 * 60)),
                renewed: false,
                has_key: true,
            })
        ),
        (
            "price",
            said(&Reply::Priced {
                offer: offer.clone(),
                rules: rules.clone(),
                count: 3,
                storage_gb: 20,
                environments: Vec::new(),
                duration_minutes: Some(60),
                asked: Box::default(),
                cluster: None,
            })
        ),
        (
            "why this one",
            said(&Reply::Why {
                candidates: quote_for(3, 240).candidates,
                rules: rules.clone(),
                count: 3,
                storage_gb: 20,
            })
        ),
        (
            "nothing fits",
            said(&Reply::NothingFits {
                rules,
                count: 3,
                ways_out: vec![way_out],
                user: "UALICE".to_owned(),
            })
        ),
        (
            "too many",
            said(&Reply::Unsupported {
                what: Unsupported::Count(COUNT_MAX + 1),
            })
        ),
        (
            "none",
            said(&Reply::Unsupported {
                what: Unsupported::Count(0),
            })
        ),
    ]));
}

#[test]
fn a_launch_of_several() {
    let progress = |reservation: &Reservation| card(CardKind::Progress, reservation);
    let last = |reservation: &Reservation| card(CardKind::Final, reservation);
    insta::assert_snapshot!(all([
        (
            "launching",
            said(&Reply::Launching {
                reservation: Box::new(launching(0)),
            })
        ),
        ("nothing done yet", progress(&launching(0))),
        ("launched", progress(&launching(2))),
        ("running", progress(&launching(3))),
        ("ready", progress(&three_ready(240))),
        ("no capacity", last(&undone(FailureReason::NoCapacity))),
        (
            "one ended meanwhile",
            last(&undone(FailureReason::MachineVanished))
        ),
        (
            "one never called",
            progress(&undone(FailureReason::NeverReady))
        ),
    ]));
}

#[test]
fn several_in_their_owners_hands() {
    let warning = |reservation: &Reservation| {
        let warning = Warning {
            deadline_epoch_seconds: reservation.deadline_epoch_seconds,
            minutes_before: 30,
        };
        card(CardKind::Warning(warning), reservation)
    };
    let mut keyless = three_ready(240);
    keyless.authorized_keys.clear();
    let details = |reservation: Reservation| {
        said(&Reply::Details {
            reservation: Box::new(reservation),
            relation: Relation::Owner,
            at_epoch_seconds: NOW + 2 * HOUR_SECONDS,
        })
    };
    insta::assert_snapshot!(all([
        ("ready", card(CardKind::Ready, &three_ready(240))),
        ("one is gone", card(CardKind::Ready, &two_of_three())),
        ("without a key", card(CardKind::Ready, &keyless)),
        ("warning", warning(&three_ready(240))),
        ("details", details(three_ready(240))),
        ("details, one is gone", details(two_of_three())),
        (
            "list",
            said(&Reply::Listing {
                reservations: vec![two_of_three(), ready_reservation(240)],
                shared: vec![three_ready(240)],
                at_epoch_seconds: NOW + 2 * HOUR_SECONDS,
            })
        ),
        (
            "shall they go?",
            said(&Reply::ConfirmEnd {
                reservations: vec![three_ready(240)],
                at_epoch_seconds: NOW + HOUR_SECONDS,
                user: "UALICE".to_owned(),
                more: 0,
            })
        ),
    ]));
}

#[test]
fn the_end_of_several() {
    let last = |reservation| card(CardKind::Final, &reservation);
    let mut none_left = two_of_three();
    none_left.machines_gone::<&str>(&[], NOW + 2 * HOUR_SECONDS);
    insta::assert_snapshot!(all([
        (
            "deadline",
            last(over(three_ready(240), EndReason::Deadline))
        ),
        (
            "terminated, one was gone before",
            last(over(
                two_of_three(),
                EndReason::Requested("UALICE".to_owned())
            ))
        ),
        ("vanished", last(over(none_left, EndReason::Vanished))),
    ]));
}

#[test]
fn power_of_several() {
    let switched = |reservation: &Reservation| {
        let index = reservation.switches.len() - 1;
        card(CardKind::Switch(index), reservation)
    };
    let off = stopped(three_ready(240));
    let started = |found: Power| {
        let (mut reservation, now) = (off.clone(), NOW + 3 * HOUR_SECONDS);
        reservation
            .switch(Power::On, "UALICE", now)
            .and_then(|()| reservation.switched(found, FailureReason::NoCapacity, now + 40))
            .expect("it was off");
        for (number, node) in (1..).zip(&mut reservation.nodes) {
            node.public_address = Some(format!("198.51.100.{number}"));
        }
        reservation
    };
    let mut still_on = three_ready(240);
    let now = NOW + HOUR_SECONDS;
    still_on
        .switch(Power::Off, "UALICE", now)
        .and_then(|()| still_on.switched(Power::On, FailureReason::Denied, now + 40))
        .expect("it ran");
    insta::assert_snapshot!(all([
        (
            "stopping",
            said(&Reply::Power(PowerReply::Stopping {
                reservation: Box::new(three_ready(240)),
                user: "UALICE".to_owned(),
            }))
        ),
        ("stopped", switched(&off)),
        ("stopped, one is gone", switched(&stopped(two_of_three()))),
        (
            "starting",
            said(&Reply::Power(PowerReply::Starting {
                reservation: Box::new(off.clone()),
                user: "UALICE".to_owned(),
                is_longer: false,
            }))
        ),
        ("run again", switched(&started(Power::On))),
        ("not started", switched(&started(Power::Off))),
        ("not stopped", switched(&still_on)),
    ]));
}

/// At the largest number, with the longest addresses, nothing that people need is cut off.
#[test]
fn messages_about_as_many_as_there_can_be_fit_into_slack() {
    let mut many = several_ready(COUNT_MAX, 240);
    for node in &mut many.nodes {
        node.public_address = Some("2001:db8:85a3:1234:5678:8a2e:0370:7334".to_owned());
    }
    many.authorized_keys.clear();
    let details = Reply::Details {
        reservation: Box::new(many.clone()),
        relation: Relation::Owner,
        at_epoch_seconds: NOW + HOUR_SECONDS,
    };
    for message in [card(CardKind::Ready, &many), said(&details)] {
        let text = message.blocks[0]["text"]["text"]
            .as_str()
            .expect("a paragraph");
        assert!(text.chars().count() < SECTION_CHARS_MAX && !text.ends_with('…'));
        assert!(text.contains("\n20. `ssh ubuntu@2001:"), "{text}");
        assert!(text.contains("in all by then"), "{text}");
    }
}
