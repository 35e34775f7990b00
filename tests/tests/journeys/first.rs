//! From a sentence to a machine, and back.

use std::error::Error;

use journeys::stack;

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_asked_for_quoted_launched_extended_warned_of_and_gone() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");

    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = stack.slack.next_message_to("alice").await?;
    println!("{}", quote.plain());
    let delivery = alice.clicks(&quote, "quote_launch").await?;
    println!("{delivery:?}");
    stack.settle().await?;
    for entry in stack.slack.transcript() {
        println!("{entry}");
    }
    println!("{:?}", stack.cloud.instances().await?.iter().map(|i| (&i.id, i.state)).collect::<Vec<_>>());
    println!("{}", stack.log_tail());
    Ok(())
}
