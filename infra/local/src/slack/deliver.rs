//! Signed deliveries to the app, with Slack's time limit and, for events, its retries.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::hub::Hub;
use super::payloads;
use super::sign::signature;
use super::state::Event;

/// How many bytes of an answer are read; an app answers with little.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// How deliveries behave. The defaults are Slack's, with the waits between retries made short.
#[derive(Clone, Debug)]
pub struct DeliveryRules {
    /// How long the app may take; 3 s.
    pub answer_limit: Duration,
    /// Waits before the retries of an event. Slack: almost none, 1 minute, 5 minutes.
    pub retry_waits: Vec<Duration>,
    /// A mention in a channel also arrives as `message` with another event id, as when the app subscribes to both.
    pub deliver_message_twins: bool,
    /// The bot's own messages in direct conversations arrive as events, as they do with `message.im`.
    pub deliver_own_messages: bool,
}

impl Default for DeliveryRules {
    fn default() -> Self {
        Self {
            answer_limit: Duration::from_secs(3),
            retry_waits: vec![
                Duration::ZERO,
                Duration::from_millis(300),
                Duration::from_millis(900),
            ],
            deliver_message_twins: false,
            deliver_own_messages: true,
        }
    }
}

/// One request sent to the app, and what came back.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// `/slack/events`, `/slack/commands` or `/slack/interactivity`.
    pub path: String,
    /// The event's id, for events.
    pub event_id: Option<String>,
    /// 0 for the first try, then `x-slack-retry-num`.
    pub retry_num: u32,
    /// The status, unless no answer came.
    pub status: Option<u16>,
    /// The answer's body.
    pub body: String,
    /// Slack's word for what went wrong: `http_timeout`, `http_error`, `connection_failed`, ...
    pub failure: Option<&'static str>,
    /// How long the app took.
    pub elapsed: Duration,
}

impl Delivery {
    /// Whether the app answered 2xx in time.
    pub fn is_ok(&self) -> bool {
        self.failure.is_none()
    }

    /// The answer as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// The body of a delivery.
pub(super) enum Body {
    Json(String),
    Form(String),
}

/// What an event's retry says about the try before.
struct Retry {
    num: u32,
    reason: &'static str,
}

/// Sends one event until the app takes it, refuses it for good, or the retries are used up.
pub(super) async fn event(hub: &Arc<Hub>, event: &Event) {
    let waits = hub.read(|state| state.rules.retry_waits.clone());
    let mut retry = None;
    for attempt in 0..=waits.len() {
        if let Some(wait) = attempt.checked_sub(1).and_then(|index| waits.get(index)) {
            tokio::time::sleep(*wait).await;
        }
        let body = Body::Json(event.body.to_string());
        let (mut delivery, refused_for_good) =
            send(hub, "/slack/events", body, retry.as_ref()).await;
        delivery.event_id = Some(event.id.clone());
        let failure = delivery.failure;
        hub.change(|state, _| state.deliveries.push(delivery));
        let Some(reason) = failure.filter(|_| !refused_for_good) else {
            return;
        };
        tracing::warn!(event = %event.id, reason, "the app did not take an event");
        retry = Some(Retry {
            num: u32::try_from(attempt + 1).unwrap_or(u32::MAX),
            reason,
        });
    }
}

/// Sends a command or an interaction: once, since a person is waiting.
pub(super) async fn once(hub: &Arc<Hub>, path: &str, form: &[(&str, String)]) -> Delivery {
    let body = serde_urlencoded::to_string(form).unwrap_or_default();
    let (delivery, _) = send(hub, path, Body::Form(body), None).await;
    hub.change(|state, _| state.deliveries.push(delivery.clone()));
    delivery
}

/// Sends the challenge of a new URL.
pub(super) async fn url_verification(hub: &Arc<Hub>, challenge: &str) -> Delivery {
    let body = payloads::url_verification(challenge).to_string();
    let (delivery, _) = send(hub, "/slack/events", Body::Json(body), None).await;
    hub.change(|state, _| state.deliveries.push(delivery.clone()));
    delivery
}

/// The delivery, and whether the app asked not to be tried again.
async fn send(hub: &Hub, path: &str, body: Body, retry: Option<&Retry>) -> (Delivery, bool) {
    let (url, limit) = hub.read(|state| {
        (
            format!("{}{path}", state.public_url),
            state.rules.answer_limit,
        )
    });
    let (content_type, body) = match body {
        Body::Json(body) => ("application/json", body),
        Body::Form(body) => ("application/x-www-form-urlencoded", body),
    };
    let timestamp = hub.clock.now_epoch_seconds();
    let mut request = hub
        .http
        .post(url)
        .timeout(limit)
        .header("content-type", content_type)
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
        .header("x-slack-request-timestamp", timestamp.to_string())
        .header(
            "x-slack-signature",
            signature(&hub.signing_secret, timestamp, body.as_bytes()),
        );
    if let Some(retry) = retry {
        request = request.header("x-slack-retry-num", retry.num.to_string());
        request = request.header("x-slack-retry-reason", retry.reason);
    }
    let started = Instant::now();
    let answer = read_answer(request.body(body)).await;
    let elapsed = started.elapsed();
    let mut delivery = Delivery {
        path: path.to_owned(),
        event_id: None,
        retry_num: retry.map_or(0, |retry| retry.num),
        status: None,
        body: String::new(),
        failure: None,
        elapsed,
    };
    match answer {
        Ok(answer) => {
            let is_success = (200..300).contains(&answer.status);
            delivery.status = Some(answer.status);
            delivery.body = answer.body;
            delivery.failure = (!is_success).then_some("http_error");
            (delivery, answer.no_retry && answer.status != 200)
        }
        Err(error) => {
            delivery.failure = Some(reason(&error));
            (delivery, false)
        }
    }
}

struct Answer {
    status: u16,
    no_retry: bool,
    body: String,
}

async fn read_answer(request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
    let mut response = request.send().await?;
    let status = response.status().as_u16();
    let no_retry = response
        .headers()
        .get("x-slack-no-retry")
        .is_some_and(|value| value == "1");
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            break;
        }
    }
    Ok(Answer {
        status,
        no_retry,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "http_timeout"
    } else if error.is_redirect() {
        "too_many_redirects"
    } else if error.is_connect() {
        "connection_failed"
    } else {
        "unknown_error"
    }
}
