//! What the local cloud has from the start.

use std::collections::BTreeMap;

use domain::intent::Provider;
use domain::offers::Catalogue;
use domain::spec::System;

use crate::emulators::REGION;

/// Images that moto ships, standing in for those that the public parameters name today. Their architectures are right.
const IMAGES: [(&str, System, &str); 6] = [
    ("ami-1e749f67", System::Ubuntu, "24.04"),
    ("ami-785db401", System::Ubuntu, "26.04"),
    ("ami-9b32e8e2", System::Ubuntu, "22.04"),
    ("ami-0b301ce3ce347599c", System::Debian, "13"),
    ("ami-35e92e4c", System::Debian, "12"),
    ("ami-076f415166b04f5fe", System::AmazonLinux, "2023"),
];
/// The only one for this architecture stands in for several. It is taken for the usual system.
const ARM64_IMAGE: &str = "ami-0e9271c829888680e";

/// The system of an image, with its release.
pub fn system(image_id: &str) -> (System, &'static str) {
    let known = IMAGES.iter().find(|(image, ..)| *image == image_id);
    let (_, system, release) = known.unwrap_or(&IMAGES[0]);
    (*system, release)
}

/// The public SSM parameters with the images of every system on offer, to be put into the emulator as plain strings.
pub fn ssm_image_parameters() -> Vec<(String, String)> {
    let ubuntu = |release: &str, architecture: &str, volume: &str| {
        format!(
            "/aws/service/canonical/ubuntu/server/{release}/stable/current/{architecture}/hvm/{volume}/ami-id"
        )
    };
    let debian = |release: &str, architecture: &str| {
        format!("/aws/service/debian/release/{release}/latest/{architecture}")
    };
    let amazon_linux = |architecture: &str| {
        format!("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}")
    };
    let parameter = |system: System, release: &str, is_arm64: bool| {
        let architecture = if is_arm64 { "arm64" } else { "amd64" };
        match system {
            System::Ubuntu if release == "22.04" => ubuntu(release, architecture, "ebs-gp2"),
            System::Ubuntu => ubuntu(release, architecture, "ebs-gp3"),
            System::Debian => debian(release, architecture),
            System::AmazonLinux => amazon_linux(if is_arm64 { "arm64" } else { "x86_64" }),
        }
    };
    let each = IMAGES.into_iter();
    each.flat_map(|(image, system, release)| {
        [(false, image), (true, ARM64_IMAGE)]
            .map(|(is_arm64, image)| (parameter(system, release, is_arm64), image.to_owned()))
    })
    .collect()
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
