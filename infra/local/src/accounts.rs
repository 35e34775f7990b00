//! Accounts to give to the bot: users with keys and roles, in whichever account, as their owners would make them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::emulators::{REGION, loopback_client};
use crate::secrets::random_hex;
use crate::{Error, Result};

/// The version of IAM's Query protocol.
const VERSION: &str = "2010-05-08";
/// What the one policy of a user or a role is called.
const POLICY_NAME: &str = "given";
/// Enough of a random name that no two are the same.
const NAME_CHARS: usize = 12;

/// An access key of a user.
#[derive(Clone, PartialEq, Eq)]
pub struct UserKey {
    /// The account.
    pub account: String,
    /// The user's name in it.
    pub user: String,
    /// The key's id, which is no secret.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
}

impl std::fmt::Debug for UserKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "UserKey({}, ..)", self.access_key_id)
    }
}

/// Whether a role can only be assumed by who knows a name for the relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExternalId<'a> {
    /// Only with this one.
    Required(&'a str),
    /// Badly made: with any, or none.
    Ignored,
}

/// Makes users and roles by IAM's own requests. An account is there as soon as somebody names it.
#[derive(Debug, Clone)]
pub struct Accounts {
    emulator_url: String,
    http: reqwest::Client,
}

impl Accounts {
    /// For the accounts of the emulator at this address.
    pub fn of(emulator_url: &str) -> Result<Self> {
        Ok(Self {
            emulator_url: emulator_url.to_owned(),
            http: loopback_client()?,
        })
    }

    /// A new user who may do these actions (such as `ec2:RunInstances`, or `ec2:*`) to anything, with a key.
    pub async fn user(&self, account: &str, actions: &[&str]) -> Result<UserKey> {
        self.user_with(account, &allowing(actions)).await
    }

    /// A new user with this policy and a key.
    pub async fn user_with(&self, account: &str, policy: &Value) -> Result<UserKey> {
        let user = random_name("user")?;
        self.ask(account, "CreateUser", &[("UserName", &user)])
            .await?;
        let policy = policy.to_string();
        let form = [
            ("UserName", user.as_str()),
            ("PolicyName", POLICY_NAME),
            ("PolicyDocument", &policy),
        ];
        self.ask(account, "PutUserPolicy", &form).await?;
        let answer = self
            .ask(account, "CreateAccessKey", &[("UserName", &user)])
            .await?;
        Ok(UserKey {
            account: account.to_owned(),
            access_key_id: element(&answer, "AccessKeyId")?,
            secret_access_key: element(&answer, "SecretAccessKey")?,
            user,
        })
    }

    /// Switches a key off, as its owner would who wants it back some day.
    pub async fn deactivate(&self, key: &UserKey) -> Result<()> {
        let form = [
            ("UserName", key.user.as_str()),
            ("AccessKeyId", &key.access_key_id),
            ("Status", "Inactive"),
        ];
        self.ask(&key.account, "UpdateAccessKey", &form).await?;
        Ok(())
    }

    /// Deletes a key.
    pub async fn delete(&self, key: &UserKey) -> Result<()> {
        let form = [
            ("UserName", key.user.as_str()),
            ("AccessKeyId", &key.access_key_id),
        ];
        self.ask(&key.account, "DeleteAccessKey", &form).await?;
        Ok(())
    }

    /// A new role that this principal may assume and that may do these actions to anything. Returns its ARN.
    pub async fn role(
        &self,
        account: &str,
        trusted: &str,
        external_id: ExternalId<'_>,
        actions: &[&str],
    ) -> Result<String> {
        // The bot assumes roles of such names alone.
        let role = random_name("infrared-role")?;
        let trust = trusting(trusted, external_id).to_string();
        let form = [
            ("RoleName", role.as_str()),
            ("AssumeRolePolicyDocument", &trust),
        ];
        let made = self.ask(account, "CreateRole", &form).await?;
        let policy = allowing(actions).to_string();
        let form = [
            ("RoleName", role.as_str()),
            ("PolicyName", POLICY_NAME),
            ("PolicyDocument", &policy),
        ];
        self.ask(account, "PutRolePolicy", &form).await?;
        element(&made, "Arn")
    }

    /// What the roles of an account are allowed by their policies: pairs of a role's name and an action.
    pub async fn granted(&self, account: &str) -> Result<BTreeSet<(String, String)>> {
        let mut granted = BTreeSet::new();
        let roles = self.ask(account, "ListRoles", &[]).await?;
        for role in elements(&roles, "RoleName") {
            let of_role = [("RoleName", role.as_str())];
            let mut documents = Vec::new();
            let inline = self.ask(account, "ListRolePolicies", &of_role).await?;
            for policy in elements(&inline, "member") {
                let form = [("RoleName", role.as_str()), ("PolicyName", &policy)];
                documents.push(self.ask(account, "GetRolePolicy", &form).await?);
            }
            let managed = self
                .ask(account, "ListAttachedRolePolicies", &of_role)
                .await?;
            for arn in elements(&managed, "PolicyArn") {
                let policy = self
                    .ask(account, "GetPolicy", &[("PolicyArn", &arn)])
                    .await?;
                let version = element(&policy, "DefaultVersionId")?;
                let form = [("PolicyArn", arn.as_str()), ("VersionId", &version)];
                documents.push(self.ask(account, "GetPolicyVersion", &form).await?);
            }
            for document in documents.iter().flat_map(|answer| {
                elements(answer, "PolicyDocument").chain(elements(answer, "Document"))
            }) {
                granted.extend(allowed(&document)?.map(|action| (role.clone(), action)));
            }
        }
        Ok(granted)
    }

    /// Asks IAM as the account's root and returns its answer.
    ///
    /// A plain request: the SDK's client for IAM would be a large crate for these few.
    async fn ask(
        &self,
        account: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String> {
        let mut form = vec![("Action", action), ("Version", VERSION)];
        form.extend_from_slice(parameters);
        // The emulator takes twelve digits for the root of that account, whose signature it does not check.
        let scope = format!("{account}/20260101/{REGION}/iam/aws4_request");
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let call = self
            .http
            .post(format!("{}/", self.emulator_url))
            .header("authorization", authorization)
            .form(&form);
        let unexpected = |detail: String| Error::Unexpected {
            what: format!("IAM's {action}"),
            detail,
        };
        let answer = call.send().await;
        let answer = answer.map_err(|error| unexpected(format!("{error:?}")))?;
        let refused = !answer.status().is_success();
        let said = answer
            .text()
            .await
            .map_err(|error| unexpected(format!("{error:?}")))?;
        if refused {
            return Err(unexpected(said));
        }
        Ok(said)
    }
}

fn allowing(actions: &[&str]) -> Value {
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    // A policy has to have a statement.
    let nothing = json!({ "Effect": "Deny", "Action": "*", "Resource": "*" });
    let statement = if actions.is_empty() {
        nothing
    } else {
        statement
    };
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn trusting(principal: &str, external_id: ExternalId<'_>) -> Value {
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": { "AWS": principal },
        "Action": "sts:AssumeRole",
    });
    if let ExternalId::Required(id) = external_id {
        statement["Condition"] = json!({ "StringEquals": { "sts:ExternalId": id } });
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn random_name(kind: &str) -> Result<String> {
    let random = random_hex()?;
    Ok(format!("{kind}-{}", &random[..NAME_CHARS]))
}

/// The text of the first element of this name.
fn element(xml: &str, name: &str) -> Result<String> {
    elements(xml, name).next().ok_or_else(|| Error::Unexpected {
        what: "IAM's answer".to_owned(),
        detail: format!("there is no {name} in it"),
    })
}

/// The texts of all elements of this name that have one.
fn elements(xml: &str, name: &str) -> std::vec::IntoIter<String> {
    let texts: Vec<String> = roxmltree::Document::parse(xml).map_or_else(
        |_| Vec::new(),
        |document| {
            let named = document
                .descendants()
                .filter(|node| node.tag_name().name() == name);
            named
                .filter_map(|node| node.text().map(str::to_owned))
                .collect()
        },
    );
    texts.into_iter()
}

/// The actions that a policy document allows. IAM answers with the document in URL encoding.
fn allowed(document: &str) -> Result<impl Iterator<Item = String>> {
    let unreadable = |detail: String| Error::Unexpected {
        what: "a policy document".to_owned(),
        detail,
    };
    let decoded: String =
        serde_urlencoded::from_str::<Vec<(String, String)>>(&format!("d={document}"))
            .ok()
            .and_then(|pairs| pairs.into_iter().next())
            .map_or_else(|| document.to_owned(), |(_, decoded)| decoded);
    let document: Value = serde_json::from_str(document)
        .or_else(|_| serde_json::from_str(&decoded))
        .map_err(|error| unreadable(format!("{error}: {document}")))?;
    let several = |value: &Value| match value {
        Value::Array(values) => values.clone(),
        single => vec![single.clone()],
    };
    let statements = several(&document["Statement"]);
    let actions: Vec<String> = statements
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| several(&statement["Action"]))
        .filter_map(|action| action.as_str().map(str::to_owned))
        .collect();
    Ok(actions.into_iter())
}
