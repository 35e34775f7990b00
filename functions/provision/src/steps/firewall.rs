//! The firewall: one security group for each reservation.

use clouds::{Cloud as _, FirewallSpec};
use domain::reservation::Firewall;
use domain::workflow::Step;

use super::wanted;
use crate::deps::tags;
use crate::{Deps, StepError};

/// Makes it. Undone by [`delete`], which finds it by its tag even if it was never recorded.
pub(crate) async fn create(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = wanted(deps, id).await?;
    let spec = FirewallSpec {
        placement: deps.placement(&reservation),
        access_cidrs: deps.access_cidrs.clone(),
        tags: tags(&reservation),
    };
    let region = &reservation.offer().region;
    let cloud = deps.cloud_in(&reservation, region).await?;
    let firewall = cloud.ensure_firewall(&spec).await?;
    deps.change(id, |reservation, now| {
        if reservation.firewall_in(region).is_some() {
            return Ok(None);
        }
        reservation.firewalls.push(Firewall {
            region: region.clone(),
            id: firewall.0.clone(),
        });
        reservation.record(Step::CreateSecurityGroup, now);
        Ok(Some(Vec::new()))
    })
    .await?;
    Ok(())
}

/// Removes it, and any other that carries the reservation's tag.
pub(crate) async fn delete(deps: &Deps, id: &str) -> Result<(), StepError> {
    let reservation = deps.reservation(id).await?;
    for region in reservation.regions() {
        let cloud = deps.cloud_in(&reservation, region).await?;
        for firewall in cloud.find_firewalls(id).await? {
            cloud.delete_firewall(&firewall).await?;
        }
    }
    Ok(())
}
