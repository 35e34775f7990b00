//! The public address of the local deployment: forwards everything to the emulator's HTTP API.
//!
//! The emulator finds an API by its Host header, which neither Slack's stand-in nor a machine would send.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::task::JoinHandle;

use crate::emulators::loopback_client;
use crate::{Error, Result};

/// API Gateway refuses larger requests.
const LARGEST_BODY_BYTES: usize = 10 * 1024 * 1024;
/// Where machines call home.
const BEACON_PATH: &str = "/machines/";

/// A running edge; it stops when dropped.
#[derive(Debug)]
pub struct Edge {
    address: SocketAddr,
    upstream: Arc<Upstream>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct Upstream {
    http: reqwest::Client,
    /// Known once the template is deployed, which in turn needs to know where the edge listens.
    api: OnceLock<Api>,
    is_beacon_away: AtomicBool,
}

#[derive(Debug)]
struct Api {
    emulator_url: String,
    host: String,
}

impl Edge {
    /// Listens on a free port of an address of this computer. Until [`Edge::open`] every request is answered with 503.
    pub fn start(address: Ipv4Addr) -> Result<Self> {
        let listener =
            TcpListener::bind((address, 0)).map_err(Error::io(format!("listen on {address}")))?;
        let address = listener
            .local_addr()
            .map_err(Error::io("read the edge's port"))?;
        listener
            .set_nonblocking(true)
            .map_err(Error::io("prepare the edge's socket"))?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(Error::io("listen"))?;
        let upstream = Arc::new(Upstream {
            http: loopback_client()?,
            api: OnceLock::new(),
            is_beacon_away: AtomicBool::new(false),
        });
        let routes = Router::new()
            .fallback(forward)
            .with_state(Arc::clone(&upstream));
        let server = tokio::spawn(async move {
            // It serves until the task is aborted; axum retries errors of accept by itself.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self {
            address,
            upstream,
            server,
        })
    }

    /// The public URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts forwarding to an API of the emulator. Only the first call counts.
    pub fn open(&self, emulator_url: &str, api_id: &str) {
        let host = format!("{api_id}.execute-api.localhost");
        let _ = self.upstream.api.set(Api {
            emulator_url: emulator_url.to_owned(),
            host,
        });
    }

    /// Whether calls of machines are answered with 503 instead of being forwarded.
    pub fn set_beacon_outage(&self, is_away: bool) {
        self.upstream
            .is_beacon_away
            .store(is_away, Ordering::SeqCst);
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn forward(State(upstream): State<Arc<Upstream>>, request: Request) -> Response {
    let Some(api) = upstream.api.get() else {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "the template is not deployed yet",
        )
            .into_response();
    };
    if upstream.is_beacon_away.load(Ordering::SeqCst)
        && request.uri().path().starts_with(BEACON_PATH)
    {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let sent = upstream
        .http
        .request(parts.method, format!("{}{path}", api.emulator_url))
        .headers(end_to_end(parts.headers))
        .header(HOST, &api.host)
        .body(body)
        .send()
        .await;
    match answer(sent).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn answer(sent: reqwest::Result<reqwest::Response>) -> reqwest::Result<Response> {
    let received = sent?;
    let status = received.status();
    let headers = end_to_end(received.headers().clone());
    let mut response = Response::new(Body::from(received.bytes().await?));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Without the headers that belong to one connection; each side writes its own.
fn end_to_end(mut headers: HeaderMap) -> HeaderMap {
    for name in [HOST, CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH] {
        headers.remove(name);
    }
    headers
}

#[cfg(test)]
mod tests;
