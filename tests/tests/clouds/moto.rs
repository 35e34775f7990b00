//! A moto of one test's own.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Printed once it listens.
const LISTENING: &str = " * Running on ";

/// A running moto; it stops when dropped.
pub(crate) struct Moto {
    pub(crate) url: String,
    _child: Child,
}

pub(crate) async fn start() -> Moto {
    let mut child = Command::new(venv().join("bin/moto_server"))
        .args(["-H", "127.0.0.1", "-p", "0"])
        .env("MOTO_ACCOUNT_ID", "000000000000")
        .env("MOTO_ENABLE_AMI_VALIDATION", "1")
        .env("MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("moto starts: is the Python environment there?");
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let url = loop {
        let line = lines.next_line().await.unwrap().expect("moto listens");
        if let Some(url) = line.strip_prefix(LISTENING) {
            break url.trim().to_owned();
        }
    };
    // Its log must be read, or it stops at a full pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Moto { url, _child: child }
}

fn venv() -> PathBuf {
    std::env::var_os("INFRARED_VENV").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.local/venv")),
        PathBuf::from,
    )
}
