//! Machines of the spot market: cheap, and their cloud's at any time.

use domain::time::MINUTE_SECONDS;
use journeys::{Outcome, billed, nothing_is_left, said, stack};
use local::progress::Quiet;
use local::stack::{Stack, StackOptions};

/// Alice has a spot machine; its id.
async fn spot_machine(stack: &Stack) -> Result<String, Box<dyn std::error::Error>> {
    stack
        .cloud
        .set_spot_price("t3a.large", "us-east-1c", 0.0123);
    stack.controls().refresh_prices().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up a spot ubuntu vm with 8gb for 4 hours")?;
    let quote = said(stack, "alice", "per hour, ").await?;
    assert!(
        quote.plain().contains("two minutes’ notice") && quote.plain().contains("t3a.large"),
        "{}",
        quote.plain()
    );
    alice.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    let ready = said(stack, "alice", "is ready*").await?;
    assert!(
        ready.button("stop").is_none(),
        "a spot machine that stops is gone"
    );
    let calls = stack.cloud.calls();
    let launch = calls.iter().find(|call| call.action == "RunInstances");
    let parameters = &launch.ok_or("no launch")?.parameters;
    let market = parameters.get("InstanceMarketOptions.MarketType");
    assert_eq!(market.map(String::as_str), Some("spot"), "{parameters:?}");
    let [instance] = &billed(stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(instance.zone, "us-east-1c", "the zone of that price");
    Ok(instance.id.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_machine_is_announced_taken_back_and_lost() -> Outcome {
    let stack = stack().await?;
    let id = spot_machine(&stack).await?;
    stack.machines.beat(&id).await?;
    let at = stack.clock.now_epoch_seconds() + 2 * MINUTE_SECONDS;
    stack.machines.announce_interruption(&id, Some(at)).await?;
    stack.machines.beat(&id).await?;
    // From the heartbeat to the message without waiting for a scan.
    let notice = said(&stack, "alice", "AWS takes").await?;
    assert!(
        notice.plain().contains("Save your work now"),
        "{}",
        notice.plain()
    );
    stack.cloud.end(&id).await?;
    stack.advance(6 * MINUTE_SECONDS).await?;
    stack.tick().await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "is lost*").await?;
    assert!(last.plain().contains("spot market"), "{}", last.plain());
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_machine_that_is_not_taken_back_after_all_is_kept() -> Outcome {
    let stack = stack().await?;
    let id = spot_machine(&stack).await?;
    let at = stack.clock.now_epoch_seconds() + 2 * MINUTE_SECONDS;
    stack.machines.announce_interruption(&id, Some(at)).await?;
    stack.machines.beat(&id).await?;
    let notice = said(&stack, "alice", "AWS takes").await?;
    stack.machines.announce_interruption(&id, None).await?;
    stack.advance(4 * MINUTE_SECONDS).await?;
    stack.machines.beat(&id).await?;
    stack
        .slack
        .wait_for(&notice.channel, &notice.ts, |message| {
            message.plain().contains("it still runs")
        })
        .await?;
    stack.advance(6 * MINUTE_SECONDS).await?;
    stack.tick().await?;
    stack.settle().await?;
    assert_eq!(billed(&stack).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spot_price_of_a_zone_without_a_subnet_is_left_for_the_next_and_it_is_said_why() -> Outcome
{
    let options = StackOptions {
        names_subnets: true,
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &Quiet).await?;
    // Cheaper than in the two zones whose subnets are named, and not so much that those would be too dear to take instead.
    stack.cloud.set_spot_price("t3a.large", "us-east-1c", 0.02);
    stack.controls().refresh_prices().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up a spot ubuntu vm with 8gb for 4 hours")?;
    let quote = said(&stack, "alice", "per hour, ").await?;
    alice.clicks(&quote, "quote_launch").await?;
    let progress = said(&stack, "alice", "is on its way").await?;
    said(&stack, "alice", "is ready*").await?;
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_ne!(instance.zone, "us-east-1c");
    let progress = stack
        .slack
        .wait_for(&progress.channel, &progress.ts, |message| {
            message.plain().contains("there is no subnet in us-east-1c")
        })
        .await?;
    alice.clicks(&progress, "machine_why").await?;
    let trail = said(&stack, "alice", "NoSubnetInZone").await?;
    let line = "1. t3a.large in us-east-1c";
    assert!(trail.plain().contains(line), "{}", trail.plain());
    Ok(())
}
