//! `cargo dev bench`: how long people wait, and how much of what they may be made to wait that is.
//!
//! The figures are of this machine and assert nothing. What AWS adds is not in them: a sandbox to make and a binary to
//! fetch, the API in front, a share of a processor, TLS. The emulator's calls are in them instead of AWS's.

mod conversation;
mod front_door;
mod report;
mod rules;
mod runtime_api;
mod samples;
mod starts;

use std::path::Path;
use std::process::ExitCode;

use tokio::process::Command;

use super::Outcome;
use crate::lambdas::build_release;
use crate::output::{self, PhaseList};
use crate::progress::{Phase, phase};
use crate::stack::{Stack, StackOptions};
use crate::{Error, Result, prerequisites};
use report::{ratio, table};

/// The function and crate that Slack calls.
const FRONT_DOOR: &str = "slack";
const NOTES: &str = "budget used: by p95. Front door: release profile, its file in the page cache, the clock of \
                     production. Everything else of the stack: dev profile. Searches: release profile, each \
                     the best of three.";
const BYTES_PER_MEGABYTE: f64 = 1e6;

/// Measures everything and prints a table. Fails only where something does not work.
pub(super) async fn run() -> Outcome {
    prerequisites::check()?;
    let list = PhaseList::default();
    output::note(
        "Building the front door and the rules in the release profile (minutes, the first time)",
    );
    let binary = phase(&list, Phase::Lambdas, build_release(FRONT_DOOR, &list)).await?;
    let rules = rules::measure().await?;

    let stack = Stack::start(StackOptions::journey(), &list).await?;
    // So that each process reads pages of the catalogue at its start, as in a deployment of more than a day.
    stack.controls().refresh_prices().await?;
    output::note("Measuring the front door");
    let front_door = front_door::measure(&stack, &binary).await?;
    output::note("Measuring a conversation");
    let conversation = conversation::measure(&stack).await?;
    stack.stop().await;
    output::note("Measuring starts of the local stack");
    let starts = starts::measure().await?;

    let mut rows = front_door.rows();
    rows.push(conversation.row());
    rows.extend(starts.rows());
    rows.extend(rules.rows());
    output::line(table(&rows));
    output::line("");
    for (what, over, under) in front_door.ratios().into_iter().chain(rules.ratios()) {
        output::line(format!("{what}: {}", ratio(over, under)));
    }
    output::line(size(&binary).await?);
    output::line(NOTES);
    Ok(ExitCode::SUCCESS)
}

/// The size of a binary, and about that of its zip file.
async fn size(binary: &Path) -> Result<String> {
    let packed = Command::new("gzip")
        .args(["-9", "--stdout"])
        .arg(binary)
        .output()
        .await
        .map_err(Error::io("run gzip"))?;
    if !packed.status.success() {
        return Err(Error::Command {
            what: "gzip".to_owned(),
            status: packed.status,
            output: String::from_utf8_lossy(&packed.stderr).into_owned(),
        });
    }
    let metadata = std::fs::metadata(binary).map_err(Error::io("look at the binary"))?;
    Ok(format!(
        "front door's binary: {}, gzip -9 {}",
        megabytes(metadata.len()),
        megabytes(packed.stdout.len() as u64)
    ))
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files fit the 52 bits")]
fn megabytes(bytes: u64) -> String {
    format!("{:.2} MB", bytes as f64 / BYTES_PER_MEGABYTE)
}
