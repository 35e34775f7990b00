//! The firewalls: one security group for each reservation and region in which it is tried.

use clouds::Cloud as _;
use domain::reservation::Reservation;
use domain::workflow::Step;

use super::tries::Tries;
use super::unless_nothing_was_made;
use crate::{Deps, StepError};

/// Makes the first one. Undone by [`delete`].
pub(crate) async fn create(deps: &Deps, id: &str) -> Result<(), StepError> {
    let mut tries = Tries::default();
    Box::pin(tries.first_firewall(deps, id)).await?;
    deps.change(id, |reservation, now| {
        let step = Step::CreateSecurityGroup;
        if reservation.steps.iter().any(|done| done.step == step) {
            return Ok(None);
        }
        reservation.record(step, now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// Removes them, and any other that carries the reservation's tag.
pub(crate) async fn delete(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    unless_nothing_was_made(&reservation, delete_all(deps, &reservation).await)
}

async fn delete_all(deps: &Deps, reservation: &Reservation) -> Result<(), StepError> {
    let mut failure = Ok(());
    for region in reservation.regions() {
        if let Err(error) = delete_in(deps, reservation, region).await {
            failure = Err(error);
        }
    }
    failure
}

async fn delete_in(deps: &Deps, reservation: &Reservation, region: &str) -> Result<(), StepError> {
    let cloud = deps.cloud_in(reservation, region).await?;
    for firewall in cloud.find_firewalls(&reservation.id).await? {
        cloud.delete_firewall(&firewall).await?;
    }
    Ok(())
}
