//! `cargo dev`: everything runs until Ctrl-C.

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::Outcome;
use crate::output::{self, PhaseList};
use crate::prerequisites;
use crate::stack::{Controls, Stack, StackOptions};

/// How `cargo dev` starts.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Options {
    /// Boot a real system for each machine, from its own user data. Needs root and a few Debian packages.
    #[arg(long)]
    machines: bool,
}

/// Starts everything, shows the page's address and waits.
pub(super) async fn run(options: Options) -> Outcome {
    let start = Instant::now();
    prerequisites::check()?;
    output::note("Starting InfraRed on this machine");
    let options = StackOptions {
        boots_machines: options.machines,
        ..StackOptions::live()
    };
    let list = PhaseList::default();
    let stack = tokio::select! {
        stack = Stack::start(options, &list) => stack?,
        interrupted = tokio::signal::ctrl_c() => {
            // What has started ends with what was waited for, machines' networks too.
            interrupted?;
            return Ok(ExitCode::FAILURE);
        }
    };
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
