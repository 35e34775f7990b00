//! Turns events into Slack messages and keeps them up to date.
//!
//! An event names an outbox item. The item is leased, dealt with, and only then removed: whatever goes wrong before,
//! the scan sends the event again. A message whose outcome is unknown may so appear twice, but none is lost.

mod answer;
mod cards;
mod credentials;

use domain::effect::Effect;
use domain::event::Event;
use platform::clock::Clock;
use platform::secrets::{Secret, Secrets};
use platform::slack::Slack;
use platform::store::Store;
use platform::{Base, PlatformError, config};
use serde_json::Value;

const BOT_TOKEN: &str = "SLACK_BOT_TOKEN_PARAMETER";
const NOTEBOOK_MASTER: &str = "NOTEBOOK_MASTER_PARAMETER";

/// What the function works with, built once.
#[derive(Debug)]
pub struct Deps {
    store: Store,
    clock: Clock,
    secrets: Secrets,
    slack: Slack,
    /// The deployment's name, for the policy to paste.
    stack: String,
}

impl Deps {
    /// Everything from the environment. The token is read now: without it the function cannot serve.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let Base { aws, store, clock } = Base::from_env().await?;
        let secrets =
            Secrets::from_env(platform::clients::ssm(&aws), &[BOT_TOKEN, NOTEBOOK_MASTER])?;
        secrets.get(BOT_TOKEN).await?;
        Ok(Self {
            clock,
            store,
            secrets,
            stack: config::required("STACK_NAME")?,
            slack: Slack::new(
                platform::http::client()?,
                &config::required("SLACK_API_URL")?,
            ),
        })
    }

    async fn notebook_master(&self) -> Result<Secret, PlatformError> {
        self.secrets.get(NOTEBOOK_MASTER).await
    }

    async fn token(&self) -> Result<Secret, PlatformError> {
        self.secrets.get(BOT_TOKEN).await
    }
}

/// Deals with one event from the bus.
pub async fn handle(deps: &Deps, event: &Value) -> Result<(), PlatformError> {
    let Some(outbox_id) = event["detail"]["outbox_id"].as_str() else {
        tracing::error!("an event without an outbox id was ignored");
        return Ok(());
    };
    let now = deps.clock.now().await?;
    let Some(item) = deps.store.take_outbox(outbox_id, now).await? else {
        tracing::info!(
            outbox.id = outbox_id,
            "the event is dealt with, or somebody is at it"
        );
        return Ok(());
    };
    match &item.effect {
        Effect::Publish {
            event: Event::Reply { to, reply },
        } => answer::deliver(deps, to, reply).await?,
        Effect::Publish {
            event: Event::ReservationChanged { reservation_id },
        } => cards::bring_up_to_date(deps, reservation_id, now).await?,
        Effect::Publish {
            event: Event::CredentialChecked { credential_id },
        } => credentials::tell(deps, credential_id).await?,
        Effect::Start { .. } | Effect::WakeAnswered { .. } | Effect::WakeCancelled { .. } => {
            tracing::error!(
                outbox.id = outbox_id,
                "an event names an effect that is none of ours"
            );
            return Ok(());
        }
    }
    deps.store.finish_outbox(outbox_id).await
}
