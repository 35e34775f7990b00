//! What nobody has a reservation for goes, what a reservation has lost is told, and executions that died are made up for.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::Credentials;
use clouds::ec2::Ec2;
use clouds::{Architecture, Cloud as _, FirewallSpec, LaunchSpec, Tags};
use domain::access::verification::AWS_ACTIONS;
use domain::forms::field;
use domain::offers::Market;
use domain::reservation::State;
use domain::workflow::Step;
use journeys::{Outcome, billed, handle, machine_for_alice, nothing_is_left, said, stack};
use local::progress::Quiet;
use local::slack::{Message, TEAM_ID};
use local::stack::{Stack, StackOptions};
use local::steps::{Effect, Mishap};

use crate::keys::give_keys;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const REGION: &str = "us-east-1";
/// Half a minute of looks that are fifty milliseconds apart.
const LOOKS_MAX: usize = 600;

/// Runs a sweep as the schedule does, to its end.
async fn sweep(stack: &Stack) -> Outcome {
    begin(stack).await?;
    stack.settle().await?;
    Ok(())
}

/// The same where it sets workflows in motion, which go out with the next scan.
async fn sweep_and_scan(stack: &Stack) -> Outcome {
    begin(stack).await?;
    let mut looks = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        if stack.running_executions().await?.is_empty() {
            break;
        }
    }
    stack.advance(MINUTE).await?;
    stack.tick().await?;
    stack.settle().await?;
    Ok(())
}

async fn begin(stack: &Stack) -> Outcome {
    let call = stack.sfn.start_execution();
    let call = call.state_machine_arn(&stack.outputs.sweep_arn);
    call.input(r#"{"sweep_id":"hourly"}"#).send().await?;
    Ok(())
}

/// The organisation's account as its root sees it, past the product.
async fn account(stack: &Stack) -> Result<Ec2, Box<dyn std::error::Error>> {
    account_in(stack, REGION, "test", "test").await
}

/// The account that a key opens, in a region.
async fn account_in(
    stack: &Stack,
    region: &'static str,
    key_id: &str,
    secret: &str,
) -> Result<Ec2, Box<dyn std::error::Error>> {
    let environment = stack
        .environment(&stack.outputs.provision_function_name)
        .await?;
    let at = async |endpoint: &str, key_id: &str, secret: &str| -> SdkConfig {
        aws_config::defaults(BehaviorVersion::v2026_01_12())
            .endpoint_url(endpoint)
            .region(Region::new(region))
            .credentials_provider(Credentials::new(key_id, secret, None, None, "a test"))
            .load()
            .await
    };
    let emulator = environment.get("AWS_ENDPOINT_URL").ok_or("no emulator")?;
    let cloud = at(stack.cloud.url(), key_id, secret).await;
    let own = at(emulator, "test", "test").await;
    Ok(Ec2::with_configs(&cloud, &own, region, "infrared"))
}

/// A machine in the organisation's account that nobody has a reservation for, with its firewall.
async fn stray(stack: &Stack, owner: &str) -> Result<String, Box<dyn std::error::Error>> {
    stray_in(&account(stack).await?, owner).await
}

/// The same in that account: tagged as ours, for that owner.
async fn stray_in(ec2: &Ec2, owner: &str) -> Result<String, Box<dyn std::error::Error>> {
    let subnet = ec2.subnets(&[]).await?.into_iter().next();
    let subnet = subnet.ok_or("no subnet")?;
    let tags = Tags {
        reservation_id: "01JD2K4Z9QAAAAAAAAAAAAAAAA".to_owned(),
        handle: "r-7k2mq".to_owned(),
        owner: owner.to_owned(),
        team: TEAM_ID.to_owned(),
        deadline_epoch_seconds: 1_764_000_000,
    };
    let firewall = FirewallSpec {
        network: subnet.network,
        access_cidrs: vec!["192.0.2.0/24".to_owned()],
        ports: vec![22],
        is_open_within: false,
        tags: tags.clone(),
    };
    let spec = LaunchSpec {
        client_token: "stray".to_owned(),
        count: 1,
        market: Market::OnDemand,
        image: ec2.image("ubuntu", None, Architecture::X86_64).await?,
        instance_type: "t3a.large".to_owned(),
        subnet: subnet.id,
        firewall: ec2.ensure_firewall(&firewall).await?,
        user_data: b"#cloud-config\n{}\n".to_vec(),
        root_gib: 20,
        tags,
    };
    let machines = ec2.launch(&spec).await?;
    Ok(machines.into_iter().next().ok_or("no machine")?.id.0)
}

fn terminations(stack: &Stack) -> usize {
    let calls = stack.cloud.calls();
    let ends = calls
        .iter()
        .filter(|call| call.action == "TerminateInstances");
    ends.count()
}

/// Messages that hold these words, to whomever.
fn messages(stack: &Stack, words: &str) -> Vec<Message> {
    let mut messages = stack.slack.messages();
    messages.retain(|message| message.plain().contains(words));
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_a_reservation_is_told_of_left_for_an_hour_and_ended_once() -> Outcome {
    let stack = stack().await?;
    let id = stray(&stack, &stack.slack.person("alice").id).await?;
    sweep(&stack).await?;
    let notice = said(&stack, "alice", "There is a machine without a reservation").await?;
    assert!(
        notice.plain().contains(&id) && notice.plain().contains("save it before"),
        "{}",
        notice.plain()
    );
    stack.advance(59 * MINUTE).await?;
    sweep(&stack).await?;
    assert_eq!((billed(&stack).await?.len(), terminations(&stack)), (1, 0));

    stack.advance(2 * MINUTE).await?;
    sweep(&stack).await?;
    assert_eq!((billed(&stack).await?.len(), terminations(&stack)), (0, 1));
    stack.advance(HOUR).await?;
    sweep(&stack).await?;
    said(&stack, "alice", "without a reservation is gone").await?;
    // The firewall had to wait for the machine, and has its own grace.
    assert_eq!(stack.cloud.firewalls().await?.len(), 1);
    stack.advance(HOUR).await?;
    sweep(&stack).await?;
    nothing_is_left(&stack).await?;

    stack.advance(HOUR).await?;
    sweep(&stack).await?;
    assert_eq!(terminations(&stack), 1);
    assert_eq!(messages(&stack, "machine without a reservation").len(), 2);
    let refused = stack
        .permissions()?
        .into_iter()
        .filter(|needed| !needed.allowed);
    assert_eq!(refused.count(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sweeps_at_once_tell_once_and_whom_nobody_knows_admins_hear_of() -> Outcome {
    let stack = stack().await?;
    stray(&stack, "nobody").await?;
    for seconds in [0, HOUR, HOUR] {
        stack.advance(seconds).await?;
        let (one, other) = tokio::join!(begin(&stack), begin(&stack));
        one.and(other)?;
        stack.settle().await?;
    }
    said(&stack, "carol", "There is a machine without a reservation").await?;
    said(&stack, "carol", "without a reservation is gone").await?;
    assert_eq!(messages(&stack, "machine without a reservation").len(), 2);
    assert_eq!(billed(&stack).await?.len(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_whose_machine_vanished_is_lost_and_its_owner_reads_why() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let ready = machine_for_alice(&stack).await?;
    sweep(&stack).await?;
    assert_eq!(billed(&stack).await?.len(), 1, "it is somebody's");

    let id = billed(&stack).await?[0].id.clone();
    stack.cloud.vanish(&id).await?;
    // A machine that was just launched may not be shown yet.
    sweep_and_scan(&stack).await?;
    let shown = stack.slack.message(&ready.channel, &ready.ts);
    assert!(shown.ok_or("no message")?.plain().contains("is ready"));

    stack.advance(20 * MINUTE).await?;
    sweep_and_scan(&stack).await?;
    let last = said(&stack, "alice", "is lost*").await?;
    assert!(
        last.plain().contains("I did not end it") && last.plain().contains("cost about"),
        "{}",
        last.plain()
    );
    nothing_is_left(&stack).await?;
    let another = last.buttons();
    alice
        .presses(&last, another.first().ok_or("no button")?)
        .await?;
    said(&stack, "alice", "per hour, ").await?;

    sweep_and_scan(&stack).await?;
    assert_eq!(messages(&stack, "I did not end it").len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_three_that_vanished_is_told_once_and_the_others_go_on() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says(
        "@infrared",
        "spin up 3 ubuntu boxes with 8gb each for 4 hours",
    )?;
    let quote = said(&stack, "alice", "per hour for all 3").await?;
    alice.clicks(&quote, "quote_launch").await?;
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    let id = billed(&stack).await?[0].id.clone();
    stack.cloud.vanish(&id).await?;
    stack.advance(20 * MINUTE).await?;
    sweep(&stack).await?;
    let told = said(&stack, "alice", "1 of the 3 machines of").await?;
    assert!(
        told.plain().contains(&handle(&ready)) && told.plain().contains("The others go on"),
        "{}",
        told.plain()
    );
    sweep(&stack).await?;
    assert_eq!(messages(&stack, "of the 3 machines of").len(), 1);
    assert_eq!((billed(&stack).await?.len(), terminations(&stack)), (2, 0));
    stack.advance(5 * HOUR).await?;
    stack.tick().await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_was_switched_in_the_clouds_console_is_noted() -> Outcome {
    let stack = stack().await?;
    let ready = machine_for_alice(&stack).await?;
    let handle = handle(&ready);
    let id = clouds::MachineId(billed(&stack).await?[0].id.clone());
    let ids = std::slice::from_ref(&id);
    let console = account(&stack).await?;
    console.stop(ids).await?;
    sweep(&stack).await?;
    let stopped = said(&stack, "alice", &format!("{handle} is stopped*")).await?;
    assert!(
        stopped.plain().contains("in the cloud’s own console"),
        "{}",
        stopped.plain()
    );
    console.start(ids).await?;
    sweep(&stack).await?;
    let again = said(&stack, "alice", &format!("{handle} runs again*")).await?;
    assert!(again.plain().contains("ssh ubuntu@"), "{}", again.plain());
    let alice = stack.slack.person("alice");
    alice.clicks(&again, "terminate").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_account_that_does_not_let_us_in_nothing_is_concluded() -> Outcome {
    let stack = stack().await?;
    let key = stack.accounts.user("222233334444", &AWS_ACTIONS).await?;
    give_keys(&stack, "carol", &key, Some(field::ORGANISATION)).await?;
    said(&stack, "carol", "works").await?;
    let ready = machine_for_alice(&stack).await?;
    stack.cloud.vanish(&billed(&stack).await?[0].id).await?;
    stack.accounts.deactivate(&key).await?;
    for _ in 0..2 {
        stack.advance(HOUR).await?;
        sweep_and_scan(&stack).await?;
    }
    let shown = stack.slack.message(&ready.channel, &ready.ts);
    assert!(shown.ok_or("no message")?.plain().contains("is ready"));
    said(&stack, "carol", "is not usable").await?;
    assert_eq!(messages(&stack, "is not usable").len(), 1, "told once");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_somebodys_is_looked_through_in_all_regions_that_it_opens() -> Outcome {
    const ELSEWHERE: &str = "eu-west-1";
    let options = StackOptions {
        more_regions: ELSEWHERE,
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &Quiet).await?;
    let at_home_only = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": AWS_ACTIONS, "Resource": "*" },
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": { "StringEquals": { "aws:RequestedRegion": ELSEWHERE } },
            },
        ],
    });
    let home = stack.accounts.user_with("222233334444", &at_home_only);
    give_keys(&stack, "carol", &home.await?, Some(field::ORGANISATION)).await?;
    said(&stack, "carol", "works").await?;
    let carol = stack.slack.person("carol");
    carol.runs("@infrared", "/infrared", "sweep").await?;
    stack.settle().await?;
    // The organisation's own account in both regions, and hers at home.
    let over = said(&stack, "carol", "I looked through 3").await?;
    assert!(
        over.plain().contains("Everything is as it should be"),
        "a region that was never opened is no news: {}",
        over.plain()
    );

    let key = stack.accounts.user("333344445555", &AWS_ACTIONS).await?;
    give_keys(&stack, "bob", &key, None).await?;
    said(&stack, "bob", "works").await?;
    let ec2 = account_in(
        &stack,
        ELSEWHERE,
        &key.access_key_id,
        &key.secret_access_key,
    )
    .await?;
    let id = stray_in(&ec2, &stack.slack.person("alice").id).await?;
    sweep(&stack).await?;
    let notice = said(&stack, "alice", "There is a machine without a reservation").await?;
    assert!(notice.plain().contains(&id), "{}", notice.plain());
    assert_eq!(
        messages(&stack, "works.").len(),
        2,
        "nothing is checked anew"
    );
    for _ in 0..3 {
        stack.advance(HOUR).await?;
        sweep(&stack).await?;
    }
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_asks_for_a_sweep_and_is_answered_and_a_member_is_not() -> Outcome {
    let stack = stack().await?;
    let (alice, carol) = (stack.slack.person("alice"), stack.slack.person("carol"));
    let answer = alice.runs("@infrared", "/infrared", "sweep").await?;
    let refusal = answer.message.ok_or("no answer")?;
    assert!(
        refusal.plain().contains("Only admins can") && refusal.plain().contains("Ask @U0CAROL"),
        "{}",
        refusal.plain()
    );
    machine_for_alice(&stack).await?;
    let before = stack.slack.messages().len();
    let answer = carol.runs("@infrared", "/infrared", "sweep").await?;
    let begun = answer.message.ok_or("no answer")?;
    assert!(
        begun.plain().contains("in a direct message"),
        "{}",
        begun.plain()
    );
    stack.settle().await?;
    let over = said(&stack, "carol", "I looked through 1 account").await?;
    assert!(
        over.plain().contains("with 1 machine of mine")
            && over.plain().contains("Everything is as it should be"),
        "{}",
        over.plain()
    );
    let told = stack.slack.messages().len() - before;
    assert_eq!(told, 2, "nobody else is bothered");
    let answer = carol.runs("@infrared", "/infrared", "audit").await?;
    let log = answer.message.ok_or("no answer")?;
    assert!(
        log.plain().contains("looked through the cloud accounts"),
        "{}",
        log.plain()
    );

    // An account that fails is said to, and the others are looked at all the same.
    stack
        .cloud
        .inject(local::cloud::Fault::denied("DescribeInstances"));
    carol.runs("@infrared", "/infrared", "sweep").await?;
    stack.settle().await?;
    let over = said(&stack, "carol", "I could not look into").await?;
    assert!(
        over.plain().contains("the organisation’s account"),
        "{}",
        over.plain()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_that_died_is_made_up_for_at_once() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    alice.says("@infrared", "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = said(&stack, "alice", "per hour, ").await?;
    let value = quote
        .buttons()
        .first()
        .and_then(|button| button.value.clone());
    let id = value.ok_or("no button")?;
    stack
        .steps
        .inject(Mishap::always(Step::ConfirmRunning, &id, Effect::Hold));
    alice.clicks(&quote, "quote_launch").await?;
    stack.steps.held().await;
    assert_eq!(billed(&stack).await?.len(), 1);
    // Whoever stops it by hand stops its undo as well.
    let executions = stack.sfn.list_executions();
    let executions = executions.state_machine_arn(&stack.outputs.provision_vm_arn);
    let listed = executions.send().await?;
    let running = listed.executions.first().ok_or("no execution")?;
    let arn = &running.execution_arn;
    stack.sfn.stop_execution().execution_arn(arn).send().await?;
    stack.steps.heal();
    let mut looks = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        if stack.reservation(&id).await?.state == State::Failed {
            break;
        }
    }
    stack.settle().await?;
    said(&stack, "alice", "could not be launched*").await?;
    nothing_is_left(&stack).await
}
