//! The vault: credentials are encrypted with the customer key, bound to what they are for.
//!
//! The front door may only encrypt and `provision` only decrypt; the key's policy sees to it.

use std::collections::HashMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::credential::EncryptionContext;

use crate::secrets::Secret;
use crate::{PlatformError, config};

/// The customer key of this deployment.
#[derive(Debug, Clone)]
pub struct Vault {
    client: Client,
    key_id: String,
}

impl Vault {
    /// The key that `CREDENTIALS_KEY_ARN` names.
    pub fn from_env(client: Client) -> Result<Self, PlatformError> {
        Ok(Self {
            client,
            key_id: config::required("CREDENTIALS_KEY_ARN")?,
        })
    }

    /// Encrypts a secret. The ciphertext, in base64, opens only with the same context.
    pub async fn seal(
        &self,
        secret: &str,
        context: &EncryptionContext,
    ) -> Result<String, PlatformError> {
        let call = self
            .client
            .encrypt()
            .key_id(&self.key_id)
            .plaintext(Blob::new(secret))
            .set_encryption_context(Some(owned(context)));
        let answer = call
            .send()
            .await
            .map_err(PlatformError::service("Encrypt"))?;
        let sealed = answer
            .ciphertext_blob
            .ok_or_else(|| missing("the ciphertext"))?;
        Ok(STANDARD.encode(sealed))
    }

    /// Opens what [`Vault::seal`] made.
    pub async fn open(
        &self,
        sealed: &str,
        context: &EncryptionContext,
    ) -> Result<Secret, PlatformError> {
        let sealed = STANDARD
            .decode(sealed)
            .map_err(PlatformError::unreadable("a sealed secret"))?;
        let call = self
            .client
            .decrypt()
            .key_id(&self.key_id)
            .ciphertext_blob(Blob::new(sealed))
            .set_encryption_context(Some(owned(context)));
        let answer = call
            .send()
            .await
            .map_err(PlatformError::service("Decrypt"))?;
        let plaintext = answer.plaintext.ok_or_else(|| missing("the plaintext"))?;
        let secret = String::from_utf8(plaintext.into_inner())
            // The error of `from_utf8` would show the secret.
            .map_err(|_| missing("text"))?;
        Secret::new("credential", secret)
    }
}

fn owned(context: &EncryptionContext) -> HashMap<String, String> {
    context
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn missing(what: &'static str) -> PlatformError {
    PlatformError::Unreadable {
        what: "KMS's answer",
        cause: format!("{what} is missing"),
    }
}
