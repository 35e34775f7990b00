//! The Web API: `/api/<method>`, query, form or JSON, bearer token, `ok: false` with status 200.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::calls::{ApiCall, ApiError, Failure};
use super::hub::Hub;
use super::people::{BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID};
use super::state::{State, whole};

mod chat;
mod views;

pub(super) use chat::content;
pub(super) use views::{checked, push_view};

/// What a method does with its arguments.
type Method = fn(&mut State, &Value, f64) -> Result<Value, ApiError>;

const METHODS: [(&str, Method); 10] = [
    ("auth.test", auth_test),
    ("chat.delete", chat::delete),
    ("chat.postEphemeral", chat::post_ephemeral),
    ("chat.postMessage", chat::post_message),
    ("chat.update", chat::update),
    ("conversations.open", conversations_open),
    ("users.info", users_info),
    ("views.open", views::open),
    ("views.push", views::push),
    ("views.update", views::update),
];

/// Reading methods take no JSON: they see no arguments at all.
const FORM_ONLY: [&str; 1] = ["users.info"];

/// Answers one call and records it.
pub(super) async fn call(
    Shared(hub): Shared<Arc<Hub>>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let parsed = arguments(&method, &headers, &body).and_then(|given| with_query(given, &query));
    let shown = parsed.as_ref().ok().cloned().unwrap_or(Value::Null);
    let failure = hub.change(|state, _| state.take_failure(&method));
    let record = |answer: Value| {
        hub.change(|state, now| {
            state.calls.push(ApiCall {
                method: method.clone(),
                arguments: without_token(shown.clone()),
                answer,
                at_epoch_seconds: now,
            });
        });
    };
    match &failure {
        Some(Failure::Error(code)) => {
            let answer = ApiError::new(code).to_json();
            record(answer.clone());
            return axum::Json(answer).into_response();
        }
        Some(Failure::RateLimited {
            retry_after_seconds,
        }) => {
            let answer = ApiError::new("ratelimited").to_json();
            record(answer.clone());
            let retry_after = [(header::RETRY_AFTER, retry_after_seconds.to_string())];
            return (
                StatusCode::TOO_MANY_REQUESTS,
                retry_after,
                axum::Json(answer),
            )
                .into_response();
        }
        Some(Failure::ServerError) => {
            record(Value::Null);
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        Some(Failure::Slow(delay)) => tokio::time::sleep(*delay).await,
        Some(Failure::AnswerLost) | None => {}
    }
    let answer = run(&hub, &method, &headers, parsed).unwrap_or_else(|error| error.to_json());
    if answer["ok"] == false {
        tracing::info!(method, %answer, "a call was refused");
    }
    if matches!(failure, Some(Failure::AnswerLost)) {
        record(Value::Null);
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    record(answer.clone());
    axum::Json(answer).into_response()
}

fn run(
    hub: &Arc<Hub>,
    method: &str,
    headers: &HeaderMap,
    arguments: Result<Value, ApiError>,
) -> Result<Value, ApiError> {
    let Some((_, act)) = METHODS.iter().find(|(name, _)| *name == method) else {
        return Err(ApiError::new("unknown_method"));
    };
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let from_header = bearer
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    let is_json = content_type(headers) == "application/json";
    let from_form = arguments
        .as_ref()
        .ok()
        .and_then(|arguments| arguments["token"].as_str())
        .map(str::to_owned);
    match from_header.or(from_form.filter(|_| !is_json)) {
        None => return Err(ApiError::new("not_authed")),
        Some(token) if token != hub.bot_token => return Err(ApiError::new("invalid_auth")),
        Some(_) => {}
    }
    let arguments = arguments?;
    let mut answer = hub.change(|state, now| act(state, &arguments, now))?;
    answer["ok"] = json!(true);
    Ok(answer)
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

fn arguments(method: &str, headers: &HeaderMap, body: &[u8]) -> Result<Value, ApiError> {
    match content_type(headers) {
        "" if body.is_empty() => Ok(json!({})),
        "" => Err(ApiError::new("missing_post_type")),
        "application/x-www-form-urlencoded" => {
            serde_urlencoded::from_bytes::<HashMap<String, String>>(body)
                .map(|form| {
                    Value::Object(
                        form.into_iter()
                            .map(|(key, value)| (key, json!(value)))
                            .collect(),
                    )
                })
                .map_err(|_| ApiError::new("invalid_form_data"))
        }
        "application/json" => match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(_)) if FORM_ONLY.contains(&method) => Ok(json!({})),
            Ok(object @ Value::Object(_)) => Ok(object),
            Ok(_) => Err(ApiError::new("json_not_object")),
            Err(_) => Err(ApiError::new("invalid_json")),
        },
        _ => Err(ApiError::new("invalid_post_type")),
    }
}

/// Arguments may stand in the query as well.
fn with_query(mut arguments: Value, query: &str) -> Result<Value, ApiError> {
    let pairs = serde_urlencoded::from_str::<Vec<(String, String)>>(query);
    for (key, value) in pairs.map_err(|_| ApiError::new("invalid_form_data"))? {
        arguments[key] = json!(value);
    }
    Ok(arguments)
}

/// Records are printed when tests fail; tokens are not.
fn without_token(mut arguments: Value) -> Value {
    arguments.as_object_mut().map(|map| map.remove("token"));
    arguments
}

/// A required string argument.
fn required<'a>(arguments: &'a Value, key: &str) -> Result<&'a str, ApiError> {
    optional(arguments, key).ok_or_else(|| ApiError::missing(key))
}

/// An optional string argument; empty counts as absent.
fn optional<'a>(arguments: &'a Value, key: &str) -> Option<&'a str> {
    arguments[key].as_str().filter(|value| !value.is_empty())
}

/// An argument that is a structure in JSON bodies and JSON text in forms.
fn structure(arguments: &Value, key: &str, error: &str) -> Result<Option<Value>, ApiError> {
    match arguments.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => serde_json::from_str(text)
            .map(Some)
            .map_err(|_| ApiError::new(error)),
        Some(value) => Ok(Some(value.clone())),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "methods share one signature")]
fn auth_test(_: &mut State, _: &Value, _: f64) -> Result<Value, ApiError> {
    Ok(json!({
        "url": "https://local.slack.com/",
        "team": "Local",
        "user": BOT_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": false,
    }))
}

fn users_info(state: &mut State, arguments: &Value, now: f64) -> Result<Value, ApiError> {
    let user = required(arguments, "user")?;
    let account = state
        .account(user)
        .ok_or_else(|| ApiError::new("user_not_found"))?;
    Ok(json!({ "user": account.to_user(whole(now)) }))
}

fn conversations_open(state: &mut State, arguments: &Value, _: f64) -> Result<Value, ApiError> {
    let users = required(arguments, "users")?;
    if users.contains(',') {
        // Group conversations need a scope the app does not have.
        return Err(ApiError::new("missing_scope"));
    }
    if users == BOT_USER_ID {
        return Err(ApiError::new("cannot_dm_bot"));
    }
    let account = state
        .account(users)
        .ok_or_else(|| ApiError::new("user_not_found"))?;
    if account.deleted {
        return Err(ApiError::new("user_disabled"));
    }
    let channel = state
        .direct_channel(users)
        .ok_or_else(|| ApiError::new("user_not_found"))?;
    let mut shown = Map::from_iter([("id".to_owned(), json!(channel.id))]);
    if arguments["return_im"] == true || arguments["return_im"] == "true" {
        shown.insert("user".to_owned(), json!(users));
        shown.insert("is_im".to_owned(), json!(true));
    }
    Ok(json!({ "no_op": true, "already_open": true, "channel": shown }))
}

impl State {
    fn take_failure(&mut self, method: &str) -> Option<Failure> {
        let position = self
            .planned_failures
            .iter()
            .position(|(planned, _)| planned == method)?;
        Some(self.planned_failures.remove(position).1)
    }
}
