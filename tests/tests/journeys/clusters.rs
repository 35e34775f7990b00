//! Clusters: launched as one, mended once where workers fail, and theirs alone who may open the notebook.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use domain::beacon;
use domain::reservation::{Reservation, State};
use journeys::{Outcome, billed, nothing_is_left, said, stack};
use local::machines::Fate;
use local::progress::Quiet;
use local::slack::Message;
use local::stack::{Stack, StackOptions};

/// Looks at how far a launch is: 40 seconds.
const LOOKS_MAX: usize = 800;

/// Alice takes the quote for a cluster; its id.
pub(crate) async fn launch(
    stack: &Stack,
    place: &str,
    wish: &str,
) -> Result<String, Box<dyn Error>> {
    let alice = stack.slack.person("alice");
    let newest = stack.slack.messages().len();
    alice.says(place, wish)?;
    let quote = look(|| {
        let messages = stack.slack.messages();
        let mut new = messages.into_iter().skip(newest);
        new.find(|message| message.button("quote_launch").is_some())
    })
    .await?;
    let id = quote.button("quote_launch").and_then(|button| button.value);
    alice.clicks(&quote, "quote_launch").await?;
    Ok(id.ok_or("no id")?)
}

async fn look<T>(mut at: impl FnMut() -> Option<T>) -> Result<T, Box<dyn Error>> {
    let mut looks = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        if let Some(found) = at() {
            return Ok(found);
        }
    }
    Err("looked in vain".into())
}

pub(crate) fn wish(nodes: u32) -> String {
    format!("spin up a {nodes}-node spark cluster with jupyter, 4gb, for 2 hours")
}

/// The question whether it goes on.
async fn asked(stack: &Stack) -> Result<Message, Box<dyn Error>> {
    said(stack, "alice", "Shall the cluster go on").await
}

/// The steps that an execution came through, each with how often.
async fn entered(stack: &Stack, id: &str) -> Result<BTreeMap<String, usize>, Box<dyn Error>> {
    let executions = stack.sfn.list_executions();
    let executions = executions.state_machine_arn(&stack.outputs.provision_cluster_arn);
    let executions = executions.send().await?.executions;
    let execution = executions
        .iter()
        .find(|execution| execution.name.ends_with(id))
        .ok_or("no execution")?;
    let history = stack.sfn.get_execution_history();
    let history = history.execution_arn(&execution.execution_arn);
    let events = history.max_results(1000).send().await?.events;
    let mut steps = BTreeMap::new();
    for event in events {
        if let Some(entered) = event.state_entered_event_details {
            *steps.entry(entered.name).or_default() += 1;
        }
    }
    Ok(steps)
}

fn living(reservation: &Reservation) -> Vec<u32> {
    let numbered = reservation.numbered();
    let living = numbered.filter(|(_, node)| node.gone_epoch_seconds.is_none());
    living.map(|(number, _)| number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_launched_as_one_and_its_token_is_its_owners_alone() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let id = launch(&stack, "#general", &format!("@infrared {}", wish(3))).await?;
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    let reservation = stack.reservation(&id).await?;
    assert_eq!(reservation.state, State::Ready);
    let machines = billed(&stack).await?;
    assert_eq!((living(&reservation), machines.len()), (vec![1, 2, 3], 3));
    // As the template has it.
    let index = r#"\"package_index\":\"https://pypi.org/simple\""#;
    for machine in &machines {
        let told = machine.first_boot().ok_or("no user data")?;
        assert!(told.contains(index), "{told}");
    }

    let token = beacon::notebook_token(&stack.notebook_master, &id);
    let address = reservation.nodes[0]
        .public_address
        .as_deref()
        .ok_or("no address")?;
    let link = format!("https://{address}/lab?token={token}");
    assert!(
        ready.blocks[1].to_string().contains(&link),
        "{}",
        ready.plain()
    );

    alice.says(
        "#general",
        &format!("@infrared show {}", reservation.handle),
    )?;
    said_in(&stack, "#general", "its token is in my direct messages").await?;
    stack.settle().await?;
    let elsewhere = stack.slack.messages().into_iter();
    let elsewhere = elsewhere.filter(|message| message.channel != ready.channel);
    let elsewhere: Vec<String> = elsewhere
        .map(|message| format!("{:?}", message.blocks))
        .collect();
    let items = stack.dynamodb.scan().table_name(&stack.outputs.table_name);
    let items = items.send().await?.items;
    for (place, text) in [
        ("other messages", elsewhere.join("\n")),
        ("the table", format!("{items:?}")),
        ("the executions", stack.histories().await?),
        ("the logs", stack.log().await?),
    ] {
        assert!(!text.contains(&token), "the token is in {place}");
        let secret = &stack.notebook_master;
        assert!(!text.contains(secret), "the master is in {place}");
    }

    alice.clicks(&ready, "terminate").await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    nothing_is_left(&stack).await
}

async fn said_in(stack: &Stack, place: &str, words: &str) -> Outcome {
    let channel = stack.slack.channel_id(place).ok_or("no such place")?;
    look(|| {
        let messages = stack.slack.messages();
        let mut said = messages
            .into_iter()
            .filter(|message| message.channel == channel);
        said.find(|message| message.plain().contains(words))
    })
    .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_machines_take_as_many_transitions_as_two() -> Outcome {
    let stack = stack().await?;
    let mut taken = Vec::new();
    for nodes in [2, 10] {
        let id = launch(&stack, "@infrared", &wish(nodes)).await?;
        stack.settle().await?;
        let reservation = stack.reservation(&id).await?;
        assert_eq!(
            (reservation.state, reservation.nodes.len()),
            (State::Ready, nodes as usize)
        );
        taken.push(entered(&stack, &id).await?);
    }
    assert_eq!(taken[0], taken[1]);
    assert_eq!(taken[0].values().sum::<usize>(), 6, "{:?}", taken[0]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_fails_is_replaced() -> Outcome {
    let stack = stack().await?;
    stack.machines.doom(2, Fate::fails_at("spark"));
    let id = launch(&stack, "@infrared", &wish(3)).await?;
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    let reservation = stack.reservation(&id).await?;
    assert_eq!(living(&reservation), [1, 3, 4]);
    assert!(ready.plain().contains("4. "), "{}", ready.plain());
    assert!(!ready.plain().contains("2. "), "{}", ready.plain());
    assert_eq!(
        (billed(&stack).await?.len(), stack.cloud.launched_count()),
        (3, 4)
    );
    let steps = entered(&stack, &id).await?;
    assert_eq!((steps["ReplaceWorkers"], steps["AwaitReady"]), (1, 2));

    // What stands in is told apart by its number, and is one of the cluster.
    let stands_in = &reservation.nodes[3].machine_id;
    let memory = stack.machines.memory(stands_in).await?;
    assert_eq!(memory["node_id"], format!("{id}-4"));
    let hostname = stack.machines.hostname(stands_in).await;
    assert_eq!(hostname, Some(format!("{}-4", reservation.handle)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_fails_twice_is_done_without_if_its_owner_says_so() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    stack.machines.doom(2, Fate::fails_at("spark"));
    stack.machines.doom(4, Fate::fails_at("spark"));
    let id = launch(&stack, "@infrared", &wish(3)).await?;
    let question = asked(&stack).await?;
    assert_eq!(stack.reservation(&id).await?.state, State::Provisioning);

    // Nobody else's to say.
    let bob = stack.slack.person("bob");
    bob.clicks(&question, "go_on").await.ok();
    assert!(stack.reservation(&id).await?.open_question().is_some());

    alice.clicks(&question, "go_on").await?;
    alice.clicks(&question, "go_on").await?;
    stack.settle().await?;
    said(&stack, "alice", "is ready*").await?;
    let reservation = stack.reservation(&id).await?;
    assert_eq!(
        (living(&reservation), reservation.workers()),
        (vec![1, 3], 1)
    );
    assert_eq!(billed(&stack).await?.len(), 2);
    let steps = entered(&stack, &id).await?;
    assert_eq!((steps["AskOwner"], steps["ShrinkCluster"]), (1, 1));

    alice.clicks(&question, "go_on").await?;
    alice.says("@infrared", &format!("terminate {}", reservation.handle))?;
    let sure = said(&stack, "alice", "Terminate ").await?;
    alice.clicks(&sure, "terminate_yes").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_not_to_go_on_is_undone() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    stack.machines.doom(2, Fate::fails_at("spark"));
    stack.machines.doom(4, Fate::fails_at("spark"));
    let id = launch(&stack, "@infrared", &wish(3)).await?;
    let question = asked(&stack).await?;
    alice.clicks(&question, "terminate").await?;
    stack.settle().await?;
    assert_eq!(stack.reservation(&id).await?.state, State::Terminated);
    alice.clicks(&question, "go_on").await?;
    said(&stack, "alice", "is over already").await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_workers_and_a_silent_owner_end_in_an_undo() -> Outcome {
    let options = StackOptions {
        ready_timeout_seconds: 8,
        answer_timeout_seconds: 2,
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &Quiet).await?;
    stack.machines.doom(2, Fate::Silent);
    stack.machines.doom(4, Fate::Silent);
    let id = launch(&stack, "@infrared", &wish(3)).await?;
    asked(&stack).await?;
    stack.advance(2).await?;
    stack.settle().await?;
    assert_eq!(stack.reservation(&id).await?.state, State::Failed);
    said(&stack, "alice", "nobody said by").await?;
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_whose_master_fails_is_undone() -> Outcome {
    let stack = stack().await?;
    stack.machines.doom(1, Fate::fails_at("spark"));
    let id = launch(&stack, "@infrared", &wish(3)).await?;
    stack.settle().await?;
    let reservation = stack.reservation(&id).await?;
    assert_eq!(reservation.state, State::Failed);
    let failure = reservation.setup_failure.ok_or("it says why")?;
    assert_eq!(failure.step, "spark");
    said(&stack, "alice", "could not be launched*").await?;
    assert_eq!(stack.cloud.launched_count(), 3);
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_cancelled_while_it_sets_itself_up() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    stack.machines.hold_ready();
    launch(&stack, "@infrared", &wish(3)).await?;
    let progress = said(&stack, "alice", "is on its way").await?;
    stack
        .slack
        .wait_for(&progress.channel, &progress.ts, |message| {
            message.plain().contains("call home …")
        })
        .await?;
    alice.clicks(&progress, "terminate").await?;
    stack.settle().await?;
    said(&stack, "alice", "as you asked").await?;
    nothing_is_left(&stack).await
}
