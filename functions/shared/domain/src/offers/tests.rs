use proptest::prelude::*;

use super::*;
use crate::cost::{Extras, HourlyCost};
use crate::intent::Provider;
use crate::spec::{DEFAULT_STORAGE_GB, MachineSpec, System};
use crate::testing::NOW;
use crate::time::HOUR_SECONDS;

fn spec(vcpus_min: Option<u32>, memory_gib_min: Option<f64>) -> MachineSpec {
    MachineSpec {
        count: 1,
        market: Market::OnDemand,
        region: None,
        os: System::Ubuntu,
        os_version: "24.04".to_owned(),
        environments: Vec::new(),
        cluster: None,
        vcpus_min,
        memory_gib_min,
        instance_type: None,
        storage_gb: DEFAULT_STORAGE_GB,
        hourly_usd_max: None,
        duration_minutes: 240,
    }
}

fn types(choice: &Choice) -> Vec<&str> {
    let offers = choice.candidates.iter();
    offers.map(|offer| offer.instance_type.as_str()).collect()
}

#[test]
fn eight_gib_is_cheapest_on_t3a_large() {
    let choice = Catalogue::bundled().choose(&spec(None, Some(8.0)));
    assert_eq!(
        types(&choice),
        ["t3a.large", "r7a.medium", "r8a.medium", "t3.large"]
    );
    assert_eq!(
        choice.rules,
        "EC2, on-demand, x86_64, shared-CPU types allowed, at least 8 GiB; list prices of 2026-07-20"
    );
    assert_eq!(choice.alternatives, []);
}

#[test]
fn a_named_type_is_taken_as_it_is_whatever_its_architecture() {
    let choice = Catalogue::bundled().choose(&MachineSpec {
        instance_type: Some("t4g.large".to_owned()),
        ..spec(None, None)
    });
    assert_eq!(types(&choice), ["t4g.large"]);
    assert_eq!(choice.candidates[0].architecture, Architecture::Arm64);
}

#[test]
fn each_runner_up_is_told_why_it_lost() {
    let choice = Catalogue::bundled().choose(&spec(None, Some(8.0)));
    let [winner, others @ ..] = &choice.candidates[..] else {
        panic!("{choice:?}")
    };
    let why = others
        .iter()
        .map(|other| Lost::between(winner, other, Some(20)).to_string());
    assert_eq!(
        why.collect::<Vec<_>>(),
        [
            "$0.0009 more per hour",
            "$0.0047 more per hour",
            "$0.0080 more per hour"
        ]
    );
    let smaller = |memory_gib, vcpus| Offer {
        vcpus,
        memory_gib,
        ..winner.clone()
    };
    let lost = |other: &Offer| Lost::between(winner, other, None);
    assert_eq!(lost(&smaller(4.0, 2)), Lost::LessMemory);
    assert_eq!(lost(&smaller(8.0, 1)), Lost::FewerVcpus);
    assert_eq!(lost(&smaller(8.0, 2)), Lost::ByName);
    assert_eq!(
        Lost::Dearer(0.000_01).to_string(),
        "less than $0.0001 more per hour"
    );
}

#[test]
fn the_rule_that_nothing_meets_is_named_with_the_nearest_offer() {
    let without = |spec: &MachineSpec| {
        let choice = Catalogue::bundled().choose(spec);
        assert_eq!(types(&choice), Vec::<&str>::new());
        let alternatives = choice.alternatives.into_iter();
        alternatives
            .map(|one| (one.without.join(" and "), one.offer.instance_type))
            .collect::<Vec<_>>()
    };
    let pair = |without: &str, name: &str| (without.to_owned(), name.to_owned());
    assert_eq!(
        without(&spec(None, Some(1e6))),
        [pair("at least 1000000 GiB", "u7in-32tb.224xlarge")]
    );
    let cheap = MachineSpec {
        hourly_usd_max: Some(0.1),
        ..spec(None, Some(64.0))
    };
    assert_eq!(
        without(&cheap),
        [
            pair("at most $0.1 per hour in all", "r5a.2xlarge"),
            pair("at least 64 GiB", "t3a.large"),
        ]
    );
    let named = MachineSpec {
        instance_type: Some("t3a.large".to_owned()),
        ..spec(None, Some(16.0))
    };
    let named = without(&named);
    assert_eq!(named[0], pair("at least 16 GiB", "t3a.large"));
    assert_eq!(named[1].0, "type t3a.large");
    let both = MachineSpec {
        hourly_usd_max: Some(0.001),
        ..spec(None, Some(1e6))
    };
    assert_eq!(
        without(&both)[0].0,
        "at least 1000000 GiB and at most $0.001 per hour in all"
    );
}

#[test]
fn prices_of_old_count_only_where_their_cloud_is_asked_for() {
    let rules = Rules {
        provider: None,
        ..Rules::of(&spec(None, Some(4.0)))
    };
    let search = |rules: &Rules| Catalogue::bundled().search(rules, CANDIDATES_MAX);
    let provider = |rules: &Rules| search(rules).candidates[0].provider;
    assert_eq!(provider(&rules), Provider::Aws);
    let there = rules.on(Provider::Digitalocean);
    let choice = search(&there);
    assert_eq!(choice.candidates[0].instance_type, "s-2vcpu-4gb");
    assert!(
        choice.rules.starts_with("DigitalOcean, on-demand")
            && choice.rules.ends_with("; prices of December 2022"),
        "{}",
        choice.rules
    );
}

fn spot(zone: &str, hourly_usd: f64, age_seconds: i64) -> Offer {
    Offer {
        market: Market::Spot,
        zone: Some(zone.to_owned()),
        hourly_usd,
        source: Source {
            as_of_epoch_seconds: Some(NOW - age_seconds),
            ..Source::default()
        },
        ..Catalogue::bundled()
            .find("t3a.large")
            .expect("a common type")
    }
}

#[test]
fn spot_prices_of_more_than_a_week_are_not_ranked() {
    let week = 7 * 24 * HOUR_SECONDS;
    let catalogue = Catalogue::of([
        spot("us-east-1a", 0.02, week + 1),
        spot("us-east-1b", 0.03, week),
        Catalogue::bundled()
            .find("t3a.large")
            .expect("a common type"),
    ]);
    let rules = Rules {
        market: Market::Spot,
        now_epoch_seconds: Some(NOW),
        ..Rules::default()
    };
    let choice = catalogue.search(&rules, CANDIDATES_MAX);
    let zones = choice.candidates.iter().map(|offer| offer.zone.as_deref());
    assert_eq!(zones.collect::<Vec<_>>(), [Some("us-east-1b")]);
    let later = Rules {
        now_epoch_seconds: Some(NOW + 1),
        ..rules
    };
    let choice = catalogue.search(&later, CANDIDATES_MAX);
    let without: Vec<_> = (choice.alternatives.iter())
        .map(|one| one.without[0].as_str())
        .collect();
    assert_eq!(without, ["spot", "only spot prices of the last 7 days"]);
}

#[test]
fn lines_that_make_no_sense_are_named_and_not_offered() {
    let csv = "\u{feff}# a remark\ninstance_type,vcpus,memory_gib,arch,region,od_usd_h\r\n\
               x.large,2,8,x86_64,r,free\nx.large,2,8,x86_64,r,-1\nx.large,2.5,8,x86_64,r,1\n\
               x.large,2,8,mips,r,1\n\nx.large,2\nx.large,2,8,x86_64,r,\ny.large,2.0,8.0,amd64,r,1\n";
    let reading = read(csv, &Source::default()).expect("a heading");
    assert_eq!(reading.offers.len(), 1);
    let unread = reading.unread.iter();
    assert_eq!(
        unread
            .map(|line| format!("{}: {}", line.number, line.why))
            .collect::<Vec<_>>(),
        [
            "3: od_usd_h is \"free\"",
            "4: od_usd_h is \"-1\"",
            "5: vcpus is \"2.5\"",
            "6: arch is \"mips\"",
            "8: it has 2 values and the heading has 6",
            "9: it has no price",
        ]
    );
    let missing = read("instance_type,vcpus\n", &Source::default());
    assert_eq!(
        missing.expect_err("columns are missing").to_string(),
        "the heading has no column memory_gib"
    );
}

#[test]
fn a_line_with_both_prices_offers_both() {
    let csv = "zone,instance_type,vcpus,memory_gib,arch,region,od_usd_h,spot_usd_h,provider\n\
               r-1,x.large,2,8,arm64,r,0.5,0.1,aws\nr-2,x.large,2,8,arm64,r,0.5,0.2,\n";
    let reading = read(csv, &Source::default()).expect("a heading");
    let catalogue = Catalogue::of(reading.offers);
    let mut offers: Vec<_> = catalogue
        .offers()
        .map(|offer| {
            (
                offer.market,
                offer.zone.unwrap_or_default(),
                offer.hourly_usd,
            )
        })
        .collect();
    offers.sort_by(|a, b| a.2.total_cmp(&b.2));
    assert_eq!(
        offers,
        [
            (Market::Spot, "r-1".to_owned(), 0.1),
            (Market::Spot, "r-2".to_owned(), 0.2),
            (Market::OnDemand, String::new(), 0.5),
        ]
    );
}

#[test]
fn what_is_not_allowed_is_neither_winner_nor_runner_up() {
    let rules = Rules::of(&spec(None, Some(8.0)));
    let one_cpu = |offer: &Offer| offer.vcpus == 1;
    let choice = Catalogue::bundled().search_among(&rules, CANDIDATES_MAX, one_cpu);
    assert_eq!(choice.candidates[0].instance_type, "r7a.medium");
    assert!(choice.candidates.iter().all(one_cpu));
    assert!(
        choice.rules.contains(", within the policy;"),
        "{}",
        choice.rules
    );
    let winner_passes = Catalogue::bundled().search_among(&rules, CANDIDATES_MAX, |offer| {
        offer.instance_type == "t3a.large"
    });
    assert_eq!(winner_passes.candidates.len(), 1);
    assert!(!winner_passes.rules.contains("policy"));
    let nothing_passes = Catalogue::bundled().search_among(&rules, CANDIDATES_MAX, |_| false);
    assert_eq!(nothing_passes.candidates, []);
    assert_eq!(nothing_passes.alternatives, []);
}

/// The same question answered by looking at each offer.
fn by_hand(offers: &[Offer], rules: &Rules, most: usize) -> Vec<Offer> {
    let total = |offer: &Offer| match rules.storage_gb {
        Some(gb) => HourlyCost::of(offer, gb).total_usd(),
        None => offer.hourly_usd,
    };
    let mut fitting: Vec<Offer> = offers
        .iter()
        .filter(|offer| {
            let most = rules.total_usd_max.unwrap_or(f64::INFINITY);
            offer.market == rules.market
                && rules.provider.is_none_or(|it| it == offer.provider)
                && (rules.region.as_ref()).is_none_or(|it| *it == offer.region)
                && rules.architecture.is_none_or(|it| it == offer.architecture)
                && (rules.instance_type.as_ref()).is_none_or(|it| *it == offer.instance_type)
                && rules.burstable.is_none_or(|it| it == offer.is_burstable)
                && offer.vcpus >= rules.vcpus_min.unwrap_or(0)
                && offer.memory_gib >= rules.memory_gib_min.unwrap_or(0.0)
                && total(offer) <= most
        })
        .cloned()
        .collect();
    fitting.sort_by(|a, b| {
        (total(a).total_cmp(&total(b)))
            .then(a.hourly_usd.total_cmp(&b.hourly_usd))
            .then(b.memory_gib.total_cmp(&a.memory_gib))
            .then(b.vcpus.cmp(&a.vcpus))
            .then(a.instance_type.cmp(&b.instance_type))
            .then(a.region.cmp(&b.region))
            .then(a.zone.cmp(&b.zone))
            .then(a.provider.as_str().cmp(b.provider.as_str()))
    });
    fitting.truncate(most);
    fitting
}

prop_compose! {
    fn any_offer()(
        size in 0_usize..6,
        family in 0_usize..4,
        digitalocean in prop::bool::weighted(0.2),
        region in 0_usize..3,
        zone in 0_usize..3,
        is_spot in any::<bool>(),
        // Few prices, so that there are ties.
        cents in 1_u32..30,
        included in 0_u32..3,
    ) -> Offer {
        let vcpus = 1_u32 << size;
        let memory_gib = f64::from(vcpus) * [2.0, 4.0, 8.0, 0.5][family];
        Offer {
            provider: if digitalocean { Provider::Digitalocean } else { Provider::Aws },
            region: ["r1", "r2", "r3"][region].to_owned(),
            zone: is_spot.then(|| ["a", "b", "c"][zone].to_owned()),
            instance_type: format!("{}.{size}", ["t3", "m7", "r7", "c7"][family]),
            architecture: if family % 2 == 0 { Architecture::X86_64 } else { Architecture::Arm64 },
            vcpus,
            memory_gib,
            has_gpu: false,
            is_burstable: family == 0,
            market: if is_spot { Market::Spot } else { Market::OnDemand },
            hourly_usd: f64::from(cents) / 100.0,
            included_storage_gb: if digitalocean { included * 40 } else { 0 },
            // What a region asks for disk and address may turn the order of prices round.
            extras: [None, Extras::read(0.08, 0.005).ok(), Extras::read(0.152, 0.04).ok()][region],
            source: Source::default(),
        }
    }
}

prop_compose! {
    fn any_rules()(
        market in prop_oneof![Just(Market::OnDemand), Just(Market::Spot)],
        provider in prop::option::of(prop_oneof![Just(Provider::Aws), Just(Provider::Digitalocean)]),
        region in prop::option::of("r[1-4]"),
        architecture in prop::option::of(prop_oneof![Just(Architecture::X86_64), Just(Architecture::Arm64)]),
        instance_type in prop::option::weighted(0.1, "(t3|m7)\\.[0-6]"),
        burstable in prop::option::of(any::<bool>()),
        vcpus_min in prop::option::of(0_u32..40),
        memory_gib_min in prop::option::of(0.0_f64..300.0),
        storage_gb in prop::option::of(0_u32..200),
        total_usd_max in prop::option::of(0.0_f64..0.4),
    ) -> Rules {
        Rules {
            market, provider, region, architecture, instance_type, burstable, vcpus_min, memory_gib_min, storage_gb,
            total_usd_max,
            current_generation: false,
            now_epoch_seconds: None,
        }
    }
}

proptest! {
    #[test]
    fn the_search_finds_what_looking_at_each_offer_finds(
        offers in prop::collection::vec(any_offer(), 0..120),
        rules in any_rules(),
        most in 1_usize..25,
    ) {
        let catalogue = Catalogue::of(offers);
        let known: Vec<Offer> = catalogue.offers().collect();
        let expected = by_hand(&known, &rules, most);
        let choice = catalogue.search(&rules, most);
        prop_assert_eq!(&choice.candidates, &expected);
        prop_assert_eq!(choice.alternatives.is_empty(), !expected.is_empty() || known.is_empty());
    }

    #[test]
    fn of_several_prices_for_the_same_thing_the_lowest_counts(offers in prop::collection::vec(any_offer(), 1..120)) {
        let cheapest = offers.iter().map(|offer| offer.hourly_usd).min_by(f64::total_cmp);
        let catalogue = Catalogue::of(offers);
        let kept = catalogue.offers().map(|offer| offer.hourly_usd).min_by(f64::total_cmp);
        prop_assert_eq!(kept, cheapest);
        let things = |catalogue: &Catalogue| {
            let name = |offer: Offer| (offer.provider.as_str(), offer.region, offer.zone, offer.instance_type, offer.included_storage_gb);
            catalogue.offers().map(name).collect::<std::collections::BTreeSet<_>>().len()
        };
        prop_assert_eq!(things(&catalogue), catalogue.len());
    }

    /// Dropping the rules that an alternative names makes it fit, and dropping fewer makes nothing fit.
    #[test]
    fn without_the_rules_that_are_named_something_fits(
        offers in prop::collection::vec(any_offer(), 1..60),
        rules in any_rules(),
    ) {
        let catalogue = Catalogue::of(offers);
        let choice = catalogue.search(&rules, 1);
        for alternative in choice.alternatives {
            let fewer = alternative.without.len() - 1;
            for (number, _) in alternative.without.iter().enumerate() {
                let kept: Vec<&String> = alternative.without.iter().enumerate()
                    .filter(|(other, _)| fewer > 0 && *other == number).map(|(_, words)| words).collect();
                let relaxed = dropped(&rules, |words| alternative.without.iter().any(|one| one == words) && !kept.iter().any(|one| *one == words));
                let fits = !catalogue.search(&relaxed, 1).candidates.is_empty();
                prop_assert_eq!(fits, kept.is_empty(), "{:?} {:?}", alternative, relaxed);
            }
        }
    }
}

/// The rules without those whose words are meant.
fn dropped(rules: &Rules, is_meant: impl Fn(&str) -> bool) -> Rules {
    let said = |rule| rules.words(rule).is_some_and(|words| is_meant(&words));
    let mut relaxed = rules.clone();
    if said(Rule::Provider) {
        relaxed.provider = None;
    }
    if said(Rule::Region) {
        relaxed.region = None;
    }
    if said(Rule::Market) {
        relaxed.market = match rules.market {
            Market::OnDemand => Market::Spot,
            Market::Spot => Market::OnDemand,
        };
    }
    if said(Rule::Architecture) {
        relaxed.architecture = None;
    }
    if said(Rule::InstanceType) {
        relaxed.instance_type = None;
    }
    if said(Rule::Burstable) {
        relaxed.burstable = None;
    }
    if said(Rule::Vcpus) {
        relaxed.vcpus_min = None;
    }
    if said(Rule::Memory) {
        relaxed.memory_gib_min = None;
    }
    if said(Rule::Price) {
        relaxed.total_usd_max = None;
    }
    relaxed
}
