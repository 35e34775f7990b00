//! Logging in to machines as people do: with OpenSSH's client and a key.

use std::error::Error;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

/// A busy machine takes a while to let somebody in.
const CONNECT_LIMIT_SECONDS: &str = "ConnectTimeout=20";

/// Somebody's keys and known hosts, in a folder that goes with them.
pub(super) struct Login {
    folder: PathBuf,
}

impl Login {
    /// With a new key pair.
    pub(super) async fn new(name: &str) -> Result<Self, Box<dyn Error>> {
        let folder = format!("infrared-login-{}-{name}", std::process::id());
        let login = Self {
            folder: std::env::temp_dir().join(folder),
        };
        std::fs::create_dir_all(&login.folder)?;
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(login.key())
            .stdin(Stdio::null())
            .status()
            .await?;
        made.success()
            .then_some(login)
            .ok_or_else(|| "ssh-keygen failed".into())
    }

    /// The public key, as people send it.
    pub(super) fn public_key(&self) -> Result<String, Box<dyn Error>> {
        let text = std::fs::read_to_string(self.key().with_extension("pub"))?;
        Ok(text.trim().to_owned())
    }

    /// Runs a command on a machine and returns what it prints. A host key that was seen before must be the same.
    pub(super) async fn run(&self, target: &str, command: &str) -> Result<String, Box<dyn Error>> {
        let output = self.ssh(target).arg(command).output().await?;
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout)?.trim().to_owned());
        }
        Err(String::from_utf8_lossy(&output.stderr).into())
    }

    /// Sits at a terminal of a machine for so long, and returns what appears there.
    pub(super) async fn watch(&self, target: &str, seconds: u32) -> Result<String, Box<dyn Error>> {
        let mut ssh = self.ssh(target);
        let output = ssh.args(["-tt", "sleep", &seconds.to_string()]).output();
        Ok(String::from_utf8_lossy(&output.await?.stdout).into())
    }

    fn ssh(&self, target: &str) -> Command {
        let known = format!("UserKnownHostsFile={}", self.folder.join("known").display());
        // By name and not by address, which a start changes.
        let alias = "HostKeyAlias=machine";
        let mut command = Command::new("ssh");
        command
            .args(["-F", "/dev/null", "-o", "BatchMode=yes"])
            .args(["-o", "IdentitiesOnly=yes", "-o", CONNECT_LIMIT_SECONDS])
            .args(["-o", "StrictHostKeyChecking=accept-new", "-o", &known])
            .args(["-o", alias, "-i"])
            .arg(self.key())
            .arg(target)
            .env_remove("SSH_AUTH_SOCK")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// What is logged in to from now on is another machine, with a host key of its own.
    pub(super) fn meets_another(&self) {
        // There may be none yet.
        let _ = std::fs::remove_file(self.folder.join("known"));
    }

    fn key(&self) -> PathBuf {
        self.folder.join("id_ed25519")
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        // Keys of machines that are gone do no harm.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
