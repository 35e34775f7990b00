//! Several machines in one reservation: launched together, acted on as a whole.

use std::collections::BTreeSet;
use std::error::Error;

use domain::beacon::{self, Action};
use domain::reservation::State;
use journeys::{Outcome, billed, handle, nothing_is_left, said, stack};
use local::cloud::{Fault, Instance, InstanceState};
use local::slack::Message;
use local::stack::Stack;
use reqwest::Client;
use serde_json::{Value, json};

const MINUTE: i64 = 60;
/// Reports of a machine before somebody waits for it: 20 seconds, far more than the workflow takes to get there.
const REPORTS_MAX: usize = 100;
const WISH: &str = "spin up 3 ubuntu boxes with 8gb each for 4 hours";

/// Alice takes a quote for three machines; what comes of it is for the caller to see.
async fn launch(stack: &Stack) -> Result<Message, Box<dyn Error>> {
    let alice = stack.slack.person("alice");
    alice.says("@infrared", WISH)?;
    let quote = said(stack, "alice", "per hour for all 3").await?;
    alice.clicks(&quote, "quote_launch").await?;
    Ok(quote)
}

/// Alice has three machines: the message that says so.
async fn three_for_alice(stack: &Stack) -> Result<Message, Box<dyn Error>> {
    launch(stack).await?;
    stack.settle().await?;
    said(stack, "alice", "is ready*").await
}

/// The instances that cost money, by launch index.
async fn in_order(stack: &Stack) -> Result<Vec<Instance>, Box<dyn Error>> {
    let mut instances = billed(stack).await?;
    instances.sort_by_key(|instance| instance.launch_index);
    Ok(instances)
}

/// Whether a message says how to get into each of them, by number.
fn opens_each(message: &Message, instances: &[Instance]) -> bool {
    let text = message.blocks[0]["text"]["text"].as_str();
    let text = text.unwrap_or_default();
    instances.iter().all(|instance| {
        let address = instance
            .public_address
            .as_deref()
            .unwrap_or("no address at all");
        let number = instance.launch_index + 1;
        text.contains(&format!("\n{number}. `ssh ubuntu@{address}`\n"))
    })
}

fn id_of(message: &Message) -> Result<String, Box<dyn Error>> {
    let button = message.button("terminate").ok_or("no button")?;
    Ok(button.value.ok_or("no id")?)
}

fn launches(stack: &Stack) -> Vec<local::cloud::Call> {
    let mut calls = stack.cloud.calls();
    calls.retain(|call| call.action == "RunInstances");
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn three_machines_are_launched_stopped_started_and_terminated_as_one() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let ready = three_for_alice(&stack).await?;
    let (handle, id) = (handle(&ready), id_of(&ready)?);
    let before = in_order(&stack).await?;
    assert_eq!((before.len(), stack.cloud.launched_count()), (3, 3));
    assert_eq!(stack.cloud.firewalls().await?.len(), 1);
    let [launch] = &launches(&stack)[..] else {
        return Err("not one launch".into());
    };
    for number in ["MinCount", "MaxCount"] {
        assert_eq!(launch.parameters[number], "3", "{number}");
    }
    assert!(opens_each(&ready, &before), "{}", ready.plain());

    let mut keys = BTreeSet::new();
    for (number, instance) in (1..).zip(&before) {
        let memory = stack.machines.memory(&instance.id).await?;
        assert_eq!(memory["node_id"], format!("{id}-{number}"));
        keys.insert(memory["node_key"].to_string());
        let hostname = stack.machines.hostname(&instance.id).await;
        assert_eq!(hostname, Some(format!("{handle}-{number}")));
    }
    assert_eq!(keys.len(), 3, "each has a key of its own");

    alice.says("@infrared", &format!("stop {handle}"))?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    stack.settle().await?;
    let off = in_order(&stack).await?;
    assert!(
        off.iter()
            .all(|instance| instance.state == InstanceState::Stopped),
        "{off:?}"
    );
    alice.clicks(&stopped, "start").await?;
    let again = said(&stack, "alice", "runs again").await?;
    stack.settle().await?;
    let after = in_order(&stack).await?;
    assert!(
        opens_each(&again, &after) && !again.plain().contains("said since"),
        "{}",
        again.plain()
    );
    assert!(!opens_each(&again, &before), "the addresses are new");

    alice.says("@infrared", &format!("extend {handle} by 2 hours"))?;
    said(&stack, "alice", "now ends").await?;
    stack.settle().await?;
    for instance in &after {
        let memory = stack.machines.beat(&instance.id).await?;
        let deadline = stack.reservation(&id).await?.deadline_epoch_seconds;
        assert_eq!(memory["deadline_epoch_seconds"], deadline);
    }

    alice.clicks(&again, "terminate").await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "as you asked").await?;
    assert!(last.plain().contains("The 3 machines ran"));
    nothing_is_left(&stack).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_launch_ends_in_exactly_three_machines() -> Outcome {
    let stack = stack().await?;
    stack.cloud.inject(Fault::lost_response("RunInstances"));
    let ready = three_for_alice(&stack).await?;
    let instances = in_order(&stack).await?;
    assert_eq!((instances.len(), stack.cloud.launched_count()), (3, 3));
    assert_eq!(launches(&stack).len(), 2);
    assert!(opens_each(&ready, &instances), "{}", ready.plain());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_room_for_two_of_three_all_three_are_of_the_next_type() -> Outcome {
    let stack = stack().await?;
    let two = Fault::no_capacity().of_type("t3a.large").of_more_than(2);
    stack.cloud.inject(two);
    three_for_alice(&stack).await?;
    let instances = in_order(&stack).await?;
    let types: Vec<&str> = instances
        .iter()
        .map(|instance| instance.instance_type.as_str())
        .collect();
    assert_eq!(types, ["r7a.medium"; 3]);
    assert_eq!(stack.cloud.launched_count(), 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_of_three_is_told_and_the_rest_goes_on() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let ready = three_for_alice(&stack).await?;
    let (handle, id) = (handle(&ready), id_of(&ready)?);
    let [first, second, third] = &in_order(&stack).await?[..] else {
        return Err("not three machines".into());
    };
    stack.cloud.end(&second.id).await?;
    alice.says("@infrared", &format!("stop {handle}"))?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    assert!(stopped.plain().contains("1 of 3 is gone"));
    stack.settle().await?;
    alice.clicks(&stopped, "start").await?;
    let again = said(&stack, "alice", "runs again").await?;
    stack.settle().await?;
    let left = in_order(&stack).await?;
    assert_eq!(left.len(), 2);
    assert!(
        opens_each(&again, &left) && again.plain().contains("2. gone since"),
        "{}",
        again.plain()
    );

    // The cloud forgets one altogether, and after some time that means that it is gone.
    stack.cloud.vanish(&third.id).await?;
    stack.advance(11 * MINUTE).await?;
    alice.says("@infrared", &format!("stop {handle}"))?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    assert!(stopped.plain().contains("2 of 3 are gone"));
    stack.settle().await?;
    let reservation = stack.reservation(&id).await?;
    let living: Vec<&str> = reservation
        .living()
        .map(|node| node.machine_id.as_str())
        .collect();
    assert_eq!(living, [first.id.as_str()]);

    alice.clicks(&stopped, "terminate").await?;
    stack.settle().await?;
    let last = said(&stack, "alice", "as you asked").await?;
    assert!(last.plain().contains("2 of them less long"));
    nothing_is_left(&stack).await
}

/// A machine that this test plays itself, to say what no agent would.
struct Machine {
    url: String,
    enrolment_key: String,
    timestamp_ms: i64,
}

impl Machine {
    /// With what is in the user data of machines, which are all told the same.
    fn told(instance: &Instance, stack: &Stack) -> Result<Self, Box<dyn Error>> {
        let user_data = instance.first_boot().ok_or("no user data")?;
        let (_, document) = user_data.split_once('\n').ok_or("no header")?;
        let document: Value = serde_json::from_str(document)?;
        let files = document["write_files"].as_array().ok_or("no files")?;
        let config = files
            .iter()
            .find(|file| file["path"] == "/etc/infrared/agent.json")
            .and_then(|file| file["content"].as_str())
            .ok_or("no configuration")?;
        let config: Value = serde_json::from_str(config)?;
        assert_eq!(config["count"], 3);
        let key = config["enrolment_key"].as_str().ok_or("no key")?;
        Ok(Self {
            url: format!("{}/machines", stack.public_url()),
            enrolment_key: key.to_owned(),
            timestamp_ms: 1,
        })
    }

    /// Calls as that node, with that key, later than before.
    async fn calls(
        &mut self,
        action: Action,
        node_id: &str,
        key: &str,
        content: &Value,
    ) -> Result<(u16, Value), Box<dyn Error>> {
        self.timestamp_ms += 1;
        self.repeats(action, node_id, key, content).await
    }

    /// The same at the same time as before.
    async fn repeats(
        &self,
        action: Action,
        node_id: &str,
        key: &str,
        content: &Value,
    ) -> Result<(u16, Value), Box<dyn Error>> {
        let body = content.to_string();
        let signature = beacon::sign_request(key, action, self.timestamp_ms, body.as_bytes());
        let call = Client::new()
            .post(format!("{}/{}", self.url, action.as_str()))
            .header(beacon::NODE_HEADER, node_id)
            .header(beacon::TIMESTAMP_HEADER, self.timestamp_ms)
            .header(beacon::SIGNATURE_HEADER, signature)
            .body(body);
        let answer = call.send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    async fn enrols(&mut self, node_id: &str, said: &str) -> Result<(u16, Value), Box<dyn Error>> {
        let key = self.enrolment_key.clone();
        let content = json!({"node_id": said});
        self.calls(Action::Enrol, node_id, &key, &content).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_enrols_as_one_of_the_three_and_all_have_to_be_ready() -> Outcome {
    let stack = stack().await?;
    stack.machines.mute();
    let mut boots = stack.machines.boot_changes();
    launch(&stack).await?;
    boots.wait_for(|boots| boots.len() == 3).await?;
    let instances = in_order(&stack).await?;
    let id = instances[0].tags["infrared:reservation"].clone();
    let mut machine = Machine::told(&instances[0], &stack)?;

    // Numbers that there are not, and one that is not the one under the signature.
    for number in ["0", "4", "01", "-1", ""] {
        let node_id = format!("{id}-{number}");
        let (status, answer) = machine.enrols(&node_id, &node_id).await?;
        assert_eq!(
            (status, &answer["node_key"]),
            (401, &Value::Null),
            "{number}"
        );
    }
    let (first, second) = (format!("{id}-1"), format!("{id}-2"));
    assert_eq!(machine.enrols(&second, &first).await?.0, 401);
    let (key, content) = (machine.enrolment_key.clone(), json!({}));
    let nameless = machine.calls(Action::Enrol, &first, &key, &content).await?;
    assert_eq!(nameless.0, 401);

    let mut keys = Vec::new();
    for number in 1..=3 {
        let node_id = format!("{id}-{number}");
        let (status, answer) = machine.enrols(&node_id, &node_id).await?;
        assert_eq!(status, 200, "{answer}");
        let content = json!({"node_id": node_id});
        let replayed = machine
            .repeats(Action::Enrol, &node_id, &key, &content)
            .await?;
        assert_eq!((replayed.0, &replayed.1["node_key"]), (409, &Value::Null));
        keys.push(answer["node_key"].as_str().ok_or("no key")?.to_owned());
    }
    // Neither the key that all know nor another's own speaks for a machine that is enrolled.
    for wrong in [&key, &keys[0]] {
        let spoken = machine
            .calls(Action::Ready, &second, wrong, &content)
            .await?;
        assert_eq!(spoken.0, 401);
    }

    for (number, key) in (1..).zip(&keys[..2]) {
        let node_id = format!("{id}-{number}");
        let (status, answer) = machine
            .calls(Action::Ready, &node_id, key, &content)
            .await?;
        assert_eq!((status, &answer["complete"]), (200, &json!(false)));
    }
    assert_eq!(stack.reservation(&id).await?.state, State::Provisioning);

    // The wait may begin later than the machines are ready: they say so until it is enough.
    let third = format!("{id}-3");
    let mut pauses = tokio::time::interval(std::time::Duration::from_millis(200));
    let mut is_complete = false;
    for _ in 0..REPORTS_MAX {
        pauses.tick().await;
        let report = machine
            .calls(Action::Ready, &third, &keys[2], &content)
            .await?;
        is_complete = report.1["complete"] == true;
        if is_complete {
            break;
        }
    }
    assert!(is_complete, "all three are ready");
    stack.settle().await?;
    let ready = said(&stack, "alice", "is ready*").await?;
    assert!(opens_each(&ready, &instances), "{}", ready.plain());
    Ok(())
}
