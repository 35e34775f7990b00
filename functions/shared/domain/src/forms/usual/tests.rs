use serde_json::{Value, json};

use super::*;

/// A form as it is sent, with some of its values changed.
fn form(changes: &[(&str, &str)]) -> Value {
    let typed = |value: &str| json!({"type": "plain_text_input", "value": value});
    let chosen =
        |value: &str| json!({"type": "radio_buttons", "selected_option": {"value": value}});
    let mut values = json!({
        field::NODES: { field::NODES: typed("5") },
        field::OS: { field::OS: chosen("debian") },
        field::MEMORY: { field::MEMORY: typed("16") },
        field::VCPUS: { field::VCPUS: {"type": "plain_text_input", "value": null} },
        field::STORAGE: { field::STORAGE: typed("50") },
        field::MARKET: { field::MARKET: chosen(SPOT) },
        field::DURATION: { field::DURATION: typed("3h") },
    });
    for (name, value) in changes {
        let is_chosen = [field::OS, field::MARKET].contains(name);
        values[name][name] = if is_chosen {
            chosen(value)
        } else {
            typed(value)
        };
    }
    values
}

fn read(changes: &[(&str, &str)]) -> Result<Usual, FieldErrors> {
    super::read(Fields(&form(changes)))
}

#[test]
fn every_field_is_read() {
    let expected = Usual {
        nodes: 5,
        os: System::Debian,
        memory_gb: 16.0,
        vcpus: None,
        storage_gb: 50,
        spot: true,
        duration_minutes: Some(180),
        version: 0,
    };
    assert_eq!(read(&[]), Ok(expected.clone()));
    let otherwise = read(&[
        (field::MEMORY, "7.5 GB"),
        (field::VCPUS, "4"),
        (field::STORAGE, "50gb"),
        (field::MARKET, ON_DEMAND),
        (field::DURATION, ""),
    ]);
    assert_eq!(
        otherwise,
        Ok(Usual {
            memory_gb: 7.5,
            vcpus: Some(4),
            spot: false,
            duration_minutes: None,
            ..expected.clone()
        })
    );
    let hours = read(&[(field::DURATION, "5")]).map(|usual| usual.duration_minutes);
    assert_eq!(hours, Ok(Some(300)));
}

#[test]
fn what_is_wrong_is_said_beside_its_field() {
    let wrong = [
        (field::NODES, "1"),
        (field::NODES, "41"),
        (field::OS, "beos"),
        (field::MEMORY, "a lot"),
        (field::MEMORY, "0"),
        (field::MEMORY, "NaN"),
        (field::VCPUS, "2.5"),
        (field::STORAGE, "2"),
        (field::MARKET, ""),
        (field::DURATION, "soon"),
        (field::DURATION, "1 minute"),
        (field::DURATION, "99999999999"),
    ];
    let sentences: Vec<String> = wrong
        .iter()
        .map(|change| {
            let errors = read(&[*change]).expect_err("it is wrong");
            let [(name, sentence)] = &errors[..] else {
                panic!("{errors:?}")
            };
            assert_eq!(*name, change.0);
            format!("{}={}: {sentence}", change.0, change.1)
        })
        .collect();
    insta::assert_snapshot!(sentences.join("\n"));
}

#[test]
fn what_the_form_shows_is_read_back() {
    let usual = Usual {
        nodes: 7,
        os: System::AmazonLinux,
        memory_gb: 21.4,
        vcpus: Some(2),
        duration_minutes: Some(1_505),
        ..Usual::default()
    };
    let view = crate::messages::form(&crate::forms::Form::Usual(usual.clone()), "");
    let mut values = json!({});
    for block in view["blocks"].as_array().expect("blocks") {
        let Some(name) = block["block_id"].as_str() else {
            continue;
        };
        let element = &block["element"];
        values[name][name] = json!({"value": element["initial_value"], "selected_option": element["initial_option"]});
    }
    assert_eq!(super::read(Fields(&values)), Ok(usual));
}
