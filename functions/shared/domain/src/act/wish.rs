//! From what somebody said to machines that can be had, or the reason why not.

use super::clusters;
use crate::environments;
use crate::event::Unsupported;
use crate::intent::{Environment, Framework, Kind, Notebook, Provider, Slots, StorageType};
use crate::offers::{Catalogue, Market, Offer};
use crate::reservation::{DEADLINE_SECONDS_MAX, DURATION_MINUTES_MIN};
use crate::spec::{
    CLUSTER_NODES_MAX, CLUSTER_NODES_MIN, COUNT_MAX, Cluster, DEFAULT_STORAGE_GB, MachineSpec,
    STORAGE_GB, System,
};
use crate::time::MINUTE_SECONDS;

/// The machines that the slots describe, by themselves or as a cluster. What they leave open gets its default; `regions`
/// are those served.
pub(super) fn machine(
    kind: Kind,
    slots: &Slots,
    regions: &[String],
    catalogue: &Catalogue,
) -> Result<MachineSpec, Unsupported> {
    if slots.provider == Some(Provider::Digitalocean) {
        return Err(Unsupported::Provider("DigitalOcean".to_owned()));
    }
    on(Provider::Aws, kind, slots, regions, catalogue)
}

/// The machines that the slots describe, to name their price: clouds where nothing can be launched yet have one too.
pub(super) fn price(
    slots: &Slots,
    regions: &[String],
    catalogue: &Catalogue,
) -> Result<(MachineSpec, Provider), Unsupported> {
    let provider = slots.provider.unwrap_or(Provider::Aws);
    let regions = match (provider, &slots.region) {
        // One price for all regions.
        (Provider::Digitalocean, Some(asked)) => std::slice::from_ref(asked),
        _ => regions,
    };
    let kind = slots.kind.unwrap_or(Kind::Vm);
    Ok((on(provider, kind, slots, regions, catalogue)?, provider))
}

fn on(
    provider: Provider,
    kind: Kind,
    slots: &Slots,
    regions: &[String],
    catalogue: &Catalogue,
) -> Result<MachineSpec, Unsupported> {
    refuse_what_is_not_ready(slots, regions)?;
    let os = match slots.os {
        Some(named) => System::of(named).ok_or_else(|| Unsupported::System(named.to_string()))?,
        None => System::Ubuntu,
    };
    let os_version = match &slots.os_version {
        Some(version) if os.versions().contains(&version.as_str()) => version.clone(),
        Some(version) => return Err(Unsupported::Version(format!("{} {version}", os.title()))),
        None => os.versions()[0].to_owned(),
    };
    if let Some(name) = &slots.instance_type
        && catalogue.find_on(provider, name).is_none()
    {
        return Err(Unsupported::InstanceType(name.clone()));
    }
    let cluster = match kind {
        Kind::Vm => None,
        Kind::Cluster => Some(cluster(slots)?),
    };
    let count = match kind {
        Kind::Vm => slots.count.unwrap_or(1),
        Kind::Cluster => nodes(slots)?,
    };
    let each = |total: f64| total / f64::from(count);
    Ok(MachineSpec {
        count,
        market: match slots.spot {
            Some(true) => Market::Spot,
            _ => Market::OnDemand,
        },
        // Elsewhere than on EC2 a price is the same in all of them.
        region: (slots.region.clone()).filter(|_| provider == Provider::Aws),
        os,
        os_version,
        environments: match cluster {
            None => environments(slots)?,
            Some(_) => Vec::new(),
        },
        cluster,
        vcpus_min: slots.vcpus,
        memory_gib_min: slots.memory_gb.or(slots.memory_total_gb.map(each)),
        instance_type: slots.instance_type.clone(),
        storage_gb: storage_gb(slots.storage_gb.or(slots.storage_total_gb.map(each)))?,
        hourly_usd_max: slots.max_hourly_usd,
        duration_minutes: slots.duration_minutes.unwrap_or(DURATION_MINUTES_MIN),
    })
}

/// The words that ask for exactly that offer, with the rest of a wish as it was. Without a length of time, they leave
/// it to be asked for.
pub(crate) fn sentence(offer: &Offer, spec: &MachineSpec, duration_minutes: Option<u32>) -> String {
    if spec.cluster.is_some() {
        return clusters::sentence_of(offer, spec, duration_minutes);
    }
    let length = match duration_minutes {
        None => String::new(),
        Some(minutes) if minutes % 60 == 0 => format!(" for {} hours", minutes / 60),
        Some(minutes) => format!(" for {minutes} minutes"),
    };
    let MachineSpec {
        count,
        os,
        os_version,
        storage_gb,
        ..
    } = spec;
    let disk = if *storage_gb == DEFAULT_STORAGE_GB {
        String::new()
    } else {
        format!(" with {storage_gb} gb disk")
    };
    let spot = match offer.market {
        Market::OnDemand => "",
        Market::Spot => "spot ",
    };
    let environments = &spec.environments;
    let software: Vec<&str> = environments.iter().map(|one| one.as_str()).collect();
    let software = match software.as_slice() {
        [] => String::new(),
        some => format!(" with {}", some.join(" and ")),
    };
    let place = (spec.region.as_ref()).map_or_else(String::new, |region| format!(" in {region}"));
    let system = os.name().replace('-', " ");
    let what = match count {
        1 => "vm".to_owned(),
        count => format!("{count} vms"),
    };
    format!(
        "{spot}{what} {system} {os_version} {}{disk}{place}{software}{length}",
        offer.instance_type
    )
}

/// The software that was named, each once and in one order, so that the same wish is the same machines.
fn environments(slots: &Slots) -> Result<Vec<Environment>, Unsupported> {
    let named = slots.environment.iter().flatten().copied();
    let mut named: Vec<Environment> = named.collect();
    named.sort_unstable();
    named.dedup();
    match named
        .iter()
        .find(|one| environments::setup(**one).is_none())
    {
        Some(unknown) => Err(Unsupported::Environment(*unknown)),
        None => Ok(named),
    }
}

/// What makes a cluster: Spark with Jupyter, unless something else was named. Both bring Python and Java along.
fn cluster(slots: &Slots) -> Result<Cluster, Unsupported> {
    let is_there = |named: &&Environment| matches!(named, Environment::Python | Environment::Java);
    let mut named = slots.environment.iter().flatten();
    if let Some(other) = named.find(|named| !is_there(named)) {
        return Err(Unsupported::WithCluster(other.to_string()));
    }
    match (slots.framework, slots.notebook) {
        (Some(Framework::Hadoop), _) => Err(Unsupported::ClusterSoftware("Hadoop".to_owned())),
        (_, Some(Notebook::Zeppelin)) => Err(Unsupported::ClusterSoftware("Zeppelin".to_owned())),
        (None | Some(Framework::Spark), None | Some(Notebook::Jupyter)) => Ok(Cluster::default()),
    }
}

/// Machines of a cluster, the master included.
fn nodes(slots: &Slots) -> Result<u32, Unsupported> {
    let with_master = |workers: u32| workers.saturating_add(1);
    let nodes = slots.nodes.or(slots.workers.map(with_master));
    let nodes = nodes.unwrap_or(CLUSTER_NODES_MIN);
    if (CLUSTER_NODES_MIN..=CLUSTER_NODES_MAX).contains(&nodes) {
        Ok(nodes)
    } else {
        Err(Unsupported::Nodes(nodes))
    }
}

fn refuse_what_is_not_ready(slots: &Slots, regions: &[String]) -> Result<(), Unsupported> {
    if let Some(minutes) = slots.duration_minutes
        && (minutes < DURATION_MINUTES_MIN
            || i64::from(minutes) * MINUTE_SECONDS > DEADLINE_SECONDS_MAX)
    {
        return Err(Unsupported::Duration);
    }
    match slots {
        Slots {
            region: Some(asked),
            ..
        } if !regions.contains(asked) => Err(Unsupported::Region(asked.clone())),
        Slots {
            count: Some(count), ..
        } if !(1..=COUNT_MAX).contains(count) => Err(Unsupported::Count(*count)),
        Slots {
            storage_type: Some(StorageType::Hdd),
            ..
        } => Err(Unsupported::MagneticDisk),
        Slots {
            template: Some(name),
            ..
        } => Err(Unsupported::Template(name.clone())),
        _ => Ok(()),
    }
}

fn storage_gb(asked: Option<f64>) -> Result<u32, Unsupported> {
    let Some(asked) = asked else {
        return Ok(DEFAULT_STORAGE_GB);
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what a u32 holds"
    )]
    let rounded = asked.ceil().clamp(0.0, f64::from(u32::MAX)) as u32;
    if STORAGE_GB.contains(&rounded) {
        Ok(rounded)
    } else {
        Err(Unsupported::Storage(rounded))
    }
}
