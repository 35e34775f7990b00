//! What is said about what the sweep finds.

use super::*;
use crate::event::SweepReply;
use crate::reservation::Power;
use crate::sweep::{Finding, Look, Orphan, OrphanKind, Report, Site, Tags};

fn site(credential_id: &str, region: &str) -> Site {
    Site {
        credential_id: credential_id.to_owned(),
        region: region.to_owned(),
    }
}

fn orphan(handle: &str, grace_seconds: i64) -> Box<Orphan> {
    Box::new(Orphan {
        id: "i-0123456789abcdef0".to_owned(),
        kind: OrphanKind::Machine,
        site: site("", "us-east-1"),
        tags: Tags {
            handle: handle.to_owned(),
            ..Tags::default()
        },
        first_seen_epoch_seconds: NOW,
        ends_epoch_seconds: NOW + grace_seconds,
        ending_epoch_seconds: None,
        version: 1,
    })
}

fn over(findings: Vec<Finding>, has_failed: bool) -> SweepReply {
    SweepReply::Over {
        report: Box::new(Report {
            at_epoch_seconds: NOW,
            findings,
            has_failed,
        }),
        before_epoch_seconds: has_failed.then_some(NOW - HOUR_SECONDS),
    }
}

#[test]
fn what_the_sweep_found() {
    let home = || Finding::new(site("", "us-east-1"), Look::Done, 3);
    let busy = Finding {
        noticed: 1,
        ended: 2,
        gone: 1,
        firewalls: 2,
        lost: 1,
        switched: 1,
        ..Finding::new(site("01", "us-east-1"), Look::Done, 4)
    };
    let shut_out = |region| Finding::new(site("02", region), Look::ShutOut, 0);
    let failed = Finding::new(site("", "eu-west-1"), Look::Failed, 0);
    let some_gone = |gone, of| SweepReply::SomeGone {
        handle: "r-7f3k2".to_owned(),
        gone,
        of,
    };
    let direct = |answer: SweepReply| reply(&Reply::Sweep(answer), PlaceKind::Private);
    insta::assert_snapshot!(all([
        ("begun", direct(SweepReply::Started)),
        ("all is well", direct(over(vec![home()], false))),
        ("much was found", direct(over(vec![home(), busy], false))),
        (
            "not everything was looked at",
            direct(over(
                vec![home(), shut_out("us-east-1"), shut_out("eu-west-1"), failed],
                false
            ))
        ),
        (
            "a region of somebody's account was never opened",
            direct(over(
                vec![
                    home(),
                    Finding {
                        look: Look::Closed,
                        ..shut_out("eu-west-1")
                    }
                ],
                false
            ))
        ),
        ("nothing was looked at", direct(over(Vec::new(), true))),
        (
            "first seen",
            direct(SweepReply::Found {
                orphan: orphan("r-7f3k2", HOUR_SECONDS)
            })
        ),
        (
            "first seen, long over",
            direct(SweepReply::Found {
                orphan: orphan("<!channel>", 0)
            })
        ),
        (
            "gone",
            direct(SweepReply::Gone {
                orphan: orphan("", 0)
            })
        ),
        ("one of three", direct(some_gone(1, 3))),
        ("two of three", direct(some_gone(2, 3))),
    ]));
}

#[test]
fn what_a_reservation_has_lost() {
    let mut found_off = ready_reservation(240);
    found_off
        .found_switched(Power::Off, NOW + HOUR_SECONDS)
        .expect("it was ready");
    let mut found_on = found_off.clone();
    found_on
        .found_switched(Power::On, NOW + 2 * HOUR_SECONDS)
        .expect("it was stopped");
    found_on.nodes[0].public_address = Some("203.0.113.99".to_owned());
    let last = |reservation: &Reservation| card(CardKind::Final, reservation);
    insta::assert_snapshot!(all([
        ("vanished", last(&ended(EndReason::Vanished))),
        ("taken back", last(&ended(EndReason::TakenBack))),
        ("found off", card(CardKind::Switch(0), &found_off)),
        ("found on again", card(CardKind::Switch(1), &found_on)),
    ]));
}
