//! A gate before the steps of the workflows, at which tests make them go wrong.
//!
//! The emulator asks here before each call of the provision function by a workflow what shall become of it, waits for
//! the answer, and tells afterwards whether it came about: a mishap counts as struck only when it has happened.

mod mishap;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{Error, Result, ports};

pub use mishap::{Effect, Mishap};

/// A running gate; it stops when dropped.
#[derive(Debug)]
pub struct Steps {
    address: SocketAddr,
    inner: Arc<Inner>,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Inner {
    /// By number, never used again, in the order of injection.
    mishaps: Mutex<BTreeMap<u64, Mishap>>,
    /// How many were ever injected.
    injected: AtomicU64,
    /// The calls that wait to be released.
    held: watch::Sender<usize>,
    /// Counts how often everything was healed.
    healed: watch::Sender<u64>,
}

/// What the emulator asks about.
#[derive(Debug, Deserialize)]
struct Call {
    step: String,
    subject_id: String,
}

/// What the emulator tells.
#[derive(Debug, Deserialize)]
struct Report {
    mishap: u64,
    has_struck: bool,
}

impl Steps {
    /// Listens on a free port.
    pub fn start() -> Result<Self> {
        let listener = ports::listen(0)?;
        let address = listener
            .local_addr()
            .map_err(Error::io("read the step gate's port"))?;
        listener
            .set_nonblocking(true)
            .map_err(Error::io("prepare the step gate's socket"))?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(Error::io("listen"))?;
        let inner = Arc::new(Inner::default());
        let routes = Router::new()
            .route("/", post(answer))
            .route("/struck", post(take_note))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            // It serves until the task is aborted; axum retries errors of accept by itself.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self {
            address,
            inner,
            server,
        })
    }

    /// Where the emulator asks.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, calls that the mishap applies to go wrong as it says. Mishaps are tried in the order of injection.
    pub fn inject(&self, mishap: Mishap) {
        let number = self.inner.injected.fetch_add(1, Ordering::Relaxed);
        self.inner.mishaps().insert(number, mishap);
    }

    /// Withdraws every mishap and lets go what is held. Returns the withdrawn ones, which know how often they struck.
    pub fn heal(&self) -> Vec<Mishap> {
        let mishaps = std::mem::take(&mut *self.inner.mishaps());
        self.release();
        mishaps.into_values().collect()
    }

    /// Lets go what is held; what comes later may be held again.
    pub fn release(&self) {
        self.inner.healed.send_modify(|count| *count += 1);
    }

    /// Waits until a call is held.
    pub async fn held(&self) {
        let mut held = self.inner.held.subscribe();
        // The sender lives as long as this gate.
        let _ = held.wait_for(|count| *count > 0).await;
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.release();
        self.server.abort();
    }
}

impl Inner {
    fn mishaps(&self) -> MutexGuard<'_, BTreeMap<u64, Mishap>> {
        self.mishaps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to go wrong with a call, and the number of the mishap.
    fn order(&self, call: &Call) -> Option<(u64, Effect)> {
        self.mishaps().iter_mut().find_map(|(number, mishap)| {
            let effect = mishap.order(&call.step, &call.subject_id)?;
            Some((*number, effect))
        })
    }

    /// A mishap that was withdrawn meanwhile is nobody's any more.
    fn told(&self, report: &Report) {
        if let Some(mishap) = self.mishaps().get_mut(&report.mishap) {
            mishap.told(report.has_struck);
        }
    }
}

async fn answer(State(inner): State<Arc<Inner>>, Json(call): Json<Call>) -> Json<Value> {
    let mut healed = inner.healed.subscribe();
    let ordered = inner.order(&call);
    if let Some((mishap, Effect::Hold)) = ordered {
        inner.told(&Report {
            mishap,
            has_struck: true,
        });
        inner.held.send_modify(|count| *count += 1);
        let _ = healed.changed().await;
        inner.held.send_modify(|count| *count -= 1);
    }
    Json(mishap::fate(ordered))
}

async fn take_note(State(inner): State<Arc<Inner>>, Json(report): Json<Report>) -> Json<Value> {
    inner.told(&report);
    Json(Value::Null)
}

#[cfg(test)]
mod tests;
