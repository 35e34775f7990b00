//! Reads what is due and does what the rules decide about it; and makes up for executions that died.

mod executions;

use domain::act::ended;
use domain::effect::Effect;
use domain::event::Event;
use domain::reservation::{EndReason, Reservation};
use domain::time::EpochSeconds;
use domain::watch::{Action, Decision, decide, decide_after_failure};
use domain::workflow::Workflow;
use platform::clock::Clock;
use platform::outbox::Dispatcher;
use platform::store::{DueItem, OutboxItem, Store};
use platform::workflows::Workflows;
use platform::{Base, PlatformError};
use serde_json::{Value, json};

pub use executions::{About, Failure};

/// The lease that keeps two scans from running at once. Above the function's timeout.
const LEASE_SECONDS: i64 = 55;
/// Its name.
const LEASE: &str = "watch";

/// What the function works with, built once.
#[derive(Debug)]
pub struct Deps {
    store: Store,
    clock: Clock,
    dispatcher: Dispatcher,
}

impl Deps {
    /// Everything from the environment.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let Base { aws, store, clock } = Base::from_env().await?;
        let workflows = Workflows::from_env(platform::clients::step_functions(&aws))?;
        Ok(Self {
            clock,
            dispatcher: Dispatcher::from_env(
                store.clone(),
                platform::clients::eventbridge(&aws),
                Some(workflows),
            )?,
            store,
        })
    }
}

/// One scan. Returns what it did, by numbers.
pub async fn handle(deps: &Deps) -> Result<Value, PlatformError> {
    let now = deps.clock.now().await?;
    if !deps
        .store
        .take_lease(LEASE, now, now + LEASE_SECONDS)
        .await?
    {
        tracing::info!("another scan is running");
        return Ok(json!({"skipped": true}));
    }
    let outcome = scan(deps, now).await;
    deps.store.release_lease(LEASE).await?;
    outcome
}

/// An execution has ended without success. Returns whether that had to be made up for.
pub async fn after_failure(deps: &Deps, failure: &Failure) -> Result<Value, PlatformError> {
    let now = deps.clock.now().await?;
    let execution = &failure.execution;
    let acted = match &failure.about {
        About::Reservation { reservation_id: id } => {
            if deps.store.reservation(id).await?.is_none() {
                tracing::warn!(reservation.id = %id, "an execution about no known reservation has failed");
                return Ok(json!({"acted": false}));
            }
            let rule =
                |reservation: &Reservation| decide_after_failure(reservation, execution, now);
            carry_out(deps, id, now, rule).await?
        }
        About::Credential { credential_id: id } => {
            after_dead_check(deps, id, execution, now).await?
        }
    };
    Ok(json!({"acted": acted}))
}

/// A check that could not even note that it found out nothing: whoever gave the credential hears of it, and may ask for
/// another. One that was deleted meanwhile only waited for this.
async fn after_dead_check(
    deps: &Deps,
    id: &str,
    execution: &str,
    now: EpochSeconds,
) -> Result<bool, PlatformError> {
    let Some(mut credential) = deps.store.credential(id).await? else {
        return Ok(false);
    };
    if !credential.check_died(execution, now) {
        return Ok(false);
    }
    if credential.is_retiring {
        deps.store.forget_if_retired(id).await?;
        if deps.store.credential(id).await?.is_none() {
            return Ok(true);
        }
    }
    let news = Effect::Publish {
        event: Event::CredentialChecked {
            credential_id: id.to_owned(),
        },
    };
    let transaction = deps.store.transaction().credential(&credential);
    let name = format!("{id}-v{}-0", credential.version + 1);
    let outbox = transaction.effect(name, news, now).commit().await?;
    deps.dispatcher.dispatch(&outbox).await;
    Ok(true)
}

async fn scan(deps: &Deps, now: EpochSeconds) -> Result<Value, PlatformError> {
    let due = deps.store.due(now).await?;
    let (mut acted, mut resent, mut failed) = (0, 0, 0);
    for item in &due {
        // One item that cannot be dealt with must not keep the scan from the others; it stays due.
        let outcome = match item {
            DueItem::Reservation(reservation) => {
                carry_out(deps, &reservation.id, now, |reservation| {
                    decide(reservation, now)
                })
                .await
                .map(|did| acted += usize::from(did))
            }
            DueItem::Outbox(item) => deps
                .dispatcher
                .send_again(item, now)
                .await
                .map(|()| resent += 1),
        };
        if let Err(error) = outcome {
            failed += 1;
            tracing::error!(%error, "an item that is due could not be dealt with");
        }
    }
    Ok(json!({"due": due.len(), "acted": acted, "resent": resent, "failed": failed}))
}

/// Decides about a reservation and carries the decision out; whether anything was done.
async fn carry_out(
    deps: &Deps,
    reservation_id: &str,
    now: EpochSeconds,
    rule: impl Fn(&Reservation) -> Decision,
) -> Result<bool, PlatformError> {
    let outbox = act(&deps.store, reservation_id, now, rule).await?;
    deps.dispatcher.dispatch(&outbox).await;
    Ok(!outbox.is_empty())
}

/// Decides about a reservation and writes the decision; what it sets in motion is left to carry out.
pub async fn act(
    store: &Store,
    reservation_id: &str,
    now: EpochSeconds,
    rule: impl Fn(&Reservation) -> Decision,
) -> Result<Vec<OutboxItem>, PlatformError> {
    let change = |reservation: &mut Reservation| {
        let decision = rule(reservation);
        Ok::<_, PlatformError>(apply(reservation, decision, now))
    };
    let (_, outbox) = store.change(reservation_id, now, change).await?;
    Ok(outbox)
}

fn apply(
    reservation: &mut Reservation,
    decision: Decision,
    now: EpochSeconds,
) -> Option<Vec<Effect>> {
    let effects = match decision.action {
        Action::Wait => return None,
        Action::Warn(warnings) => {
            reservation.warnings.extend(warnings);
            Vec::new()
        }
        Action::NoteReclaimed => {
            if reservation.reclaimed(now) {
                let (after, effects) = ended(reservation, EndReason::TakenBack, now)?;
                *reservation = after;
                effects
            } else {
                Vec::new()
            }
        }
        Action::End(reason) => {
            let (after, effects) = ended(reservation, reason, now)?;
            *reservation = after;
            effects
        }
        Action::SwitchAgain => {
            reservation.switch_again(now).ok()?;
            vec![Effect::Start {
                workflow: Workflow::Power,
                execution: reservation.power_execution(),
                subject_id: reservation.id.clone(),
            }]
        }
        Action::PutOff(until) => {
            reservation.repair_epoch_seconds = Some(until);
            Vec::new()
        }
        Action::Repair => {
            reservation.repair(now).ok()?;
            vec![Effect::Start {
                workflow: Workflow::Terminate,
                execution: reservation.removal_execution(),
                subject_id: reservation.id.clone(),
            }]
        }
    };
    tracing::info!(reservation.id = %reservation.id, reason = %decision.reason, "the scan acted on a reservation");
    Some(effects)
}
