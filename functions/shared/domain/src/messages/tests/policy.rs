//! What is said about the policy, and its form.

use super::*;
use crate::access::policy::{Breach, Limit, OrganisationPaysFor, Policy};
use crate::event::{PolicyReply, StandingEnd};
use crate::forms::Form;
use crate::intent::Provider;

fn strict() -> Policy {
    Policy {
        duration_minutes_max: Limit::Set(480),
        machines_per_person_max: Limit::Set(2),
        vcpus_per_person_max: Limit::Set(8),
        hourly_usd_max: Limit::Set(0.5),
        providers: Limit::Set(vec![Provider::Aws]),
        regions: Limit::Set(vec!["us-east-1".to_owned(), "eu-central-1".to_owned()]),
        allows_spot: false,
        organisation_pays_for: OrganisationPaysFor::Admins,
        ..off()
    }
}

fn off() -> Policy {
    Policy::initial(vec!["UCAROL".to_owned()])
}

fn breaches() -> [Breach; 7] {
    [
        Breach::Duration {
            asked_minutes: 4_320,
            minutes_max: 480,
        },
        Breach::Machines {
            asked: 1,
            held: 1,
            machines_max: 1,
        },
        Breach::Vcpus {
            asked: 4,
            machines: 1,
            held: 6,
            vcpus_max: 8,
        },
        Breach::HourlyUsd {
            asked_usd: 0.5432,
            machines: 1,
            usd_max: 0.5,
        },
        Breach::Provider {
            asked: Provider::Aws,
            allowed: vec![Provider::Digitalocean],
        },
        Breach::Region {
            asked: "us-east-1".to_owned(),
            allowed: vec!["eu-west-1".to_owned(), "eu-central-1".to_owned()],
        },
        Breach::Spot,
    ]
}

fn against(breaches: &[Breach], goes_on: bool) -> PolicyReply {
    PolicyReply::Against {
        breaches: breaches.to_vec(),
        admins: vec!["UCAROL".to_owned()],
        may_change: false,
        stands: None,
        goes_on,
        machines_min: 1,
    }
}

fn said(answer: PolicyReply) -> Message {
    reply(&Reply::Policy(answer), PlaceKind::Direct)
}

fn shown(policy: Policy, may_change: bool) -> Message {
    said(PolicyReply::Shown {
        policy: Box::new(policy),
        may_change,
    })
}

#[test]
fn the_policy_and_its_changes() {
    insta::assert_snapshot!(all([
        ("all off", shown(off(), false)),
        ("strict, to an admin", shown(strict(), true)),
        (
            "before anybody is an admin",
            shown(Policy::initial(Vec::new()), false)
        ),
        (
            "changed",
            said(PolicyReply::Changed {
                policy: Box::new(strict())
            })
        ),
        (
            "changed meanwhile",
            said(PolicyReply::ChangedMeanwhile {
                policy: Box::new(strict())
            })
        ),
    ]));
}

#[test]
fn what_is_against_the_policy() {
    let [duration, machines, vcpus, price, cloud, region, spot] = breaches();
    let alone = Breach::Vcpus {
        asked: 16,
        machines: 1,
        held: 0,
        vcpus_max: 8,
    };
    let one = |breach: &Breach| said(against(std::slice::from_ref(breach), true));
    let deadline = Breach::Deadline {
        asked_epoch_seconds: NOW + 20 * HOUR_SECONDS,
        latest_epoch_seconds: NOW + 8 * HOUR_SECONDS,
        minutes_max: 480,
    };
    let extension = |goes_on, may_change| {
        said(PolicyReply::Against {
            breaches: vec![deadline.clone()],
            admins: vec!["UCAROL".to_owned(), "UDAVE".to_owned()],
            may_change,
            stands: Some(StandingEnd {
                handle: "r-aaaaa".to_owned(),
                deadline_epoch_seconds: NOW + 4 * HOUR_SECONDS,
            }),
            goes_on,
            machines_min: 1,
        })
    };
    let catalogue = Catalogue::bundled();
    let priced = PolicyReply::PricedAgainst {
        offer: catalogue.find("t3a.large").expect("a common type"),
        rules: "on-demand, x86_64".to_owned(),
        count: 1,
        storage_gb: 20,
        duration_minutes: Some(4_320),
        cluster: None,
        breaches: vec![duration.clone()],
        admins: vec!["UCAROL".to_owned()],
        may_change: false,
    };
    insta::assert_snapshot!(all([
        ("too long", one(&duration)),
        ("too many machines", one(&machines)),
        ("too many vCPUs", one(&vcpus)),
        ("too many vCPUs, the first machine", one(&alone)),
        ("too dear", one(&price)),
        ("cloud", one(&cloud)),
        ("region", one(&region)),
        ("spot", one(&spot)),
        (
            "several",
            said(against(&[duration.clone(), machines, vcpus, price], true))
        ),
        ("at the button", said(against(&[duration], false))),
        ("extended too far", extension(true, false)),
        (
            "extended too far, an admin at the button",
            extension(false, true)
        ),
        ("priced", said(priced)),
    ]));
}

#[test]
fn a_policy_with_every_region_and_every_breach_stays_within_slacks_limits() {
    let regions: Vec<String> = (0..60)
        .map(|number| format!("ap-southeast-{number}"))
        .collect();
    let policy = Policy {
        regions: Limit::Set(regions.clone()),
        ..strict()
    };
    let mut all = breaches().to_vec();
    all.push(Breach::Region {
        asked: "us-east-1".to_owned(),
        allowed: regions,
    });
    for message in [shown(policy, true), said(against(&all, false))] {
        let text = message.blocks[0]["text"]["text"].as_str().expect("a text");
        assert!(!text.ends_with('…'), "nothing was cut: {text}");
    }
}

/// A form as a person sees it.
fn filled_in(view: &Value) -> String {
    let label = |option: &Value| {
        option["text"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let mut text = format!(
        "═ {} ═\n",
        view["title"]["text"].as_str().unwrap_or_default()
    );
    for block in view["blocks"].as_array().into_iter().flatten() {
        if block["type"] == "section" {
            let _ = writeln!(
                text,
                "{}",
                block["text"]["text"].as_str().unwrap_or_default()
            );
            continue;
        }
        let element = &block["element"];
        let _ = writeln!(
            text,
            "\n{}",
            block["label"]["text"].as_str().unwrap_or_default()
        );
        if let Some(value) = element["initial_value"].as_str() {
            let _ = writeln!(text, "  [{value}]");
        }
        for option in element["options"].as_array().into_iter().flatten() {
            let ticked = element["initial_options"].as_array().into_iter().flatten();
            let ticked = ticked
                .chain([&element["initial_option"]])
                .any(|initial| initial == option);
            let _ = writeln!(
                text,
                "  ({}) {}",
                if ticked { "x" } else { " " },
                label(option)
            );
        }
        if let Some(hint) = block["hint"]["text"].as_str() {
            let _ = writeln!(text, "  {hint}");
        }
    }
    let _ = writeln!(
        text,
        "\n[{}] [{}]",
        view["close"]["text"].as_str().unwrap_or_default(),
        view["submit"]["text"].as_str().unwrap_or_default()
    );
    text
}

#[test]
fn the_form() {
    let view = |policy: Policy| form(&Form::Policy(Box::new(policy)), "{}");
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        filled_in(&view(off())),
        filled_in(&view(strict()))
    ));
    insta::assert_json_snapshot!("payload_policy_form", view(strict()));
}

#[test]
fn what_is_against_the_policy_with_several() {
    let machines = |asked, held, machines_max| Breach::Machines {
        asked,
        held,
        machines_max,
    };
    let vcpus = |asked, machines, held| Breach::Vcpus {
        asked,
        machines,
        held,
        vcpus_max: 8,
    };
    let dear = Breach::HourlyUsd {
        asked_usd: 0.5432,
        machines: 3,
        usd_max: 0.5,
    };
    let said = |breaches: &[Breach]| said(against(breaches, true));
    insta::assert_snapshot!(all([
        ("too many at once", said(&[machines(3, 0, 2)])),
        ("too many beside others", said(&[machines(3, 1, 3)])),
        ("no room at all", said(&[machines(3, 2, 2)])),
        (
            "fewer would have few enough vCPUs",
            said(&[vcpus(12, 3, 0)])
        ),
        (
            "even one would have too many vCPUs",
            said(&[vcpus(12, 3, 6)])
        ),
        ("each too dear", said(std::slice::from_ref(&dear))),
        (
            "all of that",
            said(&[machines(3, 1, 3), vcpus(12, 3, 4), dear])
        ),
    ]));
}
