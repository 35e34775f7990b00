//! `response_url`s: no token, five uses within thirty minutes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::calls::{ApiCall, ApiError};
use super::hub::Hub;
use super::people::BOT_USER_ID;
use super::state::{Draft, State};
use super::web_api::content;

const USES_MAX: u32 = 5;
const LIFE_SECONDS: f64 = 30.0 * 60.0;

/// Answers one use and records it as a call of the method `response_url`.
pub(super) async fn receive(
    Shared(hub): Shared<Arc<Hub>>,
    Path(id): Path<String>,
    Json(arguments): Json<Value>,
) -> (StatusCode, Json<Value>) {
    hub.change(|state, now| {
        let done = respond(state, &id, &arguments, now);
        let (status, answer) = match done {
            Ok(()) => (StatusCode::OK, json!({ "ok": true })),
            Err(error) => (StatusCode::NOT_FOUND, error.to_json()),
        };
        let call = ApiCall {
            method: "response_url".to_owned(),
            arguments: arguments.clone(),
            answer: answer.clone(),
            at_epoch_seconds: now,
        };
        state.calls.push(call);
        (status, Json(answer))
    })
}

fn respond(state: &mut State, id: &str, arguments: &Value, now: f64) -> Result<(), ApiError> {
    let url = state
        .response_urls
        .get_mut(id)
        .ok_or_else(|| ApiError::new("expired_url"))?;
    if now - url.issued_at > LIFE_SECONDS {
        return Err(ApiError::new("expired_url"));
    }
    if url.uses >= USES_MAX {
        return Err(ApiError::new("used_url"));
    }
    url.uses += 1;
    let (person, channel, source_ts) = (
        url.person.clone(),
        url.channel.clone(),
        url.message_ts.clone(),
    );
    let source = source_ts.and_then(|ts| state.message(&channel, &ts).cloned());
    if arguments["delete_original"] == true {
        let message = source.ok_or_else(|| ApiError::new("message_not_found"))?;
        if let Some(message) = state.message_mut(&message.channel, &message.ts) {
            message.deleted = true;
        }
        return Ok(());
    }
    let content = content(arguments)?;
    let (text, blocks) = (
        content.text.unwrap_or_default(),
        content.blocks.unwrap_or_default(),
    );
    if let Some(message) = source.filter(|_| arguments["replace_original"] == true) {
        state.reword(&message, text, blocks, now);
    } else {
        let visible_to = (arguments["response_type"] != "in_channel").then_some(person);
        let thread_ts = arguments["thread_ts"].as_str().map(str::to_owned);
        let author = BOT_USER_ID.to_owned();
        state.post(
            Draft {
                channel,
                thread_ts,
                author,
                text,
                blocks,
                visible_to,
            },
            now,
        );
    }
    Ok(())
}
