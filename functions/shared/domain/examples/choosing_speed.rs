//! How long it takes to find the cheapest of 100,000 offers, and to look at each of them instead: the times in
//! nanoseconds, as JSON. `cargo dev bench` runs it and makes a table of it.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::hint::black_box;
use std::time::Instant;

use domain::cost::HourlyCost;
use domain::intent::Provider;
use domain::offers::{
    Architecture, CANDIDATES_MAX, Catalogue, Market, Offer, Page, PageKey, Rules, Source,
};
use serde_json::json;

const OFFERS: usize = 100_000;
const REQUESTS: usize = 5_000;
/// The slow way is measured on fewer of them.
const REQUESTS_BY_HAND: usize = 200;
const READINGS: usize = 200;
const SEED: u64 = 2_026;

fn main() {
    let mut chance = Chance(SEED);
    let offers = offers(&mut chance);
    let catalogue = Catalogue::of(offers.iter().cloned());
    let requests: Vec<Rules> = (0..REQUESTS).map(|_| rules(&mut chance)).collect();
    let search = |rules: &Rules| catalogue.search(rules, CANDIDATES_MAX);
    let (fitting, empty): (Vec<Rules>, Vec<Rules>) = requests
        .iter()
        .cloned()
        .partition(|rules| !search(rules).candidates.is_empty());
    let by_hand = &requests[..REQUESTS_BY_HAND];
    let pages = pages();
    for rules in by_hand {
        let found = search(rules)
            .candidates
            .first()
            .map(|offer| offer.hourly_usd);
        assert_eq!(found, cheapest(&offers, rules), "{rules:?}");
    }
    println!(
        "{}",
        json!({
            "offers": catalogue.len(),
            "search": times(&requests, search),
            "search_fitting": times(&fitting, search),
            "search_empty": times(&empty, search),
            "by_hand": times(by_hand, |rules| cheapest(&offers, rules)),
            "read_bundled": times(&[(); READINGS], |()| Catalogue::read_bundled()),
            "read_pages": times(&[(); READINGS], |()| read(&pages)),
        })
    );
}

/// Numbers that look random and are the same each time. (Knuth's constants of MMIX.)
struct Chance(u64);

impl Chance {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap_or_default();
        high % end
    }

    fn of<T: Clone>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())].clone()
    }

    fn hardly_ever<T>(&mut self, value: T) -> Option<T> {
        (self.below(10) == 0).then_some(value)
    }

    fn sometimes<T>(&mut self, value: T) -> Option<T> {
        (self.below(2) == 0).then_some(value)
    }
}

/// The bundled types at prices of other regions, on demand and, of EC2's, in three zones each.
fn offers(chance: &mut Chance) -> Vec<Offer> {
    let types: Vec<Offer> = Catalogue::bundled().offers().collect();
    let offers = (1..).flat_map(|number| {
        let region = format!("region-{number}");
        types.iter().flat_map(move |machine| {
            let zones = if machine.provider == Provider::Aws {
                3
            } else {
                0
            };
            let region = region.clone();
            (0..=zones).map(move |zone| Offer {
                zone: (zone > 0).then(|| format!("{region}{zone}")),
                region: region.clone(),
                market: if zone > 0 {
                    Market::Spot
                } else {
                    Market::OnDemand
                },
                source: Source::default(),
                ..machine.clone()
            })
        })
    });
    let offers = offers.take(OFFERS).map(|offer| {
        let least = if offer.market == Market::Spot {
            200
        } else {
            900
        };
        let per_mille = u16::try_from(least + chance.below(400)).unwrap_or(1_000);
        Offer {
            hourly_usd: offer.hourly_usd * f64::from(per_mille) / 1e3,
            ..offer
        }
    });
    offers.collect()
}

/// What the largest region has in the table: every type of EC2 on demand, and on the spot market of six zones.
fn pages() -> Vec<(PageKey, Vec<u8>)> {
    let machines: Vec<Offer> = Catalogue::bundled()
        .offers()
        .filter(|offer| offer.provider == Provider::Aws)
        .collect();
    let spot = machines.iter().flat_map(|machine| {
        ('a'..='f').zip(3_u32..).map(|(zone, part)| Offer {
            zone: Some(format!("{}{zone}", machine.region)),
            market: Market::Spot,
            hourly_usd: (machine.hourly_usd * 1e4 / f64::from(part)).ceil() / 1e4,
            ..machine.clone()
        })
    });
    [spot.collect(), machines.clone()]
        .into_iter()
        .map(|offers: Vec<Offer>| {
            let key = PageKey::of(&offers[0]);
            let page = Page {
                key: key.clone(),
                source: Source::default(),
                offers,
            };
            (key, page.pack().unwrap_or_default())
        })
        .collect()
}

/// The catalogue with those pages.
fn read(pages: &[(PageKey, Vec<u8>)]) -> Catalogue {
    let read = pages
        .iter()
        .filter_map(|(key, packed)| Page::unpack(key.clone(), Source::default(), packed).ok());
    Catalogue::bundled_with(read.collect(), &["us-east-1".to_owned()])
}

/// A request, hard to please now and then.
fn rules(chance: &mut Chance) -> Rules {
    let region = format!("region-{}", chance.below(22));
    let total_usd_max = chance.of(&[0.001, 0.02, 0.5, 5.0]);
    let vcpus_min = chance.of(&[1, 2, 4, 8, 16, 64, 192, 1_000]);
    let memory_gib_min = chance.of(&[0.5, 2.0, 8.0, 16.0, 64.0, 500.0, 20_000.0, 1e6]);
    let architecture = chance.of(&[Architecture::X86_64, Architecture::Arm64]);
    let burstable = chance.of(&[true, false]);
    let instance_type = chance.of(&["t3a.large", "m7i.4xlarge", "x9.mythical"]);
    Rules {
        market: chance.of(&[Market::OnDemand, Market::Spot]),
        provider: chance.sometimes(Provider::Aws),
        region: chance.sometimes(region),
        architecture: chance.sometimes(architecture),
        instance_type: chance.hardly_ever(instance_type.to_owned()),
        burstable: chance.sometimes(burstable),
        vcpus_min: chance.sometimes(vcpus_min),
        memory_gib_min: chance.sometimes(memory_gib_min),
        storage_gb: chance.sometimes(50),
        total_usd_max: chance.hardly_ever(total_usd_max),
        ..Rules::default()
    }
}

/// The price of the cheapest by looking at each.
fn cheapest(offers: &[Offer], rules: &Rules) -> Option<f64> {
    let cost = |offer: &Offer| {
        let bare = HourlyCost::bare(offer.hourly_usd);
        (rules
            .storage_gb
            .map_or(bare, |gb| HourlyCost::of(offer, gb)))
        .total_usd()
    };
    let fitting = offers.iter().filter(|offer| {
        offer.market == rules.market
            && rules.provider.is_none_or(|it| it == offer.provider)
            && (rules.region.as_ref()).is_none_or(|it| *it == offer.region)
            && rules.architecture.is_none_or(|it| it == offer.architecture)
            && (rules.instance_type.as_ref()).is_none_or(|it| *it == offer.instance_type)
            && rules.burstable.is_none_or(|it| it == offer.is_burstable)
            && offer.vcpus >= rules.vcpus_min.unwrap_or(0)
            && offer.memory_gib >= rules.memory_gib_min.unwrap_or(0.0)
            && rules.total_usd_max.is_none_or(|most| cost(offer) <= most)
    });
    let best = fitting
        .min_by(|a, b| (cost(a).total_cmp(&cost(b))).then(a.hourly_usd.total_cmp(&b.hourly_usd)));
    best.map(|offer| offer.hourly_usd)
}

/// How many nanoseconds each of them takes, undisturbed: the best of three times.
fn times<T, R>(inputs: &[T], work: impl Fn(&T) -> R) -> Vec<u128> {
    let time = |input: &T| {
        let start = Instant::now();
        black_box(work(black_box(input)));
        start.elapsed().as_nanos()
    };
    inputs
        .iter()
        .map(|input| time(input).min(time(input)).min(time(input)))
        .collect()
}
