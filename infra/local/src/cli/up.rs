//! `cargo dev`: everything runs until Ctrl-C.

use std::process::ExitCode;
use std::time::Instant;

use super::Outcome;
use crate::output::{self, PhaseList};
use crate::prerequisites;
use crate::stack::{Controls, Stack, StackOptions};

/// Starts everything, shows the page's address and waits.
pub(super) async fn run() -> Outcome {
    let start = Instant::now();
    prerequisites::check()?;
    output::note("Starting InfraRed on this machine");
    let stack = Stack::start(StackOptions::live(), &PhaseList::default()).await?;
    // The page's buttons: the scan runs by itself every minute, but nobody wants to wait for it after a jump.
    let controls = stack.controls();
    stack
        .slack
        .on_advance(move |seconds| advance(controls.clone(), seconds));
    // A deployment has prices after its first day; this one is seldom that old.
    let controls = stack.controls();
    tokio::spawn(async move {
        if let Err(error) = controls.refresh_prices().await {
            output::note(format!("prices were not read: {error}"));
        }
    });
    output::line(format!(
        "Open {} and write to @infrared. Ctrl-C stops everything. (ready in {:.1} s)",
        stack.page_url(),
        start.elapsed().as_secs_f64()
    ));
    tokio::signal::ctrl_c().await?;
    output::note("\nStopping");
    stack.stop().await;
    Ok(ExitCode::SUCCESS)
}

async fn advance(controls: Controls, seconds: i64) {
    let moved = async {
        controls.advance(seconds).await?;
        controls.tick().await
    };
    if let Err(error) = moved.await {
        output::note(format!("moving the clock failed: {error}"));
    }
}
