//! The form for the policy. Every rule has a value there; the word `off` is one, an empty field is a mistake.

use std::ops::RangeInclusive;

use super::{FieldErrors, Fields};
use crate::access::policy::{Limit, OrganisationPaysFor, Policy};
use crate::intent::Provider;
use crate::reservation::{DEADLINE_SECONDS_MAX, DURATION_MINUTES_MIN};
use crate::time::MINUTE_SECONDS;
use crate::understand;

/// No limit.
pub(crate) const OFF: &str = "off";
/// The value of a choice.
pub(crate) const ALLOWED: &str = "allowed";
/// The value of the other.
pub(crate) const NOT_ALLOWED: &str = "not_allowed";

/// The fields' names.
pub(crate) mod field {
    /// The longest reservation.
    pub(crate) const DURATION: &str = "duration";
    /// Machines per person.
    pub(crate) const MACHINES: &str = "machines";
    /// Virtual CPUs per person.
    pub(crate) const VCPUS: &str = "vcpus";
    /// Price per hour.
    pub(crate) const HOURLY_USD: &str = "hourly_usd";
    /// Clouds.
    pub(crate) const PROVIDERS: &str = "providers";
    /// Regions.
    pub(crate) const REGIONS: &str = "regions";
    /// Spot machines.
    pub(crate) const SPOT: &str = "spot";
    /// Guests.
    pub(crate) const GUESTS: &str = "guests";
    /// Whom the organisation pays for.
    pub(crate) const PAYS_FOR: &str = "pays_for";
}

/// Characters of the list of regions: all that there are fit.
pub(crate) const REGIONS_CHARS_MAX: usize = 1_000;
/// Characters of the other typed fields.
pub(crate) const VALUE_CHARS_MAX: usize = 50;

/// More would be as good as off, and is more likely a slip.
const MACHINES: RangeInclusive<u32> = 1..=1_000;
const VCPUS: RangeInclusive<u32> = 1..=100_000;
/// Below, nothing could be had at all; no machine for hire costs more.
const HOURLY_USD: RangeInclusive<f64> = 0.01..=1_000.0;
/// Characters of a word that is quoted in an error.
const QUOTED_CHARS_MAX: usize = 30;

pub(super) fn read(fields: Fields<'_>) -> Result<Policy, FieldErrors> {
    let mut policy = Policy::initial(Vec::new());
    let mut errors = FieldErrors::new();
    let typed = |name| fields.text(name);
    let chosen = |name| fields.choice(name);
    let whole = |name, range| limit(typed(name), "3", |text| whole_number(text, &range));

    let duration_max = limit(typed(field::DURATION), "8h", duration);
    take(
        duration_max,
        &mut policy.duration_minutes_max,
        field::DURATION,
        &mut errors,
    );
    let machines_max = whole(field::MACHINES, MACHINES);
    take(
        machines_max,
        &mut policy.machines_per_person_max,
        field::MACHINES,
        &mut errors,
    );
    let vcpus_max = whole(field::VCPUS, VCPUS);
    take(
        vcpus_max,
        &mut policy.vcpus_per_person_max,
        field::VCPUS,
        &mut errors,
    );
    let usd_max = limit(typed(field::HOURLY_USD), "0.50", dollars);
    take(
        usd_max,
        &mut policy.hourly_usd_max,
        field::HOURLY_USD,
        &mut errors,
    );
    let clouds = providers(&fields.ticked(field::PROVIDERS));
    take(clouds, &mut policy.providers, field::PROVIDERS, &mut errors);
    let places = limit(typed(field::REGIONS), "us-east-1, eu-central-1", regions);
    take(places, &mut policy.regions, field::REGIONS, &mut errors);
    take(
        permission(chosen(field::SPOT)),
        &mut policy.allows_spot,
        field::SPOT,
        &mut errors,
    );
    take(
        permission(chosen(field::GUESTS)),
        &mut policy.allows_guests,
        field::GUESTS,
        &mut errors,
    );
    let pays_for = pays_for(chosen(field::PAYS_FOR));
    take(
        pays_for,
        &mut policy.organisation_pays_for,
        field::PAYS_FOR,
        &mut errors,
    );

    if errors.is_empty() {
        Ok(policy)
    } else {
        Err(errors)
    }
}

/// Puts what was read in its place, or the error beside its field.
pub(super) fn take<T>(
    read: Result<T, String>,
    place: &mut T,
    name: &'static str,
    errors: &mut FieldErrors,
) {
    match read {
        Ok(value) => *place = value,
        Err(error) => errors.push((name, error)),
    }
}

/// A limit, or the word for none.
fn limit<T>(
    text: &str,
    example: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Limit<T>, String> {
    let text = text.trim_matches(['"', '\'', '“', '”', '`']).trim();
    if text.is_empty() {
        return Err(format!(
            "This rule needs a value: write a limit such as {example}, or off for no limit."
        ));
    }
    if text.eq_ignore_ascii_case(OFF) {
        return Ok(Limit::Off);
    }
    read(text).map(Limit::Set)
}

fn duration(text: &str) -> Result<u32, String> {
    const EXAMPLES: &str = "such as 8h, 2 days or 90 minutes, or off for no limit.";
    if text.parse::<f64>().is_ok() {
        return Err(format!("{text} of what? Write the unit too, {EXAMPLES}"));
    }
    let Some(minutes) = understand::minutes(text) else {
        return Err(format!(
            "I cannot read that as a length of time. Write one {EXAMPLES}"
        ));
    };
    if minutes < DURATION_MINUTES_MIN || i64::from(minutes) * MINUTE_SECONDS > DEADLINE_SECONDS_MAX
    {
        return Err(format!(
            "A reservation can last from 10 minutes to 30 days. Write a time between them, {EXAMPLES}"
        ));
    }
    Ok(minutes)
}

fn whole_number(text: &str, range: &RangeInclusive<u32>) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        format!(
            "Write a whole number from {} to {}, such as 3, or off for no limit.",
            range.start(),
            range.end()
        )
    })
}

fn dollars(text: &str) -> Result<f64, String> {
    let amount = text.strip_prefix('$').unwrap_or(text).trim();
    let amount = amount.parse().ok().filter(|usd| HOURLY_USD.contains(usd));
    amount.ok_or_else(|| {
        "Write dollars per hour from 0.01 to 1000, with a point for cents, such as 0.50, or off for no limit."
            .to_owned()
    })
}

fn providers(ticked: &[&str]) -> Result<Limit<Vec<Provider>>, String> {
    let clouds: Vec<Provider> = Provider::ALL
        .iter()
        .copied()
        .filter(|provider| ticked.contains(&provider.as_str()))
        .collect();
    match (ticked.contains(&OFF), clouds.is_empty()) {
        (true, true) => Ok(Limit::Off),
        (false, false) => Ok(Limit::Set(clouds)),
        (false, true) => Err("Tick the clouds that may be used, such as AWS, or Off.".to_owned()),
        (true, false) => Err(
            "Off means that every cloud may be used. Tick Off alone, or the clouds without it, such as AWS."
                .to_owned(),
        ),
    }
}

fn regions(text: &str) -> Result<Vec<String>, String> {
    const EXAMPLE: &str = "Write their codes with commas between them, such as us-east-1, eu-central-1, or the one word off for no limit.";
    let mut regions: Vec<String> = Vec::new();
    let words = text
        .split(|separator: char| matches!(separator, ',' | ';') || separator.is_whitespace())
        .filter(|word| !word.is_empty());
    for region in words.map(str::to_lowercase) {
        if !understand::is_region(&region) {
            let quoted: String = region.chars().take(QUOTED_CHARS_MAX).collect();
            return Err(format!("I know no region called “{quoted}”. {EXAMPLE}"));
        }
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    if regions.is_empty() {
        return Err(format!("There is no region in that. {EXAMPLE}"));
    }
    Ok(regions)
}

fn permission(chosen: Option<&str>) -> Result<bool, String> {
    match chosen {
        Some(ALLOWED) => Ok(true),
        Some(NOT_ALLOWED) => Ok(false),
        _ => Err("Choose one: allowed or not allowed.".to_owned()),
    }
}

fn pays_for(chosen: Option<&str>) -> Result<OrganisationPaysFor, String> {
    chosen
        .and_then(OrganisationPaysFor::from_name)
        .ok_or_else(|| "Choose one: everybody, admins or nobody.".to_owned())
}

#[cfg(test)]
mod tests;
