//! From a wish to a price to a machine.

use super::*;

#[test]
fn what_is_missing_is_asked_one_thing_at_a_time_and_then_quoted() {
    let mut world = world();
    let decision = say(Intent::CreateVm, Slots::default(), &world);
    assert!(matches!(
        decision.reply,
        Some(Reply::Ask {
            asked: Next::Os,
            ..
        })
    ));
    world = after(world, &decision);
    let decision = say(
        Intent::Provide,
        Slots {
            os: Some(Os::Debian),
            ..Slots::default()
        },
        &world,
    );
    assert!(matches!(
        decision.reply,
        Some(Reply::Ask {
            asked: Next::MemoryGb,
            ..
        })
    ));
    world = after(world, &decision);
    // An answer that answers more than was asked.
    let more = Slots {
        memory_gb: Some(16.0),
        duration_minutes: Some(60),
        ..Slots::default()
    };
    let decision = say(Intent::Provide, more, &world);
    let Some(Reply::Quoted { quote, .. }) = &decision.reply else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(
        (quote.spec.system(), quote.spec.memory_gib_min),
        ("Debian 13".to_owned(), Some(16.0))
    );
    world = after(world, &decision);
    // A correction is quoted anew.
    let decision = say(
        Intent::Provide,
        Slots {
            memory_gb: Some(32.0),
            ..Slots::default()
        },
        &world,
    );
    let Some(Reply::Quoted { quote, .. }) = &decision.reply else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(
        (quote.spec.duration_minutes, quote.spec.memory_gib_min),
        (60, Some(32.0))
    );
}

#[test]
fn a_yes_takes_the_quote_and_a_second_one_finds_nothing_open() {
    let quoted = say(Intent::CreateVm, machine_slots(), &world());
    let world = after(world(), &quoted);
    let taken = say(Intent::Affirm, Slots::default(), &world);
    let [Write::Create(reservation, effects)] = &taken.writes[..] else {
        panic!("{:?}", taken.writes)
    };
    assert_eq!(
        reservation.id,
        world.quote.as_ref().expect("it was quoted").id
    );
    let start = Effect::Start {
        workflow: Workflow::ProvisionVm,
        execution: format!("provision-{}", reservation.id),
        subject_id: reservation.id.clone(),
    };
    assert_eq!(effects[..], [start]);
    let again = say(Intent::Affirm, Slots::default(), &after(world, &taken));
    assert_eq!(
        (again.reply, again.writes),
        (Some(Reply::NothingOpen), Vec::new())
    );
}

#[test]
fn a_double_click_on_launch_launches_once() {
    let mut world = World {
        quote: Some(quote(240)),
        ..world()
    };
    let first = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    world = after(world, &first);
    let second = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    assert!(matches!(second.reply, Some(Reply::Launching { .. })));
    assert!(second.writes.is_empty());
}

#[test]
fn a_price_that_is_too_old_is_named_again_instead_of_taken() {
    let late = World {
        quote: Some(quote(240)),
        now: NOW + QUOTE_VALID_SECONDS,
        ..world()
    };
    let decision = press(Press::TakeQuote(QUOTE_ID.to_owned()), &late);
    assert!(matches!(
        decision.reply,
        Some(Reply::Quoted { renewed: true, .. })
    ));
    assert!(matches!(decision.writes[..], [Write::Quote(_)]));
}

#[test]
fn what_cannot_be_served_is_said_and_the_rest_of_the_wish_stays() {
    let slots = Slots {
        os: Some(Os::Windows),
        ..machine_slots()
    };
    let decision = say(Intent::CreateVm, slots, &world());
    assert_eq!(
        decision.reply,
        Some(Reply::Unsupported {
            what: Unsupported::System("windows".to_owned())
        })
    );
    let mended = say(
        Intent::Provide,
        Slots {
            os: Some(Os::Debian),
            ..Slots::default()
        },
        &after(world(), &decision),
    );
    let Some(Reply::Quoted { quote, .. }) = mended.reply else {
        panic!("{:?}", mended.reply)
    };
    assert_eq!(
        (quote.spec.system(), quote.spec.duration_minutes),
        ("Debian 13".to_owned(), 240)
    );
}

#[test]
fn a_price_starts_nothing_until_it_is_booked() {
    let priced = say(Intent::PriceQuote, machine_slots(), &world());
    assert!(matches!(priced.reply, Some(Reply::Priced { .. })));
    assert!(priced.writes.is_empty());
    let booked = say(Intent::CreateVm, Slots::default(), &after(world(), &priced));
    let Some(Reply::Quoted { quote, .. }) = booked.reply else {
        panic!("{:?}", booked.reply)
    };
    assert_eq!(quote.spec.memory_gib_min, Some(8.0));
}
