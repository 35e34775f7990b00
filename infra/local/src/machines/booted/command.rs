//! The host's own programs, which do what the kernel is asked for.

use std::process::{Command, Stdio};

use crate::{Error, Result};

/// Runs a program to its end and returns what it printed.
pub(super) fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io(format!("run {program}")))?;
    let printed = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(printed(&output.stdout));
    }
    Err(Error::Command {
        what: format!("{program} {}", arguments.join(" ")),
        status: output.status,
        output: printed(&output.stderr),
    })
}
