//! What the HTTP stand-ins have in common.

use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Serves until somebody says stop.
pub(crate) fn serve(
    listener: TcpListener,
    routes: Router,
    stopped: Arc<Notify>,
    name: &'static str,
) {
    tokio::spawn(async move {
        let ended = axum::serve(listener, routes)
            .with_graceful_shutdown(async move { stopped.notified().await })
            .await;
        if let Err(error) = ended {
            tracing::error!(%error, "the {name} stand-in stopped");
        }
    });
}
