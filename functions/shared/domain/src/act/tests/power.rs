//! Stop and start.

use super::*;
use crate::access::audit::Outcome;
use crate::access::permission::{Share, ShareRole};
use crate::access::policy::Limit;
use crate::event::PowerReply;
use crate::reservation::Power;
use crate::time::MINUTE_SECONDS;
use crate::workflow::FailureReason;

/// Alice's machine of four hours, switched off after the first.
fn stopped() -> Reservation {
    let mut reservation = ready_reservation(240);
    reservation
        .switch(Power::Off, "UALICE", NOW + HOUR_SECONDS)
        .and_then(|()| {
            reservation.switched(
                Power::Off,
                FailureReason::Unexpected,
                NOW + HOUR_SECONDS + 40,
            )
        })
        .expect("it ran");
    reservation
}

fn named(reservation: &Reservation) -> Slots {
    Slots {
        reservation: Some(handle(reservation)),
        ..Slots::default()
    }
}

fn update(decision: &Decision) -> (&Reservation, &[Effect]) {
    match &decision.writes[..] {
        [Write::Update(after, effects)] => (after, effects),
        other => panic!("not one update: {other:?}"),
    }
}

fn with(mine: Vec<Reservation>, now: EpochSeconds) -> World {
    World {
        now,
        mine,
        ..world()
    }
}

#[test]
fn a_machine_that_is_named_or_the_only_one_stops_at_once() {
    let reservation = ready_reservation(240);
    let world = with(vec![reservation.clone()], NOW + 60);
    for slots in [named(&reservation), Slots::default()] {
        let decision = say(Intent::StopReservation, slots, &world);
        assert!(matches!(
            &decision.reply,
            Some(Reply::Power(PowerReply::Stopping { user, .. })) if user == "UALICE"
        ));
        let (after, effects) = update(&decision);
        assert_eq!(after.state, State::Stopping);
        assert_eq!(
            after.deadline_epoch_seconds, reservation.deadline_epoch_seconds,
            "it still ends then"
        );
        let expected = Effect::Start {
            workflow: Workflow::Power,
            execution: format!("power-{QUOTE_ID}-1-1"),
            subject_id: QUOTE_ID.to_owned(),
        };
        assert_eq!(effects, [expected]);
        assert_eq!(
            (decision.audit[0].act.as_str(), decision.audit[0].outcome),
            ("power", Outcome::Done)
        );
    }
}

#[test]
fn of_several_machines_the_one_that_can_be_is_switched_or_it_is_asked() {
    let off = stopped();
    let on = |number: u32| Reservation {
        id: format!("01KAR7Z8Q000000000000000{number:02}"),
        handle: format!("r-run0{number}"),
        ..ready_reservation(240)
    };
    let world = with(vec![on(1), on(2), off.clone()], NOW + 2 * HOUR_SECONDS);
    let started = say(Intent::StartReservation, Slots::default(), &world);
    assert_eq!(update(&started).0.id, off.id);

    let asked = say(Intent::StopReservation, Slots::default(), &world);
    assert!(matches!(
        &asked.reply,
        Some(Reply::Which { intent: Intent::StopReservation, reservations, .. })
            if reservations.len() == 2
    ));
    let answered = say(Intent::Provide, named(&on(2)), &after(world, &asked));
    assert_eq!(update(&answered).0.handle, "r-run02");
}

#[test]
fn a_machine_that_cannot_be_switched_that_way_stays_as_it_is() {
    let states = [
        (stopped(), Power::Off),
        (ready_reservation(240), Power::On),
        (requested_reservation(240), Power::Off),
    ];
    for (reservation, to) in states {
        let world = with(vec![reservation.clone()], NOW + 2 * HOUR_SECONDS);
        let decision = press(Press::Switch(reservation.id.clone(), to), &world);
        assert!(matches!(
            decision.reply,
            Some(Reply::Power(PowerReply::Unchanged { .. }))
        ));
        assert_eq!(decision.writes, Vec::new());
    }
    let mut ending = stopped();
    ending.end(EndReason::Deadline, NOW).expect("it was off");
    let world = with(vec![ending.clone()], NOW);
    let decision = press(Press::Switch(ending.id, Power::On), &world);
    assert!(matches!(decision.reply, Some(Reply::Over { .. })));
}

#[test]
fn a_start_with_little_time_left_gets_an_hour_before_the_machine_is_switched_on() {
    let reservation = stopped();
    let start = |world: &World| say(Intent::StartReservation, named(&reservation), world);
    let early = with(
        vec![reservation.clone()],
        reservation.deadline_epoch_seconds - 31 * MINUTE_SECONDS,
    );
    let decision = start(&early);
    assert_eq!(
        update(&decision).0.deadline_epoch_seconds,
        reservation.deadline_epoch_seconds
    );
    assert!(matches!(
        decision.reply,
        Some(Reply::Power(PowerReply::Starting {
            is_longer: false,
            ..
        }))
    ));

    let late = with(
        vec![reservation.clone()],
        reservation.deadline_epoch_seconds - 10 * MINUTE_SECONDS,
    );
    let decision = start(&late);
    let (after, _) = update(&decision);
    assert_eq!(after.deadline_epoch_seconds, late.now + HOUR_SECONDS);
    assert_eq!(after.state, State::Starting);
    assert_eq!(decision.audit.len(), 1);
    assert_eq!(decision.audit[0].act, "power");

    let mut limited = late.clone();
    limited.policy.duration_minutes_max = Limit::Set(20);
    assert_eq!(
        update(&start(&limited)).0.deadline_epoch_seconds,
        late.now + 20 * MINUTE_SECONDS,
        "the policy's limit is kept"
    );
}

#[test]
fn who_manages_by_a_share_starts_but_spends_no_more_time() {
    let mut reservation = stopped();
    reservation.shares = vec![Share {
        user: "UBOB".to_owned(),
        role: ShareRole::Manage,
    }];
    let now = reservation.deadline_epoch_seconds - 10 * MINUTE_SECONDS;
    let world = World {
        named: vec![reservation.clone()],
        now,
        ..bob(world())
    };
    let decision = say(Intent::StartReservation, named(&reservation), &world);
    assert_eq!(
        update(&decision).0.deadline_epoch_seconds,
        reservation.deadline_epoch_seconds
    );
    assert_eq!(update(&decision).0.switches[1].user, "UBOB");

    let late = World {
        now: reservation.deadline_epoch_seconds,
        ..world
    };
    let decision = say(Intent::StartReservation, named(&reservation), &late);
    assert!(matches!(decision.reply, Some(Reply::Over { .. })));
}

#[test]
fn a_spot_machine_is_not_stopped_and_that_is_said() {
    let mut reservation = ready_reservation(240);
    reservation.candidates[0].market = crate::offers::Market::Spot;
    let id = reservation.id.clone();
    let world = World {
        mine: vec![reservation],
        ..world()
    };
    let decision = press(Press::Switch(id, Power::Off), &world);
    assert!(decision.writes.is_empty());
    assert!(matches!(
        decision.reply,
        Some(Reply::Power(PowerReply::Spot { .. }))
    ));
}
