//! Requests, built from specs without asking anybody.

use std::net::IpAddr;

use aws_sdk_ec2::operation::authorize_security_group_ingress::AuthorizeSecurityGroupIngressInput;
use aws_sdk_ec2::operation::authorize_security_group_ingress::builders::AuthorizeSecurityGroupIngressInputBuilder;
use aws_sdk_ec2::operation::create_security_group::CreateSecurityGroupInput;
use aws_sdk_ec2::operation::create_security_group::builders::CreateSecurityGroupInputBuilder;
use aws_sdk_ec2::operation::run_instances::RunInstancesInput;
use aws_sdk_ec2::operation::run_instances::builders::RunInstancesInputBuilder;
use aws_sdk_ec2::types::{
    BlockDeviceMapping, EbsBlockDevice, Filter, HttpTokensState, InstanceInterruptionBehavior,
    InstanceMarketOptionsRequest, InstanceMetadataOptionsRequest, InstanceType, IpPermission,
    IpRange, Ipv6Range, MarketType, ResourceType, ShutdownBehavior, SpotInstanceType,
    SpotMarketOptions, Tag, TagSpecification, UserIdGroupPair, VolumeType,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::offers::Market;

use crate::{CloudError, ErrorKind, FirewallSpec, LaunchSpec, Tags};

/// Tags by which things are found again.
pub(super) const NAME_TAG: &str = "Name";
pub(super) const OWNER_TAG: &str = "infrared:owner";
pub(super) const TEAM_TAG: &str = "infrared:team";
pub(super) const RESERVATION_TAG: &str = "infrared:reservation";
/// The role's permissions are conditioned on this tag.
const STACK_TAG: &str = "infrared:stack";
/// Every protocol and port.
const ALL_TRAFFIC: &str = "-1";

/// All machines or none: never fewer than asked, never more.
pub(super) fn run_instances(spec: &LaunchSpec, stack: &str) -> RunInstancesInputBuilder {
    let count = i32::try_from(spec.count).unwrap_or(i32::MAX);
    let request = RunInstancesInput::builder()
        .min_count(count)
        .max_count(count)
        .client_token(&spec.client_token)
        .image_id(&spec.image.id)
        .instance_type(InstanceType::from(spec.instance_type.as_str()))
        .subnet_id(&spec.subnet)
        .security_group_ids(&spec.firewall.0)
        .user_data(STANDARD.encode(&spec.user_data))
        .metadata_options(
            InstanceMetadataOptionsRequest::builder()
                .http_tokens(HttpTokensState::Required)
                .build(),
        )
        // A shutdown from within, such as the dead-man's switch, ends the bill.
        .instance_initiated_shutdown_behavior(ShutdownBehavior::Terminate)
        .block_device_mappings(root_volume(spec))
        .tag_specifications(tagged(ResourceType::Instance, &spec.tags, stack))
        .tag_specifications(tagged(ResourceType::Volume, &spec.tags, stack))
        .tag_specifications(tagged(ResourceType::NetworkInterface, &spec.tags, stack));
    match spec.market {
        Market::OnDemand => request,
        Market::Spot => request.instance_market_options(spot()),
    }
}

/// Once, and gone when the cloud wants it back: a request that stayed open would launch a machine that nobody knows of.
fn spot() -> InstanceMarketOptionsRequest {
    let options = SpotMarketOptions::builder()
        .spot_instance_type(SpotInstanceType::OneTime)
        .instance_interruption_behavior(InstanceInterruptionBehavior::Terminate);
    InstanceMarketOptionsRequest::builder()
        .market_type(MarketType::Spot)
        .spot_options(options.build())
        .build()
}

fn root_volume(spec: &LaunchSpec) -> BlockDeviceMapping {
    let gib = spec.root_gib.max(spec.image.min_root_gib);
    BlockDeviceMapping::builder()
        .device_name(&spec.image.root_device)
        .ebs(
            EbsBlockDevice::builder()
                .volume_size(i32::try_from(gib).unwrap_or(i32::MAX))
                .volume_type(VolumeType::Gp3)
                .encrypted(true)
                .delete_on_termination(true)
                .build(),
        )
        .build()
}

pub(super) fn create_security_group(
    spec: &FirewallSpec,
    stack: &str,
) -> CreateSecurityGroupInputBuilder {
    CreateSecurityGroupInput::builder()
        // Unique in a network, so that two concurrent requests cannot make two groups.
        .group_name(format!("infrared-{stack}-{}", spec.tags.reservation_id))
        .description("InfraRed reservation: reached from the access networks")
        .vpc_id(&spec.network)
        .tag_specifications(tagged(ResourceType::SecurityGroup, &spec.tags, stack))
}

pub(super) fn allow(
    group: &str,
    permissions: Vec<IpPermission>,
) -> AuthorizeSecurityGroupIngressInputBuilder {
    AuthorizeSecurityGroupIngressInput::builder()
        .group_id(group)
        .set_ip_permissions(Some(permissions))
}

/// What the group does not allow yet. A request that repeats something is refused as a whole, so nothing is repeated.
pub(super) fn missing_permissions(
    group: &str,
    existing: &[IpPermission],
    spec: &FirewallSpec,
) -> Vec<IpPermission> {
    let ports = spec.ports.iter().map(|port| i32::from(*port));
    let from_networks = ports.filter_map(|port| {
        let missing = missing_cidrs(existing, port, &spec.access_cidrs);
        (!missing.is_empty()).then(|| from_networks(port, &missing))
    });
    let within = (spec.is_open_within && !is_open_within(existing, group)).then(|| within(group));
    from_networks.chain(within).collect()
}

pub(super) fn from_networks(port: i32, cidrs: &[&str]) -> IpPermission {
    let (v6, v4): (Vec<&str>, Vec<&str>) = cidrs.iter().partition(|cidr| cidr.contains(':'));
    let mut permission = IpPermission::builder()
        .ip_protocol("tcp")
        .from_port(port)
        .to_port(port);
    for cidr in v4 {
        permission = permission.ip_ranges(IpRange::builder().cidr_ip(cidr).build());
    }
    for cidr in v6 {
        permission = permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr).build());
    }
    permission.build()
}

/// Everything from the machines in the group itself.
fn within(group: &str) -> IpPermission {
    IpPermission::builder()
        .ip_protocol(ALL_TRAFFIC)
        .user_id_group_pairs(UserIdGroupPair::builder().group_id(group).build())
        .build()
}

fn is_open_within(existing: &[IpPermission], group: &str) -> bool {
    let mut all = existing
        .iter()
        .filter(|permission| permission.ip_protocol() == Some(ALL_TRAFFIC));
    all.any(|permission| {
        let mut pairs = permission.user_id_group_pairs().iter();
        pairs.any(|pair| pair.group_id() == Some(group))
    })
}

/// The networks that may not connect to a port yet.
fn missing_cidrs<'a>(existing: &[IpPermission], port: i32, wanted: &'a [String]) -> Vec<&'a str> {
    let allowed = |cidr: &str| {
        existing
            .iter()
            .filter(|permission| permission.from_port() == Some(port))
            .any(|permission| {
                let v4 = permission.ip_ranges().iter().filter_map(IpRange::cidr_ip);
                let v6 = permission
                    .ipv6_ranges()
                    .iter()
                    .filter_map(Ipv6Range::cidr_ipv6);
                v4.chain(v6).any(|range| range == cidr)
            })
    };
    wanted
        .iter()
        .map(String::as_str)
        .filter(|cidr| !allowed(cidr))
        .collect()
}

/// Refuses what is not a network, before a group exists that nobody can reach.
pub(super) fn check_cidrs(cidrs: &[String]) -> Result<(), CloudError> {
    match cidrs.iter().find(|cidr| !is_cidr(cidr)) {
        None => Ok(()),
        Some(cidr) => Err(CloudError::refused(
            ErrorKind::InvalidRequest,
            format!("not a network: {cidr}"),
        )),
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else {
        return false;
    };
    let (Ok(address), Ok(prefix)) = (address.parse::<IpAddr>(), prefix.parse::<u8>()) else {
        return false;
    };
    prefix <= if address.is_ipv4() { 32 } else { 128 }
}

/// Everything of a reservation, and of no other deployment in the same account.
pub(super) fn found_by(stack: &str, reservation_id: &str) -> Vec<Filter> {
    vec![
        filter(&format!("tag:{RESERVATION_TAG}"), reservation_id),
        of_stack(stack),
    ]
}

/// Everything of this deployment.
pub(super) fn of_stack(stack: &str) -> Filter {
    filter(&format!("tag:{STACK_TAG}"), stack)
}

pub(super) fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

fn tagged(resource: ResourceType, tags: &Tags, stack: &str) -> TagSpecification {
    let deadline = tags.deadline_epoch_seconds.to_string();
    let pairs = [
        (NAME_TAG, tags.handle.as_str()),
        (RESERVATION_TAG, &tags.reservation_id),
        (STACK_TAG, stack),
        (OWNER_TAG, &tags.owner),
        (TEAM_TAG, &tags.team),
        ("infrared:deadline", &deadline),
    ];
    let tags = pairs.map(|(key, value)| Tag::builder().key(key).value(value).build());
    TagSpecification::builder()
        .resource_type(resource)
        .set_tags(Some(tags.to_vec()))
        .build()
}

#[cfg(test)]
mod tests;
