//! Reservations.

use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::effect::Effect;
use domain::reservation::Reservation;
use domain::time::EpochSeconds;

use super::outbox::OutboxItem;
use super::{Store, from_item, keyed};
use crate::PlatformError;

/// Rounds of asking for what a batch read left out.
const BATCH_ROUNDS_MAX: usize = 5;
/// A change that keeps colliding with others is given up after so many tries.
const CHANGE_TRIES_MAX: usize = 8;

impl Store {
    /// A reservation.
    pub async fn reservation(&self, id: &str) -> Result<Option<Reservation>, PlatformError> {
        self.get(&format!("RES#{id}"), "RES").await
    }

    /// The reservation of that handle in the workspace.
    pub async fn reservation_by_handle(
        &self,
        team: &str,
        handle: &str,
    ) -> Result<Option<Reservation>, PlatformError> {
        let taken = self
            .get_item(&format!("HANDLE#{team}#{handle}"), "HANDLE")
            .await?;
        let id = taken.and_then(|item| item.get("reservation_id")?.as_s().ok().cloned());
        match id {
            Some(id) => self.reservation(&id).await,
            None => Ok(None),
        }
    }

    /// Somebody's reservations that are not over, newest first.
    pub async fn reservations_of(
        &self,
        team: &str,
        user: &str,
    ) -> Result<Vec<Reservation>, PlatformError> {
        let ids = self
            .names_below(&format!("USER#{team}#{user}"), "RES#")
            .await?;
        self.running(&ids).await
    }

    /// Reservations of others that are shared with somebody and not over, newest first.
    pub async fn reservations_shared_with(
        &self,
        team: &str,
        user: &str,
    ) -> Result<Vec<Reservation>, PlatformError> {
        let ids = self
            .names_below(&format!("USER#{team}#{user}"), "SHARE#")
            .await?;
        let mut shared = self.running(&ids).await?;
        shared.retain(|reservation| reservation.shares.iter().any(|share| share.user == user));
        Ok(shared)
    }

    /// Those of the reservations that are not over, newest first.
    async fn running(&self, ids: &[String]) -> Result<Vec<Reservation>, PlatformError> {
        let keys: Vec<_> = ids
            .iter()
            .map(|id| keyed(&format!("RES#{id}"), "RES"))
            .collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut found: Vec<Reservation> = Vec::new();
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true);
        let request = request
            .build()
            .map_err(PlatformError::service("BatchGetItem RES"))?;
        let mut wanted = Some([(self.table.clone(), request)].into());
        for _ in 0..BATCH_ROUNDS_MAX {
            let Some(request) = wanted.take() else { break };
            let answer = self
                .client
                .batch_get_item()
                .set_request_items(Some(request))
                .send()
                .await;
            let answer = answer.map_err(PlatformError::service("BatchGetItem RES"))?;
            for item in answer.responses.unwrap_or_default().into_values().flatten() {
                found.push(from_item(item)?);
            }
            wanted = answer.unprocessed_keys.filter(|keys| !keys.is_empty());
        }
        found.retain(|reservation| !reservation.state.is_over());
        found.sort_by(|a, b| b.id.cmp(&a.id));
        Ok(found)
    }

    /// Changes a reservation and tells the bus, in one transaction; anew from a fresh reading when somebody else was
    /// quicker. `change` says nothing to leave it as it is, or the further effects of the change.
    ///
    /// Returns the reservation as it now stands and what is to be carried out.
    pub async fn change<E, F>(
        &self,
        id: &str,
        now: EpochSeconds,
        change: F,
    ) -> Result<(Reservation, Vec<OutboxItem>), E>
    where
        E: From<PlatformError>,
        F: Fn(&mut Reservation) -> Result<Option<Vec<Effect>>, E>,
    {
        for _ in 0..CHANGE_TRIES_MAX {
            let read = self.reservation(id).await?;
            let before = read.ok_or(PlatformError::Unreadable {
                what: "a reservation",
                cause: format!("{id} does not exist"),
            })?;
            let mut after = before.clone();
            let Some(effects) = change(&mut after)? else {
                return Ok((before, Vec::new()));
            };
            after.version = before.version + 1;
            let transaction = self
                .transaction()
                .update(&after, before.version)
                .effects_of(&after, effects, now);
            match transaction.commit().await {
                Ok(outbox) => return Ok((after, outbox)),
                Err(PlatformError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(PlatformError::Conflict("reservation").into())
    }
}
