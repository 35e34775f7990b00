//! AWS's Price List, through its query API: what machines cost on demand.
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
use thiserror::Error;

/// The API has few homes, and each tells the prices of all regions.
/// <https://docs.aws.amazon.com/general/latest/gr/billing.html>
const HOME_REGION: &str = "us-east-1";
/// EC2 in the Price List.
const SERVICE: &str = "AmazonEC2";
/// The only one there is.
const FORMAT: &str = "aws_v1";
/// What leaves one product for each type of a region: Linux without licences, on shared hardware, in use. Not by the
/// family of products, for machines without virtualisation are one of their own.
const FILTERS: [(&str, &str); 4] = [
    ("operatingSystem", "Linux"),
    ("tenancy", "Shared"),
    ("preInstalledSw", "NA"),
    ("capacitystatus", "Used"),
];
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

    /// US dollars an hour on demand, by type, in that region. What cannot be read is logged and left out.
    pub(crate) async fn hourly_usd(
        &self,
        region: &str,
    ) -> Result<BTreeMap<String, f64>, PriceListError> {
        let filters = FILTERS.into_iter().chain([("regionCode", region)]);
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
            .service_code(SERVICE)
            .format_version(FORMAT)
            .set_filters(Some(filters))
            .into_paginator()
            .send();
        let (mut prices, mut unread) = (BTreeMap::new(), 0_usize);
        for _ in 0..PAGE_LIMIT {
            let Some(answer) = answers.next().await else {
                tracing::info!(
                    region,
                    prices = prices.len(),
                    unread,
                    "the Price List was read"
                );
                return Ok(prices);
            };
            for product in answer.map_err(failed)?.price_list() {
                match product::hourly_usd(product) {
                    Some((instance_type, usd)) => {
                        prices.insert(instance_type, usd);
                    }
                    None => unread += 1,
                }
            }
        }
        Err(PriceListError::TooLong)
    }
}

fn failed(error: SdkError<GetProductsError>) -> PriceListError {
    PriceListError::Service(DisplayErrorContext(error).to_string())
}
