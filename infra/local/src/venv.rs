//! The virtual environment with the emulators, filled from the hash-locked requirements file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use sha2::{Digest, Sha256};
use tokio::process::Command;

use crate::children::{create_folder, tail};
use crate::{Error, Result, paths, prerequisites};

/// A folder outside the clone that keeps the environment between clones.
pub const CACHE_VARIABLE: &str = "INFRARED_CACHE";
/// Written last, so that an interrupted installation is repeated.
const STAMP: &str = "installed-requirements.sha256";
/// Enough of the hash to tell requirement files apart in a folder name.
const KEY_CHARACTERS: usize = 16;

/// An installed environment.
#[derive(Clone, Debug)]
pub struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// Finds the environment, and makes or renews it if the requirements changed.
    pub async fn prepare() -> Result<Self> {
        let requirements = paths::python().join("requirements.txt");
        let bytes = tokio::fs::read(&requirements)
            .await
            .map_err(Error::io(format!("read {}", requirements.display())))?;
        let hash = hex::encode(Sha256::digest(&bytes));
        let venv = Self {
            folder: folder_for(&hash),
        };
        if venv.is_installed(&hash) {
            return Ok(venv);
        }
        let _alone = lock(&venv.folder).await?;
        // Another process may have installed it while we waited.
        if !venv.is_installed(&hash) {
            venv.install(&requirements, &hash).await?;
        }
        Ok(venv)
    }

    /// Its interpreter, through which all of its programs are run: the scripts beside it name the folder that they were
    /// installed in, and break when a cache is restored elsewhere.
    pub fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// Complete, and its interpreter, a link, still leads to a Python.
    fn is_installed(&self, hash: &str) -> bool {
        std::fs::read_to_string(self.folder.join(STAMP)).is_ok_and(|stamp| stamp == hash)
            && self.python().exists()
    }

    async fn install(&self, requirements: &Path, hash: &str) -> Result<()> {
        let python = tokio::task::block_in_place(prerequisites::check)?.python;
        let log = paths::local().join("logs/pip.log");
        create_folder(&paths::local().join("logs"))?;
        // From nothing: an upgrade in place would keep packages that are no longer listed.
        if self.folder.exists() {
            tokio::fs::remove_dir_all(&self.folder)
                .await
                .map_err(Error::io(format!("remove {}", self.folder.display())))?;
        }
        let mut create = Command::new(python);
        create.args(["-m", "venv"]).arg(&self.folder);
        run("creating the virtual environment", create, &log).await?;
        let mut install = Command::new(self.python());
        install
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "-r",
            ])
            .arg(requirements);
        run("installing the Python packages", install, &log).await?;
        std::fs::write(self.folder.join(STAMP), hash)
            .map_err(Error::io("stamp the virtual environment"))
    }
}

fn folder_for(hash: &str) -> PathBuf {
    match std::env::var_os(CACHE_VARIABLE) {
        Some(cache) => Path::new(&cache).join(format!("venv-{}", &hash[..KEY_CHARACTERS])),
        None => paths::local().join("venv"),
    }
}

/// Several test processes may start at once; one installs. The lock ends with the file handle.
async fn lock(folder: &Path) -> Result<File> {
    let parent = folder.parent().unwrap_or(folder).to_owned();
    create_folder(&parent)?;
    let path = folder.with_extension("lock");
    let doing = format!("lock {}", path.display());
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(&path)?;
        file.lock()?;
        Ok(file)
    });
    locked
        .await
        .map_err(std::io::Error::other)
        .and_then(std::convert::identity)
        .map_err(Error::io(doing))
}

/// Runs a command with its output in the log, whose end the error shows.
async fn run(what: &str, mut command: Command, log: &Path) -> Result<()> {
    let output = File::create(log).map_err(Error::io(format!("create {}", log.display())))?;
    let errors = output
        .try_clone()
        .map_err(Error::io("share the log file"))?;
    let status = command
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .kill_on_drop(true)
        .status()
        .await
        .map_err(Error::io(what))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Command {
        what: what.to_owned(),
        status,
        output: tail(log),
    })
}
