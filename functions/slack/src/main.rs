//! The front door: what Slack sends.

use lambda_http::{Error, Request, run, service_fn};
use slack::Deps;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    run(service_fn(move |request: Request| async move {
        Ok::<_, Error>(slack::handle(deps, request).await)
    }))
    .await
}
