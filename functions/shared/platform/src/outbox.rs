//! Carrying out what a committed change has set in motion.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::effect::Effect;
use domain::event::Event;
use domain::time::EpochSeconds;
use domain::workflow::StepErrorKind;
use serde_json::json;

use crate::store::{OutboxItem, Store};
use crate::workflows::Workflows;
use crate::{PlatformError, config};

/// The `source` of our events.
const SOURCE: &str = "infrared";

/// Sends effects on their way. What fails here stays in the outbox and is sent again by the scan.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    store: Store,
    bus: Client,
    bus_name: String,
    workflows: Option<Workflows>,
}

impl Dispatcher {
    /// A dispatcher for the bus that `BUS_NAME` names. Functions that may not start workflows leave them to the scan.
    pub fn from_env(
        store: Store,
        bus: Client,
        workflows: Option<Workflows>,
    ) -> Result<Self, PlatformError> {
        Ok(Self {
            store,
            bus,
            bus_name: config::required("BUS_NAME")?,
            workflows,
        })
    }

    /// Carries out the effects of a change that was just committed. Never fails: the change stands, and whatever
    /// could not be sent now is sent by the scan within a minute or two.
    pub async fn dispatch(&self, items: &[OutboxItem]) {
        for item in items {
            if let Err(error) = self.send(item).await {
                tracing::warn!(%error, outbox.id = %item.id, "an effect could not be sent and is left to the scan");
            }
        }
    }

    /// Carries out an effect that was left over.
    pub async fn send_again(
        &self,
        item: &OutboxItem,
        now: EpochSeconds,
    ) -> Result<(), PlatformError> {
        self.store.postpone_outbox(item, now).await?;
        self.send(item).await
    }

    async fn send(&self, item: &OutboxItem) -> Result<(), PlatformError> {
        match &item.effect {
            // An event is done when its listener has dealt with it, and the listener says so.
            Effect::Publish { event } => self.publish(&item.id, event).await,
            Effect::Start {
                workflow,
                execution,
                subject_id,
            } => {
                let Some(workflows) = &self.workflows else {
                    return Ok(());
                };
                workflows.start(*workflow, execution, subject_id).await?;
                self.store.finish_outbox(&item.id).await
            }
            Effect::WakeCancelled { reservation_id } => {
                let Some(workflows) = &self.workflows else {
                    return Ok(());
                };
                for token in self.store.all_tokens(reservation_id).await? {
                    workflows.wake(&token, StepErrorKind::Cancelled).await?;
                }
                self.store.finish_outbox(&item.id).await
            }
            Effect::WakeAnswered { reservation_id } => {
                let Some(workflows) = &self.workflows else {
                    return Ok(());
                };
                if let Some(token) = self.store.answer_token(reservation_id).await? {
                    workflows.wake(&token, StepErrorKind::Answered).await?;
                }
                self.store.finish_outbox(&item.id).await
            }
        }
    }

    /// The event names the outbox item. Its content is read from the table, for an answer may hold what the bus and
    /// its archives should not.
    async fn publish(&self, outbox_id: &str, event: &Event) -> Result<(), PlatformError> {
        let mut detail = json!({"outbox_id": outbox_id});
        match event {
            Event::ReservationChanged { reservation_id } => {
                detail["reservation_id"] = json!(reservation_id);
            }
            Event::CredentialChecked { credential_id } => {
                detail["credential_id"] = json!(credential_id);
            }
            Event::Reply { .. } => {}
        }
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus_name)
            .source(SOURCE)
            .detail_type(event.detail_type())
            .detail(detail.to_string());
        let answer = self
            .bus
            .put_events()
            .entries(entry.build())
            .send()
            .await
            .map_err(PlatformError::service("PutEvents"))?;
        match answer.entries().iter().find_map(|entry| entry.error_code()) {
            None => Ok(()),
            Some(code) => Err(PlatformError::Service {
                operation: "PutEvents",
                cause: code.to_owned(),
            }),
        }
    }
}
