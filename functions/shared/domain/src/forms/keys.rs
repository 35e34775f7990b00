//! Forms for cloud credentials.

mod check;
#[cfg(test)]
mod tests;

use super::{Draft, FieldErrors, Fields, FormContext, SecretText};
use crate::access::credential::{Access, Check, Credential, Scope, external_id, last_four};
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
            replacement: None,
        }
    }
}

/// Names of the fields, each also its block's.
pub mod field {
    /// What people call it.
    pub const LABEL: &str = "label";
    /// Whose it is: `personal` or `organisation`.
    pub const SCOPE: &str = "scope";
    /// The region.
    pub const REGION: &str = "region";
    /// The public half of an access key.
    pub const ACCESS_KEY_ID: &str = "access_key_id";
    /// The secret half.
    pub const SECRET_ACCESS_KEY: &str = "secret_access_key";
    /// The role.
    pub const ROLE_ARN: &str = "role_arn";
    /// The token.
    pub const TOKEN: &str = "token";
    /// The option of [`SCOPE`] for everybody's.
    pub const ORGANISATION: &str = "organisation";
    /// The option of [`SCOPE`] for one's own.
    pub const PERSONAL: &str = "personal";
}

/// Reads the form for an access key.
pub(super) fn aws_keys(
    fields: Fields<'_>,
    context: &FormContext<'_>,
) -> Result<Draft, FieldErrors> {
    let mut checked = Checked::default();
    let region = checked.take(field::REGION, check::region(fields.text(field::REGION)));
    let id = fields.text(field::ACCESS_KEY_ID);
    let access_key_id = checked.take(field::ACCESS_KEY_ID, check::access_key_id(id));
    let secret = fields.text(field::SECRET_ACCESS_KEY);
    let secret = checked.take(field::SECRET_ACCESS_KEY, check::secret_access_key(secret));
    let access = AccessDraft::AwsKeys {
        region,
        access_key_id,
        secret_access_key: SecretText::new(secret),
    };
    checked.draft(fields, context, "AWS", access)
}

/// Reads the form for a role.
pub(super) fn aws_role(
    fields: Fields<'_>,
    context: &FormContext<'_>,
) -> Result<Draft, FieldErrors> {
    let mut checked = Checked::default();
    let region = checked.take(field::REGION, check::region(fields.text(field::REGION)));
    let arn = fields.text(field::ROLE_ARN);
    let role_arn = checked.take(
        field::ROLE_ARN,
        check::role_arn(arn, context.deployment_account),
    );
    let access = AccessDraft::AwsRole {
        region,
        role_arn,
        external_id: external_id(context.credential_id),
    };
    checked.draft(fields, context, "AWS", access)
}

/// Reads the form for a `DigitalOcean` token.
pub(super) fn digitalocean_token(
    fields: Fields<'_>,
    context: &FormContext<'_>,
) -> Result<Draft, FieldErrors> {
    let mut checked = Checked::default();
    let token = checked.take(field::TOKEN, check::token(fields.text(field::TOKEN)));
    let access = AccessDraft::DigitaloceanToken {
        token: SecretText::new(token),
    };
    checked.draft(fields, context, "DigitalOcean", access)
}

/// What is wrong so far.
#[derive(Debug, Default)]
struct Checked(FieldErrors);

impl Checked {
    /// The value, or nothing and a sentence noted beside its field.
    fn take(&mut self, field: &'static str, value: Result<&str, &'static str>) -> String {
        match value {
            Ok(value) => value.to_owned(),
            Err(sentence) => {
                self.0.push((field, sentence.to_owned()));
                String::new()
            }
        }
    }

    /// The whole, where nothing is wrong. A replacement keeps label and owner, so its form does not ask for them.
    fn draft(
        mut self,
        fields: Fields<'_>,
        context: &FormContext<'_>,
        usual_label: &str,
        access: AccessDraft,
    ) -> Result<Draft, FieldErrors> {
        let label = if context.replaces {
            String::new()
        } else {
            self.take(field::LABEL, check::label(fields.text(field::LABEL)))
        };
        if ulid::Ulid::from_string(context.credential_id).is_err() {
            // Only a form that is none of ours lacks it.
            let field = match access {
                AccessDraft::AwsKeys { .. } => field::ACCESS_KEY_ID,
                AccessDraft::AwsRole { .. } => field::ROLE_ARN,
                AccessDraft::DigitaloceanToken { .. } => field::TOKEN,
            };
            self.0.push((
                field,
                "This form has become too old. Please open it again.".to_owned(),
            ));
        }
        if !self.0.is_empty() {
            return Err(self.0);
        }
        Ok(Draft::Credential(Box::new(CredentialDraft {
            id: context.credential_id.to_owned(),
            replaces: context.replaces,
            for_organisation: fields.choice(field::SCOPE) == Some(field::ORGANISATION),
            label: if label.is_empty() {
                usual_label.to_owned()
            } else {
                label
            },
            access,
        })))
    }
}
