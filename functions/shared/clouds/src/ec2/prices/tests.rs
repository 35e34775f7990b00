use aws_sdk_ec2::types::{GpuInfo, MemoryInfo, ProcessorInfo, VCpuInfo};

use super::*;

const NOW: EpochSeconds = 1_795_428_000;

fn info(name: &str, architecture: ArchitectureType, mebibytes: i64) -> InstanceTypeInfo {
    let processor = ProcessorInfo::builder()
        .supported_architectures(ArchitectureType::I386)
        .supported_architectures(architecture);
    InstanceTypeInfo::builder()
        .instance_type(InstanceType::from(name))
        .processor_info(processor.build())
        .v_cpu_info(VCpuInfo::builder().default_v_cpus(2).build())
        .memory_info(MemoryInfo::builder().size_in_mib(mebibytes).build())
        .burstable_performance_supported(name.starts_with("t3a."))
        .set_gpu_info(name.starts_with("g5g.").then(|| GpuInfo::builder().build()))
        .build()
}

fn types() -> HashMap<String, TypeDescription> {
    let infos = [
        info("t3a.large", ArchitectureType::X8664, 8_192),
        info("g5g.xlarge", ArchitectureType::Arm64, 7_680),
        info("mac2.metal", ArchitectureType::Arm64Mac, 16_384),
    ];
    infos.iter().filter_map(described).collect()
}

fn price(name: &str, usd: &str) -> SpotPrice {
    SpotPrice::builder()
        .instance_type(InstanceType::from(name))
        .availability_zone("us-east-1b")
        .spot_price(usd)
        // The price has stood since then; it is still that of now.
        .timestamp(DateTime::from_secs(NOW - 1_000_000))
        .build()
}

fn page() -> Page {
    Page {
        key: PageKey::ec2("us-east-1", Market::Spot),
        source: Source {
            as_of_epoch_seconds: Some(NOW),
            ..Source::default()
        },
        offers: Vec::new(),
    }
}

#[test]
fn types_are_described_and_macs_left_out() {
    let types = types();
    assert_eq!(types.len(), 2);
    let basic = &types["t3a.large"];
    assert_eq!(
        (basic.architecture, basic.vcpus, basic.is_burstable),
        (Architecture::X86_64, 2, true)
    );
    let graphics = &types["g5g.xlarge"];
    assert_eq!(
        (graphics.architecture, graphics.has_gpu),
        (Architecture::Arm64, true)
    );
    assert!((graphics.memory_gib - 7.5).abs() < 1e-9);
}

#[test]
fn a_spot_price_is_an_offer_of_its_zone_as_of_now() {
    let offer = spot_offer(&price("t3a.large", "0.028900"), &types(), &page());
    let offer = offer.expect("a known type");
    assert_eq!(
        (offer.market, offer.zone.as_deref()),
        (Market::Spot, Some("us-east-1b"))
    );
    assert!((offer.hourly_usd - 0.028_9).abs() < 1e-12);
    assert_eq!(offer.source.as_of_epoch_seconds, Some(NOW));
}

#[test]
fn what_makes_no_sense_is_not_offered() {
    for (name, usd) in [
        ("t3a.large", "free"),
        ("t3a.large", "0"),
        ("x9.mythical", "0.1"),
    ] {
        let offer = spot_offer(&price(name, usd), &types(), &page());
        assert_eq!(offer, None, "{name} at {usd}");
    }
    let nowhere = SpotPrice::builder().spot_price("0.1").build();
    assert_eq!(spot_offer(&nowhere, &types(), &page()), None);
}
