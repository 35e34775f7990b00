//! Stands between the table and those who write to it. Each has a door of their own, reads as they like, and waits with
//! each write until it is let through: so a test decides who writes when, and nothing depends on speed.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// What DynamoDB is asked to do when it is to write.
const WRITES: [&str; 4] = ["TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"];
/// What a request to DynamoDB says beside its body.
const HEADERS: [&str; 3] = ["authorization", "content-type", "x-amz-target"];

/// A write that waits. Sending lets it through.
pub(crate) type Write = oneshot::Sender<()>;

type Doors = Mutex<HashMap<u64, mpsc::UnboundedSender<Write>>>;

/// A running gate; it stops when dropped.
pub(crate) struct Gate {
    url: String,
    inner: Arc<Inner>,
    server: JoinHandle<()>,
}

struct Inner {
    emulator_url: String,
    http: reqwest::Client,
    doors: Doors,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Gate {
    /// A gate before the emulator at that address.
    pub(crate) async fn start(emulator_url: &str) -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let inner = Arc::new(Inner {
            emulator_url: emulator_url.to_owned(),
            http: reqwest::Client::builder().no_proxy().build()?,
            doors: Doors::default(),
        });
        let routes = Router::new()
            .route("/{door}", post(pass))
            .route("/{door}/", post(pass))
            .with_state(Arc::clone(&inner));
        let server = tokio::spawn(async move {
            // It serves until the task is aborted.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { url, inner, server })
    }

    /// A new door: its address, and the writes that come to it.
    pub(crate) fn door(&self) -> (String, mpsc::UnboundedReceiver<Write>) {
        let (writes, comes) = mpsc::unbounded_channel();
        let mut doors = self
            .inner
            .doors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let number = doors.len() as u64;
        doors.insert(number, writes);
        (format!("{}/{number}", self.url), comes)
    }
}

async fn pass(
    State(inner): State<Arc<Inner>>,
    Path(door): Path<u64>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers.get("x-amz-target").and_then(|it| it.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next());
    if operation.is_some_and(|operation| WRITES.contains(&operation)) {
        let (write, is_let_through) = oneshot::channel();
        if let Some(writes) = inner.writes(door) {
            // Whoever does not listen any more lets everything through.
            let _ = writes.send(write);
            let _ = is_let_through.await;
        }
    }
    let answer = inner.ask(&headers, body).await;
    answer.unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::BAD_GATEWAY;
        failed
    })
}

impl Inner {
    fn writes(&self, door: u64) -> Option<mpsc::UnboundedSender<Write>> {
        let doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        doors.get(&door).cloned()
    }

    async fn ask(&self, headers: &HeaderMap, body: Bytes) -> Result<Response, reqwest::Error> {
        let mut question = self.http.post(&self.emulator_url).body(body);
        for name in HEADERS {
            if let Some(value) = headers.get(name) {
                question = question.header(name, value);
            }
        }
        let answer = question.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = Response::new(Body::from(answer.bytes().await?));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}
