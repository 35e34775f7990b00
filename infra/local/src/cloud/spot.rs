//! The history of spot prices, of which the local cloud keeps the present.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::response::Response;
use jiff::Timestamp;

use super::answers;
use super::query::Query;

/// Prices to an answer, as EC2 has it where nobody asks for fewer.
const PAGE_ITEMS: usize = 1_000;
/// The product whose prices are kept.
const LINUX: &str = "Linux/UNIX";
/// What EC2 names the product where it is bought for a network, as it always is today.
const LINUX_IN_A_NETWORK: &str = "Linux/UNIX (Amazon VPC)";

type Refusal = (&'static str, &'static str);

/// The answer to `DescribeSpotPriceHistory`: the part that the request's token asks for.
pub(super) fn answer(
    query: &Query,
    prices: &BTreeMap<(String, String), f64>,
    now: i64,
) -> Result<Response, Refusal> {
    let products = query.list("ProductDescription");
    if products.is_empty()
        || products
            .iter()
            .any(|it| ![LINUX, LINUX_IN_A_NETWORK].contains(it))
    {
        return Err((
            "InvalidParameterValue",
            "The local cloud knows prices of Linux/UNIX only.",
        ));
    }
    let start = match query.parameter("NextToken") {
        None | Some("") => 0,
        Some(token) => token
            .parse()
            .map_err(|_| ("InvalidParameterValue", "Invalid value for nextToken."))?,
    };
    let timestamp = Timestamp::from_second(now).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut items = String::new();
    for ((instance_type, zone), usd) in prices.iter().skip(start).take(PAGE_ITEMS) {
        let _ = write!(
            items,
            "<item><instanceType>{instance_type}</instanceType><productDescription>{LINUX}</productDescription>\
             <spotPrice>{usd:.6}</spotPrice><timestamp>{timestamp}</timestamp>\
             <availabilityZone>{zone}</availabilityZone></item>",
        );
    }
    let next = start + PAGE_ITEMS;
    let token = if next < prices.len() {
        next.to_string()
    } else {
        String::new()
    };
    let content =
        format!("<spotPriceHistorySet>{items}</spotPriceHistorySet><nextToken>{token}</nextToken>");
    Ok(answers::document("DescribeSpotPriceHistory", &content))
}
