//! The account that pays shuts us out while a machine of ours runs in it.

use domain::access::verification::AWS_ACTIONS;
use domain::forms::field;
use domain::time::HOUR_SECONDS;
use journeys::{Outcome, billed, machine_for_alice, nothing_is_left, said, stack};

use crate::keys::{give_keys, replace_key};

const ELSEWHERE: &str = "222233334444";

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_removed_for_want_of_a_key_is_told_and_goes_with_the_next_key() -> Outcome {
    let stack = stack().await?;
    let key = stack.accounts.user(ELSEWHERE, &AWS_ACTIONS).await?;
    give_keys(&stack, "carol", &key, Some(field::ORGANISATION)).await?;
    let ready = machine_for_alice(&stack).await?;

    stack.accounts.delete(&key).await?;
    let alice = stack.slack.person("alice");
    alice.clicks(&ready, "terminate").await?;
    stack.settle().await?;
    for person in ["alice", "carol"] {
        let news = said(&stack, person, "could not be removed").await?;
        assert!(
            news.plain().contains("may go on costing money"),
            "{}",
            news.plain()
        );
    }
    assert_eq!(billed(&stack).await?.len(), 1);

    stack.advance(HOUR_SECONDS + 1).await?;
    stack.tick().await?;
    stack.settle().await?;
    assert_eq!(billed(&stack).await?.len(), 1, "it is tried, in vain");

    let newer = stack.accounts.user(ELSEWHERE, &AWS_ACTIONS).await?;
    replace_key(&stack, &newer, "works").await?;
    // What the check has set in motion goes out with the next scan.
    stack.advance(60).await?;
    stack.tick().await?;
    stack.settle().await?;
    said(&stack, "alice", "has ended*").await?;
    nothing_is_left(&stack).await
}
