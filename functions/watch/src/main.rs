//! The every-minute scan: deadlines, warnings, repairs, and effects that were left over.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use watch::Deps;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    run(service_fn(move |_: LambdaEvent<Value>| async move {
        watch::handle(deps).await.map_err(Error::from)
    }))
    .await
}
