//! One product of the Price List: a JSON document in a string.
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html>

use std::collections::HashMap;

use serde::Deserialize;

/// Of the usages of a machine, the one that is paid by the hour; other regions put their short name before it. The
/// others are those of reservations and of hosts.
const USAGE: &str = "BoxUsage:";
/// A machine without anything that has a licence of its own.
const OPERATION: &str = "RunInstances";
const HOURS: &str = "Hrs";
const CURRENCY: &str = "USD";

#[derive(Deserialize)]
struct Listed {
    product: Product,
    terms: Terms,
}

#[derive(Deserialize)]
struct Product {
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    instance_type: String,
    usagetype: String,
    operation: String,
}

#[derive(Deserialize)]
struct Terms {
    #[serde(rename = "OnDemand")]
    on_demand: HashMap<String, Term>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Term {
    price_dimensions: HashMap<String, Dimension>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimension {
    unit: String,
    price_per_unit: HashMap<String, String>,
}

/// A type and its price in US dollars an hour, on demand; none where the document is about something else.
pub(super) fn hourly_usd(document: &str) -> Option<(String, f64)> {
    let Listed { product, terms } = serde_json::from_str(document).ok()?;
    let Attributes {
        instance_type,
        usagetype,
        operation,
    } = product.attributes;
    if !usagetype.contains(USAGE) || operation != OPERATION {
        return None;
    }
    let dimensions = terms
        .on_demand
        .values()
        .flat_map(|term| term.price_dimensions.values());
    let prices = dimensions
        .filter(|dimension| dimension.unit == HOURS)
        .filter_map(|dimension| dimension.price_per_unit.get(CURRENCY)?.parse::<f64>().ok());
    let usd = prices
        .filter(|usd| usd.is_finite() && *usd > 0.0)
        .min_by(f64::total_cmp)?;
    Some((instance_type, usd))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As AWS documents the format `aws_v1`, with its terms for reservations shortened.
    const MACHINE: &str = r#"{"product":{"productFamily":"Compute Instance","attributes":{"enhancedNetworkingSupported":"Yes",
        "intelTurboAvailable":"No","memory":"8 GiB","dedicatedEbsThroughput":"Up to 2120 Mbps","vcpu":"2",
        "classicnetworkingsupport":"false","capacitystatus":"Used","locationType":"AWS Region","storage":"EBS only",
        "instanceFamily":"General purpose","operatingSystem":"Linux","intelAvx2Available":"No","regionCode":"eu-central-1",
        "physicalProcessor":"AMD EPYC 7571","clockSpeed":"2.5 GHz","ecu":"Variable","networkPerformance":"Up to 5 Gigabit",
        "servicename":"Amazon Elastic Compute Cloud","vpcnetworkingsupport":"true","instanceType":"t3a.large",
        "tenancy":"Shared","usagetype":"EUC1-BoxUsage:t3a.large","normalizationSizeFactor":"4","servicecode":"AmazonEC2",
        "licenseModel":"No License required","currentGeneration":"Yes","preInstalledSw":"NA","location":"EU (Frankfurt)",
        "processorArchitecture":"64-bit","marketoption":"OnDemand","operation":"RunInstances",
        "availabilityzone":"NA"},"sku":"ABCDEFGHJKLMNPQR"},"serviceCode":"AmazonEC2","terms":{"OnDemand":{
        "ABCDEFGHJKLMNPQR.JRTCKXETXF":{"priceDimensions":{"ABCDEFGHJKLMNPQR.JRTCKXETXF.6YS6EN2CT7":{"unit":"Hrs",
        "endRange":"Inf","description":"$0.0864 per On Demand Linux t3a.large Instance Hour","appliesTo":[],
        "rateCode":"ABCDEFGHJKLMNPQR.JRTCKXETXF.6YS6EN2CT7","beginRange":"0","pricePerUnit":{"USD":"0.0864000000"}}},
        "sku":"ABCDEFGHJKLMNPQR","effectiveDate":"2026-11-01T00:00:00Z","offerTermCode":"JRTCKXETXF","termAttributes":{}}},
        "Reserved":{"ABCDEFGHJKLMNPQR.38NPMPTW36":{"priceDimensions":{"ABCDEFGHJKLMNPQR.38NPMPTW36.2TG2D8R56U":{
        "unit":"Quantity","description":"Upfront Fee","appliesTo":[],"rateCode":"ABCDEFGHJKLMNPQR.38NPMPTW36.2TG2D8R56U",
        "pricePerUnit":{"USD":"448"}}},"sku":"ABCDEFGHJKLMNPQR","effectiveDate":"2020-04-01T00:00:00Z",
        "offerTermCode":"38NPMPTW36","termAttributes":{"LeaseContractLength":"3yr","OfferingClass":"standard",
        "PurchaseOption":"Partial Upfront"}}}},"version":"20261120182201","publicationDate":"2026-11-20T18:22:01Z"}"#;
    /// The example in the reference of `GetProducts`: a disk.
    const DISK: &str = r#"{"product":{"productFamily":"Storage","attributes":{"storageMedia":"SSD-backed",
        "maxThroughputvolume":"320 MB/sec","volumeType":"Provisioned IOPS","maxIopsvolume":"20000","servicecode":"AmazonEC2",
        "usagetype":"CAN1-EBS:VolumeUsage.piops","locationType":"AWS Region","location":"Canada (Central)",
        "servicename":"Amazon Elastic Compute Cloud","maxVolumeSize":"16 TiB","operation":""},"sku":"WQGC34PB2AWS8R4U"},
        "serviceCode":"AmazonEC2","terms":{"OnDemand":{"WQGC34PB2AWS8R4U.JRTCKXETXF":{"priceDimensions":{
        "WQGC34PB2AWS8R4U.JRTCKXETXF.6YS6EN2CT7":{"unit":"GB-Mo","endRange":"Inf",
        "description":"$0.138 per GB-month of Provisioned IOPS SSD (io1)  provisioned storage - Canada (Central)",
        "appliesTo":[],"rateCode":"WQGC34PB2AWS8R4U.JRTCKXETXF.6YS6EN2CT7","beginRange":"0","pricePerUnit":{
        "USD":"0.1380000000"}}},"sku":"WQGC34PB2AWS8R4U","effectiveDate":"2017-08-01T00:00:00Z",
        "offerTermCode":"JRTCKXETXF","termAttributes":{}}}},"version":"20170901182201",
        "publicationDate":"2017-09-01T18:22:01Z"}"#;

    #[test]
    fn a_machine_has_its_price_on_demand() {
        let (instance_type, usd) = hourly_usd(MACHINE).expect("a machine");
        assert_eq!(instance_type, "t3a.large");
        assert!((usd - 0.0864).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_machine_in_use_has_none() {
        let other = |from: &str, to: &str| hourly_usd(&MACHINE.replace(from, to));
        assert_eq!(hourly_usd(DISK), None);
        assert_eq!(other("EUC1-BoxUsage", "EUC1-UnusedBox"), None);
        assert_eq!(other("\"RunInstances\"", "\"RunInstances:0002\""), None);
        assert_eq!(other("0.0864000000", "0.0000000000"), None);
        assert_eq!(other("0.0864000000", "free"), None);
        assert_eq!(other("\"USD\":\"0.0864000000\"", "\"CNY\":\"0.6\""), None);
        assert_eq!(hourly_usd("no JSON"), None);
    }
}
