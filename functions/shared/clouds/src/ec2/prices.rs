//! What EC2 sells in a region, and at what spot prices, as rows of the catalogue.

use std::collections::HashMap;

use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{
    ArchitectureType, InstanceType, InstanceTypeInfo, RiProductDescription, SpotPrice,
};
use domain::offers::{Market, Offer, Page, PageKey, Source};
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
    /// Its processor.
    pub architecture: Architecture,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory in GiB.
    pub memory_gib: f64,
    /// It has graphics processors.
    pub has_gpu: bool,
    /// Its processors are shared with others.
    pub is_burstable: bool,
}

impl TypeDescription {
    /// A machine of that type as an offer of a page of the catalogue.
    pub fn offer(
        &self,
        instance_type: &str,
        page: &PageKey,
        zone: Option<&str>,
        hourly_usd: f64,
        source: &Source,
    ) -> Offer {
        Offer {
            provider: page.provider,
            region: page.region.clone(),
            zone: zone.map(str::to_owned),
            instance_type: instance_type.to_owned(),
            architecture: self.architecture,
            vcpus: self.vcpus,
            memory_gib: self.memory_gib,
            has_gpu: self.has_gpu,
            is_burstable: self.is_burstable,
            market: page.market,
            hourly_usd,
            included_storage_gb: 0,
            extras: None,
            source: source.clone(),
        }
    }
}

impl Ec2 {
    /// The types that the region sells, by name.
    pub async fn machine_types(&self) -> Result<HashMap<String, TypeDescription>, CloudError> {
        const CALL: &str = "ec2:DescribeInstanceTypes";
        let mut answers = self
            .client
            .describe_instance_types()
            .into_paginator()
            .send();
        let mut types = HashMap::new();
        for _ in 0..PAGE_LIMIT {
            let Some(answer) = answers.next().await else {
                return Ok(types);
            };
            let answer = answer.map_err(|error| cloud_error(CALL, &error))?;
            types.extend(answer.instance_types().iter().filter_map(described));
        }
        Err(unexpected(CALL, "too many pages"))
    }

    /// The page of spot prices that hold in the region at `now`, of the types that are known. History that starts now
    /// is the price of now, however long it has stood.
    pub async fn spot_page(
        &self,
        region: &str,
        types: &HashMap<String, TypeDescription>,
        now: EpochSeconds,
    ) -> Result<Page, CloudError> {
        const CALL: &str = "ec2:DescribeSpotPriceHistory";
        let mut answers = self
            .client
            .describe_spot_price_history()
            .product_descriptions(RiProductDescription::LinuxUnix.as_str())
            .start_time(DateTime::from_secs(now))
            .into_paginator()
            .send();
        let mut page = Page {
            key: PageKey::ec2(region, Market::Spot),
            source: Source {
                name: SPOT_SOURCE.into(),
                as_of_epoch_seconds: Some(now),
                is_old: false,
            },
            offers: Vec::new(),
        };
        for _ in 0..PAGE_LIMIT {
            let Some(answer) = answers.next().await else {
                return Ok(page);
            };
            let answer = answer.map_err(|error| cloud_error(CALL, &error))?;
            let prices = answer.spot_price_history().iter();
            let offers: Vec<Offer> = prices
                .filter_map(|price| spot_offer(price, types, &page))
                .collect();
            page.offers.extend(offers);
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

/// A price as an offer of that page; none where it lacks something or the type is unknown.
fn spot_offer(
    price: &SpotPrice,
    types: &HashMap<String, TypeDescription>,
    page: &Page,
) -> Option<Offer> {
    let name = price.instance_type().map(InstanceType::as_str)?;
    let zone = price.availability_zone()?;
    let hourly_usd = price.spot_price()?.parse::<f64>().ok();
    let hourly_usd = hourly_usd.filter(|usd| usd.is_finite() && *usd > 0.0)?;
    let description = types.get(name)?;
    Some(description.offer(name, &page.key, Some(zone), hourly_usd, &page.source))
}

#[cfg(test)]
mod tests;
