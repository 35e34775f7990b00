//! The two emulators: ministack for AWS, and moto for EC2 alone, which ministack only pretends to have.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, interval};

use crate::children::{Child, ChildOptions, base_environment, tail};
use crate::cloud::fixtures;
use crate::venv::Venv;
use crate::{Error, Result, paths, ports};

/// Somebody else taking the port we chose happens rarely; three times in a row means something else is wrong.
const PORT_ATTEMPTS: usize = 3;
/// Both emulators are up within a second; a loaded machine may take far longer.
const START_LIMIT: Duration = Duration::from_mins(1);
/// An emulator cannot call us when it is ready, so we ask, often enough not to be noticed.
const HEALTH_INTERVAL: Duration = Duration::from_millis(20);
/// What both print when the port is taken.
const PORT_TAKEN: &str = "in use";

/// The region of everything local.
pub const REGION: &str = "us-east-1";
/// The emulator's account.
pub const ACCOUNT_ID: &str = "000000000000";
/// The access key id and the secret that the emulator takes for the account's root.
pub const ROOT_KEY: &str = "test";

/// Folders and programs that both emulators use.
#[derive(Debug)]
pub struct Place {
    /// The environment with their programs.
    pub venv: Venv,
    /// For logs.
    pub logs: PathBuf,
    /// For what they write; removed at the end.
    pub scratch: PathBuf,
}

impl Place {
    /// Where ministack writes which permissions were needed, a line each.
    pub fn calls(&self) -> PathBuf {
        self.scratch.join("calls.jsonl")
    }
}

/// A running emulator; dropping it stops it.
#[derive(Debug)]
pub struct Emulator {
    child: Child,
    url: String,
}

impl Emulator {
    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where its output goes.
    pub fn log(&self) -> &Path {
        self.child.log()
    }

    /// Asks it to stop without waiting for it.
    pub fn release(&mut self) {
        self.child.release();
    }
}

/// Starts moto, which knows EC2 with all its attributes.
pub async fn start_moto(place: &Place) -> Result<Emulator> {
    start(place, "moto", "/moto-api/", |port| {
        let command = vec![
            place.venv.python().into(),
            "-m".into(),
            "moto.server".into(),
            "-H".into(),
            "127.0.0.1".into(),
            "-p".into(),
            port.to_string().into(),
        ];
        // Without an account: the gate names one with every request.
        let environment: Vec<(&'static str, OsString)> = vec![
            ("MOTO_ENABLE_AMI_VALIDATION", "1".into()),
            ("MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION", "1".into()),
        ];
        (command, environment)
    })
    .await
}

/// Starts ministack with IAM enforced. All of its environment reaches the Lambdas, so it holds nothing but this.
/// What its callers were found to need is written to [`Place::calls`]. Requests to the Price List are passed on to
/// `price_list_url` once it is known that they are allowed. Before each step of a workflow it asks at `steps`, if somebody listens there.
pub async fn start_ministack(
    place: &Place,
    ec2_url: &str,
    price_list_url: &str,
    steps: Option<SocketAddr>,
    wait_scale: f64,
) -> Result<Emulator> {
    let images = place.scratch.join("public-parameters.json");
    write_public_parameters(&images)?;
    let calls = place.calls();
    start(place, "ministack", "/_ministack/health", |port| {
        let environment: Vec<(&'static str, OsString)> = vec![
            ("GATEWAY_PORT", port.to_string().into()),
            ("BIND_HOST", "127.0.0.1".into()),
            ("AUTH", "true".into()),
            ("LAMBDA_EXECUTOR", "local".into()),
            ("SFN_WAIT_SCALE", wait_scale.to_string().into()),
            // How the Lambdas find the emulator: it does not tell custom runtimes by itself.
            (
                "AWS_ENDPOINT_URL",
                format!("http://127.0.0.1:{port}").into(),
            ),
            ("AWS_ENDPOINT_URL_EC2", ec2_url.into()),
            ("MINISTACK_ACCOUNT_ID", ACCOUNT_ID.into()),
            ("MINISTACK_REGION", REGION.into()),
            ("RUST_BACKTRACE", "1".into()),
            // Neither listens on a port of its own, nor looks for containers.
            ("IOT_MTLS_ENABLED", "0".into()),
            ("SFTP_ENABLED", "0".into()),
            ("DOCKER_HOST", "unix:///nonexistent".into()),
        ];
        let mut command = vec![
            place.venv.python().into(),
            // It imports a file beside it, whose compiled form has no place in the sources.
            "-B".into(),
            paths::python().join("emulator.py").into(),
            images.clone().into(),
            calls.clone().into(),
            price_list_url.into(),
        ];
        command.extend(steps.map(|address| address.to_string().into()));
        (command, environment)
    })
    .await
}

/// The public parameters that name images, which nobody may write and the emulator has to be told.
fn write_public_parameters(path: &Path) -> Result<()> {
    let parameters: BTreeMap<_, _> = fixtures::ssm_image_parameters().into_iter().collect();
    let text = serde_json::to_string(&parameters).map_err(|error| Error::Unexpected {
        what: "the fixture of public parameters".to_owned(),
        detail: error.to_string(),
    })?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Error::io("make a folder for the emulators"))?;
    }
    std::fs::write(path, text).map_err(Error::io("write the public parameters"))
}

/// Starts an emulator on a free port and waits until it answers.
async fn start(
    place: &Place,
    name: &str,
    health_path: &str,
    describe: impl Fn(u16) -> (Vec<OsString>, Vec<(&'static str, OsString)>),
) -> Result<Emulator> {
    let scratch = place.scratch.join(name);
    let mut attempt = 1;
    loop {
        let port = ports::free()?;
        let (command, own) = describe(port);
        let mut environment = base_environment(&scratch);
        environment.extend(own);
        let child = Child::start(&ChildOptions {
            name: name.to_owned(),
            python: place.venv.python(),
            command,
            environment,
            logs: place.logs.clone(),
            scratch: scratch.clone(),
        })?;
        let mut emulator = Emulator {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        match emulator.until_healthy(name, health_path).await {
            Err(Error::Ended { tail, .. })
                if tail.contains(PORT_TAKEN) && attempt < PORT_ATTEMPTS =>
            {
                attempt += 1;
            }
            Err(error) => return Err(error),
            Ok(()) => return Ok(emulator),
        }
    }
}

impl Emulator {
    async fn until_healthy(&mut self, name: &str, path: &str) -> Result<()> {
        let http = loopback_client()?;
        let deadline = Instant::now() + START_LIMIT;
        let mut ticks = interval(HEALTH_INTERVAL);
        while Instant::now() < deadline {
            ticks.tick().await;
            self.child.check_running()?;
            let answer = http.get(format!("{}{path}", self.url)).send().await;
            if answer.is_ok_and(|response| response.status().is_success()) {
                return Ok(());
            }
        }
        Err(Error::Timeout {
            what: format!("{name} until it answered"),
            seconds: START_LIMIT.as_secs(),
            detail: tail(self.child.log()),
        })
    }
}

/// An HTTP client for loopback only: a proxy configured on this machine has no part in it.
pub(crate) fn loopback_client() -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| Error::Unexpected {
            what: "the HTTP client's configuration".to_owned(),
            detail: error.to_string(),
        })
}
