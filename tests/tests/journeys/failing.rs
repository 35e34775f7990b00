//! When the cloud says no, or nothing: people are told in plain words, and nothing is left running.

use std::time::Duration;

use domain::beacon::SetupFailure;
use journeys::{Outcome, billed, machine_for_alice, nothing_is_left, said, stack};
use local::cloud::Fault;
use local::machines::{Boot, Fate};
use local::progress::Quiet;
use local::slack::Message;
use local::stack::{Stack, StackOptions};

/// Alice takes a quote; what comes of it is for the caller to see.
async fn launch(stack: &Stack) -> Result<Message, Box<dyn std::error::Error>> {
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = stack.slack.next_message_to("alice").await?;
    alice.clicks(&quote, "quote_launch").await?;
    Ok(quote)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_and_throttling_end_in_one_machine() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::lost_response("RunInstances"));
    stack.cloud.inject(Fault::throttled("DescribeInstances", 4));
    machine_for_alice(&stack).await?;
    assert_eq!(
        (stack.cloud.launched_count(), billed(&stack).await?.len()),
        (1, 1)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_never_calls_home_is_removed() -> Outcome {
    let options = StackOptions {
        ready_timeout_seconds: 2,
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &Quiet).await?;
    stack.machines.mute();
    launch(&stack).await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "could not be launched*").await?;
    assert!(
        last.plain().contains("never reported that it was ready"),
        "{}",
        last.plain()
    );
    assert_eq!(stack.cloud.launched_count(), 1);
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_cannot_be_set_up_is_undone_and_says_why() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let failure = SetupFailure {
        step: "docker".to_owned(),
        log: "E: Unable to locate package docker.io <!channel>".to_owned(),
    };
    for number in [1, 2] {
        stack.machines.doom(number, Fate::Fails(failure.clone()));
    }
    // Of two, both say so, whichever is heard first.
    for wish in [
        "spin up an ubuntu vm with docker, 8gb, for 4 hours",
        "2 ubuntu machines with docker, 8 GB each, for 4 hours",
    ] {
        alice.says("@infrared", wish)?;
        let quote = said(&stack, "alice", "per hour").await?;
        alice.clicks(&quote, "quote_launch").await?;
        let last = said(&stack, "alice", "could not be launched*").await?;
        stack.settle().await?;
        let text = last.plain();
        assert!(
            text.contains("Docker could not be set up")
                && text.contains("ask again without Docker"),
            "{text}"
        );
        assert!(text.contains("package docker.io"), "{text}");
        nothing_is_left(&stack).await?;
    }
    assert_eq!(stack.cloud.launched_count(), 3);
    for boot in stack.machines.boots().into_values() {
        assert_eq!(boot, Boot::Gone);
    }

    stack.machines.spare();
    machine_for_alice(&stack).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_is_cancelled_while_its_machine_sets_itself_up() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    stack.machines.hold_ready();
    launch(&stack).await?;
    let progress = said(&stack, "alice", "is on its way").await?;
    stack
        .slack
        .wait_for(&progress.channel, &progress.ts, |message| {
            message.plain().contains("calls home …")
        })
        .await?;
    alice.clicks(&progress, "terminate").await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "as you asked").await?;
    assert!(last.buttons().is_empty());
    stack.machines.release_ready();
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_removed_is_removed_later_and_said() -> Outcome {
    let stack = stack().await?;
    let ready = machine_for_alice(&stack).await?;
    stack.cloud.inject(Fault::denied("TerminateInstances"));
    stack
        .slack
        .person("alice")
        .clicks(&ready, "terminate")
        .await?;
    stack.settle().await?;
    assert_eq!(
        billed(&stack).await?.len(),
        1,
        "it still runs, and that is known"
    );
    stack.cloud.heal();
    stack
        .advance(i64::try_from(Duration::from_mins(6).as_secs())?)
        .await?;
    stack.tick().await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_awaited_beyond_its_deadline_is_waited_for_no_longer() -> Outcome {
    let stack = stack().await?;
    stack.machines.hold_ready();
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 10 minutes")?;
    let quote = stack.slack.next_message_to("alice").await?;
    let mut boots = stack.machines.boot_changes();
    alice.clicks(&quote, "quote_launch").await?;
    boots.wait_for(|boots| !boots.is_empty()).await?;
    let mut looks = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..300 {
        looks.tick().await;
        if stack.log().await?.contains(r#""step":"await_ready""#) {
            break;
        }
    }
    stack.advance(11 * 60).await?;
    stack.tick().await?;
    stack.settle().await?;
    said(&stack, "alice", "ended").await?;
    nothing_is_left(&stack).await
}
