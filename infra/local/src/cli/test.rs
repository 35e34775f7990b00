//! `cargo dev test`: every test of the workspace, with what they need prepared once.

use std::ffi::OsString;
use std::process::{ExitCode, Stdio};

use tokio::process::Command;

use super::{Outcome, browser};
use crate::lambdas::{Lambdas, PREPARED_VARIABLE};
use crate::output::{self, PhaseList};
use crate::progress::{Phase, phase};
use crate::venv::Venv;
use crate::{Error, paths, prerequisites};

/// Prepares what the tests need and runs them.
pub(super) async fn run(arguments: &[OsString]) -> Outcome {
    prerequisites::check()?;
    let list = PhaseList::default();
    let has_browser = browser::prepare().await?;
    phase(&list, Phase::PythonPackages, Venv::prepare()).await?;
    let lambdas = phase(&list, Phase::Lambdas, Lambdas::build(&list)).await?;

    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["test", "--workspace"]).args(arguments);
    if !has_browser {
        command.args(browser::skip_arguments(arguments));
    }
    let status = command
        .current_dir(paths::workspace())
        .env(PREPARED_VARIABLE, lambdas.folder())
        .stdin(Stdio::null())
        .status()
        .await
        .map_err(Error::io("run cargo test"))?;
    if !has_browser {
        output::note(browser::SKIPPED);
    }
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
