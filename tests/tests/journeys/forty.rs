//! The largest cluster that there is.

use journeys::{Outcome, billed, nothing_is_left, said, stack};
use local::slack::Message;

use crate::clusters::launch;

const NODES: usize = 40;
/// By Slack's limits: blocks of a message, and characters of a section's text.
const BLOCKS_MAX: usize = 50;
const SECTION_CHARS_MAX: usize = 3_000;

/// Nothing of it is cut off, and Slack takes it.
fn fits(message: &Message) {
    let text = message.plain();
    assert!(message.blocks.len() <= BLOCKS_MAX, "{text}");
    for block in &message.blocks {
        let section = block["text"]["text"].as_str().unwrap_or_default();
        let chars = section.chars().count();
        assert!(chars <= SECTION_CHARS_MAX, "{chars} characters: {text}");
        assert!(!section.ends_with('…'), "it is cut off: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_machines_are_one_launch_and_one_message() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let wish = "40-node spark cluster with jupyter, 8gb, for 2 hours";
    let id = launch(&stack, "@infrared", wish).await?;
    let quote = said(&stack, "alice", "for all 40").await?;
    fits(&quote);
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    fits(&ready);

    let machines = billed(&stack).await?;
    assert_eq!(
        (machines.len(), stack.cloud.launched_count()),
        (NODES, NODES)
    );
    let calls = stack.cloud.calls();
    let launches = calls.iter().filter(|call| call.action == "RunInstances");
    assert_eq!(launches.count(), 1);
    let text = ready.plain();
    for machine in &machines {
        let address = machine.public_address.as_deref().ok_or("no address")?;
        assert!(text.contains(&format!("ssh ubuntu@{address}")), "{text}");
    }
    let reservation = stack.reservation(&id).await?;
    assert_eq!(reservation.workers(), 39);

    alice.clicks(&ready, "terminate").await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    nothing_is_left(&stack).await
}
