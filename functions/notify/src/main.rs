//! The only voice: turns events into Slack messages and keeps them up to date.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use notify::Deps;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        notify::handle(deps, &event.payload)
            .await
            .map_err(Error::from)
    }))
    .await
}
