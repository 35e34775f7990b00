//! What a machine runs at first boot: cloud-init user data.
//!
//! The document is JSON, which is YAML too: values are serialised, never pasted, and nothing from a person or a cloud
//! reaches a shell. The types below hold only values that are safe to write into the files they end up in.

mod scripts;
mod units;

use std::fmt;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::intent::Environment;
use crate::spec::Cluster;

/// The agent, as it is written to the machine.
pub const AGENT: &str = include_str!("../../../../infra/bootstrap/agent.py");

/// EC2's limit on user data before base64.
pub const USER_DATA_LIMIT_BYTES: usize = 16_384;

/// The first line that tells cloud-init how to read the rest.
const HEADER: &str = "#cloud-config\n";
const AGENT_PATH: &str = "/opt/infrared/agent.py";
const SAMPLE_PATH: &str = "/opt/infrared/setup/sample.ipynb";
const CONFIG_PATH: &str = "/etc/infrared/agent.json";
/// Whom the agent runs as, but for the parts of it that need root.
const AGENT_USER: &str = "infrared";
const HOSTNAME_LIMIT_CHARS: usize = 63;
const LOGIN_USER_LIMIT_CHARS: usize = 32;
const URL_LIMIT_CHARS: usize = 512;
/// As the template has it: of what is packed into user data, an address packs worst.
const INDEX_LIMIT_CHARS: usize = 128;

/// Why a value may not be written to a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {0}")]
pub struct Unsafe(&'static str);

/// A host name of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hostname(String);

impl Hostname {
    /// Lower-case letters, digits and inner hyphens.
    pub fn parse(text: &str) -> Result<Self, Unsafe> {
        let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let valid = (1..=HOSTNAME_LIMIT_CHARS).contains(&text.len())
            && text.bytes().all(inside)
            && !text.starts_with('-')
            && !text.ends_with('-');
        valid
            .then(|| Self(text.to_owned()))
            .ok_or(Unsafe("a host name"))
    }
}

/// The account that people log in as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginUser(String);

impl LoginUser {
    /// A portable Linux account name.
    pub fn parse(text: &str) -> Result<Self, Unsafe> {
        let inside = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        };
        let valid = (1..=LOGIN_USER_LIMIT_CHARS).contains(&text.len())
            && text.bytes().all(inside)
            && text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
        valid
            .then(|| Self(text.to_owned()))
            .ok_or(Unsafe("an account name"))
    }
}

/// Where the beacon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeaconUrl(String);

impl BeaconUrl {
    /// An `http` or `https` address without a query; a slash at the end is dropped.
    pub fn parse(text: &str) -> Result<Self, Unsafe> {
        let text = text.trim_end_matches('/');
        let inside = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b':' | b'/' | b'.' | b'-' | b'_' | b'[' | b']')
        };
        let valid = text.len() <= URL_LIMIT_CHARS
            && after_scheme(text).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(inside));
        valid
            .then(|| Self(text.to_owned()))
            .ok_or(Unsafe("an http address"))
    }
}

/// The package index (PEP 503) that clusters get Spark, its notebook and their Python packages from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageIndexUrl(String);

impl PackageIndexUrl {
    /// An `http` or `https` address without credentials, a query or a slash at the end.
    pub fn parse(text: &str) -> Result<Self, Unsafe> {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || b":._~%+-".contains(&byte);
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(inside);
        let valid = text.len() <= INDEX_LIMIT_CHARS
            && after_scheme(text).is_some_and(|rest| rest.split('/').all(is_part));
        valid
            .then(|| Self(text.to_owned()))
            .ok_or(Unsafe("the address of a package index"))
    }
}

fn after_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
}

/// What the machines of a reservation need to know; they are all told the same.
#[derive(Clone, PartialEq, Eq)]
pub struct BootstrapSpec {
    /// Where they call home.
    pub beacon_url: BeaconUrl,
    /// Whose they are there.
    pub reservation_id: String,
    /// How many they are: of several, each finds its number in what the cloud tells it.
    pub count: u32,
    /// The number of the first of those that are launched together: what is launched later to stand in for one that
    /// failed has a number of its own.
    pub first_number: u32,
    /// Software that each is set up with.
    pub environments: Vec<Environment>,
    /// What makes them a cluster, where they are one. Number 1 is its master.
    pub cluster: Option<Cluster>,
    /// Where they get what makes them one.
    pub package_index: PackageIndexUrl,
    /// What they prove that with, each once.
    pub enrolment_key: String,
    /// Until when they may.
    pub enrolment_expires_epoch_seconds: i64,
    /// The account that people log in as.
    pub login_user: LoginUser,
    /// The name on their prompt; several add their number.
    pub hostname: Hostname,
    /// Its cloud may take it back, and says so to the machine alone.
    pub is_spot: bool,
}

/// The enrolment key is left out.
impl fmt::Debug for BootstrapSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BootstrapSpec")
            .field("beacon_url", &self.beacon_url)
            .field("reservation_id", &self.reservation_id)
            .field("count", &self.count)
            .field("login_user", &self.login_user)
            .field("hostname", &self.hostname)
            .finish_non_exhaustive()
    }
}

/// The user data of the machines, packed; cloud-init unpacks it. The same spec is the same bytes, as a repeated launch must
/// be.
pub fn render(spec: &BootstrapSpec) -> Vec<u8> {
    packed(&document(spec))
}

/// The user data as text: what `cloud-init schema` reads.
pub fn document(spec: &BootstrapSpec) -> String {
    let document = json!({
        "hostname": spec.hostname.0,
        "preserve_hostname": false,
        "disable_root": true,
        "ssh_pwauth": false,
        "write_files": files(spec),
        // The last thing that cloud-init does. Not blocking: a unit must not wait for the boot it is part of.
        "runcmd": [
            ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", AGENT_USER],
            ["chgrp", AGENT_USER, CONFIG_PATH],
            ["systemctl", "daemon-reload"],
            ["systemctl", "enable", "--now", "--no-block", "infrared-ready.service", "infrared-beat.timer", "infrared-updates.timer"],
        ],
    });
    format!("{HEADER}{document}\n")
}

fn files(spec: &BootstrapSpec) -> Value {
    let config = json!({
        "beacon_url": spec.beacon_url.0,
        "reservation_id": spec.reservation_id,
        "count": spec.count,
        "first_number": spec.first_number,
        "environments": spec.environments,
        "cluster": spec.cluster,
        "package_index": spec.cluster.map(|_| &spec.package_index.0),
        "hostname": spec.hostname.0,
        "enrolment_key": spec.enrolment_key,
        "enrolment_expires_epoch_seconds": spec.enrolment_expires_epoch_seconds,
        "login_user": spec.login_user.0,
        "is_spot": spec.is_spot,
    });
    let mut files = vec![
        file(CONFIG_PATH, "0640", &config.to_string()),
        file(AGENT_PATH, "0755", &without_comments(AGENT)),
        file("/usr/local/bin/infrared", "0755", COMMAND),
        file(
            "/opt/infrared/lib.sh",
            "0644",
            &without_comments(scripts::LIB),
        ),
        // sshd starts after this is written. People's keys are not in user data: the beacon tells them.
        file(
            "/etc/ssh/sshd_config.d/60-infrared.conf",
            "0600",
            "AuthorizedKeysFile .ssh/authorized_keys /etc/infrared/keys/%u\n",
        ),
        file("/etc/motd", "0644", MOTD),
    ];
    for (name, unit) in units::ALL {
        files.push(file(&format!("/etc/systemd/system/{name}"), "0644", unit));
    }
    for unit in units::OF_AGENT {
        let path = format!("/etc/systemd/system/{unit}.d/least-rights.conf");
        files.push(file(&path, "0644", units::LEAST_RIGHTS));
    }
    for (name, script) in scripts::of(spec) {
        files.push(file(
            &format!("/opt/infrared/setup/{name}.sh"),
            "0644",
            &without_comments(script),
        ));
    }
    if spec.cluster.is_some() {
        files.push(file(SAMPLE_PATH, "0644", scripts::SAMPLE));
    }
    Value::Array(files)
}

fn file(path: &str, permissions: &str, content: &str) -> Value {
    json!({ "path": path, "owner": "root:root", "permissions": permissions, "content": content })
}

/// User data is small, and comments are for whoever reads them here.
fn without_comments(text: &str) -> String {
    let is_comment = |line: &str| {
        let line = line.trim_start();
        line.starts_with('#') && !line.starts_with("#!")
    };
    let lines = text.split_inclusive('\n').filter(|line| !is_comment(line));
    lines.collect()
}

/// As gzip without a time in it.
fn packed(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed
        .write_all(text.as_bytes())
        .and_then(|()| packed.finish())
        .expect("a Vec takes every byte")
}

/// What people on the machine call the agent by.
const COMMAND: &str = "#!/bin/sh\nexec /opt/infrared/agent.py \"$@\"\n";
const MOTD: &str = "\nUntil when this machine runs: infrared status\n\n";

#[cfg(test)]
mod tests;
