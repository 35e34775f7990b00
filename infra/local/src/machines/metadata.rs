//! What EC2 tells an instance about itself, to those who ask with a token.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::booted::peers::internal_name;
use crate::cloud::Instance;
use crate::{Error, Result, secrets};

const INTERRUPTION: &str = "spot/instance-action";
const TOKEN_PATH: &str = "/latest/api/token";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
const TOKEN_LIFETIME_HEADER: &str = "x-aws-ec2-metadata-token-ttl-seconds";

/// One machine's metadata.
#[derive(Debug)]
pub(super) struct Metadata {
    entries: Mutex<BTreeMap<String, String>>,
    user_data: Option<Vec<u8>>,
    identity: Value,
    token: String,
}

impl Metadata {
    /// What is known of an instance from the start.
    pub(super) fn of(instance: &Instance) -> Result<Self> {
        let entries = entries(instance);
        let identity = json!({
            "accountId": instance.account,
            "architecture": "x86_64",
            "availabilityZone": instance.zone,
            "imageId": instance.image_id,
            "instanceId": instance.id,
            "instanceType": instance.instance_type,
            "privateIp": instance.private_address,
            "region": instance.region,
            "version": "2017-09-30",
        });
        Ok(Self {
            entries: Mutex::new(entries),
            user_data: instance.user_data.clone(),
            identity,
            token: secrets::random_hex()?,
        })
    }

    /// The cloud takes the instance back then, or not at all.
    pub(super) fn announce_interruption(&self, at_epoch_seconds: Option<i64>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let at = at_epoch_seconds.and_then(|at| jiff::Timestamp::from_second(at).ok());
        match at {
            None => _ = entries.remove(INTERRUPTION),
            Some(at) => {
                let notice = json!({"action": "terminate", "time": at.to_string()});
                entries.insert(INTERRUPTION.to_owned(), notice.to_string());
            }
        }
    }

    /// The value under a path, or the names of what is below it.
    fn find(&self, path: &str) -> Option<String> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let path = path.trim_matches('/');
        if let Some(value) = entries.get(path) {
            return Some(value.clone());
        }
        let below = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let mut names: Vec<String> = entries
            .keys()
            .filter_map(|key| key.strip_prefix(&below))
            .map(|rest| match rest.split_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => rest.to_owned(),
            })
            .collect();
        names.dedup();
        (!names.is_empty()).then(|| names.join("\n"))
    }
}

/// Serves a machine's metadata until the task is aborted.
pub(super) fn serve(listener: TcpListener, metadata: Arc<Metadata>) -> Result<JoinHandle<()>> {
    let listener = tokio::net::TcpListener::from_std(listener)
        .map_err(Error::io("listen for a machine's metadata"))?;
    let routes = Router::new().fallback(answer).with_state(metadata);
    Ok(tokio::spawn(async move {
        // axum retries errors of accept by itself.
        let _ = axum::serve(listener, routes).await;
    }))
}

fn entries(instance: &Instance) -> BTreeMap<String, String> {
    let region = &instance.region;
    let mut entries: BTreeMap<String, String> = [
        ("ami-id", instance.image_id.clone()),
        ("ami-launch-index", instance.launch_index.to_string()),
        ("ami-manifest-path", "(unknown)".to_owned()),
        ("instance-action", "none".to_owned()),
        ("instance-id", instance.id.clone()),
        ("instance-life-cycle", "on-demand".to_owned()),
        ("instance-type", instance.instance_type.clone()),
        ("placement/availability-zone", instance.zone.clone()),
        ("placement/region", region.clone()),
        ("services/domain", "amazonaws.com".to_owned()),
        ("services/partition", "aws".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let mut add = |name: &str, value: &str| entries.insert(name.to_owned(), value.to_owned());
    if let Some(private) = &instance.private_address {
        let name = internal_name(private);
        add("local-ipv4", private);
        add("local-hostname", &name);
        add("hostname", &name);
    }
    if let Some(public) = &instance.public_address {
        let name = format!("ec2-{}.compute-1.amazonaws.com", public.replace('.', "-"));
        add("public-ipv4", public);
        add("public-hostname", &name);
    }
    entries
}

async fn answer(
    State(metadata): State<Arc<Metadata>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method == Method::PUT && uri.path() == TOKEN_PATH {
        return match headers.get(TOKEN_LIFETIME_HEADER) {
            Some(lifetime) => (
                [(TOKEN_LIFETIME_HEADER, lifetime.clone())],
                metadata.token.clone(),
            )
                .into_response(),
            None => StatusCode::BAD_REQUEST.into_response(),
        };
    }
    let token = headers.get(TOKEN_HEADER).map(|token| token.as_bytes());
    if token != Some(metadata.token.as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    // The first part is the version: a date or "latest".
    let (_, path) = uri
        .path()
        .trim_start_matches('/')
        .split_once('/')
        .unwrap_or_default();
    let found = match path.split_once('/').unwrap_or((path, "")) {
        ("user-data", "") => metadata.user_data.clone(),
        ("meta-data", rest) => metadata.find(rest).map(String::into_bytes),
        ("dynamic", "instance-identity/document") => {
            Some(metadata.identity.to_string().into_bytes())
        }
        ("dynamic", "instance-identity" | "instance-identity/") => Some(b"document".to_vec()),
        _ => None,
    };
    found.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        IntoResponse::into_response,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::InstanceState;

    #[test]
    fn entries_are_found_by_path_and_listed_by_folder() {
        let metadata = Metadata::of(&Instance {
            id: "i-1".to_owned(),
            account: "000000000000".to_owned(),
            region: "us-east-1".to_owned(),
            state: InstanceState::Running,
            instance_type: "t3a.large".to_owned(),
            zone: "us-east-1b".to_owned(),
            image_id: "ami-1".to_owned(),
            launch_index: 2,
            private_address: Some("172.31.0.4".to_owned()),
            public_address: None,
            tags: BTreeMap::new(),
            user_data: None,
        })
        .unwrap();
        let found = |path| metadata.find(path).unwrap_or_default();
        assert_eq!(found("ami-launch-index"), "2");
        assert_eq!(found("placement/"), "availability-zone\nregion");
        assert_eq!(found("local-hostname"), "ip-172-31-0-4.ec2.internal");
        assert!(
            found("").contains("instance-type\nlocal-hostname\nlocal-ipv4\nplacement/\nservices/")
        );
        assert_eq!(metadata.find("spot/instance-action"), None);
        metadata.announce_interruption(Some(1_795_428_000));
        assert_eq!(
            found("spot/instance-action"),
            r#"{"action":"terminate","time":"2026-11-23T10:00:00Z"}"#
        );
        metadata.announce_interruption(None);
        assert_eq!(metadata.find("spot/instance-action"), None);
    }
}
