//! The Lambda binaries, built by cargo for this machine.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Command;

use crate::progress::{Phase, Progress};
use crate::{Error, Result, paths};

/// How much of cargo's words an error shows.
const SHOWN_LINES: usize = 60;

/// Set by `cargo dev test` to the folder of the binaries it has built; a stack then neither builds nor installs.
pub const PREPARED_VARIABLE: &str = "INFRARED_PREPARED";
/// The crates, which are also the short names of the functions.
pub const FUNCTIONS: [&str; 6] = ["slack", "provision", "watch", "notify", "beacon", "prices"];

/// The built binaries by function.
#[derive(Clone, Debug)]
pub struct Lambdas {
    binaries: BTreeMap<&'static str, PathBuf>,
}

/// The part we read of what cargo says about each thing it built.
#[derive(Deserialize)]
struct Artifact {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

impl Lambdas {
    /// The binaries that `cargo dev test` has prepared, else freshly built ones.
    pub async fn prepare(progress: &dyn Progress) -> Result<Self> {
        match std::env::var_os(PREPARED_VARIABLE) {
            Some(folder) => Ok(Self::in_folder(Path::new(&folder))),
            None => Self::build(progress).await,
        }
    }

    /// Builds what has changed.
    pub async fn build(progress: &dyn Progress) -> Result<Self> {
        // Our own library is up to date. It is named so that cargo gives the crates we share with the Lambdas the
        // features that both need, and compiles them once.
        let mut arguments = vec!["--package", "local", "--lib"];
        for function in FUNCTIONS {
            arguments.extend(["--package", function, "--bin", function]);
        }
        Self::from_messages(&cargo_build(&arguments, progress).await?)
    }

    /// Binaries by function.
    pub fn binaries(&self) -> &BTreeMap<&'static str, PathBuf> {
        &self.binaries
    }

    /// The folder they are in.
    pub fn folder(&self) -> &Path {
        self.binaries
            .values()
            .next()
            .and_then(|binary| binary.parent())
            .unwrap_or(Path::new("."))
    }

    fn in_folder(folder: &Path) -> Self {
        Self {
            binaries: FUNCTIONS
                .into_iter()
                .map(|function| (function, folder.join(function)))
                .collect(),
        }
    }

    fn from_messages(messages: &str) -> Result<Self> {
        Ok(Self {
            binaries: FUNCTIONS
                .into_iter()
                .map(|function| Ok((function, executable(messages, function)?)))
                .collect::<Result<_>>()?,
        })
    }
}

/// Builds one function as it is deployed: alone, so with its own features only, and in the release profile.
pub async fn build_release(function: &str, progress: &dyn Progress) -> Result<PathBuf> {
    let arguments = ["--release", "--package", function, "--bin", function];
    executable(&cargo_build(&arguments, progress).await?, function)
}

/// Runs `cargo build` and returns its report, a line of JSON for each thing it built.
async fn cargo_build(arguments: &[&str], progress: &dyn Progress) -> Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["build", "--message-format", "json-render-diagnostics"])
        .args(arguments)
        .current_dir(paths::workspace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::io("run cargo build"))?;
    let words = relay(child.stderr.take(), progress);
    let (output, words) = tokio::join!(read(child.stdout.take()), words);
    let status = child
        .wait()
        .await
        .map_err(Error::io("wait for cargo build"))?;
    if status.success() {
        return output.map_err(Error::io("read cargo's report"));
    }
    Err(Error::Command {
        what: "cargo build".to_owned(),
        status,
        output: words,
    })
}

/// Cargo names the executables, wherever its target folder is.
fn executable(messages: &str, name: &str) -> Result<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Artifact>(line).ok())
        .filter(|artifact| {
            artifact
                .target
                .as_ref()
                .is_some_and(|target| target.name == name)
        })
        .find_map(|artifact| artifact.executable)
        .ok_or_else(|| Error::Unexpected {
            what: "cargo's report".to_owned(),
            detail: format!("no executable for {name}"),
        })
}

/// Passes on what cargo is busy with, and returns the end of everything else it says.
async fn relay(stream: Option<impl AsyncRead + Unpin>, progress: &dyn Progress) -> String {
    let Some(stream) = stream else {
        return String::new();
    };
    let mut lines = BufReader::new(stream).lines();
    let mut others = VecDeque::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(what) = line.trim_start().strip_prefix("Compiling ") {
            progress.step(Phase::Lambdas, what);
            continue;
        }
        if others.len() == SHOWN_LINES {
            others.pop_front();
        }
        others.push_back(line);
    }
    Vec::from(others).join("\n")
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let mut text = String::new();
    if let Some(mut stream) = stream {
        stream.read_to_string(&mut text).await?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executables_are_read_from_cargos_messages() {
        let messages: String = FUNCTIONS
            .iter()
            .map(|name| {
                format!("{{\"reason\":\"compiler-artifact\",\"target\":{{\"name\":\"{name}\"}},\"executable\":\"/t/{name}\"}}\n")
            })
            .chain(["{\"reason\":\"build-finished\",\"success\":true}\n".to_owned()])
            .collect();
        let lambdas = Lambdas::from_messages(&messages).unwrap();
        assert_eq!(lambdas.binaries()["watch"], Path::new("/t/watch"));
        assert_eq!(lambdas.folder(), Path::new("/t"));
    }

    #[test]
    fn a_missing_executable_is_an_error() {
        assert!(Lambdas::from_messages("{}").is_err());
    }
}
