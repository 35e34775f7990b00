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

/// What is sold in the bundled region, again in another one at other prices, and one type on the spot market.
fn two_regions_and_spot() -> World {
    use crate::offers::{Market, Offer, Source};
    let bundled = Catalogue::bundled();
    let mut offers: Vec<Offer> = bundled.offers().collect();
    let list = offers.iter().filter(|offer| offer.region == "us-east-1");
    let elsewhere = list.map(|offer| Offer {
        region: "eu-west-1".to_owned(),
        hourly_usd: offer.hourly_usd * 1.1,
        ..offer.clone()
    });
    let elsewhere: Vec<Offer> = elsewhere.collect();
    let cheap = offers
        .iter()
        .find(|offer| offer.instance_type == "t3a.large");
    let spot = cheap.map(|offer| Offer {
        market: Market::Spot,
        zone: Some("us-east-1c".to_owned()),
        hourly_usd: 0.03,
        source: Source {
            as_of_epoch_seconds: Some(NOW),
            ..offer.source.clone()
        },
        ..offer.clone()
    });
    offers.extend(elsewhere.into_iter().chain(spot));
    let mut world = world();
    world.catalogue = std::sync::Arc::new(Catalogue::of(offers));
    world.deployment.regions = vec!["us-east-1".to_owned(), "eu-west-1".to_owned()];
    world
}

/// Everything with 8 GiB for a little in one zone, and one type a little dearer in another.
#[test]
fn a_spot_launch_may_fall_back_on_each_zone() {
    let mut world = two_regions_and_spot();
    let cheapest: Vec<_> = (world.catalogue.offers())
        .filter(|offer| offer.market == crate::offers::Market::Spot)
        .collect();
    let [cheapest] = &cheapest[..] else {
        panic!("{cheapest:?}")
    };
    let in_zone = |zone: &str, name: &str, hourly_usd| crate::offers::Offer {
        zone: Some(zone.to_owned()),
        instance_type: name.to_owned(),
        hourly_usd,
        ..cheapest.clone()
    };
    let same_zone = (0..8_u8).map(|number| {
        in_zone(
            "us-east-1c",
            &format!("t{number}.large"),
            0.03 + f64::from(number) / 1e4,
        )
    });
    let others = [
        in_zone("us-east-1d", "t3.large", 0.04),
        in_zone("us-east-1e", "t3.large", 0.3),
    ];
    world.catalogue = std::sync::Arc::new(Catalogue::of(same_zone.chain(others)));
    let wish = Slots {
        spot: Some(true),
        ..machine_slots()
    };
    let quote = quote_of(wish, &world);
    let zones: std::collections::BTreeSet<_> = (quote
        .candidates
        .iter()
        .filter_map(|offer| offer.zone.as_deref()))
    .collect();
    assert!(
        zones.into_iter().eq(["us-east-1c", "us-east-1d"]),
        "not what is much dearer"
    );
}

fn quote_of(slots: Slots, world: &World) -> Box<crate::quote::Quote> {
    match say(Intent::CreateVm, slots, world).reply {
        Some(Reply::Quoted { quote, .. }) => quote,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_launch_may_fall_back_on_other_regions_but_not_on_what_is_much_dearer() {
    let world = two_regions_and_spot();
    let quote = quote_of(machine_slots(), &world);
    let regions: std::collections::BTreeSet<&str> =
        (quote.candidates.iter().map(|offer| &*offer.region)).collect();
    assert_eq!(regions.len(), 2);
    assert_eq!(quote.winner().region, "us-east-1");
    let total = |offer| crate::cost::HourlyCost::of(offer, quote.spec.storage_gb).total_usd();
    let most = total(quote.winner()) * 1.5;
    assert!(quote.candidates.iter().all(|offer| total(offer) <= most));

    let named = Slots {
        region: Some("eu-west-1".to_owned()),
        ..machine_slots()
    };
    let quote = quote_of(named, &world);
    assert!(
        (quote.candidates.iter()).all(|offer| offer.region == "eu-west-1"),
        "who names a region gets that one"
    );
}

#[test]
fn a_spot_machine_is_quoted_where_there_is_one_and_else_an_ordinary_one_is_offered() {
    let wish = || Slots {
        spot: Some(true),
        ..machine_slots()
    };
    let spot = quote_of(wish(), &two_regions_and_spot());
    assert_eq!(spot.winner().zone.as_deref(), Some("us-east-1c"));
    let none = say(Intent::CreateVm, wish(), &world());
    let Some(Reply::NothingFits { ways_out, .. }) = none.reply else {
        panic!("{:?}", none.reply)
    };
    assert!(ways_out.iter().any(|way| way.sentence.is_some()));
}
