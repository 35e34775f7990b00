//! The form for somebody's usual cluster.

use std::ops::RangeInclusive;

use super::policy::take;
use super::{FieldErrors, Fields};
use crate::reservation::{DEADLINE_SECONDS_MAX, DURATION_MINUTES_MIN};
use crate::spec::{CLUSTER_NODES_MAX, CLUSTER_NODES_MIN, STORAGE_GB, System};
use crate::time::MINUTE_SECONDS;
use crate::understand;
use crate::usual::Usual;

/// The fields' names.
pub(crate) mod field {
    /// Machines.
    pub(crate) const NODES: &str = "usual_nodes";
    /// System.
    pub(crate) const OS: &str = "usual_os";
    /// Memory of each.
    pub(crate) const MEMORY: &str = "usual_memory";
    /// Virtual CPUs of each.
    pub(crate) const VCPUS: &str = "usual_vcpus";
    /// Disk of each.
    pub(crate) const STORAGE: &str = "usual_storage";
    /// How they are bought.
    pub(crate) const MARKET: &str = "usual_market";
    /// How long.
    pub(crate) const DURATION: &str = "usual_duration";
}

/// The value of a choice.
pub(crate) const ON_DEMAND: &str = "on_demand";
/// The value of the other.
pub(crate) const SPOT: &str = "spot";

/// Characters of a typed field.
pub(crate) const VALUE_CHARS_MAX: usize = 30;

/// More than any machine for hire has is a slip.
const MEMORY_GB: RangeInclusive<f64> = 1.0..=32_768.0;
const VCPUS: RangeInclusive<u32> = 1..=1_024;

pub(super) fn read(fields: Fields<'_>) -> Result<Usual, FieldErrors> {
    let mut usual = Usual::default();
    let mut errors = FieldErrors::new();
    let typed = |name| fields.text(name);

    let nodes = whole(
        typed(field::NODES),
        &(CLUSTER_NODES_MIN..=CLUSTER_NODES_MAX),
    );
    take(nodes, &mut usual.nodes, field::NODES, &mut errors);
    let os = system(fields.choice(field::OS));
    take(os, &mut usual.os, field::OS, &mut errors);
    let memory = memory(typed(field::MEMORY));
    take(memory, &mut usual.memory_gb, field::MEMORY, &mut errors);
    let vcpus = optional(typed(field::VCPUS), |text| whole(text, &VCPUS));
    take(vcpus, &mut usual.vcpus, field::VCPUS, &mut errors);
    let storage = whole(without_unit(typed(field::STORAGE)), &STORAGE_GB);
    take(storage, &mut usual.storage_gb, field::STORAGE, &mut errors);
    let spot = market(fields.choice(field::MARKET));
    take(spot, &mut usual.spot, field::MARKET, &mut errors);
    let minutes = optional(typed(field::DURATION), duration);
    take(
        minutes,
        &mut usual.duration_minutes,
        field::DURATION,
        &mut errors,
    );

    if errors.is_empty() {
        Ok(usual)
    } else {
        Err(errors)
    }
}

/// An empty field says nothing.
fn optional<T>(
    text: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some)
}

/// "16 GB" as well as "16".
fn without_unit(text: &str) -> &str {
    let number = text.trim_end_matches(|end: char| end.is_ascii_alphabetic());
    let unit = &text[number.len()..];
    if unit.eq_ignore_ascii_case("gb") || unit.eq_ignore_ascii_case("gib") {
        number.trim_end()
    } else {
        text
    }
}

fn whole(text: &str, range: &RangeInclusive<u32>) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        format!(
            "Write a whole number from {} to {}.",
            range.start(),
            range.end()
        )
    })
}

fn memory(text: &str) -> Result<f64, String> {
    let number = without_unit(text).parse().ok();
    let number = number.filter(|gb| MEMORY_GB.contains(gb));
    number
        .ok_or_else(|| "Write how many GB each machine shall have at least, such as 8.".to_owned())
}

fn system(chosen: Option<&str>) -> Result<System, String> {
    let known = System::ALL.into_iter();
    let mut chosen = known.filter(|system| Some(system.name()) == chosen);
    chosen
        .next()
        .ok_or_else(|| "Choose one of the systems.".to_owned())
}

fn market(chosen: Option<&str>) -> Result<bool, String> {
    match chosen {
        Some(ON_DEMAND) => Ok(false),
        Some(SPOT) => Ok(true),
        _ => Err("Choose one: on demand or spot.".to_owned()),
    }
}

fn duration(text: &str) -> Result<u32, String> {
    const EXAMPLES: &str =
        "Write one such as 4h, 2 days or 90 minutes, or leave it empty and I ask each time.";
    // A bare number is one of hours: the field says so.
    let hours = text
        .parse::<u32>()
        .ok()
        .and_then(|hours| hours.checked_mul(60));
    let Some(minutes) = hours.or_else(|| understand::minutes(text)) else {
        return Err(format!(
            "I cannot read that as a length of time. {EXAMPLES}"
        ));
    };
    if minutes < DURATION_MINUTES_MIN || i64::from(minutes) * MINUTE_SECONDS > DEADLINE_SECONDS_MAX
    {
        return Err(format!(
            "A cluster can be had for 10 minutes to 30 days at a time. {EXAMPLES}"
        ));
    }
    Ok(minutes)
}

#[cfg(test)]
mod tests;
