//! The two pages of a region, each read by itself.

use std::collections::{BTreeMap, HashMap};

use clouds::CloudError;
use clouds::ec2::{Ec2, TypeDescription};
use domain::offers::{Implausible, Market, Page, PageKey, Source};
use domain::time::EpochSeconds;
use platform::PlatformError;
use thiserror::Error;

use crate::Deps;
use crate::price_list::PriceListError;

const LIST_SOURCE: &str = "EC2 Price List, Linux";

/// Why a page stays as it was.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("{operation}: {0}", operation = .0.operation())]
    Cloud(#[from] CloudError),
    #[error(transparent)]
    PriceList(#[from] PriceListError),
    #[error(transparent)]
    Implausible(#[from] Implausible),
    #[error(transparent)]
    Platform(#[from] PlatformError),
}

/// A page as it was read, or why it could not be.
pub(crate) type ReadPage = Result<Page, Failure>;

/// What EC2 sells in a region now. Prices come from two places, what the types are from a third that both need.
pub(crate) async fn read(deps: &Deps, region: &str, now: EpochSeconds) -> [(PageKey, ReadPage); 2] {
    let ec2 = Ec2::with_configs(&deps.own, &deps.own, region, &deps.stack);
    let (types, prices) = tokio::join!(ec2.machine_types(), deps.price_list.hourly_usd(region));
    let (on_demand, spot) = match types {
        Ok(types) => (
            prices
                .map(|prices| on_demand_page(region, &types, &prices, now))
                .map_err(Failure::from),
            ec2.spot_page(region, &types, now)
                .await
                .map_err(Failure::from),
        ),
        Err(error) => (Err(error.clone().into()), Err(error.into())),
    };
    [
        (PageKey::ec2(region, Market::OnDemand), on_demand),
        (PageKey::ec2(region, Market::Spot), spot),
    ]
}

/// Prices of the types that are known.
fn on_demand_page(
    region: &str,
    types: &HashMap<String, TypeDescription>,
    prices: &BTreeMap<String, f64>,
    now: EpochSeconds,
) -> Page {
    let key = PageKey::ec2(region, Market::OnDemand);
    let source = Source {
        name: LIST_SOURCE.into(),
        as_of_epoch_seconds: Some(now),
        is_old: false,
    };
    let offers = prices.iter().filter_map(|(name, usd)| {
        let description = types.get(name)?;
        Some(description.offer(name, &key, None, *usd, &source))
    });
    let offers = offers.collect();
    Page {
        key,
        source,
        offers,
    }
}
