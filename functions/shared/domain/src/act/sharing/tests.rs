//! Letting people in and shutting them out.

use crate::access::permission::{Act, Relation, Share, ShareRole};
use crate::act::tests::{after, alice, bob, press, say, world};
use crate::act::{Decision, Press, World, Write};
use crate::event::{Reply, ShareReply};
use crate::identity::{Person, Standing};
use crate::intent::{Intent, ReservationRef, Slots};
use crate::testing::ready_reservation;

fn person(user: &str, standing: Standing) -> Person {
    Person {
        user: user.to_owned(),
        standing,
        ..alice()
    }
}

fn with_bob_at_hand() -> World {
    World {
        mine: vec![ready_reservation(240)],
        people: vec![
            person("UBOB", Standing::Member),
            person("UGINA", Standing::Guest),
        ],
        ..world()
    }
}

fn slots(user: &str) -> Slots {
    Slots {
        reservation: Some(ReservationRef::Vm.into()),
        user: Some(user.to_owned().into()),
        ..Slots::default()
    }
}

fn share(user: &str, world: &World) -> Decision {
    say(Intent::ShareReservation, slots(user), world)
}

#[test]
fn a_member_is_let_in_and_told_made_manager_and_shut_out_again() {
    let mut world = with_bob_at_hand();
    let decision = share("UBOB", &world);
    assert!(matches!(
        &decision.reply,
        Some(Reply::Share(ShareReply::LetIn {
            role: ShareRole::Use,
            ..
        }))
    ));
    assert_eq!(decision.notices[0].user, "UBOB");
    world = after(world, &decision);
    let relation =
        |world: &World| Relation::of(&bob(world.clone()).person, &world.mine[0], &world.policy);
    assert_eq!(relation(&world), Relation::ShareUse);
    assert!(matches!(
        share("UBOB", &world).reply,
        Some(Reply::Share(ShareReply::AlreadyIn { .. }))
    ));

    let id = world.mine[0].id.clone();
    let decision = press(Press::ShareToManage(id, "UBOB".to_owned()), &world);
    world = after(world, &decision);
    assert_eq!(relation(&world), Relation::ShareManage);
    assert_eq!(
        world.mine[0].shares.len(),
        1,
        "the role is changed, not added"
    );

    let decision = say(Intent::UnshareReservation, slots("UBOB"), &world);
    assert_eq!(decision.notices[0].user, "UBOB");
    assert!(
        decision
            .writes
            .iter()
            .any(|write| matches!(write, Write::ForgetShare { user, .. } if user == "UBOB"))
    );
    world = after(world, &decision);
    assert_eq!(relation(&world), Relation::Other);
}

#[test]
fn nobody_but_full_members_is_let_in() {
    let world = with_bob_at_hand();
    for user in ["UGINA", "UNOBODY"] {
        let decision = share(user, &world);
        assert!(decision.writes.is_empty() && decision.notices.is_empty());
        assert!(matches!(
            decision.reply,
            Some(Reply::Share(ShareReply::NotAMember { .. }))
        ));
    }
}

#[test]
fn who_manages_may_end_it_but_neither_share_it_on_nor_extend_it() {
    let mut reservation = ready_reservation(240);
    reservation.shares = vec![Share {
        user: "UBOB".to_owned(),
        role: ShareRole::Manage,
    }];
    let world = World {
        shared: vec![reservation.clone()],
        people: vec![person("UDAN", Standing::Member)],
        ..bob(world())
    };
    let id = reservation.id.clone();
    assert!(world.may(Act::Terminate, &reservation));
    assert!(
        !press(Press::End(vec![id.clone()]), &world)
            .writes
            .is_empty()
    );
    for refused in [
        press(Press::Extend(id.clone(), 3_600), &world),
        press(Press::ShareToManage(id, "UDAN".to_owned()), &world),
        say(
            Intent::ShareReservation,
            Slots {
                reservation: Some(ReservationRef::Handle(reservation.handle.clone()).into()),
                ..slots("UDAN")
            },
            &world,
        ),
    ] {
        assert!(refused.privately && refused.writes.is_empty());
        assert!(matches!(refused.reply, Some(Reply::NotYours { .. })));
    }
}

#[test]
fn whom_to_let_in_is_asked() {
    let slots = Slots {
        user: None,
        ..slots("")
    };
    assert!(matches!(
        say(Intent::ShareReservation, slots, &with_bob_at_hand()).reply,
        Some(Reply::Ask { .. })
    ));
}
