//! From a sentence to a cluster at work, on machines that really boot.

use domain::messages::action::{QUOTE_LAUNCH, TERMINATE};

use super::stage::{Played, Stage};
use crate::notebook::Notebook;
use crate::output;

const NODES: usize = 3;
/// What it does between its boot and its being ready.
const ENROLLED: &str = "infrared-enrol.service";

pub(super) async fn play(stage: &mut Stage<'_>) -> Played<()> {
    let alice = stage.person("alice");

    stage.says(
        &alice,
        "3-node spark cluster with jupyter, 4gb, for 2 hours",
    )?;
    let quote = stage.hears(&alice, "per hour").await?;
    stage.clicks(&alice, &quote, QUOTE_LAUNCH).await?;
    stage.measures_from_now();
    stage.hears(&alice, "is on its way").await?;

    let nodes = stage.stack().launched(NODES).await?;
    stage.tells_time("the cloud runs all machines");
    for node in &nodes {
        stage.reaches(node, ENROLLED).await?;
    }
    stage.tells_time("all have booted and called home");
    let (master, workers) = nodes.split_first().ok_or("no machines")?;
    for worker in workers {
        stage.stack().machines.until_ready(&worker.id).await?;
    }
    stage.tells_time("the workers are ready");
    stage.stack().machines.until_ready(&master.id).await?;
    stage.tells_time("the notebook answers, with all workers");
    let ready = stage.hears(&alice, "is ready").await?;

    let notebook = Notebook::in_message(&ready)?;
    let shown = notebook.run_sample().await?;
    stage.tells_time("the notebook's work is done");
    output::line(shown.join("\n"));
    stage.settles().await?;

    stage.clicks(&alice, &ready, TERMINATE).await?;
    stage.hears(&alice, "Removing").await?;
    stage.hears(&alice, "as you asked").await?;
    stage.settles().await?;
    stage.machines_running(0).await
}
