//! Prices: what a price question gets, why an offer is the cheapest, and the ways out where nothing fits.

use super::*;

#[test]
fn where_nothing_fits_a_button_asks_for_the_nearest() {
    let slots = Slots {
        memory_gb: Some(64.0),
        max_hourly_usd: Some(0.1),
        storage_gb: Some(50.0),
        os: Some(Os::AmazonLinux),
        ..machine_slots()
    };
    let decision = say(Intent::CreateVm, slots, &world());
    let Some(Reply::NothingFits { ways_out, user, .. }) = decision.reply else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(user, "UALICE");
    assert_eq!(ways_out.len(), 2);
    for way_out in ways_out {
        let sentence = way_out.sentence.expect("it can be launched");
        let local = crate::time::local(NOW, &crate::time::zone("UTC"));
        let meaning = crate::understand::understand(&sentence, None, local);
        let quoted = decide(&Input::Said(Box::new(meaning)), &world());
        let Some(Reply::Quoted { quote, .. }) = quoted.reply else {
            panic!("{sentence}: {:?}", quoted.reply)
        };
        assert_eq!(quote.winner(), &way_out.alternative.offer, "{sentence}");
        assert_eq!(
            (quote.spec.system(), quote.spec.storage_gb),
            ("Amazon Linux 2023".to_owned(), 50),
            "{sentence}"
        );
        assert_eq!(quote.spec.duration_minutes, 240, "{sentence}");
    }
}

#[test]
fn why_an_offer_is_the_cheapest_is_told_to_whoever_asks_for_it() {
    let there = World {
        quote: Some(quote(240)),
        ..world()
    };
    let asked = press(Press::WhyQuote(QUOTE_ID.to_owned()), &there);
    let Some(Reply::Why { candidates, .. }) = &asked.reply else {
        panic!("{:?}", asked.reply)
    };
    assert_eq!(candidates.len(), 4);
    assert!(asked.privately && asked.writes.is_empty());
    let other = press(Press::WhyQuote(QUOTE_ID.to_owned()), &bob(there));
    assert!(matches!(other.reply, Some(Reply::NotYours { .. })));
}

#[test]
fn a_price_on_digitalocean_is_told_with_its_age_and_cannot_be_booked() {
    let slots = Slots {
        provider: Some(crate::intent::Provider::Digitalocean),
        region: Some("fra1".to_owned()),
        ..machine_slots()
    };
    let priced = say(Intent::PriceQuote, slots, &world());
    let Some(Reply::Priced {
        offer,
        rules,
        asked,
        ..
    }) = &priced.reply
    else {
        panic!("{:?}", priced.reply)
    };
    assert_eq!(offer.instance_type, "s-4vcpu-8gb");
    assert!(rules.ends_with("; prices of December 2022"), "{rules}");
    let why = press(Press::WhyPrice(asked.clone()), &world());
    assert!(matches!(why.reply, Some(Reply::Why { .. })));
    let booked = say(Intent::CreateVm, Slots::default(), &after(world(), &priced));
    assert!(matches!(
        booked.reply,
        Some(Reply::Unsupported {
            what: Unsupported::Provider(_)
        })
    ));
}
