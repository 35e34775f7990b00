//! The machines of the local cloud.
//!
//! Whenever the cloud says that something was launched or has ended, this looks at its instances. A running one gets a
//! machine: one that really boots from its user data ([`booted`]), or the very agent that real machines run, alone in a
//! folder and called as systemd would call it: `ready` at first boot, `beat` when asked or at an interval.

pub mod booted;
mod machine;
mod metadata;
mod played;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::beacon::SetupFailure;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::clock::SharedClock;
use crate::cloud::{Cloud, Instance, InstanceState};

use booted::Host;
use machine::{Disk, Machine, Maker};

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
    /// Its cloud's word about it cannot be served.
    #[error("the metadata of {id}: {source}")]
    Metadata {
        /// Which instance.
        id: String,
        /// The refusal.
        source: Box<crate::Error>,
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
    /// The computer that the machine boots on refused something.
    #[error("the machine {id}: {source}")]
    Host {
        /// Which instance.
        id: String,
        /// The refusal.
        source: Box<crate::Error>,
    },
    /// It does not run, or not any more.
    #[error("the machine {id} is off; the end of its console:\n{console}")]
    Off {
        /// Which instance.
        id: String,
        /// What it said last.
        console: String,
    },
    /// Only a machine that really boots can do that.
    #[error("the machine {0} is only played")]
    OnlyPlayed(String),
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

/// What machines are made of.
#[derive(Debug, Clone)]
pub enum Hardware {
    /// Nothing but the agent, in a folder here, run by this interpreter.
    Played {
        /// Where each gets a folder.
        scratch: PathBuf,
        /// The interpreter that runs their agent.
        python: PathBuf,
    },
    /// Systems that boot on this host and beat by themselves.
    Booted(Host),
}

/// How machines are made.
#[derive(Debug, Clone)]
pub struct MachinesOptions {
    /// Whose instances.
    pub cloud: Cloud,
    /// The clock on their walls.
    pub clock: SharedClock,
    /// What they are made of.
    pub hardware: Hardware,
    /// How often each is made to beat; never if absent.
    pub beat_interval: Option<Duration>,
}

/// A handle on the machines; clones share them.
#[derive(Debug, Clone)]
pub struct Machines {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    cloud: Cloud,
    maker: Box<dyn Maker>,
    switched_on: Mutex<BTreeMap<String, On>>,
    boots: watch::Sender<BTreeMap<String, Boot>>,
    held: watch::Sender<bool>,
    mute: AtomicBool,
    fates: Fates,
    tasks: tokio::sync::Mutex<JoinSet<()>>,
}

/// What becomes of a played machine that is not to get ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It says that it cannot be set up, and why.
    Fails(SetupFailure),
    /// It never calls anybody.
    Silent,
}

impl Fate {
    /// It fails at that step.
    pub fn fails_at(step: &str) -> Self {
        Self::Fails(SetupFailure {
            step: step.to_owned(),
            log: "it was to fail".to_owned(),
        })
    }
}

/// What becomes of machines, by their number in their reservation.
type Fates = Arc<Mutex<BTreeMap<u32, Fate>>>;

/// A machine that is on.
#[derive(Debug)]
struct On {
    machine: Arc<dyn Machine>,
    boot: AbortHandle,
}

impl Machines {
    /// How long [`Machines::until_ready`] waits: enough for a cold start of everything on a busy computer,
    /// with machines that really boot.
    const READY_LIMIT: Duration = Duration::from_mins(10);

    /// Starts to follow the cloud's instances.
    pub async fn start(options: MachinesOptions) -> Self {
        let fates = Fates::default();
        let maker: Box<dyn Maker> = match options.hardware {
            Hardware::Played { scratch, python } => Box::new(played::Player {
                scratch,
                python,
                clock: options.clock,
                fates: Arc::clone(&fates),
            }),
            Hardware::Booted(host) => Box::new(booted::Booter::new(
                host,
                options.cloud.clone(),
                &options.clock,
            )),
        };
        let machines = Self {
            inner: Arc::new(Inner {
                cloud: options.cloud,
                maker,
                switched_on: Mutex::default(),
                boots: watch::Sender::new(BTreeMap::new()),
                held: watch::Sender::new(false),
                mute: AtomicBool::new(false),
                fates,
                tasks: tokio::sync::Mutex::default(),
            }),
        };
        let mut tasks = machines.inner.tasks.lock().await;
        tasks.spawn(follow(machines.clone()));
        if let Some(interval) = options.beat_interval {
            tasks.spawn(beat_each(machines.clone(), interval));
        }
        drop(tasks);
        machines
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

    /// From now on, new machines of that number in their reservation do not get ready.
    pub fn doom(&self, number: u32, fate: Fate) {
        self.fates().insert(number, fate);
    }

    /// From now on, new machines get ready again.
    pub fn spare(&self) {
        self.fates().clear();
    }

    fn fates(&self) -> MutexGuard<'_, BTreeMap<u32, Fate>> {
        self.inner
            .fates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
        let machine = self.machine(id)?;
        machine.beat().await?;
        machine.state().await
    }

    /// One heartbeat of each machine that is on.
    pub async fn beat_all(&self) {
        let ids: Vec<String> = self.switched_on().keys().cloned().collect();
        for id in ids {
            if let Err(error) = self.beat(&id).await {
                tracing::warn!(%error, "no heartbeat");
            }
        }
    }

    /// What the machine's agent remembers: who it is there, among others.
    pub async fn memory(&self, id: &str) -> Result<Value, MachineError> {
        self.machine(id)?.state().await
    }

    /// The host name that the machine has given itself, if it has.
    pub async fn hostname(&self, id: &str) -> Option<String> {
        self.machine(id).ok()?.hostname().await
    }

    /// The command that the machine's dead-man's switch has scheduled, if it has.
    pub async fn scheduled_shutdown(&self, id: &str) -> Option<Vec<String>> {
        self.machine(id).ok()?.scheduled_shutdown().await
    }

    /// The ssh keys that open the machine for its user since the last heartbeat.
    pub async fn authorized_keys(&self, id: &str, user: &str) -> Option<String> {
        self.machine(id).ok()?.authorized_keys(user).await
    }

    /// Runs a command as root on a machine that really boots, and returns what it prints.
    pub async fn run(&self, id: &str, command: &[&str]) -> Result<String, MachineError> {
        self.machine(id)?.run(command).await
    }

    /// The cloud announces to a machine when it is taken back, as a spot machine is; or takes that back.
    pub async fn announce_interruption(
        &self,
        id: &str,
        at_epoch_seconds: Option<i64>,
    ) -> Result<(), MachineError> {
        let machine = self.machine(id)?;
        machine.announce_interruption(at_epoch_seconds).await;
        Ok(())
    }

    /// Ends every machine and waits until nothing runs any more.
    pub async fn stop(&self) {
        self.inner.tasks.lock().await.shutdown().await;
        self.switched_on().clear();
        self.inner.maker.close().await;
    }

    fn switched_on(&self) -> MutexGuard<'_, BTreeMap<String, On>> {
        self.inner
            .switched_on
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn machine(&self, id: &str) -> Result<Arc<dyn Machine>, MachineError> {
        let switched_on = self.switched_on();
        let on = switched_on
            .get(id)
            .ok_or_else(|| MachineError::Unknown(id.to_owned()))?;
        Ok(on.machine.clone())
    }

    /// Switches on what runs and is off; switches off what is on and does not run.
    async fn match_instances(&self, instances: Vec<Instance>) {
        let (running, others): (Vec<_>, Vec<_>) = instances
            .into_iter()
            .partition(|instance| instance.state == InstanceState::Running);
        let ended: Vec<(String, On)> = self
            .switched_on()
            .extract_if(.., |id, _| !running.iter().any(|running| running.id == *id))
            .collect();
        for (id, on) in ended {
            on.boot.abort();
            self.reached(&id, Boot::Gone);
            let stops = |instance: &Instance| {
                instance.id == id
                    && matches!(
                        instance.state,
                        InstanceState::Stopping | InstanceState::Stopped
                    )
            };
            let disk = if others.iter().any(stops) {
                Disk::Kept
            } else {
                Disk::Removed
            };
            let off = async move { on.machine.power_off(disk).await };
            self.inner.tasks.lock().await.spawn(off);
        }
        for instance in running {
            // Once seen, always known: a muted or failed machine is not tried again. One that was gone and runs was
            // stopped and started: it boots from the same disk, with what its agent remembers.
            let is_booting = matches!(
                self.inner.boots.borrow().get(&instance.id),
                None | Some(Boot::Gone)
            );
            if is_booting {
                self.reached(&instance.id, Boot::Booting);
                if let Err(error) = self.switch_on(&instance).await {
                    self.reached(&instance.id, Boot::Failed(error.to_string()));
                }
            }
        }
    }

    async fn switch_on(&self, instance: &Instance) -> Result<(), MachineError> {
        if self.inner.mute.load(Ordering::SeqCst) {
            return Ok(());
        }
        let number = played::number(instance);
        let is_silent = |number| {
            self.fates()
                .get(&number)
                .is_some_and(|fate| *fate == Fate::Silent)
        };
        if number.is_some_and(is_silent) {
            return Ok(());
        }
        let machine = self.inner.maker.machine(instance).await?;
        let boot = boot(self.clone(), machine.clone());
        let boot = self.inner.tasks.lock().await.spawn(boot);
        self.switched_on()
            .insert(instance.id.clone(), On { machine, boot });
        Ok(())
    }

    fn reached(&self, id: &str, boot: Boot) {
        self.inner.boots.send_modify(|boots| {
            boots.insert(id.to_owned(), boot);
        });
    }
}

async fn follow(machines: Machines) {
    let cloud = machines.inner.cloud.clone();
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

async fn boot(machines: Machines, machine: Arc<dyn Machine>) {
    let mut held = machines.inner.held.subscribe();
    if held.wait_for(|held| !held).await.is_err() {
        return;
    }
    let boot = match machine.boot().await {
        Ok(()) => Boot::Ready,
        Err(error) => Boot::Failed(error.to_string()),
    };
    machines.reached(machine.id(), boot);
}

async fn beat_each(machines: Machines, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    loop {
        ticks.tick().await;
        machines.beat_all().await;
    }
}
