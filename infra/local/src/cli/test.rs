//! `cargo dev test`: every test of the workspace, with what they need prepared once.

use std::ffi::OsString;
use std::process::{ExitCode, Stdio};

use tokio::process::Command;

use super::{Outcome, browser};
use crate::lambdas::{Lambdas, PREPARED_VARIABLE};
use crate::output::{self, PhaseList};
use crate::progress::{Phase, phase};
use crate::runs::Run;
use crate::stack::{Stack, StackOptions};
use crate::venv::Venv;
use crate::{Error, paths, permissions, prerequisites};

/// Prepares what the tests need and runs them.
pub(super) async fn run(arguments: &[OsString]) -> Outcome {
    prerequisites::check()?;
    let list = PhaseList::default();
    let has_browser = browser::prepare().await?;
    phase(&list, Phase::PythonPackages, Venv::prepare()).await?;
    let lambdas = phase(&list, Phase::Lambdas, Lambdas::build(&list)).await?;

    let run = Run::start()?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // All failures at once, not those of the first test program that has one.
    command.args(["test", "--no-fail-fast"]);
    if !names_package(arguments) {
        command.arg("--workspace");
    }
    command.args(arguments);
    if !has_browser {
        command.args(browser::skip_arguments(arguments));
    }
    let status = command
        .current_dir(paths::workspace())
        .env(PREPARED_VARIABLE, lambdas.folder())
        .env(permissions::KEEP_VARIABLE, run.folder())
        .stdin(Stdio::null())
        .status()
        .await
        .map_err(Error::io("run cargo test"))?;
    if !has_browser {
        output::note(browser::SKIPPED);
    }
    if !status.success() {
        return Ok(ExitCode::FAILURE);
    }
    // Some of the tests need some of the permissions.
    if !arguments.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let stack = Stack::start(StackOptions::journey(), &list).await?;
    let unused = permissions::unused(&stack.granted().await?, run.folder())?;
    stack.stop().await;
    for (role, action) in &unused {
        output::note(&format!(
            "{role} is granted {action}, which no journey needed: take it away, or test what needs it."
        ));
    }
    Ok(if unused.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether the arguments choose packages themselves.
fn names_package(arguments: &[OsString]) -> bool {
    let given = arguments.iter().map(|argument| argument.to_string_lossy());
    given
        .take_while(|argument| argument != "--")
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_takes_the_place_of_the_workspace() {
        let names =
            |words: &[&str]| names_package(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(names(&["-p", "domain"]));
        assert!(names(&["--package=domain", "quote"]));
        assert!(!names(&["quote", "--", "-p"]));
    }
}
