//! The policy's rules, each at its border, and what always holds.

use proptest::prelude::*;

use super::*;
use crate::spec::COUNT_MAX;
use crate::testing::{NOW, ready_reservation, requested_reservation, three_ready};
use crate::time::{HOUR_SECONDS, MINUTE_SECONDS};

const REGIONS: [&str; 4] = ["us-east-1", "eu-central-1", "ap-southeast-2", "nyc3"];

fn request() -> LaunchRequest<'static> {
    LaunchRequest {
        provider: Provider::Aws,
        region: "us-east-1",
        count: 1,
        vcpus: 2,
        hourly_usd: 0.0824,
        spot: false,
        duration_minutes: 240,
        held: Held {
            machines: 1,
            vcpus: 2,
        },
    }
}

fn off() -> Policy {
    Policy::initial(Vec::new())
}

/// A limit that is off or set.
pub(crate) fn limit<T: std::fmt::Debug + Clone>(
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = Limit<T>> {
    prop::option::weighted(0.7, values)
        .prop_map(|value| value.map_or(Limit::Off, |value| Limit::Set(value)))
}

/// Policies as the form can set them.
pub(crate) fn policies() -> impl Strategy<Value = Policy> {
    let providers = prop::sample::subsequence(Provider::ALL.to_vec(), 1..=Provider::ALL.len());
    let regions = prop::sample::subsequence(REGIONS.map(str::to_owned).to_vec(), 1..=4);
    let numbers = (
        limit(10_u32..=43_200),
        limit(1_u32..=6),
        limit(1_u32..=12),
        limit((1_u32..=2_000).prop_map(|cents| f64::from(cents) / 100.0)),
    );
    let payers = prop::sample::select(OrganisationPaysFor::ALL.to_vec());
    let rest = (
        limit(providers),
        limit(regions.prop_shuffle()),
        any::<bool>(),
        any::<bool>(),
        payers,
    );
    (numbers, rest).prop_map(|((minutes, machines, vcpus, usd), rest)| {
        let (providers, regions, allows_spot, allows_guests, organisation_pays_for) = rest;
        Policy {
            admins: vec!["UCAROL".to_owned()],
            duration_minutes_max: minutes,
            machines_per_person_max: machines,
            vcpus_per_person_max: vcpus,
            hourly_usd_max: usd,
            providers,
            regions,
            allows_spot,
            allows_guests,
            organisation_pays_for,
            version: 3,
        }
    })
}

fn requests() -> impl Strategy<Value = LaunchRequest<'static>> {
    let machine = (
        prop::sample::select(Provider::ALL.to_vec()),
        prop::sample::select(REGIONS.to_vec()),
        1_u32..=16,
        0.01_f64..=25.0,
        any::<bool>(),
        10_u32..=43_200,
    );
    let held = (0_u32..=8, 0_u32..=16);
    (machine, 1..=COUNT_MAX, held).prop_map(|(machine, count, (machines, vcpus))| {
        let (provider, region, asked, hourly_usd, spot, duration_minutes) = machine;
        LaunchRequest {
            provider,
            region,
            count,
            vcpus: asked,
            hourly_usd,
            spot,
            duration_minutes,
            held: Held { machines, vcpus },
        }
    })
}

/// The stricter of two policies, rule by rule.
fn both(one: &Policy, other: &Policy) -> Policy {
    fn stricter<T: Clone>(
        one: &Limit<T>,
        other: &Limit<T>,
        least: impl Fn(&T, &T) -> T,
    ) -> Limit<T> {
        match (one, other) {
            (Limit::Set(one), Limit::Set(other)) => Limit::Set(least(one, other)),
            (Limit::Off, set) | (set, Limit::Off) => set.clone(),
        }
    }
    fn common<T: Clone + PartialEq>(one: &[T], other: &[T]) -> Vec<T> {
        let mut common = one.to_vec();
        common.retain(|item| other.contains(item));
        common
    }
    let fewer = |one: &u32, other: &u32| *one.min(other);
    Policy {
        duration_minutes_max: stricter(
            &one.duration_minutes_max,
            &other.duration_minutes_max,
            fewer,
        ),
        machines_per_person_max: stricter(
            &one.machines_per_person_max,
            &other.machines_per_person_max,
            fewer,
        ),
        vcpus_per_person_max: stricter(
            &one.vcpus_per_person_max,
            &other.vcpus_per_person_max,
            fewer,
        ),
        hourly_usd_max: stricter(&one.hourly_usd_max, &other.hourly_usd_max, |one, other| {
            one.min(*other)
        }),
        providers: stricter(&one.providers, &other.providers, |one, other| {
            common(one, other)
        }),
        regions: stricter(&one.regions, &other.regions, |one, other| {
            common(one, other)
        }),
        allows_spot: one.allows_spot && other.allows_spot,
        ..one.clone()
    }
}

/// The rules that a launch breaches, in order.
fn rules(outcome: &Result<(), Vec<Breach>>) -> Vec<std::mem::Discriminant<Breach>> {
    let breaches = outcome.as_ref().err().into_iter().flatten();
    breaches.map(std::mem::discriminant).collect()
}

proptest! {
    #[test]
    fn a_policy_that_is_off_is_never_breached(request in requests(), later in 0_i64..10_000_000) {
        prop_assert_eq!(off().check_launch(&request), Ok(()));
        prop_assert_eq!(off().check_deadline(NOW + later, NOW), Ok(()));
    }

    #[test]
    fn a_stricter_policy_allows_no_more(one in policies(), other in policies(), request in requests(), later in 0_i64..3_000_000) {
        let strict = both(&one, &other);
        let refused = rules(&strict.check_launch(&request));
        for policy in [&one, &other] {
            let before = rules(&policy.check_launch(&request));
            prop_assert!(before.iter().all(|rule| refused.contains(rule)));
            if policy.check_deadline(NOW + later, NOW).is_err() {
                prop_assert!(strict.check_deadline(NOW + later, NOW).is_err());
            }
        }
    }

    #[test]
    fn a_refusal_says_why(policy in policies(), request in requests()) {
        prop_assert_ne!(policy.check_launch(&request), Err(Vec::new()));
    }

    /// Several at once are judged as if they were launched one after the other, each counting for the next.
    #[test]
    fn machines_at_once_are_judged_like_machines_one_by_one(policy in policies(), request in requests()) {
        let before = request.count - 1;
        let last = LaunchRequest {
            count: 1,
            held: Held {
                machines: request.held.machines + before,
                vcpus: request.held.vcpus + before * request.vcpus,
            },
            ..request
        };
        let (together, last) = (policy.check_launch(&request), policy.check_launch(&last));
        prop_assert_eq!(rules(&together), rules(&last));
    }

    /// The number that is named as a way out is one: it keeps the rule, and one more does not.
    #[test]
    fn as_many_as_are_left_can_be_had(policy in policies(), request in requests()) {
        for breach in policy.check_launch(&request).err().into_iter().flatten() {
            let Some(left) = breach.machines_left(1) else { continue };
            prop_assert!((1..request.count).contains(&left));
            let breaks = |count| {
                let fewer = policy.check_launch(&LaunchRequest { count, ..request });
                rules(&fewer).contains(&std::mem::discriminant(&breach))
            };
            prop_assert!(!breaks(left) && breaks(left + 1));
        }
    }

    #[test]
    fn a_launch_and_an_extension_to_the_same_end_are_judged_alike(policy in policies(), minutes in 10_u32..=43_200) {
        let launch = policy.check_launch(&LaunchRequest { duration_minutes: minutes, ..request() });
        let too_long = launch.err().into_iter().flatten().any(|breach| matches!(breach, Breach::Duration { .. }));
        let end = NOW + i64::from(minutes) * MINUTE_SECONDS;
        prop_assert_eq!(policy.check_deadline(end, NOW).is_err(), too_long);
    }
}

#[test]
fn exactly_the_limit_is_allowed_and_the_next_step_is_not() {
    let fits = Policy {
        duration_minutes_max: Limit::Set(240),
        machines_per_person_max: Limit::Set(2),
        vcpus_per_person_max: Limit::Set(4),
        hourly_usd_max: Limit::Set(0.0824),
        providers: Limit::Set(vec![Provider::Aws]),
        regions: Limit::Set(vec!["us-east-1".to_owned()]),
        ..off()
    };
    assert_eq!(fits.check_launch(&request()), Ok(()));
    let beyond = LaunchRequest {
        provider: Provider::Digitalocean,
        region: "nyc3",
        count: 1,
        vcpus: 3,
        hourly_usd: 0.0825,
        spot: true,
        duration_minutes: 241,
        held: Held {
            machines: 2,
            vcpus: 2,
        },
    };
    let spotless = Policy {
        allows_spot: false,
        ..fits
    };
    assert_eq!(
        spotless.check_launch(&beyond),
        Err(vec![
            Breach::Duration {
                asked_minutes: 241,
                minutes_max: 240
            },
            Breach::Machines {
                asked: 1,
                held: 2,
                machines_max: 2
            },
            Breach::Vcpus {
                asked: 3,
                machines: 1,
                held: 2,
                vcpus_max: 4
            },
            Breach::HourlyUsd {
                asked_usd: 0.0825,
                machines: 1,
                usd_max: 0.0824
            },
            Breach::Provider {
                asked: Provider::Digitalocean,
                allowed: vec![Provider::Aws]
            },
            Breach::Region {
                asked: "nyc3".to_owned(),
                allowed: vec!["us-east-1".to_owned()]
            },
            Breach::Spot,
        ])
    );
}

#[test]
fn a_price_that_is_shown_as_the_limit_is_within_it() {
    let policy = Policy {
        hourly_usd_max: Limit::Set(0.3),
        ..off()
    };
    let price = |hourly_usd| LaunchRequest {
        hourly_usd,
        ..request()
    };
    assert_eq!(policy.check_launch(&price(0.1 + 0.2)), Ok(()));
    assert_eq!(policy.check_launch(&price(0.300_04)), Ok(()));
    assert!(policy.check_launch(&price(0.300_06)).is_err());
}

#[test]
fn the_latest_end_is_counted_from_now() {
    let policy = Policy {
        duration_minutes_max: Limit::Set(480),
        ..off()
    };
    let latest = NOW + 8 * HOUR_SECONDS;
    assert_eq!(policy.check_deadline(latest, NOW), Ok(()));
    assert_eq!(
        policy.check_deadline(latest + 1, NOW),
        Err(Breach::Deadline {
            asked_epoch_seconds: latest + 1,
            latest_epoch_seconds: latest,
            minutes_max: 480
        })
    );
}

#[test]
fn machines_count_until_they_are_gone_and_for_what_they_may_become() {
    let (mut launching, ready) = (requested_reservation(240), ready_reservation(240));
    launching.candidates[3].vcpus = 16;
    let mut removing = ready.clone();
    removing
        .end(crate::reservation::EndReason::Deadline, NOW + 100)
        .expect("it was ready");
    let mut gone = removing.clone();
    gone.close(NOW + 200).expect("it was being removed");
    assert_eq!(
        Held::of(&[launching, ready, removing, gone]),
        Held {
            machines: 3,
            vcpus: 16 + 2 + 2
        }
    );
}

#[test]
fn machines_of_one_reservation_count_one_by_one_and_not_when_they_are_gone() {
    let mut three = three_ready(240);
    let each = Held {
        machines: 3,
        vcpus: 6,
    };
    assert_eq!(Held::of(std::slice::from_ref(&three)), each);
    three.machines_gone(&["i-1", "i-3"], NOW + 100);
    let left = Held {
        machines: 2,
        vcpus: 4,
    };
    assert_eq!(Held::of(&[three]), left);
}

#[test]
fn a_breach_reads_back() {
    let breach = Breach::Vcpus {
        asked: 8,
        machines: 2,
        held: 2,
        vcpus_max: 4,
    };
    let json = serde_json::to_string(&breach).expect("it is plain data");
    assert_eq!(
        json,
        r#"{"rule":"vcpus","asked":8,"machines":2,"held":2,"vcpus_max":4}"#
    );
    assert_eq!(serde_json::from_str::<Breach>(&json).ok(), Some(breach));
}
