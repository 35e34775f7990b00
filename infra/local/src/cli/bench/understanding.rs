//! Understanding and the search for a machine, which only the release profile can tell about: an example of `domain`
//! measures and this module reads what it found.

use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;

use super::report::Row;
use super::samples::Samples;
use crate::{Error, Result, paths};

const EXAMPLE: &str = "understanding_speed";

/// What the example says, in nanoseconds.
#[derive(Debug, Deserialize)]
struct Measured {
    understand: Vec<u64>,
    choose: Vec<u64>,
}

/// Understanding a sentence, and the search for the cheapest machine.
pub(super) async fn measure() -> Result<(Row, Row)> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--release", "--quiet", "--package", "domain"])
        .args(["--example", EXAMPLE])
        .current_dir(paths::workspace())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(Error::io("run cargo"))?;
    if !output.status.success() {
        return Err(Error::Command {
            what: format!("the example {EXAMPLE}"),
            status: output.status,
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    let measured: Measured =
        serde_json::from_slice(&output.stdout).map_err(|error| Error::Unexpected {
            what: format!("what the example {EXAMPLE} says"),
            detail: error.to_string(),
        })?;
    let row = |what: &str, times: Vec<u64>| {
        let samples: Samples = times.into_iter().map(Duration::from_nanos).collect();
        Row::new(what, &samples)
    };
    Ok((
        row("understanding a sentence", measured.understand),
        row("search for the cheapest machine", measured.choose),
    ))
}
