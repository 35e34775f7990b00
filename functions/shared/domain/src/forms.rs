//! Forms: what was filled in, as typed values or as a sentence beside the field that is wrong.
//!
//! The words and fields of the forms are in `messages::forms`; names of fields are shared between the two. A secret
//! passes through here in the clear on its way to encryption, wrapped so that it never shows itself.

pub(crate) mod admins;
mod keys;
pub(crate) mod policy;
pub(crate) mod ssh;
pub(crate) mod usual;

use std::fmt;

use serde_json::Value;

pub use keys::{AccessDraft, CredentialDraft, field};

use crate::access::credential::Credential;
use crate::access::policy::Policy;
use crate::intent::named_enum;
use crate::ssh::SshKeys;
use crate::usual::Usual;

named_enum! {
    /// The forms, apart from the one for an answer in one's own words.
    FormKind {
        /// An AWS access key.
        AwsKeys = "aws_keys",
        /// An AWS role to assume.
        AwsRole = "aws_role",
        /// A `DigitalOcean` token.
        DigitaloceanToken = "digitalocean_token",
        /// Public ssh keys.
        SshKeys = "ssh_keys",
        /// One's usual cluster.
        UsualCluster = "usual_cluster",
        /// The policy.
        Policy = "policy",
        /// Who the admins are.
        Admins = "admins",
    }
}

/// A form to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRequest {
    /// Which.
    pub kind: FormKind,
    /// Whom the button was for; empty for anybody.
    pub for_user: String,
    /// The credential that is replaced.
    pub credential_id: Option<String>,
}

impl FormRequest {
    /// The request behind a button's value, `<user>/<kind>` or `<user>/<kind>/<credential id>`.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.splitn(3, '/');
        let (for_user, kind) = (parts.next()?, FormKind::from_name(parts.next()?)?);
        Some(Self {
            kind,
            for_user: for_user.to_owned(),
            credential_id: parts.next().map(str::to_owned),
        })
    }

    /// The value of a button that stands for it.
    pub fn value(&self) -> String {
        let Self {
            kind,
            for_user,
            credential_id,
        } = self;
        match credential_id {
            Some(id) => format!("{for_user}/{kind}/{id}"),
            None => format!("{for_user}/{kind}"),
        }
    }
}

/// A form as it is shown, with what it starts from.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// For a credential.
    Credential {
        /// How it opens the account.
        kind: FormKind,
        /// The id that the credential will have, or has.
        id: String,
        /// The credential that is replaced: its label and scope stay.
        replaces: Option<Box<Credential>>,
        /// Whether it may be the organisation's.
        may_be_organisations: bool,
        /// The region that is named first.
        region: String,
        /// The role that a given role has to trust.
        provision_role_arn: String,
        /// The deployment's name, for the policy to paste.
        stack: String,
    },
    /// For ssh keys.
    SshKeys(SshKeys),
    /// For somebody's usual cluster.
    Usual(Usual),
    /// For the policy.
    Policy(Box<Policy>),
    /// For the admins, with the version of the policy that names them.
    Admins(Vec<String>, u64),
}

impl Form {
    /// Which form it is.
    pub fn kind(&self) -> FormKind {
        match self {
            Self::Credential { kind, .. } => *kind,
            Self::SshKeys(_) => FormKind::SshKeys,
            Self::Usual(_) => FormKind::UsualCluster,
            Self::Policy(_) => FormKind::Policy,
            Self::Admins(..) => FormKind::Admins,
        }
    }

    /// The version of the policy that it starts from: comes back with the form, so that of two admins who fill one in at
    /// the same time none overwrites the other.
    pub fn policy_version(&self) -> u64 {
        match self {
            Self::Policy(policy) => policy.version,
            Self::Admins(_, version) => *version,
            Self::Credential { .. } | Self::SshKeys(_) | Self::Usual(_) => 0,
        }
    }

    /// The credential that it is about: comes back with the form.
    pub fn credential_id(&self) -> Option<&str> {
        match self {
            Self::Credential { id, .. } => Some(id),
            _ => None,
        }
    }
}

/// What was filled in, before secrets are encrypted.
#[derive(Debug, Clone, PartialEq)]
pub enum Draft {
    /// A credential.
    Credential(Box<CredentialDraft>),
    /// Public ssh keys to add and to remove.
    SshKeys(SshKeysChange),
    /// A usual cluster as it shall be.
    Usual(Usual),
    /// The policy as it shall be; the admins in it are not read from this form.
    Policy(Box<Policy>),
    /// The admins as they shall be.
    Admins(Vec<String>),
}

/// What becomes of somebody's ssh keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SshKeysChange {
    /// Lines to add, checked, without comments.
    pub added: Vec<String>,
    /// Fingerprints of keys to forget.
    pub removed: Vec<String>,
}

/// Sentences beside fields, by the field's name.
pub type FieldErrors = Vec<(&'static str, String)>;

/// What the reading of a form may lean on.
#[derive(Debug, Clone)]
pub struct FormContext<'a> {
    /// The account that this deployment runs in: its roles cannot be given.
    pub deployment_account: &'a str,
    /// The credential that the form was opened for: its id was made when the form was opened.
    pub credential_id: &'a str,
    /// It takes the place of one that exists.
    pub replaces: bool,
}

/// Reads a form that was sent: `values` is Slack's `view.state.values`.
pub fn read(
    kind: FormKind,
    values: &Value,
    context: &FormContext<'_>,
) -> Result<Draft, FieldErrors> {
    let fields = Fields(values);
    match kind {
        FormKind::AwsKeys => keys::aws_keys(fields, context),
        FormKind::AwsRole => keys::aws_role(fields, context),
        FormKind::DigitaloceanToken => keys::digitalocean_token(fields, context),
        FormKind::SshKeys => ssh::read(fields).map(Draft::SshKeys),
        FormKind::UsualCluster => usual::read(fields).map(Draft::Usual),
        FormKind::Policy => policy::read(fields).map(|policy| Draft::Policy(Box::new(policy))),
        FormKind::Admins => admins::read(fields).map(Draft::Admins),
    }
}

/// The values of a form. A block and its field have the same name.
#[derive(Debug, Clone, Copy)]
struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    fn field(self, name: &str) -> &'a Value {
        &self.0[name][name]
    }

    /// What was typed, without blanks around it; empty where nothing was.
    fn text(self, name: &str) -> &'a str {
        self.field(name)["value"]
            .as_str()
            .unwrap_or_default()
            .trim()
    }

    /// The option that was chosen.
    fn choice(self, name: &str) -> Option<&'a str> {
        self.field(name)["selected_option"]["value"].as_str()
    }

    /// The options that were ticked.
    fn ticked(self, name: &str) -> Vec<&'a str> {
        let options = self.field(name)["selected_options"].as_array();
        options
            .into_iter()
            .flatten()
            .filter_map(|option| option["value"].as_str())
            .collect()
    }

    /// The people that were chosen.
    fn users(self, name: &str) -> Vec<&'a str> {
        let users = self.field(name)["selected_users"].as_array();
        users
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
}

/// A secret in the clear: never shown, never serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for encryption.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(…)")
    }
}
