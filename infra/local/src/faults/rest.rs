//! Until nothing happens any more.

use std::time::Duration;

use domain::time::MINUTE_SECONDS;
use tokio::time::{Instant, interval};

use super::play::{LOOK_INTERVAL, Unclean};
use crate::stack::Stack;
use crate::steps::Mishap;

/// Rounds of the scan after which everything must have been repaired: one for a workflow that is taken for dead, one
/// for what it left to repair, and one more.
pub(super) const SCANS_MAX: usize = 3;
/// How long workflows may take, all retries and cold starts included.
const WORKFLOWS_LIMIT: Duration = Duration::from_mins(1);
/// Machines beat each minute, and by that the beacon ends a wait that began anew after all of them were ready. Here they
/// do so earlier, where something waits for so long.
const BEAT_INTERVAL: Duration = Duration::from_secs(10);
/// An effect that nobody has dealt with for this long was left over by a process that was killed.
const LEFT_OVER_AFTER: Duration = Duration::from_secs(2);
/// When the scan sends what was left over.
const SENT_AGAIN_SECONDS: i64 = 2 * MINUTE_SECONDS;

/// Lets the workflows run, cancelling whenever a step is held for that, then withdraws the troubles.
pub(super) async fn run(
    stack: &Stack,
    troubles_come_about: bool,
    cancel: impl AsyncFn() -> Result<(), Unclean>,
) -> Result<(), Unclean> {
    let quiet = until_quiet(stack);
    tokio::pin!(quiet);
    loop {
        tokio::select! {
            outcome = &mut quiet => break outcome?,
            () = stack.steps.held() => {
                let cancelled = cancel().await;
                stack.steps.release();
                cancelled?;
                // Until the held call has heard of it.
                tokio::time::sleep(LOOK_INTERVAL).await;
            }
        }
    }
    let mishaps = stack.steps.heal();
    if troubles_come_about {
        came_about(&mishaps)
    } else {
        Ok(())
    }
}

/// Of several kills the later ones are not needed where the step was quicker than an earlier one.
fn came_about(mishaps: &[Mishap]) -> Result<(), Unclean> {
    let has_struck = |step| {
        let mut here = mishaps.iter().filter(|mishap| mishap.step() == step);
        here.any(|mishap| mishap.struck() > 0)
    };
    match mishaps.iter().find(|mishap| !has_struck(mishap.step())) {
        None => Ok(()),
        Some(idle) => {
            let step = idle.step().name();
            Err(Unclean(format!("a fault at {step} never struck")))
        }
    }
}

/// Until no workflow runs and every effect was dealt with; what a killed process left over is left to the scan.
pub(super) async fn until_quiet(stack: &Stack) -> Result<(), Unclean> {
    let settled = stack.slack.settle().await;
    settled.map_err(|error| Unclean(error.to_string()))?;
    for _ in 0..=SCANS_MAX {
        until_no_workflow_runs(stack).await?;
        if !is_something_left_over(stack).await? {
            return Ok(());
        }
        scan_after(stack, SENT_AGAIN_SECONDS).await?;
    }
    let left = stack.effects_on_their_way().await?;
    Err(Unclean(format!("nobody deals with the effects {left:?}")))
}

async fn until_no_workflow_runs(stack: &Stack) -> Result<(), Unclean> {
    let deadline = Instant::now() + WORKFLOWS_LIMIT;
    let mut ticks = interval(LOOK_INTERVAL);
    let mut next_beat = Instant::now() + BEAT_INTERVAL;
    loop {
        ticks.tick().await;
        if Instant::now() > next_beat {
            stack.machines.beat_all().await;
            next_beat += BEAT_INTERVAL;
        }
        let running = stack.running_executions().await?;
        if running.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Unclean(format!("{running:?} do not end")));
        }
    }
}

/// Whether effects stay that nobody deals with.
async fn is_something_left_over(stack: &Stack) -> Result<bool, Unclean> {
    let mut quiet_since = Instant::now();
    let mut ticks = interval(LOOK_INTERVAL);
    while quiet_since.elapsed() < LEFT_OVER_AFTER {
        ticks.tick().await;
        // Effects start executions and executions leave effects, so neither may have been missed by looking at the
        // other first.
        let is_idle = stack.effects_on_their_way().await?.is_empty();
        if !stack.running_executions().await?.is_empty() {
            until_no_workflow_runs(stack).await?;
            quiet_since = Instant::now();
        } else if is_idle && stack.effects_on_their_way().await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) async fn scan_after(stack: &Stack, seconds: i64) -> Result<(), Unclean> {
    stack.advance(seconds).await?;
    stack.tick().await?;
    Ok(())
}
