//! Looking at processes of this host.

use std::fs;
use std::path::Path;

use tokio::process::Command;

use crate::paths;

/// The processes that were started with an argument that begins like this.
pub(super) fn with_argument(start: &str) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.split(|byte| *byte == 0)
                .any(|argument| argument.starts_with(start.as_bytes()))
        })
        .collect()
}

/// The one process that a process has started, if it is one.
pub(super) fn only_child(pid: u32) -> Option<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    let mut children = children.split_ascii_whitespace();
    let child = children.next()?.parse().ok()?;
    children.next().is_none().then_some(child)
}

/// Where the host's programs are; what users add to their path has no part in machines.
pub(super) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A command, whose arguments are still to come, that ends when its standard input is closed: it does not outlive us.
pub(super) fn supervised(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.arg(paths::python().join("supervise.py"));
    command
}
