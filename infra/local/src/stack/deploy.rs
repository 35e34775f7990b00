//! The template through CloudFormation, with this run's secrets and addresses.

use std::process::Stdio;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::{Outputs, StackOptions};
use crate::digitalocean::DigitalOceanStandIn;
use crate::edge::Edge;
use crate::emulators::{REGION, ROOT_KEY};
use crate::lambdas::Lambdas;
use crate::secrets::Secrets;
use crate::slack::{TEAM_ID, Workspace};
use crate::venv::Venv;
use crate::wit::{TOKEN as WIT_TOKEN, WitStandIn};
use crate::{Error, Result, paths};

/// Where the secrets are kept, as the template's default has it.
const SECRETS_PREFIX: &str = "/infrared";
/// The documentation's network: who may connect to machines that do not exist.
const ACCESS_CIDRS: &str = "203.0.113.0/24";

/// What the deployment meets outside of AWS, and where it is met.
pub(super) struct Outside {
    pub(super) edge: Edge,
    pub(super) slack: Workspace,
    pub(super) wit: WitStandIn,
    pub(super) digitalocean: DigitalOceanStandIn,
}

/// One deployment.
pub(super) struct Deployment<'a> {
    pub(super) venv: &'a Venv,
    pub(super) lambdas: &'a Lambdas,
    pub(super) secrets: &'a Secrets,
    pub(super) endpoint_url: &'a str,
    /// Empty for the account's default network.
    pub(super) subnet_ids: String,
}

impl Deployment<'_> {
    /// Deploys and returns the stack's outputs.
    pub(super) async fn deploy(
        &self,
        options: &StackOptions,
        outside: &Outside,
    ) -> Result<Outputs> {
        let Outside {
            edge,
            slack,
            wit,
            digitalocean,
        } = outside;
        let values = json!({
            "secrets": {
                format!("{SECRETS_PREFIX}/slack-signing-secret"): self.secrets.signing_secret,
                format!("{SECRETS_PREFIX}/slack-bot-token"): self.secrets.bot_token,
                format!("{SECRETS_PREFIX}/wit-token"): WIT_TOKEN,
                format!("{SECRETS_PREFIX}/beacon-master"): self.secrets.beacon_master,
                format!("{SECRETS_PREFIX}/notebook-master"): self.secrets.notebook_master,
            },
            "parameters": {
                "Stage": "local",
                "TestClock": "on",
                "ScheduleState": if options.schedule { "ENABLED" } else { "DISABLED" },
                "ReadyTimeoutSeconds": options.ready_timeout_seconds,
                "AnswerTimeoutSeconds": options.answer_timeout_seconds,
                "AccessCidrs": ACCESS_CIDRS,
                "AdminUserIds": slack.person("carol").id,
                "SlackTeamId": TEAM_ID,
                "SlackApiUrl": slack.api_url(),
                "WitApiUrl": wit.url(),
                "DigitalOceanApiUrl": digitalocean.url(),
                "PublicUrl": edge.url(),
                "MachineRegion": REGION,
                "MoreMachineRegions": options.more_regions,
                "SubnetIds": self.subnet_ids,
            },
        });
        let cache = paths::local().join("zips");
        std::fs::create_dir_all(&cache).map_err(Error::io("make a folder for the zip files"))?;
        let mut child = Command::new(self.venv.python())
            .arg(paths::python().join("deploy.py"))
            .args(["--endpoint-url", self.endpoint_url, "--region", REGION])
            .arg("--template")
            .arg(paths::template())
            .arg("--binaries")
            .arg(self.lambdas.folder())
            .arg("--cache")
            .arg(cache)
            .env_clear()
            .envs([
                ("AWS_ACCESS_KEY_ID", ROOT_KEY),
                ("AWS_SECRET_ACCESS_KEY", ROOT_KEY),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::io("start deploy.py"))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin
                .write_all(values.to_string().as_bytes())
                .await
                .map_err(Error::io("tell deploy.py the parameters"))?;
        }
        let output = child
            .wait_with_output()
            .await
            .map_err(Error::io("wait for deploy.py"))?;
        if !output.status.success() {
            return Err(Error::Command {
                what: "deploying template.yaml".to_owned(),
                status: output.status,
                output: String::from_utf8_lossy(&output.stderr).into_owned(),
            });
        }
        serde_json::from_slice(&output.stdout).map_err(|error| Error::Unexpected {
            what: "the outputs of the deployment".to_owned(),
            detail: format!("{error}: {}", String::from_utf8_lossy(&output.stdout)),
        })
    }
}
