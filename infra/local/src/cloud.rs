//! The local cloud: moto behind a gate that adds what moto lacks.
//!
//! moto keeps instances, groups and images. The gate adds client tokens, refuses to delete a group that is in use,
//! asks whose a call is and whether they may, lets tests inject faults, and records every call. Everything reaches moto through it, so it also knows each
//! instance's user data and when something has changed.

mod answers;
mod authority;
mod fault;
pub mod fixtures;
mod gate;
mod instance;
mod moto;
mod query;
mod spot;
mod state;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::SharedClock;

pub use authority::Caller;
pub use fault::Fault;
pub use instance::{Instance, InstanceState, Subnet};
pub use state::{Call, Outcome};

use authority::Authority;
use moto::Moto;
use state::State;

/// Why the local cloud could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The gate has no port.
    #[error("the EC2 gate cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// moto did not answer.
    #[error("moto does not answer: {0}")]
    Moto(#[from] reqwest::Error),
    /// Whoever knows users and roles did not answer.
    #[error("nobody says whose a call is: {0}")]
    Authority(#[source] reqwest::Error),
    /// moto refused.
    #[error("moto refused {action}: {answer}")]
    Refused {
        /// What it was asked.
        action: String,
        /// Its answer.
        answer: String,
    },
    /// moto's answer is not what EC2's would be.
    #[error("moto's answer is not understood: {0}")]
    Unreadable(#[from] roxmltree::Error),
    /// There is no such instance.
    #[error("there is no instance {0}")]
    NoInstance(String),
}

/// What the local cloud needs.
#[derive(Debug, Clone)]
pub struct CloudOptions {
    /// Where moto listens, such as `http://127.0.0.1:5000`.
    pub moto_url: String,
    /// The clock that recorded calls are dated with.
    pub clock: SharedClock,
}

/// A handle on the local cloud; clones share it. It stops with the last one.
#[derive(Debug, Clone)]
pub struct Cloud {
    shared: Arc<Shared>,
}

/// What handlers and handles share.
#[derive(Debug)]
struct Inner {
    moto: Moto,
    authority: Authority,
    clock: SharedClock,
    state: State,
    /// Counts launches and ends, so that whoever follows machines need not ask again and again.
    changes: watch::Sender<u64>,
}

#[derive(Debug)]
struct Shared {
    inner: Arc<Inner>,
    url: String,
    server: JoinHandle<()>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Cloud {
    /// Opens the gate on a free port.
    pub async fn start(options: CloudOptions) -> Result<Self, GateError> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let inner = Arc::new(Inner {
            moto: Moto::new(options.moto_url)?,
            authority: Authority::default(),
            clock: options.clock,
            state: State::default(),
            changes: watch::Sender::new(0),
        });
        let router = gate::router(inner.clone());
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the EC2 gate stopped");
            }
        });
        Ok(Self {
            shared: Arc::new(Shared { inner, url, server }),
        })
    }

    /// Where the gate listens: the EC2 endpoint of everything local.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// From now on, calls must be signed by somebody whom the emulator at this address knows, and be allowed to them.
    /// Before, everybody is the account's root.
    pub fn enforce(&self, emulator_url: &str) {
        self.inner().authority.ask_at(emulator_url);
    }

    /// Every instance ever launched, in any account and region, but those that have vanished.
    pub async fn instances(&self) -> Result<Vec<Instance>, GateError> {
        self.inner().instances().await
    }

    /// The names of all firewalls (security groups) but the defaults that every network has.
    pub async fn firewalls(&self) -> Result<Vec<String>, GateError> {
        self.inner().firewalls().await
    }

    /// The subnets of the default network, by zone.
    pub async fn default_subnets(&self) -> Result<Vec<Subnet>, GateError> {
        self.inner().default_subnets().await
    }

    /// How many instances were ever launched, by whatever number of requests.
    pub fn launched_count(&self) -> usize {
        self.inner().state.launched_count()
    }

    /// From now on, requests that the fault applies to fail as it says. Faults are tried in the order of injection.
    pub fn inject(&self, fault: Fault) {
        self.inner().state.inject(fault);
    }

    /// Withdraws every fault.
    pub fn heal(&self) {
        self.inner().state.heal();
    }

    /// From now on a type costs that on the spot market of a zone, in US dollars an hour.
    pub fn set_spot_price(&self, instance_type: &str, zone: &str, usd: f64) {
        self.inner().state.set_spot_price(instance_type, zone, usd);
    }

    /// Every call so far, in order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.inner().state.calls()
    }

    /// Ends an instance as somebody else would: it is described as terminated.
    pub async fn end(&self, id: &str) -> Result<(), GateError> {
        self.inner().end(id).await
    }

    /// An instance has shut itself down: it is terminated or stopped, as its launch asked for.
    pub async fn shut_down(&self, id: &str) -> Result<(), GateError> {
        self.inner().shut_down(id).await
    }

    /// Ends an instance and forgets it, as EC2 does about an hour later: it is not found any more.
    pub async fn vanish(&self, id: &str) -> Result<(), GateError> {
        self.inner().vanish(id).await
    }

    /// Changes its value whenever an instance is launched or ends.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner().changes.subscribe()
    }

    fn inner(&self) -> &Inner {
        &self.shared.inner
    }
}
