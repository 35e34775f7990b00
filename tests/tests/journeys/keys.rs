//! Whose account pays: keys, roles and tokens, from the form to the machine and back.

use domain::access::verification::{AWS_ACTIONS, aws_policy};
use domain::forms::field;
use domain::messages::action;
use domain::workflow::Step;
use journeys::{Outcome, billed, machine_for_alice, nothing_is_left, said, stack};
use local::accounts::{ExternalId, UserKey};
use local::digitalocean::Account;
use local::slack::{Outcome as Submitted, View};
use local::stack::Stack;
use local::steps::{Effect, Mishap};

const ELSEWHERE: &str = "222233334444";

/// The form behind a button of the list.
async fn form(
    stack: &Stack,
    person: &str,
    label: &str,
) -> Result<View, Box<dyn std::error::Error>> {
    let person = stack.slack.person(person);
    let answer = person.runs("@infrared", "/infrared", "keys").await?;
    let list = answer.message.ok_or("no answer")?;
    let buttons = list.buttons();
    let button = buttons.iter().find(|button| button.label == label);
    person
        .presses(&list, button.ok_or("no such button")?)
        .await?;
    person.view().ok_or_else(|| "no form was opened".into())
}

/// Sends it, each field by its name.
async fn send(stack: &Stack, person: &str, view: &View, fields: &[(&str, &str)]) -> Outcome {
    submit(stack, person, view, fields).await?;
    stack.settle().await?;
    Ok(())
}

/// The same without waiting for what comes of it.
async fn submit(stack: &Stack, person: &str, view: &View, fields: &[(&str, &str)]) -> Outcome {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, *name, *value))
        .collect();
    let sent = stack.slack.person(person).submits(view, &fields).await?;
    if sent.outcome != Submitted::Closed {
        return Err(format!("{:?}", sent.outcome).into());
    }
    Ok(())
}

pub(crate) async fn give_keys(
    stack: &Stack,
    person: &str,
    key: &UserKey,
    scope: Option<&str>,
) -> Outcome {
    let view = form(stack, person, "AWS keys").await?;
    let mut fields = vec![
        (field::LABEL, "Research"),
        (field::ACCESS_KEY_ID, key.access_key_id.as_str()),
        (field::SECRET_ACCESS_KEY, &key.secret_access_key),
    ];
    fields.extend(scope.map(|scope| (field::SCOPE, scope)));
    send(stack, person, &view, &fields).await
}

/// Carol puts another key into the place of the one that there is, and is told so.
pub(crate) async fn replace_key(stack: &Stack, with: &UserKey, words: &str) -> Outcome {
    let view = form(stack, "carol", "Replace").await?;
    let fields = [
        (field::ACCESS_KEY_ID, with.access_key_id.as_str()),
        (field::SECRET_ACCESS_KEY, &with.secret_access_key),
    ];
    submit(stack, "carol", &view, &fields).await?;
    said(stack, "carol", words).await?;
    Ok(())
}

fn least(stack: &Stack) -> Result<serde_json::Value, serde_json::Error> {
    let name = stack
        .outputs
        .provision_function_name
        .trim_end_matches("-provision");
    serde_json::from_str(&aws_policy(name))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organisations_key_pays_and_goes_with_its_last_machine() -> Outcome {
    let stack = stack().await?;
    let key = stack.accounts.user_with(ELSEWHERE, &least(&stack)?).await?;
    give_keys(&stack, "carol", &key, Some(field::ORGANISATION)).await?;
    let news = said(&stack, "carol", "works").await?;
    assert!(news.plain().contains(ELSEWHERE), "{}", news.plain());
    nothing_is_left(&stack).await?;

    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = stack.slack.next_message_to("alice").await?;
    assert!(
        quote
            .plain()
            .contains("Paid by the organisation (“Research”)"),
        "{}",
        quote.plain()
    );
    alice.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    said(&stack, "alice", "is ready*").await?;
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(instance.account, ELSEWHERE);

    let carol = stack.slack.person("carol");
    let answer = carol
        .runs("@infrared", "/infrared", "keys delete aws")
        .await?;
    let question = answer.message.ok_or("no answer")?;
    assert!(
        question.plain().contains("1 machine runs on it"),
        "{}",
        question.plain()
    );
    carol.clicks(&question, "key_end_all").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await?;
    let answer = carol.runs("@infrared", "/infrared", "keys").await?;
    let list = answer.message.ok_or("no answer")?;
    assert!(
        list.plain().contains("I keep no cloud keys"),
        "{}",
        list.plain()
    );

    let log = stack.log().await?;
    assert!(!log.contains(&key.secret_access_key), "a secret in a log");
    let refused: Vec<_> = stack
        .permissions()?
        .into_iter()
        .filter(|needed| !needed.allowed)
        .collect();
    assert!(
        refused
            .iter()
            .all(|needed| needed.action.starts_with("ec2:") || needed.action == "sts:AssumeRole"),
        "{refused:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_key_lacks_is_named_and_a_wrong_one_refused() -> Outcome {
    let stack = stack().await?;
    for lacking in AWS_ACTIONS {
        let actions: Vec<&str> = AWS_ACTIONS
            .into_iter()
            .filter(|action| *action != lacking)
            .collect();
        let key = stack.accounts.user(ELSEWHERE, &actions).await?;
        give_keys(&stack, "alice", &key, None).await?;
        let news = said(&stack, "alice", "is not usable yet").await?;
        assert!(
            news.plain().contains(lacking),
            "{lacking}: {}",
            news.plain()
        );
    }
    let key = stack.accounts.user(ELSEWHERE, &AWS_ACTIONS).await?;
    let wrong = UserKey {
        secret_access_key: "x".repeat(40),
        ..key.clone()
    };
    give_keys(&stack, "alice", &wrong, None).await?;
    let news = said(&stack, "alice", "is not usable yet").await?;
    assert!(
        news.plain().contains("does not accept it"),
        "{}",
        news.plain()
    );
    stack
        .slack
        .person("alice")
        .clicks(&news, "key_list")
        .await?;
    said(&stack, "alice", "You have given access to").await?;
    give_keys(&stack, "alice", &key, None).await?;
    said(&stack, "alice", "works").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_taken_only_if_it_is_closed_to_others() -> Outcome {
    let stack = stack().await?;
    let trusted = stack
        .role_of(&stack.outputs.provision_function_name)
        .await?;
    for (is_closed, words) in [(true, "works"), (false, "anybody could have me use it")] {
        let view = form(&stack, "alice", "AWS role instead").await?;
        let memory: serde_json::Value = serde_json::from_str(view.private_metadata())?;
        let id = memory["credential_id"].as_str().unwrap_or_default();
        let external_id = domain::access::credential::external_id(id);
        assert!(
            view.plain().contains(&external_id) && view.plain().contains(&trusted),
            "{}",
            view.plain()
        );
        let trust = if is_closed {
            ExternalId::Required(&external_id)
        } else {
            ExternalId::Ignored
        };
        let role = stack
            .accounts
            .role(ELSEWHERE, &trusted, trust, &AWS_ACTIONS)
            .await?;
        send(&stack, "alice", &view, &[(field::ROLE_ARN, &role)]).await?;
        said(&stack, "alice", words).await?;
    }
    let view = form(&stack, "alice", "AWS role instead").await?;
    let fields = [(field::ROLE_ARN, field::ROLE_ARN, trusted.as_str())];
    let sent = stack.slack.person("alice").submits(&view, &fields).await?;
    assert!(
        matches!(sent.outcome, Submitted::Errors(_)),
        "a role of our own account"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digitalocean_token_is_looked_at() -> Outcome {
    let stack = stack().await?;
    let token = format!("dop_v1_{}", "0123456789abcdef".repeat(4));
    stack
        .digitalocean
        .add_token(&token, Account::active("alice@example.com", "uuid-1"));
    for words in ["works", "does not accept it"] {
        let view = form(&stack, "alice", "DigitalOcean token").await?;
        send(&stack, "alice", &view, &[(field::TOKEN, &token)]).await?;
        said(&stack, "alice", words).await?;
        stack.digitalocean.revoke(&token);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_serves_once_it_is_seen_to_open_the_same_account() -> Outcome {
    let stack = stack().await?;
    let key = stack.accounts.user(ELSEWHERE, &AWS_ACTIONS).await?;
    give_keys(&stack, "carol", &key, Some(field::ORGANISATION)).await?;
    said(&stack, "carol", "works").await?;
    let ready = machine_for_alice(&stack).await?;
    let foreign = stack.accounts.user("333344445555", &AWS_ACTIONS).await?;
    replace_key(&stack, &foreign, "opens another account").await?;
    let newer = stack.accounts.user(ELSEWHERE, &AWS_ACTIONS).await?;
    replace_key(&stack, &newer, "works").await?;
    stack.accounts.delete(&key).await?;
    stack
        .slack
        .person("alice")
        .clicks(&ready, "terminate")
        .await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_organisation_pays_for_nobody_ones_own_key_does_and_waits_for_its_last_machine()
-> Outcome {
    let stack = stack().await?;
    let (alice, carol) = (stack.slack.person("alice"), stack.slack.person("carol"));
    let answer = carol.runs("@infrared", "/infrared", "policy").await?;
    carol
        .clicks(&answer.message.ok_or("no answer")?, "form_open")
        .await?;
    let view = carol.view().ok_or("no form")?;
    send(&stack, "carol", &view, &[("pays_for", "nobody")]).await?;

    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let refusal = stack.slack.next_message_to("alice").await?;
    let key = stack.accounts.user_with(ELSEWHERE, &least(&stack)?).await?;
    alice.clicks(&refusal, "form_open.aws_keys").await?;
    let view = alice.view().ok_or("no form was opened")?;
    let fields = [
        (field::LABEL, "Mine"),
        (field::ACCESS_KEY_ID, key.access_key_id.as_str()),
        (field::SECRET_ACCESS_KEY, &key.secret_access_key),
    ];
    send(&stack, "alice", &view, &fields).await?;
    said(&stack, "alice", "works").await?;
    let ready = machine_for_alice(&stack).await?;
    let [instance] = &billed(&stack).await?[..] else {
        return Err("not one machine".into());
    };
    assert_eq!(instance.account, ELSEWHERE);

    let answer = alice
        .runs("@infrared", "/infrared", "keys delete aws")
        .await?;
    alice
        .clicks(&answer.message.ok_or("no answer")?, "key_forget_later")
        .await?;
    stack.settle().await?;
    alice.clicks(&ready, "terminate").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await?;
    let answer = alice.runs("@infrared", "/infrared", "keys").await?;
    let list = answer.message.ok_or("no answer")?;
    assert!(
        list.plain().contains("I keep no cloud keys"),
        "{}",
        list.plain()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_dies_is_told_and_can_be_asked_for_again() -> Outcome {
    let stack = stack().await?;
    let key = stack.accounts.user_with(ELSEWHERE, &least(&stack)?).await?;
    let view = form(&stack, "bob", "AWS keys").await?;
    let memory: serde_json::Value = serde_json::from_str(view.private_metadata())?;
    let id = memory["credential_id"].as_str().ok_or("no id")?;
    for step in [Step::VerifyCredential, Step::RecordUnverified] {
        let effect = Effect::Fail("InvalidRequest");
        stack.steps.inject(Mishap::always(step, id, effect));
    }
    let fields = [
        (field::LABEL, "Research"),
        (field::ACCESS_KEY_ID, key.access_key_id.as_str()),
        (field::SECRET_ACCESS_KEY, &key.secret_access_key),
    ];
    submit(&stack, "bob", &view, &fields).await?;
    let news = said(&stack, "bob", "I could not find out").await?;
    stack.steps.heal();
    let bob = stack.slack.person("bob");
    bob.clicks(&news, action::KEY_CHECK).await?;
    said(&stack, "bob", "works").await?;
    Ok(())
}
