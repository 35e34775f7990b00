//! Who may do what: an owner, a colleague, an admin, a guest and a stranger, on every path.

use journeys::{Outcome, billed, handle, machine_for_alice, nothing_is_left, said, stack};
use local::slack::Outcome as Submitted;
use local::stack::Stack;

const BOBS_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC1vQGJz5xk7wQm0m0ztO4fSm8m0y8a3QmUu4xk1mBob";

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_let_in_to_use_then_to_manage_and_shut_out_again() -> Outcome {
    let stack = stack().await?;
    let (alice, bob) = (stack.slack.person("alice"), stack.slack.person("bob"));
    let ready = machine_for_alice(&stack).await?;
    let handle = handle(&ready);
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    bob.says("@infrared", &format!("here is my ssh key: {BOBS_KEY} bob"))?;
    said(&stack, "bob", "ssh key").await?;
    bob.says("@infrared", &format!("show {handle}"))?;
    said(&stack, "bob", "belongs to <@U0ALICE>").await?;

    alice.says("@infrared", &format!("share {handle} with <@{}>", bob.id))?;
    let shared = said(&stack, "alice", "can now see").await?;
    let invitation = said(&stack, "bob", "shares").await?;
    assert!(
        invitation.plain().contains("ssh ubuntu@"),
        "{}",
        invitation.plain()
    );
    stack.machines.beat(&instance.id).await?;
    let keys = stack.machines.authorized_keys(&instance.id, "ubuntu").await;
    assert!(keys.is_some_and(|keys| keys.contains(BOBS_KEY)));

    bob.says("@infrared", "show my machines")?;
    let list = said(&stack, "bob", "You have no machine").await?;
    assert!(list.plain().contains("Shared with you"), "{}", list.plain());
    bob.clicks(&list, "show").await?;
    let details = said(&stack, "bob", "running").await?;
    let buttons = details.buttons();
    assert!(
        buttons
            .iter()
            .all(|button| button.action_id == "machine_why"),
        "who only uses it may look, and no more: {buttons:?}",
    );
    for refused in ["extend", "terminate"] {
        let tail = if refused == "extend" {
            " by 2 hours"
        } else {
            ""
        };
        bob.says("@infrared", &format!("{refused} {handle}{tail}"))?;
        said(&stack, "bob", "belongs to <@U0ALICE>").await?;
    }

    alice.clicks(&shared, "share_to_manage").await?;
    said(&stack, "bob", "and give it up").await?;
    bob.says("@infrared", &format!("extend {handle} by 2 hours"))?;
    said(&stack, "bob", "belongs to <@U0ALICE>").await?;

    alice.says("@infrared", &format!("unshare {handle} with <@{}>", bob.id))?;
    said(&stack, "bob", "no longer shares").await?;
    stack.machines.beat(&instance.id).await?;
    let keys = stack.machines.authorized_keys(&instance.id, "ubuntu").await;
    assert!(keys.is_some_and(|keys| !keys.contains(BOBS_KEY)));
    bob.says("@infrared", &format!("terminate {handle}"))?;
    said(&stack, "bob", "belongs to <@U0ALICE>").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_a_shared_machine_and_an_admin_may_give_it_up() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    for (who, shared) in [("bob", true), ("carol", false)] {
        let other = stack.slack.person(who);
        let handle = handle(&machine_for_alice(&stack).await?);
        if shared {
            alice.says("@infrared", &format!("share {handle} with <@{}>", other.id))?;
            let answer = said(&stack, "alice", "can now see").await?;
            alice.clicks(&answer, "share_to_manage").await?;
            said(&stack, who, "and give it up").await?;
        }
        other.says("@infrared", &format!("terminate {handle}"))?;
        let question = said(&stack, who, &format!("Terminate *{handle}*?")).await?;
        assert!(
            question.plain().contains("alice") || question.plain().contains("U0ALICE"),
            "whose machine it is is said: {}",
            question.plain()
        );
        other.clicks(&question, "terminate_yes").await?;
        stack.settle().await?;
        said(&stack, "alice", "has ended").await?;
        nothing_is_left(&stack).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_button_of_somebody_who_has_left_does_nothing() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = stack.slack.next_message_to("alice").await?;
    stack.settle().await?;
    stack
        .slack
        .change_person("alice", |account| account.deleted = true);
    stack.advance(2 * 60).await?;
    alice.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    assert_eq!(stack.cloud.launched_count(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_and_strangers_are_refused_kindly_and_told_who_can_help() -> Outcome {
    let stack = stack().await?;
    for guest in ["gina", "otto"] {
        stack
            .slack
            .person(guest)
            .says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
        let refusal = said(&stack, guest, "Guests cannot hire machines").await?;
        assert!(refusal.plain().contains("U0CAROL"), "{}", refusal.plain());
    }
    let zoe = stack.slack.person("zoe");
    zoe.says("#partner", "@infrared spin up an ubuntu vm with 8gb")?;
    let refusal = said(&stack, "zoe", "I work for the members").await?;
    assert!(refusal.is_ephemeral(), "a stranger is told privately");
    assert_eq!(stack.cloud.launched_count(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sets_the_policy_which_binds_everybody_and_the_log_tells_of_it() -> Outcome {
    let stack = stack().await?;
    let (alice, carol) = (stack.slack.person("alice"), stack.slack.person("carol"));
    alice.says("@infrared", "policy")?;
    let shown = said(&stack, "alice", "The policy of this workspace").await?;
    assert!(shown.buttons().is_empty(), "{}", shown.plain());
    let refused = alice.runs("@infrared", "/infrared", "audit").await?;
    let refusal = refused.message.ok_or("no answer")?;
    assert!(refusal.plain().contains("U0CAROL"), "{}", refusal.plain());

    let ready = machine_for_alice(&stack).await?;
    set_policy(
        &stack,
        &[("duration", "5h"), ("machines", "1"), ("guests", "allowed")],
    )
    .await?;
    alice.says("@infrared", "spin up a debian vm with 4gb for 2 hours")?;
    let against = said(&stack, "alice", "1 machine at a time").await?;
    assert!(against.plain().contains("U0CAROL"), "{}", against.plain());
    alice.clicks(&ready, "extend_4h").await?;
    said(&stack, "alice", "The longest here is 5 h").await?;

    // Guests are let in by the policy, and bound by it as well.
    let gina = stack.slack.person("gina");
    gina.says("@infrared", "spin up an ubuntu vm with 8gb for 9 hours")?;
    said(&stack, "gina", "The longest here is 5 h").await?;
    gina.says("@infrared", "4 hours")?;
    let quote = said(&stack, "gina", "Ubuntu 24.04 for 4 h").await?;
    assert!(quote.button("quote_launch").is_some(), "{}", quote.plain());
    gina.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    said(&stack, "gina", "is ready*").await?;

    let log = carol.runs("@infrared", "/infrared", "audit").await?;
    let log = log.message.ok_or("no answer")?.plain();
    for words in [
        "launched",
        "changed the policy",
        "extend",
        "U0GINA",
        "U0ALICE",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_are_named_in_slack_and_take_over() -> Outcome {
    let stack = stack().await?;
    let (bob, carol) = (stack.slack.person("bob"), stack.slack.person("carol"));
    let answer = carol.runs("@infrared", "/infrared", "admins").await?;
    let list = answer.message.ok_or("no answer")?;
    carol.clicks(&list, "form_open").await?;
    let form = carol.view().ok_or("no form")?;
    carol
        .submits(&form, &[("admins", "admins", bob.id.as_str())])
        .await?;
    stack.settle().await?;
    let refused = carol.runs("@infrared", "/infrared", "audit").await?;
    let refused = refused.message.ok_or("no answer")?;
    assert!(refused.plain().contains("U0BOB"), "{}", refused.plain());
    let log = bob.runs("@infrared", "/infrared", "audit").await?;
    let log = log.message.ok_or("no answer")?.plain();
    assert!(log.contains("changed the admins"), "{log}");
    Ok(())
}

/// Carol changes these fields of the policy.
async fn set_policy(stack: &Stack, fields: &[(&str, &str)]) -> Outcome {
    let carol = stack.slack.person("carol");
    let answer = carol.runs("@infrared", "/infrared", "policy").await?;
    let shown = answer.message.ok_or("no answer")?;
    carol.clicks(&shown, "form_open").await?;
    let form = carol.view().ok_or("no form")?;
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, *name, *value))
        .collect();
    let sent = carol.submits(&form, &fields).await?;
    if sent.outcome != Submitted::Closed {
        return Err(format!("{:?}", sent.outcome).into());
    }
    stack.settle().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_launches_at_once_only_one_is_within_the_policy() -> Outcome {
    let stack = stack().await?;
    set_policy(&stack, &[("machines", "1")]).await?;
    let alice = stack.slack.person("alice");
    let mut quotes = Vec::new();
    for place in ["@infrared", "#general"] {
        let mention = if place == "#general" {
            "@infrared "
        } else {
            ""
        };
        alice.says(
            place,
            &format!("{mention}spin up an ubuntu vm with 8gb for 4 hours"),
        )?;
        quotes.push(match place {
            "#general" => stack.slack.next_message_in("#general").await?,
            _ => said(&stack, "alice", "per hour, ").await?,
        });
    }
    let [first, second] = &quotes[..] else {
        return Err("not two quotes".into());
    };
    let clicks = tokio::join!(
        alice.clicks(first, "quote_launch"),
        alice.clicks(second, "quote_launch")
    );
    clicks.0?;
    clicks.1?;
    stack.settle().await?;
    assert_eq!(stack.cloud.launched_count(), 1);
    Ok(())
}
