//! The Lambda binaries, built by cargo for this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::process::Command;

use crate::{Error, Result, paths};

/// Set by `cargo dev test` to the folder of the binaries it has built; a stack then neither builds nor installs.
pub const PREPARED_VARIABLE: &str = "INFRARED_PREPARED";
/// The crates, which are also the short names of the functions.
pub const FUNCTIONS: [&str; 5] = ["slack", "provision", "watch", "notify", "beacon"];

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
    pub async fn prepare() -> Result<Self> {
        match std::env::var_os(PREPARED_VARIABLE) {
            Some(folder) => Ok(Self::in_folder(Path::new(&folder))),
            None => Self::build().await,
        }
    }

    /// Builds what has changed. Cargo's own progress goes to our standard error.
    pub async fn build() -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args(["build", "--message-format", "json-render-diagnostics"])
            .current_dir(paths::workspace());
        // With this crate, though it is built already: cargo then gives shared crates the features that they have in
        // it, and need not compile them a second time.
        command.args(["--package", env!("CARGO_PKG_NAME")]);
        for function in FUNCTIONS {
            command.args(["--package", function]);
        }
        let output = command
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(Error::io("run cargo build"))?;
        if !output.status.success() {
            let shown = "Cargo's messages are above.".to_owned();
            return Err(Error::Command {
                what: "cargo build".to_owned(),
                status: output.status,
                output: shown,
            });
        }
        Self::from_messages(&String::from_utf8_lossy(&output.stdout))
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

    /// Cargo names the executables, wherever its target folder is.
    fn from_messages(messages: &str) -> Result<Self> {
        let built: BTreeMap<String, PathBuf> = messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Artifact>(line).ok())
            .filter_map(|artifact| Some((artifact.target?.name, artifact.executable?)))
            .collect();
        let binary_of = |function: &'static str| match built.get(function) {
            Some(path) => Ok((function, path.clone())),
            None => Err(Error::Unexpected {
                what: "cargo's report".to_owned(),
                detail: format!("no executable for {function}"),
            }),
        };
        Ok(Self {
            binaries: FUNCTIONS
                .into_iter()
                .map(binary_of)
                .collect::<Result<_>>()?,
        })
    }
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
