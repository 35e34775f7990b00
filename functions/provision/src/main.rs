//! The steps of the workflows.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use provision::{Deps, Request};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    // Boxed: the future of all steps together is deeper than the compiler lays out by itself.
    run(service_fn(move |event: LambdaEvent<Request>| async move {
        Box::pin(provision::handle(deps, &event.payload)).await
    }))
    .await
}
