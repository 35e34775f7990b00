//! Everything that a deployment has in an account's region, whatever was remembered of it.

use std::error::Error;

use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::types::{Filter, Instance, Reservation, SecurityGroup, Tag};

use super::{Ec2, cloud_error, requests, unexpected, views};
use crate::{CloudError, FirewallId, Found, Inventory, MachineView};

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

    async fn all_machines(&self) -> Result<Vec<Found<MachineView>>, CloudError> {
        let call = self.client.describe_instances();
        let call = call.set_filters(Some(self.ours())).into_paginator();
        let mut pages = call.page_size(PAGE_ITEMS).send();
        let next = async || pages.next().await;
        gathered("ec2:DescribeInstances", next, |page| {
            let instances = page.reservations().iter().flat_map(Reservation::instances);
            instances.filter_map(machine).collect()
        })
        .await
    }

    async fn all_firewalls(&self) -> Result<Vec<Found<FirewallId>>, CloudError> {
        let call = self.client.describe_security_groups();
        let call = call.set_filters(Some(self.ours())).into_paginator();
        let mut pages = call.page_size(PAGE_ITEMS).send();
        let next = async || pages.next().await;
        gathered("ec2:DescribeSecurityGroups", next, |page| {
            let groups = page.security_groups().iter();
            groups.filter_map(firewall).collect()
        })
        .await
    }

    fn ours(&self) -> Vec<Filter> {
        let of_some_reservation = requests::filter("tag-key", requests::RESERVATION_TAG);
        vec![requests::of_stack(&self.stack), of_some_reservation]
    }
}

/// What all pages of a listing hold: from a part of it nothing may be concluded.
async fn gathered<P, E, T>(
    call: &'static str,
    mut next: impl AsyncFnMut() -> Option<Result<P, SdkError<E, HttpResponse>>>,
    found: impl Fn(&P) -> Vec<T>,
) -> Result<Vec<T>, CloudError>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut all = Vec::new();
    for _ in 0..PAGES_MAX {
        let Some(page) = next().await else {
            return Ok(all);
        };
        all.extend(found(&page.map_err(|error| cloud_error(call, &error))?));
    }
    Err(unexpected(call, "too many pages"))
}

fn machine(instance: &Instance) -> Option<Found<MachineView>> {
    Some(tagged(views::machine(instance)?, instance.tags()))
}

fn firewall(group: &SecurityGroup) -> Option<Found<FirewallId>> {
    let id = FirewallId(group.group_id()?.to_owned());
    Some(tagged(id, group.tags()))
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
