//! Several machines at once: one wish, one price, one reservation.

use super::*;
use crate::access::policy::{Breach, Limit};
use crate::event::PolicyReply;
use crate::quote::Quote;
use crate::spec::COUNT_MAX;
use crate::time::{local, zone};
use crate::understand::understand;

fn several(count: u32) -> Slots {
    Slots {
        count: Some(count),
        ..machine_slots()
    }
}

/// What somebody says, as it is read without anything before it.
fn hear(sentence: &str, world: &World) -> Decision {
    let meaning = understand(sentence, None, local(NOW, &zone("UTC")));
    decide(&Input::Said(Box::new(meaning)), world)
}

fn quoted(decision: &Decision) -> &Quote {
    match &decision.reply {
        Some(Reply::Quoted { quote, .. }) => quote,
        other => panic!("{other:?}"),
    }
}

fn breaches(decision: &Decision) -> &[Breach] {
    match &decision.reply {
        Some(Reply::Policy(PolicyReply::Against { breaches, .. })) => breaches,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sentence_with_a_number_is_quoted_for_all_and_launched_as_one() {
    let decision = hear(
        "3 ubuntu boxes with 4 cores and 8 gb each for 2 days",
        &world(),
    );
    let quote = quoted(&decision);
    assert_eq!(
        (quote.spec.count, quote.spec.duration_minutes),
        (3, 2 * 24 * 60)
    );
    assert!(quote.winner().vcpus >= 4);
    let mut one = quote.clone();
    one.spec.count = 1;
    assert!((quote.total_usd() - 3.0 * one.total_usd()).abs() < 1e-9);
    let taken = say(Intent::Affirm, Slots::default(), &after(world(), &decision));
    let [Write::Create(reservation, effects)] = &taken.writes[..] else {
        panic!("{:?}", taken.writes)
    };
    assert_eq!((reservation.machines(), effects.len()), (3, 1));
}

#[test]
fn as_many_as_there_can_be_are_quoted_and_no_more() {
    assert_eq!(
        quoted(&say(Intent::CreateVm, several(COUNT_MAX), &world()))
            .spec
            .count,
        COUNT_MAX
    );
    for count in [0, COUNT_MAX + 1, u32::MAX] {
        let decision = say(Intent::CreateVm, several(count), &world());
        let what = Unsupported::Count(count);
        assert_eq!(decision.reply, Some(Reply::Unsupported { what }));
        // The way out that the answer names.
        let there = after(world(), &decision);
        let fewer = Slots {
            count: Some(COUNT_MAX),
            ..Slots::default()
        };
        let mended = say(Intent::Provide, fewer, &there);
        assert_eq!(quoted(&mended).spec.count, COUNT_MAX);
    }
}

#[test]
fn the_number_stays_when_the_price_is_named_again() {
    let decision = say(Intent::CreateVm, several(3), &world());
    let late = World {
        now: NOW + QUOTE_VALID_SECONDS,
        ..after(world(), &decision)
    };
    let again = say(Intent::Affirm, Slots::default(), &late);
    assert_eq!(quoted(&again).spec.count, 3);
    let priced = say(Intent::PriceQuote, several(3), &world());
    assert!(matches!(priced.reply, Some(Reply::Priced { count: 3, .. })));
    let booked = say(Intent::CreateVm, Slots::default(), &after(world(), &priced));
    assert_eq!(quoted(&booked).spec.count, 3);
}

#[test]
fn a_way_out_asks_for_as_many() {
    let slots = Slots {
        memory_gb: Some(64.0),
        max_hourly_usd: Some(0.1),
        ..several(3)
    };
    let decision = say(Intent::CreateVm, slots, &world());
    let Some(Reply::NothingFits {
        ways_out, count: 3, ..
    }) = decision.reply
    else {
        panic!("{:?}", decision.reply)
    };
    for way_out in ways_out {
        let sentence = way_out.sentence.expect("it can be launched");
        let decision = hear(&sentence, &world());
        let quote = quoted(&decision);
        assert_eq!(quote.spec.count, 3, "{sentence}");
        assert_eq!(quote.winner(), &way_out.alternative.offer, "{sentence}");
    }
}

#[test]
fn a_highest_price_is_for_each() {
    let slots = Slots {
        max_hourly_usd: Some(0.1),
        ..several(3)
    };
    let decision = say(Intent::CreateVm, slots, &world());
    assert!(quoted(&decision).hourly().total_usd() > 0.1);
}

#[test]
fn the_policy_counts_each_and_fewer_mend_it() {
    let mut world = world();
    world.policy.machines_per_person_max = Limit::Set(3);
    world.mine = vec![ready_reservation(240)];
    let refused = say(Intent::CreateVm, several(3), &world);
    assert_eq!(
        breaches(&refused),
        [Breach::Machines {
            asked: 3,
            held: 1,
            machines_max: 3
        }]
    );
    let fewer = Slots {
        count: Some(2),
        ..Slots::default()
    };
    let mended = say(Intent::Provide, fewer, &after(world.clone(), &refused));
    assert_eq!(quoted(&mended).spec.count, 2);

    // Both machines have two vCPUs at least: with what is there already that is too much for three, not for one.
    world.policy.machines_per_person_max = Limit::Off;
    world.policy.vcpus_per_person_max = Limit::Set(4);
    let cores = Slots {
        vcpus: Some(2),
        ..several(3)
    };
    let refused = say(Intent::CreateVm, cores, &world);
    assert_eq!(
        breaches(&refused),
        [Breach::Vcpus {
            asked: 6,
            machines: 3,
            held: 2,
            vcpus_max: 4
        }]
    );
    let one = Slots {
        count: Some(1),
        ..Slots::default()
    };
    let mended = say(Intent::Provide, one, &after(world, &refused));
    let quote = quoted(&mended);
    assert_eq!((quote.spec.count, quote.spec.vcpus_min), (1, Some(2)));
}
