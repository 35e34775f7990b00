//! `cargo dev quote`: the machines that meet requests, as JSON lines, so that the choice can be checked from outside.

use std::fs;
use std::io::{BufRead, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use domain::cost::HourlyCost;
use domain::intent::Provider;
use domain::offers::{Architecture, Catalogue, Market, Offer, Rules, Source, read};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Outcome;
use crate::output;

/// Offers of an answer. A reader who wants to know the cheapest needs no more, and every row of a catalogue would be
/// megabytes a line.
const OFFERS_MAX: usize = 20;

/// What a request and an answer are, for `--help`.
const FORMS: &str = "\
Requests: {\"id\",\"vcpus\",\"memory_gb\",\"storage_gb\",\"arch\",\"region\",\"provider\",\"spot\",\"burstable\"}, one a line, all
but the id optional. Exactly the rules that a request names are applied, and no others:
  vcpus, memory_gb           at least so many, at least so many GiB
  arch                       x86_64 or arm64; otherwise any
  region, provider           exactly this one (aws, digitalocean); otherwise any
  spot                       true: spot offers only; otherwise on-demand ones only
  burstable                  true: shared processors only; false: none; otherwise both
  storage_gb                 a root disk and a public address are part of the price; otherwise the machine is bare

Answers: {\"id\",\"offers\":[…]}, 20 offers at most, by total_usd, then hourly_usd, more memory, more vCPU, name, region,
zone. hourly_usd is the machine alone; total_usd adds storage_usd and address_usd. Disk beyond what a size includes is
reckoned at the price of us-east-1 everywhere. Where nothing fits, excluded_by names what would have to go. A request
that makes no sense is answered by {\"id\",\"error\"}.";

/// How `cargo dev quote` reads.
#[derive(Debug, Args)]
#[command(after_help = FORMS)]
pub(super) struct Options {
    /// Take the offers from this CSV file: `instance_type`, `vcpus`, `memory_gib`, `arch`, `region` and `od_usd_h`;
    /// where they are there, `provider`, `zone` and `spot_usd_h` too. Lines that cannot be read are named on standard error and left out.
    /// Without it, the bundled catalogue, whose old prices of digitalocean count only where provider asks for them.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

/// What is wanted.
#[derive(Debug, Deserialize)]
struct Request {
    vcpus: Option<f64>,
    memory_gb: Option<f64>,
    storage_gb: Option<f64>,
    arch: Option<String>,
    region: Option<String>,
    provider: Option<Provider>,
    spot: Option<bool>,
    burstable: Option<bool>,
    /// Whatever else it says is no rule, and its author is told.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// One line of the answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    Found {
        id: Value,
        offers: Vec<Found>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        excluded_by: Vec<Vec<String>>,
    },
    Wrong {
        id: Value,
        error: String,
    },
}

/// An offer, with what it costs.
#[derive(Debug, Serialize)]
struct Found {
    provider: Provider,
    region: String,
    zone: Option<String>,
    instance_type: String,
    hourly_usd: f64,
    spot: bool,
    arch: Architecture,
    vcpus: u32,
    memory_gib: f64,
    burstable: bool,
    storage_usd: f64,
    address_usd: f64,
    total_usd: f64,
}

/// Reads standard input to its end.
pub(super) fn run(options: &Options) -> Outcome {
    let given = options.catalogue.as_deref().map(given).transpose()?;
    let catalogue = given.map_or_else(Catalogue::bundled, Arc::new);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let now = i64::try_from(now)?;
    for (number, line) in (1..).zip(stdin().lock().split(b'\n')) {
        // What is no text is no JSON either, and is answered as such.
        let line = String::from_utf8_lossy(&line?).into_owned();
        if line.trim().is_empty() {
            continue;
        }
        let (answer, unknown) = answer(&line, &catalogue, now);
        for name in unknown {
            output::note(format!(
                "request {number}: {name} is no rule and was ignored"
            ));
        }
        output::line(serde_json::to_string(&answer)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// The catalogue in a file.
fn given(path: &Path) -> Result<Catalogue, String> {
    let in_file = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let csv = fs::read_to_string(path).map_err(|error| in_file(&error))?;
    let reading = read(&csv, &Source::default()).map_err(|error| in_file(&error))?;
    for line in &reading.unread {
        output::note(format!(
            "{}:{}: left out, for {}",
            path.display(),
            line.number,
            line.why
        ));
    }
    Ok(Catalogue::of(reading.offers))
}

/// The answer to a line, and the names in it that mean nothing.
fn answer(line: &str, catalogue: &Catalogue, now_epoch_seconds: i64) -> (Answer, Vec<String>) {
    let wrong = |id, error| (Answer::Wrong { id, error }, Vec::new());
    let mut request: Map<String, Value> = match serde_json::from_str(line) {
        Ok(request) => request,
        Err(error) => return wrong(Value::Null, error.to_string()),
    };
    let Some(id) = request.remove("id") else {
        return wrong(Value::Null, "it has no id".to_owned());
    };
    let request: Request = match serde_json::from_value(Value::Object(request)) {
        Ok(request) => request,
        Err(error) => return wrong(id, error.to_string()),
    };
    let unknown = request.unknown.keys().cloned().collect();
    match rules(request, now_epoch_seconds) {
        Ok(rules) => (found(id, &rules, catalogue), unknown),
        Err(error) => wrong(id, error),
    }
}

/// Exactly the rules of a request.
fn rules(request: Request, now_epoch_seconds: i64) -> Result<Rules, String> {
    let architecture = request.arch.map(|name| {
        Architecture::from_name(&name).ok_or_else(|| format!("arch {name:?} is unknown"))
    });
    let memory_gib_min = request.memory_gb.map(|least| {
        (least >= 0.0)
            .then_some(least)
            .ok_or("memory_gb is negative")
    });
    Ok(Rules {
        market: if request.spot == Some(true) {
            Market::Spot
        } else {
            Market::OnDemand
        },
        provider: request.provider,
        region: request.region,
        architecture: architecture.transpose()?,
        burstable: request.burstable,
        vcpus_min: request
            .vcpus
            .map(|least| whole("vcpus", least))
            .transpose()?,
        memory_gib_min: memory_gib_min.transpose()?,
        storage_gb: request
            .storage_gb
            .map(|size| whole("storage_gb", size))
            .transpose()?,
        now_epoch_seconds: Some(now_epoch_seconds),
        ..Rules::default()
    })
}

/// A number of whole things that is not below the one asked for.
fn whole(name: &str, asked: f64) -> Result<u32, String> {
    let up = asked.ceil();
    if !(0.0..=f64::from(u32::MAX)).contains(&up) {
        return Err(format!("{name} is {asked}"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked right above"
    )]
    Ok(up as u32)
}

fn found(id: Value, rules: &Rules, catalogue: &Catalogue) -> Answer {
    let choice = catalogue.search(rules, OFFERS_MAX);
    let offers = choice.candidates.into_iter();
    let alternatives = choice.alternatives.into_iter();
    Answer::Found {
        id,
        offers: offers
            .map(|offer| Found::of(offer, rules.storage_gb))
            .collect(),
        excluded_by: alternatives
            .map(|alternative| alternative.without)
            .collect(),
    }
}

impl Found {
    fn of(offer: Offer, storage_gb: Option<u32>) -> Self {
        let cost = storage_gb.map_or(HourlyCost::bare(offer.hourly_usd), |gb| {
            HourlyCost::of(&offer, gb)
        });
        Self {
            provider: offer.provider,
            region: offer.region,
            zone: offer.zone,
            instance_type: offer.instance_type,
            hourly_usd: offer.hourly_usd,
            spot: offer.market == Market::Spot,
            arch: offer.architecture,
            vcpus: offer.vcpus,
            memory_gib: offer.memory_gib,
            burstable: offer.is_burstable,
            storage_usd: tidy(cost.storage_usd),
            address_usd: tidy(cost.address_usd),
            total_usd: tidy(cost.total_usd()),
        }
    }
}

/// A sum without the noise of adding in binary: to a billionth of a dollar.
fn tidy(usd: f64) -> f64 {
    (usd * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "\
instance_type,vcpus,memory_gib,spec_source,arch,region,od_usd_h,zone,spot_usd_h,provider
t3.small,2.0,2.0,x,x86_64,r1,0.02,r1a,0.01,aws
m7.large,2.0,8.0,x,x86_64,r1,0.10,r1a,0.04,aws
m7.large,2.0,8.0,x,x86_64,r1,0.10,r1b,0.03,aws
m7g.large,2.0,8.0,x,arm64,r2,0.08,,,
s-2vcpu-8gb,2,8,x,x86_64,fra1,0.104,,,digitalocean
";

    fn ask(request: &str) -> Value {
        let reading = read(CSV, &Source::default()).expect("a heading");
        assert_eq!(reading.unread, []);
        let (answer, _) = answer(request, &Catalogue::of(reading.offers), 0);
        serde_json::to_value(answer).expect("it is JSON")
    }

    fn names(request: &str) -> Vec<String> {
        let answer = ask(request);
        let offers = answer["offers"].as_array().cloned().unwrap_or_default();
        let name = |offer: &Value| {
            let zone = offer["zone"].as_str().unwrap_or("-");
            let instance_type = offer["instance_type"].as_str().unwrap_or_default();
            format!("{instance_type} {zone} {}", offer["hourly_usd"])
        };
        offers.iter().map(name).collect()
    }

    #[test]
    fn exactly_the_rules_of_the_request_are_applied() {
        assert_eq!(
            names(r#"{"id":"1","memory_gb":8}"#),
            ["m7g.large - 0.08", "m7.large - 0.1", "s-2vcpu-8gb - 0.104"]
        );
        assert_eq!(
            names(r#"{"id":"1","arch":"x86_64","burstable":false,"spot":null}"#),
            ["m7.large - 0.1"]
        );
        assert_eq!(
            names(r#"{"id":"1","spot":true}"#),
            [
                "t3.small r1a 0.01",
                "m7.large r1b 0.03",
                "m7.large r1a 0.04"
            ]
        );
        assert_eq!(
            names(r#"{"id":"1","region":"r2","vcpus":1.5}"#),
            ["m7g.large - 0.08"]
        );
        assert_eq!(
            names(r#"{"id":"1","provider":"digitalocean"}"#),
            ["s-2vcpu-8gb - 0.104"]
        );
    }

    /// The Droplet's address is free, EC2's is not.
    #[test]
    fn with_a_disk_the_ranking_is_by_everything_together() {
        let request = r#"{"id":7,"memory_gb":8,"storage_gb":0,"arch":"x86_64"}"#;
        assert_eq!(names(request), ["s-2vcpu-8gb - 0.104", "m7.large - 0.1"]);
        let answer = ask(request);
        assert_eq!(answer["id"], 7);
        assert_eq!(answer["offers"][1]["total_usd"], 0.105);
    }

    #[test]
    fn what_makes_no_sense_is_answered_with_an_error() {
        assert_eq!(ask(r#"{"id":"x","vcpus":-1}"#)["error"], "vcpus is -1");
        assert_eq!(
            ask(r#"{"id":"x","arch":"mips"}"#)["error"],
            "arch \"mips\" is unknown"
        );
        assert_eq!(
            ask(r#"{"id":"x","memory_gb":-2}"#)["error"],
            "memory_gb is negative"
        );
        for line in [
            "nonsense",
            "{}",
            r#"{"id":"x","spot":"yes"}"#,
            r#"{"id":"x","provider":"gcp"}"#,
        ] {
            assert!(ask(line)["error"].is_string(), "{line}");
        }
        assert_eq!(ask("[]")["id"], Value::Null);
    }

    #[test]
    fn where_nothing_fits_the_obstacle_is_named() {
        let answer = ask(r#"{"id":"x","memory_gb":64}"#);
        assert_eq!(answer["offers"], serde_json::json!([]));
        assert_eq!(
            answer["excluded_by"],
            serde_json::json!([["at least 64 GiB"]])
        );
    }
}
