//! The standing messages about a reservation.

use domain::beacon;
use domain::identity::PlaceKind;
use domain::messages::{CardKind, Message, card, cards, shows_notebook, with_notebook};
use domain::reservation::Reservation;
use domain::time::EpochSeconds;
use platform::PlatformError;
use platform::secrets::Secret;
use platform::slack::Posted;
use platform::store::MessageRecord;
use sha2::{Digest, Sha256};

use crate::{Deps, answer};

/// While a message is written the reservation may change again and again; beyond this the next event goes on.
const ROUNDS_MAX: usize = 10;

/// Brings every message about a reservation to its newest version, and sends those that are missing.
pub(crate) async fn bring_up_to_date(
    deps: &Deps,
    reservation_id: &str,
    now: EpochSeconds,
) -> Result<(), PlatformError> {
    let token = deps.token().await?;
    let Some(reservation) = deps.store.reservation(reservation_id).await? else {
        tracing::error!(
            reservation.id = reservation_id,
            "news of a reservation that does not exist"
        );
        return Ok(());
    };
    for kind in cards(&reservation) {
        write(deps, &token, reservation_id, kind, now).await?;
    }
    Ok(())
}

/// Writes one message. Whoever holds the lease goes on until the message shows the newest version, and looks once
/// more after giving the lease back; so whoever finds it taken may leave the work to the holder.
async fn write(
    deps: &Deps,
    token: &Secret,
    reservation_id: &str,
    kind: CardKind,
    now: EpochSeconds,
) -> Result<(), PlatformError> {
    let key = kind.key();
    for _ in 0..ROUNDS_MAX {
        let Some(mut record) = deps.store.take_message(reservation_id, &key, now).await? else {
            return Ok(());
        };
        let outcome = catch_up(deps, token, reservation_id, kind, &mut record).await;
        deps.store.release_message(reservation_id, &key).await?;
        outcome?;
        let newest = deps.store.reservation(reservation_id).await?;
        if newest.is_none_or(|newest| newest.version <= record.rendered_version) {
            return Ok(());
        }
    }
    Ok(())
}

async fn catch_up(
    deps: &Deps,
    token: &Secret,
    reservation_id: &str,
    kind: CardKind,
    record: &mut MessageRecord,
) -> Result<(), PlatformError> {
    for _ in 0..ROUNDS_MAX {
        let Some(reservation) = deps.store.reservation(reservation_id).await? else {
            return Ok(());
        };
        if reservation.version <= record.rendered_version {
            return Ok(());
        }
        let mut message = card(kind, &reservation);
        if shows_notebook(kind, &reservation) {
            let master = deps.notebook_master().await?;
            let token = beacon::notebook_token(master.expose(), reservation_id);
            message = with_notebook(message, kind, &reservation, &token);
        }
        let digest = hex::encode(Sha256::digest(
            serde_json::to_vec(&message).unwrap_or_default(),
        ));
        if record.ts.is_empty() {
            if let Some(posted) = post(deps, token, kind, &reservation, &message).await? {
                (record.channel, record.ts) = (posted.channel, posted.ts);
            }
        } else if digest != record.rendered_digest {
            update(deps, token, record, &message).await?;
        }
        record.rendered_version = reservation.version;
        record.rendered_digest = digest;
        deps.store
            .message_written(reservation_id, &kind.key(), record)
            .await?;
    }
    Ok(())
}

async fn post(
    deps: &Deps,
    token: &Secret,
    kind: CardKind,
    reservation: &Reservation,
    message: &Message,
) -> Result<Option<Posted>, PlatformError> {
    let place = &reservation.place;
    if kind.is_for_owner() || place.kind == PlaceKind::Private {
        return answer::direct(deps, token, &reservation.owner, message).await;
    }
    match deps
        .slack
        .post(token, &place.channel, place.thread_ts.as_deref(), message)
        .await
    {
        Err(PlatformError::Slack { error, .. }) if answer::is_unreachable(&error) => {
            answer::direct(deps, token, &reservation.owner, message).await
        }
        outcome => outcome.map(Some),
    }
}

/// A message that was deleted in Slack stays deleted.
async fn update(
    deps: &Deps,
    token: &Secret,
    record: &MessageRecord,
    message: &Message,
) -> Result<(), PlatformError> {
    match deps
        .slack
        .update(token, &record.channel, &record.ts, message)
        .await
    {
        Err(PlatformError::Slack { error, .. }) if error == "message_not_found" => Ok(()),
        outcome => outcome,
    }
}
