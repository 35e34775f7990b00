//! Everything that a deployment has in an account's region, whatever was remembered of it.

use aws_sdk_ec2::types::{Filter, Instance, Reservation, Tag};

use super::{Ec2, cloud_error, requests, unexpected, views};
use crate::{CloudError, FirewallId, Found, Inventory};

/// What one page holds, by EC2's limit.
const PAGE_ITEMS: i32 = 1_000;
/// Pages of one listing. An account with more machines of ours is a fault; concluding from half a listing would be another.
const PAGES_MAX: usize = 20;

impl Ec2 {
    /// Everything that carries this deployment's tag and a reservation's.
    pub async fn inventory(&self) -> Result<Inventory, CloudError> {
        Ok(Inventory {
            machines: self.all_machines().await?,
            firewalls: self.all_firewalls().await?,
        })
    }

    async fn all_machines(&self) -> Result<Vec<Found<crate::MachineView>>, CloudError> {
        const CALL: &str = "ec2:DescribeInstances";
        let mut pages = self
            .client
            .describe_instances()
            .set_filters(Some(self.ours()))
            .into_paginator()
            .page_size(PAGE_ITEMS)
            .send();
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let Some(page) = pages.next().await else {
                return Ok(found);
            };
            let page = page.map_err(|error| cloud_error(CALL, &error))?;
            let instances = page.reservations().iter().flat_map(Reservation::instances);
            found.extend(instances.filter_map(machine));
        }
        Err(unexpected(CALL, "too many pages"))
    }

    async fn all_firewalls(&self) -> Result<Vec<Found<FirewallId>>, CloudError> {
        const CALL: &str = "ec2:DescribeSecurityGroups";
        let mut pages = self
            .client
            .describe_security_groups()
            .set_filters(Some(self.ours()))
            .into_paginator()
            .page_size(PAGE_ITEMS)
            .send();
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let Some(page) = pages.next().await else {
                return Ok(found);
            };
            let page = page.map_err(|error| cloud_error(CALL, &error))?;
            for group in page.security_groups() {
                let id = group.group_id().map(|id| FirewallId(id.to_owned()));
                found.extend(id.map(|id| tagged(id, group.tags())));
            }
        }
        Err(unexpected(CALL, "too many pages"))
    }

    fn ours(&self) -> Vec<Filter> {
        let of_some_reservation = requests::filter("tag-key", requests::RESERVATION_TAG);
        vec![requests::of_stack(&self.stack), of_some_reservation]
    }
}

fn machine(instance: &Instance) -> Option<Found<crate::MachineView>> {
    Some(tagged(views::machine(instance)?, instance.tags()))
}

fn tagged<T>(what: T, tags: &[Tag]) -> Found<T> {
    let value = |key: &str| {
        let tag = tags.iter().find(|tag| tag.key() == Some(key));
        tag.and_then(Tag::value).unwrap_or_default().to_owned()
    };
    Found {
        what,
        reservation_id: value(requests::RESERVATION_TAG),
        handle: value(requests::NAME_TAG),
        owner: value(requests::OWNER_TAG),
        team: value(requests::TEAM_TAG),
    }
}
