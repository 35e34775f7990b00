//! The ways of asking: in a channel, in a direct message, by slash command, with words, buttons and a form.

use journeys::{Outcome, billed, machine_for_alice, said, stack};
use local::wit::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn in_a_channel_what_is_missing_is_asked_one_thing_at_a_time() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let asked = alice.says("#general", "@infrared I need a vm")?;
    let question = stack.slack.next_message_in("#general").await?;
    assert_eq!(
        question.thread_ts.as_deref(),
        Some(asked.ts.as_str()),
        "the answer stands in the thread"
    );
    assert!(
        question.plain().contains("Which system"),
        "{}",
        question.plain()
    );

    stack.slack.person("bob").clicks(&question, "say_0").await?;
    said(&stack, "bob", "That question is for <@U0ALICE>").await?;
    alice.clicks(&question, "say_1").await?;
    let question = stack
        .slack
        .wait_for(&question.channel, &question.ts, |message| {
            message.plain().contains("How much memory")
        })
        .await?;

    // In one's own words, with a form, since in channels only mentions are heard.
    alice.clicks(&question, "answer_open").await?;
    let form = stack.slack.wait_for_view("alice", |_| true).await?;
    alice
        .submits(&form, &[("answer", "answer", "16 gigs and 4 cores please")])
        .await?;
    let question = stack
        .slack
        .wait_for(&question.channel, &question.ts, |message| {
            message.plain().contains("For how long")
        })
        .await?;

    alice.replies(&question, "@infrared until tomorrow 6pm")?;
    let quote = stack.slack.next_message_in("#general").await?;
    assert!(quote.plain().contains("Debian 13 for"), "{}", quote.plain());
    assert!(
        quote.plain().contains("at least 4 vCPU, at least 16 GiB"),
        "{}",
        quote.plain()
    );

    alice.replies(&question, "@infrared forget it")?;
    let forgotten = stack.slack.next_message_in("#general").await?;
    assert!(
        forgotten.plain().contains("Forgotten"),
        "{}",
        forgotten.plain()
    );
    stack.settle().await?;
    assert!(billed(&stack).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_in_a_channel_shows_its_steps_there_and_its_address_to_its_owner_alone() -> Outcome
{
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says(
        "#general",
        "@infrared spin up an ubuntu vm with 8gb for 4 hours",
    )?;
    let quote = stack.slack.next_message_in("#general").await?;
    alice.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    let taken = stack
        .slack
        .message(&quote.channel, &quote.ts)
        .ok_or("the quote is gone")?;
    assert!(
        taken.buttons().is_empty() && taken.plain().contains("Launching"),
        "{}",
        taken.plain()
    );
    let progress = stack.slack.next_message_in("#general").await?;
    let progress = stack
        .slack
        .message(&progress.channel, &progress.ts)
        .ok_or("the progress is gone")?;
    assert!(
        progress.versions.len() > 3,
        "one message is updated as the steps are done"
    );
    assert!(
        progress.plain().contains("is ready after") && !progress.plain().contains("ssh"),
        "{}",
        progress.plain()
    );
    assert!(
        said(&stack, "alice", "is ready*")
            .await?
            .plain()
            .contains("ssh ubuntu@")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_command_is_answered_privately_and_stays_private() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let answer = alice
        .runs("#random", "/infrared", "vm ubuntu 8gb 4h")
        .await?;
    let quote = answer.message.ok_or("no answer")?;
    assert!(
        quote.is_ephemeral() && quote.plain().contains("$0.33 in all"),
        "{}",
        quote.plain()
    );
    alice.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    said(&stack, "alice", "is ready*").await?;
    let public = stack.slack.messages().into_iter().filter(|message| {
        message.is_from_bot() && message.channel.starts_with('C') && !message.is_ephemeral()
    });
    assert_eq!(
        public.count(),
        0,
        "a private request is not answered in public"
    );

    let help = alice
        .runs("#random", "/infrared", "")
        .await?
        .message
        .ok_or("no help")?;
    assert!(
        help.plain().contains("I get you cloud machines"),
        "{}",
        help.plain()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_are_refused_kindly() -> Outcome {
    let stack = stack().await?;
    stack
        .slack
        .person("gina")
        .says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    said(&stack, "gina", "Guests cannot hire machines").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wit_ai_is_asked_its_outage_is_not_noticed_and_it_never_hears_a_secret() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "hello")?;
    said(&stack, "alice", "Hello!").await?;
    let questions = || {
        stack
            .wit
            .calls()
            .into_iter()
            .map(|call| call.question)
            .collect::<Vec<_>>()
    };
    assert_eq!(questions(), ["hello"]);

    stack.wit.fail_next(Fault::BadGateway);
    alice.says("@infrared", "show my machines")?;
    said(&stack, "alice", "You have no machine").await?;

    let before = questions().len();
    alice.says(
        "@infrared",
        "my key is AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )?;
    stack.slack.next_message_to("alice").await?;
    assert_eq!(questions().len(), before, "a secret went to a third party");
    assert!(!stack.log().await?.contains("AKIAIOSFODNN7EXAMPLE"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ssh_key_that_was_sent_is_on_the_next_machine() -> Outcome {
    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7pVY7J1m0mPq0m0ztO4fSm8m0y8a3QmUu4xk1mXxxx";
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "vm ubuntu 8gb 4h")?;
    said(&stack, "alice", "Ubuntu 24.04").await?;
    alice.says(
        "@infrared",
        &format!("my key is `{KEY} alice@laptop.example`"),
    )?;
    said(&stack, "alice", "Your ssh key is kept").await?;
    machine_for_alice(&stack).await?;
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    stack.machines.until_ready(&instance.id).await?;
    let keys = stack.machines.authorized_keys(&instance.id, "ubuntu").await;
    assert!(keys.unwrap_or_default().contains(KEY));
    let state = stack.machines.beat(&instance.id).await?;
    assert!(state.to_string().contains("deadline"), "{state}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_is_offered_in_the_likeliest_readings() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "the weather is nice in Lisbon")?;
    let guess = said(&stack, "alice", "Did you mean").await?;
    alice.clicks(&guess, "say_0").await?;
    stack
        .slack
        .wait_for(&guess.channel, &guess.ts, |message| {
            message.plain().contains("Ubuntu 24.04 for 4 h")
        })
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_in_one_thread_are_not_mixed_up() -> Outcome {
    let stack = stack().await?;
    let (alice, bob) = (stack.slack.person("alice"), stack.slack.person("bob"));
    alice.says("#general", "@infrared I need a debian vm with 8 gb")?;
    let to_alice = stack.slack.next_message_in("#general").await?;
    bob.replies(&to_alice, "@infrared I need an ubuntu vm for 2 hours")?;
    let to_bob = stack.slack.next_message_in("#general").await?;
    assert!(
        to_bob.plain().contains("How much memory"),
        "{}",
        to_bob.plain()
    );
    alice.replies(&to_alice, "@infrared 4 hours")?;
    let quote = stack.slack.next_message_in("#general").await?;
    assert!(
        quote.plain().contains("Debian 13 for 4 h"),
        "{}",
        quote.plain()
    );
    bob.replies(&to_alice, "@infrared 16 gb")?;
    let quote = stack.slack.next_message_in("#general").await?;
    assert!(
        quote.plain().contains("Ubuntu 24.04 for 2 h"),
        "{}",
        quote.plain()
    );
    Ok(())
}
