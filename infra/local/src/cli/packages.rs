//! Debian's packages, which some tests need and which are installed where that is allowed.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::{Error, Result};

/// Only root may install, and only where there is apt.
pub(super) async fn may_install() -> bool {
    let id = Command::new("id")
        .arg("-u")
        .stdin(Stdio::null())
        .output()
        .await;
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
        && Path::new("/usr/bin/apt-get").exists()
}

/// Installs packages; `by_hand` is what a person would type.
pub(super) async fn install(packages: &[&str], by_hand: &str) -> Result<()> {
    let options = ["install", "--quiet=2", "--yes", "--no-install-recommends"];
    apt_get(&["update", "--quiet=2"], by_hand).await?;
    apt_get(&[&options[..], packages].concat(), by_hand).await
}

async fn apt_get(arguments: &[&str], by_hand: &str) -> Result<()> {
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
        output: format!("Install it yourself: {by_hand}"),
    })
}
