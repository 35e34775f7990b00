//! What the steps work with.

use clouds::Tags;
use clouds::digitalocean::DigitalOcean;
use clouds::ec2::{self, AwsAccess, Ec2, RoleAccess};
use domain::access::credential::{Access, Credential};
use domain::access::policy::Policy;
use domain::bootstrap::PackageIndexUrl;
use domain::effect::Effect;
use domain::event::Event;
use domain::reservation::Reservation;
use domain::time::EpochSeconds;
use domain::workflow::StepErrorKind;
use platform::clock::Clock;
use platform::outbox::Dispatcher;
use platform::secrets::{Secret, Secrets};
use platform::store::{OutboxItem, Store};
use platform::vault::Vault;
use platform::{Base, PlatformError, config};

use crate::StepError;

const MASTER: &str = "BEACON_MASTER_PARAMETER";

/// Everything that a step needs, built once.
#[derive(Debug)]
pub struct Deps {
    pub(crate) store: Store,
    pub(crate) public_url: String,
    pub(crate) access_cidrs: Vec<String>,
    /// Where clusters get their packages for Python.
    pub(crate) package_index: PackageIndexUrl,
    /// How long somebody has to say how a cluster goes on.
    pub(crate) answer_seconds: i64,
    pub(crate) digitalocean: DigitalOcean,
    /// The region that machines are launched in.
    pub(crate) region: String,
    /// Every region that they may be launched in, that one first.
    pub(crate) regions: Vec<String>,
    /// The deployment's name.
    pub(crate) stack: String,
    /// The workspace.
    pub(crate) team: String,
    /// The admins until one of them names others.
    first_admins: Vec<String>,
    /// The function's own configuration, without anybody's credentials but its own.
    pub(crate) own: ec2::SdkConfig,
    clock: Clock,
    dispatcher: Dispatcher,
    secrets: Secrets,
    vault: Vault,
    /// The account that the deployment's own role opens, and the subnets of its machines there, where they are named.
    organisation: Ec2,
    role: AwsAccess,
    subnet_ids: Vec<String>,
}

impl Deps {
    /// Everything from the environment.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let Base { aws, store, clock } = Base::from_env().await?;
        let role = AwsAccess::Role(RoleAccess {
            arn: config::required("CLOUD_ROLE_ARN")?,
            external_id: config::required("CLOUD_EXTERNAL_ID")?,
        });
        let (region, stack) = (
            config::required("MACHINE_REGION")?,
            config::required("STACK_NAME")?,
        );
        let own = ec2::own_config().await;
        let digitalocean = DigitalOcean::new(&config::required("DIGITALOCEAN_API_URL")?);
        Ok(Self {
            clock,
            vault: Vault::from_env(platform::clients::kms(&aws))?,
            digitalocean: digitalocean
                .map_err(|_| PlatformError::Setting("DIGITALOCEAN_API_URL"))?,
            dispatcher: Dispatcher::from_env(
                store.clone(),
                platform::clients::eventbridge(&aws),
                None,
            )?,
            secrets: Secrets::from_env(platform::clients::ssm(&aws), &[MASTER])?,
            organisation: Ec2::open(&own, &role, &region, &stack).await,
            role,
            region,
            regions: config::list("MACHINE_REGIONS"),
            stack,
            own,
            public_url: config::required("PUBLIC_URL")?,
            team: config::required("SLACK_TEAM_ID")?,
            first_admins: config::list("ADMIN_USER_IDS"),
            access_cidrs: config::list("ACCESS_CIDRS"),
            package_index: PackageIndexUrl::parse(&config::required("PACKAGE_INDEX_URL")?)
                .map_err(|_| PlatformError::Setting("PACKAGE_INDEX_URL"))?,
            answer_seconds: config::required("ANSWER_TIMEOUT_SECONDS")?
                .parse()
                .map_err(|_| PlatformError::Setting("ANSWER_TIMEOUT_SECONDS"))?,
            subnet_ids: config::list("SUBNET_IDS"),
            store,
        })
    }

    /// Now.
    pub(crate) async fn now(&self) -> Result<EpochSeconds, StepError> {
        Ok(self.clock.now().await?)
    }

    /// The account that pays for a reservation, where its machines were bought, opened for this step alone.
    pub(crate) async fn cloud(&self, reservation: &Reservation) -> Result<Ec2, StepError> {
        self.cloud_in(reservation, &reservation.offer().region)
            .await
    }

    /// The same account in another region.
    pub(crate) async fn cloud_in(
        &self,
        reservation: &Reservation,
        region: &str,
    ) -> Result<Ec2, StepError> {
        self.account_in(reservation.payer.credential_id.as_deref(), region)
            .await
    }

    /// The account behind a credential, or the organisation's, in a region.
    pub(crate) async fn account_in(
        &self,
        credential_id: Option<&str>,
        region: &str,
    ) -> Result<Ec2, StepError> {
        let Some(id) = credential_id else {
            if region == self.region {
                return Ok(self.organisation.clone());
            }
            return Ok(Ec2::open(&self.own, &self.role, region, &self.stack).await);
        };
        let credential = self.store.credential(id).await?.ok_or_else(|| {
            StepError::new(StepErrorKind::BadKey, "the credential that pays is gone")
        })?;
        let access = self.aws_access(&credential).await?;
        // The region is never the one that the credential names today: a replacement may name another, in which nothing
        // would be found, and so everything taken for gone.
        Ok(Ec2::open(&self.own, &access, region, &self.stack).await)
    }

    /// The subnets that are named for its machines in a region; none leave it to the account's default network. Those that
    /// the deployment names are its own account's, in its own region.
    pub(crate) fn subnet_ids(&self, reservation: &Reservation, region: &str) -> &[String] {
        let is_own = reservation.payer.credential_id.is_none() && region == self.region;
        if is_own { &self.subnet_ids } else { &[] }
    }

    /// The way into the AWS account behind a credential, its secret decrypted.
    pub(crate) async fn aws_access(&self, credential: &Credential) -> Result<AwsAccess, StepError> {
        match &credential.access {
            Access::AwsKeys {
                access_key_id,
                sealed,
                ..
            } => {
                let secret = self.secret(credential, sealed).await?;
                Ok(AwsAccess::keys(access_key_id, secret.expose()))
            }
            Access::AwsRole {
                role_arn,
                external_id,
                ..
            } => Ok(AwsAccess::Role(RoleAccess {
                arn: role_arn.clone(),
                external_id: external_id.clone(),
            })),
            Access::DigitaloceanToken { .. } => Err(StepError::new(
                StepErrorKind::InvalidRequest,
                "a DigitalOcean token does not open AWS",
            )),
        }
    }

    /// A credential's secret in the clear.
    pub(crate) async fn secret(
        &self,
        credential: &Credential,
        sealed: &str,
    ) -> Result<Secret, StepError> {
        let context = credential.encryption_context();
        Ok(self.vault.open(sealed, &context).await?)
    }

    /// Writes a credential that was changed, and lets whoever gave it know.
    pub(crate) async fn tell_of(&self, credential: &Credential) -> Result<(), StepError> {
        let effect = Effect::Publish {
            event: Event::CredentialChecked {
                credential_id: credential.id.clone(),
            },
        };
        self.change_credential(credential, effect).await
    }

    /// Writes a credential that was changed, and what that sets in motion.
    pub(crate) async fn change_credential(
        &self,
        credential: &Credential,
        effect: Effect,
    ) -> Result<(), StepError> {
        let (id, version) = (&credential.id, credential.version + 1);
        let transaction = self.store.transaction().credential(credential);
        let transaction =
            transaction.effect(format!("{id}-v{version}-0"), effect, self.now().await?);
        let outbox = transaction.commit().await?;
        self.dispatch(&outbox).await;
        Ok(())
    }

    /// Sends on its way what a write has set in motion.
    pub(crate) async fn dispatch(&self, outbox: &[OutboxItem]) {
        self.dispatcher.dispatch(outbox).await;
    }

    /// Who the admins are.
    pub(crate) async fn admins(&self) -> Result<Vec<String>, StepError> {
        let policy = self.store.policy(&self.team).await?;
        let policy = policy.unwrap_or_else(|| Policy::initial(self.first_admins.clone()));
        Ok(policy.admins)
    }

    /// The secret that the keys of machines derive from.
    pub(crate) async fn beacon_master(&self) -> Result<Secret, StepError> {
        Ok(self.secrets.get(MASTER).await?)
    }

    /// The reservation as it stands.
    pub(crate) async fn reservation(&self, id: &str) -> Result<Reservation, StepError> {
        let read = self.store.reservation(id).await?;
        read.ok_or_else(|| {
            StepError::new(
                StepErrorKind::InvalidRequest,
                "there is no such reservation",
            )
        })
    }

    /// Changes the reservation, and lets everybody know.
    pub(crate) async fn change<F>(&self, id: &str, change: F) -> Result<Reservation, StepError>
    where
        F: Fn(&mut Reservation, EpochSeconds) -> Result<Option<Vec<Effect>>, StepError>,
    {
        let now = self.now().await?;
        let changed = self
            .store
            .change(id, now, |reservation| change(reservation, now));
        // It is large, and in nearly every step.
        let (after, outbox) = Box::pin(changed).await?;
        self.dispatcher.dispatch(&outbox).await;
        Ok(after)
    }
}

/// What is written on everything that is made for a reservation. The same whenever a step is repeated: the deadline is
/// the one that was first agreed.
pub(crate) fn tags(reservation: &Reservation) -> Tags {
    Tags {
        reservation_id: reservation.id.clone(),
        handle: reservation.handle.clone(),
        owner: reservation.owner.clone(),
        team: reservation.team.clone(),
        deadline_epoch_seconds: reservation.first_deadline_epoch_seconds(),
    }
}
