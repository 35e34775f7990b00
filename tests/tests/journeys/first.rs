//! From a sentence to a machine, and back.

use journeys::{Outcome, billed, handle, machine_for_alice, nothing_is_left, said, stack};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_launched_extended_warned_of_and_gone_at_its_deadline() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let ready = machine_for_alice(&stack).await?;
    let handle = handle(&ready);
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(instance.instance_type, "t3a.large");
    assert_eq!(instance.tags.get("Name"), Some(&handle));
    assert!(
        ready
            .plain()
            .contains(instance.public_address.as_deref().unwrap_or("no address")),
        "{}",
        ready.plain()
    );
    assert_eq!(
        (
            stack.cloud.launched_count(),
            stack.cloud.firewalls().await?.len()
        ),
        (1, 1)
    );

    alice.says("@infrared", "show my machines")?;
    let list = said(&stack, "alice", "You have 1 machine").await?;
    alice.clicks(&list, "show").await?;
    assert!(
        said(&stack, "alice", "running")
            .await?
            .plain()
            .contains("so far")
    );

    alice.says("@infrared", &format!("extend {handle} by 2 hours"))?;
    said(&stack, "alice", "now ends").await?;
    alice.clicks(&ready, "extend_1h").await?;
    said(&stack, "alice", "now ends").await?;
    stack.settle().await?;

    // 4 + 2 + 1 hours after the request; a minute is spared for what has passed meanwhile.
    stack.advance(7 * HOUR - 31 * MINUTE).await?;
    stack.tick().await?;
    assert!(
        stack.slack.unread_by("alice").is_empty(),
        "nothing is said before it is time"
    );
    stack.advance(2 * MINUTE).await?;
    stack.tick().await?;
    let warning = said(&stack, "alice", "ends in 30 minutes").await?;
    assert!(warning.button("extend_1h").is_some() && warning.button("terminate").is_some());
    stack.tick().await?;
    stack.advance(25 * MINUTE).await?;
    stack.tick().await?;
    said(&stack, "alice", "ends in 5 minutes").await?;
    stack.settle().await?;
    assert_eq!(billed(&stack).await?.len(), 1, "it runs until its deadline");

    stack.advance(5 * MINUTE).await?;
    stack.tick().await?;
    stack.settle().await?;
    let final_word = said(&stack, "alice", "has ended*: its time was up").await?;
    assert!(
        final_word.buttons().is_empty() && final_word.plain().contains("cost about $0.58"),
        "{}",
        final_word.plain()
    );
    for old in [&ready, &warning] {
        let now = stack
            .slack
            .message(&old.channel, &old.ts)
            .ok_or("the message is gone")?;
        assert!(
            now.buttons().is_empty(),
            "a button outlived its machine: {}",
            now.plain()
        );
    }
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_terminated_in_words_by_name_after_a_yes() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let handle = handle(&machine_for_alice(&stack).await?);
    alice.says("@infrared", &format!("terminate {handle}"))?;
    let question = said(&stack, "alice", &format!("Terminate *{handle}*?")).await?;
    assert_eq!(
        billed(&stack).await?.len(),
        1,
        "nothing happens before the yes"
    );
    alice.says("@infrared", "no, keep it")?;
    said(&stack, "alice", "nothing changes").await?;

    alice.says("@infrared", &format!("terminate {handle}"))?;
    said(&stack, "alice", "Terminate").await?;
    alice.says("@infrared", "yes")?;
    said(&stack, "alice", "Removing").await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    nothing_is_left(&stack).await?;
    // The first question still stands there, with its buttons.
    alice.clicks(&question, "terminate_yes").await?;
    stack
        .slack
        .wait_for(&question.channel, &question.ts, |message| {
            message.plain().contains("is over already")
        })
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_terminated_by_its_button_and_only_by_its_owner() -> Outcome {
    let stack = stack().await?;
    let ready = machine_for_alice(&stack).await?;
    let button = ready.button("terminate").ok_or("no button")?;
    assert!(button.confirm_title.is_some(), "the button asks first");
    stack
        .slack
        .person("bob")
        .says("@infrared", &format!("terminate {}", handle(&ready)))?;
    said(&stack, "bob", "belongs to <@U0ALICE>").await?;
    stack
        .slack
        .person("alice")
        .clicks(&ready, "terminate")
        .await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    nothing_is_left(&stack).await
}
