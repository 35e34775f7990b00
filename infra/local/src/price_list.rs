//! A stand-in for AWS's Price List: machines, disks and public addresses in the form of its documentation, a hundred to a page, and the ways of
//! not getting them. AWS's emulator checks who asks and whether they may, and passes requests on to it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::cloud::fixtures;
use crate::serving::{listen, serve};

/// The most that the API gives at once.
const PAGE_ITEMS: usize = 100;
const TARGET: &str = "AWSPriceListService.GetProducts";
/// The field of a product that a request must name: its answer would be every region's otherwise.
const REGION_FIELD: &str = "regionCode";

const EC2: &str = "AmazonEC2";
const VPC: &str = "AmazonVPC";
/// A GB-month of gp3, where nothing else was set.
const DISK_USD: f64 = 0.08;
/// An hour of a public address that is in use.
const ADDRESS_USD: f64 = 0.005;

/// How the next request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The API's own failure.
    InternalError,
    /// It answers, and there is nothing in it.
    NothingForSale,
    /// It answers a page, and the page is half of what it should be: the rest is never told of.
    BreaksOff,
}

#[derive(Default)]
struct Shared {
    /// Prices that differ from the fixture's, by region and type.
    prices: BTreeMap<(String, String), f64>,
    /// A GB-month of gp3 where it differs from the usual, by region.
    disk_prices: BTreeMap<String, f64>,
    faults: VecDeque<Fault>,
}

/// A running stand-in.
#[derive(Clone)]
pub struct PriceListStandIn {
    url: String,
    shared: Arc<Mutex<Shared>>,
    stopped: Arc<Notify>,
}

impl PriceListStandIn {
    /// Starts on a free port, with the fixture's prices.
    pub async fn start() -> std::io::Result<Self> {
        let (listener, url) = listen().await?;
        let stand_in = Self {
            url,
            shared: Arc::default(),
            stopped: Arc::default(),
        };
        let routes = Router::new()
            .route("/", post(get_products))
            .with_state(stand_in.clone());
        let stopped = Arc::clone(&stand_in.stopped);
        serve(listener, routes, stopped, "Price List");
        Ok(stand_in)
    }

    /// Where AWS's emulator passes requests on to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on a type costs that in a region, in US dollars an hour.
    pub fn set_price(&self, region: &str, instance_type: &str, usd: f64) {
        let thing = (region.to_owned(), instance_type.to_owned());
        self.lock().prices.insert(thing, usd);
    }

    /// From now on a GB-month of gp3 costs that in a region, in US dollars.
    pub fn set_disk_price(&self, region: &str, usd: f64) {
        self.lock().disk_prices.insert(region.to_owned(), usd);
    }

    /// Lets the next request fail; several are used up in order.
    pub fn fail_next(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }

    /// Stops answering.
    pub fn stop(&self) {
        self.stopped.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Request {
    service_code: String,
    format_version: String,
    filters: Vec<Filter>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filter {
    #[serde(rename = "Type")]
    kind: String,
    field: String,
    value: String,
}

async fn get_products(
    State(stand_in): State<PriceListStandIn>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = stand_in.lock().faults.pop_front();
    if fault == Some(Fault::InternalError) {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalErrorException");
    }
    let target = headers.get("x-amz-target").and_then(|it| it.to_str().ok());
    let request = serde_json::from_slice::<Request>(&body).ok();
    let Some(request) = request.filter(|it| target == Some(TARGET) && it.is_valid()) else {
        return refusal(StatusCode::BAD_REQUEST, "InvalidParameterException");
    };
    let start = match request.next_token.as_deref().map(str::parse::<usize>) {
        None => 0,
        Some(Ok(start)) => start,
        Some(Err(_)) => return refusal(StatusCode::BAD_REQUEST, "InvalidNextTokenException"),
    };
    let mut products = request.products(&stand_in.lock());
    if fault == Some(Fault::NothingForSale) {
        products.clear();
    }
    let page: Vec<String> = products
        .iter()
        .skip(start)
        .take(PAGE_ITEMS)
        .map(Value::to_string)
        .collect();
    let mut answer = json!({ "FormatVersion": "aws_v1", "PriceList": page });
    if start + PAGE_ITEMS < products.len() && fault != Some(Fault::BreaksOff) {
        answer["NextToken"] = (start + PAGE_ITEMS).to_string().into();
    }
    Json(answer).into_response()
}

fn refusal(status: StatusCode, name: &str) -> Response {
    let body = json!({ "__type": name, "Message": "The local Price List refuses this." });
    (status, Json(body)).into_response()
}

impl Request {
    fn is_valid(&self) -> bool {
        [EC2, VPC].contains(&self.service_code.as_str())
            && self.format_version == "aws_v1"
            && self
                .filters
                .iter()
                .all(|filter| filter.kind == "TERM_MATCH")
            && self.region().is_some()
    }

    fn region(&self) -> Option<&str> {
        let filter = self.filters.iter().find(|it| it.field == REGION_FIELD);
        filter.map(|filter| filter.value.as_str())
    }

    /// What is for sale and meets every filter. A family is the product's own, all else is an attribute.
    fn products(&self, set: &Shared) -> Vec<Value> {
        let region = self.region().unwrap_or_default();
        let products = if self.service_code == EC2 {
            let mut products = machines(region, &set.prices);
            products.extend(disks(region, &set.disk_prices));
            products
        } else {
            addresses(region)
        };
        let meets = |product: &Value, Filter { field, value, .. }: &Filter| {
            let product = &product["product"];
            let found = match field.as_str() {
                "productFamily" => &product[field],
                _ => &product["attributes"][field],
            };
            found.as_str() == Some(value)
        };
        products
            .into_iter()
            .filter(|product| self.filters.iter().all(|filter| meets(product, filter)))
            .collect()
    }
}

/// Every type that is known, at the fixture's price or the one that was set.
fn machines(region: &str, set: &BTreeMap<(String, String), f64>) -> Vec<Value> {
    let mut prices = fixtures::list_prices(region);
    let here = set.iter().filter(|((place, _), _)| place == region);
    prices.extend(here.map(|((_, instance_type), usd)| (instance_type.clone(), *usd)));
    let products = prices
        .iter()
        .flat_map(|(instance_type, usd)| variants(region, instance_type, *usd));
    products.collect()
}

/// Disks: gp3, and two that a reader must leave aside.
fn disks(region: &str, set: &BTreeMap<String, f64>) -> [Value; 3] {
    let usd = set.get(region).copied().unwrap_or(DISK_USD);
    [
        ("EBS:VolumeUsage.gp3", "gp3", usd),
        ("EBS:VolumeUsage.gp3.outposts", "gp3", usd / 2.0),
        ("EBS:VolumeUsage.gp2", "gp2", usd / 2.0),
    ]
    .map(|(usage, kind, usd)| {
        let attributes = json!({ "volumeApiName": kind, "regionCode": region, "usagetype": usage, "operation": "" });
        listed(EC2, Some("Storage"), attributes, "GB-Mo", usd)
    })
}

/// Public addresses: one in use, and two that a reader must leave aside.
fn addresses(region: &str) -> Vec<Value> {
    let usages = [
        ("InUseAddress", ADDRESS_USD),
        ("IdleAddress", ADDRESS_USD / 2.0),
        ("ContiguousBlock", ADDRESS_USD / 2.0),
    ];
    let products = usages.map(|(usage, usd)| {
        let usage = format!("PublicIPv4:{usage}");
        let attributes = json!({ "group": "VPCPublicIPv4Address", "regionCode": region, "usagetype": usage, "operation": "" });
        listed(VPC, None, attributes, "Hrs", usd)
    });
    products.into()
}

/// A type as it is sold: for Linux, and in two of the many ways that a reader must leave aside.
fn variants(region: &str, instance_type: &str, usd: f64) -> [Value; 3] {
    [
        product(region, instance_type, "Linux", "Used", usd),
        product(region, instance_type, "Windows", "Used", usd * 1.8),
        product(
            region,
            instance_type,
            "Linux",
            "UnusedCapacityReservation",
            usd,
        ),
    ]
}

/// A product as the API writes one, without what nobody reads.
fn product(
    region: &str,
    instance_type: &str,
    system: &str,
    capacity_status: &str,
    usd: f64,
) -> Value {
    let usage = match capacity_status {
        "Used" => "BoxUsage",
        _ => "UnusedBox",
    };
    let operation = match system {
        "Windows" => "RunInstances:0002",
        _ => "RunInstances",
    };
    let family = if instance_type.contains(".metal") {
        "Compute Instance (bare metal)"
    } else {
        "Compute Instance"
    };
    let attributes = json!({
        "instanceType": instance_type,
        "regionCode": region,
        "operatingSystem": system,
        "preInstalledSw": "NA",
        "tenancy": "Shared",
        "capacitystatus": capacity_status,
        "licenseModel": "No License required",
        "marketoption": "OnDemand",
        "usagetype": format!("{usage}:{instance_type}"),
        "operation": operation,
    });
    listed(EC2, Some(family), attributes, "Hrs", usd)
}

/// What all products have in common.
fn listed(
    service: &str,
    family: Option<&str>,
    mut attributes: Value,
    unit: &str,
    usd: f64,
) -> Value {
    attributes["servicecode"] = service.into();
    attributes["locationType"] = "AWS Region".into();
    let mut product = json!({ "attributes": attributes, "sku": "ABCDEFGHJKLMNPQR" });
    if let Some(family) = family {
        product["productFamily"] = family.into();
    }
    json!({
        "product": product,
        "serviceCode": service,
        "terms": { "OnDemand": { "ABCDEFGHJKLMNPQR.JRTCKXETXF": {
            "priceDimensions": { "ABCDEFGHJKLMNPQR.JRTCKXETXF.6YS6EN2CT7": {
                "unit": unit,
                "beginRange": "0",
                "endRange": "Inf",
                "appliesTo": [],
                "rateCode": "ABCDEFGHJKLMNPQR.JRTCKXETXF.6YS6EN2CT7",
                "description": format!("${usd} per {unit}"),
                "pricePerUnit": { "USD": format!("{usd:.10}") },
            } },
            "sku": "ABCDEFGHJKLMNPQR",
            "offerTermCode": "JRTCKXETXF",
            "effectiveDate": "2026-07-01T00:00:00Z",
            "termAttributes": {},
        } } },
        "version": "20260720000000",
        "publicationDate": "2026-07-20T00:00:00Z",
    })
}
