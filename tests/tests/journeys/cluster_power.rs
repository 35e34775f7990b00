//! Switching a cluster off and on again: what runs is not yet a cluster.

use std::error::Error;
use std::time::Duration;

use domain::beacon;
use domain::reservation::State;
use domain::workflow::Step;
use journeys::{Outcome, billed, nothing_is_left, said, stack};
use local::cloud::{Instance, InstanceState};
use local::slack::Message;
use local::stack::Stack;
use local::steps::{Effect, Mishap};

use crate::clusters::{launch, wish};

const NODES: usize = 3;
/// Looks at what nobody announces, and how often: 40 seconds.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);
const LOOKS_MAX: usize = 800;

/// Whether the message has this master's link with the token, and a way into each of the machines.
fn opens(message: &Message, machines: &[Instance], token: &str) -> bool {
    let address = |machine: &Instance| machine.public_address.clone().unwrap_or_default();
    let link = format!("https://{}/lab?token={token}|", address(&machines[0]));
    let shown = format!("{:?}", message.blocks);
    shown.contains(&link)
        && machines
            .iter()
            .all(|machine| shown.contains(&format!("ssh ubuntu@{}`", address(machine))))
}

/// Makes a machine beat as soon as it is on.
async fn beat(stack: &Stack, machine: &Instance) -> Outcome {
    let mut looks = tokio::time::interval(LOOK_INTERVAL);
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        if stack.machines.beat(&machine.id).await.is_ok() {
            return Ok(());
        }
    }
    Err(format!("{} never came on", machine.id).into())
}

async fn until_logged(stack: &Stack, words: &str) -> Outcome {
    let mut looks = tokio::time::interval(LOOK_INTERVAL);
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        if stack.log().await?.contains(words) {
            return Ok(());
        }
    }
    Err(format!("nothing logged “{words}”").into())
}

/// Lets the machines say that they are ready, and waits until they have.
async fn all_are_ready(stack: &Stack, machines: &[Instance]) -> Outcome {
    stack.machines.release_ready();
    for machine in machines {
        beat(stack, machine).await?;
        stack.machines.until_ready(&machine.id).await?;
    }
    Ok(())
}

async fn in_order(stack: &Stack) -> Result<Vec<Instance>, Box<dyn Error>> {
    let mut machines = billed(stack).await?;
    machines.sort_by_key(|machine| machine.launch_index);
    Ok(machines)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_stopped_and_runs_again_once_all_of_it_is_ready() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let id = launch(&stack, "#general", &format!("@infrared {}", wish(3))).await?;
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    let token = beacon::notebook_token(&stack.notebook_master, &id);
    let before = in_order(&stack).await?;
    assert!(opens(&ready, &before, &token), "{}", ready.plain());

    alice.clicks(&ready, "stop").await?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    let text = stopped.plain();
    assert!(text.contains("disks of 20 GB each are kept"), "{text}");
    stack.settle().await?;
    let off = in_order(&stack).await?;
    let is_off = |machine: &Instance| machine.state == InstanceState::Stopped;
    assert!(off.len() == NODES && off.iter().all(is_off), "{off:?}");
    let link = format!("?token={token}");
    let shows_link = |message: &Message| format!("{:?}", message.blocks).contains(&link);
    let links = || {
        stack
            .slack
            .messages()
            .iter()
            .filter(|it| shows_link(it))
            .count()
    };
    assert_eq!(links(), 0, "no link opens anything now");

    // All of them run and beat, but none has said that it is ready at the first look. The second waits until all have.
    stack.machines.hold_ready();
    for _ in 0..2 {
        let look = Mishap::once(Step::ConfirmStarted, &id, Effect::Hold);
        stack.steps.inject(look);
    }
    alice.clicks(&stopped, "start").await?;
    stack.steps.held().await;
    let after = stack.launched(NODES).await?;
    for machine in &after {
        beat(&stack, machine).await?;
    }
    stack.steps.release();
    until_logged(&stack, "have not all said that they are ready").await?;
    assert_eq!(stack.reservation(&id).await?.state, State::Starting);
    all_are_ready(&stack, &after).await?;
    stack.steps.heal();

    let again = said(&stack, "alice", "runs again").await?;
    stack.settle().await?;
    let text = again.plain();
    assert!(!text.contains("may not answer yet"), "{text}");
    assert!(opens(&again, &after, &token), "{text}");
    assert!(!opens(&again, &before, &token), "its addresses are new");
    let old = before[0].public_address.clone().ok_or("no address")?;
    for message in stack.slack.messages() {
        let shown = format!("{:?}", message.blocks);
        assert!(!shown.contains(&old), "an old address: {}", message.plain());
        let is_alices = message.channel == ready.channel;
        assert!(is_alices || !shown.contains(&token), "the token elsewhere");
    }

    alice.clicks(&again, "terminate").await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    assert_eq!(links(), 0);
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_went_while_its_cluster_was_off_is_not_awaited() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let id = launch(&stack, "@infrared", &wish(3)).await?;
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    alice.clicks(&ready, "stop").await?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    stack.settle().await?;
    let [_, lost, _] = &in_order(&stack).await?[..] else {
        return Err("not three machines".into());
    };
    stack.cloud.end(&lost.id).await?;

    let look = Mishap::once(Step::ConfirmStarted, &id, Effect::Hold);
    stack.steps.inject(look);
    alice.clicks(&stopped, "start").await?;
    stack.steps.held().await;
    all_are_ready(&stack, &stack.launched(NODES - 1).await?).await?;
    stack.steps.heal();
    let again = said(&stack, "alice", "runs again").await?;
    stack.settle().await?;
    let text = again.plain();
    assert!(text.contains("2. gone since"), "{text}");
    assert!(!text.contains("may not answer yet"), "{text}");
    assert_eq!(stack.reservation(&id).await?.workers(), 1);

    alice.clicks(&again, "terminate").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_cluster_is_told_of_when_it_is_ready_and_one_without_master_at_once() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let id = launch(&stack, "@infrared", &wish(3)).await?;
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    let token = beacon::notebook_token(&stack.notebook_master, &id);
    alice.clicks(&ready, "stop").await?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    stack.settle().await?;

    // The workflow looks until it gives up.
    stack.machines.hold_ready();
    alice.clicks(&stopped, "start").await?;
    let machines = stack.launched(NODES).await?;
    for machine in &machines {
        beat(&stack, machine).await?;
    }
    stack.settle().await?;
    let early = said(&stack, "alice", "runs again").await?;
    let text = early.plain();
    assert!(text.contains("may not answer yet"), "{text}");
    stack.machines.beat_all().await;
    assert!(!stack.reservation(&id).await?.switches[1].has_called);
    all_are_ready(&stack, &machines).await?;
    let is_told = |message: &Message| !message.plain().contains("may not answer yet");
    let told = stack.slack.wait_for(&early.channel, &early.ts, is_told);
    let told = told.await?;
    assert!(opens(&told, &machines, &token), "{}", told.plain());
    stack.settle().await?;

    alice.clicks(&told, "stop").await?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    stack.settle().await?;
    stack.cloud.end(&machines[0].id).await?;
    stack.machines.hold_ready();
    alice.clicks(&stopped, "start").await?;
    let left = said(&stack, "alice", "runs again").await?;
    stack.settle().await?;
    let text = left.plain();
    assert!(text.contains("Its master is gone"), "{text}");
    assert!(!text.contains("may not answer yet"), "{text}");
    assert!(!format!("{:?}", left.blocks).contains(&token), "no link");

    alice.clicks(&left, "terminate").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}
