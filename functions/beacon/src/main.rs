//! Where machines call home.

use beacon::Deps;
use lambda_http::{Error, Request, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    platform::telemetry::init();
    let deps = &Deps::from_env().await?;
    run(service_fn(move |request: Request| async move {
        Ok::<_, Error>(beacon::handle(deps, request).await)
    }))
    .await
}
