//! The lifecycle: what is allowed, what repeats harmlessly, and that nothing is ever left without a next look.

use proptest::prelude::*;

use super::*;
use crate::spec::COUNT_MAX;
use crate::testing::{
    NOW, QUOTE_ID, quote, ready_reservation, requested_reservation, several_ready, three_ready,
};

#[test]
fn a_quote_taken_twice_is_the_same_reservation() {
    let once = requested_reservation(240);
    assert_eq!(once, requested_reservation(240));
    assert_eq!(once.id, QUOTE_ID);
    assert!(once.handle.len() == 7 && once.handle.starts_with("r-"));
    let other = Reservation::from_quote(
        &quote(240),
        crate::testing::direct(),
        &crate::testing::keys(),
        1,
        NOW,
    );
    assert_ne!(
        other.handle, once.handle,
        "a handle that is taken is replaced"
    );
}

#[test]
fn ending_while_it_is_provided_is_a_wish_that_undoing_fulfils() {
    let mut reservation = requested_reservation(240);
    reservation.begin(NOW).expect("it was requested");
    let wish = EndReason::Requested("UALICE".to_owned());
    reservation.end(wish.clone(), NOW).expect("it may be ended");
    assert_eq!(
        (reservation.state, reservation.removals),
        (State::Provisioning, 0)
    );
    reservation.undo(None, NOW).expect("it was being provided");
    reservation.close(NOW + 5).expect("it was being undone");
    assert_eq!(
        (reservation.state, reservation.end),
        (State::Terminated, Some(wish))
    );
}

#[test]
fn a_failure_ends_as_failed_and_keeps_its_first_reason() {
    let mut reservation = requested_reservation(240);
    reservation.begin(NOW).expect("it was requested");
    reservation
        .undo(Some(FailureReason::Denied), NOW)
        .expect("it was being provided");
    reservation
        .undo(Some(FailureReason::Unexpected), NOW)
        .expect("undoing repeats");
    reservation.close(NOW).expect("it was being undone");
    reservation.close(NOW + 99).expect("closing repeats");
    assert_eq!(reservation.state, State::Failed);
    assert_eq!(
        reservation.end,
        Some(EndReason::Failed(FailureReason::Denied))
    );
    assert_eq!(reservation.ended_epoch_seconds, Some(NOW));
}

#[test]
fn what_is_over_stays_over() {
    let mut reservation = ready_reservation(240);
    reservation
        .end(EndReason::Deadline, NOW + 1)
        .expect("it was ready");
    reservation.close(NOW + 2).expect("it was being removed");
    assert!(reservation.begin(NOW).is_err());
    assert!(reservation.hand_over(NOW).is_err());
    assert!(reservation.undo(None, NOW).is_err());
    assert!(reservation.end(EndReason::Deadline, NOW).is_err());
    assert_eq!(
        reservation.extend_to(NOW + 999_999, NOW),
        Err(ExtendError::Ended)
    );
    assert_eq!(reservation.next_due_epoch_seconds(), None);
}

#[test]
fn a_deadline_moves_later_only_and_not_for_ever() {
    let mut reservation = ready_reservation(240);
    let deadline = reservation.deadline_epoch_seconds;
    assert_eq!(
        reservation.extend_to(deadline, NOW),
        Err(ExtendError::NotLater)
    );
    let latest_epoch_seconds = NOW + DEADLINE_SECONDS_MAX;
    assert_eq!(
        reservation.extend_to(latest_epoch_seconds + 1, NOW),
        Err(ExtendError::TooFar {
            latest_epoch_seconds
        })
    );
    assert_eq!(reservation.extend_to(latest_epoch_seconds, NOW), Ok(()));
}

#[test]
fn names_of_executions_derive_from_their_cause() {
    let mut reservation = ready_reservation(240);
    assert_eq!(
        reservation.provision_execution(),
        format!("provision-{QUOTE_ID}")
    );
    reservation
        .end(EndReason::Deadline, NOW)
        .expect("it was ready");
    let first = reservation.removal_execution();
    reservation.repair(NOW).expect("it was being removed");
    assert_ne!(reservation.removal_execution(), first);
    assert!(first.len() <= 80, "Step Functions' limit on names");
}

#[test]
fn a_node_names_its_reservation() {
    let reservation = ready_reservation(240);
    assert_eq!(
        Reservation::of_node(&reservation.node_id(3)),
        Some((QUOTE_ID, 3))
    );
    for other in [
        "RES#x-1",
        "",
        &format!("{QUOTE_ID}-0"),
        &format!("{QUOTE_ID}-01"),
    ] {
        assert_eq!(Reservation::of_node(other), None);
    }
}

#[test]
fn a_client_token_uses_all_of_ec2s_64_characters() {
    let token = client_token(QUOTE_ID, 1, "any");
    assert_eq!(token.len(), 64);
    assert_ne!(token, client_token(QUOTE_ID, 2, "any"));
    assert_ne!(token, client_token(QUOTE_ID, 1, "us-east-1a"));
}

/// A machine of four hours that was switched off half an hour after it was launched.
fn stopped_reservation() -> Reservation {
    let mut reservation = ready_reservation(240);
    let now = NOW + 30 * MINUTE_SECONDS;
    reservation
        .switch(Power::Off, "UALICE", now)
        .and_then(|()| reservation.switched(Power::Off, FailureReason::Unexpected, now))
        .expect("it ran");
    reservation
}

#[test]
fn a_machine_is_switched_off_and_on_and_pays_its_disk_meanwhile() {
    let mut reservation = stopped_reservation();
    assert_eq!(
        (reservation.state, &reservation.nodes[0].public_address),
        (State::Stopped, &None)
    );
    assert!(
        reservation.switch(Power::Off, "UALICE", NOW).is_err(),
        "it is off already"
    );
    let first = reservation.power_execution();
    reservation
        .switch(Power::On, "UALICE", NOW + 90 * MINUTE_SECONDS)
        .expect("it was off");
    assert_ne!(reservation.power_execution(), first);
    assert!(first.len() <= 80, "Step Functions' limit on names");
    let end = NOW + 120 * MINUTE_SECONDS;
    assert_eq!(reservation.off_seconds(end), HOUR_SECONDS);
    let (on, off) = (reservation.hourly(), reservation.hourly_while_off());
    let start = reservation.launched_epoch_seconds.expect("it ran");
    let expected = on.between(start, end) - on.total_usd() + off.total_usd();
    assert!((reservation.cost_usd(end) - expected).abs() < 1e-9);
    reservation
        .switched(Power::On, FailureReason::Unexpected, end)
        .expect("it was starting");
    assert_eq!(reservation.state, State::Ready);
}

#[test]
fn a_switch_that_fails_leaves_the_machine_as_it_was_found() {
    let mut reservation = stopped_reservation();
    let now = NOW + HOUR_SECONDS;
    reservation
        .switch(Power::On, "UALICE", now)
        .expect("it was off");
    reservation
        .switched(Power::Off, FailureReason::NoCapacity, now + 60)
        .expect("it was starting");
    let switch = reservation.switches.last().expect("there was one");
    assert_eq!(
        (reservation.state, switch.fault),
        (State::Stopped, Some(FailureReason::NoCapacity))
    );
    assert_eq!(
        reservation.off_seconds(now + 60),
        30 * MINUTE_SECONDS + 60,
        "it was off all the time"
    );
    assert!(reservation.switch_again(now).is_err(), "that is settled");
}

#[test]
fn a_reservation_ends_from_every_state_of_its_machine() {
    for switched in [None, Some(Power::Off), Some(Power::On)] {
        let mut reservation = ready_reservation(240);
        if switched == Some(Power::On) {
            reservation = stopped_reservation();
        }
        if let Some(to) = switched {
            reservation.switch(to, "UALICE", NOW).expect("it can be");
        }
        reservation.repair_epoch_seconds = Some(NOW + 300);
        reservation
            .end(EndReason::Vanished, NOW)
            .expect("whatever its machine does");
        assert_eq!(
            (
                reservation.state,
                reservation.removals,
                reservation.repair_epoch_seconds
            ),
            (State::Terminating, 1, None)
        );
        reservation.close(NOW).expect("it was being removed");
        assert_eq!(reservation.state, State::Lost);
    }
}

#[test]
fn what_is_out_of_reach_goes_on_being_removed() {
    for was_ready in [true, false] {
        let mut reservation = ready_reservation(240);
        if !was_ready {
            reservation = requested_reservation(240);
        }
        assert!(reservation.shut_out(NOW + 300, NOW).is_err());
        let removing = if was_ready {
            reservation.end(EndReason::Deadline, NOW).expect("it ran");
            State::Terminating
        } else {
            let reason = Some(FailureReason::BadKey);
            reservation.undo(reason, NOW).expect("it was asked for");
            State::Undoing
        };
        reservation
            .shut_out(NOW + 300, NOW)
            .expect("the key is bad");
        assert_eq!(reservation.next_due_epoch_seconds(), Some(NOW + 300));
        assert!(reservation.close(NOW).is_err(), "nobody has looked");
        reservation.repair(NOW + 300).expect("a new try");
        assert_eq!(reservation.state, removing);
        reservation.close(NOW + 400).expect("it is removed");
    }
}

#[test]
fn what_is_not_there_is_noted_as_gone_once() {
    let mut three = three_ready(240);
    assert_eq!(
        three.machines_gone(&["i-1", "i-2", "i-3"], NOW + 60),
        Missing::Nothing
    );
    assert_eq!(
        three.machines_gone(&["i-3", "i-1", "i-9"], NOW + 120),
        Missing::Some
    );
    assert_eq!((three.machines(), three.spec.count), (2, 3));
    // It is not back because somebody says so, nor gone a second time.
    assert_eq!(
        three.machines_gone(&["i-1", "i-2", "i-3"], NOW + 180),
        Missing::Nothing
    );
    assert_eq!(three.nodes[1].gone_epoch_seconds, Some(NOW + 120));
    assert_eq!(three.machines_gone::<&str>(&[], NOW + 240), Missing::All);
    assert_eq!(three.machines_gone::<&str>(&[], NOW + 300), Missing::All);
    assert_eq!(three.nodes[0].gone_epoch_seconds, Some(NOW + 240));
    let mut unlaunched = requested_reservation(240);
    assert_eq!(unlaunched.machines_gone::<&str>(&[], NOW), Missing::Nothing);
}

#[test]
fn a_machine_that_is_gone_costs_nothing_from_then_on() {
    let mut three = three_ready(240);
    let start = three.launched_epoch_seconds.expect("it ran");
    let each = three.hourly_each().total_usd();
    let close = |left: f64, right: f64| assert!((left - right).abs() < 1e-9, "{left} {right}");
    close(three.hourly().total_usd(), 3.0 * each);
    three.machines_gone(&["i-1", "i-3"], start + HOUR_SECONDS);
    close(three.hourly().total_usd(), 2.0 * each);
    close(three.cost_usd(start + HOUR_SECONDS), 3.0 * each);
    close(three.cost_usd(start + 2 * HOUR_SECONDS), 5.0 * each);
}

#[derive(Debug, Clone)]
enum Happening {
    Begin,
    HandOver,
    Undo,
    End,
    Repair,
    Close,
    Extend(i64),
    LeaveForRepair,
    Switch(Power),
    SwitchAgain,
    Switched(Power),
}

fn power() -> impl Strategy<Value = Power> {
    prop_oneof![Just(Power::Off), Just(Power::On)]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        Just(Happening::Begin),
        Just(Happening::HandOver),
        Just(Happening::Undo),
        Just(Happening::End),
        Just(Happening::Repair),
        Just(Happening::Close),
        (1_i64..1_000_000).prop_map(Happening::Extend),
        Just(Happening::LeaveForRepair),
        power().prop_map(Happening::Switch),
        Just(Happening::SwitchAgain),
        power().prop_map(Happening::Switched),
    ]
}

proptest! {
    /// Machines that are gone at any times, among any switches: the bill is that of each, and never falls.
    #[test]
    fn what_several_cost_is_what_each_costs(
        count in 1..=COUNT_MAX,
        losses in prop::collection::vec((1..=COUNT_MAX, 0_i64..20_000), 0..5),
        switches in prop::collection::vec(1_i64..8_000, 0..4),
        looks in prop::collection::vec(0_i64..40_000, 2),
    ) {
        let mut several = several_ready(count, 24 * 60);
        let mut now = NOW + 60;
        for (to, pause) in [Power::Off, Power::On].into_iter().cycle().zip(switches) {
            now += pause;
            several.switch(to, "UALICE", now).expect("it stands the other way");
            several.switched(to, FailureReason::Unexpected, now + 30).expect("it is being switched");
        }
        for (number, later) in losses {
            let gone = format!("i-{number}");
            let there = several.nodes.iter().map(|node| node.machine_id.clone());
            let there: Vec<String> = there.filter(|id| *id != gone).collect();
            several.machines_gone(&there, NOW + later);
        }
        let alone = |number: usize, at: i64| {
            let mut one = several.clone();
            one.nodes = vec![several.nodes[number].clone()];
            one.cost_usd(at)
        };
        let (earlier, later) = (NOW + looks[0].min(looks[1]), NOW + looks[0].max(looks[1]));
        for at in [earlier, later] {
            let sum: f64 = (0..several.nodes.len()).map(|number| alone(number, at)).sum();
            prop_assert!((several.cost_usd(at) - sum).abs() < 1e-9);
        }
        prop_assert!(several.cost_usd(earlier) <= several.cost_usd(later) + 1e-9);
        let all_on = several.hourly_each().times(count).between(NOW, later);
        prop_assert!(several.cost_usd(later) <= all_on + 1e-9);
    }

    /// Whatever happens in whatever order: what is over stays over, and what is not over is looked at again.
    #[test]
    fn nothing_is_forgotten(happenings in prop::collection::vec((happening(), 0_i64..4_000), 0..40)) {
        let mut reservation = requested_reservation(240);
        let mut now = NOW;
        for (happening, pause) in happenings {
            now += pause;
            let before = reservation.clone();
            let _ = match happening {
                Happening::Begin => reservation.begin(now).is_ok(),
                Happening::HandOver => reservation.hand_over(now).is_ok(),
                Happening::Undo => reservation.undo(Some(FailureReason::Unexpected), now).is_ok(),
                Happening::End => reservation.end(EndReason::Deadline, now).is_ok(),
                Happening::Repair => reservation.repair(now).is_ok(),
                Happening::Close => reservation.close(now).is_ok(),
                Happening::Extend(seconds) => reservation.extend_to(reservation.deadline_epoch_seconds + seconds, now).is_ok(),
                Happening::Switch(to) => reservation.switch(to, "UALICE", now).is_ok(),
                Happening::SwitchAgain => reservation.switch_again(now).is_ok(),
                Happening::Switched(found) => reservation.switched(found, FailureReason::Denied, now).is_ok(),
                Happening::LeaveForRepair => { reservation.repair_epoch_seconds = Some(now + REPAIR_AFTER_SECONDS); true }
            };
            if before.state.is_over() {
                prop_assert_eq!(reservation.state, before.state);
                prop_assert_eq!(reservation.deadline_epoch_seconds, before.deadline_epoch_seconds);
            } else if !reservation.state.is_over() {
                let due = reservation.next_due_epoch_seconds();
                prop_assert!(due.is_some(), "{:?} is never looked at again", reservation.state);
                prop_assert!(due.is_some_and(|due| due <= reservation.deadline_epoch_seconds.max(now) + STALLED_SECONDS));
            }
            prop_assert!((0..=now - NOW).contains(&reservation.off_seconds(now)));
            prop_assert!(reservation.cost_usd(now) >= 0.0);
            prop_assert!(reservation.deadline_epoch_seconds >= before.deadline_epoch_seconds);
        }
    }
}
