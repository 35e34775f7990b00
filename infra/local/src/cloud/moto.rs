//! moto, which keeps what the local cloud is made of.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};

use super::GateError;
use super::state::Site;

/// In which account a request has its effect.
const ACCOUNT_HEADER: &str = "x-moto-account-id";
/// Headers that belong to a connection, not to the request it carries.
const HOP_HEADERS: [&str; 4] = ["host", "connection", "content-length", "transfer-encoding"];

#[derive(Debug)]
pub(super) struct Moto {
    url: String,
    http: reqwest::Client,
}

/// What moto answered.
#[derive(Debug)]
pub(super) struct MotoAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl MotoAnswer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Moto {
    pub(super) fn new(url: String) -> Result<Self, GateError> {
        // A proxy configured on this machine has no part in loopback.
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { url, http })
    }

    /// For requests to others on this machine.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Passes a request on as it came, to an account: moto takes the region from its signature.
    pub(super) async fn pass(
        &self,
        account: &str,
        method: Method,
        path_and_query: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<MotoAnswer, GateError> {
        let response = self
            .http
            .request(method, format!("{}{path_and_query}", self.url))
            .headers(without_hop_headers(headers))
            .header(ACCOUNT_HEADER, account)
            .body(body)
            .send()
            .await?;
        Ok(MotoAnswer {
            status: response.status(),
            headers: without_hop_headers(response.headers()),
            body: response.bytes().await?,
        })
    }

    /// Asks in the gate's own name and returns the XML of a successful answer.
    pub(super) async fn ask(
        &self,
        site: &Site,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, GateError> {
        let mut form = vec![("Action", action), ("Version", "2016-11-15")];
        form.extend_from_slice(parameters);
        let scope = format!("gate/20260101/{}/ec2/aws4_request", site.region);
        let response = self
            .http
            .post(format!("{}/", self.url))
            .header(ACCOUNT_HEADER, &site.account)
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"),
            )
            .form(&form)
            .send()
            .await?;
        let status = response.status();
        let answer = response.text().await?;
        if status.is_success() {
            return Ok(answer);
        }
        Err(GateError::Refused {
            action: action.to_owned(),
            answer,
        })
    }
}

pub(super) fn without_hop_headers(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in HOP_HEADERS {
        headers.remove(name);
    }
    headers
}
