//! Logs: one JSON object a line, as Lambda's log format expects. Never raw bodies, tokens or what people wrote.

/// Starts logging. `RUST_LOG` chooses the levels; without it, `info`.
pub fn init() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_target(false)
        .without_time()
        .init();
}
