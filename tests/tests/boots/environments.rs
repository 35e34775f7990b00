//! Software that machines are asked for with, each kind tried by those who log in.

use std::time::Duration;

use domain::environments::{SETUPS, title};
use domain::intent::Environment;
use journeys::{Outcome, ended_by_alice, said, stack_with_machines};
use local::machines::Boot;
use local::slack::Message;

use crate::login::Login;

/// Packages come from afar, and the computer may be busy.
const SETUP_LIMIT: Duration = Duration::from_mins(6);

/// Several on one machine must get along.
const MACHINES: [&[Environment]; 2] = [
    &[
        Environment::Docker,
        Environment::Java,
        Environment::Node,
        Environment::Python,
    ],
    &[
        Environment::Go,
        Environment::Lamp,
        Environment::Postgres,
        Environment::Rust,
    ],
];

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
fn every_environment_is_on_a_machine_here() {
    let mut tried = MACHINES.concat();
    let mut known: Vec<Environment> = SETUPS.iter().map(|setup| setup.environment).collect();
    tried.sort_unstable();
    known.sort_unstable();
    assert_eq!(tried, known);
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_come_with_the_software_that_they_were_asked_for() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    let alice = stack.slack.person("alice");
    let login = Login::new("software").await?;
    alice.says("@infrared", &format!("my ssh key: {}", login.public_key()?))?;
    said(&stack, "alice", "ssh key").await?;
    for environments in MACHINES {
        let names: Vec<&str> = environments.iter().map(|one| one.as_str()).collect();
        let words = format!("ubuntu vm with {}, 4gb, for 2 hours", names.join(" and "));
        alice.says("@infrared", &words)?;
        let quote = said(&stack, "alice", "per hour, ").await?;
        alice.clicks(&quote, "quote_launch").await?;
    }
    let mut boots = stack.machines.boot_changes();
    let settled = boots.wait_for(|boots| {
        boots.len() == MACHINES.len() && boots.values().all(|boot| *boot != Boot::Booting)
    });
    tokio::time::timeout(SETUP_LIMIT, settled).await??;
    stack.settle().await?;

    for _ in MACHINES {
        let ready = said(&stack, "alice", "is ready*").await?;
        let text = ready.plain();
        let environments = MACHINES
            .iter()
            .find(|environments| text.contains(title(environments[0])))
            .ok_or_else(|| format!("neither of the machines: {text}"))?;
        assert!(text.contains(" are set up."), "{text}");
        let target = target(&ready)?;
        login.meets_another();
        for environment in *environments {
            let (command, expected) = proof(*environment);
            let seen = login.run(&target, command).await?;
            assert!(seen.ends_with(expected), "{environment}: {seen}");
        }
    }

    ended_by_alice(stack, "all my machines").await
}

/// Whom to log in as and where, by the message.
fn target(ready: &Message) -> Result<String, String> {
    let text = ready.plain();
    let is_address = |character: &char| character.is_ascii_digit() || *character == '.';
    let (_, after) = (text.split_once("ssh ubuntu@"))
        .ok_or_else(|| format!("no line to log in with: {text}"))?;
    let address: String = after.chars().take_while(is_address).collect();
    Ok(format!("ubuntu@{address}"))
}
