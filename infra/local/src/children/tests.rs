//! Children of every temper end with us.

use std::time::{Duration, Instant};

use super::*;

/// A shell whose `report` starts a grandchild and writes both process ids to a file.
const SHELL: &str =
    r#"report() { sleep 600 & echo "$$ $!" > "$1.new"; mv "$1.new" "$1"; }; file=$1; eval "$2""#;
/// A parent that holds the lifeline as we do.
const PARENT: &str =
    "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()";
const LIMIT: Duration = Duration::from_secs(20);

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("infrared-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn options(&self, behaviour: &str) -> ChildOptions {
        let scratch = self.0.join("scratch");
        ChildOptions {
            name: "shell".to_owned(),
            python: "python3".into(),
            command: vec![
                "sh".into(),
                "-c".into(),
                SHELL.into(),
                "sh".into(),
                self.report().into(),
                behaviour.into(),
            ],
            environment: base_environment(&scratch),
            logs: self.0.join("logs"),
            scratch,
        }
    }

    fn report(&self) -> PathBuf {
        self.0.join("processes")
    }

    /// The process ids that the shell reported.
    fn processes(&self) -> Vec<String> {
        wait_for("the shell's report", || {
            std::fs::read_to_string(self.report()).ok()
        })
        .split_whitespace()
        .map(str::to_owned)
        .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The operating system offers no event for what a stranger does, so these tests look until a limit.
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if let Some(found) = look() {
            return found;
        }
        std::thread::yield_now();
    }
    panic!("{what}: not within {LIMIT:?}");
}

fn is_alive(process: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

fn wait_until_gone(processes: &[String]) {
    wait_for("the end of all processes", || {
        processes
            .iter()
            .all(|process| !is_alive(process))
            .then_some(())
    });
}

#[test]
fn dropping_a_child_stops_its_whole_group_and_removes_its_scratch_folder() {
    let folder = Folder::new("drop");
    let options = folder.options("report $file; wait");
    let child = Child::start(&options).unwrap();
    let processes = folder.processes();
    assert_eq!(processes.len(), 2);
    drop(child);
    wait_until_gone(&processes);
    assert!(!options.scratch.exists());
}

#[test]
fn a_child_that_ignores_the_request_is_killed() {
    let folder = Folder::new("deaf");
    let child =
        Child::start(&folder.options("trap '' TERM; report $file; while :; do sleep 1; done"))
            .unwrap();
    let processes = folder.processes();
    drop(child);
    wait_until_gone(&processes);
}

#[test]
fn a_child_that_ends_by_itself_is_told_with_its_log_and_leaves_nothing() {
    let folder = Folder::new("ends");
    let mut child =
        Child::start(&folder.options("report $file; echo out of luck; exit 3")).unwrap();
    let processes = folder.processes();
    let error = wait_for("the child's end", || child.check_running().err());
    assert!(
        matches!(&error, Error::Ended { tail, .. } if tail.contains("out of luck")),
        "{error}"
    );
    wait_until_gone(&processes);
}

#[test]
fn children_end_when_their_parent_is_killed() {
    let folder = Folder::new("orphan");
    let options = folder.options("report $file; wait");
    std::fs::create_dir_all(&options.scratch).unwrap();
    let mut parent = Command::new("python3")
        .args(["-c", PARENT, "python3"])
        .arg(paths::python().join("supervise.py"))
        .arg("--scratch")
        .arg(&options.scratch)
        .args(&options.command)
        .spawn()
        .unwrap();
    let processes = folder.processes();
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait_until_gone(&processes);
}
