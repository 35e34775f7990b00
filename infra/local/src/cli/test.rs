//! `cargo dev test`: every test of the workspace, with what they need prepared once.

use std::ffi::OsString;
use std::process::{ExitCode, Stdio};

use tokio::process::Command;

use super::{Outcome, browser, machines};
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
    let has_machines = machines::prepare(&list).await?;
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
    let skipped = [
        (!has_browser).then_some(browser::TESTS),
        (!has_machines).then_some(machines::TESTS),
    ];
    command.args(skip_arguments(arguments, &skipped));
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
    if !has_machines {
        output::note(machines::SKIPPED);
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
        output::note(format!(
            "{role} is granted {action}, which no journey needed: take it away, or test what needs it."
        ));
    }
    Ok(if unused.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether a skipped test is a failure.
pub(super) fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}

/// Arguments for `cargo test` that leave tests out.
fn skip_arguments(given: &[OsString], skipped: &[Option<&'static str>]) -> Vec<&'static str> {
    let skips = skipped.iter().flatten().flat_map(|name| ["--skip", name]);
    let mut arguments: Vec<&str> = skips.collect();
    if !arguments.is_empty() && !given.iter().any(|argument| argument == "--") {
        arguments.insert(0, "--");
    }
    arguments
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
    fn tests_are_skipped_beside_whatever_else_is_asked_for() {
        let skipped = [None, Some("in_a_browser")];
        assert_eq!(
            skip_arguments(&[], &skipped),
            ["--", "--skip", "in_a_browser"]
        );
        assert_eq!(
            skip_arguments(&["--".into(), "--nocapture".into()], &skipped),
            ["--skip", "in_a_browser"]
        );
        assert!(skip_arguments(&[], &[None, None]).is_empty());
    }

    #[test]
    fn a_package_takes_the_place_of_the_workspace() {
        let names =
            |words: &[&str]| names_package(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(names(&["-p", "domain"]));
        assert!(names(&["--package=domain", "quote"]));
        assert!(!names(&["quote", "--", "-p"]));
    }
}
