//! Understanding and the search for a machine, which only the release profile can tell about: examples of `domain`
//! measure and this module reads what they found.

use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::process::Command;

use super::report::{Row, SEARCH};
use super::samples::Samples;
use crate::{Error, Result, paths};

/// Times of the rules.
#[derive(Debug)]
pub(super) struct Rules {
    understand: Samples,
    search_bundled: Samples,
    search: Samples,
    search_fitting: Samples,
    search_empty: Samples,
    by_hand: Samples,
    read_bundled: Samples,
    read_pages: Samples,
}

impl Rules {
    pub(super) fn rows(&self) -> Vec<Row> {
        vec![
            Row::new("understanding a sentence", &self.understand),
            Row::new("reading the bundled catalogue", &self.read_bundled),
            Row::new("reading pages of the largest region", &self.read_pages),
            Row::new("search for the cheapest machine", &self.search_bundled).within(SEARCH),
            Row::new("search among 100,000 offers", &self.search).within(SEARCH),
            Row::new("  where something fits", &self.search_fitting),
            Row::new("  where nothing fits, with why", &self.search_empty),
            Row::new("  looking at each offer instead", &self.by_hand),
        ]
    }

    /// What is compared with what.
    pub(super) fn ratios(&self) -> [(&'static str, &Samples, &Samples); 2] {
        [
            (
                "looking at each of 100,000 offers / search",
                &self.by_hand,
                &self.search,
            ),
            (
                "search, nothing fits / something fits",
                &self.search_empty,
                &self.search_fitting,
            ),
        ]
    }
}

/// What the examples say, in nanoseconds.
#[derive(Debug, Deserialize)]
struct Understanding {
    understand: Vec<u64>,
    choose: Vec<u64>,
}

#[derive(Debug, Deserialize)]
struct Choosing {
    search: Vec<u64>,
    search_fitting: Vec<u64>,
    search_empty: Vec<u64>,
    by_hand: Vec<u64>,
    read_bundled: Vec<u64>,
    read_pages: Vec<u64>,
}

/// Understanding sentences, and searches in the bundled catalogue and a large one.
pub(super) async fn measure() -> Result<Rules> {
    let understanding: Understanding = example("understanding_speed").await?;
    let choosing: Choosing = example("choosing_speed").await?;
    let samples =
        |times: Vec<u64>| -> Samples { times.into_iter().map(Duration::from_nanos).collect() };
    Ok(Rules {
        understand: samples(understanding.understand),
        search_bundled: samples(understanding.choose),
        search: samples(choosing.search),
        search_fitting: samples(choosing.search_fitting),
        search_empty: samples(choosing.search_empty),
        by_hand: samples(choosing.by_hand),
        read_bundled: samples(choosing.read_bundled),
        read_pages: samples(choosing.read_pages),
    })
}

/// What an example says.
async fn example<T: DeserializeOwned>(name: &str) -> Result<T> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--release", "--quiet", "--package", "domain"])
        .args(["--example", name])
        .current_dir(paths::workspace())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(Error::io("run cargo"))?;
    if !output.status.success() {
        return Err(Error::Command {
            what: format!("the example {name}"),
            status: output.status,
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    serde_json::from_slice(&output.stdout).map_err(|error| Error::Unexpected {
        what: format!("what the example {name} says"),
        detail: error.to_string(),
    })
}
