//! Who may do what, on every path.

use super::*;

#[test]
fn somebody_elses_quote_and_machines_are_left_alone_privately() {
    let reservation = ready_reservation(240);
    let (id, there) = (
        reservation.id.clone(),
        World {
            quote: Some(quote(240)),
            named: vec![reservation.clone()],
            ..world()
        },
    );
    let world = bob(there);
    let presses = [
        Press::TakeQuote(QUOTE_ID.to_owned()),
        Press::DropQuote(QUOTE_ID.to_owned()),
        Press::Extend(id.clone(), HOUR_SECONDS),
        Press::End(vec![id.clone()]),
        Press::Keep(vec![id.clone()]),
        Press::Show(id),
    ];
    for button in presses {
        let decision = press(button.clone(), &world);
        assert!(
            matches!(decision.reply, Some(Reply::NotYours { .. })),
            "{button:?}: {:?}",
            decision.reply
        );
        assert!(
            decision.privately && decision.writes.is_empty() && decision.conversation.is_none(),
            "{button:?}"
        );
    }
    for intent in [
        Intent::ShowReservation,
        Intent::ExtendReservation,
        Intent::TerminateReservation,
    ] {
        let slots = Slots {
            reservation: Some(handle(&reservation)),
            duration_minutes: Some(60),
            ..Slots::default()
        };
        let decision = say(intent, slots, &world);
        assert!(
            matches!(decision.reply, Some(Reply::NotYours { .. })),
            "{intent}"
        );
        assert!(decision.writes.is_empty(), "{intent}");
    }
}

#[test]
fn guests_and_outsiders_get_nothing() {
    for (standing, why) in [
        (Standing::Guest, Refusal::Guest),
        (Standing::Deactivated, Refusal::Deactivated),
        (Standing::Stranger, Refusal::Stranger),
        (Standing::Bot, Refusal::Bot),
    ] {
        let world = World {
            person: Person {
                standing,
                ..alice()
            },
            quote: Some(quote(240)),
            ..world()
        };
        for decision in [
            say(Intent::CreateVm, machine_slots(), &world),
            press(Press::TakeQuote(QUOTE_ID.to_owned()), &world),
        ] {
            assert_eq!(
                decision,
                Decision {
                    reply: Some(Reply::NotAllowed {
                        act: Act::Launch,
                        why,
                        admins: vec!["UCAROL".to_owned()],
                    }),
                    privately: true,
                    ..Decision::default()
                }
            );
        }
    }
}

#[test]
fn everybody_is_helped() {
    let world = World {
        person: Person {
            standing: Standing::Guest,
            ..alice()
        },
        ..world()
    };
    assert_eq!(
        say(Intent::Help, Slots::default(), &world).reply,
        Some(Reply::Help)
    );
    assert!(matches!(
        decide(&Input::Unclear(Box::default()), &world).reply,
        Some(Reply::NotUnderstood { .. })
    ));
}
