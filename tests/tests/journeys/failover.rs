//! When a machine is not to be had where it was asked for first: the next zone, the next type, or a plain word.

use std::collections::BTreeSet;

use domain::failover::BROKEN_TOKEN;
use journeys::{Outcome, billed, machine_for_alice, nothing_is_left, said, stack};
use local::cloud::{Call, Fault};
use local::progress::Quiet;
use local::stack::{Stack, StackOptions};

/// Alice takes a quote; what comes of it is for the caller to see.
async fn launch(stack: &Stack) -> Outcome {
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = stack.slack.next_message_to("alice").await?;
    alice.clicks(&quote, "quote_launch").await?;
    Ok(())
}

/// The launches asked for, by type and subnet.
fn tries(stack: &Stack) -> Vec<(String, String)> {
    let named = |call: &Call, name: &str| call.parameters.get(name).cloned().unwrap_or_default();
    let calls = stack.cloud.calls().into_iter();
    let launches = calls.filter(|call| call.action == "RunInstances");
    launches
        .map(|call| (named(&call, "InstanceType"), named(&call, "SubnetId")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_capacity_in_a_zone_the_next_zone_is_tried() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::no_capacity().times(1));
    let ready = machine_for_alice(&stack).await?;
    assert!(ready.plain().contains("t3a.large"), "{}", ready.plain());
    let [first, second] = &tries(&stack)[..] else {
        return Err(format!("{:?}", tries(&stack)).into());
    };
    assert_eq!((&*first.0, &*second.0), ("t3a.large", "t3a.large"));
    assert_ne!(first.1, second.1, "another zone");
    assert_eq!(stack.cloud.launched_count(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_capacity_in_any_zone_the_next_type_is_tried() -> Outcome {
    let stack = stack().await?;
    stack
        .cloud
        .inject(Fault::no_capacity().of_type("t3a.large"));
    let ready = machine_for_alice(&stack).await?;
    assert!(ready.plain().contains("r7a.medium"), "{}", ready.plain());
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(instance.instance_type, "r7a.medium");
    let zones = stack.cloud.default_subnets().await?.len();
    assert_eq!(tries(&stack).len(), zones + 1, "each zone once");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_capacity_anywhere_the_launch_is_undone() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::no_capacity());
    launch(&stack).await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "could not be launched*").await?;
    assert!(
        last.plain().contains("no free machine") && last.plain().contains("cost nothing"),
        "{}",
        last.plain()
    );
    let tries = tries(&stack);
    let different: BTreeSet<_> = tries.iter().collect();
    assert_eq!(different.len(), tries.len(), "nothing is tried twice");
    assert_eq!(stack.cloud.launched_count(), 0);
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_limit_of_the_account_something_smaller_is_tried_and_all_of_it_is_told() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::no_quota().of_type("t3a.large"));
    launch(&stack).await?;
    let progress = said(&stack, "alice", "is on its way").await?;
    let progress = stack
        .slack
        .wait_for(&progress.channel, &progress.ts, |message| {
            let text = message.plain();
            text.contains("is ready after") && text.contains("limit of the cloud account")
        })
        .await?;
    assert_eq!(tries(&stack).len(), 2, "a limit is the same in every zone");
    let ready = said(&stack, "alice", "is ready").await?;
    assert!(ready.plain().contains("r7a.medium"), "{}", ready.plain());
    stack
        .slack
        .person("alice")
        .clicks(&progress, "machine_why")
        .await?;
    let trail = said(&stack, "alice", "VcpuLimitExceeded").await?;
    assert!(
        trail.plain().contains("2. r7a.medium in us-east-1"),
        "{}",
        trail.plain()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_every_limit_the_launch_says_which_to_raise() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::no_quota());
    launch(&stack).await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "could not be launched*").await?;
    assert!(
        last.plain().contains("Running On-Demand Standard") && last.plain().contains("us-east-1"),
        "{}",
        last.plain()
    );
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_call_names_the_action_and_nothing_else() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::denied("RunInstances"));
    launch(&stack).await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "could not be launched*").await?;
    assert!(
        last.plain().contains("does not allow ec2:RunInstances"),
        "{}",
        last.plain()
    );
    assert!(
        !last.plain().contains("arn:"),
        "inner words leaked: {}",
        last.plain()
    );
    assert_eq!(tries(&stack).len(), 1, "it helps nobody to ask again");
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_default_network_the_launch_says_what_to_do() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::no_default_network());
    launch(&stack).await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "could not be launched*").await?;
    assert!(
        last.plain()
            .contains("aws ec2 create-default-vpc --region us-east-1"),
        "{}",
        last.plain()
    );
    assert_eq!(tries(&stack), []);
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_names_subnets_launches_into_these_alone() -> Outcome {
    let options = StackOptions {
        names_subnets: true,
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &Quiet).await?;
    stack
        .cloud
        .inject(Fault::no_capacity().of_type("t3a.large"));
    machine_for_alice(&stack).await?;
    let subnets = stack.cloud.default_subnets().await?;
    let named: Vec<&str> = subnets[..2].iter().map(|subnet| &*subnet.id).collect();
    let tries = tries(&stack);
    assert_eq!(tries.len(), 3, "two zones, and the next type");
    assert!(
        tries.iter().all(|(_, subnet)| named.contains(&&**subnet)),
        "{tries:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_launch_found_unavailable_the_next_leaves_alone_for_three_minutes() -> Outcome {
    let stack = stack().await?;
    stack
        .cloud
        .inject(Fault::no_capacity().of_type("t3a.large"));
    machine_for_alice(&stack).await?;
    stack.cloud.heal();
    let before = tries(&stack).len();
    machine_for_alice(&stack).await?;
    let tried = tries(&stack);
    let [(instance_type, _)] = &tried[before..] else {
        return Err(format!("{tried:?}").into());
    };
    assert_eq!(instance_type, "r7a.medium");

    stack.advance(4 * 60).await?;
    let ready = machine_for_alice(&stack).await?;
    assert!(ready.plain().contains("t3a.large"), "{}", ready.plain());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_capacity_in_a_region_the_next_region_is_tried() -> Outcome {
    let options = StackOptions {
        more_regions: "eu-west-1",
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &Quiet).await?;
    // A little dearer there, so that it is the next best.
    stack.price_list.set_price("eu-west-1", "t3a.large", 0.0753);
    stack.controls().refresh_prices().await?;
    for zone in ["a", "b", "c", "d", "e", "f"] {
        let zone = format!("us-east-1{zone}");
        stack.cloud.inject(Fault::no_capacity().in_zone(&zone));
    }
    machine_for_alice(&stack).await?;
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(
        (instance.instance_type.as_str(), instance.region.as_str()),
        ("t3a.large", "eu-west-1")
    );
    stack.advance(5 * 3_600).await?;
    stack.tick().await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}

/// An earlier version of the function had launched it, with other parameters: its answer was lost, and the same token no
/// longer fits.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_call_of_other_parameters_has_launched_is_adopted() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::lost_response("RunInstances"));
    let message = "The parameters of the request do not match those of an earlier one with the same client token.";
    let mismatch = Fault::error("RunInstances", BROKEN_TOKEN, message);
    stack.cloud.inject(mismatch);
    machine_for_alice(&stack).await?;
    let tries = tries(&stack);
    assert!(
        tries.len() > 1 && tries.iter().all(|one| *one == tries[0]),
        "{tries:?}"
    );
    assert_eq!(stack.cloud.launched_count(), 1);
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(instance.instance_type, "t3a.large");
    stack.advance(5 * 3_600).await?;
    stack.tick().await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}
