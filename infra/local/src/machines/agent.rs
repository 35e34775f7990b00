//! One machine's agent in a folder of its own.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::clock::SharedClock;
use crate::cloud::Instance;

use super::{MachineError, MachinesOptions};

/// How cloud-init recognises the document; the product renders the rest as JSON.
const HEADER: &str = "#cloud-config\n";
const CONFIG_NAME: &str = "agent.json";
const AGENT_NAME: &str = "agent.py";
const TOLD_NAME: &str = "instance-data.json";

#[derive(Debug)]
pub(super) struct Agent {
    id: String,
    folder: PathBuf,
    python: PathBuf,
    clock: SharedClock,
    metadata_url: String,
}

impl Agent {
    /// Takes the agent and its configuration out of the instance's user data.
    pub(super) async fn install(
        instance: &Instance,
        options: &MachinesOptions,
        metadata_url: String,
    ) -> Result<Self, MachineError> {
        let agent = Self {
            id: instance.id.clone(),
            folder: options.scratch.join(&instance.id),
            python: options.python.clone(),
            clock: options.clock.clone(),
            metadata_url,
        };
        let user_data = instance.user_data.as_deref().unwrap_or_default();
        let files = written_files(user_data).map_err(|reason| MachineError::UserData {
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
            json!({"ds": {"meta_data": {"ami-launch-index": instance.launch_index.to_string()}}});
        tokio::fs::write(agent.folder.join(TOLD_NAME), told.to_string())
            .await
            .map_err(|source| agent.io(source))?;
        Ok(agent)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Runs the agent as systemd would. It dies with the future that waits for it.
    pub(super) async fn run(&self, command: &'static str) -> Result<(), MachineError> {
        let output = Command::new(&self.python)
            .arg("-B")
            .arg(self.folder.join(AGENT_NAME))
            .arg(command)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("INFRARED_CONFIG", self.folder.join(CONFIG_NAME))
            .env("INFRARED_STATE", self.state_folder())
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

    /// What the agent remembers between runs.
    pub(super) async fn state(&self) -> Result<Value, MachineError> {
        let path = self.state_folder().join("state.json");
        let text = tokio::fs::read(path)
            .await
            .map_err(|source| self.io(source))?;
        serde_json::from_slice(&text).map_err(|error| self.io(error.into()))
    }

    /// The name that it has given itself, where it has.
    pub(super) async fn hostname(&self) -> Option<String> {
        let text = tokio::fs::read(self.state_folder().join("hostname.json")).await;
        let command: Vec<String> = serde_json::from_slice(&text.ok()?).ok()?;
        command.into_iter().next_back()
    }

    pub(super) async fn scheduled_shutdown(&self) -> Option<Vec<String>> {
        let text = tokio::fs::read(self.state_folder().join("shutdown.json")).await;
        serde_json::from_slice(&text.ok()?).ok()
    }

    /// What sshd would read for that user besides the user's own file.
    pub(super) async fn authorized_keys(&self, user: &str) -> Option<String> {
        let path = self.state_folder().join("keys").join(user);
        tokio::fs::read_to_string(path).await.ok()
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
        .map(|name| Ok((name, content(named(name)?)?)))
        .collect()
}

/// What cloud-init would write.
fn content(file: &Value) -> Result<String, String> {
    let content = file["content"].as_str().ok_or("it writes no text")?;
    match file["encoding"].as_str() {
        None => Ok(content.to_owned()),
        Some("gz+b64") => {
            let packed = STANDARD
                .decode(content)
                .map_err(|error| error.to_string())?;
            let mut text = String::new();
            let read = GzDecoder::new(packed.as_slice()).read_to_string(&mut text);
            read.map(|_| text).map_err(|error| error.to_string())
        }
        Some(other) => Err(format!("it writes a file as {other}")),
    }
}
