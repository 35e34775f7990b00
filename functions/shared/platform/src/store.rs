//! The table: one DynamoDB table for everything, by key.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | reservation | `RES#<id>` | `RES` |
//! | what a machine has reported | `RES#<id>` | `NODE#<number>` |
//! | who waits for the machines | `RES#<id>` | `WAIT` |
//! | a message about it | `RES#<id>` | `MSG#<kind>` |
//! | a user's running reservations | `USER#<team>#<user>` | `RES#<id>` |
//! | how often a user has launched | `USER#<team>#<user>` | `LAUNCHES` |
//! | what is shared with a user | `USER#<team>#<user>` | `SHARE#<id>` |
//! | a taken handle | `HANDLE#<team>#<handle>` | `HANDLE` |
//! | a user's ssh keys | `USER#<team>#<user>` | `KEYS` |
//! | a user's usual cluster | `USER#<team>#<user>` | `USUAL` |
//! | a user's credentials | `USER#<team>#<user>` | `CRED#<id>` |
//! | the organisation's credentials | `TEAM#<team>` | `CRED#<id>` |
//! | every credential | `TEAM#<team>` | `KEY#<id>` |
//! | what the last sweep found | `TEAM#<team>` | `SWEEP` |
//! | who asked for a sweep | `SWEEP#<id>` | `SWEEP` |
//! | what no reservation stands for | `ORPHAN#<account>#<region>` | its id in the cloud |
//! | credential | `CRED#<id>` | `CRED` |
//! | a reservation that runs on it | `CRED#<id>` | `RES#<id>` |
//! | policy and admins | `TEAM#<team>` | `POLICY` |
//! | audit log, a month | `AUDIT#<team>#<yyyy-mm>` | `<ULID>` |
//! | quote | `QUOTE#<id>` | `QUOTE` |
//! | conversation | `CONV#<team>#<channel>#<thread>#<user>` | `CONV` |
//! | claim of a delivery | `CLAIM#<key>` | `CLAIM` |
//! | outbox | `OUTBOX#<id>` | `OUTBOX` |
//! | a person's profile | `PERSON#<team>#<user>` | `PERSON` |
//! | a type that was not to be had in a region | `UNAVAILABLE#<account>#<region>` | `<when>#<zone>#<type>#<market>` |
//! | a page of the catalogue | `CATALOGUE` | `<provider>#<region>#<market>` |
//! | lease of a job that must not run twice at once | `LEASE#<job>` | `LEASE` |
//!
//! Reservations and outbox items that are waiting for a moment carry `due_shard` and `due_at` and so appear in the
//! sparse index `due`. `expires_at` lets DynamoDB tidy up; nothing depends on it.

mod access;
mod catalogue;
mod claims;
mod durations;
mod messages;
mod nodes;
mod outbox;
mod reservations;
mod sweep;
mod transaction;
mod unavailable;

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::act::Conversation;
use domain::identity::Person;
use domain::quote::Quote;
use domain::ssh::SshKeys;
use domain::time::EpochSeconds;
use domain::usual::Usual;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::PlatformError;

pub use catalogue::StoredPage;
pub use claims::Claim;
pub use messages::MessageRecord;
pub use nodes::NodeReport;
pub use outbox::{DueItem, OUTBOX_FIRST_RETRY_SECONDS, OutboxItem};
pub use transaction::Transaction;

/// Items by attribute name.
type Item = HashMap<String, AttributeValue>;

/// Values of `due_shard`. One shard serves a thousand writes a second; the key keeps room for more.
const DUE_SHARD: &str = "0";
/// The sparse index of what is due.
const DUE_INDEX: &str = "due";
/// Claims outlive every repetition of a delivery, which Slack ends after a day.
const CLAIM_KEPT_SECONDS: i64 = 25 * 3_600;
/// Quotes and conversations are kept a day for support; their validity is decided by reading.
const TALK_KEPT_SECONDS: i64 = 24 * 3_600;

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
}

impl Store {
    /// The table of that name.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Starts a set of writes that happen together or not at all.
    pub fn transaction(&self) -> Transaction<'_> {
        Transaction::new(self)
    }

    /// A quote.
    pub async fn quote(&self, id: &str) -> Result<Option<Quote>, PlatformError> {
        self.get(&format!("QUOTE#{id}"), "QUOTE").await
    }

    /// The conversation of that key.
    pub async fn conversation(&self, key: &str) -> Result<Option<Conversation>, PlatformError> {
        self.get(&format!("CONV#{key}"), "CONV").await
    }

    /// Somebody's ssh keys.
    pub async fn ssh_keys(&self, team: &str, user: &str) -> Result<SshKeys, PlatformError> {
        Ok(self
            .get(&format!("USER#{team}#{user}"), "KEYS")
            .await?
            .unwrap_or_default())
    }

    /// Somebody's usual cluster.
    pub async fn usual(&self, team: &str, user: &str) -> Result<Option<Usual>, PlatformError> {
        self.get(&format!("USER#{team}#{user}"), "USUAL").await
    }

    /// How often somebody has launched: whoever launches writes the next number, so that of two launches at once the
    /// second is decided anew, with the first in sight. Otherwise both could be the last one that the policy allows.
    pub async fn launches(&self, team: &str, user: &str) -> Result<u64, PlatformError> {
        let item = self
            .get_item(&format!("USER#{team}#{user}"), "LAUNCHES")
            .await?;
        let launches = item.and_then(|item| number(&item, "version"));
        Ok(launches
            .and_then(|launches| u64::try_from(launches).ok())
            .unwrap_or_default())
    }

    /// What was read of somebody since then.
    pub async fn person(
        &self,
        team: &str,
        user: &str,
        since: EpochSeconds,
    ) -> Result<Option<Person>, PlatformError> {
        let item = self
            .get_item(&format!("PERSON#{team}#{user}"), "PERSON")
            .await?;
        let fresh = item.filter(|item| number(item, "read_at").is_some_and(|read| read > since));
        fresh.map(from_item).transpose()
    }

    /// Remembers what Slack said of somebody.
    pub async fn put_person(
        &self,
        person: &Person,
        now: EpochSeconds,
    ) -> Result<(), PlatformError> {
        let mut item = to_item(person)?;
        key(
            &mut item,
            &format!("PERSON#{}#{}", person.team, person.user),
            "PERSON",
        );
        item.insert("read_at".to_owned(), n(now));
        item.insert("expires_at".to_owned(), n(now + TALK_KEPT_SECONDS));
        let call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        call.send()
            .await
            .map_err(PlatformError::service("PutItem PERSON"))?;
        Ok(())
    }

    /// Takes the lease of a job until `until`, unless somebody holds it.
    pub async fn take_lease(
        &self,
        job: &str,
        now: EpochSeconds,
        until: EpochSeconds,
    ) -> Result<bool, PlatformError> {
        let mut item = Item::new();
        key(&mut item, &format!("LEASE#{job}"), "LEASE");
        item.insert("lease_until".to_owned(), n(until));
        let call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR lease_until <= :now")
            .expression_attribute_values(":now", n(now));
        granted(call.send().await, "PutItem LEASE")
    }

    /// Gives a lease back before it runs out.
    pub async fn release_lease(&self, job: &str) -> Result<(), PlatformError> {
        let call = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keyed(&format!("LEASE#{job}"), "LEASE")));
        call.send()
            .await
            .map_err(PlatformError::service("DeleteItem LEASE"))?;
        Ok(())
    }

    fn update(&self, pk: &str, sk: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keyed(pk, sk)))
    }

    async fn get<T: DeserializeOwned>(
        &self,
        pk: &str,
        sk: &str,
    ) -> Result<Option<T>, PlatformError> {
        self.get_item(pk, sk).await?.map(from_item).transpose()
    }

    async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, PlatformError> {
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keyed(pk, sk)))
            .consistent_read(true);
        Ok(call
            .send()
            .await
            .map_err(PlatformError::service("GetItem"))?
            .item)
    }
}

fn keyed(pk: &str, sk: &str) -> Item {
    let mut item = Item::new();
    key(&mut item, pk, sk);
    item
}

fn key(item: &mut Item, pk: &str, sk: &str) {
    item.insert("pk".to_owned(), AttributeValue::S(pk.to_owned()));
    item.insert("sk".to_owned(), AttributeValue::S(sk.to_owned()));
}

fn n(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn to_item<T: Serialize>(value: &T) -> Result<Item, PlatformError> {
    serde_dynamo::to_item(value).map_err(PlatformError::unreadable("an item to write"))
}

fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, PlatformError> {
    serde_dynamo::from_item(item).map_err(PlatformError::unreadable("an item"))
}

/// Sends an update and reads the item that it leaves; none where its condition does not hold.
async fn updated<T: DeserializeOwned>(
    call: UpdateItemFluentBuilder,
    operation: &'static str,
) -> Result<Option<T>, PlatformError> {
    match call.return_values(ReturnValue::AllNew).send().await {
        Ok(answer) => from_item(answer.attributes.unwrap_or_default()).map(Some),
        Err(error) if is_refused(&error) => Ok(None),
        Err(error) => Err(PlatformError::service(operation)(error)),
    }
}

/// Whether a write was refused by its condition.
fn is_refused<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.as_service_error().and_then(|error| error.code())
        == Some("ConditionalCheckFailedException")
}

/// Turns the outcome of a conditional write into yes or no.
fn granted<T, E>(
    outcome: Result<T, SdkError<E>>,
    operation: &'static str,
) -> Result<bool, PlatformError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match outcome {
        Ok(_) => Ok(true),
        Err(error) if is_refused(&error) => Ok(false),
        Err(error) => Err(PlatformError::service(operation)(error)),
    }
}
