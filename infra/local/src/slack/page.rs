//! The page: the workspace as a person sees it in a browser, and what they do there.

use std::sync::Arc;

use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::acts::{self, ActError, Outcome, Press};
use super::deliver::Delivery;
use super::hub::Hub;
use super::message::Message;
use super::people::{Account, BOT_NAME, BOT_USER_ID, SLACKBOT_ID};
use super::plain::EMOJI_JSON;
use super::state::State;

/// A page shows the latest messages; a demo rarely has more.
const MESSAGES_SHOWN_MAX: usize = 400;
/// The page moves the clock by at most a week at a time.
const ADVANCE_SECONDS_MAX: i64 = 7 * 24 * 3600;

/// Nothing is loaded from elsewhere but pictures an app shows.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'self'; img-src 'self' https: data:; frame-ancestors 'none'";

pub(super) fn routes() -> Router<Arc<Hub>> {
    let file = |content_type: &'static str, body: &'static str| {
        get(move || async move {
            let headers = [
                (header::CONTENT_TYPE, content_type),
                (header::CACHE_CONTROL, "no-store"),
                (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            ];
            (headers, body)
        })
    };
    let script = |body| file("text/javascript; charset=utf-8", body);
    let index = file(
        "text/html; charset=utf-8",
        include_str!("../../page/index.html"),
    );
    let style = file(
        "text/css; charset=utf-8",
        include_str!("../../page/style.css"),
    );
    Router::new()
        .route("/", index)
        .route("/style.css", style)
        .route("/app.js", script(include_str!("../../page/app.js")))
        .route("/blocks.js", script(include_str!("../../page/blocks.js")))
        .route(
            "/messages.js",
            script(include_str!("../../page/messages.js")),
        )
        .route("/modal.js", script(include_str!("../../page/modal.js")))
        .route("/mrkdwn.js", script(include_str!("../../page/mrkdwn.js")))
        .route(
            "/workspace.js",
            script(include_str!("../../page/workspace.js")),
        )
        .route("/emoji.json", file("application/json", EMOJI_JSON))
        .route("/page/state", get(view_of_workspace))
        .route("/page/changes", get(changes))
        .route("/page/act", post(act))
        .route("/control/advance", post(advance))
}

#[derive(Deserialize)]
struct Viewer {
    person: String,
}

async fn view_of_workspace(
    Shared(hub): Shared<Arc<Hub>>,
    Query(viewer): Query<Viewer>,
) -> Response {
    let can_advance = hub.advance().is_some();
    let clock = json!({
        "now": hub.now(),
        "offset_seconds": hub.clock.offset_seconds(),
        "can_advance": can_advance,
    });
    let view = hub.read(|state| {
        let person = state
            .accounts
            .iter()
            .find(|account| account.name == viewer.person && account.is_at_keyboard())?;
        Some(workspace_view(state, &person.id, &clock))
    });
    match view {
        Some(view) => Json(view).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn workspace_view(state: &State, person: &str, clock: &Value) -> Value {
    let people = state.accounts.iter().map(|account| {
        json!({
            "id": account.id,
            "name": account.name,
            "real_name": account.real_name,
            "time_zone": account.time_zone,
            "is_bot": account.is_bot,
            "is_guest": account.is_restricted || account.is_ultra_restricted,
            "is_admin": account.is_admin,
            "is_foreign": account.is_foreign(),
            "is_at_keyboard": account.is_at_keyboard(),
        })
    });
    let channels = state
        .channels
        .iter()
        .filter(|channel| state.is_in(person, channel))
        .map(|channel| {
            json!({
                "id": channel.id,
                "name": if channel.is_direct() { BOT_NAME } else { &channel.name },
                "is_direct": channel.is_direct(),
                "bot_is_member": channel.bot_is_member,
            })
        });
    let seen = state.messages.iter().rev().filter(|message| {
        message.is_seen_by(person)
            && state
                .channel(&message.channel)
                .is_some_and(|channel| state.is_in(person, channel))
    });
    let mut messages: Vec<Value> = seen.take(MESSAGES_SHOWN_MAX).map(message_view).collect();
    messages.reverse();
    let modal = state.modals.top(person).map(|view| {
        json!({
            "id": view.id,
            "hash": view.hash,
            "body": view.body,
            "errors": view.errors,
            "has_view_below": view.previous_id.is_some(),
        })
    });
    json!({
        "me": person,
        "bot": { "id": BOT_USER_ID, "name": BOT_NAME },
        "people": people.collect::<Vec<_>>(),
        "channels": channels.collect::<Vec<_>>(),
        "messages": messages,
        "modal": modal,
        "clock": clock,
    })
}

fn message_view(message: &Message) -> Value {
    let is_typed = message.client_msg_id.is_some();
    json!({
        "channel": message.channel,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "author": message.author,
        "is_app": message.is_from_bot() || message.author == SLACKBOT_ID,
        "text": message.text,
        "blocks": if is_typed { &[][..] } else { &message.blocks[..] },
        "is_ephemeral": message.is_ephemeral(),
        "is_edited": is_typed && message.versions.len() > 1,
    })
}

/// Tells the page that something changed; the page then asks what.
async fn changes(Shared(hub): Shared<Arc<Hub>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| tell_changes(hub, socket))
}

async fn tell_changes(hub: Arc<Hub>, mut socket: WebSocket) {
    let mut changes = hub.changes();
    // The hub is held weakly: an open page must not keep a stopped workspace alive.
    drop(hub);
    loop {
        let version = *changes.borrow_and_update();
        if socket
            .send(Frame::Text(version.to_string().into()))
            .await
            .is_err()
        {
            return;
        }
        tokio::select! {
            told = changes.changed() => if told.is_err() { return },
            // The page says nothing; a closed socket ends the stream.
            frame = socket.recv() => if !matches!(frame, Some(Ok(_))) { return },
        }
    }
}

/// Something a person does on the page.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Act {
    Say {
        channel: String,
        text: String,
        thread_ts: Option<String>,
    },
    Press {
        channel: String,
        ts: String,
        block_id: String,
        action_id: String,
        choice: Option<String>,
    },
    PressInView {
        view_id: String,
        block_id: String,
        action_id: String,
        choice: Option<String>,
        filled: Vec<(String, String, String)>,
    },
    Submit {
        view_id: String,
        filled: Vec<(String, String, String)>,
    },
    Dismiss {
        view_id: String,
    },
}

#[derive(Deserialize)]
struct Request {
    person: String,
    #[serde(flatten)]
    act: Act,
}

async fn act(Shared(hub): Shared<Arc<Hub>>, Json(request): Json<Request>) -> Json<Value> {
    let known = hub.read(|state| {
        state
            .account(&request.person)
            .is_some_and(Account::is_at_keyboard)
    });
    if !known {
        return Json(json!({ "ok": false, "error": "nobody of that name" }));
    }
    Json(match perform(&hub, &request.person, request.act).await {
        Ok(answer) => answer,
        // The view says what is wrong.
        Err(ActError::Input { .. }) => json!({ "ok": false }),
        Err(error) => json!({ "ok": false, "error": error.to_string() }),
    })
}

async fn perform(hub: &Arc<Hub>, person: &str, act: Act) -> Result<Value, ActError> {
    match act {
        Act::Say {
            channel,
            text,
            thread_ts,
        } if text.starts_with('/') => {
            if thread_ts.is_some() {
                let error =
                    "Slack runs no commands in threads. Type it in the conversation itself.";
                return Ok(json!({ "ok": false, "error": error }));
            }
            let (command, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
            acts::run_command(hub, person, &channel, command, rest.trim()).await?;
            Ok(json!({ "ok": true }))
        }
        Act::Say {
            channel,
            text,
            thread_ts,
        } => {
            acts::say(hub, person, &channel, &text, thread_ts.as_deref())?;
            Ok(json!({ "ok": true }))
        }
        Act::Press {
            channel,
            ts,
            block_id,
            action_id,
            choice,
        } => {
            let message = hub.read(|state| state.message(&channel, &ts).cloned());
            let message = message.ok_or_else(|| ActError::NoSuchElement(action_id.clone()))?;
            let press = Press {
                block_id: Some(&block_id),
                action_id: &action_id,
                choice: choice.as_deref(),
            };
            Ok(told(&acts::press(hub, person, &message, press).await?))
        }
        Act::PressInView {
            view_id,
            block_id,
            action_id,
            choice,
            filled,
        } => {
            let press = Press {
                block_id: Some(&block_id),
                action_id: &action_id,
                choice: choice.as_deref(),
            };
            Ok(told(
                &acts::press_in_view(hub, person, &view_id, press, &filled).await?,
            ))
        }
        Act::Submit { view_id, filled } => {
            let submission = acts::submit(hub, person, &view_id, &filled).await?;
            Ok(match submission.outcome {
                Outcome::Failed(why) => {
                    json!({ "ok": false, "error": format!("We had some trouble connecting ({why}). Try again?") })
                }
                _ => json!({ "ok": true }),
            })
        }
        Act::Dismiss { view_id } => {
            acts::dismiss(hub, person, &view_id).await?;
            Ok(json!({ "ok": true }))
        }
    }
}

fn told(delivery: &Delivery) -> Value {
    match delivery.failure {
        None => json!({ "ok": true }),
        Some(failure) => {
            json!({ "ok": false, "error": format!("The app did not respond ({failure}).") })
        }
    }
}

#[derive(Deserialize)]
struct AdvanceBy {
    seconds: i64,
}

async fn advance(Shared(hub): Shared<Arc<Hub>>, Json(by): Json<AdvanceBy>) -> StatusCode {
    let Some(callback) = hub.advance() else {
        return StatusCode::NOT_FOUND;
    };
    if !(1..=ADVANCE_SECONDS_MAX).contains(&by.seconds) {
        return StatusCode::BAD_REQUEST;
    }
    callback(by.seconds).await;
    hub.change(|_, _| ());
    StatusCode::NO_CONTENT
}
