//! Writes that happen together or not at all.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use domain::access::audit::Entry;
use domain::access::credential::{Credential, Scope};
use domain::access::policy::Policy;
use domain::act::Conversation;
use domain::effect::Effect;
use domain::event::Event;
use domain::quote::Quote;
use domain::reservation::Reservation;
use domain::ssh::SshKeys;
use domain::sweep::{Orphan, Report};
use domain::time::EpochSeconds;
use domain::usual::Usual;
use serde::Serialize;

use super::access::{audit_key, months_before};
use super::outbox::OutboxItem;
use super::{
    CLAIM_KEPT_SECONDS, DUE_SHARD, Item, Store, TALK_KEPT_SECONDS, key, keyed, n, to_item,
};
use crate::PlatformError;

/// A set of writes. The effects among them come back from [`Transaction::commit`], to be carried out.
#[derive(Debug)]
#[must_use]
pub struct Transaction<'a> {
    store: &'a Store,
    writes: Vec<(&'static str, TransactWriteItem)>,
    outbox: Vec<OutboxItem>,
    failure: Option<PlatformError>,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self {
            store,
            writes: Vec::new(),
            outbox: Vec::new(),
            failure: None,
        }
    }

    /// A new reservation, with its handle and its place among its owner's, who had launched `launches_before` times.
    pub fn create(self, reservation: &Reservation, launches_before: u64) -> Self {
        let Reservation {
            id,
            team,
            owner,
            handle,
            ..
        } = reservation;
        let mut taken = Item::new();
        taken.insert("reservation_id".to_owned(), AttributeValue::S(id.clone()));
        key(&mut taken, &format!("HANDLE#{team}#{handle}"), "HANDLE");
        let mut owned = Item::new();
        key(
            &mut owned,
            &format!("USER#{team}#{owner}"),
            &format!("RES#{id}"),
        );
        let mut launches = Item::new();
        key(&mut launches, &format!("USER#{team}#{owner}"), "LAUNCHES");
        launches.insert(
            "version".to_owned(),
            AttributeValue::N((launches_before + 1).to_string()),
        );
        self.put(
            "reservation",
            reservation,
            &format!("RES#{id}"),
            "RES",
            Extra::due(reservation),
            Some(Condition::Absent),
        )
        .put_item("handle", taken, Some(Condition::Absent))
        .put_item("user's reservation", owned, None)
        .put_item(
            "launches",
            launches,
            Some(Condition::since(launches_before)),
        )
        .charged(reservation)
    }

    /// The reservation's place among those that run on its credential, which must still take new ones. The credential's
    /// version goes up, so that whoever is about to forget it because nothing runs on it finds that it has changed.
    fn charged(self, reservation: &Reservation) -> Self {
        let Some(credential) = &reservation.payer.credential_id else {
            return self;
        };
        let pk = format!("CRED#{credential}");
        let mut paid = Item::new();
        key(&mut paid, &pk, &format!("RES#{}", reservation.id));
        self.takes_reservations(&pk)
            .put_item("credential's reservation", paid, None)
    }

    /// A changed reservation, if nobody else has changed it since `version_before`. One that is over leaves its place
    /// among its owner's, so that however many there were, those that run are found.
    pub fn update(self, reservation: &Reservation, version_before: u64) -> Self {
        let Reservation {
            id,
            team,
            owner,
            state,
            ..
        } = reservation;
        let condition = Some(Condition::Version(version_before));
        let extra = Extra::due(reservation);
        let this = self.put(
            "reservation",
            reservation,
            &format!("RES#{id}"),
            "RES",
            extra,
            condition,
        );
        if state.is_over() {
            let this = reservation
                .shares
                .iter()
                .fold(this, |this, share| this.forget_share(team, &share.user, id));
            let this = this.delete(
                "user's reservation",
                &format!("USER#{team}#{owner}"),
                &format!("RES#{id}"),
                None,
            );
            match &reservation.payer.credential_id {
                Some(credential) => this.delete(
                    "credential's reservation",
                    &format!("CRED#{credential}"),
                    &format!("RES#{id}"),
                    None,
                ),
                None => this,
            }
        } else if reservation.end.is_some() {
            // It gains no share any more, and many end in one transaction, which holds a hundred items.
            this
        } else {
            reservation.shares.iter().fold(this, |this, share| {
                let mut shared = Item::new();
                let pk = format!("USER#{team}#{}", share.user);
                key(&mut shared, &pk, &format!("SHARE#{id}"));
                this.put_item("shared reservation", shared, None)
            })
        }
    }

    /// A reservation is no longer among those shared with somebody.
    pub fn forget_share(self, team: &str, user: &str, reservation_id: &str) -> Self {
        self.delete(
            "shared reservation",
            &format!("USER#{team}#{user}"),
            &format!("SHARE#{reservation_id}"),
            None,
        )
    }

    /// A quote.
    pub fn quote(self, quote: &Quote) -> Self {
        let extra = Extra {
            expires_at: Some(quote.quoted_epoch_seconds + TALK_KEPT_SECONDS),
            due_at: None,
        };
        self.put(
            "quote",
            quote,
            &format!("QUOTE#{}", quote.id),
            "QUOTE",
            extra,
            None,
        )
    }

    /// The conversation as it now stands, if nobody else has written it since `version_before` (0: there was none).
    pub fn conversation(
        self,
        name: &str,
        conversation: &Conversation,
        version_before: u64,
    ) -> Self {
        let condition = Condition::since(version_before);
        let extra = Extra {
            expires_at: Some(conversation.touched_epoch_seconds + TALK_KEPT_SECONDS),
            due_at: None,
        };
        self.put(
            "conversation",
            conversation,
            &format!("CONV#{name}"),
            "CONV",
            extra,
            Some(condition),
        )
    }

    /// Somebody's ssh keys, if nobody else has written them since.
    pub fn ssh_keys(self, team: &str, user: &str, keys: &SshKeys) -> Self {
        let condition = Condition::since(keys.version);
        let keys = SshKeys {
            version: keys.version + 1,
            ..keys.clone()
        };
        self.put(
            "ssh keys",
            &keys,
            &format!("USER#{team}#{user}"),
            "KEYS",
            Extra::default(),
            Some(condition),
        )
    }

    /// Somebody's usual cluster, if nobody else has written it since.
    pub fn usual(self, team: &str, user: &str, usual: &Usual) -> Self {
        let after = Usual {
            version: usual.version + 1,
            ..usual.clone()
        };
        self.put(
            "usual cluster",
            &after,
            &format!("USER#{team}#{user}"),
            "USUAL",
            Extra::default(),
            Some(Condition::since(usual.version)),
        )
    }

    /// A new or changed credential, if nobody else has written it since; a new one with its place among its owner's.
    pub fn credential(self, credential: &Credential) -> Self {
        let (id, version) = (&credential.id, credential.version);
        let after = Credential {
            version: version + 1,
            ..credential.clone()
        };
        let (pk, condition) = (format!("CRED#{id}"), Condition::since(version));
        let this = self.put(
            "credential",
            &after,
            &pk,
            "CRED",
            Extra::default(),
            Some(condition),
        );
        // Each time, for those that were written before there was such a list.
        let mut listed = Item::new();
        key(
            &mut listed,
            &format!("TEAM#{}", credential.team),
            &format!("KEY#{id}"),
        );
        let this = this.put_item("workspace's credential", listed, None);
        if version > 0 {
            return this;
        }
        let mut owned = Item::new();
        key(&mut owned, &owner_key(credential), &format!("CRED#{id}"));
        this.put_item("owner's credential", owned, None)
    }

    /// A credential that is forgotten, if nobody else has written it since.
    pub fn forget_credential(self, credential: &Credential) -> Self {
        let (id, owner) = (&credential.id, owner_key(credential));
        self.delete(
            "credential",
            &format!("CRED#{id}"),
            "CRED",
            Some(credential.version),
        )
        .delete("owner's credential", &owner, &format!("CRED#{id}"), None)
        .delete(
            "workspace's credential",
            &format!("TEAM#{}", credential.team),
            &format!("KEY#{id}"),
            None,
        )
    }

    /// What no reservation stands for, if nobody else has written it since.
    pub(super) fn orphan(self, orphan: &Orphan, pk: &str) -> Self {
        let after = Orphan {
            version: orphan.version + 1,
            ..orphan.clone()
        };
        let condition = Some(Condition::since(orphan.version));
        self.put(
            "orphan",
            &after,
            pk,
            &orphan.id,
            Extra::default(),
            condition,
        )
    }

    /// It is gone, or a reservation stands for it: if nobody else has written it since.
    pub(super) fn forget_orphan(self, orphan: &Orphan, pk: &str) -> Self {
        self.delete("orphan", pk, &orphan.id, Some(orphan.version))
    }

    /// A sweep that somebody asked for.
    pub fn sweep_asked(self, sweep_id: &str, user: &str, now: EpochSeconds) -> Self {
        let mut item = Item::new();
        key(&mut item, &format!("SWEEP#{sweep_id}"), "SWEEP");
        item.insert("user".to_owned(), AttributeValue::S(user.to_owned()));
        item.insert("expires_at".to_owned(), n(now + TALK_KEPT_SECONDS));
        self.put_item("sweep", item, None)
    }

    /// The last sweep, and whoever asked for it waits no more.
    pub fn sweep_over(self, team: &str, sweep_id: &str, report: &Report) -> Self {
        self.put(
            "last sweep",
            report,
            &format!("TEAM#{team}"),
            "SWEEP",
            Extra::default(),
            None,
        )
        .delete("sweep", &format!("SWEEP#{sweep_id}"), "SWEEP", None)
    }

    /// The policy, if nobody else has written it since.
    pub fn policy(self, team: &str, policy: &Policy) -> Self {
        let after = Policy {
            version: policy.version + 1,
            ..policy.clone()
        };
        let condition = Some(Condition::since(policy.version));
        self.put(
            "policy",
            &after,
            &format!("TEAM#{team}"),
            "POLICY",
            Extra::default(),
            condition,
        )
    }

    /// An entry of the audit log: added, never changed. `id` is a ULID, so that entries lie in the order of their time.
    pub fn audit(self, team: &str, id: &str, entry: &Entry) -> Self {
        let month = months_before(entry.at_epoch_seconds).next();
        self.put(
            "audit entry",
            entry,
            &audit_key(team, &month.unwrap_or_default()),
            id,
            Extra::default(),
            Some(Condition::Absent),
        )
    }

    /// The delivery of that claim is dealt with; `outcome` is what a repetition is answered.
    pub fn claim_done(self, name: &str, outcome: &str, now: EpochSeconds) -> Self {
        let mut item = Item::new();
        key(&mut item, &format!("CLAIM#{name}"), "CLAIM");
        item.insert("outcome".to_owned(), AttributeValue::S(outcome.to_owned()));
        item.insert("expires_at".to_owned(), n(now + CLAIM_KEPT_SECONDS));
        self.put_item("claim", item, Some(Condition::NoOutcome))
    }

    /// Something to carry out after the commit.
    pub fn effect(mut self, id: String, effect: Effect, now: EpochSeconds) -> Self {
        let item = OutboxItem::new(id, effect, now);
        let (pk, due) = (format!("OUTBOX#{}", item.id), item.due_epoch_seconds);
        self.outbox.push(item.clone());
        self.put(
            "outbox",
            &item,
            &pk,
            "OUTBOX",
            Extra {
                expires_at: None,
                due_at: Some(due),
            },
            None,
        )
    }

    /// What a change of a reservation sets in motion: the news of it, and further effects.
    pub fn effects_of(
        mut self,
        reservation: &Reservation,
        effects: Vec<Effect>,
        now: EpochSeconds,
    ) -> Self {
        let Reservation { id, version, .. } = reservation;
        let news = Effect::Publish {
            event: Event::ReservationChanged {
                reservation_id: id.clone(),
            },
        };
        for (number, effect) in std::iter::once(news).chain(effects).enumerate() {
            self = self.effect(format!("{id}-v{version}-{number}"), effect, now);
        }
        self
    }

    /// Writes everything, or nothing and says what stood in the way.
    pub async fn commit(self) -> Result<Vec<OutboxItem>, PlatformError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let (labels, writes): (Vec<_>, Vec<_>) = self.writes.into_iter().unzip();
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        match self
            .store
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .send()
            .await
        {
            Ok(_) => Ok(self.outbox),
            Err(error) => Err(conflict(&error, &labels)
                .unwrap_or_else(|| PlatformError::service("TransactWriteItems")(error))),
        }
    }

    fn put<T: Serialize>(
        mut self,
        label: &'static str,
        value: &T,
        pk: &str,
        sk: &str,
        extra: Extra,
        condition: Option<Condition>,
    ) -> Self {
        match to_item(value) {
            Ok(mut item) => {
                key(&mut item, pk, sk);
                extra.add_to(&mut item);
                self.put_item(label, item, condition)
            }
            Err(error) => {
                self.failure = Some(error);
                self
            }
        }
    }

    /// Marks a credential as used by one more, if it is there and not about to go.
    fn takes_reservations(mut self, pk: &str) -> Self {
        let update = Update::builder()
            .table_name(&self.store.table)
            .set_key(Some(keyed(pk, "CRED")))
            .update_expression("SET version = version + :one")
            .condition_expression("attribute_exists(pk) AND is_retiring = :no")
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":no", AttributeValue::Bool(false));
        match update.build() {
            Ok(update) => self.writes.push((
                "credential",
                TransactWriteItem::builder().update(update).build(),
            )),
            Err(error) => self.failure = Some(PlatformError::service("TransactWriteItems")(error)),
        }
        self
    }

    /// Deletes an item; with a version, only if nobody else has written it since.
    fn delete(mut self, label: &'static str, pk: &str, sk: &str, version: Option<u64>) -> Self {
        let mut delete = Delete::builder()
            .table_name(&self.store.table)
            .set_key(Some(keyed(pk, sk)));
        if let Some(version) = version {
            delete = delete
                .condition_expression("version = :version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string()));
        }
        match delete.build() {
            Ok(delete) => self
                .writes
                .push((label, TransactWriteItem::builder().delete(delete).build())),
            Err(error) => self.failure = Some(PlatformError::service("TransactWriteItems")(error)),
        }
        self
    }

    fn put_item(mut self, label: &'static str, item: Item, condition: Option<Condition>) -> Self {
        let put = Put::builder()
            .table_name(&self.store.table)
            .set_item(Some(item));
        let put = match condition {
            None => put,
            Some(Condition::Absent) => put.condition_expression("attribute_not_exists(pk)"),
            Some(Condition::NoOutcome) => put.condition_expression("attribute_not_exists(outcome)"),
            Some(Condition::Version(version)) => put
                .condition_expression("version = :version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string())),
        };
        match put.build() {
            Ok(put) => self
                .writes
                .push((label, TransactWriteItem::builder().put(put).build())),
            Err(error) => self.failure = Some(PlatformError::service("TransactWriteItems")(error)),
        }
        self
    }
}

#[derive(Debug, Clone, Copy)]
enum Condition {
    Absent,
    NoOutcome,
    Version(u64),
}

impl Condition {
    /// Nobody has written the item since that version; 0: there was none.
    fn since(version: u64) -> Self {
        if version == 0 {
            Self::Absent
        } else {
            Self::Version(version)
        }
    }
}

/// The partition in which a credential is found by whoever may use it.
fn owner_key(credential: &Credential) -> String {
    let team = &credential.team;
    match &credential.scope {
        Scope::User(user) => format!("USER#{team}#{user}"),
        Scope::Organisation => format!("TEAM#{team}"),
    }
}

/// Attributes beside an item's own.
#[derive(Debug, Clone, Copy, Default)]
struct Extra {
    expires_at: Option<EpochSeconds>,
    due_at: Option<EpochSeconds>,
}

impl Extra {
    fn due(reservation: &Reservation) -> Self {
        Self {
            expires_at: None,
            due_at: reservation.next_due_epoch_seconds(),
        }
    }

    fn add_to(self, item: &mut Item) {
        if let Some(expires_at) = self.expires_at {
            item.insert("expires_at".to_owned(), n(expires_at));
        }
        if let Some(due_at) = self.due_at {
            item.insert(
                "due_shard".to_owned(),
                AttributeValue::S(DUE_SHARD.to_owned()),
            );
            item.insert("due_at".to_owned(), n(due_at));
        }
    }
}

/// The write whose condition failed, or that collided with another transaction.
fn conflict(
    error: &aws_sdk_dynamodb::error::SdkError<
        aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError,
    >,
    labels: &[&'static str],
) -> Option<PlatformError> {
    use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError as E;
    let E::TransactionCanceledException(cancelled) = error.as_service_error()? else {
        return None;
    };
    let reasons = cancelled.cancellation_reasons();
    let failed = reasons.iter().position(|reason| {
        matches!(
            reason.code(),
            Some("ConditionalCheckFailed" | "TransactionConflict")
        )
    })?;
    Some(PlatformError::Conflict(
        labels.get(failed).copied().unwrap_or("an item"),
    ))
}
