//! What the steps work with.

use clouds::ec2::{self, Ec2, RoleAccess};
use clouds::{Cloud, Placement, Tags};
use domain::effect::Effect;
use domain::reservation::Reservation;
use domain::time::EpochSeconds;
use platform::clock::Clock;
use platform::outbox::Dispatcher;
use platform::secrets::Secrets;
use platform::store::Store;
use platform::{Base, PlatformError, config};

use crate::StepError;

const MASTER: &str = "BEACON_MASTER_PARAMETER";

/// Everything that a step needs, built once.
#[derive(Debug)]
pub struct Deps {
    pub(crate) store: Store,
    pub(crate) public_url: String,
    pub(crate) access_cidrs: Vec<String>,
    pub(crate) placement: Placement,
    clock: Clock,
    dispatcher: Dispatcher,
    secrets: Secrets,
    /// The organisation's account. With other accounts to come, each step opens the one that pays.
    organisation: Ec2,
}

impl Deps {
    /// Everything from the environment.
    pub async fn from_env() -> Result<Self, PlatformError> {
        let Base { aws, store, clock } = Base::from_env().await?;
        let role = RoleAccess {
            arn: config::required("CLOUD_ROLE_ARN")?,
            external_id: config::required("CLOUD_EXTERNAL_ID")?,
        };
        let (region, stack) = (
            config::required("MACHINE_REGION")?,
            config::required("STACK_NAME")?,
        );
        Ok(Self {
            clock,
            dispatcher: Dispatcher::from_env(
                store.clone(),
                platform::clients::eventbridge(&aws),
                None,
            )?,
            secrets: Secrets::from_env(platform::clients::ssm(&aws), &[MASTER])?,
            organisation: Ec2::with_role(&ec2::own_config().await, &role, &region, &stack).await,
            public_url: config::required("PUBLIC_URL")?,
            access_cidrs: config::list("ACCESS_CIDRS"),
            placement: config::optional("SUBNET_ID").map_or(Placement::Anywhere, Placement::Subnet),
            store,
        })
    }

    /// Now.
    pub(crate) async fn now(&self) -> Result<EpochSeconds, StepError> {
        Ok(self.clock.now().await?)
    }

    /// The account that pays for a reservation.
    pub(crate) fn cloud(&self) -> &dyn Cloud {
        &self.organisation
    }

    /// The secret that the keys of machines derive from.
    pub(crate) async fn beacon_master(&self) -> Result<platform::secrets::Secret, StepError> {
        Ok(self.secrets.get(MASTER).await?)
    }

    /// The reservation as it stands.
    pub(crate) async fn reservation(&self, id: &str) -> Result<Reservation, StepError> {
        let read = self.store.reservation(id).await?;
        read.ok_or_else(|| {
            StepError::new(
                domain::workflow::StepErrorKind::InvalidRequest,
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
        let (after, outbox) = self
            .store
            .change(id, now, |reservation| change(reservation, now))
            .await?;
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
