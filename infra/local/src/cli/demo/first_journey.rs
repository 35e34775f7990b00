//! From a sentence to a machine, and back.

use domain::messages::action::{EXTEND_1H, QUOTE_LAUNCH};

use super::stage::{Played, Stage};

pub(super) async fn play(stage: &mut Stage<'_>) -> Played<()> {
    let alice = stage.person("alice");

    stage.says(&alice, "spin up an ubuntu vm with 8gb for 4 hours")?;
    let quote = stage.hears(&alice, "Ubuntu").await?;
    stage.clicks(&alice, &quote, QUOTE_LAUNCH).await?;
    let progress = stage.hears(&alice, "is on its way").await?;
    stage.hears(&alice, "is ready").await?;
    stage.reads(&progress, "is ready after").await?;
    stage.settles().await?;
    stage.machines_running(1).await?;

    stage.says(&alice, "show my machines")?;
    stage.hears(&alice, "t3").await?;

    // A little after each mark, since launching has taken some of the time.
    stage.passes(3 * 60 + 31).await?;
    let warning = stage.hears(&alice, "ends in 30 minutes").await?;
    stage.clicks(&alice, &warning, EXTEND_1H).await?;
    stage.hears(&alice, "now ends").await?;
    stage.reads(&warning, "was extended").await?;
    stage.settles().await?;

    stage.passes(90).await?;
    stage.hears(&alice, "has ended").await?;
    stage.settles().await?;
    stage.machines_running(0).await
}
