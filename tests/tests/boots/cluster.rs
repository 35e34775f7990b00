//! A cluster as its owner has it: from the wish to the work that its machines do in the notebook.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use journeys::browser::Browser;
use journeys::{
    Outcome, ended_by_alice, handle, nothing_is_left, said, stack_with_machines,
    terminated_by_alice,
};
use local::cloud::Instance;
use local::notebook::Notebook;
use local::slack::Message;
use local::stack::Stack;
use serde_json::Value;

type Error = Box<dyn std::error::Error>;

const NODES: usize = 3;
/// Of a browser's window.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 1280;
const SHIFT: &str = "\u{E008}";
const ENTER: &str = "\u{E007}";
/// Of the sample notebook, but for the last, which lets the workers go.
const CELLS: usize = 7;
/// What the sample notebook ends with. Spark starts for it, so it is waited for some times as long as for other words.
const RESULT: &str = "There are 17,984 primes below 200,000.";
const RESULT_WAITS_MAX: usize = 6;
/// Of an application's history, until it is shown: once, and again if it has grown meanwhile.
const READINGS_MAX: usize = 5;
/// For an application to start on a busy computer.
const START_LIMIT: Duration = Duration::from_mins(1);
/// Nobody tells when it has.
const START_INTERVAL: Duration = Duration::from_millis(250);

/// Takes a while in which a worker can be lost.
const LONG: &str = "
import time
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName('Long').getOrCreate()
def task(n):
    time.sleep(0.25)
    return n

print(sum(spark.sparkContext.parallelize(range(200), 200).map(task).collect()))
";

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_works_in_its_notebook_again_after_a_stop_and_outlives_a_worker() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    let (nodes, ready) = cluster_for_alice(&stack, "").await?;
    let handle = handle(&ready);

    let notebook = Notebook::in_message(&ready)?;
    assert_eq!(notebook.status_with(None).await?, 403);
    assert_eq!(notebook.status_with(Some("another")).await?, 403);
    sample_runs_on_all_workers(&notebook, &handle).await?;
    pages_stay_behind_the_notebook(&notebook).await?;
    secrets_are_nowhere_to_be_seen(&stack, &nodes).await?;

    let again = stopped_and_started(&stack, &ready).await?;
    let moved = Notebook::in_message(&again)?;
    assert_ne!(moved.url(), notebook.url(), "its address is new");
    assert_eq!(moved.status_with(None).await?, 403);
    sample_runs_on_all_workers(&moved, &handle).await?;
    let notebook = moved;

    let lost = &nodes[NODES - 1].id;
    let (long, ended) = tokio::join!(notebook.run(&[LONG]), async {
        until_it_runs(&notebook).await?;
        Ok::<_, Error>(stack.cloud.end(lost).await?)
    });
    ended?;
    assert_eq!(long?[0].trim(), "19900", "the other worker does all of it");
    let carol = stack.slack.person("carol");
    carol.runs("@infrared", "/infrared", "sweep").await?;
    said(&stack, "alice", "1 of the 3 machines").await?;

    ended_by_alice(stack, &handle).await
}

/// Where the picture goes: beside the build's own output, or over the one that the README shows.
fn picture() -> PathBuf {
    if std::env::var_os("INFRARED_SCREENSHOT").is_some_and(|value| value == "1") {
        local::paths::workspace().join("infra/bootstrap/cluster/screenshot.png")
    } else {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("notebook.png")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_the_link_opens_a_notebook_that_shows_its_result() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    let (_, ready) = cluster_for_alice(&stack, "on debian 13").await?;
    let notebook = Notebook::in_message(&ready)?;
    let browser = Browser::open(&notebook.url(), WIDTH, HEIGHT).await?;
    browser.words("Welcome.ipynb").await?;
    browser.client().goto(&notebook.sample_url()).await?;
    browser.words("Python 3 (ipykernel) | Idle").await?;
    // Shift stays down: each Enter runs a cell and goes on to the next.
    let keys = format!("{SHIFT}{}", ENTER.repeat(CELLS));
    browser.types(".jp-Notebook", &keys).await?;
    let mut shown = browser.words(RESULT).await;
    for _ in 1..RESULT_WAITS_MAX {
        if shown.is_err() {
            shown = browser.words(RESULT).await;
        }
    }
    shown?;
    browser.screenshot(&picture()).await?;
    browser.close().await?;
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_of_other_systems_work_as_well() -> Outcome {
    let _computer = crate::COMPUTER.lock().await;
    let stack = stack_with_machines().await?;
    for system in ["on ubuntu 26.04", "on ubuntu 22.04", "on debian 12"] {
        let (_, ready) = cluster_for_alice(&stack, system).await?;
        let handle = handle(&ready);
        let notebook = Notebook::in_message(&ready)?;
        sample_runs_on_all_workers(&notebook, &handle).await?;
        terminated_by_alice(&stack, &handle).await?;
    }
    nothing_is_left(&stack).await?;
    stack.stop().await;
    Ok(())
}

/// Alice asks for a cluster, takes the quote, and has it: its machines in the order of their numbers, and her message.
async fn cluster_for_alice(stack: &Stack, system: &str) -> Result<(Vec<Instance>, Message), Error> {
    let alice = stack.slack.person("alice");
    let wish = format!("3-node spark cluster {system} with jupyter, 4gb, for 2 hours");
    alice.says("@infrared", &wish)?;
    let quote = said(stack, "alice", "per hour").await?;
    alice.clicks(&quote, "quote_launch").await?;
    let nodes = stack.launched(NODES).await?;
    for node in &nodes {
        if let Err(error) = stack.machines.until_ready(&node.id).await {
            let log = ["journalctl", "--no-pager", "--lines=60"];
            let log = stack.machines.run(&node.id, &log).await;
            let log = log.unwrap_or_else(|error| error.to_string());
            return Err(format!("{error}\n{log}").into());
        }
    }
    let ready = said(stack, "alice", "is ready*").await?;
    stack.settle().await?;
    Ok((nodes, ready))
}

/// The cluster is switched off and on again: the message that it runs.
async fn stopped_and_started(stack: &Stack, ready: &Message) -> Result<Message, Error> {
    let alice = stack.slack.person("alice");
    alice.clicks(ready, "stop").await?;
    stack.settle().await?;
    let stopped = said(stack, "alice", "is stopped*").await?;
    alice.clicks(&stopped, "start").await?;
    stack.settle().await?;
    let again = said(stack, "alice", "runs again").await?;
    let text = again.plain();
    assert!(!text.contains("may not answer yet"), "all is ready: {text}");
    Ok(again)
}

async fn sample_runs_on_all_workers(notebook: &Notebook, handle: &str) -> Outcome {
    let shown = notebook.run_sample().await?;
    let done = tasks_by_machine(&shown[1]);
    assert_eq!(done, workers(handle), "{}", shown[1]);
    assert_eq!(shown[2].trim(), RESULT);
    Ok(())
}

/// Spark's pages are behind the notebook and nowhere else, and lead nowhere else.
async fn pages_stay_behind_the_notebook(notebook: &Notebook) -> Outcome {
    assert!(notebook.page("/spark/").await?.contains("Welcome"));
    let history = notebook.page("/spark-history/api/v1/applications").await?;
    let history: Value = serde_json::from_str(&history)?;
    assert_eq!(history[0]["name"], "Welcome");
    let past = history[0]["id"].as_str().ok_or("no id")?;
    let past = format!("/spark-history/history/{past}/");
    // It comes back to the same place as often as it has to be read first.
    let mut leads_to = notebook.redirect(&past).await?;
    for _ in 0..READINGS_MAX {
        if leads_to == past {
            leads_to = notebook.redirect(&past).await?;
        }
    }
    assert_eq!(leads_to, format!("{past}jobs/"));

    let seen: Value = serde_json::from_str(&notebook.page("/spark/json/").await?)?;
    let worker = seen["workers"][0]["id"].as_str().ok_or("no worker")?;
    let worker = notebook.page(&format!("/spark/proxy/{worker}/")).await?;
    assert!(worker.contains("Spark Worker at"), "{worker}");

    let (killed, led) = tokio::join!(notebook.run(&[LONG]), async {
        until_it_runs(notebook).await?;
        kill(notebook).await
    });
    assert_eq!(led?, "/spark/");
    assert!(killed.is_err(), "what was killed does not end well");
    Ok(())
}

/// Presses what kills the application that runs on Spark's page; where that leads to.
async fn kill(notebook: &Notebook) -> Result<String, Error> {
    let page = notebook.page("/spark/").await?;
    let field = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split_once('"')?.0)
    };
    let fields = ["id", "terminate", "csrfToken"];
    let fields = fields.map(|name| Some(format!("{name}={}", field(name)?)));
    let fields = fields.into_iter().collect::<Option<Vec<String>>>();
    let form = fields.ok_or("no form")?.join("&");
    Ok(notebook.submit("/spark/app/kill/", form).await?)
}

/// Each worker's name and whether it has done something.
fn workers(handle: &str) -> BTreeMap<String, bool> {
    let worker = |number: usize| (format!("{handle}-{number}"), true);
    (2..=NODES).map(worker).collect()
}

/// The same of a table that Python has printed: a row is its number, a machine and its tasks.
fn tasks_by_machine(table: &str) -> BTreeMap<String, bool> {
    let rows = table.lines().skip(1);
    let cells = rows.map(|row| row.split_whitespace().collect::<Vec<_>>());
    cells
        .filter_map(|cells| match cells[..] {
            [_, machine, tasks] => Some((machine.to_owned(), tasks.parse::<u32>().ok()? > 0)),
            _ => None,
        })
        .collect()
}

async fn until_it_runs(notebook: &Notebook) -> Outcome {
    let deadline = Instant::now() + START_LIMIT;
    while Instant::now() < deadline {
        let text = notebook.page("/spark/json/").await?;
        let seen: Value = serde_json::from_str(&text)?;
        // Every core of both workers.
        if seen["coresused"] == seen["cores"] {
            return Ok(());
        }
        tokio::time::sleep(START_INTERVAL).await;
    }
    Err("the application never ran on all workers".into())
}

/// Neither on a command line nor in the system's log.
async fn secrets_are_nowhere_to_be_seen(stack: &Stack, nodes: &[Instance]) -> Outcome {
    for node in nodes {
        let run = async |command: &str| stack.machines.run(&node.id, &["sh", "-c", command]).await;
        let kept = run("cat /var/lib/infrared/cluster-secrets.json").await?;
        let kept: Value = serde_json::from_str(&kept)?;
        let seen = run("ps axww -o args; journalctl --no-pager; cat /var/log/infrared/*").await?;
        for secret in ["secret", "notebook_token"] {
            if let Some(secret) = kept[secret].as_str() {
                assert!(!seen.contains(secret), "a secret is shown on {}", node.id);
            }
        }
    }
    Ok(())
}
