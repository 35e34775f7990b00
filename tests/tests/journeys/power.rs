//! Switching a machine off and on again.

use journeys::{Outcome, billed, handle, machine_for_alice, nothing_is_left, said, stack};
use local::cloud::{Fault, InstanceState};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_stopped_keeps_its_disk_and_runs_again_at_a_new_address() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let ready = machine_for_alice(&stack).await?;
    let handle = handle(&ready);
    let [before] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };

    alice.says("@infrared", &format!("stop {handle}"))?;
    let answer = said(&stack, "alice", "Stopping").await?;
    assert!(
        answer
            .plain()
            .contains("disk of 20 GB is kept and costs $0.0022 per hour"),
        "{}",
        answer.plain()
    );
    let stopped = said(&stack, "alice", "is stopped*").await?;
    stack.settle().await?;
    assert_eq!(billed(&stack).await?[0].state, InstanceState::Stopped);

    // Three hours and a half later little time is left.
    stack.advance(3 * HOUR + 35 * MINUTE).await?;
    stack.tick().await?;
    said(&stack, "alice", "ends in 30 minutes").await?;
    alice.clicks(&stopped, "start").await?;
    said(&stack, "alice", "so it now ends").await?;
    let again = said(&stack, "alice", "runs again").await?;
    stack.settle().await?;
    let [after] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(
        (&after.id, after.state),
        (&before.id, InstanceState::Running)
    );
    let address = after.public_address.as_deref().ok_or("no address")?;
    assert_ne!(Some(address), before.public_address.as_deref());
    assert!(
        again.plain().contains(&format!("ssh ubuntu@{address}"))
            && !again.plain().contains("said since"),
        "{}",
        again.plain()
    );
    let old = stack.slack.message(&stopped.channel, &stopped.ts);
    assert!(
        old.ok_or("the message is gone")?.buttons().is_empty(),
        "the stop's card has done its duty"
    );
    // The machine learns the new deadline, and does not end itself at the old one.
    stack.machines.beat(&after.id).await?;
    let switch = stack.machines.scheduled_shutdown(&after.id).await;
    let minutes: u32 = switch
        .and_then(|command| command.last()?.trim_start_matches('+').parse().ok())
        .ok_or("no switch")?;
    assert!((65..=71).contains(&minutes), "+{minutes}");

    alice.clicks(&again, "terminate").await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "as you asked").await?;
    assert!(
        last.plain()
            .contains("ran for 0 min and cost less than $0.01"),
        "the time off is not paid like the time on: {}",
        last.plain()
    );
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_whoever_manages_it_has_stopped_is_gone_at_its_deadline() -> Outcome {
    let stack = stack().await?;
    let (alice, bob) = (stack.slack.person("alice"), stack.slack.person("bob"));
    let ready = machine_for_alice(&stack).await?;
    let handle = handle(&ready);
    alice.says("@infrared", &format!("share {handle} with <@{}>", bob.id))?;
    let shared = said(&stack, "alice", "can now see").await?;
    bob.says("@infrared", &format!("stop {handle}"))?;
    said(&stack, "bob", "belongs to <@U0ALICE>").await?;
    alice.clicks(&shared, "share_to_manage").await?;
    said(&stack, "bob", "and give it up").await?;

    bob.says("@infrared", &format!("stop {handle}"))?;
    said(&stack, "bob", "I tell <@U0ALICE>").await?;
    said(&stack, "alice", "is stopped*").await?;
    stack.settle().await?;

    stack.advance(4 * HOUR + MINUTE).await?;
    stack.tick().await?;
    stack.settle().await?;
    said(&stack, "alice", "its time was up").await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_is_refused_and_a_machine_that_is_gone_are_told_of() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let ready = machine_for_alice(&stack).await?;
    let handle = handle(&ready);
    stack.cloud.inject(Fault::denied("StopInstances"));
    alice.says("@infrared", &format!("stop {handle}"))?;
    let told = said(&stack, "alice", "could not be stopped*").await?;
    assert!(told.plain().contains("It still runs."), "{}", told.plain());
    stack.settle().await?;
    stack.cloud.heal();

    let id = billed(&stack).await?[0].id.clone();
    stack.cloud.end(&id).await?;
    alice.says("@infrared", &format!("stop {handle}"))?;
    stack
        .slack
        .wait_for(&ready.channel, &ready.ts, |message| {
            message.plain().contains("is being removed")
        })
        .await?;
    // What its workflow set in motion goes out with the next scan.
    stack.advance(MINUTE).await?;
    stack.tick().await?;
    stack.settle().await?;
    said(&stack, "alice", "was gone when I looked").await?;
    nothing_is_left(&stack).await
}
