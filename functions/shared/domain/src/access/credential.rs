//! Cloud credentials: what is kept of them, and whose machines they pay for.
//!
//! The secret part exists here only as ciphertext. It is encrypted by the front door before anything is written, bound
//! to its encryption context, and decrypted by `provision` alone, for one step.

use serde::{Deserialize, Serialize};

use crate::forms::FormKind;
use crate::intent::Provider;
use crate::time::EpochSeconds;

/// A credential as it is stored. It serves its owner's reservations, teardown included, for as long as one runs on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Credential {
    /// A ULID, made by the server.
    pub id: String,
    /// The workspace.
    pub team: String,
    /// Whose it is.
    pub scope: Scope,
    /// Which cloud.
    pub provider: Provider,
    /// What people call it.
    pub label: String,
    /// How it opens the account.
    pub access: Access,
    /// The account behind it, once the cloud has told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What the last check found.
    pub check: Check,
    /// Who gave it.
    pub created_by: String,
    /// When it was given, or last replaced.
    pub created_epoch_seconds: EpochSeconds,
    /// When it last opened the account for a reservation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_epoch_seconds: Option<EpochSeconds>,
    /// It takes no new reservations, and is deleted when the last one on it has ended.
    #[serde(default)]
    pub is_retiring: bool,
    /// Counts the checks asked for, so that each is an execution of its own.
    pub checks: u32,
    /// Counts changes; a write names the version that it read.
    pub version: u64,
    /// What shall take the place of `access`, or why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<Replacement>,
}

/// Whose a credential is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "user")]
pub enum Scope {
    /// One person's: only their reservations use it.
    User(String),
    /// The organisation's: given by an admin, used by everybody whom the policy lets.
    Organisation,
}

/// How a credential opens an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Access {
    /// An IAM user's access key.
    AwsKeys {
        /// Where machines are launched with it.
        region: String,
        /// The key's public half: its last four characters are shown.
        access_key_id: String,
        /// The secret half, encrypted, in base64.
        sealed: String,
    },
    /// A role that we assume.
    AwsRole {
        /// Where machines are launched with it.
        region: String,
        /// The role.
        role_arn: String,
        /// What the role's trust demands: made by the server, never chosen by people.
        external_id: String,
    },
    /// A `DigitalOcean` token.
    DigitaloceanToken {
        /// The token's last four characters.
        last_four: String,
        /// The token, encrypted, in base64.
        sealed: String,
    },
}

/// What a check of a credential found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Check {
    /// Not done yet.
    Pending,
    /// It does what is needed.
    Passed {
        /// When that was seen.
        at_epoch_seconds: EpochSeconds,
    },
    /// It does not.
    Failed {
        /// When that was seen.
        at_epoch_seconds: EpochSeconds,
        /// Why.
        why: Fault,
    },
}

/// What is wrong with a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// The cloud does not know the key or token, or its secret is wrong.
    Refused,
    /// The role cannot be assumed: its trust does not name us or the external id.
    RoleNotAssumable,
    /// The role can be assumed with any external id: anybody could use us to get at it.
    RoleOpenToAnybody,
    /// Permissions are missing, named as IAM names them.
    MissingActions {
        /// Such as `ec2:RunInstances`.
        actions: Vec<String>,
    },
    /// The account itself is not usable: locked, unverified, not opted in.
    AccountNotReady,
    /// The cloud did not answer; nothing is known.
    Unreachable,
    /// It works, but opens another account than the one that it should take the place of.
    OtherAccount,
    /// The account has no default network in the region to put machines into.
    NoDefaultNetwork,
}

/// What shall take the place of a credential's access. The old one serves until the new one has passed its check, so
/// that no machine is left without a key that ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Replacement {
    /// Being checked.
    Pending {
        /// The new access.
        access: Access,
        /// Who gave it.
        given_by: String,
        /// When.
        given_epoch_seconds: EpochSeconds,
    },
    /// It did not pass, and is forgotten: the old one stays.
    Refused {
        /// Who gave it.
        given_by: String,
        /// When that was seen.
        at_epoch_seconds: EpochSeconds,
        /// Why.
        why: Fault,
    },
}

impl Access {
    /// The region that machines are launched in with it; none where a cloud has no such choice.
    pub fn region(&self) -> Option<&str> {
        match self {
            Self::AwsKeys { region, .. } | Self::AwsRole { region, .. } => Some(region),
            Self::DigitaloceanToken { .. } => None,
        }
    }

    /// The form that it came by.
    pub fn form(&self) -> FormKind {
        match self {
            Self::AwsKeys { .. } => FormKind::AwsKeys,
            Self::AwsRole { .. } => FormKind::AwsRole,
            Self::DigitaloceanToken { .. } => FormKind::DigitaloceanToken,
        }
    }
}

/// The encryption context: ciphertext moved to another item does not open.
pub type EncryptionContext = [(&'static str, String); 4];

impl Credential {
    /// What the ciphertext is bound to.
    pub fn encryption_context(&self) -> EncryptionContext {
        encryption_context(&self.team, &self.scope, self.provider, &self.id)
    }

    /// Whether new reservations may run on it.
    pub fn is_usable(&self) -> bool {
        matches!(self.check, Check::Passed { .. }) && !self.is_retiring
    }

    /// Whether new machines of AWS in that region may run on it.
    pub fn serves(&self, region: &str) -> bool {
        self.is_usable() && self.provider == Provider::Aws && self.access.region() == Some(region)
    }

    /// What people know it by besides its label: the last characters of its key, or the role's name.
    pub fn hint(&self) -> String {
        match &self.access {
            Access::AwsKeys { access_key_id, .. } => format!("…{}", last_four(access_key_id)),
            Access::AwsRole { role_arn, .. } => {
                role_arn.rsplit('/').next().unwrap_or_default().to_owned()
            }
            Access::DigitaloceanToken { last_four, .. } => format!("…{last_four}"),
        }
    }

    /// The name of the execution that checks it for the `checks`th time.
    pub fn check_execution(&self) -> String {
        format!("verify-{}-{}", self.id, self.checks)
    }
}

/// What a credential's ciphertext is bound to.
pub fn encryption_context(
    team: &str,
    scope: &Scope,
    provider: Provider,
    id: &str,
) -> EncryptionContext {
    let scope = match scope {
        Scope::User(user) => format!("user:{user}"),
        Scope::Organisation => "org".to_owned(),
    };
    [
        ("team", team.to_owned()),
        ("scope", scope),
        ("provider", provider.to_string()),
        ("credential", id.to_owned()),
    ]
}

/// The external id that belongs to a credential's id. Both are made by the server, and no second credential can have
/// the same.
pub fn external_id(credential_id: &str) -> String {
    format!("infrared-{credential_id}")
}

/// The last four characters.
pub fn last_four(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    chars[chars.len().saturating_sub(4)..].iter().collect()
}

/// Who pays for a reservation: named in the quote, fixed at launch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// The credential; none for the account that this deployment's own role opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// What it is called; empty for the deployment's own role.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The account is the owner's own and not the organisation's.
    #[serde(default)]
    pub is_personal: bool,
    /// What else it is known by; empty for the deployment's own role.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}
