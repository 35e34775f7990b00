//! `views.*`: modals, opened within three seconds of a click.

use serde_json::{Value, json};

use super::{optional, required, structure};
use crate::slack::calls::ApiError;
use crate::slack::limits;
use crate::slack::modals::{VIEWS_IN_STACK_MAX, View};
use crate::slack::payloads::view_object;
use crate::slack::state::{State, TRIGGER_SECONDS};

const VIEW_BYTES_MAX: usize = 250_000;

/// The `view` argument, checked; ids the app left out are filled in.
fn view_argument(arguments: &Value) -> Result<Value, ApiError> {
    let view = structure(arguments, "view", "invalid_arguments")?
        .ok_or_else(|| ApiError::missing("view"))?;
    checked(view)
}

pub(in crate::slack) fn checked(mut view: Value) -> Result<Value, ApiError> {
    if view.to_string().len() > VIEW_BYTES_MAX {
        return Err(ApiError::new("view_too_large"));
    }
    limits::check_view(&mut view)
        .map_err(|messages| ApiError::with_messages("invalid_arguments", messages))?;
    Ok(view)
}

/// Uses a trigger up; who it belongs to, and the view it came from.
fn use_trigger(
    state: &mut State,
    arguments: &Value,
    now: f64,
) -> Result<(String, Option<String>), ApiError> {
    let id = required(arguments, "trigger_id")?;
    if id.split('.').count() != 3 {
        let message = "[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]".to_owned();
        return Err(ApiError::with_messages("invalid_arguments", vec![message]));
    }
    let trigger = state
        .triggers
        .get_mut(id)
        .ok_or_else(|| ApiError::new("invalid_trigger_id"))?;
    if trigger.is_used {
        return Err(ApiError::new("exchanged_trigger_id"));
    }
    if now - trigger.issued_at > TRIGGER_SECONDS {
        return Err(ApiError::new("expired_trigger_id"));
    }
    trigger.is_used = true;
    Ok((trigger.person.clone(), trigger.from_view.clone()))
}

fn refuse_duplicate(state: &State, view: &Value, except: Option<&str>) -> Result<(), ApiError> {
    let other = state
        .modals
        .by_external_id(view["external_id"].as_str().unwrap_or_default());
    match other {
        Some(other) if Some(other.id.as_str()) != except => {
            Err(ApiError::new("duplicate_external_id"))
        }
        _ => Ok(()),
    }
}

fn answer(view: &View) -> Value {
    json!({ "view": view_object(view) })
}

pub(super) fn open(state: &mut State, arguments: &Value, now: f64) -> Result<Value, ApiError> {
    let view = view_argument(arguments)?;
    refuse_duplicate(state, &view, None)?;
    let (person, _) = use_trigger(state, arguments, now)?;
    let (id, hash) = (state.next_id("V0"), state.new_hash(now));
    Ok(answer(&state.modals.open(&person, id, hash, view)))
}

pub(super) fn push(state: &mut State, arguments: &Value, now: f64) -> Result<Value, ApiError> {
    let view = view_argument(arguments)?;
    refuse_duplicate(state, &view, None)?;
    let (person, from_view) = use_trigger(state, arguments, now)?;
    if from_view.is_none_or(|id| state.modals.view(&id).is_none()) {
        return Err(ApiError::new("not_found"));
    }
    push_view(state, &person, view, now).map(|view| answer(&view))
}

pub(in crate::slack) fn push_view(
    state: &mut State,
    person: &str,
    view: Value,
    now: f64,
) -> Result<View, ApiError> {
    if state.modals.height(person) >= VIEWS_IN_STACK_MAX {
        return Err(ApiError::new("push_limit_reached"));
    }
    let (id, hash) = (state.next_id("V0"), state.new_hash(now));
    state
        .modals
        .push(person, id, hash, view)
        .ok_or_else(|| ApiError::new("not_found"))
}

pub(super) fn update(state: &mut State, arguments: &Value, now: f64) -> Result<Value, ApiError> {
    let body = view_argument(arguments)?;
    let found = match (
        optional(arguments, "view_id"),
        optional(arguments, "external_id"),
    ) {
        (Some(id), _) => state.modals.view(id),
        (None, Some(external_id)) => state.modals.by_external_id(external_id),
        (None, None) => return Err(ApiError::missing("view_id")),
    };
    let view = found.cloned().ok_or_else(|| ApiError::new("not_found"))?;
    if optional(arguments, "hash").is_some_and(|hash| hash != view.hash) {
        return Err(ApiError::new("hash_conflict"));
    }
    refuse_duplicate(state, &body, Some(&view.id))?;
    let hash = state.new_hash(now);
    let updated = state
        .modals
        .update(&view.id, hash, body)
        .ok_or_else(|| ApiError::new("not_found"))?;
    Ok(answer(&updated))
}

impl State {
    pub(in crate::slack) fn new_hash(&mut self, now: f64) -> String {
        let serial = self.next_serial();
        format!("{now:.0}.{serial:08x}")
    }
}
