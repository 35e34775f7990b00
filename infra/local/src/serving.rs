//! What the HTTP stand-ins have in common.

use std::io;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// A free port, and the address of what answers there.
pub(crate) async fn listen() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

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
