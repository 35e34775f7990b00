//! Machines that do not exist: each is the agent out of its user data, in a folder of its own, run by Python.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::clock::SharedClock;
use crate::cloud::Instance;
use crate::{Error, ports};

use super::machine::{Disk, Machine, Maker};
use super::metadata::{self, Metadata};
use super::{Fate, Fates, MachineError};

/// How cloud-init recognises the document; the product renders the rest as JSON.
const HEADER: &str = "#cloud-config\n";
const CONFIG_NAME: &str = "agent.json";
const AGENT_NAME: &str = "agent.py";
const FAILED_NAME: &str = "failed.json";
const TOLD_NAME: &str = "instance-data.json";

/// Makes a folder with an agent for each instance.
#[derive(Debug)]
pub(super) struct Player {
    pub(super) scratch: PathBuf,
    pub(super) python: PathBuf,
    pub(super) clock: SharedClock,
    /// Which of them do not get ready.
    pub(super) fates: Fates,
}

#[async_trait]
impl Maker for Player {
    async fn machine(&self, instance: &Instance) -> Result<Arc<dyn Machine>, MachineError> {
        Ok(Arc::new(Agent::install(instance, self).await?))
    }

    /// What was running ended with whoever waited for it, and the folder goes with the run.
    async fn close(&self) {}
}

#[derive(Debug)]
struct Agent {
    id: String,
    folder: PathBuf,
    python: PathBuf,
    clock: SharedClock,
    number: Option<u32>,
    fates: Fates,
    metadata: Arc<Metadata>,
    metadata_url: String,
    /// What applies the beacon's answers runs once at a time, as it does under systemd.
    heartbeat: Mutex<()>,
    server: JoinHandle<()>,
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Agent {
    /// Takes the agent and its configuration out of the instance's user data.
    async fn install(instance: &Instance, player: &Player) -> Result<Self, MachineError> {
        let (metadata, address, server) =
            metadata(instance).map_err(|error| MachineError::Metadata {
                id: instance.id.clone(),
                source: Box::new(error),
            })?;
        let agent = Self {
            id: instance.id.clone(),
            folder: player.scratch.join(&instance.id),
            python: player.python.clone(),
            clock: player.clock.clone(),
            number: number(instance),
            fates: player.fates.clone(),
            metadata,
            metadata_url: format!("http://{address}"),
            heartbeat: Mutex::default(),
            server,
        };
        let user_data = instance.first_boot().unwrap_or_default();
        let files = written_files(&user_data).map_err(|reason| MachineError::UserData {
            id: instance.id.clone(),
            reason,
        })?;
        let state = agent.state_folder();
        tokio::fs::create_dir_all(&state)
            .await
            .map_err(|source| agent.io(source))?;
        for (name, content) in files {
            tokio::fs::write(agent.folder.join(name), content)
                .await
                .map_err(|source| agent.io(source))?;
        }
        // What cloud-init notes of what the cloud told it: all that tells machines of one launch apart.
        let told =
            json!({"ds": {"meta-data": {"ami-launch-index": instance.launch_index.to_string()}}});
        tokio::fs::write(agent.folder.join(TOLD_NAME), told.to_string())
            .await
            .map_err(|source| agent.io(source))?;
        Ok(agent)
    }

    /// Runs the agent as systemd would. It dies with the future that waits for it.
    async fn call(&self, command: &'static str) -> Result<(), MachineError> {
        let output = Command::new(&self.python)
            .arg("-B")
            .arg(self.folder.join(AGENT_NAME))
            .arg(command)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("INFRARED_CONFIG", self.folder.join(CONFIG_NAME))
            .env("INFRARED_HOME", &self.folder)
            .env("INFRARED_RUN", self.folder.join("run"))
            .env("INFRARED_STATE", self.state_folder())
            .env("INFRARED_KEYS", self.folder.join("keys"))
            .env("INFRARED_INSTANCE_DATA", self.folder.join(TOLD_NAME))
            .env("INFRARED_DRY_RUN", "1")
            .env("INFRARED_METADATA_URL", &self.metadata_url)
            .env(
                "INFRARED_CLOCK_OFFSET_SECONDS",
                self.clock.offset_seconds().to_string(),
            )
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|source| self.io(source))?;
        if output.status.success() {
            return Ok(());
        }
        Err(MachineError::Agent {
            id: self.id.clone(),
            command,
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// No step is run here. One that fails leaves this.
    async fn play_setup(&self) -> Result<(), MachineError> {
        let Some(Fate::Fails(failure)) = self.fate() else {
            return Ok(());
        };
        let text = json!(failure).to_string();
        tokio::fs::write(self.folder.join(FAILED_NAME), text)
            .await
            .map_err(|source| self.io(source))
    }

    fn fate(&self) -> Option<Fate> {
        let fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        fates.get(&self.number?).cloned()
    }

    fn state_folder(&self) -> PathBuf {
        self.folder.join("state")
    }

    fn io(&self, source: std::io::Error) -> MachineError {
        MachineError::Io {
            id: self.id.clone(),
            source,
        }
    }
}

#[async_trait]
impl Machine for Agent {
    fn id(&self) -> &str {
        &self.id
    }

    async fn boot(&self) -> Result<(), MachineError> {
        {
            let _alone = self.heartbeat.lock().await;
            self.call("enrol").await?;
            self.call("apply").await?;
        }
        self.call("setup").await?;
        self.play_setup().await?;
        self.call("ready").await
    }

    /// It runs only while it is called, and a folder costs nothing.
    async fn power_off(&self, _disk: Disk) {}

    async fn beat(&self) -> Result<(), MachineError> {
        let _alone = self.heartbeat.lock().await;
        let beat = self.call("beat").await;
        self.call("apply").await?;
        beat
    }

    async fn state(&self) -> Result<Value, MachineError> {
        let path = self.state_folder().join("state.json");
        let text = tokio::fs::read(path)
            .await
            .map_err(|source| self.io(source))?;
        serde_json::from_slice(&text).map_err(|error| self.io(error.into()))
    }

    async fn scheduled_shutdown(&self) -> Option<Vec<String>> {
        let text = tokio::fs::read(self.folder.join("shutdown.json")).await;
        serde_json::from_slice(&text.ok()?).ok()
    }

    async fn authorized_keys(&self, user: &str) -> Option<String> {
        let path = self.folder.join("keys").join(user);
        tokio::fs::read_to_string(path).await.ok()
    }

    async fn run(&self, _command: &[&str]) -> Result<String, MachineError> {
        Err(MachineError::OnlyPlayed(self.id.clone()))
    }

    async fn hostname(&self) -> Option<String> {
        let text = tokio::fs::read(self.folder.join("hostname.json")).await;
        let command: Vec<String> = serde_json::from_slice(&text.ok()?).ok()?;
        command.into_iter().next_back()
    }

    async fn announce_interruption(&self, at_epoch_seconds: Option<i64>) {
        self.metadata.announce_interruption(at_epoch_seconds);
    }
}

/// What the machine's cloud tells it about itself, and where.
fn metadata(instance: &Instance) -> crate::Result<(Arc<Metadata>, SocketAddr, JoinHandle<()>)> {
    let metadata = Arc::new(Metadata::of(instance)?);
    let listener = ports::listen(0)?;
    let address = listener
        .local_addr()
        .map_err(Error::io("read the port of a machine's metadata"))?;
    listener
        .set_nonblocking(true)
        .map_err(Error::io("serve a machine's metadata"))?;
    let server = metadata::serve(listener, metadata.clone())?;
    Ok((metadata, address, server))
}

/// Which of the machines of its reservation an instance is, by what its user data say.
pub(super) fn number(instance: &Instance) -> Option<u32> {
    let files = written_files(&instance.first_boot()?).ok()?;
    let (_, config) = files.iter().find(|(name, _)| *name == CONFIG_NAME)?;
    let config: Value = serde_json::from_str(config).ok()?;
    let first = u32::try_from(config["first_number"].as_u64()?).ok()?;
    Some(first + instance.launch_index)
}

/// The agent and its configuration among the files that cloud-init would write.
fn written_files(user_data: &str) -> Result<Vec<(&'static str, String)>, String> {
    let document = user_data
        .strip_prefix(HEADER)
        .ok_or("it is no cloud-config")?;
    let document: Value = serde_json::from_str(document).map_err(|error| error.to_string())?;
    let files = document["write_files"]
        .as_array()
        .ok_or("it writes no files")?;
    let named = |name: &str| {
        let is_it = |file: &&Value| {
            let path = Path::new(file["path"].as_str().unwrap_or_default());
            path.file_name().is_some_and(|last| last == name)
        };
        let file = files.iter().find(is_it);
        file.ok_or(format!("it writes no {name}"))
    };
    [CONFIG_NAME, AGENT_NAME]
        .into_iter()
        .map(|name| {
            let content = named(name)?["content"].as_str();
            Ok((name, content.ok_or("it writes no text")?.to_owned()))
        })
        .collect()
}
