//! wit.ai's entities and traits, to slots and back.
//!
//! Keywords are entities of our own; numbers, lengths of time and money are wit.ai's built-in ones, told apart by role.

use jiff::civil::{DateTime, Time};
use serde_json::{Map, Value, json};

use crate::intent::{Intent, Meaning, OneOrMany, ReservationRef, Slots};

/// Entities below are guesses.
const MIN_ENTITY_CONFIDENCE: f64 = 0.5;
/// A bare day ends with the working day.
const WORK_DAY_ENDS: Time = Time::constant(17, 0, 0, 0);

/// Slots whose value is a name: the entity has the slot's name, its value the slot's value.
pub(super) const NAMED: &[&str] = &[
    "framework",
    "os",
    "os_version",
    "storage_type",
    "provider",
    "region",
    "template",
    "instance_type",
    "notebook",
    "kind",
    "scope",
    "status",
    "period",
];
/// Slots that may hold several names: an entity each, that may be there several times.
pub(super) const LISTED: &[&str] = &["environment", "reservation", "user"];
/// Slots that are counts: `wit$number` with the slot's name as role.
pub(super) const COUNTED: &[&str] = &["count", "nodes", "workers", "vcpus"];
/// Slots that are sizes: `wit$quantity` with the slot's name as role.
pub(super) const SIZED: &[&str] = &[
    "memory_gb",
    "memory_total_gb",
    "storage_gb",
    "storage_total_gb",
];
/// Slots that are yes or no: traits.
pub(super) const TRAITS: &[&str] = &["spot", "default_config"];

/// The slots of an answer, and what was left aside.
pub(super) fn slots(answer: &Value, intent: Intent, now: DateTime) -> (Slots, Vec<String>) {
    let mut found = Map::new();
    let mut ignored = Vec::new();
    let empty = Map::new();
    for (key, instances) in answer
        .get("entities")
        .and_then(Value::as_object)
        .unwrap_or(&empty)
    {
        let mut sure: Vec<&Value> = instances
            .as_array()
            .into_iter()
            .flatten()
            .filter(|one| confidence(one) >= MIN_ENTITY_CONFIDENCE)
            .collect();
        sure.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)));
        if sure.is_empty() {
            continue;
        }
        let (name, role) = key.split_once(':').unwrap_or((key, key));
        let read = entity(name, role, &sure, intent, now);
        match read {
            Some((slot, value)) => {
                found.insert(slot, value);
            }
            None => ignored.push(format!("ignored: entity {name}")),
        }
    }
    for (name, instances) in answer
        .get("traits")
        .and_then(Value::as_object)
        .unwrap_or(&empty)
    {
        let value = instances.get(0).and_then(|one| one.get("value"));
        let value =
            value.and_then(|value| value.as_bool().or_else(|| value.as_str()?.parse().ok()));
        if let Some(value) = value.filter(|_| TRAITS.contains(&name.as_str())) {
            found.insert(name.clone(), json!(value));
        }
    }
    // A value that is none of ours spoils only its own slot.
    let mut slots = Slots::default();
    for (slot, value) in found {
        match serde_json::from_value::<Slots>(json!({ slot.clone(): value })) {
            Ok(one) => slots.overlay(one),
            Err(_) => ignored.push(format!("ignored: value of {slot}")),
        }
    }
    if slots.until.is_some() && slots.duration_minutes.is_some() {
        slots.duration_minutes = None;
    }
    if slots.count == Some(1) {
        slots.count = None;
    }
    (slots, ignored)
}

/// One entity of an answer: the slot it fills, and with what.
fn entity(
    name: &str,
    role: &str,
    sure: &[&Value],
    intent: Intent,
    now: DateTime,
) -> Option<(String, Value)> {
    let first = *sure.first()?;
    match name {
        "wit$duration" => {
            // The unit keys are capitalised and vary; only the normalised seconds are dependable.
            let seconds = number(first.get("normalized")?.get("value")?)?;
            Some(("duration_minutes".into(), json!(whole(seconds / 60.0)?)))
        }
        "wit$datetime" => {
            let until = instant(first)?;
            if lasts_from_now(intent) {
                let minutes = until.duration_since(now).as_secs() / 60;
                (minutes > 0).then(|| ("duration_minutes".into(), json!(minutes)))
            } else {
                Some(("until".into(), json!(until.to_string())))
            }
        }
        "wit$amount_of_money" => {
            let value = number(first.get("value")?)?;
            let is_cents = first
                .get("unit")
                .and_then(Value::as_str)
                .is_some_and(|unit| unit.starts_with("cent"));
            Some((
                "max_hourly_usd".into(),
                json!(if is_cents { value / 100.0 } else { value }),
            ))
        }
        "wit$number" if COUNTED.contains(&role) => {
            Some((role.into(), json!(whole(number(first.get("value")?)?)?)))
        }
        "wit$quantity" if SIZED.contains(&role) => {
            let value = number(first.get("value")?)?;
            let unit = first
                .get("unit")
                .and_then(Value::as_str)
                .unwrap_or("gigabyte")
                .to_lowercase();
            let step = if role.starts_with("memory") {
                1024.0
            } else {
                1000.0
            };
            let gigabytes = match unit.as_str() {
                "megabyte" | "mb" | "mib" => value / step,
                "terabyte" | "tb" | "tib" => value * step,
                _ => value,
            };
            Some((role.into(), json!(gigabytes)))
        }
        "reservation" => {
            let names: Vec<ReservationRef> = sure
                .iter()
                .filter_map(|one| text(one))
                .map(ReservationRef::from)
                .collect();
            (!names.is_empty()).then(|| ("reservation".into(), json!(OneOrMany(names))))
        }
        "environment" => {
            let names: Vec<String> = sure.iter().filter_map(|one| text(one)).collect();
            (!names.is_empty()).then(|| ("environment".into(), json!(OneOrMany(names))))
        }
        "user" => {
            let people: Vec<String> = sure.iter().filter_map(|one| text(one)).collect();
            (!people.is_empty()).then(|| ("user".into(), json!(OneOrMany(people))))
        }
        _ if NAMED.contains(&name) => Some((name.into(), json!(text(first)?.to_lowercase()))),
        _ => None,
    }
}

fn confidence(entity: &Value) -> f64 {
    entity
        .get("confidence")
        .and_then(Value::as_f64)
        .unwrap_or(0.0)
}

/// Values come as numbers, as strings, or not at all.
fn number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())
        .filter(|value| value.is_finite() && *value >= 0.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to fit"
)]
fn whole(value: f64) -> Option<u32> {
    (0.0..=f64::from(u32::MAX))
        .contains(&value)
        .then(|| value.round() as u32)
}

fn text(entity: &Value) -> Option<String> {
    let value = entity.get("value").or_else(|| entity.get("body"))?;
    value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.as_f64().map(|number| number.to_string()))
}

/// The end of an interval, or the point itself; a bare day means the end of its working day.
fn instant(entity: &Value) -> Option<DateTime> {
    let holder = entity
        .get("to")
        .or_else(|| entity.get("from"))
        .unwrap_or(entity);
    let at = local_time(holder.get("value")?.as_str()?)?;
    let is_day = holder
        .get("grain")
        .and_then(Value::as_str)
        .is_some_and(|grain| grain == "day");
    Some(if is_day && at.time() == Time::midnight() {
        at.date().to_datetime(WORK_DAY_ENDS)
    } else {
        at
    })
}

/// The local part of a time with offset.
pub(super) fn local_time(text: &str) -> Option<DateTime> {
    let local = text.split_once('T').map_or(text, |(date, time)| {
        let end = time.find(['+', '-', 'Z']).unwrap_or(time.len());
        &text[..date.len() + 1 + end]
    });
    local.parse().ok()
}

const fn lasts_from_now(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::CreateVm | Intent::CreateCluster | Intent::PriceQuote
    )
}

/// A meaning in wit.ai's form, as its API would answer for `text`.
pub fn answer(text: &str, meaning: &Meaning) -> Value {
    let mut entities = Map::new();
    let slots = serde_json::to_value(&meaning.slots).unwrap_or_default();
    let mut traits = Map::new();
    for (slot, value) in slots.as_object().into_iter().flatten() {
        let slot = slot.as_str();
        let values: Vec<Value> = value
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![value.clone()]);
        if TRAITS.contains(&slot) {
            traits.insert(
                slot.to_owned(),
                json!([{ "id": "1", "value": value.to_string(), "confidence": 0.99 }]),
            );
            continue;
        }
        let (name, role) = entity_of(slot);
        let instances: Vec<Value> = values
            .iter()
            .map(|value| instance(name, role, value, text))
            .collect();
        entities.insert(format!("{name}:{role}"), Value::Array(instances));
    }
    // wit.ai has no intent for what it does not know.
    let intents = if meaning.intent == Intent::OutOfScope {
        json!([])
    } else {
        json!([{ "id": "1", "name": meaning.intent, "confidence": meaning.confidence }])
    };
    json!({ "text": text, "intents": intents, "entities": entities, "traits": traits })
}

/// The entity and role that carry a slot.
pub(super) fn entity_of(slot: &str) -> (&str, &str) {
    match slot {
        "duration_minutes" => ("wit$duration", "duration"),
        "until" => ("wit$datetime", "datetime"),
        "max_hourly_usd" => ("wit$amount_of_money", "amount_of_money"),
        _ if COUNTED.contains(&slot) => ("wit$number", slot),
        _ if SIZED.contains(&slot) => ("wit$quantity", slot),
        _ => (slot, slot),
    }
}

fn instance(name: &str, role: &str, value: &Value, text: &str) -> Value {
    let body = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let mut out = json!({
        "id": "1", "name": name, "role": role, "start": 0, "end": text.chars().count(), "body": body, "confidence": 0.99, "entities": {}, "type": "value", "value": value,
    });
    match name {
        "wit$duration" => {
            out["unit"] = json!("minute");
            out["Minute"] = value.clone();
            out["normalized"] =
                json!({ "unit": "second", "value": value.as_f64().unwrap_or_default() * 60.0 });
        }
        "wit$datetime" => {
            let local = value.as_str().unwrap_or_default();
            out["grain"] = json!("minute");
            out["value"] = json!(format!("{local}.000+00:00"));
        }
        "wit$quantity" => out["unit"] = json!("gigabyte"),
        "wit$amount_of_money" => out["unit"] = json!("$"),
        _ => {}
    }
    out
}
