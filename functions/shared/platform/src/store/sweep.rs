//! What the sweep reads and remembers.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::credential::Credential;
use domain::effect::Effect;
use domain::reservation::Reservation;
use domain::sweep::{Orphan, Report, Site};
use domain::time::EpochSeconds;

use super::{DUE_INDEX, DUE_SHARD, Item, OutboxItem, Store, from_item};
use crate::PlatformError;

/// Pages of one listing: a megabyte each, which are hundreds of reservations. A listing that does not end is a fault.
const PAGES_MAX: usize = 100;

impl Store {
    /// Every reservation that is not over, for each has a moment at which it is looked at again. The index is a moment
    /// behind the table: whoever acts on a reservation reads it anew.
    pub async fn reservations_not_over(&self) -> Result<Vec<Reservation>, PlatformError> {
        let call = || {
            self.client
                .query()
                .table_name(&self.table)
                .index_name(DUE_INDEX)
                .key_condition_expression("due_shard = :shard")
                .filter_expression("sk = :reservation")
                .expression_attribute_values(":shard", AttributeValue::S(DUE_SHARD.to_owned()))
                .expression_attribute_values(":reservation", AttributeValue::S("RES".to_owned()))
        };
        let mut found = Vec::new();
        let mut start: Option<Item> = None;
        for _ in 0..PAGES_MAX {
            let answer = call().set_exclusive_start_key(start).send().await;
            let answer = answer.map_err(PlatformError::service("Query due"))?;
            for item in answer.items.unwrap_or_default() {
                match from_item(item) {
                    Ok(reservation) => found.push(reservation),
                    Err(error) => tracing::error!(%error, "a reservation cannot be read"),
                }
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
        tracing::error!("there are more reservations than {PAGES_MAX} pages hold");
        Ok(found)
    }

    /// Every credential of the workspace.
    pub async fn credentials_of_team(&self, team: &str) -> Result<Vec<Credential>, PlatformError> {
        let mut found = Vec::new();
        for id in self.names(&format!("TEAM#{team}"), "KEY#").await? {
            found.extend(self.credential(&id).await?);
        }
        Ok(found)
    }

    /// What earlier sweeps found at a site and is not known to be gone.
    pub async fn orphans(&self, site: &Site) -> Result<Vec<Orphan>, PlatformError> {
        let pk = orphan_key(site);
        let mut found = Vec::new();
        for id in self.names(&pk, "").await? {
            found.extend(self.get(&pk, &id).await?);
        }
        Ok(found)
    }

    /// The orphan as it stands now.
    pub async fn orphan(&self, orphan: &Orphan) -> Result<Option<Orphan>, PlatformError> {
        self.get(&orphan_key(&orphan.site), &orphan.id).await
    }

    /// Remembers an orphan as it is now, unless somebody else was quicker, with what that sets in motion.
    pub async fn remember_orphan(
        &self,
        orphan: &Orphan,
        effects: Vec<(String, Effect)>,
        now: EpochSeconds,
    ) -> Result<Option<Vec<OutboxItem>>, PlatformError> {
        let transaction = self.transaction().orphan(orphan, &orphan_key(&orphan.site));
        let with_effects = effects.into_iter().fold(transaction, |this, (id, effect)| {
            this.effect(id, effect, now)
        });
        unless_late(with_effects.commit().await)
    }

    /// Forgets one, unless somebody else was quicker, with what that sets in motion.
    pub async fn forget_orphan(
        &self,
        orphan: &Orphan,
        effects: Vec<(String, Effect)>,
        now: EpochSeconds,
    ) -> Result<Option<Vec<OutboxItem>>, PlatformError> {
        let transaction = self
            .transaction()
            .forget_orphan(orphan, &orphan_key(&orphan.site));
        let with_effects = effects.into_iter().fold(transaction, |this, (id, effect)| {
            this.effect(id, effect, now)
        });
        unless_late(with_effects.commit().await)
    }

    /// Who asked for a sweep and waits for its answer.
    pub async fn sweep_asker(&self, sweep_id: &str) -> Result<Option<String>, PlatformError> {
        let item = self.get_item(&format!("SWEEP#{sweep_id}"), "SWEEP").await?;
        Ok(item.and_then(|item| item.get("user")?.as_s().ok().cloned()))
    }

    /// What the last sweep found.
    pub async fn last_sweep(&self, team: &str) -> Result<Option<Report>, PlatformError> {
        self.get(&format!("TEAM#{team}"), "SWEEP").await
    }

    /// Every name below `pk` that begins with `prefix`, without it.
    async fn names(&self, pk: &str, prefix: &str) -> Result<Vec<String>, PlatformError> {
        let call = || {
            let call = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()));
            if prefix.is_empty() {
                return call.key_condition_expression("pk = :pk");
            }
            call.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
        };
        let mut found = Vec::new();
        let mut start: Option<Item> = None;
        for _ in 0..PAGES_MAX {
            let answer = call().set_exclusive_start_key(start).send().await;
            let answer = answer.map_err(PlatformError::service("Query names"))?;
            let items = answer.items.unwrap_or_default();
            let names = items
                .iter()
                .filter_map(|item| item.get("sk")?.as_s().ok()?.strip_prefix(prefix));
            found.extend(names.map(str::to_owned));
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
        tracing::error!("there are more names below {pk} than {PAGES_MAX} pages hold");
        Ok(found)
    }
}

fn orphan_key(site: &Site) -> String {
    format!("ORPHAN#{}", site.key())
}

/// Nothing where another sweep at the same time has done it.
fn unless_late(
    outcome: Result<Vec<OutboxItem>, PlatformError>,
) -> Result<Option<Vec<OutboxItem>>, PlatformError> {
    match outcome {
        Ok(outbox) => Ok(Some(outbox)),
        Err(PlatformError::Conflict(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
