//! Control groups on hosts without systemd, where nobody else gives each machine one of its own.

use std::path::{Path, PathBuf};

use super::slot::names_in;
use crate::Result;
use crate::children::create_folder;

const ROOT: &str = "/sys/fs/cgroup";
/// The hierarchies that a machine's systemd looks at where each controller has its own.
const HIERARCHIES: [&str; 5] = ["systemd", "unified", "memory", "pids", "cpu"];
/// systemd nests a few levels: machine, slice, service, and a user's.
const DEPTH_MAX: usize = 12;

/// Whether systemd runs this host; then it is asked for a group, and none may be made behind its back.
pub(super) fn are_systemds() -> bool {
    Path::new("/run/systemd/system").exists()
}

/// Makes a machine's groups and returns the files that a process joins them by.
pub(super) fn create(name: &str) -> Result<Vec<PathBuf>> {
    hierarchies()
        .into_iter()
        .map(|hierarchy| {
            let group = hierarchy.join(name);
            create_folder(&group)?;
            Ok(group.join("cgroup.procs"))
        })
        .collect()
}

/// Removes the groups whose names begin like this, with those inside.
pub(super) fn remove_all(prefix: &str) {
    for hierarchy in hierarchies() {
        for name in names_in(&hierarchy, prefix) {
            remove(&hierarchy.join(name), DEPTH_MAX);
        }
    }
}

/// Groups are removed like empty folders; the files in them are the kernel's.
fn remove(group: &Path, depth_left: usize) {
    let Ok(entries) = std::fs::read_dir(group) else {
        return;
    };
    for entry in entries.flatten() {
        if depth_left > 0 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove(&entry.path(), depth_left - 1);
        }
    }
    let _ = std::fs::remove_dir(group);
}

/// Where groups are made: in one hierarchy, or in one a controller.
fn hierarchies() -> Vec<PathBuf> {
    let root = Path::new(ROOT);
    if root.join("cgroup.procs").exists() {
        return vec![root.to_owned()];
    }
    HIERARCHIES
        .iter()
        .map(|name| root.join(name))
        .filter(|hierarchy| hierarchy.join("cgroup.procs").exists())
        .collect()
}
