//! The catalogue's daily refresh.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use prices::Deps;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    run(service_fn(move |_: LambdaEvent<Value>| async move {
        prices::handle(deps).await.map_err(Error::from)
    }))
    .await
}
