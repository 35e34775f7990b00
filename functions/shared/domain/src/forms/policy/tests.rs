//! The form and its reading agree, and every slip is named beside its field.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::access::policy::tests::{limit, policies};
use crate::forms::Form;
use crate::messages;

/// What Slack sends when nothing was touched.
fn untouched(policy: &Policy) -> Value {
    let view = messages::form(&Form::Policy(Box::new(policy.clone())), "{}");
    let mut values = json!({});
    for block in view["blocks"].as_array().into_iter().flatten() {
        let Some(name) = block["block_id"].as_str() else {
            continue;
        };
        let element = &block["element"];
        assert_eq!(element["action_id"], name, "block and field share a name");
        values[name][name] = json!({
            "type": element["type"],
            "value": element["initial_value"],
            "selected_option": element["initial_option"],
            "selected_options": element["initial_options"],
        });
    }
    values
}

/// The errors when one field of an untouched form is changed.
fn errors(name: &str, field: Value) -> FieldErrors {
    let mut values = untouched(&Policy::initial(Vec::new()));
    values[name][name] = field;
    read(Fields(&values)).expect_err("there is a mistake in it")
}

fn typed(name: &str, text: &str) -> Result<Policy, FieldErrors> {
    let mut values = untouched(&Policy::initial(Vec::new()));
    values[name][name]["value"] = json!(text);
    read(Fields(&values))
}

proptest! {
    #[test]
    fn an_untouched_form_changes_nothing(policy in policies()) {
        let read = read(Fields(&untouched(&policy))).expect("it was valid before");
        prop_assert_eq!(read, Policy { admins: Vec::new(), version: 0, ..policy });
    }

    #[test]
    fn whatever_is_typed_is_read_or_named_beside_its_field(text in "\\PC{0,60}", name in prop::sample::select(vec![
        field::DURATION, field::MACHINES, field::VCPUS, field::HOURLY_USD, field::REGIONS,
    ])) {
        if let Err(errors) = typed(name, &text) {
            prop_assert!(matches!(&errors[..], [(beside, sentence)] if *beside == name && sentence.ends_with('.')));
        }
    }

    #[test]
    fn a_limit_reads_back(minutes in limit(10_u32..=43_200)) {
        let policy = Policy { duration_minutes_max: minutes, ..Policy::initial(Vec::new()) };
        prop_assert_eq!(read(Fields(&untouched(&policy))), Ok(policy));
    }
}

#[test]
fn times_are_read_as_people_write_them() {
    for (text, minutes) in [
        ("8h", 480),
        ("8 hours", 480),
        ("2 days", 2_880),
        ("90 minutes", 90),
        ("1 day 6 h", 1_800),
        ("a week", 10_080),
        ("an hour and a half", 90),
        ("10 min", 10),
        ("30 days", 43_200),
    ] {
        let read = typed(field::DURATION, text).expect(text);
        assert_eq!(read.duration_minutes_max, Limit::Set(minutes), "{text}");
    }
}

#[test]
fn off_is_a_word_and_nothing_is_not() {
    for off in ["off", "Off", " OFF ", "“off”", "`off`"] {
        let read = typed(field::MACHINES, off).expect(off);
        assert_eq!(read.machines_per_person_max, Limit::Off, "{off}");
    }
    for name in [
        field::DURATION,
        field::MACHINES,
        field::VCPUS,
        field::HOURLY_USD,
        field::REGIONS,
    ] {
        for nothing in ["", "   ", "\"\""] {
            let errors = typed(name, nothing).expect_err("an empty field");
            assert!(
                matches!(&errors[..], [(beside, sentence)] if *beside == name && sentence.contains("or off for no limit")),
                "{name}: {errors:?}"
            );
        }
    }
}

#[test]
fn lists_are_read_without_repetition() {
    let read = typed(field::REGIONS, "us-east-1, EU-central-1;us-east-1 nyc3").expect("regions");
    assert_eq!(
        read.regions,
        Limit::Set(
            ["us-east-1", "eu-central-1", "nyc3"]
                .map(str::to_owned)
                .to_vec()
        )
    );
}

#[test]
fn every_mistake_is_named_at_once() {
    let errors = read(Fields(&json!({}))).expect_err("an empty form");
    assert_eq!(errors.len(), 9);
}

#[test]
fn slips_are_answered_in_sentences() {
    let option = |value: &str| json!({"value": value});
    let mut text = String::new();
    for (name, slip) in [
        (field::DURATION, "8"),
        (field::DURATION, "long"),
        (field::DURATION, "5 minutes"),
        (field::DURATION, "2 months"),
        (field::DURATION, "8h or so"),
        (field::MACHINES, "0"),
        (field::MACHINES, "2.5"),
        (field::VCPUS, "-1"),
        (field::HOURLY_USD, "0,50"),
        (field::HOURLY_USD, "0"),
        (field::HOURLY_USD, "inf"),
        (field::REGIONS, "us-eats-1"),
        (field::REGIONS, "us-east-1, off"),
        (field::REGIONS, ", ,"),
        (field::MACHINES, ""),
    ] {
        let errors = typed(name, slip).expect_err(slip);
        let _ = writeln!(text, "{name} “{slip}”: {}", errors[0].1);
    }
    for (name, field) in [
        (field::PROVIDERS, json!({"selected_options": []})),
        (
            field::PROVIDERS,
            json!({"selected_options": [option(OFF), option("aws")]}),
        ),
        (field::SPOT, json!({"selected_option": null})),
        (field::PAYS_FOR, json!({"selected_option": option("me")})),
    ] {
        let _ = writeln!(text, "{name}: {}", errors(name, field)[0].1);
    }
    insta::assert_snapshot!(text);
}
