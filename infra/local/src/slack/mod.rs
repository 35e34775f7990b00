//! A Slack workspace on this machine: strict where Slack is strict, quick where Slack is slow.
//!
//! A [`Workspace`] runs in the process on a free port. The app talks to it through the Web API under
//! [`Workspace::api_url`]; it talks to the app with signed requests to `{public_url}/slack/events`, `/slack/commands`
//! and `/slack/interactivity`. Tests act as people ([`Workspace::person`]) and read what people read
//! ([`Workspace::next_message_to`], [`Workspace::transcript`]); everybody else opens [`Workspace::page_url`] in a browser.
//!
//! ```text
//!   tests, page ──▶ acts ──▶ state ──▶ deliver ──signed──▶ the app
//!                              ▲                              │
//!                              └── web_api, response_url ◀────┘
//! ```
//!
//! Stricter than Slack on purpose: a reply must name the message that starts its thread, and blocks of kinds this
//! workspace cannot show are refused.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::task::JoinHandle;

use crate::clock::SharedClock;
use hub::Hub;
use state::State;

mod acts;
mod blocks;
mod calls;
mod compose;
mod deliver;
mod hub;
mod limits;
mod message;
mod modals;
mod page;
mod payloads;
mod people;
mod person;
mod plain;
mod response_url;
mod sign;
mod state;
mod transcript;
mod waiting;
mod web_api;

#[cfg(test)]
mod tests;

pub use acts::{ActError, Outcome, Posted, SlashAnswer, Submission};
pub use calls::{ApiCall, Failure};
pub use deliver::{Delivery, DeliveryRules};
pub use message::{Button, Message, Version};
pub use modals::View;
pub use people::{APP_ID, Account, BOT_ID, BOT_NAME, BOT_USER_ID, PARTNER_TEAM_ID, TEAM_ID};
pub use person::Person;
pub use plain::render_plain;
pub use sign::signature;
pub use transcript::Entry;
pub use waiting::{WAIT_LIMIT, WaitError};

/// Requests larger than this are refused; Slack's own limit is about a megabyte.
const REQUEST_BYTES_MAX: usize = 1024 * 1024;
/// Slack follows at most two redirects.
const REDIRECTS_MAX: usize = 2;

/// What a workspace needs to know.
#[derive(Clone, Debug)]
pub struct WorkspaceOptions {
    /// Signs the deliveries.
    pub signing_secret: String,
    /// The only token the Web API takes.
    pub bot_token: String,
    /// Where the app is; may be set later with [`Workspace::set_public_url`].
    pub public_url: String,
    /// The clock of signatures, message times and lifetimes.
    pub clock: SharedClock,
}

/// Why a workspace did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An app that trusts an empty secret trusts everybody.
    #[error("the signing secret and the bot token must not be empty")]
    EmptySecret,
    /// No port was to be had.
    #[error("the Slack stand-in found no port")]
    Port(#[from] std::io::Error),
    /// The HTTP client did not start.
    #[error("the Slack stand-in's HTTP client did not start")]
    Client(#[from] reqwest::Error),
}

/// A running workspace; clones are handles on the same one. It stops when the last handle is gone.
#[derive(Clone)]
pub struct Workspace {
    hub: Arc<Hub>,
    _server: Arc<Server>,
}

struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Workspace {
    /// Starts a workspace on a free port of 127.0.0.1.
    pub async fn start(options: WorkspaceOptions) -> Result<Self, StartError> {
        if options.signing_secret.is_empty() || options.bot_token.is_empty() {
            return Err(StartError::EmptySecret);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let redirects = reqwest::redirect::Policy::limited(REDIRECTS_MAX);
        let http = reqwest::Client::builder()
            .redirect(redirects)
            .no_proxy()
            .build()?;
        let hub = Arc::new(Hub::new(
            options.clock,
            listener.local_addr()?,
            (options.signing_secret, options.bot_token),
            http,
            State::new(options.public_url),
        ));
        let app = Router::new()
            .route("/api/{method}", get(web_api::call).post(web_api::call))
            .route("/response/{id}", post(response_url::receive))
            .merge(page::routes())
            .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
            .with_state(hub.clone());
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the Slack stand-in stopped");
            }
        });
        Ok(Self {
            hub,
            _server: Arc::new(Server(server)),
        })
    }

    /// The base of the Web API, without a slash at the end.
    pub fn api_url(&self) -> String {
        format!("http://{}/api", self.hub.address)
    }

    /// The page for browsers.
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.hub.address)
    }

    /// Tells where the app is, without a slash at the end.
    pub fn set_public_url(&self, url: &str) {
        self.hub
            .change(|state, _| url.trim_end_matches('/').clone_into(&mut state.public_url));
    }

    /// Changes how deliveries behave.
    pub fn set_delivery_rules(&self, rules: DeliveryRules) {
        self.hub.change(|state, _| state.rules = rules);
    }

    /// Shows a clock on the page whose buttons call this with the seconds to move.
    /// The workspace keeps it: a [`Workspace`] inside would never stop.
    pub fn on_advance<F>(&self, advance: impl Fn(i64) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.hub
            .set_advance(Arc::new(move |seconds| Box::pin(advance(seconds))));
    }

    /// Somebody of the workspace by handle: alice, bob, carol (admin), gina (guest), otto (guest of `#general`
    /// alone), dora (deactivated) or zoe (of another workspace, and only in `#partner`).
    ///
    /// # Panics
    ///
    /// When nobody has that name: a mistake in the test that asks.
    pub fn person(&self, name: &str) -> Person {
        Person {
            id: self.id_of(name),
            name: name.to_owned(),
            workspace: self.clone(),
        }
    }

    fn id_of(&self, name: &str) -> String {
        let find = |state: &State| {
            state
                .accounts
                .iter()
                .find(|account| account.name == name)
                .map(|found| found.id.clone())
        };
        let found = self.hub.read(find);
        assert!(found.is_some(), "nobody in the workspace is called {name}");
        found.unwrap_or_default()
    }

    /// Changes what `users.info` says about somebody: a guest, deactivated, of another workspace.
    pub fn change_person(&self, name: &str, change: impl FnOnce(&mut Account)) {
        let id = self.id_of(name);
        self.hub.change(|state, _| {
            if let Some(account) = state.accounts.iter_mut().find(|account| account.id == id) {
                change(account);
            }
        });
    }

    /// Invites the bot to a channel or removes it.
    pub fn set_bot_membership(&self, place: &str, is_member: bool) {
        self.hub.change(|state, _| {
            let named = |name: &str| Some(name) == place.strip_prefix('#');
            if let Some(channel) = state
                .channels
                .iter_mut()
                .find(|channel| named(&channel.name))
            {
                channel.bot_is_member = is_member;
            }
        });
    }

    /// The id of `#general`, or of a person's conversation with the bot, `@alice`.
    pub fn channel_id(&self, place: &str) -> Option<String> {
        self.hub.read(|state| {
            let found = state
                .channels
                .iter()
                .find(|channel| state.place_name(&channel.id) == place);
            found.map(|channel| channel.id.clone())
        })
    }

    /// A message as it is now; `None` when it was deleted or never was.
    pub fn message(&self, channel: &str, ts: &str) -> Option<Message> {
        self.hub.read(|state| state.message(channel, ts).cloned())
    }

    /// All messages ever, deleted ones included.
    pub fn messages(&self) -> Vec<Message> {
        self.hub.read(|state| state.messages.clone())
    }

    /// The conversations as people read them.
    pub fn transcript(&self) -> Vec<Entry> {
        self.hub.read(transcript::entries)
    }

    /// Every call of the app, in order of completion.
    pub fn calls(&self) -> Vec<ApiCall> {
        self.hub.read(|state| state.calls.clone())
    }

    /// Every request to the app that was answered or given up.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.hub.read(|state| state.deliveries.clone())
    }

    /// Makes the next call of `method` go wrong; several for one method are used up in order.
    pub fn fail_next(&self, method: &str, failure: Failure) {
        self.hub
            .change(|state, _| state.planned_failures.push((method.to_owned(), failure)));
    }

    /// Asks the app to prove that it owns its URL, as when the URL is entered in Slack's settings. The answer's body
    /// holds `challenge`.
    pub async fn verifies_url(&self, challenge: &str) -> Delivery {
        deliver::url_verification(&self.hub, challenge).await
    }

    /// Sends the last event once more, as Slack does when it missed the answer. `None` when there was none.
    pub fn redeliver_last(&self) -> Option<String> {
        let event = self.hub.read(|state| state.last_event.clone())?;
        self.hub.send(event.clone());
        Some(event.id)
    }
}
