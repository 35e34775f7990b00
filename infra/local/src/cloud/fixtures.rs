//! What the local cloud has from the start.

use std::collections::BTreeMap;

use domain::intent::Provider;
use domain::offers::Catalogue;

use crate::emulators::REGION;

/// Images that moto ships, standing in for those that the public parameters name today. Their architectures are right.
const AMAZON_X86_64_IMAGE: &str = "ami-076f415166b04f5fe";
const DEBIAN_X86_64_IMAGE: &str = "ami-0b301ce3ce347599c";
const UBUNTU_X86_64_IMAGE: &str = "ami-1e749f67";
/// The only one for this architecture.
const ARM64_IMAGE: &str = "ami-0e9271c829888680e";

/// The account that cloud-init makes on the image that this one stands in for, by that image's own configuration. The
/// one for arm64 stands in for several; it is taken for Ubuntu's.
pub fn default_user(image_id: &str) -> &'static str {
    match image_id {
        AMAZON_X86_64_IMAGE => "ec2-user",
        DEBIAN_X86_64_IMAGE => "admin",
        _ => "ubuntu",
    }
}

/// The public SSM parameters with the images of every system on offer, to be put into the emulator as plain strings.
pub fn ssm_image_parameters() -> Vec<(String, String)> {
    let ubuntu = |release: &str, architecture: &str, volume: &str| {
        format!(
            "/aws/service/canonical/ubuntu/server/{release}/stable/current/{architecture}/hvm/{volume}/ami-id"
        )
    };
    let debian = |release: u8, architecture: &str| {
        format!("/aws/service/debian/release/{release}/latest/{architecture}")
    };
    let amazon_linux = |architecture: &str| {
        format!("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}")
    };
    [
        (ubuntu("24.04", "amd64", "ebs-gp3"), UBUNTU_X86_64_IMAGE),
        (ubuntu("24.04", "arm64", "ebs-gp3"), ARM64_IMAGE),
        (ubuntu("26.04", "amd64", "ebs-gp3"), UBUNTU_X86_64_IMAGE),
        (ubuntu("26.04", "arm64", "ebs-gp3"), ARM64_IMAGE),
        (ubuntu("22.04", "amd64", "ebs-gp2"), UBUNTU_X86_64_IMAGE),
        (ubuntu("22.04", "arm64", "ebs-gp2"), ARM64_IMAGE),
        (debian(13, "amd64"), DEBIAN_X86_64_IMAGE),
        (debian(13, "arm64"), ARM64_IMAGE),
        (debian(12, "amd64"), DEBIAN_X86_64_IMAGE),
        (debian(12, "arm64"), ARM64_IMAGE),
        (amazon_linux("x86_64"), AMAZON_X86_64_IMAGE),
        (amazon_linux("arm64"), ARM64_IMAGE),
    ]
    .map(|(name, image)| (name, image.to_owned()))
    .to_vec()
}

/// Zones of every region in which everything is on the spot market, by their letters, and the part of the list price
/// that it costs there.
const SPOT_PARTS: [(char, f64); 3] = [('a', 0.42), ('b', 0.36), ('c', 0.48)];
/// What everything costs in another region than the bundled list's, as a multiple.
const ELSEWHERE: f64 = 1.15;

/// The list prices of a region, US dollars an hour by type: those of the bundled list, so that a refresh changes the date
/// of a price and nothing else.
pub fn list_prices(region: &str) -> BTreeMap<String, f64> {
    let part = if region == REGION { 1.0 } else { ELSEWHERE };
    let bundled = Catalogue::bundled();
    let offers = bundled
        .offers()
        .filter(|offer| offer.provider == Provider::Aws);
    offers
        .map(|offer| (offer.instance_type, offer.hourly_usd * part))
        .collect()
}

/// The spot prices of a region, US dollars an hour by type and zone.
pub fn spot_prices(region: &str) -> BTreeMap<(String, String), f64> {
    let list = list_prices(region).into_iter();
    list.flat_map(|(instance_type, usd)| {
        SPOT_PARTS.map(|(letter, part)| {
            (
                (instance_type.clone(), format!("{region}{letter}")),
                usd * part,
            )
        })
    })
    .collect()
}
