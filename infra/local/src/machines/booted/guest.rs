//! One machine that really boots.

use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::OwnedMutexGuard;
use tokio::task::spawn_blocking;
use tokio::time::{interval, timeout};

use super::bases::Base;
use super::peers::{self, Peers};
use super::power::{End, Socket};
use super::process::PATH;
use super::{Host, clock_text};
use crate::clock::SharedClock;
use crate::cloud::{Cloud, Instance};
use crate::machines::MachineError;
use crate::machines::machine::{Disk, Machine};
use crate::progress::Quiet;

/// The agent itself gives up after two hours.
const REPORT_LIMIT: Duration = Duration::from_mins(122);
/// The machine reports to the beacon, not to us, so its agent is looked at.
const REPORT_INTERVAL: Duration = Duration::from_millis(500);
/// For a command that is run on it.
const COMMAND_LIMIT: Duration = Duration::from_mins(2);
const READY_UNIT: &str = "infrared-ready.service";
const BEAT_UNIT: &str = "infrared-beat.service";
/// Beats first.
const APPLY_UNIT: &str = "infrared-apply.service";
const STATE: &str = "/var/lib/infrared/state.json";
const KEYS_FOLDER: &str = "/etc/infrared/keys";
/// Where systemd keeps a shutdown to come.
const SCHEDULED: &str = "/run/systemd/shutdown/scheduled";
const MICROSECONDS_PER_MINUTE: u64 = 60_000_000;

/// A handle on a machine; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    id: String,
    index: u8,
    host: Host,
    clock: SharedClock,
    peers: Arc<Peers>,
    instance: Mutex<Instance>,
    socket: Arc<tokio::sync::Mutex<Socket>>,
    is_removed: AtomicBool,
}

impl Guest {
    pub(super) fn new(
        instance: &Instance,
        index: u8,
        host: Host,
        clock: SharedClock,
        peers: Arc<Peers>,
    ) -> Self {
        let socket = Socket::new(host.clone(), index);
        let inner = Inner {
            id: instance.id.clone(),
            index,
            host,
            clock,
            peers,
            instance: Mutex::new(instance.clone()),
            socket: Arc::new(tokio::sync::Mutex::new(socket)),
            is_removed: AtomicBool::new(false),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Its place among the run's machines.
    pub(super) fn index(&self) -> u8 {
        self.inner.index
    }

    /// Whether it is gone for good.
    pub(super) fn is_removed(&self) -> bool {
        self.inner.is_removed.load(Ordering::SeqCst)
    }

    /// A start may give an instance another address.
    pub(super) fn describe(&self, instance: &Instance) {
        let mut known = self
            .inner
            .instance
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.clone_from(instance);
    }

    /// Does for a machine that has ended by itself what EC2 would do.
    pub(super) async fn look(&self, cloud: &Cloud) {
        // Whoever has its power in hand also sees to its end.
        let Ok(mut socket) = self.inner.socket.clone().try_lock_owned() else {
            return;
        };
        let Some(end) = socket.ended() else {
            return;
        };
        let (id, instance) = (self.inner.id.clone(), self.instance());
        tracing::info!(id, ?end, "a machine has ended by itself");
        let done = spawn_blocking(move || match end {
            End::Restart => socket.on(&instance),
            End::ShutDown | End::Crash => {
                socket.off();
                Ok(())
            }
        });
        if let Ok(Err(error)) = done.await {
            tracing::error!(id, %error, "a machine did not start again");
        }
        // One that broke still counts as running, and costs.
        if end == End::ShutDown
            && let Err(error) = cloud.shut_down(&id).await
        {
            tracing::error!(id, %error, "the cloud does not hear of a shutdown");
        }
    }

    fn instance(&self) -> Instance {
        self.inner
            .instance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Does something with the machine's power that is not left half done, whatever becomes of whoever waits for it.
    async fn with_socket<T: Send + 'static>(
        &self,
        act: impl FnOnce(OwnedMutexGuard<Socket>) -> T + Send + 'static,
    ) -> Result<T, MachineError> {
        let socket = self.inner.socket.clone().lock_owned().await;
        let done = spawn_blocking(move || act(socket)).await;
        done.map_err(|error| self.refused(crate::Error::io("wait")(std::io::Error::other(error))))
    }

    async fn until_reported(&self) -> Result<(), MachineError> {
        let mut ticks = interval(REPORT_INTERVAL);
        loop {
            ticks.tick().await;
            self.check_on().await?;
            // While it boots, it answers nobody.
            let Ok(shown) = self.show_ready_unit().await else {
                continue;
            };
            let has = |property: &str| shown.lines().any(|line| line == property);
            if has("ActiveState=failed") {
                let log = self.run(&["journalctl", "--unit", READY_UNIT, "--lines=20"]);
                return Err(MachineError::Agent {
                    id: self.inner.id.clone(),
                    command: "ready",
                    output: log.await?,
                });
            }
            let has_ended = !has("ExecMainExitTimestampMonotonic=0");
            if has_ended && has("ActiveState=inactive") && has("Result=success") {
                return Ok(());
            }
        }
    }

    async fn show_ready_unit(&self) -> Result<String, MachineError> {
        let properties = "--property=ActiveState,Result,ExecMainExitTimestampMonotonic";
        self.run(&["systemctl", "show", READY_UNIT, properties])
            .await
    }

    async fn check_on(&self) -> Result<(), MachineError> {
        let mut socket = self.inner.socket.lock().await;
        if socket.is_on() {
            return Ok(());
        }
        Err(MachineError::Off {
            id: self.inner.id.clone(),
            console: socket.console(),
        })
    }

    /// Runs a command on the machine, as root.
    async fn output(&self, command: &[&str]) -> Result<Output, MachineError> {
        let first = {
            let socket = self.inner.socket.lock().await;
            socket.first_process().ok_or_else(|| MachineError::Off {
                id: self.inner.id.clone(),
                console: socket.console(),
            })?
        };
        let running = Command::new("nsenter")
            .args(["--target", &first.to_string(), "--all", "--"])
            .args(command)
            .env_clear()
            .envs([("PATH", PATH), ("HOME", "/root"), ("LANG", "C.UTF-8")])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let io = |error| self.refused(crate::Error::io(format!("run {command:?}"))(error));
        match timeout(COMMAND_LIMIT, running).await {
            Ok(output) => output.map_err(io),
            Err(elapsed) => Err(io(elapsed.into())),
        }
    }

    async fn read(&self, path: &str) -> Result<String, MachineError> {
        self.run(&["cat", path]).await
    }

    fn refused(&self, source: crate::Error) -> MachineError {
        MachineError::Host {
            id: self.inner.id.clone(),
            source: Box::new(source),
        }
    }
}

#[async_trait]
impl Machine for Guest {
    fn id(&self) -> &str {
        &self.inner.id
    }

    async fn boot(&self) -> Result<(), MachineError> {
        let instance = self.instance();
        let (host, base) = (self.inner.host.clone(), Base::of(&instance));
        // What is being made is made to its end, even if nobody wants this machine any more.
        let made = tokio::spawn(async move { host.prepare(base, &Quiet).await });
        let made = made.await.map_err(std::io::Error::other);
        made.map_err(crate::Error::io("make an image"))
            .flatten()
            .map_err(|error| self.refused(error))?;
        if let Some(private) = &instance.private_address {
            let added = self.inner.peers.add(&self.inner.id, private);
            added.map_err(|error| self.refused(error))?;
        }
        let on = self.with_socket(move |mut socket| socket.on(&instance));
        on.await?.map_err(|error| self.refused(error))?;
        timeout(REPORT_LIMIT, self.until_reported())
            .await
            .unwrap_or_else(|_| {
                Err(MachineError::NotReady {
                    id: self.inner.id.clone(),
                    seconds: REPORT_LIMIT.as_secs(),
                    boot: None,
                })
            })
    }

    async fn power_off(&self, disk: Disk) {
        let off = self.with_socket(move |mut socket| match disk {
            Disk::Kept => socket.shut_down(),
            Disk::Removed => {
                socket.off();
                socket.remove_disk();
            }
        });
        if let Err(error) = off.await {
            tracing::error!(%error, "a machine is not off");
        }
        if disk == Disk::Removed {
            self.inner.is_removed.store(true, Ordering::SeqCst);
            // The others know a name that nobody has any more; no more than that.
            let _ = self.inner.peers.remove(&self.inner.id);
        }
    }

    async fn beat(&self) -> Result<(), MachineError> {
        // The clock may have been moved a moment ago.
        let clock = self.inner.host.slot().shared().join("clock");
        let told = peers::replace(&clock, &clock_text(&self.inner.clock));
        told.map_err(|error| self.refused(error))?;
        self.run(&["systemctl", "start", APPLY_UNIT]).await?;
        let beat = ["systemctl", "show", "--property=Result", BEAT_UNIT];
        if self.run(&beat).await?.trim() == "Result=success" {
            return Ok(());
        }
        let log = ["journalctl", "--unit", BEAT_UNIT, "--lines=20"];
        Err(MachineError::Agent {
            id: self.inner.id.clone(),
            command: "beat",
            output: self.run(&log).await?,
        })
    }

    async fn state(&self) -> Result<Value, MachineError> {
        let text = self.read(STATE).await?;
        serde_json::from_str(&text).map_err(|error| MachineError::Io {
            id: self.inner.id.clone(),
            source: error.into(),
        })
    }

    /// systemd knows the moment; the command that would schedule the same says how far it is.
    async fn scheduled_shutdown(&self) -> Option<Vec<String>> {
        let text = self.read(SCHEDULED).await.ok()?;
        let at = text.lines().find_map(|line| line.strip_prefix("USEC="))?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = u64::try_from(now.ok()?.as_micros()).ok()?;
        let left = at.parse::<u64>().ok()?.saturating_sub(now);
        let minutes = left.div_ceil(MICROSECONDS_PER_MINUTE);
        Some(
            ["shutdown", "-h", &format!("+{minutes}")]
                .map(str::to_owned)
                .into(),
        )
    }

    async fn authorized_keys(&self, user: &str) -> Option<String> {
        self.read(&format!("{KEYS_FOLDER}/{user}")).await.ok()
    }

    async fn run(&self, command: &[&str]) -> Result<String, MachineError> {
        let output = self.output(command).await?;
        let printed = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            return Ok(printed(&output.stdout));
        }
        Err(self.refused(crate::Error::Command {
            what: command.join(" "),
            status: output.status,
            output: printed(&output.stdout) + &printed(&output.stderr),
        }))
    }

    async fn hostname(&self) -> Option<String> {
        let name = self.run(&["hostname"]).await.ok()?;
        Some(name.trim().to_owned())
    }

    async fn announce_interruption(&self, at_epoch_seconds: Option<i64>) {
        let socket = self.inner.socket.lock().await;
        socket.announce_interruption(at_epoch_seconds);
    }
}
