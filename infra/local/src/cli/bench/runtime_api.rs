//! Lambda's Runtime API for one process, and the HTTP API in front of it.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
//!
//! A request becomes an event in payload format 2.0, which waits until the process asks for its next invocation. What
//! the process answers becomes the response, and the time between is kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::{Error, Result, ports};

/// When the process should have answered; no process here looks at it.
const DEADLINE_EPOCH_MILLISECONDS: &str = "4102444800000";
const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:bench";

/// A running Runtime API; it stops when dropped.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: std::net::SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// When an invocation was where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invocation {
    /// The process asked for it.
    pub(super) asked: Instant,
    /// The process got it.
    pub(super) handed_over: Instant,
    /// The process answered it.
    pub(super) answered: Instant,
}

#[derive(Debug)]
struct Shared {
    pending: mpsc::UnboundedSender<Pending>,
    // A process asks for one invocation at a time.
    next: tokio::sync::Mutex<mpsc::UnboundedReceiver<Pending>>,
    under_way: Mutex<HashMap<String, UnderWay>>,
    last: Mutex<Option<Invocation>>,
}

#[derive(Debug)]
struct Pending {
    event: Value,
    answer: oneshot::Sender<Answer>,
}

#[derive(Debug)]
struct UnderWay {
    asked: Instant,
    handed_over: Instant,
    answer: oneshot::Sender<Answer>,
}

/// The part of an answer in format 2.0 that Slack is told.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: HashMap<String, String>,
    body: Option<String>,
}

impl RuntimeApi {
    /// Listens on a free port.
    pub(super) fn start() -> Result<Self> {
        let listener = ports::listen(0)?;
        listener
            .set_nonblocking(true)
            .map_err(Error::io("prepare a socket"))?;
        let address = listener.local_addr().map_err(Error::io("read the port"))?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(Error::io("listen"))?;
        let (pending, next) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            pending,
            next: tokio::sync::Mutex::new(next),
            under_way: Mutex::default(),
            last: Mutex::default(),
        });
        let invocation = "/2018-06-01/runtime/invocation";
        let routes = Router::new()
            .route(&format!("{invocation}/next"), get(next_invocation))
            .route(&format!("{invocation}/{{id}}/response"), post(response))
            .route(&format!("{invocation}/{{id}}/error"), post(failure))
            .route("/2018-06-01/runtime/init/error", post(failed_start))
            .fallback(front_door)
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // It serves until the task is aborted; axum retries errors of accept by itself.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    /// Where it listens, as the environment tells a process.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Where Slack calls.
    pub(super) fn public_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The invocation that was answered last.
    pub(super) fn last(&self) -> Option<Invocation> {
        *lock(&self.shared.last)
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A call of Slack's, answered when the process has answered it.
async fn front_door(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (answer, answered) = oneshot::channel();
    let event = event(&method, uri.path(), &headers, &body);
    if shared.pending.send(Pending { event, answer }).is_err() {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let Ok(answer) = answered.await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let status = StatusCode::from_u16(answer.status_code).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (status, answer.body.unwrap_or_default()).into_response();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn next_invocation(State(shared): State<Arc<Shared>>) -> Response {
    let asked = Instant::now();
    let Some(Pending { event, answer }) = shared.next.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let id = event["requestContext"]["requestId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let headers = [
        ("lambda-runtime-aws-request-id", id.clone()),
        (
            "lambda-runtime-deadline-ms",
            DEADLINE_EPOCH_MILLISECONDS.to_owned(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            FUNCTION_ARN.to_owned(),
        ),
    ];
    let under_way = UnderWay {
        asked,
        handed_over: Instant::now(),
        answer,
    };
    lock(&shared.under_way).insert(id, under_way);
    (headers, Json(event)).into_response()
}

async fn response(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    let answered = Instant::now();
    let Some(under_way) = lock(&shared.under_way).remove(&id) else {
        return StatusCode::NOT_FOUND;
    };
    // What is no answer leaves the request without one, and Slack's stand-in tells.
    let Ok(answer) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    *lock(&shared.last) = Some(Invocation {
        asked: under_way.asked,
        handed_over: under_way.handed_over,
        answered,
    });
    // Slack's stand-in may have given up.
    let _ = under_way.answer.send(answer);
    StatusCode::ACCEPTED
}

async fn failure(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> StatusCode {
    lock(&shared.under_way).remove(&id);
    StatusCode::ACCEPTED
}

/// Nobody will ask for what is pending.
async fn failed_start(State(shared): State<Arc<Shared>>) -> StatusCode {
    let mut next = shared.next.lock().await;
    next.close();
    while next.try_recv().is_ok() {}
    StatusCode::ACCEPTED
}

/// Payload format 2.0. Forms are not text to API Gateway and come in base64.
fn event(method: &Method, path: &str, headers: &HeaderMap, body: &[u8]) -> Value {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: HashMap<&str, String> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), text(value)))
        .collect();
    let is_text = headers
        .get("content-type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    let body = if is_text {
        String::from_utf8_lossy(body).into_owned()
    } else {
        STANDARD.encode(body)
    };
    json!({
        "version": "2.0",
        "routeKey": format!("{method} {path}"),
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": "bench.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "bench",
            "http": {
                "method": method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent"),
            },
            "requestId": request_id(),
            "routeKey": format!("{method} {path}"),
            "stage": "$default",
            "timeEpoch": 0,
        },
        "body": body,
        "isBase64Encoded": !is_text,
    })
}

fn request_id() -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("bench-{count}")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
