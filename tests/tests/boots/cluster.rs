//! A cluster as its owner has it: from the wish to the work that its machines do in the notebook.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use journeys::{Outcome, handle, nothing_is_left, said, stack_with_machines};
use local::cloud::Instance;
use local::notebook::Notebook;
use local::stack::Stack;

const NODES: usize = 3;
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
async fn a_cluster_works_in_its_notebook_and_outlives_a_worker() -> Outcome {
    let stack = stack_with_machines().await?;
    let alice = stack.slack.person("alice");
    alice.says(
        "@infrared",
        "3-node spark cluster with jupyter, 4gb, for 2 hours",
    )?;
    let quote = said(&stack, "alice", "per hour").await?;
    alice.clicks(&quote, "quote_launch").await?;
    let launched = Instant::now();
    let nodes = stack.launched(NODES).await?;
    for node in &nodes {
        stack.machines.until_ready(&node.id).await?;
    }
    let ready = said(&stack, "alice", "is ready*").await?;
    println!(
        "ready {:.1} s after launch",
        launched.elapsed().as_secs_f64()
    );
    stack.settle().await?;
    let handle = handle(&ready);

    let notebook = Notebook::in_message(&ready)?;
    assert_eq!(notebook.status_with(None).await?, 403);
    assert_eq!(notebook.status_with(Some("another")).await?, 403);
    let shown = notebook.run_sample().await?;
    println!("{}", shown.join("\n"));
    assert_eq!(
        tasks_by_machine(&shown[1]),
        workers(&handle),
        "{}",
        shown[1]
    );
    assert_eq!(shown[2].trim(), "There are 17,984 primes below 200,000.");
    // Its pages are behind the notebook, and nowhere else.
    assert!(notebook.page("/spark/").await?.contains("Welcome"));
    let history = notebook.page("/spark-history/api/v1/applications").await?;
    assert!(history.contains("Welcome"), "{history}");
    secrets_are_nowhere_to_be_seen(&stack, &nodes).await?;

    let lost = &nodes[NODES - 1].id;
    let (long, ended) = tokio::join!(notebook.run(&[LONG]), async {
        until_it_runs(&notebook).await?;
        Ok::<_, Box<dyn std::error::Error>>(stack.cloud.end(lost).await?)
    });
    ended?;
    assert_eq!(long?[0].trim(), "19900", "the other worker does all of it");
    let carol = stack.slack.person("carol");
    carol.runs("@infrared", "/infrared", "sweep").await?;
    said(&stack, "alice", "1 of the 3 machines").await?;

    stack.settle().await?;
    alice.says("@infrared", &format!("terminate {handle}"))?;
    said(&stack, "alice", "Terminate").await?;
    alice.says("@infrared", "yes")?;
    said(&stack, "alice", "as you asked").await?;
    stack.settle().await?;
    nothing_is_left(&stack).await?;
    stack.stop().await;
    Ok(())
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
        let seen: serde_json::Value = serde_json::from_str(&text)?;
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
        let kept: serde_json::Value = serde_json::from_str(&kept)?;
        let seen = run("ps axww -o args; journalctl --no-pager; cat /var/log/infrared/*").await?;
        for secret in ["secret", "notebook_token"] {
            if let Some(secret) = kept[secret].as_str() {
                assert!(!seen.contains(secret), "a secret is shown on {}", node.id);
            }
        }
    }
    Ok(())
}
