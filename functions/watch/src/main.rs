//! The every-minute scan: deadlines, warnings, repairs, and effects that were left over. Also called when an execution
//! has died.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use watch::{Deps, Failure};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let outcome = match Failure::told(&event.payload) {
            Some(failure) => watch::after_failure(deps, &failure).await,
            None => watch::handle(deps).await,
        };
        outcome.map_err(Error::from)
    }))
    .await
}
