//! AWS's Price List, through its query API: what machines cost on demand, and what a region asks for disks and addresses.
//!
//! Written against AWS's documentation and not yet tried on the real one.

mod product;

use std::collections::BTreeMap;

use aws_sdk_pricing::Client;
use aws_sdk_pricing::config::Region;
use aws_sdk_pricing::error::{DisplayErrorContext, SdkError};
use aws_sdk_pricing::operation::get_products::GetProductsError;
use aws_sdk_pricing::types::{Filter, FilterType};
use clouds::ec2::SdkConfig;
use domain::cost::{Extras, ImplausibleExtras};
use thiserror::Error;

use product::Priced;

/// The API has few homes, and each tells the prices of all regions.
/// <https://docs.aws.amazon.com/general/latest/gr/billing.html>
const HOME_REGION: &str = "us-east-1";
/// EC2 in the Price List.
const EC2: &str = "AmazonEC2";
/// Public addresses are sold by another service.
const VPC: &str = "AmazonVPC";
/// The only one there is.
const FORMAT: &str = "aws_v1";
/// What leaves one product for each type of a region: Linux without licences, on shared hardware, in use. Not by the
/// family of products, for machines without virtualisation are one of their own.
const MACHINES: [(&str, &str); 4] = [
    ("operatingSystem", "Linux"),
    ("tenancy", "Shared"),
    ("preInstalledSw", "NA"),
    ("capacitystatus", "Used"),
];
/// The root disks of all machines here.
const DISKS: [(&str, &str); 2] = [("productFamily", "Storage"), ("volumeApiName", "gp3")];
/// These products have no family, but a group.
const ADDRESSES: [(&str, &str); 1] = [("group", "VPCPublicIPv4Address")];
/// A hundred products to a page, and some 1,300 types in the largest region. Many times as many is a fault.
const PAGE_LIMIT: usize = 100;

/// Why there are no prices.
#[derive(Debug, Error)]
pub(crate) enum PriceListError {
    /// The API did not answer as it should.
    #[error("pricing:GetProducts failed: {0}")]
    Service(String),
    /// There is no end to its answers.
    #[error("pricing:GetProducts has too many pages")]
    TooLong,
    /// What was looked for is not among them.
    #[error("pricing:GetProducts knows no price of {0}")]
    Missing(&'static str),
    /// A region cannot ask that.
    #[error(transparent)]
    Implausible(#[from] ImplausibleExtras),
}

/// The Price List.
#[derive(Debug, Clone)]
pub(crate) struct PriceList {
    client: Client,
}

impl PriceList {
    /// As the bearer of that configuration's credentials sees it; everybody sees the same.
    pub(crate) fn new(own: &SdkConfig) -> Self {
        let config = aws_sdk_pricing::config::Builder::from(own).region(Region::new(HOME_REGION));
        Self {
            client: Client::from_conf(config.build()),
        }
    }

    /// US dollars an hour on demand, by type, in that region.
    pub(crate) async fn hourly_usd(
        &self,
        region: &str,
    ) -> Result<BTreeMap<String, f64>, PriceListError> {
        let products = self.products(EC2, &MACHINES, region).await?;
        Ok(products.iter().filter_map(Priced::machine).collect())
    }

    /// What that region asks for disks and addresses.
    pub(crate) async fn extras(&self, region: &str) -> Result<Extras, PriceListError> {
        let disks = self.products(EC2, &DISKS, region).await?;
        let disk = cheapest(disks.iter().filter_map(Priced::disk_gb_month_usd), "gp3")?;
        let addresses = self.products(VPC, &ADDRESSES, region).await?;
        let addresses = addresses.iter().filter_map(Priced::address_hour_usd);
        let address = cheapest(addresses, "public IPv4 addresses in use")?;
        Ok(Extras::read(disk, address)?)
    }

    /// The products of a region that meet the filters. What cannot be read is logged and left out.
    async fn products(
        &self,
        service: &str,
        filters: &[(&str, &str)],
        region: &str,
    ) -> Result<Vec<Priced>, PriceListError> {
        let filters = filters.iter().copied().chain([("regionCode", region)]);
        let filters: Result<Vec<Filter>, _> = filters
            .map(|(field, value)| {
                let filter = Filter::builder().r#type(FilterType::TermMatch);
                filter.field(field).value(value).build()
            })
            .collect();
        let filters = filters.map_err(|error| PriceListError::Service(error.to_string()))?;
        let mut answers = self
            .client
            .get_products()
            .service_code(service)
            .format_version(FORMAT)
            .set_filters(Some(filters))
            .into_paginator()
            .send();
        let (mut products, mut unread) = (Vec::new(), 0_usize);
        for _ in 0..PAGE_LIMIT {
            let Some(answer) = answers.next().await else {
                let read = products.len();
                tracing::info!(region, service, read, unread, "the Price List was read");
                return Ok(products);
            };
            for document in answer.map_err(failed)?.price_list() {
                match Priced::read(document) {
                    Some(product) => products.push(product),
                    None => unread += 1,
                }
            }
        }
        Err(PriceListError::TooLong)
    }
}

fn cheapest(prices: impl Iterator<Item = f64>, of: &'static str) -> Result<f64, PriceListError> {
    prices
        .min_by(f64::total_cmp)
        .ok_or(PriceListError::Missing(of))
}

fn failed(error: SdkError<GetProductsError>) -> PriceListError {
    PriceListError::Service(DisplayErrorContext(error).to_string())
}
