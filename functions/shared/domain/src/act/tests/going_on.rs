//! Going on with fewer workers.

use super::*;
use crate::reservation::{Heard, Node, Reservation};
use crate::testing::cluster_provisioning;

/// A worker failed, and so did the one in its stead.
fn asked() -> Reservation {
    let mut cluster = cluster_provisioning(3);
    let heard = |numbers: [u32; 2], failed: u32| {
        let ready = numbers.map(|number| Heard {
            number,
            ready_epoch_seconds: Some(NOW),
            has_failed: false,
        });
        let failed = Heard {
            number: failed,
            ready_epoch_seconds: None,
            has_failed: true,
        };
        [&ready[..], &[failed]].concat()
    };
    cluster.assess(&heard([1, 3], 2), 1_800, NOW);
    cluster.stand_in(vec![Node::default()], NOW);
    cluster.assess(&heard([1, 3], 4), 1_800, NOW);
    cluster
}

fn pressed(cluster: Reservation, now: i64) -> Decision {
    let id = cluster.id.clone();
    let world = World {
        mine: vec![cluster],
        now,
        ..world()
    };
    press(Press::GoOn(id), &world)
}

#[test]
fn once_pressed_it_goes_on_and_whoever_waits_is_woken() {
    let decision = pressed(asked(), NOW);
    let [Write::Update(after, effects)] = &decision.writes[..] else {
        panic!("one write: {decision:?}");
    };
    let woken = Effect::WakeAnswered {
        reservation_id: after.id.clone(),
    };
    assert_eq!(effects, &[woken]);
    assert!(matches!(
        decision.reply,
        Some(Reply::GoesOn { workers: 1, .. })
    ));

    let again = pressed((**after).clone(), NOW);
    assert!(again.writes.is_empty() && again.privately);
    assert!(matches!(
        again.reply,
        Some(Reply::GoesOn { workers: 1, .. })
    ));
}

#[test]
fn pressed_too_late_or_about_nothing_it_changes_nothing() {
    let late = pressed(asked(), NOW + 1_800);
    assert!(late.writes.is_empty());
    assert!(matches!(late.reply, Some(Reply::NothingAsked { .. })));
    let unasked = pressed(cluster_provisioning(3), NOW);
    assert!(matches!(unasked.reply, Some(Reply::NothingAsked { .. })));
    let mut over = asked();
    over.undo(None, NOW).expect("it was being provided");
    assert!(matches!(pressed(over, NOW).reply, Some(Reply::Over { .. })));
}
