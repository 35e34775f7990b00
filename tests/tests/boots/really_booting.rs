//! What happens on machines, seen from within and by those who log in.

use std::time::Duration;

use journeys::{
    Outcome, billed, ended_by_alice, handle, machine_for_alice, nothing_is_left, said,
    stack_with_machines,
};
use local::cloud::{Instance, InstanceState};
use local::machines::Boot;
use local::stack::Stack;
use serde_json::{Value, json};

use crate::login::Login;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// The switch acts a minute after it hears that its time is over; the rest is for switching off on a busy computer.
const SWITCH_LIMIT: Duration = Duration::from_mins(2);

/// For somebody who logs in before something happens on their terminal.
const SIT_DOWN: Duration = Duration::from_secs(4);
/// How often and how long a machine is looked at that nobody hears from.
const BOOT_LOOK_INTERVAL: Duration = Duration::from_millis(500);
const BOOT_LOOKS_MAX: usize = 360;

/// Asks with a token whether the cloud wants the machine back.
const INTERRUPTION: &str = "
    metadata=http://169.254.169.254/latest
    token=$(curl -sS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token)
    curl -sS -H \"X-aws-ec2-metadata-token: $token\" $metadata/meta-data/spot/instance-action
";

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_lets_its_people_in_and_keeps_its_disk_while_it_is_off() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    let (alice, bob) = (stack.slack.person("alice"), stack.slack.person("bob"));
    let (alices, bobs) = (Login::new("alice").await?, Login::new("bob").await?);
    alice.says(
        "@infrared",
        &format!("my ssh key: {}", alices.public_key()?),
    )?;
    bob.says("@infrared", &format!("my ssh key: {}", bobs.public_key()?))?;
    said(&stack, "alice", "ssh key").await?;
    said(&stack, "bob", "ssh key").await?;
    let ready = machine_for_alice(&stack).await?;
    let handle = handle(&ready);
    let machine = only_machine(&stack).await?;
    stack.machines.until_ready(&machine.id).await?;

    has_booted_well(&stack, &machine, &handle).await?;
    let target = format!("ubuntu@{}", address(&machine)?);
    assert!(
        ready.plain().contains(&format!("ssh {target}")),
        "{}",
        ready.plain()
    );
    let seen = alices
        .run(
            &target,
            "whoami; hostname; sudo -n whoami; echo kept >kept; sync",
        )
        .await?;
    assert_eq!(seen, format!("ubuntu\n{handle}\nroot"));
    let refusal = bobs.run(&target, "true").await.unwrap_err().to_string();
    assert!(
        refusal.contains("Permission denied (publickey)"),
        "nothing but keys is asked for: {refusal}"
    );

    alice.says("@infrared", &format!("share {handle} with <@{}>", bob.id))?;
    said(&stack, "bob", "shares").await?;
    stack.machines.beat(&machine.id).await?;
    assert_eq!(bobs.run(&target, "whoami").await?, "ubuntu");

    has_least_rights(&stack, &machine).await?;
    let said_on_it = alices
        .run(&target, "infrared busy 1h training; infrared status")
        .await?;
    assert!(said_on_it.contains("Busy for 1 h from now"), "{said_on_it}");
    let how = format!("say in Slack: extend {handle} by 2 hours");
    assert!(said_on_it.contains(&how), "{said_on_it}");
    assert!(said_on_it.contains("more: training"), "{said_on_it}");
    let refusal = alices.run(&target, "infrared apply").await;
    assert!(refusal.is_err(), "people without root apply nothing");

    let before = minutes_to_shutdown(&stack, &machine).await?;
    alice.says("@infrared", &format!("extend {handle} by 2 hours"))?;
    said(&stack, "alice", "now ends").await?;
    let told = async {
        tokio::time::sleep(SIT_DOWN).await;
        stack.machines.beat(&machine.id).await
    };
    let (terminal, beat) = tokio::join!(alices.watch(&target, 10), told);
    beat?;
    let terminal = terminal?;
    assert!(
        terminal.contains("InfraRed: this machine ends at"),
        "{terminal}"
    );
    let later = minutes_to_shutdown(&stack, &machine).await? - before;
    assert!((118..=121).contains(&later), "{later} minutes later");

    alice.says("@infrared", &format!("stop {handle}"))?;
    let stopped = said(&stack, "alice", "is stopped*").await?;
    stack.settle().await?;
    assert!(stack.machines.run(&machine.id, &["true"]).await.is_err());
    alice.clicks(&stopped, "start").await?;
    stack.settle().await?;
    said(&stack, "alice", "runs again").await?;
    let machine = only_machine(&stack).await?;
    stack.machines.until_ready(&machine.id).await?;
    let moved = format!("ubuntu@{}", address(&machine)?);
    assert_ne!(moved, target);
    assert_eq!(alices.run(&moved, "cat kept").await?, "kept");
    assert_eq!(bobs.run(&moved, "whoami").await?, "ubuntu");

    ended_by_alice(stack, &handle).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_outlives_an_outage_and_ends_itself_when_nobody_else_does() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    machine_for_alice(&stack).await?;
    let machine = only_machine(&stack).await?;
    stack.machines.until_ready(&machine.id).await?;
    stack.machines.beat(&machine.id).await?;
    let before = minutes_to_shutdown(&stack, &machine).await?;

    stack.set_beacon_outage(true);
    let failed = stack.machines.beat(&machine.id).await.unwrap_err();
    assert!(failed.to_string().contains("503"), "{failed}");
    let during = minutes_to_shutdown(&stack, &machine).await?;
    assert!(
        (before - 3..=before).contains(&during),
        "it keeps the deadline that it knows: +{before} became +{during}"
    );
    stack.set_beacon_outage(false);
    stack.machines.beat(&machine.id).await?;
    let unit = ["systemctl", "show", "--property=Result", "infrared-beat"];
    assert_eq!(
        stack.machines.run(&machine.id, &unit).await?.trim(),
        "Result=success"
    );

    // Nobody scans, so nobody ends the machine, whose deadline and slack are over.
    stack.advance(4 * HOUR + 15 * MINUTE).await?;
    stack.machines.beat(&machine.id).await?;
    assert_eq!(minutes_to_shutdown(&stack, &machine).await?, 1);
    let mut boots = stack.machines.boot_changes();
    let gone = boots.wait_for(|boots| boots.get(&machine.id) == Some(&Boot::Gone));
    tokio::time::timeout(SWITCH_LIMIT, gone).await??;
    assert!(billed(&stack).await?.is_empty(), "its end ends the bill");

    stack.tick().await?;
    stack.settle().await?;
    nothing_is_left(&stack).await?;
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_cannot_be_set_up_is_undone_and_says_why() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    let alice = stack.slack.person("alice");
    // Until it is enrolled it sets nothing up, so there is time to break what it will run.
    stack.set_beacon_outage(true);
    alice.says(
        "@infrared",
        "spin up an ubuntu vm with docker, 8gb, for 4 hours",
    )?;
    let quote = said(&stack, "alice", "per hour").await?;
    alice.clicks(&quote, "quote_launch").await?;
    let machine = booted_machine(&stack).await?;
    let step = "echo 'echo this is not to be had >&2; false' >/opt/infrared/setup/docker.sh";
    stack.machines.run(&machine.id, &["sh", "-c", step]).await?;
    stack.set_beacon_outage(false);

    let last = said(&stack, "alice", "could not be launched*").await?;
    let text = last.plain();
    assert!(text.contains("Docker could not be set up"), "{text}");
    assert!(text.contains("this is not to be had"), "{text}");
    stack.settle().await?;
    nothing_is_left(&stack).await?;
    stack.stop().await;
    Ok(())
}

/// The only machine, once cloud-init is through on it.
async fn booted_machine(stack: &Stack) -> Result<Instance, Box<dyn std::error::Error>> {
    for _ in 0..BOOT_LOOKS_MAX {
        tokio::time::sleep(BOOT_LOOK_INTERVAL).await;
        let Ok(machine) = only_machine(stack).await else {
            continue;
        };
        let result = ["test", "-e", "/run/cloud-init/result.json"];
        if stack.machines.run(&machine.id, &result).await.is_ok() {
            return Ok(machine);
        }
    }
    Err("no machine booted".into())
}

/// What runs as root does not talk to the network, and what talks to it cannot do much.
async fn has_least_rights(stack: &Stack, machine: &Instance) -> Outcome {
    let run = async |command: &[&str]| stack.machines.run(&machine.id, command).await;
    for unit in ["infrared-enrol", "infrared-ready", "infrared-beat"] {
        let properties = "--property=User,NoNewPrivileges,ProtectSystem,CapabilityBoundingSet";
        let shown = run(&["systemctl", "show", properties, unit]).await?;
        for line in [
            "User=infrared",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=",
        ] {
            assert!(shown.lines().any(|shown| shown == line), "{unit}: {shown}");
        }
    }
    let files = "/etc/infrared/agent.json /var/lib/infrared/state.json /opt/infrared/agent.py";
    let owners = run(&["sh", "-c", &format!("stat --format=%U:%G:%a {files}")]).await?;
    let expected = "root:infrared:640\ninfrared:infrared:600\nroot:root:755";
    assert_eq!(owners.trim(), expected);
    Ok(())
}

/// What a person would look for on a fresh machine.
async fn has_booted_well(stack: &Stack, machine: &Instance, handle: &str) -> Outcome {
    let run = async |command: &[&str]| stack.machines.run(&machine.id, command).await;
    let result: Value = serde_json::from_str(&run(&["cat", "/run/cloud-init/result.json"]).await?)?;
    assert_eq!(
        (&result["v1"]["errors"], &result["v1"]["datasource"]),
        (
            &Value::Array(Vec::new()),
            &Value::from("DataSourceEc2Local")
        ),
        "{result}"
    );
    let schema = "zcat -f /var/lib/cloud/instance/user-data.txt >/run/user-data && cloud-init schema -c /run/user-data";
    run(&["sh", "-c", schema]).await?;
    let data = run(&["cat", "/run/cloud-init/instance-data.json"]).await?;
    let data: Value = serde_json::from_str(&data)?;
    // With a hyphen, and figures are text.
    let metadata = &data["ds"]["meta-data"];
    assert_eq!(metadata["instance-id"], machine.id.as_str(), "{metadata}");
    assert_eq!(metadata["ami-launch-index"], "0");
    // Waits for what still starts; an exit code says whether everything did.
    run(&["systemctl", "is-system-running", "--wait"]).await?;
    let url = "http://169.254.169.254/latest/meta-data/instance-id";
    let without_token = run(&["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", url]).await?;
    assert_eq!(without_token, "401", "metadata need a token");
    let notice = json!({ "action": "terminate", "time": "2026-11-23T10:00:00Z" });
    stack
        .machines
        .announce_interruption(&machine.id, Some(1_795_428_000))
        .await?;
    let announced = run(&["sh", "-c", INTERRUPTION]).await?;
    assert_eq!(serde_json::from_str::<Value>(&announced)?, notice);
    // Where a socket starts it, its folder comes with the first visitor.
    let sshd = run(&["sh", "-c", "mkdir -p /run/sshd && sshd -T"]).await?;
    for line in [
        "passwordauthentication no",
        "kbdinteractiveauthentication no",
        "permitrootlogin without-password",
    ] {
        assert!(sshd.contains(line), "{line} is not in:\n{sshd}");
    }
    let name = format!("ip-{}", private(machine)?.replace('.', "-"));
    let found = run(&["getent", "hosts", &name]).await?;
    assert!(found.starts_with(private(machine)?), "{found}");
    let shown = run(&["hostname"]).await?;
    assert_eq!(shown.trim(), handle);
    Ok(())
}

async fn only_machine(stack: &Stack) -> Result<Instance, Box<dyn std::error::Error>> {
    let machines = billed(stack).await?;
    match <[Instance; 1]>::try_from(machines) {
        Ok([machine]) if machine.state == InstanceState::Running => Ok(machine),
        other => Err(format!("not one running machine: {other:?}").into()),
    }
}

async fn minutes_to_shutdown(
    stack: &Stack,
    machine: &Instance,
) -> Result<i64, Box<dyn std::error::Error>> {
    let command = stack.machines.scheduled_shutdown(&machine.id).await;
    let command = command.ok_or("no shutdown is scheduled")?;
    let minutes = command.last().ok_or("an empty command")?;
    Ok(minutes.trim_start_matches('+').parse()?)
}

fn address(machine: &Instance) -> Result<&str, &'static str> {
    machine.public_address.as_deref().ok_or("no address")
}

fn private(machine: &Instance) -> Result<&str, &'static str> {
    machine
        .private_address
        .as_deref()
        .ok_or("no private address")
}
