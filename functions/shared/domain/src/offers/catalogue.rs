//! Offers in memory: names stored once, prices in rows of sixteen bytes, sorted.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;

use super::offer::{Architecture, Market, Offer, Source, is_previous_generation};
use super::page::PageKey;
use crate::cost::{Extras, HourlyCost};
use crate::intent::Provider;

/// Every offer known, ready to be searched.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    pub(super) types: Vec<MachineType>,
    pub(super) regions: Vec<String>,
    pub(super) zones: Vec<Option<String>>,
    pub(super) groups: Vec<Group>,
}

/// A size of machine, as its cloud sells it in all regions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MachineType {
    pub(super) provider: Provider,
    pub(super) name: String,
    pub(super) architecture: Architecture,
    pub(super) vcpus: u32,
    pub(super) memory_gib: f64,
    pub(super) has_gpu: bool,
    pub(super) is_burstable: bool,
    pub(super) is_previous_generation: bool,
}

/// What offers have in common that all get the same added to their price, so that the order of their prices is the
/// order of their totals whatever the disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Terms {
    pub(super) provider: Provider,
    pub(super) market: Market,
    pub(super) included_storage_gb: u32,
    pub(super) extras: Option<Extras>,
    pub(super) source: Source,
}

/// Offers on the same terms, cheapest first.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) terms: Terms,
    pub(super) rows: Vec<Row>,
}

/// An offer: a price, and places in the tables of names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) machine_usd: f64,
    pub(super) machine_type: u32,
    pub(super) region: u16,
    pub(super) zone: u16,
}

impl Group {
    /// What one of its offers costs an hour with a disk of that size and an address, or bare.
    pub(super) fn cost(&self, row: Row, storage_gb: Option<u32>) -> HourlyCost {
        let Terms {
            provider,
            included_storage_gb,
            extras,
            ..
        } = self.terms;
        match storage_gb {
            Some(gb) => HourlyCost::on(provider, extras, row.machine_usd, included_storage_gb, gb),
            None => HourlyCost::bare(row.machine_usd),
        }
    }
}

/// Knows the place of each value in a table that holds it once.
struct Interner<T> {
    places: HashMap<T, usize>,
    /// Neighbours have much in common.
    last: Option<(T, usize)>,
}

impl<T: Eq + Hash + Clone> Interner<T> {
    fn new() -> Self {
        Self {
            places: HashMap::new(),
            last: None,
        }
    }

    /// The place of a value; `add` puts it into the table if it is new.
    fn place(&mut self, value: T, add: impl FnOnce(T) -> usize) -> usize {
        if let Some((last, place)) = &self.last
            && *last == value
        {
            return *place;
        }
        let place = if let Some(place) = self.places.get(&value) {
            *place
        } else {
            let place = add(value.clone());
            self.places.insert(value.clone(), place);
            place
        };
        self.last = Some((value, place));
        place
    }
}

/// Appends to a table and says where.
fn append<T>(table: &mut Vec<T>, value: T) -> usize {
    table.push(value);
    table.len() - 1
}

impl Catalogue {
    /// A catalogue of these offers. Of several prices for the same thing the lowest counts. Offers beyond the
    /// 65,536th region or zone are left out; no cloud is near that.
    pub fn of(offers: impl IntoIterator<Item = Offer>) -> Self {
        let mut catalogue = Self::default();
        let (mut regions, mut zones, mut groups) =
            (Interner::new(), Interner::new(), Interner::new());
        let mut types: HashMap<String, Vec<u32>> = HashMap::new();
        for mut offer in offers {
            let region = std::mem::take(&mut offer.region);
            let region = regions.place(region, |it| append(&mut catalogue.regions, it));
            let zone = zones.place(offer.zone.take(), |it| append(&mut catalogue.zones, it));
            let (Ok(region), Ok(zone)) = (u16::try_from(region), u16::try_from(zone)) else {
                continue;
            };
            let terms = Terms {
                provider: offer.provider,
                market: offer.market,
                included_storage_gb: offer.included_storage_gb,
                extras: offer.extras,
                source: std::mem::take(&mut offer.source),
            };
            let machine_usd = offer.hourly_usd;
            let Some(machine_type) = catalogue.type_of(offer, &mut types) else {
                continue;
            };
            let group = groups.place(terms, |terms| {
                let rows = Vec::new();
                append(&mut catalogue.groups, Group { terms, rows })
            });
            catalogue.groups[group].rows.push(Row {
                machine_usd,
                machine_type,
                region,
                zone,
            });
        }
        catalogue.sort();
        catalogue
    }

    /// The place of an offer's type; types of the same name that differ in size are two.
    fn type_of(&mut self, offer: Offer, known: &mut HashMap<String, Vec<u32>>) -> Option<u32> {
        let wanted = MachineType {
            is_previous_generation: is_previous_generation(offer.provider, &offer.instance_type),
            provider: offer.provider,
            name: offer.instance_type,
            architecture: offer.architecture,
            vcpus: offer.vcpus,
            memory_gib: offer.memory_gib,
            has_gpu: offer.has_gpu,
            is_burstable: offer.is_burstable,
        };
        if let Some(namesakes) = known.get(&wanted.name) {
            let is_it = |place: &&u32| self.types[**place as usize] == wanted;
            if let Some(place) = namesakes.iter().find(is_it) {
                return Some(*place);
            }
        }
        let place = u32::try_from(self.types.len()).ok()?;
        known.entry(wanted.name.clone()).or_default().push(place);
        self.types.push(wanted);
        Some(place)
    }

    /// Keeps the lowest price for each thing, and sorts.
    fn sort(&mut self) {
        let mut groups = std::mem::take(&mut self.groups);
        for Group { rows, .. } in &mut groups {
            let thing = |row: &Row| (row.machine_type, row.region, row.zone);
            rows.sort_unstable_by(|a, b| {
                (thing(a).cmp(&thing(b))).then(a.machine_usd.total_cmp(&b.machine_usd))
            });
            rows.dedup_by_key(|row| thing(row));
            rows.sort_unstable_by(|a, b| self.compare_rows(a, b));
            rows.shrink_to_fit();
        }
        self.groups = groups;
    }

    /// The order inside a group: by price, then more memory, more processors, names.
    pub(super) fn compare_rows(&self, a: &Row, b: &Row) -> Ordering {
        let (a_type, b_type) = (self.machine_type(*a), self.machine_type(*b));
        (a.machine_usd.total_cmp(&b.machine_usd))
            .then_with(|| b_type.memory_gib.total_cmp(&a_type.memory_gib))
            .then_with(|| b_type.vcpus.cmp(&a_type.vcpus))
            .then_with(|| a_type.name.cmp(&b_type.name))
            .then_with(|| self.region(*a).cmp(self.region(*b)))
            .then_with(|| self.zone(*a).cmp(&self.zone(*b)))
    }

    pub(super) fn machine_type(&self, row: Row) -> &MachineType {
        &self.types[row.machine_type as usize]
    }

    pub(super) fn region(&self, row: Row) -> &str {
        &self.regions[usize::from(row.region)]
    }

    pub(super) fn zone(&self, row: Row) -> Option<&str> {
        self.zones[usize::from(row.zone)].as_deref()
    }

    /// A row of a group as an offer of its own.
    pub(super) fn offer(&self, group: &Group, row: Row) -> Offer {
        let machine = self.machine_type(row);
        Offer {
            provider: group.terms.provider,
            region: self.region(row).to_owned(),
            zone: self.zone(row).map(str::to_owned),
            instance_type: machine.name.clone(),
            architecture: machine.architecture,
            vcpus: machine.vcpus,
            memory_gib: machine.memory_gib,
            has_gpu: machine.has_gpu,
            is_burstable: machine.is_burstable,
            market: group.terms.market,
            hourly_usd: row.machine_usd,
            included_storage_gb: group.terms.included_storage_gb,
            extras: group.terms.extras,
            source: group.terms.source.clone(),
        }
    }

    /// Every offer, in no promised order.
    pub fn offers(&self) -> impl Iterator<Item = Offer> {
        self.groups
            .iter()
            .flat_map(move |group| group.rows.iter().map(move |row| self.offer(group, *row)))
    }

    /// How many offers there are.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.rows.len()).sum()
    }

    /// How many of them belong on that page.
    pub fn count_on(&self, page: &PageKey) -> usize {
        let groups = self.groups.iter().filter(|group| {
            group.terms.provider == page.provider && group.terms.market == page.market
        });
        groups
            .flat_map(|group| &group.rows)
            .filter(|row| self.region(**row) == page.region)
            .count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cheapest offer of exactly that type of that cloud, on demand.
    pub fn find_on(&self, provider: Provider, instance_type: &str) -> Option<Offer> {
        let groups = self.groups.iter().filter(|group| {
            group.terms.provider == provider && group.terms.market == Market::OnDemand
        });
        let offers = groups.filter_map(|group| {
            let mut rows = group.rows.iter();
            let row = rows.find(|row| self.machine_type(**row).name == instance_type)?;
            Some((group, *row))
        });
        offers
            .min_by(|(_, a), (_, b)| a.machine_usd.total_cmp(&b.machine_usd))
            .map(|(group, row)| self.offer(group, row))
    }

    /// The cheapest offer of exactly that type of EC2, on demand.
    pub fn find(&self, instance_type: &str) -> Option<Offer> {
        self.find_on(Provider::Aws, instance_type)
    }
}
