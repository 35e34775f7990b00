use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use proptest::prelude::*;
use proptest::string::string_regex;

use super::*;
use crate::failover::TRYING_SECONDS_MAX;
use crate::intent::{Framework, Notebook};
use crate::reservation::ENROLMENT_SECONDS;

const TEMPLATE: &str = include_str!("../../../../../template.yaml");

fn spec() -> BootstrapSpec {
    BootstrapSpec {
        beacon_url: BeaconUrl::parse("https://api.example.com/").unwrap(),
        reservation_id: "01JD2K4Z9QAAAAAAAAAAAAAAAA".to_owned(),
        count: 1,
        first_number: 1,
        environments: Vec::new(),
        cluster: None,
        package_index: PackageIndexUrl::parse("https://pypi.org/simple").unwrap(),
        enrolment_key: "e".repeat(64),
        enrolment_expires_epoch_seconds: 1_764_000_000,
        login_user: LoginUser::parse("ubuntu").unwrap(),
        hostname: Hostname::parse("r-7k2mq").unwrap(),
        is_spot: false,
    }
}

const SPARK: Cluster = Cluster {
    framework: Framework::Spark,
    notebook: Notebook::Jupyter,
};

/// As long as it may be, and hard to pack.
fn longest_index() -> PackageIndexUrl {
    let mut text = "http://".to_owned();
    let mut seed: u32 = 1;
    while text.len() < INDEX_LIMIT_CHARS {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.extend(char::from_digit(seed >> 27, 36));
    }
    PackageIndexUrl::parse(&text).unwrap()
}

fn rendered(spec: &BootstrapSpec) -> Value {
    let mut text = String::new();
    GzDecoder::new(render(spec).as_slice())
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(text.strip_prefix(HEADER).unwrap()).unwrap()
}

#[test]
fn the_document_is_what_a_machine_needs() {
    let mut document = rendered(&spec());
    for file in document["write_files"].as_array_mut().unwrap() {
        // Files of infra/bootstrap as they are.
        if file["content"].as_str().unwrap().lines().count() > 3 {
            file["content"] = json!("(a file)");
        }
    }
    insta::assert_json_snapshot!(document);
}

/// Everything that can be asked for at once is the largest: whatever is left out makes it smaller.
#[test]
fn it_fits_with_everything() {
    let spec = BootstrapSpec {
        count: crate::spec::CLUSTER_NODES_MAX,
        first_number: crate::spec::CLUSTER_NODES_MAX,
        environments: Environment::ALL.to_vec(),
        cluster: Some(SPARK),
        package_index: longest_index(),
        beacon_url: BeaconUrl::parse(&format!("https://{}.example.com", "a".repeat(200))).unwrap(),
        login_user: LoginUser::parse(&"u".repeat(LOGIN_USER_LIMIT_CHARS)).unwrap(),
        hostname: Hostname::parse(&"h".repeat(HOSTNAME_LIMIT_CHARS)).unwrap(),
        is_spot: true,
        ..spec()
    };
    let bytes = render(&spec).len();
    assert!(bytes <= USER_DATA_LIMIT_BYTES, "{bytes} bytes");
}

/// A file that nobody lists is not on any machine.
#[test]
fn every_step_of_the_folders_is_known() {
    let folders = [
        ("environments", scripts::environments().collect()),
        ("cluster", scripts::CLUSTER.to_vec()),
    ];
    for (folder, listed) in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../infra/bootstrap")
            .join(folder);
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let found: BTreeSet<String> = files
            .filter_map(|file| {
                let name = file.file_name().into_string().ok()?;
                name.strip_suffix(".sh").map(str::to_owned)
            })
            .collect();
        let listed: BTreeSet<String> = listed.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
    }
}

#[test]
fn a_machine_is_given_the_steps_that_it_was_asked_for_and_no_others() {
    for environment in Environment::ALL {
        let spec = BootstrapSpec {
            environments: vec![*environment],
            ..spec()
        };
        let names: Vec<&str> = scripts::of(&spec).map(|(name, _)| name).collect();
        let known = scripts::environments().map(|(name, _)| name);
        let mut expected: Vec<&str> = known.filter(|name| *name == environment.as_str()).collect();
        expected.push("updates");
        assert_eq!(names, expected);
    }
}

#[test]
fn the_agent_is_plain_text_in_any_encoding() {
    assert!(AGENT.is_ascii());
    assert!(AGENT.starts_with("#!/usr/bin/env python3\n"));
}

#[test]
fn a_spec_shown_for_debugging_holds_no_key() {
    assert!(!format!("{:?}", spec()).contains("eeee"));
}

#[test]
fn values_that_do_not_belong_are_refused() {
    for bad in [
        "",
        "-a",
        "a-",
        "A",
        "a.b",
        "a b",
        "a;reboot",
        "ä",
        &"a".repeat(64),
    ] {
        assert!(Hostname::parse(bad).is_err(), "{bad}");
    }
    for bad in ["", "Root", "1a", "a b", "a/../b", "a\n", &"a".repeat(33)] {
        assert!(LoginUser::parse(bad).is_err(), "{bad}");
    }
    for bad in [
        "",
        "https://",
        "ftp://a",
        "https://a?b",
        "https://a b",
        "https://a\"",
        "https://user@a",
    ] {
        assert!(BeaconUrl::parse(bad).is_err(), "{bad}");
    }
    for bad in [
        "",
        "https://",
        "pypi.org/simple",
        "ftp://a",
        "https://a/",
        "https://a//b",
        "https:///a",
        "https://a?b",
        "https://a#b",
        "https://a/[b]",
        "https://user:secret@a",
        "https://a b",
        "https://a\n",
        &format!("https://{}", "a".repeat(121)),
    ] {
        assert!(PackageIndexUrl::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn only_clusters_are_told_of_the_package_index() {
    for (cluster, told) in [
        (None, Value::Null),
        (Some(SPARK), json!("https://pypi.org/simple")),
    ] {
        let document = rendered(&BootstrapSpec { cluster, ..spec() });
        let config = document["write_files"][0]["content"].as_str().unwrap();
        let config: Value = serde_json::from_str(config).unwrap();
        assert_eq!(config["package_index"], told);
    }
}

/// Else a deployment would succeed, and launch nothing.
#[test]
fn every_package_index_that_the_template_takes_is_one() {
    let of_parameter = |name| of_parameter("PackageIndexUrl", name);
    assert!(PackageIndexUrl::parse(of_parameter("Default")).is_ok());
    assert_eq!(of_parameter("MaxLength"), INDEX_LIMIT_CHARS.to_string());
    let pattern = of_parameter("AllowedPattern");
    let pattern = pattern
        .strip_prefix('^')
        .and_then(|text| text.strip_suffix('$'));
    let allowed = string_regex(pattern.unwrap()).unwrap();
    proptest!(|(text in allowed)| {
        // As much of it as may be: that is one as well.
        let text: String = text;
        let text = text.get(..INDEX_LIMIT_CHARS).unwrap_or(&text).trim_end_matches('/');
        prop_assert!(PackageIndexUrl::parse(text).is_ok(), "{text}");
    });
    let (_, provision) = TEMPLATE.split_once("\n  Provision:\n").unwrap();
    let (provision, _) = provision.split_once("\n\n").unwrap();
    assert!(provision.contains("          PACKAGE_INDEX_URL: !Ref PackageIndexUrl\n"));
}

/// A property of one of the template's parameters.
fn of_parameter(parameter: &str, name: &str) -> &'static str {
    let (_, rest) = TEMPLATE.split_once(&format!("\n  {parameter}:\n")).unwrap();
    let (_, rest) = rest.split_once(&format!("    {name}: ")).unwrap();
    rest.lines().next().unwrap()
}

#[test]
fn workers_that_stand_in_for_others_may_still_enrol() {
    let wait_seconds: i64 = of_parameter("ReadyTimeoutSeconds", "MaxValue")
        .parse()
        .unwrap();
    assert!(TRYING_SECONDS_MAX + 2 * wait_seconds <= ENROLMENT_SECONDS);
}

#[test]
fn comments_stay_here_and_everything_else_goes_along() {
    let text = "#!/bin/sh\n# why\necho '#1' # what\n    # more\n\ncat <<'END'\n#!/bin/sh\nEND\n";
    assert_eq!(
        without_comments(text),
        "#!/bin/sh\necho '#1' # what\n\ncat <<'END'\n#!/bin/sh\nEND\n"
    );
}

proptest! {
    #[test]
    fn whatever_is_accepted_stays_one_value(text in "\\PC{0,80}") {
        let mut spec = spec();
        if let Ok(hostname) = Hostname::parse(&text) { spec.hostname = hostname; }
        if let Ok(user) = LoginUser::parse(&text) { spec.login_user = user; }
        if let Ok(url) = BeaconUrl::parse(&text) { spec.beacon_url = url; }
        if let Ok(url) = PackageIndexUrl::parse(&text) { spec.package_index = url; }
        spec.reservation_id = text.clone();
        let document = rendered(&spec);
        let config = document["write_files"][0]["content"].as_str().unwrap();
        let config: Value = serde_json::from_str(config).unwrap();
        prop_assert_eq!(config["reservation_id"].as_str(), Some(text.as_str()));
        prop_assert_eq!(document.as_object().unwrap().len(), 6);
    }
}
