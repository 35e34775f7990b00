//! The browser that some tests drive.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::output;
use crate::{Error, Result};

/// The tests drive Debian's own browser, found where Debian puts it.
const PROGRAMS: [&str; 2] = ["/usr/bin/chromium", "/usr/bin/chromedriver"];
/// The font is there for the eyes: without it pictures have boxes where emoji should be, but no test fails.
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-color-emoji"];
const INSTALL: &str = "sudo apt-get install chromium chromium-driver fonts-noto-color-emoji";
/// What the names of tests that need it begin with.
const TESTS: &str = "in_a_browser";
/// Said last, where it is seen.
pub(super) const SKIPPED: &str = "SKIPPED: the tests in a browser. They need: sudo apt-get install chromium chromium-driver fonts-noto-color-emoji";

/// Whether the tests have a browser, which is installed if that is allowed. In CI it must be there.
pub(super) async fn prepare() -> Result<bool> {
    if is_there() {
        return Ok(true);
    }
    if may_install().await {
        output::note("Installing Debian's chromium for the tests in a browser");
        apt_get(&["update", "--quiet=2"]).await?;
        apt_get(
            &[
                &["install", "--quiet=2", "--yes", "--no-install-recommends"],
                &PACKAGES[..],
            ]
            .concat(),
        )
        .await?;
    }
    if !is_there() && std::env::var_os("CI").is_some_and(|value| value == "true") {
        return Err(Error::Missing {
            what: "chromium, which the tests in a browser drive,",
            install: INSTALL,
        });
    }
    Ok(is_there())
}

/// Arguments for `cargo test` that leave the tests in a browser out.
pub(super) fn skip_arguments(given: &[OsString]) -> Vec<&'static OsStr> {
    let separator = (!given.iter().any(|argument| argument == "--")).then_some("--");
    separator
        .into_iter()
        .chain(["--skip", TESTS])
        .map(OsStr::new)
        .collect()
}

fn is_there() -> bool {
    PROGRAMS.iter().all(|program| Path::new(program).exists())
}

/// Only root may install, and only where there is apt.
async fn may_install() -> bool {
    let id = Command::new("id")
        .arg("-u")
        .stdin(Stdio::null())
        .output()
        .await;
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
        && Path::new("/usr/bin/apt-get").exists()
}

async fn apt_get(arguments: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .await
        .map_err(Error::io("run apt-get"))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Command {
        what: format!("apt-get {}", arguments.join(" ")),
        status,
        output: format!("Install it yourself: {INSTALL}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_skipped_beside_whatever_else_is_asked_for() {
        assert_eq!(skip_arguments(&[]), ["--", "--skip", TESTS]);
        assert_eq!(
            skip_arguments(&["--".into(), "--nocapture".into()]),
            ["--skip", TESTS]
        );
    }
}
