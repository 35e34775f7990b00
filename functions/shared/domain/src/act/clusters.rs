//! Clusters in words that are understood again.

use crate::intent::{Intent, Os, Slots};
use crate::offers::{Market, Offer};
use crate::spec::{DEFAULT_STORAGE_GB, MachineSpec};

/// The words that ask for such a cluster, or for its price. What the slots leave open, they leave to be asked for.
pub(super) fn sentence(intent: Intent, slots: &Slots) -> String {
    let os = slots.os.map(|os| os.as_str().replace('-', " "));
    let parts = [
        // What is asked for, also in answer to something else.
        Some(if intent == Intent::PriceQuote {
            "how much is a".to_owned()
        } else {
            "launch a".to_owned()
        }),
        (slots.spot == Some(true)).then(|| "spot".to_owned()),
        Some("spark cluster".to_owned()),
        slots.nodes.map(|nodes| format!("with {nodes} nodes")),
        slots
            .workers
            .map(|workers| format!("with 1 master and {workers} workers")),
        os,
        slots.os_version.clone(),
        slots.instance_type.clone(),
        slots.memory_gb.map(|gb| format!("{gb} gb memory each")),
        slots
            .memory_total_gb
            .map(|gb| format!("{gb} gb memory in total")),
        slots.vcpus.map(|vcpus| format!("{vcpus} cores each")),
        slots.storage_gb.map(|gb| format!("{gb} gb disk each")),
        slots
            .storage_total_gb
            .map(|gb| format!("{gb} gb disk in total")),
        slots
            .max_hourly_usd
            .map(|usd| format!("at most ${usd} per hour")),
        slots.region.as_ref().map(|region| format!("in {region}")),
        slots.duration_minutes.map(length),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The words that ask for a cluster of exactly that offer.
pub(super) fn sentence_of(
    offer: &Offer,
    spec: &MachineSpec,
    duration_minutes: Option<u32>,
) -> String {
    let storage_gb = Some(spec.storage_gb).filter(|gb| *gb != DEFAULT_STORAGE_GB);
    let slots = Slots {
        nodes: Some(spec.count),
        spot: (offer.market == Market::Spot).then_some(true),
        os: Os::from_name(spec.os.name()),
        os_version: Some(spec.os_version.clone()),
        instance_type: Some(offer.instance_type.clone()),
        storage_gb: storage_gb.map(f64::from),
        region: spec.region.clone(),
        duration_minutes,
        ..Slots::default()
    };
    sentence(Intent::CreateCluster, &slots)
}

fn length(minutes: u32) -> String {
    if minutes.is_multiple_of(60) {
        format!("for {} hours", minutes / 60)
    } else {
        format!("for {minutes} minutes")
    }
}
