//! A folder for everything that one run writes, which goes with the run.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::children::create_folder;
use crate::{Error, Result, paths, secrets};

/// Enough of a random name not to meet another run's.
const NAME_CHARACTERS: usize = 12;
/// A folder's name until it is locked, so that nobody takes it for a dead run's.
const UNLOCKED_PREFIX: &str = "new-";
/// Locked as long as the run lives; the lock ends with the process, however it ends.
const LOCK: &str = "lock";

/// A run that is under way; its folder is removed when it ends.
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    _lock: File,
}

impl Run {
    /// Starts a run, and removes what runs left that were killed.
    pub fn start() -> Result<Self> {
        Self::start_in(&paths::local().join("runs"))
    }

    fn start_in(runs: &Path) -> Result<Self> {
        create_folder(runs)?;
        remove_dead(runs);
        let name = &secrets::random_hex()?[..NAME_CHARACTERS];
        let unlocked = runs.join(format!("{UNLOCKED_PREFIX}{name}"));
        create_folder(&unlocked)?;
        let doing = || format!("lock {}", unlocked.display());
        let lock = File::create(unlocked.join(LOCK)).map_err(Error::io(doing()))?;
        lock.lock().map_err(Error::io(doing()))?;
        let folder = runs.join(name);
        std::fs::rename(&unlocked, &folder)
            .map_err(Error::io(format!("make {}", folder.display())))?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Where the run writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

fn remove_dead(runs: &Path) {
    let Ok(entries) = std::fs::read_dir(runs) else {
        return;
    };
    for entry in entries.flatten() {
        let is_new = entry
            .file_name()
            .to_string_lossy()
            .starts_with(UNLOCKED_PREFIX);
        if !is_new && is_dead(&entry.path()) {
            remove(&entry.path());
        }
    }
}

fn is_dead(folder: &Path) -> bool {
    File::open(folder.join(LOCK))
        .is_ok_and(|lock| !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

/// What cannot be removed is in the ignored folder and harms nobody.
fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_removes_its_folder_and_those_of_the_dead_but_none_of_the_living() {
        let runs = std::env::temp_dir().join(format!("infrared-runs-{}", std::process::id()));
        let alive = Run::start_in(&runs).unwrap();
        let dead = runs.join("dead");
        std::fs::create_dir_all(&dead).unwrap();
        File::create(dead.join(LOCK)).unwrap();

        let other = Run::start_in(&runs).unwrap();
        assert!(!dead.exists());
        assert!(alive.folder().exists());
        let folder = other.folder().to_owned();
        drop(other);
        assert!(!folder.exists());
        drop(alive);
        std::fs::remove_dir(&runs).unwrap();
    }
}
