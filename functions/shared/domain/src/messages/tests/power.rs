//! What is said about machines that are switched off and on.

use super::*;
use crate::event::PowerReply;
use crate::reservation::Power;

/// Alice's machine after these switches; the last is under way unless it was seen to have worked or not.
fn switched(ways: &[(Power, Option<Power>)]) -> Reservation {
    let mut reservation = ready_reservation(240);
    let mut now = NOW + HOUR_SECONDS;
    for (to, found) in ways {
        reservation.switch(*to, "UALICE", now).expect("it can be");
        now += 40;
        if let Some(found) = found {
            reservation
                .switched(*found, FailureReason::NoCapacity, now)
                .expect("it was being switched");
            if *found == Power::On {
                reservation.nodes[0].public_address = Some("203.0.113.99".to_owned());
            }
        }
        now += HOUR_SECONDS;
    }
    reservation
}

const OFF: (Power, Option<Power>) = (Power::Off, Some(Power::Off));
const ON: (Power, Option<Power>) = (Power::On, Some(Power::On));

#[test]
fn answers_about_power() {
    let stopping = switched(&[(Power::Off, None)]);
    let starting = switched(&[OFF, (Power::On, None)]);
    let unchanged = |reservation: Reservation, to| PowerReply::Unchanged {
        reservation: Box::new(reservation),
        to,
    };
    let reply = |power| super::reply(&Reply::Power(power), PlaceKind::Direct);
    let start = |user: &str, is_longer| PowerReply::Starting {
        reservation: Box::new(starting.clone()),
        user: user.to_owned(),
        is_longer,
    };
    insta::assert_snapshot!(all([
        (
            "stopping",
            reply(PowerReply::Stopping {
                reservation: Box::new(stopping.clone()),
                user: "UALICE".to_owned(),
            })
        ),
        ("starting", reply(start("UALICE", false))),
        (
            "starting somebody else's, longer",
            reply(start("UBOB", true))
        ),
        ("is off", reply(unchanged(switched(&[OFF]), Power::Off))),
        ("is stopping", reply(unchanged(stopping, Power::On))),
        (
            "is starting",
            reply(unchanged(starting.clone(), Power::Off))
        ),
        ("runs", reply(unchanged(ready_reservation(240), Power::On))),
        ("is launched", reply(unchanged(provisioning(2), Power::Off))),
        (
            "details",
            reply_to(&Reply::Details {
                reservation: Box::new(switched(&[OFF])),
                relation: Relation::ShareManage,
                at_epoch_seconds: NOW + 3 * HOUR_SECONDS,
            })
        ),
        (
            "which",
            reply_to(&Reply::Which {
                intent: Intent::StartReservation,
                reservations: vec![switched(&[OFF])],
                minutes: None,
            })
        ),
    ]));
}

fn reply_to(reply: &Reply) -> Message {
    super::reply(reply, PlaceKind::Direct)
}

#[test]
fn cards_about_power() {
    let last = |reservation: &Reservation| {
        let kinds = cards(reservation);
        let switch = kinds
            .iter()
            .rfind(|kind| matches!(kind, CardKind::Switch(_)));
        card(*switch.expect("there is one"), reservation)
    };
    let mut late = switched(&[(Power::Off, None)]);
    assert_eq!(cards(&late).len(), 2, "nothing is said before it is known");
    late.repair_epoch_seconds = Some(NOW + 2 * HOUR_SECONDS);
    let mut called = switched(&[OFF, ON]);
    called.switches[1].has_called = true;
    let off = switched(&[OFF]);
    let warning = Warning {
        deadline_epoch_seconds: off.deadline_epoch_seconds,
        minutes_before: 30,
    };
    let mut gone = off.clone();
    gone.end(EndReason::Vanished, NOW + 2 * HOUR_SECONDS)
        .and_then(|()| gone.close(NOW + 2 * HOUR_SECONDS))
        .expect("it was off");
    insta::assert_snapshot!(all([
        ("stopped", last(&off)),
        ("its first card", card(CardKind::Ready, &off)),
        ("its progress", card(CardKind::Progress, &off)),
        ("its warning", card(CardKind::Warning(warning), &off)),
        ("runs again", last(&called)),
        ("runs again, silent", last(&switched(&[OFF, ON]))),
        ("the stop before", card(CardKind::Switch(0), &called)),
        (
            "not stopped",
            last(&switched(&[(Power::Off, Some(Power::On))]))
        ),
        (
            "not started",
            last(&switched(&[OFF, (Power::On, Some(Power::Off))]))
        ),
        ("not settled", last(&late)),
        ("gone", card(CardKind::Final, &gone)),
        ("its last switch", last(&gone)),
    ]));
}

#[test]
fn of_many_switches_the_last_few_are_followed() {
    let many = switched(&[OFF, ON, OFF, ON, OFF, ON, OFF]);
    let kinds = cards(&many);
    let first = kinds
        .iter()
        .find(|kind| matches!(kind, CardKind::Switch(_)));
    assert_eq!(first, Some(&CardKind::Switch(2)));
}
