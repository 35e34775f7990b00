//! Submitting and closing modals.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{ActError, interact, open_view};
use crate::slack::deliver::Delivery;
use crate::slack::hub::Hub;
use crate::slack::modals::{self, View};
use crate::slack::payloads;
use crate::slack::state::State;
use crate::slack::web_api::{checked, push_view};

/// A submission and what became of the modal.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The request to the app and its answer.
    pub delivery: Delivery,
    /// What the person sees next.
    pub outcome: Outcome,
}

/// What the app's answer did to the modal.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It closed; the view underneath shows again.
    Closed,
    /// All views closed.
    Cleared,
    /// It stays, with a message under each of these blocks.
    Errors(BTreeMap<String, String>),
    /// It shows something else.
    Updated(View),
    /// Another view lies on top.
    Pushed(View),
    /// The app failed or its answer made no sense; the modal says that something went wrong.
    Failed(String),
}

/// Submits the modal in front of the person, `filled` over what its inputs held at first.
pub(in crate::slack) async fn submit(
    hub: &Arc<Hub>,
    person: &str,
    view_id: &str,
    filled: &[(String, String, String)],
) -> Result<Submission, ActError> {
    let (view, payload) = hub.change(|state, now| {
        let view = open_view(state, person, view_id)?;
        let values = match modals::values(&view, filled) {
            Ok(values) => values,
            Err((block_id, why)) => {
                // What the client itself refuses never reaches the app; it is said like what the app objects to.
                if let Some(view) = state.modals.view_mut(&view.id) {
                    view.errors = BTreeMap::from([(block_id.clone(), why.clone())]);
                }
                return Err(ActError::Input { block_id, why });
            }
        };
        let mut payload = payloads::view_submission(&state.payload_user(person), &view, &values);
        payload["trigger_id"] = json!(state.new_trigger(person, Some(view.id.clone()), now));
        Ok((view, payload))
    })?;
    let delivery = interact(hub, &payload).await;
    let outcome = hub.change(|state, now| {
        let outcome = follow(state, &view, &delivery, now).unwrap_or_else(Outcome::Failed);
        if let Outcome::Failed(why) = &outcome {
            tracing::warn!(
                view = view.callback_id(),
                why,
                "a modal's submission failed"
            );
        }
        outcome
    });
    Ok(Submission { delivery, outcome })
}

fn follow(
    state: &mut State,
    view: &View,
    delivery: &Delivery,
    now: f64,
) -> Result<Outcome, String> {
    if let Some(failure) = delivery.failure {
        return Err(failure.to_owned());
    }
    if delivery.body.trim().is_empty() || delivery.json() == json!({}) {
        state.modals.close(&view.id);
        return Ok(Outcome::Closed);
    }
    let answer = delivery.json();
    match answer["response_action"].as_str() {
        Some("clear") => {
            state.modals.clear(&view.person);
            Ok(Outcome::Cleared)
        }
        Some("errors") => {
            let errors = errors_of(view, &answer["errors"])?;
            if let Some(view) = state.modals.view_mut(&view.id) {
                view.errors.clone_from(&errors);
            }
            Ok(Outcome::Errors(errors))
        }
        Some("update") => {
            let body =
                checked(answer["view"].clone()).map_err(|error| error.to_json().to_string())?;
            let hash = state.new_hash(now);
            let updated = state
                .modals
                .update(&view.id, hash, body)
                .ok_or("the view was closed meanwhile")?;
            Ok(Outcome::Updated(updated))
        }
        Some("push") => {
            let body =
                checked(answer["view"].clone()).map_err(|error| error.to_json().to_string())?;
            let pushed = push_view(state, &view.person, body, now).map_err(|error| error.code)?;
            Ok(Outcome::Pushed(pushed))
        }
        other => Err(format!("unknown response_action {other:?}")),
    }
}

/// Errors belong to input blocks of the view; anything else Slack cannot show.
fn errors_of(view: &View, errors: &Value) -> Result<BTreeMap<String, String>, String> {
    let errors: BTreeMap<String, String> =
        serde_json::from_value(errors.clone()).map_err(|error| format!("errors: {error}"))?;
    if errors.is_empty() {
        return Err("errors: none given".to_owned());
    }
    for block_id in errors.keys() {
        let is_input =
            |block: &Value| block["type"] == "input" && block["block_id"] == block_id.as_str();
        if !view.blocks().iter().any(is_input) {
            return Err(format!("errors: {block_id} is no input block"));
        }
    }
    Ok(errors)
}

/// Closes the modal in front of the person; the app hears of it when it asked to.
pub(in crate::slack) async fn dismiss(
    hub: &Arc<Hub>,
    person: &str,
    view_id: &str,
) -> Result<Option<Delivery>, ActError> {
    let payload = hub.change(|state, _| {
        let view = open_view(state, person, view_id)?;
        if view.body["clear_on_close"] == true {
            state.modals.clear(person);
        } else {
            state.modals.close(&view.id);
        }
        let is_cleared = view.body["clear_on_close"] == true;
        let payload = payloads::view_closed(&state.payload_user(person), &view, is_cleared);
        Ok(view.notifies_on_close().then_some(payload))
    })?;
    match payload {
        Some(payload) => Ok(Some(interact(hub, &payload).await)),
        None => Ok(None),
    }
}
