//! One product of the Price List: a JSON document in a string.
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html>

use std::collections::HashMap;

use serde::Deserialize;

/// Of the usages of a machine, the one that is paid by the hour; other regions put their short name before it. The
/// others are those of reservations and of hosts.
const MACHINE_USAGE: &str = "BoxUsage:";
/// A machine without anything that has a licence of its own.
const MACHINE_OPERATION: &str = "RunInstances";
/// What a gp3 disk holds; what it does a second beyond the usual is sold apart.
const DISK_USAGE: &str = "EBS:VolumeUsage.gp3";
/// Not one that lies idle, nor one of a block.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-billing-usage-reports.html>
const ADDRESS_USAGE: &str = "PublicIPv4:InUseAddress";
const HOURS: &str = "Hrs";
const GB_MONTHS: &str = "GB-Mo";
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
    /// What is no machine has none.
    instance_type: Option<String>,
    usagetype: String,
    operation: Option<String>,
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

/// A product with what it costs on demand.
pub(super) struct Priced {
    attributes: Attributes,
    /// Unit and price in US dollars.
    prices: Vec<(String, f64)>,
}

impl Priced {
    /// None where the document is no product, or has no price.
    pub(super) fn read(document: &str) -> Option<Self> {
        let Listed { product, terms } = serde_json::from_str(document).ok()?;
        let terms = terms.on_demand.into_values();
        let dimensions = terms.flat_map(|term| term.price_dimensions.into_values());
        let prices: Vec<_> = dimensions
            .filter_map(
                |Dimension {
                     unit,
                     price_per_unit,
                 }| {
                    let usd = price_per_unit.get(CURRENCY)?.parse::<f64>().ok()?;
                    (usd.is_finite() && usd > 0.0).then_some((unit, usd))
                },
            )
            .collect();
        (!prices.is_empty()).then_some(Self {
            attributes: product.attributes,
            prices,
        })
    }

    /// A type and its price in US dollars an hour, where it is a machine in use.
    pub(super) fn machine(&self) -> Option<(String, f64)> {
        let Attributes {
            instance_type,
            usagetype,
            operation,
        } = &self.attributes;
        let is_machine =
            usagetype.contains(MACHINE_USAGE) && operation.as_deref() == Some(MACHINE_OPERATION);
        let instance_type = instance_type.as_ref().filter(|_| is_machine)?;
        Some((instance_type.clone(), self.usd_per(HOURS)?))
    }

    /// What a GB-month costs in US dollars, where it is a gp3 disk.
    pub(super) fn disk_gb_month_usd(&self) -> Option<f64> {
        self.usage_usd(DISK_USAGE, GB_MONTHS)
    }

    /// What an hour costs in US dollars, where it is a public IPv4 address in use.
    pub(super) fn address_hour_usd(&self) -> Option<f64> {
        self.usage_usd(ADDRESS_USAGE, HOURS)
    }

    /// The price of exactly that usage; other regions put their short name before it.
    fn usage_usd(&self, usage: &str, unit: &str) -> Option<f64> {
        let place = self.attributes.usagetype.strip_suffix(usage)?;
        (place.is_empty() || place.ends_with('-')).then(|| self.usd_per(unit))?
    }

    fn usd_per(&self, unit: &str) -> Option<f64> {
        let prices = self.prices.iter().filter(|(known, _)| known == unit);
        prices.map(|(_, usd)| *usd).min_by(f64::total_cmp)
    }
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

    /// A public address as the list of `AmazonVPC` has it: no family, but a group.
    const ADDRESS: &str = r#"{"product":{"attributes":{"regionCode":"eu-central-1","servicecode":"AmazonVPC",
        "groupDescription":"Hourly charge for In-use Public IPv4 Addresses","usagetype":"EUC1-PublicIPv4:InUseAddress",
        "locationType":"AWS Region","location":"EU (Frankfurt)","servicename":"Amazon Virtual Private Cloud","operation":"",
        "group":"VPCPublicIPv4Address"},"sku":"ZYXWVUTSRQPNMLKJ"},"serviceCode":"AmazonVPC","terms":{"OnDemand":{
        "ZYXWVUTSRQPNMLKJ.JRTCKXETXF":{"priceDimensions":{"ZYXWVUTSRQPNMLKJ.JRTCKXETXF.6YS6EN2CT7":{"unit":"Hrs",
        "endRange":"Inf","description":"$0.005 per In-use public IPv4 address per hour","appliesTo":[],
        "rateCode":"ZYXWVUTSRQPNMLKJ.JRTCKXETXF.6YS6EN2CT7","beginRange":"0","pricePerUnit":{"USD":"0.0050000000"}}},
        "sku":"ZYXWVUTSRQPNMLKJ","effectiveDate":"2026-11-01T00:00:00Z","offerTermCode":"JRTCKXETXF",
        "termAttributes":{}}}},"version":"20261120182201","publicationDate":"2026-11-20T18:22:01Z"}"#;

    fn machine(document: &str) -> Option<(String, f64)> {
        Priced::read(document)?.machine()
    }

    #[test]
    fn a_machine_has_its_price_on_demand() {
        let (instance_type, usd) = machine(MACHINE).expect("a machine");
        assert_eq!(instance_type, "t3a.large");
        assert!((usd - 0.0864).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_machine_in_use_has_none() {
        let other = |from: &str, to: &str| machine(&MACHINE.replace(from, to));
        assert_eq!(machine(DISK), None);
        assert_eq!(machine(ADDRESS), None);
        assert_eq!(other("EUC1-BoxUsage", "EUC1-UnusedBox"), None);
        assert_eq!(other("\"RunInstances\"", "\"RunInstances:0002\""), None);
        assert_eq!(other("0.0864000000", "0.0000000000"), None);
        assert_eq!(other("0.0864000000", "free"), None);
        assert_eq!(other("\"USD\":\"0.0864000000\"", "\"CNY\":\"0.6\""), None);
        assert_eq!(machine("no JSON"), None);
    }

    #[test]
    fn disks_and_addresses_are_told_from_their_like() {
        let disk = |usage: &str| {
            let document = DISK.replace("CAN1-EBS:VolumeUsage.piops", usage);
            Priced::read(&document)?.disk_gb_month_usd()
        };
        assert_eq!(disk("CAN1-EBS:VolumeUsage.gp3"), Some(0.138));
        assert_eq!(disk("EBS:VolumeUsage.gp3"), Some(0.138));
        assert_eq!(disk("CAN1-EBS:VolumeUsage.piops"), None);
        assert_eq!(disk("CAN1-EBS:VolumeUsage.gp3.outposts"), None);
        let address =
            |from: &str, to: &str| Priced::read(&ADDRESS.replace(from, to))?.address_hour_usd();
        assert_eq!(address("", ""), Some(0.005));
        assert_eq!(address("InUse", "Idle"), None);
        assert_eq!(address("\"Hrs\"", "\"GB-Mo\""), None);
    }
}
