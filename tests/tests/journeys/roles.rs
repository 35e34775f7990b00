//! What the functions' roles are needed for, and whom they are trusted by.

use std::collections::BTreeSet;

use journeys::{Outcome, machine_for_alice, said, stack};

#[tokio::test(flavor = "multi_thread")]
async fn every_permission_that_a_journey_needs_is_granted_and_on_record() -> Outcome {
    let stack = stack().await?;
    let ready = machine_for_alice(&stack).await?;
    let alice = stack.slack.person("alice");
    alice.clicks(&ready, "terminate").await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;

    let needed = stack.permissions()?;
    let refused: Vec<_> = needed.iter().filter(|needed| !needed.allowed).collect();
    assert_eq!(refused, Vec::<&_>::new());
    let role = stack
        .role_of(&stack.outputs.provision_function_name)
        .await?;
    let role = role.rsplit('/').next().unwrap_or_default();
    let of_provision: BTreeSet<&str> = needed
        .iter()
        .filter(|needed| needed.who == role)
        .map(|needed| needed.action.as_str())
        .collect();
    for action in ["sts:AssumeRole", "ssm:GetParameter", "dynamodb:UpdateItem"] {
        assert!(of_provision.contains(action), "{action}: {of_provision:?}");
    }
    // What it costs money with is another role's.
    assert!(!of_provision.iter().any(|action| action.starts_with("ec2:")));
    let ended = needed
        .iter()
        .find(|needed| needed.action == "ec2:TerminateInstances");
    assert_ne!(ended.ok_or("nothing ended a machine")?.who, role);
    Ok(())
}
