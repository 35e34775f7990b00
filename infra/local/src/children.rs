//! Child processes that never outlive us.
//!
//! Each runs under `python/supervise.py`, which stops it when our end of its standard input closes. The kernel closes
//! that end however we die, so Ctrl-C, a panic and kill -9 all leave nothing behind.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};

use crate::{Error, Result, paths};

/// How much of a log an error shows.
const LOG_TAIL_BYTES: u64 = 4_000;

/// What to run.
#[derive(Debug)]
pub struct ChildOptions {
    /// Shown in errors; also the log file's name.
    pub name: String,
    /// The interpreter for the supervisor.
    pub python: PathBuf,
    /// The command with its arguments.
    pub command: Vec<OsString>,
    /// The child's whole environment; nothing of ours is inherited.
    pub environment: Vec<(&'static str, OsString)>,
    /// Where the log goes.
    pub logs: PathBuf,
    /// A folder to remove once the child has ended.
    pub scratch: PathBuf,
}

/// A running child. Dropping it stops it and everything it started.
#[derive(Debug)]
pub struct Child {
    name: String,
    log: PathBuf,
    process: std::process::Child,
    /// Open as long as the child is wanted.
    lifeline: Option<ChildStdin>,
}

impl Child {
    /// Starts a child; its output goes to a file.
    pub fn start(options: &ChildOptions) -> Result<Self> {
        let name = options.name.clone();
        create_folder(&options.logs)?;
        create_folder(&options.scratch)?;
        let log = options.logs.join(format!("{name}.log"));
        let output = File::create(&log).map_err(Error::io(format!("create {}", log.display())))?;
        let errors = output
            .try_clone()
            .map_err(Error::io("share the log file"))?;
        let mut process = Command::new(&options.python)
            .arg(paths::python().join("supervise.py"))
            .arg("--scratch")
            .arg(&options.scratch)
            .args(&options.command)
            .env_clear()
            .envs(
                options
                    .environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(Error::io(format!("start {name}")))?;
        let lifeline = process.stdin.take();
        Ok(Self {
            name,
            log,
            process,
            lifeline,
        })
    }

    /// An error with the end of the log if the child has ended.
    pub fn check_running(&mut self) -> Result<()> {
        match self
            .process
            .try_wait()
            .map_err(Error::io(format!("look at {}", self.name)))?
        {
            None => Ok(()),
            Some(_) => Err(Error::Ended {
                name: self.name.clone(),
                log: self.log.clone(),
                tail: tail(&self.log),
            }),
        }
    }

    /// How the child ended, if it has.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
    }

    /// The supervisor's process; the child is its only child.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The child's log file.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Asks the child to stop without waiting for it, so that several stop at once.
    pub fn release(&mut self) {
        self.lifeline = None;
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.release();
        // Bounded by the supervisor, which kills what does not stop within its grace time.
        let _ = self.process.wait();
    }
}

/// The variables a child needs to run at all.
pub fn base_environment(scratch: &Path) -> Vec<(&'static str, OsString)> {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    vec![
        ("PATH", path),
        ("HOME", scratch.into()),
        ("TMPDIR", scratch.into()),
        ("LANG", "C.UTF-8".into()),
        ("PYTHONUNBUFFERED", "1".into()),
        ("NO_PROXY", "*".into()),
    ]
}

/// The end of a log file, or why it cannot be read.
pub fn tail(log: &Path) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(LOG_TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    match read() {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => format!("(the log cannot be read: {error})"),
    }
}

/// Creates a folder and its parents.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(Error::io(format!("create {}", folder.display())))
}

#[cfg(test)]
mod tests;
