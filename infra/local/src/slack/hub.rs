//! The shared centre: state behind its lock, the clock, the way out.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::deliver;
use super::state::{Event, State};
use crate::clock::SharedClock;

/// What runs when somebody moves the clock from the page.
pub(super) type Advance =
    Arc<dyn Fn(i64) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

pub(super) struct Hub {
    pub(super) clock: SharedClock,
    pub(super) address: SocketAddr,
    pub(super) signing_secret: String,
    pub(super) bot_token: String,
    pub(super) http: reqwest::Client,
    state: Mutex<State>,
    version: watch::Sender<u64>,
    events_under_way: watch::Sender<usize>,
    advance: Mutex<Option<Advance>>,
}

impl Hub {
    pub(super) fn new(
        clock: SharedClock,
        address: SocketAddr,
        secrets: (String, String),
        http: reqwest::Client,
        state: State,
    ) -> Self {
        Self {
            clock,
            address,
            signing_secret: secrets.0,
            bot_token: secrets.1,
            http,
            state: Mutex::new(state),
            version: watch::Sender::new(0),
            events_under_way: watch::Sender::new(0),
            advance: Mutex::new(None),
        }
    }

    pub(super) fn now(&self) -> f64 {
        self.clock.now_epoch_seconds_f64()
    }

    /// Looks at the state.
    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the state, tells everybody who waits for a change, and sends the events it caused.
    pub(super) fn change<T>(self: &Arc<Self>, change: impl FnOnce(&mut State, f64) -> T) -> T {
        let (result, events) = {
            let mut state = self.lock();
            let result = change(&mut state, self.now());
            (result, std::mem::take(&mut state.outgoing))
        };
        self.version.send_modify(|version| *version += 1);
        for event in events {
            self.send(event);
        }
        result
    }

    /// Changes what only the caller cares about: nobody is told.
    pub(super) fn quietly<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.lock())
    }

    /// Sends an event in the background, retries included.
    pub(super) fn send(self: &Arc<Self>, event: Event) {
        self.events_under_way.send_modify(|count| *count += 1);
        let hub = self.clone();
        tokio::spawn(async move {
            deliver::event(&hub, &event).await;
            hub.events_under_way.send_modify(|count| *count -= 1);
        });
    }

    /// A receiver that sees every later change.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    pub(super) fn events_under_way(&self) -> watch::Receiver<usize> {
        self.events_under_way.subscribe()
    }

    pub(super) fn set_advance(&self, advance: Advance) {
        *self.advance.lock().unwrap_or_else(PoisonError::into_inner) = Some(advance);
        self.version.send_modify(|version| *version += 1);
    }

    pub(super) fn advance(&self) -> Option<Advance> {
        self.advance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn response_url(&self, id: &str) -> String {
        format!("http://{}/response/{id}", self.address)
    }

    /// A panic elsewhere left whole values behind: every change is made in one piece.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
