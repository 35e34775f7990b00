use std::collections::BTreeSet;

use super::*;
use jiff::civil::date;

const SENTENCES: &str = include_str!("../../../../tests/data/dev.jsonl");

fn sentences() -> Vec<Labelled> {
    SENTENCES
        .lines()
        .map(|line| serde_json::from_str(line).expect("labelled sentences are in form"))
        .collect()
}

#[test]
fn each_span_holds_the_text_it_points_at() {
    for utterance in utterances(&sentences()) {
        let characters: Vec<char> = utterance.text.chars().collect();
        let mut end = 0;
        for span in &utterance.entities {
            assert!(end <= span.start, "spans overlap in “{}”", utterance.text);
            let body: String = characters[span.start..span.end].iter().collect();
            assert_eq!(body, span.body, "in “{}”", utterance.text);
            assert!(!body.trim().is_empty());
            end = span.end;
        }
    }
}

#[test]
fn an_emoji_before_a_span_is_one_character() {
    let sentence = Labelled {
        text: "👋 <@U0BOT> a *Debian* box with 8 GB, don’t care where, share with <@U02ALICE>"
            .into(),
        intent: Intent::CreateVm,
        slots: serde_json::from_str(r#"{"os":"debian","memory_gb":8.0,"user":"U02ALICE"}"#)
            .unwrap(),
    };
    let bodies: Vec<(String, String)> = utterances(&[sentence])[0]
        .entities
        .iter()
        .map(|span| (span.entity.clone(), span.body.clone()))
        .collect();
    let expected = [
        ("os:os", "Debian"),
        ("wit$quantity:memory_gb", "8 GB"),
        ("user:user", "U02ALICE"),
    ];
    assert_eq!(
        bodies,
        expected.map(|(entity, body)| (entity.to_owned(), body.to_owned()))
    );
}

#[test]
fn nearly_every_detail_is_marked() {
    let (mut details, mut marked) = (0, 0);
    let mut missing = Vec::new();
    for sentence in sentences() {
        // Answers without a unit are none to wit.ai.
        if sentence.intent == Intent::Provide {
            continue;
        }
        let slots = serde_json::to_value(&sentence.slots).unwrap();
        let found = spans::of(&sentence, &slots);
        for slot in slots.as_object().unwrap().keys() {
            if TRAITS.contains(&slot.as_str()) {
                continue;
            }
            details += 1;
            let (name, role) = super::super::entities::entity_of(slot);
            let entity = format!("{name}:{role}");
            let until = slot == "duration_minutes";
            if found.iter().any(|span| {
                span.entity == entity || until && span.entity == "wit$datetime:datetime"
            }) {
                marked += 1;
            } else {
                missing.push(format!("{slot} in “{}”", sentence.text));
            }
        }
    }
    assert!(
        marked * 100 >= details * 90,
        "{marked} of {details}\n{}",
        missing.join("\n")
    );
}

#[test]
fn no_synonym_stands_under_two_keywords() {
    for name in NAMED.iter().chain(LISTED) {
        let mut seen = BTreeSet::new();
        for keyword in keywords::of(name) {
            for synonym in keyword.synonyms {
                assert!(seen.insert(synonym.clone()), "{name}: {synonym}");
            }
        }
    }
}

#[test]
fn the_app_names_what_the_mapping_reads() {
    let now = date(2026, 11, 23).at(10, 0, 0, 0);
    for utterance in utterances(&sentences()) {
        for span in utterance.entities {
            let (name, role) = span.entity.split_once(':').expect("name:role");
            let value = match name {
                "wit$datetime" => json!("2026-11-24T18:00:00.000+00:00"),
                "wit$number" | "wit$quantity" | "wit$amount_of_money" => json!(4),
                _ => keywords::of(name)
                    .into_iter()
                    .find(|keyword| keyword.synonyms.contains(&span.body.to_lowercase()))
                    .map_or(json!(span.body), |keyword| json!(keyword.keyword)),
            };
            let answer = json!({"text": utterance.text, "traits": {}, "intents": [{"name": "extend_reservation", "confidence": 1}],
                "entities": {&span.entity: [{"name": name, "role": role, "value": value, "confidence": 1, "body": span.body,
                    "normalized": {"unit": "second", "value": 3600}}]}});
            let meaning = super::super::meaning(&answer.to_string(), now).expect("an answer");
            assert_eq!(
                meaning.evidence.len(),
                1,
                "{answer}: {:?}",
                meaning.evidence
            );
            assert!(!meaning.slots.is_empty(), "{answer}");
        }
    }
}
