//! A stand-in for wit.ai: the same address, the same checks, the same form of answer, and the ways it fails. It reads
//! sentences with the built-in parser, as a perfectly trained app would.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::understand::understand;
use domain::understand::wit::{API_VERSION, MAX_QUESTION_CHARS, answer, reference_time};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Notify;

use crate::serving::{listen, serve};

/// The token the stand-in accepts.
pub const TOKEN: &str = "LOCALWITTOKEN";

/// How the next call fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The token is refused: wit.ai says so with 400.
    NoAuth,
    /// Too many questions.
    RateLimited,
    /// The error it gives when it does not know what is wrong.
    Unknown,
    /// A gateway's HTML page.
    BadGateway,
    /// No answer, ever.
    Silent,
    /// 200 with something else than an answer.
    Garbage,
    /// 200 with this body.
    Answers(String),
}

/// A question as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The text.
    pub question: String,
    /// The context, as JSON text.
    pub context: String,
    /// The version asked for.
    pub version: String,
}

#[derive(Default)]
struct Shared {
    calls: Vec<Call>,
    faults: VecDeque<Fault>,
}

/// A running stand-in.
#[derive(Clone)]
pub struct WitStandIn {
    url: String,
    shared: Arc<Mutex<Shared>>,
    stopped: Arc<Notify>,
}

impl WitStandIn {
    /// Starts on a free port. The author's time comes with every question, so it needs no clock.
    pub async fn start() -> std::io::Result<Self> {
        let (listener, url) = listen().await?;
        let stand_in = Self {
            url,
            shared: Arc::default(),
            stopped: Arc::default(),
        };
        let routes = Router::new()
            .route("/message", get(message))
            .with_state(stand_in.clone());
        let stopped = Arc::clone(&stand_in.stopped);
        serve(listener, routes, stopped, "wit.ai");
        Ok(stand_in)
    }

    /// The address to give as `WIT_API_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every question so far.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Lets the next call fail; several are used up in order.
    pub fn fail_next(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }

    /// Stops answering.
    pub fn stop(&self) {
        self.stopped.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    v: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    context: String,
}

async fn message(
    State(stand_in): State<WitStandIn>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Response {
    let fault = {
        let mut shared = stand_in.lock();
        let Parameters {
            v: version,
            q: question,
            context,
        } = &parameters;
        shared.calls.push(Call {
            question: question.clone(),
            context: context.clone(),
            version: version.clone(),
        });
        shared.faults.pop_front()
    };
    if let Some(fault) = fault {
        return fail(fault).await;
    }
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if token != format!("Bearer {TOKEN}") {
        return fail(Fault::NoAuth).await;
    }
    if parameters.v != API_VERSION {
        return refuse("bad-request", "Only the pinned version is answered");
    }
    if parameters.q.is_empty() || parameters.q.chars().count() > MAX_QUESTION_CHARS {
        return refuse("msg-invalid", "The query is empty or too long");
    }
    let Some(now) = reference_time(&parameters.context) else {
        return refuse("bad-request", "The context has no reference_time");
    };
    let meaning = understand(&parameters.q, None, now);
    axum::Json(answer(&parameters.q, &meaning)).into_response()
}

fn refuse(code: &str, error: &str) -> Response {
    (
        StatusCode::BAD_REQUEST,
        axum::Json(json!({ "error": error, "code": code })),
    )
        .into_response()
}

async fn fail(fault: Fault) -> Response {
    match fault {
        Fault::NoAuth => refuse("no-auth", "Bad auth, check token/params"),
        Fault::RateLimited => (
            StatusCode::TOO_MANY_REQUESTS,
            axum::Json(json!({ "error": "Rate limit exceeded", "code": "rate-limit" })),
        )
            .into_response(),
        Fault::Unknown => refuse("unknown", "Something went wrong. We've been notified"),
        Fault::BadGateway => (
            StatusCode::BAD_GATEWAY,
            axum::response::Html("<html><body>502 Bad Gateway</body></html>"),
        )
            .into_response(),
        Fault::Silent => std::future::pending().await,
        Fault::Garbage => "ok".into_response(),
        Fault::Answers(body) => {
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}

#[cfg(test)]
mod tests;
