//! The two pages of a region and its prices for disk and address, each read by itself.

use std::collections::{BTreeMap, HashMap};

use clouds::CloudError;
use clouds::ec2::{Ec2, TypeDescription};
use domain::cost::Extras;
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

/// What EC2 sells in a region now.
pub(crate) struct Read {
    pub(crate) pages: [(PageKey, ReadPage); 2],
    /// What it asks for disk and address.
    pub(crate) extras: Result<Extras, PriceListError>,
}

/// Reads a region. Prices come from two places, what the types are from a third that both need.
pub(crate) async fn read(deps: &Deps, region: &str, now: EpochSeconds) -> Read {
    let ec2 = Ec2::with_configs(&deps.own, &deps.own, region, &deps.stack);
    let listed = async {
        let prices = deps.price_list.hourly_usd(region).await;
        (prices, deps.price_list.extras(region).await)
    };
    let (types, (prices, extras)) = tokio::join!(ec2.machine_types(), listed);
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
    Read {
        pages: [
            (PageKey::ec2(region, Market::OnDemand), on_demand),
            (PageKey::ec2(region, Market::Spot), spot),
        ],
        extras,
    }
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

#[cfg(test)]
mod tests {
    use domain::offers::Architecture;

    use super::*;

    const NOW: EpochSeconds = 1_795_428_000;

    #[test]
    fn what_is_listed_and_described_is_sold() {
        let described = TypeDescription {
            architecture: Architecture::Arm64,
            vcpus: 2,
            memory_gib: 8.0,
            has_gpu: false,
            is_burstable: true,
        };
        let types = ["t4g.large", "m9g.unlisted"].map(|name| (name.to_owned(), described.clone()));
        let prices = [("t4g.large", 0.0768), ("x9.mythical", 1.0)];
        let prices = prices.map(|(name, usd)| (name.to_owned(), usd));
        let page = on_demand_page("eu-west-1", &types.into(), &prices.into(), NOW);
        let [offer] = &page.offers[..] else {
            panic!("{page:?}")
        };
        assert_eq!(
            (offer.instance_type.as_str(), offer.region.as_str()),
            ("t4g.large", "eu-west-1")
        );
        assert_eq!(
            (offer.market, offer.zone.as_deref()),
            (Market::OnDemand, None)
        );
        assert!(offer.is_burstable && (offer.hourly_usd - 0.0768).abs() < 1e-12);
        assert_eq!(
            offer.age_words().as_deref(),
            Some("list prices of 2026-11-23")
        );
        assert_eq!(PageKey::of(offer), page.key);
    }
}
