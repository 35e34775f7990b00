//! Machines that do not exist, played by the very agent that real ones run.
//!
//! Whenever the cloud says that something was launched or has ended, this looks at its instances. A running one gets a
//! folder of its own, and in it the agent and the configuration from the instance's user data, run by Python as
//! systemd would run them: `ready` at first boot, `beat` when asked or at an interval.

mod agent;
mod metadata;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::clock::SharedClock;
use crate::cloud::{Cloud, Instance, InstanceState};

use agent::Agent;
use metadata::Metadata;

/// Playing a machine failed.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// The machine's folder cannot be used, or Python cannot be started.
    #[error("the machine {id}: {source}")]
    Io {
        /// Which instance.
        id: String,
        /// The refusal.
        source: std::io::Error,
    },
    /// The user data is not what the product renders.
    #[error("the machine {id} has no agent in its user data: {reason}")]
    UserData {
        /// Which instance.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The agent ended with a failure.
    #[error("the agent of {id} failed at {command}:\n{output}")]
    Agent {
        /// Which instance.
        id: String,
        /// What it was told to do.
        command: &'static str,
        /// What it printed.
        output: String,
    },
    /// No running instance of that id is played.
    #[error("there is no machine {0}")]
    Unknown(String),
    /// The machine did not get that far in time.
    #[error("the machine {id} was not ready after {seconds} s; it is {boot:?}")]
    NotReady {
        /// Which instance.
        id: String,
        /// How long was waited.
        seconds: u64,
        /// How far it got.
        boot: Option<Boot>,
    },
}

/// How far a machine got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boot {
    /// It has not reported that it is ready, or nobody has answered that this is all.
    Booting,
    /// The beacon has everything it needs.
    Ready,
    /// The agent gave up, with what it printed.
    Failed(String),
    /// Its instance does not run any more.
    Gone,
}

/// How machines are played.
#[derive(Debug, Clone)]
pub struct MachinesOptions {
    /// Whose instances.
    pub cloud: Cloud,
    /// The clock on their walls.
    pub clock: SharedClock,
    /// Where each gets a folder.
    pub scratch: PathBuf,
    /// The interpreter that runs their agent.
    pub python: PathBuf,
    /// How often each beats by itself; never if absent.
    pub beat_interval: Option<Duration>,
}

/// A handle on the machines; clones share them.
#[derive(Debug, Clone)]
pub struct Machines {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    options: MachinesOptions,
    metadata: Metadata,
    agents: Mutex<BTreeMap<String, Played>>,
    boots: watch::Sender<BTreeMap<String, Boot>>,
    held: watch::Sender<bool>,
    mute: AtomicBool,
    tasks: tokio::sync::Mutex<JoinSet<()>>,
}

/// A machine that is being played.
#[derive(Debug)]
struct Played {
    agent: Arc<Agent>,
    boot: AbortHandle,
}

impl Machines {
    /// How long [`Machines::until_ready`] waits: enough for a cold start of everything on a busy computer.
    const READY_LIMIT: Duration = Duration::from_mins(1);

    /// Starts to follow the cloud's instances.
    pub async fn start(options: MachinesOptions) -> crate::Result<Self> {
        let mut tasks = JoinSet::new();
        let metadata = Metadata::start(&mut tasks)?;
        let machines = Self {
            inner: Arc::new(Inner {
                agents: Mutex::default(),
                boots: watch::Sender::new(BTreeMap::new()),
                held: watch::Sender::new(false),
                mute: AtomicBool::new(false),
                tasks: tokio::sync::Mutex::new(tasks),
                metadata,
                options,
            }),
        };
        let mut tasks = machines.inner.tasks.lock().await;
        tasks.spawn(follow(machines.clone()));
        if let Some(interval) = machines.inner.options.beat_interval {
            tasks.spawn(beat_each(machines.clone(), interval));
        }
        drop(tasks);
        Ok(machines)
    }

    /// From now on, machines boot but do not report: as if their installation took very long.
    pub fn hold_ready(&self) {
        self.inner.held.send_replace(true);
    }

    /// Lets held machines report, and later ones too.
    pub fn release_ready(&self) {
        self.inner.held.send_replace(false);
    }

    /// From now on, new machines never call anybody: as if their network were broken.
    pub fn mute(&self) {
        self.inner.mute.store(true, Ordering::SeqCst);
    }

    /// From now on, new machines call again.
    pub fn unmute(&self) {
        self.inner.mute.store(false, Ordering::SeqCst);
    }

    /// How far each machine got, by instance id.
    pub fn boots(&self) -> BTreeMap<String, Boot> {
        self.inner.boots.borrow().clone()
    }

    /// Follows how far machines get.
    pub fn boot_changes(&self) -> watch::Receiver<BTreeMap<String, Boot>> {
        self.inner.boots.subscribe()
    }

    /// Waits until the beacon has told this machine that it has everything.
    pub async fn until_ready(&self, id: &str) -> Result<(), MachineError> {
        let mut boots = self.boot_changes();
        let settled = boots.wait_for(|boots| !matches!(boots.get(id), None | Some(Boot::Booting)));
        let boot = match tokio::time::timeout(Self::READY_LIMIT, settled).await {
            Ok(Ok(boots)) => boots.get(id).cloned(),
            _ => self.boots().get(id).cloned(),
        };
        match boot {
            Some(Boot::Ready) => Ok(()),
            boot => Err(MachineError::NotReady {
                id: id.to_owned(),
                seconds: Self::READY_LIMIT.as_secs(),
                boot,
            }),
        }
    }

    /// One heartbeat. Returns what the machine knows after it.
    pub async fn beat(&self, id: &str) -> Result<Value, MachineError> {
        let agent = self.agent(id)?;
        agent.run("beat").await?;
        agent.state().await
    }

    /// What the machine's agent remembers: who it is there, among others.
    pub async fn memory(&self, id: &str) -> Result<Value, MachineError> {
        self.agent(id)?.state().await
    }

    /// The host name that the machine has given itself, if it has.
    pub async fn hostname(&self, id: &str) -> Option<String> {
        self.agent(id).ok()?.hostname().await
    }

    /// The cloud announces to a machine when it is taken back, as a spot machine is; or takes that back.
    pub fn announce_interruption(&self, id: &str, at_epoch_seconds: Option<i64>) {
        self.inner.metadata.announce(id, at_epoch_seconds);
    }

    /// The command that the machine's dead-man's switch has scheduled, if it has.
    pub async fn scheduled_shutdown(&self, id: &str) -> Option<Vec<String>> {
        let agent = self.agents().get(id)?.agent.clone();
        agent.scheduled_shutdown().await
    }

    /// The ssh keys that open the machine for its user since the last heartbeat.
    pub async fn authorized_keys(&self, id: &str, user: &str) -> Option<String> {
        let agent = self.agents().get(id)?.agent.clone();
        agent.authorized_keys(user).await
    }

    /// Ends every machine and waits until nothing runs any more.
    pub async fn stop(&self) {
        self.inner.tasks.lock().await.shutdown().await;
        self.agents().clear();
    }

    fn agent(&self, id: &str) -> Result<Arc<Agent>, MachineError> {
        let agents = self.agents();
        let played = agents
            .get(id)
            .ok_or_else(|| MachineError::Unknown(id.to_owned()))?;
        Ok(played.agent.clone())
    }

    fn agents(&self) -> MutexGuard<'_, BTreeMap<String, Played>> {
        self.inner
            .agents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Plays what runs and is not played; ends what is played and does not run.
    async fn match_instances(&self, instances: Vec<Instance>) {
        let running: BTreeMap<String, Instance> = instances
            .into_iter()
            .filter(|instance| instance.state == InstanceState::Running)
            .map(|instance| (instance.id.clone(), instance))
            .collect();
        let mut ended = Vec::new();
        self.agents().retain(|id, played| {
            let runs = running.contains_key(id);
            if !runs {
                played.boot.abort();
                ended.push(id.clone());
            }
            runs
        });
        for id in ended {
            self.reached(&id, Boot::Gone);
        }
        for (id, instance) in running {
            // Once seen, always known: a muted or failed machine is not tried again. One that was gone and runs was
            // stopped and started: it boots from the same folder, with what its agent remembers.
            let is_booting = matches!(self.inner.boots.borrow().get(&id), None | Some(Boot::Gone));
            if is_booting {
                self.reached(&id, Boot::Booting);
                if let Err(error) = self.play(&instance).await {
                    self.reached(&id, Boot::Failed(error.to_string()));
                }
            }
        }
    }

    async fn play(&self, instance: &Instance) -> Result<(), MachineError> {
        if self.inner.mute.load(Ordering::SeqCst) {
            return Ok(());
        }
        let agent = Arc::new(
            Agent::install(
                instance,
                &self.inner.options,
                self.inner.metadata.url(&instance.id),
            )
            .await?,
        );
        let boot = boot(self.clone(), agent.clone());
        let boot = self.inner.tasks.lock().await.spawn(boot);
        let id = instance.id.clone();
        self.agents().insert(id, Played { agent, boot });
        Ok(())
    }

    fn reached(&self, id: &str, boot: Boot) {
        self.inner.boots.send_modify(|boots| {
            boots.insert(id.to_owned(), boot);
        });
    }
}

async fn follow(machines: Machines) {
    let cloud = machines.inner.options.cloud.clone();
    let mut changes = cloud.changes();
    // Marks what is there now as seen before looking, so that a change during the look is not missed.
    loop {
        changes.borrow_and_update();
        match cloud.instances().await {
            Ok(instances) => machines.match_instances(instances).await,
            Err(error) => tracing::error!(%error, "the machines cannot see the cloud"),
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}

async fn boot(machines: Machines, agent: Arc<Agent>) {
    let mut held = machines.inner.held.subscribe();
    if held.wait_for(|held| !held).await.is_err() {
        return;
    }
    let boot = match agent.run("ready").await {
        Ok(()) => Boot::Ready,
        Err(error) => Boot::Failed(error.to_string()),
    };
    machines.reached(agent.id(), boot);
}

async fn beat_each(machines: Machines, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    loop {
        ticks.tick().await;
        let ids: Vec<String> = machines.agents().keys().cloned().collect();
        for id in ids {
            if let Err(error) = machines.beat(&id).await {
                tracing::warn!(%error, "no heartbeat");
            }
        }
    }
}
