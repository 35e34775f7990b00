//! Control groups on hosts without systemd, where nobody else gives each machine one of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::command::run;
use super::slot::names_in;
use crate::Result;
use crate::children::create_folder;

const ROOT: &str = "/sys/fs/cgroup";
/// The hierarchies that a machine's systemd looks at where each controller has its own.
const HIERARCHIES: [&str; 5] = ["systemd", "unified", "memory", "pids", "cpu"];
/// systemd nests a few levels: machine, slice, service, and a user's.
const DEPTH_MAX: usize = 12;
/// Killed processes are gone within milliseconds, but for those that wait for a slow disk.
const KILL_LIMIT: Duration = Duration::from_secs(10);
/// Nobody tells when somebody else's process is gone.
const KILL_INTERVAL: Duration = Duration::from_millis(20);

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

/// Kills everything in a machine's groups, and removes them.
pub(super) fn end(name: &str) {
    end_each(
        &hierarchies()
            .iter()
            .map(|hierarchy| hierarchy.join(name))
            .collect::<Vec<_>>(),
    );
}

/// The same for all machines whose names begin like this.
pub(super) fn end_all(prefix: &str) {
    let groups = hierarchies().into_iter().flat_map(|hierarchy| {
        let names = names_in(&hierarchy, prefix);
        names.into_iter().map(move |name| hierarchy.join(name))
    });
    end_each(&groups.collect::<Vec<_>>());
}

fn end_each(groups: &[PathBuf]) {
    let deadline = Instant::now() + KILL_LIMIT;
    loop {
        let mut left = BTreeSet::new();
        for group in groups {
            collect_processes(group, DEPTH_MAX, &mut left);
        }
        if left.is_empty() || Instant::now() > deadline {
            break;
        }
        let left: Vec<String> = left.into_iter().collect();
        let left = left.iter().map(String::as_str);
        // Some may have ended meanwhile.
        let _ = run(
            "kill",
            &["-s", "KILL"].into_iter().chain(left).collect::<Vec<_>>(),
        );
        sleep(KILL_INTERVAL);
    }
    for group in groups {
        remove(group, DEPTH_MAX);
    }
}

fn collect_processes(group: &Path, depth_left: usize, found: &mut BTreeSet<String>) {
    let processes = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    found.extend(processes.lines().map(str::to_owned));
    if depth_left == 0 {
        return;
    }
    for inner in folders_in(group) {
        collect_processes(&inner, depth_left - 1, found);
    }
}

/// Groups are removed like empty folders; the files in them are the kernel's.
fn remove(group: &Path, depth_left: usize) {
    if depth_left > 0 {
        for inner in folders_in(group) {
            remove(&inner, depth_left - 1);
        }
    }
    let _ = fs::remove_dir(group);
}

fn folders_in(group: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(group).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
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
