//! The training app of wit.ai, in the form its import takes: made from the labelled sentences and the parser's words,
//! so that both engines are taught the same.

mod keywords;
mod spans;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entities::{COUNTED, LISTED, NAMED, SIZED, TRAITS};
use super::question;
use crate::intent::{Intent, Slots};

/// The version wit.ai writes into what it exports; its importer knows no newer one.
const FORMAT_VERSION: u32 = 20_200_513;
/// The app's name.
const NAME: &str = "infrared";

/// A labelled sentence.
#[derive(Clone, Debug, Deserialize)]
pub struct Labelled {
    /// What was written.
    pub text: String,
    /// What is asked for.
    pub intent: Intent,
    /// The details it states.
    pub slots: Slots,
}

/// A sentence as wit.ai learns it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// What was written.
    pub text: String,
    /// Left out for what is none of ours: wit.ai then learns to name no intent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// Where the details stand.
    pub entities: Vec<Span>,
    /// Details that are yes or no.
    pub traits: Vec<Trait>,
}

/// Where a detail stands in a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// `name:role`.
    pub entity: String,
    /// First character.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// The characters between.
    pub body: String,
    /// Entities inside this one: there are none, but wit.ai wants the list.
    pub entities: Vec<Self>,
}

/// A detail that is yes or no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trait {
    /// Its name.
    #[serde(rename = "trait")]
    pub name: String,
    /// `true` or `false`.
    pub value: String,
}

/// The files of the app by their paths inside its folder.
pub fn files(sentences: &[Labelled]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut add = |path: String, content: serde_json::Value| {
        files.insert(path, format!("{content:#}\n"));
    };
    add(
        "app.json".into(),
        json!({ "version": FORMAT_VERSION, "name": NAME, "lang": "en", "timezone": "Etc/UTC" }),
    );
    for intent in Intent::ALL
        .iter()
        .filter(|intent| **intent != Intent::OutOfScope)
    {
        add(format!("intents/{intent}.json"), json!({ "name": intent }));
    }
    for name in TRAITS {
        add(
            format!("traits/{name}.json"),
            json!({ "name": name, "values": ["true", "false"] }),
        );
    }
    let built_in: [(&str, &[&str]); 5] = [
        ("wit$number", COUNTED),
        ("wit$quantity", SIZED),
        ("wit$duration", &["duration"]),
        ("wit$datetime", &["datetime"]),
        ("wit$amount_of_money", &["amount_of_money"]),
    ];
    for (name, roles) in built_in {
        add(
            format!("entities/{name}.json"),
            json!({ "name": name, "roles": roles }),
        );
    }
    for name in NAMED.iter().chain(LISTED).copied() {
        files.insert(format!("entities/{name}.json"), entity(name));
    }
    files.insert(
        "utterances/utterances-1.json".into(),
        lines("utterances", &utterances(sentences)),
    );
    files
}

/// The sentences with their details marked. What wit.ai would never be asked is left out.
pub fn utterances(sentences: &[Labelled]) -> Vec<Utterance> {
    let mut out: Vec<Utterance> = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        // "4" means nothing without the question, which wit.ai does not see; the first label of a text stands.
        let known = out.iter().any(|other| other.text == sentence.text);
        if !known && question(&sentence.text).is_ok() {
            out.push(utterance(sentence));
        }
    }
    out
}

fn utterance(sentence: &Labelled) -> Utterance {
    let slots = serde_json::to_value(&sentence.slots).unwrap_or_default();
    let traits = TRAITS.iter().filter_map(|name| {
        let value = slots.get(name)?.to_string();
        Some(Trait {
            name: (*name).to_owned(),
            value,
        })
    });
    Utterance {
        text: sentence.text.clone(),
        intent: Some(sentence.intent).filter(|intent| *intent != Intent::OutOfScope),
        entities: spans::of(sentence, &slots),
        traits: traits.collect(),
    }
}

/// An entity of our own: its names where they can be listed, free text where they cannot.
fn entity(name: &str) -> String {
    let keywords = keywords::of(name);
    let mut lookups = Vec::new();
    if keywords::is_open(name) {
        lookups.push("free-text");
    }
    if !keywords.is_empty() {
        lookups.push("keywords");
    }
    let head = format!(
        "{{\"name\":{},\"roles\":[{}],\"lookups\":{},",
        json!(name),
        json!(name),
        json!(lookups)
    );
    lines("keywords", &keywords).replacen('{', &head, 1)
}

/// An object with one list, each entry on a line of its own, for people who read differences.
fn lines(name: &str, entries: &[impl Serialize]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .filter_map(|entry| serde_json::to_string(entry).ok())
        .collect();
    if entries.is_empty() {
        return format!("{{\"{name}\":[]}}\n");
    }
    format!("{{\"{name}\":[\n{}\n]}}\n", entries.join(",\n"))
}

#[cfg(test)]
mod tests;
