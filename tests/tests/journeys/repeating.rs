//! Everything may come twice, late, or not at all, and nothing is done twice or forgotten.

use journeys::{Outcome, billed, machine_for_alice, nothing_is_left, said, stack, until};
use local::slack::{DeliveryRules, Failure, Message};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_delivered_twice_or_as_two_events_is_answered_once() -> Outcome {
    let stack = stack().await?;
    stack.slack.set_delivery_rules(DeliveryRules {
        deliver_message_twins: true,
        ..DeliveryRules::default()
    });
    let alice = stack.slack.person("alice");
    alice.says(
        "#general",
        "@infrared spin up an ubuntu vm with 8gb for 4 hours",
    )?;
    stack.slack.next_message_in("#general").await?;
    stack
        .slack
        .redeliver_last()
        .ok_or("nothing was delivered")?;
    stack.slack.settle().await?;
    stack.settle().await?;
    let answers = stack
        .slack
        .messages()
        .into_iter()
        .filter(|message| message.is_from_bot())
        .count();
    assert_eq!(answers, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_on_launch_is_one_machine() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = stack.slack.next_message_to("alice").await?;
    let (first, second) = tokio::join!(
        alice.clicks(&quote, "quote_launch"),
        alice.clicks(&quote, "quote_launch")
    );
    first?;
    second?;
    stack.settle().await?;
    said(&stack, "alice", "is ready*").await?;
    assert_eq!(
        (stack.cloud.launched_count(), billed(&stack).await?.len()),
        (1, 1)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_may_run_again_afterwards_and_changes_nothing() -> Outcome {
    let stack = stack().await?;
    let ready = machine_for_alice(&stack).await?;
    let id = ready
        .button("terminate")
        .and_then(|button| button.value)
        .ok_or("no id")?;
    let before = stack.reservation(&id).await?;
    for step in [
        "begin",
        "create_security_group",
        "launch_machine",
        "confirm_running",
        "finish",
    ] {
        stack
            .invoke(
                &stack.outputs.provision_function_name,
                &json!({"step": step, "reservation_id": id}),
            )
            .await?;
    }
    assert_eq!(
        (stack.cloud.launched_count(), billed(&stack).await?.len()),
        (1, 1)
    );
    let mut after = stack.reservation(&id).await?;
    after.version = before.version;
    assert_eq!(after, before);

    stack
        .slack
        .person("alice")
        .clicks(&ready, "terminate")
        .await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    let before = stack.reservation(&id).await?;
    for step in [
        "begin_terminate",
        "terminate_machine",
        "confirm_terminated",
        "delete_security_group",
        "finish_terminate",
    ] {
        stack
            .invoke(
                &stack.outputs.provision_function_name,
                &json!({"step": step, "reservation_id": id}),
            )
            .await?;
    }
    assert_eq!(stack.reservation(&id).await?, before);
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_slack_does_not_take_are_said_again() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    stack
        .slack
        .fail_next("chat.postMessage", Failure::ServerError);
    alice.says("@infrared", "hello")?;
    until("Slack refused the words", || {
        stack
            .slack
            .calls()
            .iter()
            .any(|call| call.method == "chat.postMessage")
    })
    .await?;
    stack.advance(60).await?;
    stack.tick().await?;
    said(&stack, "alice", "Hello!").await?;
    stack.settle().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_finds_another_at_work_leaves_it_alone() -> Outcome {
    let stack = stack().await?;
    let (one, two) = tokio::join!(stack.tick(), stack.tick());
    let skipped = [one?, two?]
        .iter()
        .filter(|said| said["skipped"] == true)
        .count();
    assert!(skipped <= 1, "one of them worked");
    stack.tick().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn several_messages_at_once_are_all_answered() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    for words in ["hello", "show my machines", "I need a vm"] {
        alice.says("@infrared", words)?;
    }
    stack.slack.settle().await?;
    stack.settle().await?;
    let answers: Vec<String> = stack
        .slack
        .messages()
        .iter()
        .filter(|message| message.is_from_bot())
        .map(Message::plain)
        .collect();
    for words in ["Hello!", "You have no machine", "Which system"] {
        assert!(
            answers.iter().any(|answer| answer.contains(words)),
            "{words}: {answers:?}"
        );
    }
    Ok(())
}
