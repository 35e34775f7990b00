//! What EC2 sells in a region, and at what spot prices, as rows of the catalogue.

use std::collections::HashMap;

use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{
    ArchitectureType, InstanceType, InstanceTypeInfo, RiProductDescription, SpotPrice,
};
use domain::intent::Provider;
use domain::offers::{Market, Offer, Source};
use domain::time::EpochSeconds;

use super::failures::{cloud_error, unexpected};
use super::{Architecture, CloudError, Ec2};

/// A region sells some 1,300 types, a hundred to a page, and each in up to six zones, a thousand prices to a page. A
/// listing that is many times as long is a fault.
const PAGE_LIMIT: usize = 100;
const SPOT_SOURCE: &str = "EC2 spot prices, Linux";
const MEBIBYTES_PER_GIBIBYTE: f64 = 1_024.0;

/// What a type of machine is, whatever it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeDescription {
    architecture: Architecture,
    vcpus: u32,
    memory_gib: f64,
    has_gpu: bool,
    is_burstable: bool,
}

impl Ec2 {
    /// The types that the region sells, by name.
    pub async fn machine_types(&self) -> Result<HashMap<String, TypeDescription>, CloudError> {
        const CALL: &str = "ec2:DescribeInstanceTypes";
        let mut pages = self
            .client
            .describe_instance_types()
            .into_paginator()
            .send();
        let mut types = HashMap::new();
        for _ in 0..PAGE_LIMIT {
            let Some(page) = pages.next().await else {
                return Ok(types);
            };
            let page = page.map_err(|error| cloud_error(CALL, &error))?;
            types.extend(page.instance_types().iter().filter_map(described));
        }
        Err(unexpected(CALL, "too many pages"))
    }

    /// The spot prices that hold in the region at `now`, of the types that are known. History that starts now is the
    /// price of now, however long it has stood.
    pub async fn spot_offers(
        &self,
        region: &str,
        types: &HashMap<String, TypeDescription>,
        now: EpochSeconds,
    ) -> Result<Vec<Offer>, CloudError> {
        const CALL: &str = "ec2:DescribeSpotPriceHistory";
        let mut pages = self
            .client
            .describe_spot_price_history()
            .product_descriptions(RiProductDescription::LinuxUnix.as_str())
            .start_time(DateTime::from_secs(now))
            .into_paginator()
            .send();
        let mut offers = Vec::new();
        for _ in 0..PAGE_LIMIT {
            let Some(page) = pages.next().await else {
                return Ok(offers);
            };
            let page = page.map_err(|error| cloud_error(CALL, &error))?;
            let prices = page.spot_price_history().iter();
            offers.extend(prices.filter_map(|price| spot_offer(price, region, types, now)));
        }
        Err(unexpected(CALL, "too many pages"))
    }
}

/// A type by its name; none where it is not one that our images run on, such as a Mac.
fn described(info: &InstanceTypeInfo) -> Option<(String, TypeDescription)> {
    let architectures = info.processor_info()?.supported_architectures();
    let architecture = architectures.iter().find_map(|one| match one {
        ArchitectureType::X8664 => Some(Architecture::X86_64),
        ArchitectureType::Arm64 => Some(Architecture::Arm64),
        _ => None,
    })?;
    let mebibytes = u32::try_from(info.memory_info()?.size_in_mib()?).ok()?;
    let description = TypeDescription {
        architecture,
        vcpus: u32::try_from(info.v_cpu_info()?.default_v_cpus()?).ok()?,
        memory_gib: f64::from(mebibytes) / MEBIBYTES_PER_GIBIBYTE,
        has_gpu: info.gpu_info().is_some(),
        is_burstable: info.burstable_performance_supported() == Some(true),
    };
    Some((info.instance_type()?.as_str().to_owned(), description))
}

/// A price as an offer; none where it lacks something or the type is unknown.
fn spot_offer(
    price: &SpotPrice,
    region: &str,
    types: &HashMap<String, TypeDescription>,
    now: EpochSeconds,
) -> Option<Offer> {
    let name = price.instance_type().map(InstanceType::as_str)?;
    let TypeDescription {
        architecture,
        vcpus,
        memory_gib,
        has_gpu,
        is_burstable,
    } = types.get(name)?.clone();
    let hourly_usd = price.spot_price()?.parse::<f64>().ok();
    Some(Offer {
        provider: Provider::Aws,
        region: region.to_owned(),
        zone: Some(price.availability_zone()?.to_owned()),
        instance_type: name.to_owned(),
        architecture,
        vcpus,
        memory_gib,
        has_gpu,
        is_burstable,
        market: Market::Spot,
        hourly_usd: hourly_usd.filter(|usd| usd.is_finite() && *usd > 0.0)?,
        included_storage_gb: 0,
        source: Source {
            name: SPOT_SOURCE.into(),
            as_of_epoch_seconds: Some(now),
            is_old: false,
        },
    })
}

#[cfg(test)]
mod tests;
