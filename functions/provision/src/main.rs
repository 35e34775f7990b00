//! The steps of the workflows.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use provision::{Deps, Request};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    run(service_fn(move |event: LambdaEvent<Request>| async move { provision::handle(deps, &event.payload).await })).await
}
