//! `cargo dev wit-app`: the training app of wit.ai, written anew from the labelled sentences.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use domain::understand::wit::training::{Labelled, files};

use super::Outcome;
use crate::{output, paths};

/// Replaces the checked-in app.
pub(super) fn run() -> Outcome {
    let files = app()?;
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for (path, content) in &files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, content)?;
    }
    output::line(format!(
        "{} files written to {}",
        files.len(),
        folder.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Its one top folder is what wit.ai wants to find in the zip.
fn folder() -> PathBuf {
    paths::workspace().join("infra/wit/infrared")
}

/// The files of the app, by path.
fn app() -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let path = paths::workspace().join("functions/shared/domain/tests/data/dev.jsonl");
    let mut sentences: Vec<Labelled> = Vec::new();
    for (number, line) in (1..).zip(fs::read_to_string(&path)?.lines()) {
        let sentence = serde_json::from_str(line)
            .map_err(|error| format!("{}:{number}: {error}", path.display()))?;
        sentences.push(sentence);
    }
    Ok(files(&sentences))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::*;

    /// Everything in a folder, by path.
    fn stored(folder: &Path) -> io::Result<BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                let inner = stored(&entry.path())?;
                found.extend(
                    inner
                        .into_iter()
                        .map(|(path, text)| (format!("{name}/{path}"), text)),
                );
            } else {
                found.insert(name, fs::read_to_string(entry.path())?);
            }
        }
        Ok(found)
    }

    #[test]
    fn the_checked_in_app_is_the_one_written() {
        let written = app().expect("the labelled sentences are in form");
        let stored = stored(&folder()).expect("infra/wit/infrared is checked in");
        let differing: Vec<&String> = written
            .iter()
            .filter(|(path, content)| stored.get(*path) != Some(content))
            .map(|(path, _)| path)
            .chain(stored.keys().filter(|path| !written.contains_key(*path)))
            .collect();
        assert!(
            differing.is_empty(),
            "run `cargo dev wit-app`: {differing:?}"
        );
    }
}
