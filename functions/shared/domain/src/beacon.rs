//! How machines and the beacon prove themselves to each other: keys and signatures, nothing else.
//!
//! A machine is born with an enrolment key, which machines that are launched together share. It exchanges it for the node
//! key that belongs to its number, and signs every call with the key it has.
//! The beacon signs every answer over the request it answers, so that nobody between the two can forge a deadline.
//! No key is stored: all of them derive from one master secret. `infra/bootstrap/agent.py` is the other side.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::redact::redact;

/// Header with the node that calls.
pub const NODE_HEADER: &str = "x-infrared-node";
/// Header with the time of the call in epoch milliseconds, strictly above the last one the node sent.
pub const TIMESTAMP_HEADER: &str = "x-infrared-timestamp";
/// Header with the signature, on requests and on answers.
pub const SIGNATURE_HEADER: &str = "x-infrared-signature";

/// Names the scheme, so that another one can be introduced beside it.
const SIGNATURE_VERSION: &str = "v1";

/// What a machine may call. The name is the last part of the path and is covered by the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Exchanges the enrolment key for the node key.
    Enrol,
    /// Says whether the machine has everything it was asked to have.
    Ready,
    /// Says that it cannot be set up.
    Failed,
    /// Reports activity; the answer renews the deadline.
    Beat,
}

impl Action {
    /// The name in the path and under the signature.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Beat => "beat",
        }
    }

    /// The action of a path's last part.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Enrol, Self::Ready, Self::Failed, Self::Beat]
            .into_iter()
            .find(|action| action.as_str() == name)
    }
}

/// What a machine says of how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ready {
    /// Whether it has everything it was asked to have, and all of that answers.
    pub is_ready: bool,
    /// Seconds since boot.
    pub uptime_seconds: Option<u64>,
    /// What it was set up with, by name, and the version of each as that says it: `docker` → `20.10.24`.
    pub versions: BTreeMap<String, String>,
    /// The SHA-256 of the certificate that its notebook shows to browsers, in hex.
    pub certificate_sha256: Option<String>,
}

/// What has no more to say is ready.
impl Default for Ready {
    fn default() -> Self {
        Self {
            is_ready: true,
            uptime_seconds: None,
            versions: BTreeMap::new(),
            certificate_sha256: None,
        }
    }
}

/// Why a machine cannot be set up, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SetupFailure {
    /// The step that failed: the name of a file of `infra/bootstrap`, without its ending.
    pub step: String,
    /// The end of what it printed.
    pub log: String,
}

/// Characters of a step's name, and of a log's end, that are kept.
const STEP_CHARS_MAX: usize = 40;
const LOG_CHARS_MAX: usize = 600;

impl SetupFailure {
    /// The same within bounds and without anything but text, and without what looks like a secret.
    #[must_use]
    pub fn bounded(self) -> Self {
        let inside = |character: &char| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || *character == '-'
        };
        let printable = |character: &char| *character == '\n' || !character.is_control();
        let log = redact(&self.log).unwrap_or(self.log);
        let log: Vec<char> = log.trim().chars().filter(printable).collect();
        let start = log.len().saturating_sub(LOG_CHARS_MAX);
        Self {
            step: self
                .step
                .chars()
                .filter(inside)
                .take(STEP_CHARS_MAX)
                .collect(),
            log: log[start..].iter().collect(),
        }
    }
}

/// What a machine says about itself each minute. Absent is unknown, and unknown is never idle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beat {
    /// People logged in.
    pub login_sessions: Option<u32>,
    /// Notebook kernels that compute, on a machine with a notebook.
    pub busy_kernels: Option<u32>,
    /// Spark applications that run, on a cluster's master.
    pub spark_applications: Option<u32>,
    /// Until when somebody on it has said that it has work to do.
    pub busy_until_epoch_seconds: Option<i64>,
    /// Load average over a minute.
    pub load_1m: Option<f64>,
    /// Seconds since boot.
    pub uptime_seconds: Option<u64>,
    /// Bytes sent and received since the last heartbeat.
    pub network_bytes: Option<u64>,
    /// How full the root disk is.
    pub disk_used_percent: Option<f64>,
    /// When the cloud takes this spot machine back, where it has said so.
    pub interruption_epoch_seconds: Option<i64>,
}

/// The header value that signs a request: `v1=<hex>`.
pub fn sign_request(key: &str, action: Action, timestamp_ms: i64, body: &[u8]) -> String {
    header_value(request_mac(key, action, timestamp_ms, body))
}

/// Whether a header value signs this request. Constant time in the signature.
pub fn verify_request(
    key: &str,
    action: Action,
    timestamp_ms: i64,
    body: &[u8],
    signature: &str,
) -> bool {
    verify(request_mac(key, action, timestamp_ms, body), signature)
}

/// The header value that signs an answer to the request which carried `request_signature`.
pub fn sign_answer(key: &str, request_signature: &str, body: &[u8]) -> String {
    header_value(answer_mac(key, request_signature, body))
}

/// Whether a header value signs this answer. The agent does this in Python; tests do it here.
pub fn verify_answer(key: &str, request_signature: &str, body: &[u8], signature: &str) -> bool {
    verify(answer_mac(key, request_signature, body), signature)
}

/// What a machine says when it enrols: who it is, under its signature. The header alone says it unsigned, and the key does
/// not say it where several machines share one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The node that it is.
    pub node_id: String,
}

/// The key that the machines of a reservation are born with. It is worth nothing after `expires_epoch_seconds`, which it
/// covers.
pub fn enrolment_key(master: &str, reservation_id: &str, expires_epoch_seconds: i64) -> String {
    derive(
        master,
        &format!("v1:enrolment-key:{expires_epoch_seconds}:{reservation_id}"),
    )
}

/// The key a machine uses once it is enrolled.
pub fn node_key(master: &str, node_id: &str) -> String {
    derive(master, &format!("v1:node-key:{node_id}"))
}

/// What the machines of a cluster prove to each other that they belong to it with.
pub fn cluster_secret(master: &str, reservation_id: &str) -> String {
    derive(master, &format!("v1:cluster-secret:{reservation_id}"))
}

/// What opens the notebook of a cluster. Of a master secret of its own: whoever renders the link needs no other.
pub fn notebook_token(notebook_master: &str, reservation_id: &str) -> String {
    derive(
        notebook_master,
        &format!("v1:notebook-token:{reservation_id}"),
    )
}

fn derive(master: &str, label: &str) -> String {
    hex::encode(mac(master, &[label.as_bytes()]).finalize().into_bytes())
}

fn request_mac(key: &str, action: Action, timestamp_ms: i64, body: &[u8]) -> Hmac<Sha256> {
    let prefix = format!("{SIGNATURE_VERSION}:{}:{timestamp_ms}:", action.as_str());
    mac(key, &[prefix.as_bytes(), body])
}

fn answer_mac(key: &str, request_signature: &str, body: &[u8]) -> Hmac<Sha256> {
    let request = signature_hex(request_signature).unwrap_or(request_signature);
    let prefix = format!("{SIGNATURE_VERSION}:answer:{request}:");
    mac(key, &[prefix.as_bytes(), body])
}

/// Keys travel as hex text and are used as that text, so that a shell or Python needs no decoding.
fn mac(key: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

fn header_value(mac: Hmac<Sha256>) -> String {
    format!(
        "{SIGNATURE_VERSION}={}",
        hex::encode(mac.finalize().into_bytes())
    )
}

fn verify(mac: Hmac<Sha256>, signature: &str) -> bool {
    signature_hex(signature)
        .and_then(|digits| hex::decode(digits).ok())
        .is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

fn signature_hex(signature: &str) -> Option<&str> {
    signature.strip_prefix(SIGNATURE_VERSION)?.strip_prefix('=')
}

#[cfg(test)]
mod tests;
