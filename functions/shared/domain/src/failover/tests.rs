//! Each row of the table by what is tried after it, and what holds of every launch.

use proptest::prelude::*;

use super::table::CODES;
use super::*;
use crate::offers::Architecture;
use crate::testing::{NOW, requested_reservation};
use crate::workflow::StepErrorKind;

const MAIN: &str = "us-east-1";
const OTHER: &str = "eu-west-1";

fn offer(region: &str, instance_type: &str, vcpus: u32) -> Offer {
    let cheapest = requested_reservation(240).candidates[0].clone();
    Offer {
        region: region.to_owned(),
        instance_type: instance_type.to_owned(),
        vcpus,
        ..cheapest
    }
}

/// Four types of two classes in one region, and one in another.
fn reservation() -> Reservation {
    let mut reservation = requested_reservation(240);
    reservation.candidates = vec![
        offer(MAIN, "m5.large", 2),
        offer(MAIN, "m5.xlarge", 4),
        offer(MAIN, "t3.small", 1),
        offer(MAIN, "g4dn.xlarge", 4),
        offer(OTHER, "m5.large", 2),
    ];
    reservation
}

fn places() -> Places {
    let zones = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let zones = [
        (MAIN.to_owned(), zones(&["us-east-1a", "us-east-1b"])),
        (OTHER.to_owned(), zones(&["eu-west-1a"])),
    ];
    Places {
        zones: zones.into(),
        unavailable: Vec::new(),
    }
}

/// Notes that a try was refused.
fn refuse(reservation: &mut Reservation, tried: &Next, code: &str, reason: FailureReason) {
    let (Next::Try { candidate, zone } | Next::Skip { candidate, zone }) = tried else {
        panic!("{tried:?} is no try");
    };
    reservation.attempts.push(Attempt {
        candidate: *candidate,
        zone: Some(zone.clone()),
        subnet: None,
        image: None,
        client_token: String::new(),
        tried_epoch_seconds: NOW,
        refused: Some(Refusal {
            code: code.to_owned(),
            reason,
        }),
    });
}

/// What is tried after a refusal of the first try: the type, and whether the zone is the same, another or in another
/// region.
fn after(code: &str, reason: FailureReason) -> String {
    let mut reservation = reservation();
    let first = next(&reservation, &places(), NOW);
    refuse(&mut reservation, &first, code, reason);
    match (&first, next(&reservation, &places(), NOW)) {
        (Next::Try { zone: before, .. }, Next::Try { candidate, zone }) => {
            let offer = &reservation.candidates[candidate];
            let place = match (&offer.region[..], zone == *before) {
                (OTHER, _) => "another region",
                (_, true) => "the same zone",
                (_, false) => "another zone",
            };
            format!("{} in {place}", offer.instance_type)
        }
        (_, other) => format!("{other:?}"),
    }
}

/// The table once more, row by row: the code, its kind, and what is tried next.
const ROWS: &[(&str, FailureReason, &str)] = &[
    (
        "InsufficientInstanceCapacity",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "InsufficientHostCapacity",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "ReservationCapacityExceeded",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "UnfulfillableCapacity",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "Unsupported",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "SpotMaxPriceTooLow",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "NoSubnetInZone",
        FailureReason::Misconfigured,
        "m5.large in another zone",
    ),
    (
        "InsufficientFreeAddressesInSubnet",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "InsufficientAddressCapacity",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "InsufficientVolumeCapacity",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "VcpuLimitExceeded",
        FailureReason::QuotaExceeded,
        "t3.small in the same zone",
    ),
    (
        "MaxSpotInstanceCountExceeded",
        FailureReason::QuotaExceeded,
        "t3.small in the same zone",
    ),
    (
        "InstanceLimitExceeded",
        FailureReason::QuotaExceeded,
        "m5.xlarge in the same zone",
    ),
    (
        "VolumeLimitExceeded",
        FailureReason::QuotaExceeded,
        "m5.large in another region",
    ),
    (
        "SecurityGroupLimitExceeded",
        FailureReason::QuotaExceeded,
        "m5.large in another region",
    ),
    (
        "RulesPerSecurityGroupLimitExceeded",
        FailureReason::QuotaExceeded,
        "m5.large in another region",
    ),
    (
        "NetworkInterfaceLimitExceeded",
        FailureReason::QuotaExceeded,
        "m5.large in another region",
    ),
    (
        NO_DEFAULT_NETWORK,
        FailureReason::Misconfigured,
        "m5.large in another region",
    ),
    (
        "OptInRequired",
        FailureReason::Misconfigured,
        "m5.large in another region",
    ),
    (
        "PendingVerification",
        FailureReason::Misconfigured,
        "m5.large in another region",
    ),
    (
        UNSUPPORTED_IMAGE,
        FailureReason::InvalidRequest,
        "m5.large in another region",
    ),
    (
        BROKEN_TOKEN,
        FailureReason::InvalidRequest,
        "m5.large in another zone",
    ),
    // Not listed: by their kind.
    (
        "SomethingNew",
        FailureReason::NoCapacity,
        "m5.large in another zone",
    ),
    (
        "SomethingLimitExceeded",
        FailureReason::QuotaExceeded,
        "m5.large in another region",
    ),
    (
        "UnauthorizedOperation",
        FailureReason::Denied,
        "GiveUp(Denied)",
    ),
    ("AuthFailure", FailureReason::BadKey, "GiveUp(BadKey)"),
];

#[test]
fn each_refusal_rules_out_what_it_is_about_and_nothing_else() {
    for (code, reason, expected) in ROWS {
        assert_eq!(after(code, *reason), *expected, "{code}");
    }
    for (code, _) in CODES {
        assert!(
            ROWS.iter().any(|(tested, ..)| tested == code),
            "{code} is not tested"
        );
    }
}

#[test]
fn what_is_no_refusal_is_repeated_or_stops_the_launch() {
    use StepErrorKind as K;
    let rows = [
        (K::Throttled, Some("RequestLimitExceeded"), Meaning::Again),
        (K::Transient, Some("InternalError"), Meaning::Again),
        (K::Transient, None, Meaning::Again),
        (K::NotYet, None, Meaning::Again),
        (K::Denied, Some("UnauthorizedOperation"), Meaning::Stop),
        (K::BadKey, Some("AuthFailure"), Meaning::Stop),
        (
            K::InvalidRequest,
            Some("InvalidParameterValue"),
            Meaning::Stop,
        ),
        (K::Misconfigured, Some("Blocked"), Meaning::Stop),
        (
            K::MachineVanished,
            Some("IdempotentInstanceTerminated"),
            Meaning::Stop,
        ),
        (K::Cancelled, None, Meaning::Stop),
    ];
    for (kind, code, expected) in rows {
        assert_eq!(meaning(kind, code), expected, "{kind:?} {code:?}");
    }
}

#[test]
fn a_limit_is_a_class_of_families_and_what_is_smaller_may_still_fit() {
    let mut reservation = reservation();
    for expected in ["m5.large", "t3.small", "g4dn.xlarge", "m5.large"] {
        let tried = next(&reservation, &places(), NOW);
        let Next::Try { candidate, .. } = &tried else {
            panic!("{tried:?} instead of {expected}");
        };
        assert_eq!(reservation.candidates[*candidate].instance_type, expected);
        refuse(
            &mut reservation,
            &tried,
            "VcpuLimitExceeded",
            FailureReason::QuotaExceeded,
        );
    }
    assert_eq!(
        next(&reservation, &places(), NOW),
        Next::GiveUp(FailureReason::QuotaExceeded)
    );
}

#[test]
fn classes_are_amazons() {
    let classes = [
        ("t3a.large", "Standard (A, C, D, H, I, M, R, T, Z)"),
        ("im4gn.large", "Standard (A, C, D, H, I, M, R, T, Z)"),
        ("g4dn.xlarge", "G and VT"),
        ("gr6.4xlarge", "G and VT"),
        ("vt1.3xlarge", "G and VT"),
        ("p4d.24xlarge", "P"),
        ("x2gd.medium", "X"),
        ("f1.2xlarge", "F"),
        ("inf2.xlarge", "Inf"),
        ("trn1.2xlarge", "Trn"),
        ("dl1.24xlarge", "DL"),
        ("hpc7a.12xlarge", "HPC"),
        ("u-6tb1.112xlarge", "High Memory"),
        ("mac2.metal", "Mac"),
    ];
    for (instance_type, class) in classes {
        assert_eq!(quota_class(instance_type), class, "{instance_type}");
    }
    let spot = Offer {
        market: Market::Spot,
        ..offer(MAIN, "p4d.24xlarge", 96)
    };
    assert_eq!(limit_name(&spot), "All P Spot Instance Requests");
}

#[test]
fn a_region_is_looked_at_only_when_it_is_its_turn() {
    let look = |region: &str| Next::Look {
        region: region.to_owned(),
    };
    let mut reservation = reservation();
    let mut places = places();
    places.zones.remove(OTHER);
    let nothing = Places::default();
    assert_eq!(next(&reservation, &nothing, NOW), look(MAIN));
    let tried = next(&reservation, &places, NOW);
    refuse(
        &mut reservation,
        &tried,
        NO_DEFAULT_NETWORK,
        FailureReason::Misconfigured,
    );
    assert_eq!(next(&reservation, &places, NOW), look(OTHER));
}

#[test]
fn a_spot_price_is_one_zones() {
    let mut reservation = reservation();
    let spot = |zone: &str| Offer {
        market: Market::Spot,
        zone: Some(zone.to_owned()),
        ..offer(MAIN, "m5.large", 2)
    };
    reservation.candidates = vec![spot("us-east-1b"), spot("us-east-1a")];
    for zone in ["us-east-1b", "us-east-1a"] {
        let tried = next(&reservation, &places(), NOW);
        assert!(matches!(&tried, Next::Try { zone: tried, .. } if tried == zone));
        refuse(
            &mut reservation,
            &tried,
            NO_CAPACITY,
            FailureReason::NoCapacity,
        );
    }
    assert_eq!(
        next(&reservation, &places(), NOW),
        Next::GiveUp(FailureReason::NoCapacity)
    );
}

/// A launch in which the zone of a candidate has no subnet: a row each, with what is tried after that was noted, or why it
/// is given up.
#[test]
fn a_price_of_a_zone_without_a_subnet_is_noted_and_left_out() {
    let spot = |zone: &str, instance_type: &str| Offer {
        market: Market::Spot,
        zone: Some(zone.to_owned()),
        ..offer(MAIN, instance_type, 2)
    };
    let skipped = |candidate, zone: &str| Next::Skip {
        candidate,
        zone: zone.to_owned(),
    };
    let tried = |candidate, zone: &str| Next::Try {
        candidate,
        zone: zone.to_owned(),
    };
    let (nowhere, here) = ("us-east-1e", "us-east-1b");
    let rows = [
        // The next candidate, whatever its type.
        (
            vec![spot(nowhere, "m5.large"), spot(here, "m5.large")],
            vec![skipped(0, nowhere), tried(1, here)],
        ),
        // A zone is noted once for all types.
        (
            vec![
                spot(nowhere, "m5.large"),
                spot(nowhere, "r5.large"),
                spot(here, "m5.large"),
            ],
            vec![skipped(0, nowhere), tried(2, here)],
        ),
        // What comes before it is tried before it.
        (
            vec![spot(here, "m5.large"), spot(nowhere, "m5.large")],
            vec![tried(0, here)],
        ),
        // Nothing else is left: the truth, and not that the region has no network.
        (
            vec![spot(nowhere, "m5.large"), spot("us-east-1f", "m5.large")],
            vec![
                skipped(0, nowhere),
                skipped(1, "us-east-1f"),
                Next::GiveUp(FailureReason::Misconfigured),
            ],
        ),
    ];
    for (candidates, steps) in rows {
        let mut reservation = reservation();
        reservation.candidates = candidates;
        for expected in steps {
            let found = next(&reservation, &places(), NOW);
            assert_eq!(found, expected, "{:?}", reservation.candidates);
            if matches!(found, Next::GiveUp(_)) {
                break;
            }
            refuse(
                &mut reservation,
                &found,
                NO_SUBNET,
                FailureReason::Misconfigured,
            );
        }
    }
}

#[test]
fn what_others_found_unavailable_comes_last_and_is_forgotten_after_three_minutes() {
    let mut reservation = reservation();
    reservation.candidates.truncate(1);
    let first = next(&reservation, &places(), NOW);
    refuse(
        &mut reservation,
        &first,
        NO_CAPACITY,
        FailureReason::NoCapacity,
    );
    let mark = Unavailable::seen(&reservation.attempts[0], &reservation.candidates[0], NOW);
    let mark = mark.expect("it is about capacity");
    reservation.attempts.clear();
    let marked = |marks: &[&Unavailable]| Places {
        unavailable: marks.iter().map(|mark| (*mark).clone()).collect(),
        ..places()
    };
    let second = next(&reservation, &marked(&[&mark]), NOW);
    assert_ne!(second, first);
    let forgotten = NOW + UNAVAILABLE_SECONDS;
    assert_eq!(next(&reservation, &marked(&[&mark]), forgotten), first);

    let Next::Try { zone, .. } = second else {
        panic!("{second:?} is no try");
    };
    let other = Unavailable {
        zone,
        ..mark.clone()
    };
    assert_eq!(
        next(&reservation, &marked(&[&mark, &other]), NOW),
        first,
        "rather there than nowhere"
    );
}

#[test]
fn only_a_lack_of_capacity_is_told_to_others() {
    let seen = |code: &str, reason| {
        let mut reservation = reservation();
        let first = next(&reservation, &places(), NOW);
        refuse(&mut reservation, &first, code, reason);
        Unavailable::seen(&reservation.attempts[0], &reservation.candidates[0], NOW).is_some()
    };
    assert!(seen(NO_CAPACITY, FailureReason::NoCapacity));
    assert!(seen("Unsupported", FailureReason::NoCapacity));
    assert!(!seen("VcpuLimitExceeded", FailureReason::QuotaExceeded));
    assert!(!seen(BROKEN_TOKEN, FailureReason::InvalidRequest));
    assert!(!seen(
        "InsufficientFreeAddressesInSubnet",
        FailureReason::NoCapacity
    ));
}

#[test]
fn launches_begin_in_different_zones_and_each_always_in_the_same() {
    let first = |id: String| {
        let mut reservation = reservation();
        reservation.id = id;
        next(&reservation, &places(), NOW)
    };
    let firsts: Vec<Next> = (0..20).map(|number| first(format!("{number}"))).collect();
    assert!(firsts.iter().any(|one| *one != firsts[0]));
    assert_eq!(first("7".to_owned()), first("7".to_owned()));
}

#[test]
fn nobody_waits_for_ever() {
    let mut reservation = reservation();
    let first = next(&reservation, &places(), NOW);
    refuse(
        &mut reservation,
        &first,
        NO_CAPACITY,
        FailureReason::NoCapacity,
    );
    let late = NOW + TRYING_SECONDS_MAX;
    assert!(matches!(
        next(&reservation, &places(), late - 1),
        Next::Try { .. }
    ));
    assert_eq!(
        next(&reservation, &places(), late),
        Next::GiveUp(FailureReason::NoCapacity)
    );
}

fn refusal() -> impl Strategy<Value = (&'static str, FailureReason)> {
    prop_oneof![
        6 => Just((NO_CAPACITY, FailureReason::NoCapacity)),
        1 => Just(("InsufficientFreeAddressesInSubnet", FailureReason::NoCapacity)),
        1 => Just(("VcpuLimitExceeded", FailureReason::QuotaExceeded)),
        1 => Just(("InstanceLimitExceeded", FailureReason::QuotaExceeded)),
        1 => Just(("VolumeLimitExceeded", FailureReason::QuotaExceeded)),
        1 => Just((BROKEN_TOKEN, FailureReason::InvalidRequest)),
        1 => Just((UNSUPPORTED_IMAGE, FailureReason::InvalidRequest)),
    ]
}

fn an_offer() -> impl Strategy<Value = Offer> {
    let types = prop::sample::select(vec!["m5.large", "m5.xlarge", "t3.small", "g4dn.xlarge"]);
    let regions = prop::sample::select(vec![MAIN, OTHER]);
    let zones = prop::option::weighted(0.3, "[a-g]");
    let offers = (types, regions, 1_u32..9, any::<bool>(), zones);
    offers.prop_map(|(name, region, vcpus, is_arm, zone)| Offer {
        architecture: if is_arm {
            Architecture::Arm64
        } else {
            Architecture::X86_64
        },
        market: match zone {
            Some(_) => Market::Spot,
            None => Market::OnDemand,
        },
        zone: zone.map(|letter| format!("{region}{letter}")),
        ..offer(region, name, vcpus)
    })
}

proptest! {
    /// Whatever the cloud says: it ends, nothing is tried twice or outside of what is allowed, and with nothing but a lack
    /// of capacity, the cheaper comes first.
    #[test]
    fn every_launch_ends(
        candidates in prop::collection::vec(an_offer(), 1..12),
        zones in (1_usize..7, 0_usize..4),
        refusals in prop::collection::vec(refusal(), ATTEMPTS_MAX + 1),
        marked in prop::collection::vec((0_usize..12, 0_usize..7), 0..8),
    ) {
        let names = |region: &str, count| {
            let letters = "abcdefg".chars().take(count);
            (region.to_owned(), letters.map(|letter| format!("{region}{letter}")).collect())
        };
        let mut reservation = requested_reservation(240);
        reservation.candidates = candidates;
        let mut places = Places {
            zones: [names(MAIN, zones.0), names(OTHER, zones.1)].into(),
            unavailable: Vec::new(),
        };
        for (candidate, zone) in marked {
            let Some(offer) = reservation.candidates.get(candidate) else { continue };
            let Some(zone) = places.zones[&offer.region].get(zone) else { continue };
            places.unavailable.push(Unavailable {
                zone: zone.clone(),
                instance_type: offer.instance_type.clone(),
                market: offer.market,
                seen_epoch_seconds: NOW,
            });
        }
        let mut tries: Vec<(usize, String)> = Vec::new();
        for (code, reason) in &refusals {
            match next(&reservation, &places, NOW) {
                Next::Look { region } => prop_assert!(false, "{region} was looked at"),
                Next::GiveUp(_) => break,
                skipped @ Next::Skip { .. } => {
                    refuse(&mut reservation, &skipped, NO_SUBNET, FailureReason::Misconfigured);
                    let Next::Skip { candidate, zone } = skipped else { continue };
                    let offer = &reservation.candidates[candidate];
                    prop_assert_eq!(offer.zone.as_ref(), Some(&zone));
                    prop_assert!(!places.zones[&offer.region].contains(&zone));
                }
                tried @ Next::Try { .. } => {
                    refuse(&mut reservation, &tried, code, *reason);
                    let Next::Try { candidate, zone } = tried else { continue };
                    let region = &reservation.candidates[candidate].region;
                    prop_assert!(places.zones[region].contains(&zone));
                    prop_assert!(!tries.contains(&(candidate, zone.clone())));
                    tries.push((candidate, zone));
                }
            }
        }
        prop_assert!(tries.len() <= ATTEMPTS_MAX);
        prop_assert!(matches!(next(&reservation, &places, NOW), Next::GiveUp(_)));
        if places.unavailable.is_empty() && refusals.iter().take(tries.len()).all(|(code, _)| *code == NO_CAPACITY) {
            prop_assert!(tries.is_sorted_by_key(|(candidate, _)| *candidate));
        }
    }
}
