//! What the front door works with.

use domain::act::Deployment;
use platform::clock::Clock;
use platform::outbox::Dispatcher;
use platform::secrets::{Secret, Secrets};
use platform::slack::Slack;
use platform::store::Store;
use platform::vault::Vault;
use platform::wit::Wit;
use platform::workflows::Workflows;
use platform::{Base, PlatformError, config};

use crate::catalogue::Prices;
use crate::turn::Ground;

const SIGNING_SECRET: &str = "SLACK_SIGNING_SECRET_PARAMETER";
const BOT_TOKEN: &str = "SLACK_BOT_TOKEN_PARAMETER";
const WIT_TOKEN: &str = "WIT_TOKEN_PARAMETER";

/// Everything that a call needs, built once.
#[derive(Debug)]
pub struct Deps {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) slack: Slack,
    pub(crate) wit: Wit,
    pub(crate) vault: Vault,
    pub(crate) team: String,
    pub(crate) deployment: Deployment,
    pub(crate) prices: Prices,
    /// The admins until somebody names others in Slack.
    pub(crate) first_admins: Vec<String>,
    secrets: Secrets,
}

impl Deps {
    /// Everything from the environment. Secrets are read now: without them the function must not start, and a cold
    /// call has the connections already: those to the table by reading the catalogue.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let Base { aws, store, clock } = Base::from_env().await?;
        let secrets = Secrets::from_env(
            platform::clients::ssm(&aws),
            &[SIGNING_SECRET, BOT_TOKEN, WIT_TOKEN],
        )?;
        let workflows = Workflows::from_env(platform::clients::step_functions(&aws))?;
        let http = platform::http::client()?;
        let deps = Self {
            clock,
            dispatcher: Dispatcher::from_env(
                store.clone(),
                platform::clients::eventbridge(&aws),
                Some(workflows),
            )?,
            slack: Slack::new(http.clone(), &config::required("SLACK_API_URL")?),
            wit: Wit::new(http, &config::required("WIT_API_URL")?),
            team: config::required("SLACK_TEAM_ID")?,
            vault: Vault::from_env(platform::clients::kms(&aws))?,
            deployment: Deployment {
                region: config::required("MACHINE_REGION")?,
                regions: config::list("MACHINE_REGIONS"),
                provision_role_arn: config::required("PROVISION_ROLE_ARN")?,
                stack: config::required("STACK_NAME")?,
            },
            prices: Prices::bundled(store.clone(), config::list("MACHINE_REGIONS")),
            first_admins: config::list("ADMIN_USER_IDS"),
            store,
            secrets,
        };
        let prices = async {
            let now = deps.clock.now().await?;
            deps.prices.load(now).await;
            Ok::<_, PlatformError>(())
        };
        let (secret, table) = tokio::join!(deps.secrets.get(SIGNING_SECRET), prices);
        secret?;
        if let Err(error) = table {
            tracing::warn!(%error, "the table was not reachable at start-up");
        }
        Ok(deps)
    }

    /// What turns are decided on.
    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground {
            store: &self.store,
            team: &self.team,
            deployment: &self.deployment,
            first_admins: &self.first_admins,
        }
    }

    pub(crate) async fn signing_secret(&self) -> Result<Secret, PlatformError> {
        self.secrets.get(SIGNING_SECRET).await
    }

    pub(crate) async fn bot_token(&self) -> Result<Secret, PlatformError> {
        self.secrets.get(BOT_TOKEN).await
    }

    pub(crate) async fn wit_token(&self) -> Result<Secret, PlatformError> {
        self.secrets.get(WIT_TOKEN).await
    }
}
