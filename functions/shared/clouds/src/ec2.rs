//! EC2: one account, one region.

mod access;
mod failures;
mod images;
mod inventory;
mod prices;
mod requests;
mod verify;
mod views;

use async_trait::async_trait;
use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_sdk_ec2::types::SecurityGroup;

use crate::{
    Architecture, Cloud, CloudError, ErrorKind, FirewallId, FirewallSpec, Image, LaunchSpec,
    LaunchedMachine, MachineId, MachineView, Subnet, Termination,
};

pub use aws_config::SdkConfig;

pub use access::{AwsAccess, RoleAccess, own_config};
use failures::{cloud_error, unexpected};
pub use prices::TypeDescription;
pub use verify::{Check, verify};

/// A reservation holds a handful of machines; a listing that does not end is a fault, not a bigger reservation.
const PAGE_LIMIT: usize = 20;

/// An account's EC2 in one region, as the bearer of given credentials may use it.
#[derive(Debug, Clone)]
pub struct Ec2 {
    client: aws_sdk_ec2::Client,
    parameters: aws_sdk_ssm::Client,
    stack: String,
}

impl Ec2 {
    /// With that access; a role's credentials are renewed by the SDK before they expire.
    ///
    /// `own` is the function's own configuration. Public image parameters are read with its own credentials: the role
    /// needs no right to read parameters. `stack` is written on everything and limits what is found.
    pub async fn open(own: &SdkConfig, access: &AwsAccess, region: &str, stack: &str) -> Self {
        let account = access.config(own, region).await;
        Self::with_configs(&account, own, region, stack)
    }

    /// With the credentials in `account`.
    pub fn with_configs(account: &SdkConfig, own: &SdkConfig, region: &str, stack: &str) -> Self {
        Self {
            client: access::ec2_client(account, region),
            parameters: aws_sdk_ssm::Client::new(&access::in_region(own, region)),
            stack: stack.to_owned(),
        }
    }

    async fn security_groups(
        &self,
        reservation_id: &str,
    ) -> Result<Vec<SecurityGroup>, CloudError> {
        let mut pages = self
            .client
            .describe_security_groups()
            .set_filters(Some(requests::found_by(&self.stack, reservation_id)))
            .into_paginator()
            .send();
        let mut groups = Vec::new();
        for _ in 0..PAGE_LIMIT {
            let Some(page) = pages.next().await else {
                return Ok(groups);
            };
            let page = page.map_err(|error| cloud_error("ec2:DescribeSecurityGroups", &error))?;
            groups.extend(page.security_groups.unwrap_or_default());
        }
        Err(unexpected("ec2:DescribeSecurityGroups", "too many pages"))
    }

    /// A new group, or the one that a repeated or concurrent request has just created.
    async fn create_security_group(
        &self,
        spec: &FirewallSpec,
    ) -> Result<SecurityGroup, CloudError> {
        let created = requests::create_security_group(spec, &self.stack)
            .send_with(&self.client)
            .await;
        match created {
            Ok(created) => Ok(SecurityGroup::builder()
                .set_group_id(created.group_id)
                .build()),
            Err(error) if error.code() == Some("InvalidGroup.Duplicate") => self
                .security_groups(&spec.tags.reservation_id)
                .await?
                .into_iter()
                .next()
                .ok_or_else(|| {
                    unexpected("ec2:CreateSecurityGroup", "a duplicate not yet visible")
                }),
            Err(error) => Err(cloud_error("ec2:CreateSecurityGroup", &error)),
        }
    }

    /// The machines; [`failures::NO_INSTANCE`] where one of them is unknown.
    async fn described(&self, ids: &[MachineId]) -> Result<Vec<MachineView>, CloudError> {
        let call = self.client.describe_instances();
        let answer = call.set_instance_ids(Some(names(ids))).send().await;
        let answer = answer.map_err(|error| cloud_error("ec2:DescribeInstances", &error))?;
        Ok(views::machines(answer.reservations()))
    }

    async fn image_parameter(&self, name: &str) -> Result<String, CloudError> {
        let answer = self.parameters.get_parameter().name(name).send().await;
        match answer {
            Ok(answer) => answer
                .parameter
                .and_then(|parameter| parameter.value)
                .ok_or_else(|| unexpected("ssm:GetParameter", "a parameter without a value")),
            Err(error) if error.code() == Some("ParameterNotFound") => Err(CloudError::refused(
                ErrorKind::UnsupportedImage,
                format!("there is no parameter {name} in this region"),
            )),
            Err(error) => Err(cloud_error("ssm:GetParameter", &error)),
        }
    }
}

fn names(ids: &[MachineId]) -> Vec<String> {
    ids.iter().map(|id| id.0.clone()).collect()
}

#[async_trait]
impl Cloud for Ec2 {
    async fn image(
        &self,
        system: &str,
        version: Option<&str>,
        architecture: Architecture,
    ) -> Result<Image, CloudError> {
        let release = images::release(system, version)?;
        let id = self
            .image_parameter(&release.parameter(architecture))
            .await?;
        let described = self
            .client
            .describe_images()
            .image_ids(&id)
            .send()
            .await
            .map_err(|error| cloud_error("ec2:DescribeImages", &error))?;
        let image = described.images.unwrap_or_default().into_iter().next();
        images::image(release, architecture, id, image.as_ref())
    }

    async fn subnets(&self, named: &[String]) -> Result<Vec<Subnet>, CloudError> {
        const CALL: &str = "ec2:DescribeSubnets";
        let call = self.client.describe_subnets();
        let call = if named.is_empty() {
            call.filters(requests::filter("default-for-az", "true"))
                .filters(requests::filter("state", "available"))
        } else {
            call.set_subnet_ids(Some(named.to_vec()))
        };
        // Not in pages: a network has a subnet or a few in each of a handful of zones.
        let answer = call
            .send()
            .await
            .map_err(|error| cloud_error(CALL, &error))?;
        let subnets = views::subnets(answer.subnets());
        if subnets.is_empty() {
            let kind = ErrorKind::NoDefaultNetwork;
            return Err(CloudError::refused(kind, "there is no default subnet"));
        }
        Ok(subnets)
    }

    async fn ensure_firewall(&self, spec: &FirewallSpec) -> Result<FirewallId, CloudError> {
        requests::check_cidrs(&spec.access_cidrs)?;
        let found = self.security_groups(&spec.tags.reservation_id).await?;
        let group = match found.into_iter().next() {
            Some(group) => group,
            None => self.create_security_group(spec).await?,
        };
        let id = group
            .group_id()
            .ok_or_else(|| unexpected("ec2:CreateSecurityGroup", "a group without an id"))?
            .to_owned();
        let missing = requests::missing_permissions(&id, group.ip_permissions(), spec);
        if missing.is_empty() {
            return Ok(FirewallId(id));
        }
        let allowed = requests::allow(&id, missing).send_with(&self.client).await;
        match allowed {
            Ok(_) => Ok(FirewallId(id)),
            Err(error) if error.code() == Some("InvalidPermission.Duplicate") => Ok(FirewallId(id)),
            Err(error) => Err(cloud_error("ec2:AuthorizeSecurityGroupIngress", &error)),
        }
    }

    async fn find_firewalls(&self, reservation_id: &str) -> Result<Vec<FirewallId>, CloudError> {
        let groups = self.security_groups(reservation_id).await?;
        Ok(groups
            .into_iter()
            .filter_map(|group| group.group_id)
            .map(FirewallId)
            .collect())
    }

    async fn launch(&self, spec: &LaunchSpec) -> Result<Vec<LaunchedMachine>, CloudError> {
        const CALL: &str = "ec2:RunInstances";
        spec.check()?;
        let answer = requests::run_instances(spec, &self.stack)
            .send_with(&self.client)
            .await
            .map_err(|error| cloud_error(CALL, &error))?;
        let machines = views::launched(answer.instances());
        if machines.len() == spec.count as usize {
            Ok(machines)
        } else {
            Err(unexpected(
                CALL,
                "another number of instances than asked for",
            ))
        }
    }

    async fn describe(&self, ids: &[MachineId]) -> Result<Vec<MachineView>, CloudError> {
        match self.described(ids).await {
            Err(error) if error.code() == Some(failures::NO_INSTANCE) => {}
            outcome => return outcome,
        }
        // One unknown id hides all the others.
        let mut machines = Vec::new();
        if ids.len() > 1 {
            for id in ids {
                machines.extend(self.describe(std::slice::from_ref(id)).await?);
            }
        }
        Ok(machines)
    }

    async fn find_by_tag(&self, reservation_id: &str) -> Result<Vec<MachineView>, CloudError> {
        let mut pages = self
            .client
            .describe_instances()
            .set_filters(Some(requests::found_by(&self.stack, reservation_id)))
            .into_paginator()
            .send();
        let mut machines = Vec::new();
        for _ in 0..PAGE_LIMIT {
            let Some(page) = pages.next().await else {
                return Ok(machines);
            };
            let page = page.map_err(|error| cloud_error("ec2:DescribeInstances", &error))?;
            machines.extend(views::machines(page.reservations()));
        }
        Err(unexpected("ec2:DescribeInstances", "too many pages"))
    }

    async fn terminate(&self, id: &MachineId) -> Result<Termination, CloudError> {
        let answer = self
            .client
            .terminate_instances()
            .instance_ids(&id.0)
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(Termination::Accepted(views::state_after(
                answer.terminating_instances(),
            ))),
            Err(error) if error.code() == Some(failures::NO_INSTANCE) => Ok(Termination::Unknown),
            Err(error) => Err(cloud_error("ec2:TerminateInstances", &error)),
        }
    }

    async fn stop(&self, ids: &[MachineId]) -> Result<(), CloudError> {
        // Not a shutdown from within, which would end the machines: see `requests::run_instances`.
        let call = self.client.stop_instances();
        let call = call.set_instance_ids(Some(names(ids)));
        let answer = call.send().await;
        answer.map_err(|error| cloud_error("ec2:StopInstances", &error))?;
        Ok(())
    }

    async fn start(&self, ids: &[MachineId]) -> Result<(), CloudError> {
        let call = self.client.start_instances();
        let call = call.set_instance_ids(Some(names(ids)));
        let answer = call.send().await;
        answer.map_err(|error| cloud_error("ec2:StartInstances", &error))?;
        Ok(())
    }

    async fn delete_firewall(&self, id: &FirewallId) -> Result<(), CloudError> {
        let deleted = self
            .client
            .delete_security_group()
            .group_id(&id.0)
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("InvalidGroup.NotFound") => Ok(()),
            Err(error) => Err(cloud_error("ec2:DeleteSecurityGroup", &error)),
        }
    }
}
