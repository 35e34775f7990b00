//! Forms for cloud credentials.

use super::{Draft, FieldErrors, Fields, FormContext, SecretText};
use crate::access::credential::{Access, Check, Credential, Scope, last_four};
use crate::intent::Provider;
use crate::time::EpochSeconds;

/// A credential as it was filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct CredentialDraft {
    /// The id it gets, or has.
    pub id: String,
    /// It takes the place of one that exists.
    pub replaces: bool,
    /// It shall be the organisation's.
    pub for_organisation: bool,
    /// What people call it.
    pub label: String,
    /// How it opens the account.
    pub access: AccessDraft,
}

/// How it opens the account, with the secret in the clear.
#[derive(Debug, Clone, PartialEq)]
pub enum AccessDraft {
    /// An access key.
    AwsKeys {
        /// The region.
        region: String,
        /// The public half.
        access_key_id: String,
        /// The secret half.
        secret_access_key: SecretText,
    },
    /// A role; it has no secret.
    AwsRole {
        /// The region.
        region: String,
        /// The role.
        role_arn: String,
        /// What its trust demands.
        external_id: String,
    },
    /// A token.
    DigitaloceanToken {
        /// The token.
        token: SecretText,
    },
}

impl CredentialDraft {
    /// Which cloud.
    pub fn provider(&self) -> Provider {
        match self.access {
            AccessDraft::AwsKeys { .. } | AccessDraft::AwsRole { .. } => Provider::Aws,
            AccessDraft::DigitaloceanToken { .. } => Provider::Digitalocean,
        }
    }

    /// Whose it will be when `user` gives it.
    pub fn scope(&self, user: &str) -> Scope {
        if self.for_organisation {
            Scope::Organisation
        } else {
            Scope::User(user.to_owned())
        }
    }

    /// What has to be encrypted.
    pub fn secret(&self) -> Option<&SecretText> {
        match &self.access {
            AccessDraft::AwsKeys {
                secret_access_key, ..
            } => Some(secret_access_key),
            AccessDraft::AwsRole { .. } => None,
            AccessDraft::DigitaloceanToken { token } => Some(token),
        }
    }

    /// The credential with `sealed` in the secret's place, not checked yet.
    pub fn credential(
        &self,
        team: &str,
        user: &str,
        sealed: String,
        now: EpochSeconds,
    ) -> Credential {
        let access = match &self.access {
            AccessDraft::AwsKeys {
                region,
                access_key_id,
                ..
            } => Access::AwsKeys {
                region: region.clone(),
                access_key_id: access_key_id.clone(),
                sealed,
            },
            AccessDraft::AwsRole {
                region,
                role_arn,
                external_id,
            } => Access::AwsRole {
                region: region.clone(),
                role_arn: role_arn.clone(),
                external_id: external_id.clone(),
            },
            AccessDraft::DigitaloceanToken { token } => Access::DigitaloceanToken {
                last_four: last_four(token.expose()),
                sealed,
            },
        };
        Credential {
            id: self.id.clone(),
            team: team.to_owned(),
            scope: self.scope(user),
            provider: self.provider(),
            label: self.label.clone(),
            access,
            account: None,
            check: Check::Pending,
            created_by: user.to_owned(),
            created_epoch_seconds: now,
            used_epoch_seconds: None,
            is_retiring: false,
            checks: 1,
            version: 0,
        }
    }
}

pub(super) fn aws_keys(
    _fields: Fields<'_>,
    _context: &FormContext<'_>,
) -> Result<Draft, FieldErrors> {
    todo!("keys")
}

pub(super) fn aws_role(
    _fields: Fields<'_>,
    _context: &FormContext<'_>,
) -> Result<Draft, FieldErrors> {
    todo!("keys")
}

pub(super) fn digitalocean_token(
    _fields: Fields<'_>,
    _context: &FormContext<'_>,
) -> Result<Draft, FieldErrors> {
    todo!("keys")
}
