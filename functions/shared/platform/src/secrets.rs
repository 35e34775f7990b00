//! Secrets from SSM: read at start-up, kept in memory, read again when they have aged.

use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};

use aws_sdk_ssm::Client;
use tokio::sync::Mutex;

use crate::PlatformError;

/// A changed secret takes effect within this time, without a deployment.
const AGE_MAX: Duration = Duration::from_mins(10);

/// A value that never shows itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value; an empty one is refused, for a check against nothing would let anybody in.
    pub fn new(name: &'static str, value: String) -> Result<Self, PlatformError> {
        if value.trim().is_empty() {
            Err(PlatformError::Setting(name))
        } else {
            Ok(Self(value))
        }
    }

    /// The value itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A set of SSM parameters that are read together. One that is not there is an error for whoever asks for it alone.
#[derive(Debug)]
pub struct Secrets {
    client: Client,
    /// Setting and parameter name, in pairs.
    names: Vec<(&'static str, String)>,
    cached: Mutex<Option<(Instant, HashMap<&'static str, Secret>)>>,
}

impl Secrets {
    /// The parameters whose names stand in these environment variables.
    pub fn from_env(client: Client, settings: &[&'static str]) -> Result<Self, PlatformError> {
        let names = settings
            .iter()
            .map(|setting| Ok((*setting, crate::config::required(setting)?)));
        Ok(Self {
            client,
            names: names.collect::<Result<_, PlatformError>>()?,
            cached: Mutex::new(None),
        })
    }

    /// The secret behind one of the settings. Where a fresh one cannot be read, the last one read goes on serving.
    pub async fn get(&self, setting: &'static str) -> Result<Secret, PlatformError> {
        let mut cached = self.cached.lock().await;
        if !matches!(&*cached, Some((read, _)) if read.elapsed() < AGE_MAX) {
            match self.read().await {
                Ok(values) => *cached = Some((Instant::now(), values)),
                Err(error) if cached.is_some() => {
                    tracing::warn!(%error, "secrets are served from memory: reading them failed");
                }
                Err(error) => return Err(error),
            }
        }
        let values = cached.as_ref().map(|(_, values)| values);
        values
            .and_then(|values| values.get(setting))
            .cloned()
            .ok_or(PlatformError::Setting(setting))
    }

    async fn read(&self) -> Result<HashMap<&'static str, Secret>, PlatformError> {
        let names = self.names.iter().map(|(_, name)| name.clone()).collect();
        let call = self
            .client
            .get_parameters()
            .set_names(Some(names))
            .with_decryption(true);
        let answer = call
            .send()
            .await
            .map_err(PlatformError::service("GetParameters"))?;
        let mut values = HashMap::new();
        for (setting, name) in &self.names {
            let found = answer
                .parameters()
                .iter()
                .find(|parameter| parameter.name() == Some(name));
            // One that nobody has put there yet is missed by whoever needs it, and by nobody else.
            if let Some(value) = found.and_then(|parameter| parameter.value()) {
                values.insert(*setting, Secret::new(setting, value.to_owned())?);
            }
        }
        Ok(values)
    }
}
