//! The whole product, started on this machine: emulators, stand-ins, the real template, the real Lambda binaries.

mod controls;
mod deploy;
mod records;
mod settling;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use domain::reservation::Reservation;
use platform::store::Store;
use serde::Deserialize;
use serde_json::Value;

pub use controls::Controls;

use crate::accounts::Accounts;
use crate::clock::SharedClock;
use crate::cloud::{Cloud, CloudOptions};
use crate::digitalocean::DigitalOceanStandIn;
use crate::edge::Edge;
use crate::emulators::{self, Emulator, Place, ROOT_KEY};
use crate::lambdas::Lambdas;
use crate::machines::booted::Host;
use crate::machines::{Hardware, Machines, MachinesOptions};
use crate::permissions::{self, Needed};
use crate::price_list::PriceListStandIn;
use crate::progress::{Phase, Progress, phase};
use crate::runs::Run;
use crate::secrets::Secrets;
use crate::slack::{DeliveryRules, Workspace, WorkspaceOptions};
use crate::steps::Steps;
use crate::venv::Venv;
use crate::wit::WitStandIn;
use crate::{Error, Result};

/// How to start.
#[derive(Debug, Clone, Copy)]
pub struct StackOptions {
    /// Whether the scan runs every minute. Tests run it themselves.
    pub schedule: bool,
    /// What waits of the workflows are multiplied with.
    pub wait_scale: f64,
    /// How often machines beat by themselves.
    pub beat_interval: Option<Duration>,
    /// How long Slack waits for an answer. Slack's own three seconds where a person looks on; longer in tests, which
    /// prove what happens, not how fast this machine is.
    pub answer_limit: Duration,
    /// How long a machine may take to call home.
    pub ready_timeout_seconds: u32,
    /// How long a cluster's workflow waits for its owner to say how it goes on.
    pub answer_timeout_seconds: u32,
    /// Whether machines really boot, instead of being played by their agent alone.
    pub boots_machines: bool,
    /// The deployment names the first two subnets of the account's default network, instead of leaving it to all of them.
    pub names_subnets: bool,
    /// Regions beside the first, separated by commas.
    pub more_regions: &'static str,
}

impl StackOptions {
    /// For a person in front of the page: real time, Slack's own limits.
    pub fn live() -> Self {
        Self {
            schedule: true,
            wait_scale: 1.0,
            beat_interval: Some(Duration::from_mins(1)),
            answer_limit: Duration::from_secs(3),
            ready_timeout_seconds: 900,
            answer_timeout_seconds: 1800,
            boots_machines: false,
            names_subnets: false,
            more_regions: "",
        }
    }

    /// For journeys: the clock is moved, the scan is run by hand, waits are short.
    pub fn journey() -> Self {
        Self {
            schedule: false,
            wait_scale: 0.05,
            beat_interval: None,
            answer_limit: Duration::from_secs(20),
            ready_timeout_seconds: 900,
            answer_timeout_seconds: 1800,
            boots_machines: false,
            names_subnets: false,
            more_regions: "",
        }
    }
}

/// What the deployment says about itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Outputs {
    /// The HTTP API.
    pub api_id: String,
    /// The table.
    pub table_name: String,
    /// The front door.
    pub slack_function_name: String,
    /// The scan.
    pub watch_function_name: String,
    /// The beacon.
    pub beacon_function_name: String,
    /// The voice.
    pub notify_function_name: String,
    /// The catalogue's refresh.
    pub prices_function_name: String,
    /// The steps.
    pub provision_function_name: String,
    /// The workflow from a reservation to a machine.
    pub provision_vm_arn: String,
    /// The workflow from a reservation to a cluster.
    pub provision_cluster_arn: String,
    /// The workflow from a machine to none.
    pub terminate_arn: String,
    /// The workflow that stops and starts a machine.
    pub power_arn: String,
    /// The workflow that checks a credential.
    pub verify_credential_arn: String,
    /// The workflow that looks through every account.
    pub sweep_arn: String,
}

/// The running product. Dropping it stops everything.
pub struct Stack {
    /// Slack.
    pub slack: Workspace,
    /// wit.ai.
    pub wit: WitStandIn,
    /// DigitalOcean.
    pub digitalocean: DigitalOceanStandIn,
    /// AWS's Price List.
    pub price_list: PriceListStandIn,
    /// EC2.
    pub cloud: Cloud,
    /// The gate before the workflows' steps.
    pub steps: Steps,
    /// The machines in it.
    pub machines: Machines,
    /// Other people's accounts, to make users and roles in.
    pub accounts: Accounts,
    /// The time of everything.
    pub clock: SharedClock,
    /// What the deployment says about itself.
    pub outputs: Outputs,
    /// What Slack signs with in this run.
    pub signing_secret: String,
    /// From which the notebooks' tokens are derived.
    pub notebook_master: String,
    /// The table, as the account's root.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The workflows, as the account's root.
    pub sfn: aws_sdk_sfn::Client,
    controls: Controls,
    edge: Edge,
    permissions: PathBuf,
    // Dropped last, in this order: ministack runs the Lambdas that speak to all others.
    ministack: Emulator,
    moto: Emulator,
    _run: Run,
}

impl Drop for Stack {
    fn drop(&mut self) {
        permissions::keep(&self.permissions);
        self.wit.stop();
        self.digitalocean.stop();
        self.price_list.stop();
        // Both stop at once, and are waited for one after the other.
        self.ministack.release();
        self.moto.release();
    }
}

impl Stack {
    /// Starts everything.
    pub async fn start(options: StackOptions, progress: &dyn Progress) -> Result<Self> {
        let secrets = Secrets::random()?;
        let clock = SharedClock::new();
        let run = Run::start()?;
        // Cargo works for minutes the first time, and for a moment later; meanwhile the rest comes up.
        let steps = Steps::start()?;
        let (lambdas, (host, outside), (place, moto, cloud, ministack, price_list)) = tokio::try_join!(
            phase(progress, Phase::Lambdas, Lambdas::prepare(progress)),
            surroundings(&options, &secrets, &clock, progress),
            emulators(&run, &clock, &steps, options.wait_scale, progress),
        )?;
        let subnet_ids = if options.names_subnets {
            let subnets = cloud.default_subnets().await;
            let subnets = subnets.map_err(|error| Error::Unexpected {
                what: "the default network".to_owned(),
                detail: error.to_string(),
            })?;
            let named = subnets.into_iter().take(2).map(|subnet| subnet.id);
            named.collect::<Vec<_>>().join(",")
        } else {
            String::new()
        };
        let deployment = deploy::Deployment {
            subnet_ids,
            venv: &place.venv,
            lambdas: &lambdas,
            secrets: &secrets,
            endpoint_url: ministack.url(),
        };
        let outputs = phase(
            progress,
            Phase::Deploy,
            deployment.deploy(&options, &outside),
        )
        .await?;
        let deploy::Outside {
            edge,
            slack,
            wit,
            digitalocean,
        } = outside;
        edge.open(ministack.url(), &outputs.api_id);

        // Machines that boot beat by themselves.
        let beat_interval = options.beat_interval.filter(|_| host.is_none());
        let hardware = host.map_or_else(
            || Hardware::Played {
                scratch: run.folder().join("machines"),
                python: place.venv.python(),
            },
            Hardware::Booted,
        );
        let machines = Machines::start(MachinesOptions {
            cloud: cloud.clone(),
            clock: clock.clone(),
            hardware,
            beat_interval,
        });
        let aws = root_of(ministack.url());
        let (machines, aws) = tokio::join!(machines, aws);
        let dynamodb = aws_sdk_dynamodb::Client::new(&aws);
        let controls = Controls::new(clock.clone(), dynamodb.clone(), &outputs, ministack.url())?;
        let stack = Self {
            slack,
            wit,
            digitalocean,
            price_list,
            cloud,
            steps,
            machines,
            accounts: Accounts::of(ministack.url())?,
            clock,
            outputs,
            signing_secret: secrets.signing_secret.clone(),
            notebook_master: secrets.notebook_master.clone(),
            dynamodb,
            sfn: aws_sdk_sfn::Client::new(&aws),
            controls,
            edge,
            permissions: place.calls(),
            ministack,
            moto,
            _run: run,
        };
        stack.advance(0).await?;
        Ok(stack)
    }

    /// Stops the machines, which follow the cloud by themselves, and then everything else.
    pub async fn stop(self) {
        self.machines.stop().await;
    }

    /// Where Slack and machines reach the product.
    pub fn public_url(&self) -> String {
        self.edge.url()
    }

    /// From now on, or no longer, machines that call home are told that nobody is there.
    pub fn set_beacon_outage(&self, is_away: bool) {
        self.edge.set_beacon_outage(is_away);
    }

    /// The page to open.
    pub fn page_url(&self) -> String {
        self.slack.page_url()
    }

    /// Moves the time of everything.
    pub async fn advance(&self, seconds: i64) -> Result<()> {
        self.controls.advance(seconds).await
    }

    /// Runs the scan once and returns what it says that it did.
    pub async fn tick(&self) -> Result<Value> {
        self.controls.tick().await
    }

    /// Calls a function and returns its answer.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Value> {
        self.controls.invoke(function, payload).await
    }

    /// What a function of the deployment finds in its environment: what the template gives it, and the addresses and
    /// credentials of the emulator's account.
    pub async fn environment(&self, function: &str) -> Result<BTreeMap<String, String>> {
        let mut environment = self.controls.environment(function).await?;
        let of_the_runtime = [
            ("AWS_ENDPOINT_URL", self.ministack.url()),
            ("AWS_REGION", emulators::REGION),
            ("AWS_ACCESS_KEY_ID", ROOT_KEY),
            ("AWS_SECRET_ACCESS_KEY", ROOT_KEY),
            ("AWS_LAMBDA_FUNCTION_NAME", function),
        ];
        environment.extend(of_the_runtime.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(environment)
    }

    /// The ARN of the role that a function runs as.
    pub async fn role_of(&self, function: &str) -> Result<String> {
        self.controls.role_of(function).await
    }

    /// Every permission that anybody but the account's root was found to need so far, granted or not.
    pub fn permissions(&self) -> Result<BTreeSet<Needed>> {
        permissions::read(&self.permissions)
    }

    /// What the roles of this deployment are allowed: pairs of a role's name and an action.
    pub async fn granted(&self) -> Result<BTreeSet<(String, String)>> {
        self.accounts.granted(emulators::ACCOUNT_ID).await
    }

    /// The name of the deployment.
    pub fn name(&self) -> &str {
        let function = &self.outputs.provision_function_name;
        function.strip_suffix("-provision").unwrap_or(function)
    }

    /// The table as the product reads and writes it.
    pub fn store(&self) -> Store {
        Store::new(self.dynamodb.clone(), self.outputs.table_name.clone())
    }

    /// A reservation as it stands in the table.
    pub async fn reservation(&self, id: &str) -> Result<Reservation> {
        let found = self
            .store()
            .reservation(id)
            .await
            .map_err(unexpected("reading a reservation"))?;
        found.ok_or_else(|| Error::Unexpected {
            what: "the table".to_owned(),
            detail: format!("there is no reservation {id}"),
        })
    }

    /// What moves the time and runs the scan, for those who cannot hold the stack itself.
    pub fn controls(&self) -> Controls {
        self.controls.clone()
    }

    /// Everything that the functions logged.
    pub async fn log(&self) -> Result<String> {
        records::logs(self.ministack.url()).await
    }

    /// Everything that the workflows' executions went through, with their data.
    pub async fn histories(&self) -> Result<String> {
        records::histories(self.ministack.url()).await
    }

    /// The end of what the emulator logged.
    pub fn log_tail(&self) -> String {
        crate::children::tail(self.ministack.log())
    }
}

/// The stand-ins, and this computer as a host of machines if they are to boot: then the edge listens where they
/// reach it.
async fn surroundings(
    options: &StackOptions,
    secrets: &Secrets,
    clock: &SharedClock,
    progress: &dyn Progress,
) -> Result<(Option<Host>, deploy::Outside)> {
    let host = if options.boots_machines {
        Some(Host::open(progress).await?)
    } else {
        None
    };
    let address = host.as_ref().map_or(Ipv4Addr::LOCALHOST, Host::address);
    let stand_ins = stand_ins(secrets, clock, options.answer_limit, address);
    Ok((host, phase(progress, Phase::StandIns, stand_ins).await?))
}

async fn stand_ins(
    secrets: &Secrets,
    clock: &SharedClock,
    answer_limit: Duration,
    edge_address: Ipv4Addr,
) -> Result<deploy::Outside> {
    let edge = Edge::start(edge_address)?;
    let slack = Workspace::start(WorkspaceOptions {
        signing_secret: secrets.signing_secret.clone(),
        bot_token: secrets.bot_token.clone(),
        public_url: edge.url(),
        clock: clock.clone(),
    })
    .await
    .map_err(unexpected("starting Slack's stand-in"))?;
    slack.set_delivery_rules(DeliveryRules {
        answer_limit,
        ..DeliveryRules::default()
    });
    let wit = WitStandIn::start()
        .await
        .map_err(Error::io("start wit.ai's stand-in"))?;
    let digitalocean = DigitalOceanStandIn::start(clock.clone())
        .await
        .map_err(Error::io("start DigitalOcean's stand-in"))?;
    Ok(deploy::Outside {
        edge,
        slack,
        wit,
        digitalocean,
    })
}

/// The virtual environment and both emulators in it, with the gate between them.
async fn emulators(
    run: &Run,
    clock: &SharedClock,
    steps: &Steps,
    wait_scale: f64,
    progress: &dyn Progress,
) -> Result<(Place, Emulator, Cloud, Emulator, PriceListStandIn)> {
    let venv = phase(progress, Phase::PythonPackages, Venv::prepare()).await?;
    let place = Place {
        venv,
        logs: run.folder().join("logs"),
        scratch: run.folder().join("scratch"),
    };
    let start = async {
        let moto = emulators::start_moto(&place).await?;
        let options = CloudOptions {
            moto_url: moto.url().to_owned(),
            clock: clock.clone(),
        };
        let cloud = Cloud::start(options)
            .await
            .map_err(unexpected("starting the EC2 gate"))?;
        let price_list = PriceListStandIn::start()
            .await
            .map_err(Error::io("start the Price List's stand-in"))?;
        let ministack = emulators::start_ministack(
            &place,
            cloud.url(),
            price_list.url(),
            Some(steps.address()),
            wait_scale,
        )
        .await?;
        cloud.enforce(ministack.url());
        Ok((moto, cloud, ministack, price_list))
    };
    let (moto, cloud, ministack, price_list) = phase(progress, Phase::Emulators, start).await?;
    Ok((place, moto, cloud, ministack, price_list))
}

/// The emulator's root, who may do everything.
async fn root_of(endpoint_url: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .endpoint_url(endpoint_url)
        .region(Region::new(emulators::REGION))
        .credentials_provider(aws_sdk_dynamodb::config::Credentials::new(
            ROOT_KEY, ROOT_KEY, None, None, "local",
        ))
        .load()
        .await
}

fn unexpected<E: std::fmt::Debug>(what: &'static str) -> impl Fn(E) -> Error {
    move |error| Error::Unexpected {
        what: what.to_owned(),
        detail: format!("{error:?}"),
    }
}
