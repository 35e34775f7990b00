//! Software that machines are asked for with, each kind tried by those who log in.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::environments::SETUPS;
use domain::intent::Environment;
use domain::spec::System;
use journeys::{Outcome, ended_by_alice, said, stack_with_machines};
use local::machines::Boot;
use local::slack::Message;

use crate::login::Login;

/// Packages come from afar, and the computer may be busy.
const SETUP_LIMIT: Duration = Duration::from_mins(14);

/// Every one that can be set up; on one machine they must get along.
const TRIED: [Environment; 8] = [
    Environment::Docker,
    Environment::Go,
    Environment::Java,
    Environment::Lamp,
    Environment::Node,
    Environment::Postgres,
    Environment::Python,
    Environment::Rust,
];

/// Of these an image can be made here: all that are on offer but Amazon Linux.
const SYSTEMS: [System; 2] = [System::Ubuntu, System::Debian];

/// A timer would begin them a quarter of an hour after the boot. Nothing is installed: how many there are changes by the day.
const UPDATES: &str = "sudo systemctl start infrared-updates && systemctl is-enabled --quiet apt-daily-upgrade.timer && sudo unattended-upgrade --dry-run && echo updated";

/// What whoever logged in can do with it, and the end of what they see. Docker has no images to run here, so its daemon
/// answers.
fn proof(environment: Environment) -> (&'static str, &'static str) {
    match environment {
        Environment::Docker => (
            "docker info --format '{{.OSType}} {{.Containers}}'",
            "linux 0",
        ),
        Environment::Go => (
            r#"printf 'package main\nimport "fmt"\nfunc main() { fmt.Println("go", 6*7) }\n' >hello.go && go run hello.go"#,
            "go 42",
        ),
        Environment::Java => (
            r#"echo 'class Hello { public static void main(String[] a) { System.out.println("java " + 6 * 7); } }' >Hello.java && javac Hello.java && java Hello"#,
            "java 42",
        ),
        Environment::Lamp => (
            "mariadb --execute 'CREATE TABLE answers (answer INT); INSERT INTO answers VALUES (42)' $USER && echo \"<?php echo 'php ', (new mysqli('localhost', 'www-data', '', '$USER'))->query('SELECT answer FROM answers')->fetch_row()[0];\" >/var/www/html/answer.php && curl --silent http://localhost/answer.php",
            "php 42",
        ),
        Environment::Node => (
            "npm --version >/dev/null && node --print '`node ${6 * 7}`'",
            "node 42",
        ),
        Environment::Postgres => (
            "psql --quiet --tuples-only --no-align --command 'CREATE TABLE answers (answer INT); INSERT INTO answers VALUES (42); SELECT answer FROM answers'",
            "42",
        ),
        Environment::Python => (
            "python3 -m venv work && work/bin/pip --quiet install six && work/bin/python -c 'import six; print(six.__name__, 6 * 7)'",
            "six 42",
        ),
        Environment::Rust => (
            "cargo new --quiet hello 2>/dev/null && cd hello && cargo run --quiet",
            "Hello, world!",
        ),
        Environment::Jenkins | Environment::Kubernetes | Environment::Mysql => {
            unreachable!("{environment} cannot be had")
        }
    }
}

#[test]
fn every_environment_is_tried() {
    let known = SETUPS.iter().map(|setup| setup.environment);
    assert_eq!(TRIED.to_vec(), known.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_of_every_system_come_with_the_software_that_they_were_asked_for() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    let alice = stack.slack.person("alice");
    let login = Login::new("software").await?;
    alice.says("@infrared", &format!("my ssh key: {}", login.public_key()?))?;
    said(&stack, "alice", "ssh key").await?;
    let software = TRIED.map(Environment::as_str).join(", ");
    let systems = SYSTEMS.iter().flat_map(|system| {
        let title = system.title();
        let versions = system.versions().iter();
        versions.map(move |version| (format!("{title} {version}"), system.login_user()))
    });
    let mut awaited: BTreeMap<String, &str> = systems.collect();
    for system in awaited.keys() {
        let words = format!("{system} vm with {software}, 4gb, for 2 hours");
        alice.says("@infrared", &words)?;
        let quote = said(&stack, "alice", "per hour, ").await?;
        alice.clicks(&quote, "quote_launch").await?;
    }
    let mut boots = stack.machines.boot_changes();
    let settled = boots.wait_for(|boots| {
        boots.len() == awaited.len() && boots.values().all(|boot| *boot != Boot::Booting)
    });
    tokio::time::timeout(SETUP_LIMIT, settled).await??;
    stack.settle().await?;

    while !awaited.is_empty() {
        let ready = said(&stack, "alice", "is ready*").await?;
        let text = ready.plain();
        let its = awaited
            .extract_if(.., |system, _| text.contains(system))
            .next();
        let (system, user) = its.ok_or_else(|| format!("none of the machines: {text}"))?;
        assert!(text.contains(" are set up."), "{text}");
        let target = target(&ready, user)?;
        login.meets_another();
        for environment in TRIED {
            let (command, expected) = proof(environment);
            let seen = login.run(&target, command).await?;
            assert!(
                seen.ends_with(expected),
                "{environment} on {system}: {seen}"
            );
        }
        let updates = login.run(&target, UPDATES).await?;
        assert!(updates.ends_with("updated"), "{system}: {updates}");
    }

    ended_by_alice(stack, "all my machines").await
}

/// Whom to log in as and where, by the message.
fn target(ready: &Message, user: &str) -> Result<String, String> {
    let text = ready.plain();
    let is_address = |character: &char| character.is_ascii_digit() || *character == '.';
    let (_, after) = text
        .split_once(&format!("ssh {user}@"))
        .ok_or_else(|| format!("no line to log in with: {text}"))?;
    let address: String = after.chars().take_while(is_address).collect();
    Ok(format!("{user}@{address}"))
}
