//! Whose a request is, and whether they may: asked of the emulator that keeps users, roles and sessions.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::GateError;
use super::moto::{MotoAnswer, without_hop_headers};
use crate::emulators::ACCOUNT_ID;

/// In which the tags of what a request names are told, which the authority does not know: JSON in base64.
const RESOURCE_TAGS_HEADER: &str = "x-infrared-resource-tags";

/// Tags of existing resources, by id.
pub(super) type ResourceTags = BTreeMap<String, BTreeMap<String, String>>;

/// Who made a call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Caller {
    /// The ARN of a user, of a role's session, or of an account's root.
    pub principal: String,
    /// The account it belongs to, and in which the call has its effect.
    pub account: String,
}

/// What the authority says.
pub(super) enum Verdict {
    Allowed(Caller),
    /// Not known, or not allowed: in EC2's words.
    Refused(MotoAnswer),
}

/// Until it is told whom to ask, everybody is the account's root.
#[derive(Debug, Default)]
pub(super) struct Authority {
    url: OnceLock<String>,
}

impl Authority {
    /// Whom to ask from now on; the first one counts.
    pub(super) fn ask_at(&self, url: &str) {
        self.url.get_or_init(|| url.to_owned());
    }

    pub(super) fn is_asked(&self) -> bool {
        self.url.get().is_some()
    }

    /// Shows the request as it came, for its signature covers the host and the body.
    pub(super) async fn judge(
        &self,
        http: &reqwest::Client,
        method: Method,
        path_and_query: &str,
        headers: &HeaderMap,
        body: Bytes,
        tags: &ResourceTags,
    ) -> Result<Verdict, GateError> {
        let Some(url) = self.url.get() else {
            return Ok(Verdict::Allowed(Caller {
                principal: format!("arn:aws:iam::{ACCOUNT_ID}:root"),
                account: ACCOUNT_ID.to_owned(),
            }));
        };
        let mut shown = without_hop_headers(headers);
        if let Some(host) = headers.get("host") {
            shown.insert("host", host.clone());
        }
        let tags = serde_json::to_string(tags).unwrap_or_default();
        let response = http
            .request(method, format!("{url}{path_and_query}"))
            .headers(shown)
            .header(RESOURCE_TAGS_HEADER, STANDARD.encode(tags))
            .body(body)
            .send()
            .await
            .map_err(GateError::Authority)?;
        if response.status().is_success() {
            let caller = response.json().await.map_err(GateError::Authority)?;
            return Ok(Verdict::Allowed(caller));
        }
        Ok(Verdict::Refused(MotoAnswer {
            status: response.status(),
            headers: without_hop_headers(response.headers()),
            body: response.bytes().await.map_err(GateError::Authority)?,
        }))
    }
}
