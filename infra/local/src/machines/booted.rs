//! Machines that really boot: one systemd machine for each instance, from the instance's own user data.
//!
//! Each is a `systemd-nspawn` container over a shared image of its system, with a disk, a network, addresses, a metadata
//! service and control groups of its own. The kernel is this computer's, and root in a machine is root here: this is no
//! boundary, and nothing but our own user data may run on it.

mod bases;
mod cgroups;
mod command;
mod disk;
mod guest;
mod image;
mod keyring;
mod layer;
mod network;
pub(super) mod peers;
mod power;
mod probe;
mod process;
mod proxy;
mod releases;
mod slot;
mod stale;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use tokio::time::interval;

use super::MachineError;
use super::machine::{Disk, Machine, Maker};
use crate::clock::SharedClock;
use crate::cloud::{Cloud, Instance};
use crate::progress::Progress;
use crate::{Error, Result, prerequisites};

pub use probe::{INSTALL, PACKAGES};

use bases::{Base, Bases};
use guest::Guest;
use image::Image;
use peers::Peers;
use proxy::Proxy;
use slot::Slot;

/// A machine that ends by itself tells nobody, so it is looked at this often.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);
/// Images that are made side by side.
const MADE_AT_ONCE: usize = 2;
/// The first and the last machine's number in a run; below are the host and the probe.
const INDICES: std::ops::RangeInclusive<u8> = 10..=250;

/// This computer, ready to boot machines. The last handle's end removes everything that they left.
#[derive(Debug, Clone)]
pub struct Host {
    inner: Arc<HostInner>,
}

#[derive(Debug)]
struct HostInner {
    bases: Bases,
    python: PathBuf,
    proxy: Proxy,
    slot: Slot,
}

impl Host {
    /// Makes the image of the usual system if need be, and proves that machines boot here. Says what is missing if they do
    /// not.
    pub async fn open(progress: &dyn Progress) -> Result<Self> {
        probe::check_programs()?;
        let python = tokio::task::block_in_place(prerequisites::check)?.python;
        let slot = blocking(|| {
            let slot = Slot::take()?;
            network::open_bridge(&slot)?;
            Ok(slot)
        })
        .await?;
        let proxy = Proxy::start(slot.gateway()).await?;
        let host = Self {
            inner: Arc::new(HostInner {
                bases: Bases::default(),
                python,
                proxy,
                slot,
            }),
        };
        let [image, spark] = Base::USUAL;
        let image = host.prepare(image, progress).await?;
        let probed = host.clone();
        blocking(move || probe::boot_one(&probed, image.key())).await?;
        host.prepare(spark, progress).await?;
        blocking(|| stale::remove_unused(&image::cache(), SystemTime::now())).await?;
        Ok(host)
    }

    /// Makes what the machines of every system lie over, so that nobody waits for it later.
    pub async fn prepare_all(&self, progress: &dyn Progress) -> Result<()> {
        // They wait for the network and for each other's disk as much as for a processor.
        let each = stream::iter(Base::all()).map(|base| self.prepare(base, progress));
        let made = each.buffer_unordered(MADE_AT_ONCE);
        made.try_for_each(async |_| Ok(())).await
    }

    async fn prepare(&self, base: Base, progress: &dyn Progress) -> Result<Image> {
        let (proxy, python) = (self.inner.proxy.url(), self.python());
        let bases = &self.inner.bases;
        bases.prepare(base, proxy, python, progress).await
    }

    /// Where machines reach this computer.
    pub fn address(&self) -> Ipv4Addr {
        self.slot().gateway()
    }

    fn slot(&self) -> &Slot {
        &self.inner.slot
    }

    /// What the disk of an instance's machine lies over.
    fn below(&self, instance: &Instance) -> Result<Vec<PathBuf>> {
        self.inner.bases.folders(Base::of(instance))
    }

    fn python(&self) -> &Path {
        &self.inner.python
    }

    fn proxy_url(&self) -> &str {
        self.inner.proxy.url()
    }
}

/// Boots a machine for each instance.
#[derive(Debug)]
pub(super) struct Booter {
    host: Host,
    clock: SharedClock,
    peers: Arc<Peers>,
    guests: Guests,
    look: JoinHandle<()>,
}

type Guests = Arc<Mutex<BTreeMap<String, Guest>>>;

impl Booter {
    pub(super) fn new(host: Host, cloud: Cloud, clock: &SharedClock) -> Self {
        let guests = Guests::default();
        let clock_file = host.slot().shared().join("clock");
        let look = look_after(guests.clone(), cloud, clock.clone(), clock_file);
        Self {
            peers: Arc::new(Peers::new(host.slot().shared().join("hosts"))),
            clock: clock.clone(),
            look: tokio::spawn(look),
            host,
            guests,
        }
    }

    fn guests(&self) -> MutexGuard<'_, BTreeMap<String, Guest>> {
        lock(&self.guests)
    }
}

impl Drop for Booter {
    fn drop(&mut self) {
        self.look.abort();
    }
}

#[async_trait]
impl Maker for Booter {
    async fn machine(
        &self,
        instance: &Instance,
    ) -> std::result::Result<Arc<dyn Machine>, MachineError> {
        let mut guests = self.guests();
        guests.retain(|_, guest| !guest.is_removed());
        if let Some(guest) = guests.get(&instance.id) {
            guest.describe(instance);
            return Ok(Arc::new(guest.clone()));
        }
        let is_taken = |index: &u8| guests.values().any(|guest| guest.index() == *index);
        let index = INDICES.into_iter().find(|index| !is_taken(index));
        let index = index.ok_or_else(|| MachineError::Host {
            id: instance.id.clone(),
            source: Box::new(Error::Unexpected {
                what: "the number of machines on this computer".to_owned(),
                detail: "there is no address left".to_owned(),
            }),
        })?;
        let guest = Guest::new(
            instance,
            index,
            self.host.clone(),
            self.clock.clone(),
            self.peers.clone(),
        );
        guests.insert(instance.id.clone(), guest.clone());
        Ok(Arc::new(guest))
    }

    async fn close(&self) {
        self.look.abort();
        let guests = std::mem::take(&mut *self.guests());
        let mut ends = JoinSet::new();
        for guest in guests.into_values() {
            ends.spawn(async move { guest.power_off(Disk::Removed).await });
        }
        ends.join_all().await;
    }
}

/// Sees to machines that end by themselves, and tells all of them when the clock was moved.
async fn look_after(guests: Guests, cloud: Cloud, clock: SharedClock, clock_file: PathBuf) {
    let mut offset = clock.offset_changes();
    offset.mark_changed();
    let mut ticks = interval(LOOK_INTERVAL);
    loop {
        ticks.tick().await;
        if offset.has_changed().unwrap_or_default() {
            offset.mark_unchanged();
            if let Err(error) = peers::replace(&clock_file, &clock_text(&clock)) {
                tracing::error!(%error, "the machines' clocks were not moved");
            }
        }
        let all: Vec<Guest> = lock(&guests).values().cloned().collect();
        for guest in all {
            guest.look(&cloud).await;
        }
    }
}

/// What units of the agent read about the time.
fn clock_text(clock: &SharedClock) -> String {
    format!("INFRARED_CLOCK_OFFSET_SECONDS={}\n", clock.offset_seconds())
}

fn lock(guests: &Guests) -> MutexGuard<'_, BTreeMap<String, Guest>> {
    guests.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)
        .map_err(Error::io("wait for the host"))?
}
