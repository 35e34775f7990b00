//! Machines that are there already: which is meant, and what becomes of it.

use super::*;

#[test]
fn an_end_in_words_is_confirmed_by_name_and_one_by_button_is_not_asked_twice() {
    let reservation = ready_reservation(240);
    let mut world = World {
        mine: vec![reservation.clone()],
        ..world()
    };
    let asked = say(
        Intent::TerminateReservation,
        Slots {
            reservation: Some(handle(&reservation)),
            ..Slots::default()
        },
        &world,
    );
    assert!(
        matches!(&asked.reply, Some(Reply::ConfirmEnd { reservations, .. }) if reservations[..] == [reservation.clone()])
    );
    assert!(asked.writes.is_empty());
    world = after(world, &asked);
    let refused = say(Intent::Deny, Slots::default(), &world);
    assert_eq!(
        refused.reply,
        Some(Reply::Kept {
            handles: vec![reservation.handle.clone()]
        })
    );
    let confirmed = say(Intent::Affirm, Slots::default(), &world);
    let pressed = press(Press::End(vec![reservation.id.clone()]), &world);
    assert_eq!(confirmed.writes, pressed.writes);
    let [Write::Update(ending, effects)] = &confirmed.writes[..] else {
        panic!("{:?}", confirmed.writes)
    };
    assert_eq!(
        (ending.state, ending.end.clone()),
        (
            State::Terminating,
            Some(EndReason::Requested("UALICE".to_owned()))
        )
    );
    assert!(matches!(
        &effects[..],
        [Effect::Start {
            workflow: Workflow::Terminate,
            ..
        }]
    ));
    let twice = press(
        Press::End(vec![reservation.id.clone()]),
        &after(world, &confirmed),
    );
    assert_eq!(
        (twice.reply, twice.writes.len()),
        (
            Some(Reply::Over {
                handle: reservation.handle
            }),
            0
        )
    );
}

#[test]
fn ending_a_launch_wakes_the_wait_instead_of_starting_a_second_workflow() {
    let reservation = requested_reservation(240);
    let decision = press(
        Press::End(vec![reservation.id.clone()]),
        &World {
            mine: vec![reservation.clone()],
            ..world()
        },
    );
    let [Write::Update(ending, effects)] = &decision.writes[..] else {
        panic!("{:?}", decision.writes)
    };
    assert_eq!(ending.state, State::Requested);
    assert_eq!(
        effects[..],
        [Effect::WakeCancelled {
            reservation_id: reservation.id
        }]
    );
}

#[test]
fn extending_adds_to_the_present_end_or_moves_it_to_a_moment_in_ones_own_zone() {
    let reservation = ready_reservation(240);
    let world = World {
        mine: vec![reservation.clone()],
        ..world()
    };
    let by = say(
        Intent::ExtendReservation,
        Slots {
            reservation: Some(handle(&reservation)),
            duration_minutes: Some(120),
            ..Slots::default()
        },
        &world,
    );
    let Some(Reply::Extended {
        deadline_epoch_seconds,
        ..
    }) = by.reply
    else {
        panic!("{:?}", by.reply)
    };
    assert_eq!(
        deadline_epoch_seconds,
        reservation.deadline_epoch_seconds + 2 * HOUR_SECONDS
    );
    // Friday 17:00 in Berlin is 16:00 UTC.
    let until = Some("2026-11-27T17:00:00".parse().expect("a moment"));
    let to = say(
        Intent::ExtendReservation,
        Slots {
            until,
            ..Slots::default()
        },
        &world,
    );
    let Some(Reply::Extended {
        deadline_epoch_seconds,
        ..
    }) = to.reply
    else {
        panic!("{:?}", to.reply)
    };
    assert_eq!(
        deadline_epoch_seconds,
        NOW + 4 * 24 * HOUR_SECONDS + 6 * HOUR_SECONDS
    );
    let earlier = Some("2026-11-23T12:00:00".parse().expect("a moment"));
    let refused = say(
        Intent::ExtendReservation,
        Slots {
            until: earlier,
            ..Slots::default()
        },
        &world,
    );
    assert!(matches!(refused.reply, Some(Reply::NotExtended { .. })));
    assert!(refused.writes.is_empty());
}

#[test]
fn with_several_machines_the_one_meant_is_asked_for() {
    let (one, other) = (
        ready_reservation(240),
        Reservation {
            id: "01KAR7Z8Q0000000000000000C".to_owned(),
            handle: "r-zzzzz".to_owned(),
            ..ready_reservation(60)
        },
    );
    let world = World {
        mine: vec![other.clone(), one.clone()],
        ..world()
    };
    for intent in [
        Intent::ShowReservation,
        Intent::TerminateReservation,
        Intent::ExtendReservation,
    ] {
        let slots = Slots {
            reservation: Some(ReservationRef::Vm.into()),
            duration_minutes: Some(60),
            ..Slots::default()
        };
        let decision = say(intent, slots, &world);
        assert!(
            matches!(&decision.reply, Some(Reply::Which { reservations, .. }) if reservations.len() == 2),
            "{intent}: {:?}",
            decision.reply
        );
        assert!(decision.writes.is_empty());
    }
    let last = say(
        Intent::ShowReservation,
        Slots {
            reservation: Some(ReservationRef::Last.into()),
            ..Slots::default()
        },
        &world,
    );
    assert!(
        matches!(&last.reply, Some(Reply::Details { reservation, .. }) if reservation.handle == "r-zzzzz")
    );
    let all = say(
        Intent::TerminateReservation,
        Slots {
            reservation: Some(ReservationRef::All.into()),
            ..Slots::default()
        },
        &world,
    );
    assert!(
        matches!(&all.reply, Some(Reply::ConfirmEnd { reservations, .. }) if reservations.len() == 2)
    );
}

#[test]
fn names_that_lead_nowhere_are_answered_kindly() {
    let over = Reservation {
        state: State::Terminated,
        ..ready_reservation(240)
    };
    let show = |reference: ReservationRef, world: &World| {
        say(
            Intent::ShowReservation,
            Slots {
                reservation: Some(reference.into()),
                ..Slots::default()
            },
            world,
        )
        .reply
    };
    let there = World {
        named: vec![over.clone()],
        ..world()
    };
    assert_eq!(
        show(ReservationRef::Handle("r-nnnnn".to_owned()), &there),
        Some(Reply::Unknown {
            name: "r-nnnnn".to_owned()
        })
    );
    assert_eq!(
        show(ReservationRef::Nickname("nimbus".to_owned()), &there),
        Some(Reply::Unknown {
            name: "nimbus".to_owned()
        })
    );
    assert_eq!(
        show(ReservationRef::Handle(over.handle.clone()), &there),
        Some(Reply::Over {
            handle: over.handle
        })
    );
    assert_eq!(show(ReservationRef::Last, &there), Some(Reply::HasNone));
    assert_eq!(show(ReservationRef::Vm, &there), Some(Reply::HasNone));
}

#[test]
fn no_more_machines_are_ended_at_once_than_one_transaction_holds() {
    let machine = |number: u32| Reservation {
        id: format!("01KAR7Z8Q0000000000000{number:04}"),
        handle: format!("r-{number:05}"),
        ..ready_reservation(240)
    };
    let world = World {
        mine: (0..30).map(machine).collect(),
        ..world()
    };
    let slots = Slots {
        reservation: Some(ReservationRef::All.into()),
        ..Slots::default()
    };
    let asked = say(Intent::TerminateReservation, slots, &world);
    assert!(
        matches!(&asked.reply, Some(Reply::ConfirmEnd { reservations, more: 10, .. }) if reservations.len() == 20),
        "{:?}",
        asked.reply
    );
    let confirmed = say(Intent::Affirm, Slots::default(), &after(world, &asked));
    assert_eq!((confirmed.writes.len(), confirmed.audit.len()), (20, 20));
}
