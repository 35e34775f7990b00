//! The form for somebody's usual cluster.

use serde_json::{Value, json};

use super::{View, input, option, radio};
use crate::forms::usual::{ON_DEMAND, SPOT, VALUE_CHARS_MAX, field};
use crate::messages::blocks::section;
use crate::messages::words::exact_length;
use crate::spec::{CLUSTER_NODES_MAX, CLUSTER_NODES_MIN, System};
use crate::usual::Usual;

pub(super) fn view(usual: &Usual) -> View {
    let typed = |name, label, hint: &str, value: String| {
        let optional = matches!(name, field::VCPUS | field::DURATION);
        input(name, label, text(&value), Some(hint), optional)
    };
    let blocks = vec![
        section(
            "A Spark cluster with JupyterLab, the way you usually want it. What you say when you ask for it wins over what is here.",
        ),
        typed(
            field::NODES,
            "Machines, the master included",
            &format!("From {CLUSTER_NODES_MIN} to {CLUSTER_NODES_MAX}."),
            usual.nodes.to_string(),
        ),
        typed(
            field::MEMORY,
            "Memory of each, in GB",
            "At least so much: I choose the cheapest type that has it.",
            usual.memory_gb.to_string(),
        ),
        typed(
            field::VCPUS,
            "vCPUs of each",
            "At least so many. Empty: as many as come with the memory.",
            usual
                .vcpus
                .map_or_else(String::new, |vcpus| vcpus.to_string()),
        ),
        typed(
            field::STORAGE,
            "Disk of each, in GB",
            "From 8 to 16000.",
            usual.storage_gb.to_string(),
        ),
        input(field::OS, "System", systems(usual.os), None, false),
        input(
            field::MARKET,
            "How they are bought",
            markets(usual.spot),
            Some("Spot is cheaper, but AWS can take the machines back with two minutes' notice."),
            false,
        ),
        typed(
            field::DURATION,
            "For how long",
            "Such as 4h or 2 days; a bare number is hours. Empty: I ask each time.",
            usual
                .duration_minutes
                .map_or_else(String::new, exact_length),
        ),
    ];
    ("Your usual cluster", "Save", blocks)
}

fn text(value: &str) -> Value {
    let mut element = json!({"type": "plain_text_input", "max_length": VALUE_CHARS_MAX});
    if !value.is_empty() {
        element["initial_value"] = json!(value);
    }
    element
}

fn systems(chosen: System) -> Value {
    let options = System::ALL.map(|system| option(system.title(), system.name()));
    let initial = System::ALL.iter().position(|system| *system == chosen);
    radio(&options, initial.unwrap_or_default())
}

fn markets(spot: bool) -> Value {
    let options = [option("On demand", ON_DEMAND), option("Spot", SPOT)];
    radio(&options, usize::from(spot))
}
