//! Clusters in words: prices, refusals, and everybody's usual one.

use std::error::Error;

use journeys::{Outcome, nothing_is_left, said, stack};
use local::slack::{Message, Outcome as Submitted};
use local::stack::Stack;

/// Alice fills in the form behind a message's button.
async fn fill_in(stack: &Stack, message: &Message, fields: &[(&str, &str)]) -> Outcome {
    let alice = stack.slack.person("alice");
    alice.clicks(message, "form_open").await?;
    let form = alice.view().ok_or("no form")?;
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, *name, *value))
        .collect();
    let sent = alice.submits(&form, &fields).await?;
    if sent.outcome != Submitted::Closed {
        return Err(format!("{:?}", sent.outcome).into());
    }
    Ok(())
}

/// The message that a button was pressed on, once it says that.
async fn becomes(stack: &Stack, message: &Message, words: &str) -> Result<Message, Box<dyn Error>> {
    let (channel, ts) = (&message.channel, &message.ts);
    let says = |message: &Message| message.plain().contains(words);
    Ok(stack.slack.wait_for(channel, ts, says).await?)
}

/// What `/infrared` with these words answers Alice.
async fn run(stack: &Stack, words: &str) -> Result<Message, Box<dyn Error>> {
    let alice = stack.slack.person("alice");
    let answer = alice.runs("@infrared", "/infrared", words).await?;
    Ok(answer.message.ok_or("no answer")?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_usual_cluster_is_set_in_a_form_and_then_its_name_is_enough() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "launch my usual cluster")?;
    let none = said(&stack, "alice", "I do not know yet").await?;
    let form = [("usual_nodes", "4"), ("usual_memory", "16")];
    fill_in(&stack, &none, &form).await?;
    let kept = said(&stack, "alice", "From now on this is your usual").await?;
    assert!(
        kept.plain().contains("1 master, 3 workers"),
        "{}",
        kept.plain()
    );

    alice.says("@infrared", "the usual with 32 gb please")?;
    let quote = said(
        &stack,
        "alice",
        "4-node Spark cluster with JupyterLab for 4 h",
    )
    .await?;
    assert!(
        quote.plain().contains("32 GiB"),
        "what is said wins: {}",
        quote.plain()
    );
    let shown = run(&stack, "usual").await?;
    assert!(
        shown.plain().contains("at least 16 GB memory"),
        "{}",
        shown.plain()
    );
    alice.clicks(&shown, "say_another").await?;
    let quote = said(
        &stack,
        "alice",
        "4-node Spark cluster with JupyterLab for 4 h",
    )
    .await?;
    assert!(quote.plain().contains("16 GiB"), "{}", quote.plain());

    // A mistake stays in the form; what is sent then takes the place of what was.
    alice.clicks(&shown, "form_open").await?;
    let view = alice.view().ok_or("no form")?;
    let wrong = alice
        .submits(&view, &[("usual_nodes", "usual_nodes", "1")])
        .await?;
    assert!(
        !matches!(wrong.outcome, Submitted::Closed),
        "{:?}",
        wrong.outcome
    );
    let right = alice
        .submits(&view, &[("usual_nodes", "usual_nodes", "2")])
        .await?;
    assert_eq!(right.outcome, Submitted::Closed);
    said(&stack, "alice", "1 master, 1 worker)").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_is_booked_and_what_is_not_ready_is_exchanged_by_button() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says(
        "@infrared",
        "What would a 5-node spark cluster with 8gb cost for 2 hours?",
    )?;
    let price = said(&stack, "alice", "5-node Spark cluster with JupyterLab* on").await?;
    alice.clicks(&price, "say_book").await?;
    let words = "5-node Spark cluster with JupyterLab for 2 h";
    let quote = becomes(&stack, &price, words).await?;
    assert!(quote.button("quote_launch").is_some(), "{}", quote.plain());

    alice.says(
        "#general",
        "@infrared hadoop with zeppelin, 3 nodes, 8 gb each, 4 hours",
    )?;
    let refusal = stack.slack.next_message_in("#general").await?;
    assert!(
        refusal.plain().contains("Hadoop is not ready yet"),
        "{}",
        refusal.plain()
    );
    alice.clicks(&refusal, "say_instead").await?;
    let words = "3-node Spark cluster with JupyterLab for 4 h";
    becomes(&stack, &refusal, words).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_one_has_becomes_the_usual_one_and_nobody_elses() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says(
        "@infrared",
        "spark cluster with 2 nodes, 8 gb each, for 5 hours",
    )?;
    let quote = said(&stack, "alice", "2-node Spark cluster").await?;
    alice.clicks(&quote, "quote_launch").await?;
    let launching = becomes(&stack, &quote, "Launching").await?;
    let handle = journeys::handle(&launching);
    let kept = run(&stack, &format!("save {handle} as my usual cluster")).await?;
    assert!(kept.plain().contains("for 5 h"), "{}", kept.plain());

    let bob = stack.slack.person("bob");
    let refused = bob
        .runs(
            "@infrared",
            "/infrared",
            &format!("save {handle} as my usual cluster"),
        )
        .await?;
    let refused = refused.message.ok_or("no answer")?.plain();
    assert!(refused.contains("belongs to"), "{refused}");
    bob.says("@infrared", "my usual cluster")?;
    said(&stack, "bob", "I do not know yet").await?;

    alice.says("@infrared", "my usual cluster")?;
    said(
        &stack,
        "alice",
        "2-node Spark cluster with JupyterLab for 5 h",
    )
    .await?;
    alice.says("@infrared", &format!("terminate {handle}"))?;
    let question = said(&stack, "alice", "Terminate").await?;
    alice.clicks(&question, "terminate_yes").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}
