//! Moving the time of a running deployment, and running what it runs by itself.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outputs, unexpected};
use crate::clock::SharedClock;
use crate::emulators::{REGION, ROOT_KEY, loopback_client};
use crate::{Error, Result};

/// A handle on the time; clones move the same.
#[derive(Debug, Clone)]
pub struct Controls {
    clock: SharedClock,
    dynamodb: aws_sdk_dynamodb::Client,
    table_name: String,
    http: reqwest::Client,
    endpoint_url: String,
    scan: String,
    prices: String,
}

impl Controls {
    pub(super) fn new(
        clock: SharedClock,
        dynamodb: aws_sdk_dynamodb::Client,
        outputs: &Outputs,
        endpoint_url: &str,
    ) -> Result<Self> {
        Ok(Self {
            clock,
            dynamodb,
            table_name: outputs.table_name.clone(),
            http: loopback_client()?,
            endpoint_url: endpoint_url.to_owned(),
            scan: outputs.watch_function_name.clone(),
            prices: outputs.prices_function_name.clone(),
        })
    }

    /// Moves the time of everything.
    pub async fn advance(&self, seconds: i64) -> Result<()> {
        self.clock.advance(seconds);
        let key = || AttributeValue::S(platform::clock::CLOCK_KEY.to_owned());
        let offset = AttributeValue::N(self.clock.offset_seconds().to_string());
        let call = self.dynamodb.put_item().table_name(&self.table_name);
        let call = call
            .item("pk", key())
            .item("sk", key())
            .item(platform::clock::OFFSET_ATTRIBUTE, offset);
        call.send().await.map_err(Error::aws("moving the clock"))?;
        Ok(())
    }

    /// Runs the scan once and returns what it says that it did.
    pub async fn tick(&self) -> Result<Value> {
        self.invoke(&self.scan, &json!({})).await
    }

    /// Has the catalogue refreshed once and returns how many prices each page has.
    pub async fn refresh_prices(&self) -> Result<Value> {
        self.invoke(&self.prices, &json!({})).await
    }

    /// Calls a function and returns its answer.
    ///
    /// A plain request: the SDK's client for Lambda would be the largest crate that only this package compiles.
    pub(super) async fn invoke(&self, function: &str, payload: &Value) -> Result<Value> {
        let call = self
            .http
            .post(self.function_url(function, "invocations"))
            .header("authorization", root_authorization());
        let answer = call
            .body(payload.to_string())
            .send()
            .await
            .map_err(unexpected("invoking a function"))?;
        let failed =
            !answer.status().is_success() || answer.headers().contains_key("x-amz-function-error");
        let said = answer
            .text()
            .await
            .map_err(unexpected("reading a function's answer"))?;
        if failed {
            return Err(Error::Function {
                function: function.to_owned(),
                payload: said,
            });
        }
        serde_json::from_str(&said).map_err(unexpected("reading a function's answer"))
    }

    /// The environment variables that the template gives a function.
    pub(super) async fn environment(&self, function: &str) -> Result<BTreeMap<String, String>> {
        let configuration = self.configuration(function).await?;
        Ok(configuration.environment.variables)
    }

    /// The ARN of the role that a function runs as.
    pub(super) async fn role_of(&self, function: &str) -> Result<String> {
        Ok(self.configuration(function).await?.role)
    }

    async fn configuration(&self, function: &str) -> Result<Configuration> {
        let call = self
            .http
            .get(self.function_url(function, "configuration"))
            .header("authorization", root_authorization());
        let answer = call.send().await.and_then(Response::error_for_status);
        let answer = answer.map_err(unexpected("asking for a function's configuration"))?;
        answer
            .json()
            .await
            .map_err(unexpected("reading a function's configuration"))
    }

    fn function_url(&self, function: &str, what: &str) -> String {
        format!(
            "{}/2015-03-31/functions/{function}/{what}",
            self.endpoint_url
        )
    }
}

/// The part we read of a function's configuration.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    role: String,
    environment: Environment,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Environment {
    variables: BTreeMap<String, String>,
}

/// What the emulator takes for a request of its root, whose signatures it does not check.
fn root_authorization() -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={ROOT_KEY}/20260101/{REGION}/lambda/aws4_request, SignedHeaders=host, Signature=0"
    )
}
