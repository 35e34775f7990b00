//! The catalogue's refresh: pages are read from the cloud, people get their prices, and what cannot be read stays.

use std::collections::BTreeMap;

use domain::offers::{CANDIDATES_MAX, Catalogue, Market, Page, Rules};
use domain::time::{HOUR_SECONDS, day};
use journeys::{Outcome, billed, machine_for_alice, nothing_is_left, said, stack};
use local::cloud::Fault;
use local::price_list;
use local::progress::Quiet;
use local::stack::{Stack, StackOptions};
use platform::store::Store;
use serde_json::Value;

const ON_DEMAND: &str = "aws#us-east-1#on-demand";
const SPOT: &str = "aws#us-east-1#spot";
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

async fn refresh(stack: &Stack) -> local::Result<Value> {
    stack.controls().refresh_prices().await
}

/// Every page in the table.
async fn pages(stack: &Stack) -> Result<BTreeMap<String, Page>, Box<dyn std::error::Error>> {
    let store = Store::new(stack.dynamodb.clone(), stack.outputs.table_name.clone());
    let mut pages = BTreeMap::new();
    for page in store.catalogue_pages().await? {
        pages.insert(page.key.to_string(), page.unpack()?);
    }
    Ok(pages)
}

/// What Alice is told when she asks for a price.
async fn price(stack: &Stack) -> Result<String, Box<dyn std::error::Error>> {
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "how much is an ubuntu vm with 8gb?")?;
    Ok(said(stack, "alice", "per hour").await?.plain())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refreshed_price_is_what_people_are_told_with_its_date() -> Outcome {
    let stack = stack().await?;
    let before = price(&stack).await?;
    assert!(before.contains("list prices of 2026-07-20"), "{before}");
    assert!(before.contains("t3a.large"), "{before}");

    stack.price_list.set_price("us-east-1", "t3a.large", 0.0711);
    stack.price_list.set_disk_price("us-east-1", 0.152);
    stack
        .cloud
        .set_spot_price("t3a.large", "us-east-1c", 0.0123);
    let answer = refresh(&stack).await?;
    let rows = |page: &str| answer["rows"][page].as_u64().unwrap_or_default();
    assert!(rows(ON_DEMAND) > 1_100 && rows(SPOT) > 3_300, "{answer}");
    let now = stack.clock.now_epoch_seconds();
    let pages = pages(&stack).await?;
    assert_eq!(pages.len(), 2, "{:?}", pages.keys());
    for page in pages.values() {
        let as_of = page.source.as_of_epoch_seconds.unwrap_or_default();
        assert!((now - as_of).abs() < 600, "{as_of} at {now}");
    }

    // A front door that runs already looks once an hour.
    stack.advance(HOUR_SECONDS + 1).await?;
    let after = price(&stack).await?;
    let today = format!("list prices of {}", day(now));
    assert!(after.contains(&today), "{after}");
    // The machine, its disk of 20 GB at a 730th of the month's price, and the address.
    assert!(after.contains("$0.0803 per hour"), "{after}");

    let catalogue =
        Catalogue::bundled_with(pages.into_values().collect(), &["us-east-1".to_owned()]);
    let rules = Rules {
        market: Market::Spot,
        instance_type: Some("t3a.large".to_owned()),
        ..Rules::default()
    };
    let spot = catalogue.search(&rules.clone().at(now), CANDIDATES_MAX);
    let [cheapest, ..] = &spot.candidates[..] else {
        return Err("nothing on the spot market".into());
    };
    assert_eq!(cheapest.zone.as_deref(), Some("us-east-1c"));
    assert!(spot.rules.contains("; spot prices of "), "{}", spot.rules);
    let stale = catalogue.search(&rules.at(now + 8 * DAY_SECONDS), CANDIDATES_MAX);
    assert_eq!(stale.candidates, []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_leaves_the_last_good_page() -> Outcome {
    let stack = stack().await?;
    refresh(&stack).await?;
    let first = pages(&stack).await?;

    // A list that breaks off is no list; the spot market is none of its business.
    stack.advance(DAY_SECONDS).await?;
    stack.price_list.fail_next(price_list::Fault::BreaksOff);
    let failure = refresh(&stack).await.expect_err("half a list");
    let said = format!("{failure:?}");
    assert!(said.contains(ON_DEMAND) && !said.contains(SPOT), "{said}");
    assert!(said.contains("it has 100 prices"), "{said}");
    let second = pages(&stack).await?;
    assert_eq!(second[ON_DEMAND], first[ON_DEMAND]);
    assert!(second[SPOT].source.as_of_epoch_seconds > first[SPOT].source.as_of_epoch_seconds);

    // The other way round.
    stack.advance(DAY_SECONDS).await?;
    stack
        .cloud
        .inject(Fault::denied("DescribeSpotPriceHistory"));
    let failure = refresh(&stack).await.expect_err("no spot prices");
    let said = format!("{failure:?}");
    assert!(said.contains(SPOT) && !said.contains(ON_DEMAND), "{said}");
    let third = pages(&stack).await?;
    assert_eq!(third[SPOT], second[SPOT]);
    assert!(
        third[ON_DEMAND].source.as_of_epoch_seconds > second[ON_DEMAND].source.as_of_epoch_seconds
    );

    // Without the types nobody knows what is for sale; an empty list is no list either.
    stack.cloud.heal();
    stack.advance(DAY_SECONDS).await?;
    stack.cloud.inject(Fault::denied("DescribeInstanceTypes"));
    assert!(refresh(&stack).await.is_err());
    stack.cloud.heal();
    stack
        .price_list
        .fail_next(price_list::Fault::NothingForSale);
    assert!(refresh(&stack).await.is_err());
    assert_eq!(pages(&stack).await?[ON_DEMAND], third[ON_DEMAND]);

    // A disk that nobody would pay for is a fault. Machines have their new prices, with what disks cost before.
    stack.advance(DAY_SECONDS).await?;
    stack.price_list.set_disk_price("us-east-1", 15.2);
    stack.price_list.set_price("us-east-1", "t3a.large", 0.0722);
    let failure = refresh(&stack).await.expect_err("gold");
    let said = format!("{failure:?}");
    assert!(said.contains("us-east-1: disk and address"), "{said}");
    assert!(!said.contains(ON_DEMAND) && !said.contains(SPOT), "{said}");
    for (key, page) in pages(&stack).await? {
        let as_of = page.source.as_of_epoch_seconds;
        assert!(as_of > third[&key].source.as_of_epoch_seconds, "{key}");
        assert!(page.extras().is_some(), "{key}");
        assert_eq!(page.extras(), third[&key].extras(), "{key}");
    }
    stack.price_list.set_disk_price("us-east-1", 0.08);

    // A hiccup is waited out.
    stack.price_list.fail_next(price_list::Fault::InternalError);
    refresh(&stack).await?;
    let last = pages(&stack).await?;
    assert!(
        last[ON_DEMAND].source.as_of_epoch_seconds > third[ON_DEMAND].source.as_of_epoch_seconds
    );

    // A run that comes to its end late has nothing to add.
    stack.advance(-HOUR_SECONDS).await?;
    refresh(&stack).await?;
    assert_eq!(pages(&stack).await?, last);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_launched_in_another_region_where_it_is_cheaper() -> Outcome {
    let options = StackOptions {
        more_regions: "eu-central-1,eu-west-1",
        // A network that the other regions know nothing of.
        names_subnets: true,
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &Quiet).await?;
    stack.price_list.set_price("eu-west-1", "t3a.large", 0.0633);
    refresh(&stack).await?;
    assert_eq!(pages(&stack).await?.len(), 6);
    let ready = machine_for_alice(&stack).await?;
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(
        (instance.instance_type.as_str(), instance.region.as_str()),
        ("t3a.large", "eu-west-1"),
        "{}",
        ready.plain()
    );
    stack.advance(5 * HOUR_SECONDS).await?;
    stack.tick().await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}
