//! How long it takes to understand a sentence and to find the cheapest machine: the times in nanoseconds, as JSON.
//! `cargo dev bench` runs it and makes a table of it.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use domain::intent::OpenQuestion;
use domain::offers::Catalogue;
use domain::offers::Market;
use domain::spec::{DEFAULT_STORAGE_GB, MachineSpec, System};
use domain::understand::understand;
use jiff::civil::date;
use serde::Deserialize;
use serde_json::json;

const SENTENCES: &str = include_str!("../tests/data/dev.jsonl");
/// The first round fills tables that are made on first use.
const ROUNDS: usize = 2;

const VCPUS: [Option<u32>; 8] = [
    None,
    Some(1),
    Some(2),
    Some(4),
    Some(8),
    Some(16),
    Some(64),
    Some(512),
];
const MEMORY_GIB: [Option<f64>; 8] = [
    None,
    Some(1.0),
    Some(4.0),
    Some(8.0),
    Some(32.0),
    Some(128.0),
    Some(1_024.0),
    Some(65_536.0),
];
const HOURLY_USD: [Option<f64>; 4] = [None, Some(0.05), Some(0.5), Some(5.0)];
const INSTANCE_TYPES: [Option<&str>; 3] = [None, Some("t3a.large"), Some("x9.mythical")];

#[derive(Deserialize)]
struct Sentence {
    text: String,
    context: Option<OpenQuestion>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let sentences = SENTENCES
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<Vec<Sentence>, _>>()?;
    let now = date(2026, 11, 23).at(10, 0, 0, 0);
    let specs = specs();
    let (mut understood, mut chosen) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        understood = times(&sentences, |sentence| {
            understand(&sentence.text, sentence.context.as_ref(), now)
        });
        chosen = times(&specs, |spec| Catalogue::bundled().choose(spec));
    }
    println!("{}", json!({"understand": understood, "choose": chosen}));
    Ok(())
}

fn specs() -> Vec<MachineSpec> {
    let mut specs = Vec::new();
    for vcpus_min in VCPUS {
        for memory_gib_min in MEMORY_GIB {
            for hourly_usd_max in HOURLY_USD {
                specs.extend(INSTANCE_TYPES.map(|instance_type| MachineSpec {
                    count: 1,
                    region: None,
                    market: Market::OnDemand,
                    os: System::Ubuntu,
                    os_version: "24.04".to_owned(),
                    environments: Vec::new(),
                    cluster: None,
                    vcpus_min,
                    memory_gib_min,
                    instance_type: instance_type.map(str::to_owned),
                    storage_gb: DEFAULT_STORAGE_GB,
                    hourly_usd_max,
                    duration_minutes: 240,
                }));
            }
        }
    }
    specs
}

/// How many nanoseconds each of them takes.
fn times<T, R>(inputs: &[T], work: impl Fn(&T) -> R) -> Vec<u128> {
    inputs
        .iter()
        .map(|input| {
            let start = Instant::now();
            black_box(work(black_box(input)));
            start.elapsed().as_nanos()
        })
        .collect()
}
