//! What the journeys share: a stack of their own, a browser, and a look at what the cloud has left.

pub mod browser;

use std::error::Error;

use local::cloud::{Instance, InstanceState};
use local::progress::Quiet;
use local::slack::Message;
use local::stack::{Stack, StackOptions};

/// What a journey returns.
pub type Outcome = Result<(), Box<dyn Error>>;

/// A whole product of one's own, with the clock standing still until it is moved.
pub async fn stack() -> local::Result<Stack> {
    Stack::start(StackOptions::journey(), &Quiet).await
}

/// The same with machines that really boot, which takes its time: waits for them are not as short.
pub async fn stack_with_machines() -> local::Result<Stack> {
    let options = StackOptions {
        boots_machines: true,
        wait_scale: 0.5,
        ..StackOptions::journey()
    };
    Stack::start(options, &Quiet).await
}

/// The instances that cost money.
pub async fn billed(stack: &Stack) -> Result<Vec<Instance>, Box<dyn Error>> {
    let mut instances = stack.cloud.instances().await?;
    instances.retain(|instance| instance.state != InstanceState::Terminated);
    Ok(instances)
}

/// Fails unless nothing of ours is left in the cloud.
pub async fn nothing_is_left(stack: &Stack) -> Outcome {
    let (billed, firewalls) = (billed(stack).await?, stack.cloud.firewalls().await?);
    if billed.is_empty() && firewalls.is_empty() {
        Ok(())
    } else {
        Err(format!("left in the cloud: {billed:?}, {firewalls:?}").into())
    }
}

/// Alice ends these machines of hers, the last that there are: nothing is left, and the product stops.
pub async fn ended_by_alice(stack: Stack, which: &str) -> Outcome {
    terminated_by_alice(&stack, which).await?;
    nothing_is_left(&stack).await?;
    stack.stop().await;
    Ok(())
}

/// Alice ends these machines of hers.
pub async fn terminated_by_alice(stack: &Stack, which: &str) -> Outcome {
    let alice = stack.slack.person("alice");
    stack.settle().await?;
    alice.says("@infrared", &format!("terminate {which}"))?;
    let question = said(stack, "alice", "Terminate").await?;
    alice.clicks(&question, "terminate_yes").await?;
    stack.settle().await?;
    said(stack, "alice", "as you asked").await?;
    Ok(())
}

/// Alice asks for a machine in her direct messages, takes the quote, and has it: the message that says so.
pub async fn machine_for_alice(stack: &Stack) -> Result<Message, Box<dyn Error>> {
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = said(stack, "alice", "per hour, ").await?;
    alice.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    said(stack, "alice", "is ready*").await
}

/// The next message to somebody whose paragraph holds these words; what comes before is passed over.
pub async fn said(stack: &Stack, person: &str, words: &str) -> Result<Message, Box<dyn Error>> {
    const PASSED_OVER_MAX: usize = 20;
    for _ in 0..PASSED_OVER_MAX {
        let message = stack.slack.next_message_to(person).await?;
        if message.blocks.iter().any(|block| {
            block["text"]["text"]
                .as_str()
                .is_some_and(|text| text.contains(words))
        }) {
            return Ok(message);
        }
    }
    Err(format!("nobody said “{words}” to {person}").into())
}

/// Waits until something holds that nobody announces, by looking at it often.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) -> Outcome {
    const LOOKS_MAX: usize = 600;
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
    for _ in 0..LOOKS_MAX {
        ticks.tick().await;
        if holds() {
            return Ok(());
        }
    }
    Err(format!("it never came about that {what}").into())
}

/// The handle in a message, such as `r-7f3k2`.
pub fn handle(message: &Message) -> String {
    let text = message
        .blocks
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    let start = text.find("r-").unwrap_or_default();
    text[start..].chars().take(7).collect()
}
