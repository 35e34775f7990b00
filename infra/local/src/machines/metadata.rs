//! What a machine asks its cloud about itself: EC2's instance metadata, version 2. Each machine has an address of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, put};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::{Error, Result, ports};

const TOKEN: &str = "a-metadata-token";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
const TTL_HEADER: &str = "x-aws-ec2-metadata-token-ttl-seconds";

/// The service; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Metadata {
    url: String,
    notices: Notices,
}

/// When machines are taken back, in epoch seconds, by instance id.
type Notices = Arc<Mutex<BTreeMap<String, i64>>>;

impl Metadata {
    /// Serves until the tasks are shut down.
    pub(super) fn start(tasks: &mut JoinSet<()>) -> Result<Self> {
        let listener = ports::listen(0)?;
        let address = listener.local_addr().map_err(Error::io("read the port"))?;
        listener
            .set_nonblocking(true)
            .map_err(Error::io("serve metadata"))?;
        let listener = TcpListener::from_std(listener).map_err(Error::io("serve metadata"))?;
        let notices = Notices::default();
        let routes = Router::new()
            .route("/{id}/latest/api/token", put(token))
            .route("/{id}/latest/meta-data/spot/instance-action", get(action))
            .with_state(notices.clone());
        tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "the metadata service stopped");
            }
        });
        Ok(Self {
            url: format!("http://{address}"),
            notices,
        })
    }

    /// Where that machine finds it.
    pub(super) fn url(&self, id: &str) -> String {
        format!("{}/{id}", self.url)
    }

    /// From now on, the machine is told that it is taken back then; or no longer.
    pub(super) fn announce(&self, id: &str, at_epoch_seconds: Option<i64>) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        match at_epoch_seconds {
            Some(at) => _ = notices.insert(id.to_owned(), at),
            None => _ = notices.remove(id),
        }
    }
}

async fn token(headers: HeaderMap) -> std::result::Result<&'static str, StatusCode> {
    if headers.contains_key(TTL_HEADER) {
        Ok(TOKEN)
    } else {
        Err(StatusCode::BAD_REQUEST)
    }
}

async fn action(
    State(notices): State<Notices>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> std::result::Result<String, StatusCode> {
    let token = headers
        .get(TOKEN_HEADER)
        .and_then(|token| token.to_str().ok());
    if token != Some(TOKEN) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let notices = notices.lock().unwrap_or_else(PoisonError::into_inner);
    let at = notices.get(&id).ok_or(StatusCode::NOT_FOUND)?;
    let at = jiff::Timestamp::from_second(*at).map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(format!(r#"{{"action": "terminate", "time": "{at}"}}"#))
}
