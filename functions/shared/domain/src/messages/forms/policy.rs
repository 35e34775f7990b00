//! The form for the policy.

use serde_json::{Value, json};

use super::{View, input, option, radio};
use crate::access::policy::{Limit, OrganisationPaysFor, Policy};
use crate::forms::policy::{ALLOWED, NOT_ALLOWED, OFF, REGIONS_CHARS_MAX, VALUE_CHARS_MAX, field};
use crate::intent::Provider;
use crate::messages::blocks::section;
use crate::messages::words::{cloud, exact_length};

pub(super) fn view(policy: &Policy) -> View {
    let blocks = vec![
        section(
            "Every rule has a value here. The word *off* is one: it means that there is no limit. Machines that are running stay as they are until their end.",
        ),
        typed(
            field::DURATION,
            "Longest reservation",
            "From now on, also when it is extended: 8h, 2 days, 90 minutes; or off for no limit.",
            &written(&policy.duration_minutes_max, |minutes| {
                exact_length(*minutes)
            }),
        ),
        typed(
            field::MACHINES,
            "Machines per person at a time",
            "A whole number such as 3; or off for no limit.",
            &written(&policy.machines_per_person_max, u32::to_string),
        ),
        typed(
            field::VCPUS,
            "vCPUs per person at a time",
            "Of all their machines together, a whole number such as 16; or off for no limit.",
            &written(&policy.vcpus_per_person_max, u32::to_string),
        ),
        typed(
            field::HOURLY_USD,
            "Highest price of a machine per hour, in US dollars",
            "Disk and address included, such as 0.50; or off for no limit.",
            &written(&policy.hourly_usd_max, f64::to_string),
        ),
        input(
            field::PROVIDERS,
            "Clouds",
            clouds(&policy.providers),
            Some("The ones that may be used; or Off alone, and every cloud may."),
            false,
        ),
        regions(&policy.regions),
        permission(field::SPOT, "Spot machines", policy.allows_spot, None),
        permission(
            field::GUESTS,
            "Guests of this workspace",
            policy.allows_guests,
            Some("Whether they may have machines."),
        ),
        input(
            field::PAYS_FOR,
            "Whose machines the organisation pays for",
            pays_for(policy.organisation_pays_for),
            Some("Everybody else uses cloud keys of their own."),
            false,
        ),
    ];
    ("Policy", "Save", blocks)
}

/// A limit as it is typed.
fn written<T>(limit: &Limit<T>, words: impl Fn(&T) -> String) -> String {
    limit.set().map_or_else(|| OFF.to_owned(), words)
}

fn typed(name: &str, label: &str, hint: &str, value: &str) -> Value {
    let element = json!({
        "type": "plain_text_input",
        "initial_value": value,
        "max_length": VALUE_CHARS_MAX,
    });
    input(name, label, element, Some(hint), false)
}

fn regions(regions: &Limit<Vec<String>>) -> Value {
    let element = json!({
        "type": "plain_text_input",
        "initial_value": written(regions, |regions| regions.join(", ")),
        "max_length": REGIONS_CHARS_MAX,
    });
    let hint =
        "Their codes, with commas between them: us-east-1, eu-central-1; or off for no limit.";
    input(field::REGIONS, "Regions", element, Some(hint), false)
}

fn clouds(providers: &Limit<Vec<Provider>>) -> Value {
    let known = Provider::ALL
        .iter()
        .map(|provider| option(cloud(*provider), provider.as_str()));
    let options: Vec<Value> = [option("Off: every cloud", OFF)]
        .into_iter()
        .chain(known)
        .collect();
    let ticked = |value: &str| match providers {
        Limit::Off => value == OFF,
        Limit::Set(allowed) => allowed.iter().any(|provider| provider.as_str() == value),
    };
    let initial: Vec<&Value> = options
        .iter()
        .filter(|option| option["value"].as_str().is_some_and(ticked))
        .collect();
    let mut element = json!({"type": "checkboxes", "options": options});
    // Slack does not take an empty list of ticked options.
    if !initial.is_empty() {
        element["initial_options"] = json!(initial);
    }
    element
}

fn permission(name: &str, label: &str, allowed: bool, hint: Option<&str>) -> Value {
    let options = [
        option("Allowed", ALLOWED),
        option("Not allowed", NOT_ALLOWED),
    ];
    let initial = usize::from(!allowed);
    input(name, label, radio(&options, initial), hint, false)
}

fn pays_for(whom: OrganisationPaysFor) -> Value {
    let label = |whom| match whom {
        OrganisationPaysFor::Everybody => "Everybody's",
        OrganisationPaysFor::Admins => "Only those of admins",
        OrganisationPaysFor::Nobody => "Nobody's",
    };
    let all = OrganisationPaysFor::ALL;
    let options: Vec<Value> = all
        .iter()
        .map(|whom| option(label(*whom), whom.as_str()))
        .collect();
    let initial = all.iter().position(|one| *one == whom).unwrap_or_default();
    radio(&options, initial)
}
