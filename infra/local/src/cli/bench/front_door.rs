//! The front door as a process of its own, started and asked through Lambda's Runtime API. Slack's stand-in calls it, so
//! that every call is signed and new.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::report::{FIRST_WORD, Row, SLACK_LIMIT};
use super::runtime_api::{Invocation, RuntimeApi};
use super::samples::Samples;
use crate::children::{create_folder, tail};
use crate::slack::{Delivery, Message};
use crate::stack::Stack;
use crate::{Error, Result, paths};

/// Processes for each kind of first call.
const COLD_PROCESSES: usize = 20;
/// Calls of each kind.
const WARM_CALLS: usize = 150;
/// Calls of each kind whose times are not kept, so that connections stand and the asker is known.
const UNCOUNTED_CALLS: usize = 5;

const ASKER: &str = "bob";
const PLACE: &str = "#general";
const COMMAND: (&str, &str) = ("/infrared", "vm ubuntu 8gb 4h");
const BUTTON: &str = "quote_cancel";
const CHALLENGE: &str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";

/// Times of the front door.
#[derive(Debug)]
pub(super) struct FrontDoor {
    /// Until the process asks for its first call.
    start_up: Samples,
    cold_challenge: Samples,
    cold_quote: Samples,
    challenge: Samples,
    quote: Samples,
    press: Samples,
}

impl FrontDoor {
    pub(super) fn rows(&self) -> Vec<Row> {
        vec![
            Row::new("cold: process start until ready", &self.start_up),
            Row::new(
                "cold: process start to url_verification",
                &self.cold_challenge,
            )
            .within(SLACK_LIMIT),
            Row::new("cold: process start to quote", &self.cold_quote).within(SLACK_LIMIT),
            Row::new("warm: url_verification", &self.challenge).within(SLACK_LIMIT),
            Row::new("warm: quote by slash command", &self.quote).within(FIRST_WORD),
            Row::new("warm: button press", &self.press).within(SLACK_LIMIT),
        ]
    }

    /// What is compared with what.
    pub(super) fn ratios(&self) -> [(&'static str, &Samples, &Samples); 3] {
        [
            (
                "cold / warm, url_verification",
                &self.cold_challenge,
                &self.challenge,
            ),
            ("cold / warm, quote", &self.cold_quote, &self.quote),
            (
                "quote / url_verification, warm",
                &self.quote,
                &self.challenge,
            ),
        ]
    }
}

/// Measures; the stack's own front door is back at its address afterwards.
pub(super) async fn measure(stack: &Stack, binary: &Path) -> Result<FrontDoor> {
    let bench = Bench {
        stack,
        binary,
        environment: environment(stack).await?,
        log: paths::local().join("logs/bench.log"),
    };
    create_folder(&paths::local().join("logs"))?;
    let measured = bench.measure().await;
    stack.slack.set_public_url(&stack.public_url());
    measured
}

/// The environment of the deployed function, with the clock of production: the moved clock of tests is one more call.
async fn environment(stack: &Stack) -> Result<BTreeMap<String, String>> {
    let mut environment = stack
        .environment(&stack.outputs.slack_function_name)
        .await?;
    environment.insert("TEST_CLOCK".to_owned(), "off".to_owned());
    Ok(environment)
}

struct Bench<'a> {
    stack: &'a Stack,
    binary: &'a Path,
    environment: BTreeMap<String, String>,
    log: PathBuf,
}

/// A process of the front door, the only one that Slack's stand-in calls.
struct Process {
    child: Child,
    runtime: RuntimeApi,
    started: Instant,
}

impl Bench<'_> {
    async fn measure(&self) -> Result<FrontDoor> {
        let process = self.start()?;
        for _ in 0..UNCOUNTED_CALLS {
            self.challenge(&process).await?;
            let (_, message) = self.quote(&process).await?;
            self.press(&process, &message).await?;
        }
        let (mut challenges, mut quotes, mut presses) = (Vec::new(), Vec::new(), Vec::new());
        let mut messages = Vec::new();
        for _ in 0..WARM_CALLS {
            challenges.push(duration(self.challenge(&process).await?));
        }
        for _ in 0..WARM_CALLS {
            let (invocation, message) = self.quote(&process).await?;
            quotes.push(duration(invocation));
            messages.push(message);
        }
        for message in &messages {
            presses.push(duration(self.press(&process, message).await?));
        }
        process.stop().await?;

        let (mut start_ups, mut cold_challenges, mut cold_quotes) =
            (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..COLD_PROCESSES {
            let process = self.start()?;
            let invocation = self.challenge(&process).await?;
            start_ups.push(invocation.asked - process.started);
            cold_challenges.push(invocation.answered - process.started);
            process.stop().await?;

            let process = self.start()?;
            let (invocation, _) = self.quote(&process).await?;
            start_ups.push(invocation.asked - process.started);
            cold_quotes.push(invocation.answered - process.started);
            process.stop().await?;
        }
        Ok(FrontDoor {
            start_up: start_ups.into_iter().collect(),
            cold_challenge: cold_challenges.into_iter().collect(),
            cold_quote: cold_quotes.into_iter().collect(),
            challenge: challenges.into_iter().collect(),
            quote: quotes.into_iter().collect(),
            press: presses.into_iter().collect(),
        })
    }

    fn start(&self) -> Result<Process> {
        let runtime = RuntimeApi::start()?;
        self.stack.slack.set_public_url(&runtime.public_url());
        let log = File::create(&self.log).map_err(Error::io("create the front door's log"))?;
        let output = log
            .try_clone()
            .map_err(Error::io("share the front door's log"))?;
        let mut command = Command::new(self.binary);
        command
            .env_clear()
            .envs(&self.environment)
            .env("AWS_LAMBDA_RUNTIME_API", runtime.address())
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(log)
            .kill_on_drop(true);
        let started = Instant::now();
        let child = command.spawn().map_err(Error::io("start the front door"))?;
        Ok(Process {
            child,
            runtime,
            started,
        })
    }

    async fn challenge(&self, process: &Process) -> Result<Invocation> {
        let delivery = self.stack.slack.verifies_url(CHALLENGE).await;
        self.answered(process, &delivery)
    }

    async fn quote(&self, process: &Process) -> Result<(Invocation, Message)> {
        let (command, text) = COMMAND;
        let asker = self.stack.slack.person(ASKER);
        let answer = asker
            .runs(PLACE, command, text)
            .await
            .map_err(unexpected("running a command"))?;
        let invocation = self.answered(process, &answer.delivery)?;
        let quote = answer
            .message
            .filter(|message| message.button(BUTTON).is_some());
        let message = quote.ok_or_else(|| self.wrong(&answer.delivery))?;
        Ok((invocation, message))
    }

    /// What comes of it is waited for, so that the next press has the machine for itself.
    async fn press(&self, process: &Process, message: &Message) -> Result<Invocation> {
        let asker = self.stack.slack.person(ASKER);
        let delivery = asker
            .clicks(message, BUTTON)
            .await
            .map_err(unexpected("pressing a button"))?;
        let invocation = self.answered(process, &delivery)?;
        self.stack.settle().await?;
        Ok(invocation)
    }

    fn answered(&self, process: &Process, delivery: &Delivery) -> Result<Invocation> {
        let invocation = process.runtime.last().filter(|_| delivery.is_ok());
        invocation.ok_or_else(|| self.wrong(delivery))
    }

    fn wrong(&self, delivery: &Delivery) -> Error {
        Error::Unexpected {
            what: "the front door's answer".to_owned(),
            detail: format!("{delivery:?}\n{}", tail(&self.log)),
        }
    }
}

impl Process {
    async fn stop(mut self) -> Result<()> {
        self.child
            .kill()
            .await
            .map_err(Error::io("stop the front door"))
    }
}

fn duration(invocation: Invocation) -> Duration {
    invocation.answered - invocation.handed_over
}

fn unexpected<E: std::fmt::Display>(what: &'static str) -> impl Fn(E) -> Error {
    move |error| Error::Unexpected {
        what: what.to_owned(),
        detail: error.to_string(),
    }
}
