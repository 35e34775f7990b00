//! The tries of a launch: which comes next, by what is known of the places, and written down before it is made.

use std::collections::HashMap;

use clouds::{Cloud as _, CloudError, ErrorKind, FirewallSpec, Subnet};
use domain::failover::{self, Meaning, Next, Places, Unavailable};
use domain::offers::{Architecture, Offer};
use domain::reservation::{Attempt, BootImage, Firewall, Refusal, Reservation, client_token};
use domain::time::EpochSeconds;
use domain::workflow::{FailureReason, StepErrorKind};

use super::{still_wanted, wanted};
use crate::deps::tags;
use crate::{Deps, StepError};

/// A try is found after looking at each region once, and at each region's images for either processor. More regions than
/// this are a setting gone wrong.
const LOOKS_MAX: usize = 60;
/// EC2's code for a region that an account has not enabled. Where the key is refused instead, it is taken for that.
const NOT_ENABLED: &str = "OptInRequired";
/// Where machines are logged in to.
const SSH_PORT: u16 = 22;
/// Where the master of a cluster shows its notebook.
const NOTEBOOK_PORT: u16 = 443;

/// What a step learns while it looks for the next try.
#[derive(Debug, Default)]
pub(super) struct Tries {
    places: Places,
    subnets: HashMap<String, Vec<Subnet>>,
    images: HashMap<(String, Architecture), BootImage>,
}

/// A try, not yet written down.
struct Plan {
    /// The reservation with what was found out on the way.
    reservation: Reservation,
    candidate: usize,
    zone: String,
}

impl Tries {
    /// The reservation with an open try: the one that was written down already, or a new one. `refusal` is the cloud's
    /// answer to the last.
    pub(super) async fn open(
        &mut self,
        deps: &Deps,
        id: &str,
        refusal: Option<Refusal>,
    ) -> Result<Reservation, StepError> {
        let before = wanted(deps, id).await?;
        if refusal.is_none() && is_open(&before) {
            return Ok(before);
        }
        let plan = self.plan(deps, &before, refusal).await?;
        self.write(deps, &before, plan).await
    }

    /// The firewall of the region in which the next try would be, made if there is none. A region that turns out to be of
    /// no use is noted, and the next one taken.
    pub(super) async fn first_firewall(
        &mut self,
        deps: &Deps,
        id: &str,
    ) -> Result<Reservation, StepError> {
        let before = wanted(deps, id).await?;
        let mut reservation = if is_open(&before) {
            before
        } else {
            let plan = self.plan(deps, &before, None).await?;
            let region = plan.reservation.candidates[plan.candidate].region.as_str();
            if before.regions().contains(&region) {
                before
            } else {
                // Whatever is made in a region, it is written down before that something may be there.
                self.write(deps, &before, plan).await?
            }
        };
        for _ in 0..LOOKS_MAX {
            let refusal = match Box::pin(self.firewall(deps, reservation)).await {
                Ok(reservation) => return Ok(reservation),
                Err(closed) => elsewhere(closed)?,
            };
            // The try that this is the answer to.
            Box::pin(self.open(deps, id, None)).await?;
            reservation = Box::pin(self.open(deps, id, Some(refusal))).await?;
        }
        Err(StepError::new(
            StepErrorKind::NoCapacity,
            "looked for too long",
        ))
    }

    /// The reservation with a firewall in the region of its offer.
    pub(super) async fn firewall(
        &mut self,
        deps: &Deps,
        reservation: Reservation,
    ) -> Result<Reservation, Closed> {
        let region = &reservation.offer().region;
        if reservation.firewall_in(region).is_some() {
            return Ok(reservation);
        }
        let subnets = self.subnets(deps, &reservation, region).await?;
        let spec = FirewallSpec {
            network: subnets
                .first()
                .map(|subnet| subnet.network.clone())
                .unwrap_or_default(),
            access_cidrs: deps.access_cidrs.clone(),
            ports: match reservation.spec.cluster {
                Some(_) => vec![SSH_PORT, NOTEBOOK_PORT],
                None => vec![SSH_PORT],
            },
            is_open_within: reservation.spec.cluster.is_some(),
            tags: tags(&reservation),
        };
        let cloud = deps.cloud_in(&reservation, region).await?;
        let firewall = cloud.ensure_firewall(&spec).await?;
        let noted = deps.change(&reservation.id, |reservation, _| {
            if reservation.firewall_in(region).is_some() {
                return Ok(None);
            }
            reservation.firewalls.push(Firewall {
                region: region.clone(),
                id: firewall.0.clone(),
            });
            Ok(Some(Vec::new()))
        });
        Ok(noted.await?)
    }

    /// Looks for the next try, with that answer to the last one.
    async fn plan(
        &mut self,
        deps: &Deps,
        before: &Reservation,
        refusal: Option<Refusal>,
    ) -> Result<Plan, StepError> {
        let now = deps.now().await?;
        let mut reservation = before.clone();
        if let Some(refusal) = refusal {
            tell_others(deps, answer(&mut reservation, refusal), before, now).await;
        }
        for _ in 0..LOOKS_MAX {
            match failover::next(&reservation, &self.places, now) {
                Next::Look { region } => {
                    let marks = deps.store.unavailable(account(before), &region, now);
                    self.places.unavailable.extend(marks.await?);
                    let looked = self.subnets(deps, &reservation, &region).await;
                    let zones = match looked {
                        Ok(subnets) => subnets.into_iter().map(|subnet| subnet.zone).collect(),
                        Err(error) => {
                            let first = reservation.candidates.iter();
                            let first = first.map(|offer| &offer.region);
                            let candidate = first.take_while(|other| **other != region).count();
                            let is_home = region == deps.region;
                            let attempt = closed(candidate, None, error, is_home, now)?;
                            reservation.attempts.push(attempt);
                            Vec::new()
                        }
                    };
                    self.places.zones.insert(region, zones);
                }
                Next::Try { candidate, zone } => {
                    let offer = reservation.candidates[candidate].clone();
                    match self.image(deps, &reservation, &offer).await {
                        Ok(()) => {
                            return Ok(Plan {
                                reservation,
                                candidate,
                                zone,
                            });
                        }
                        Err(error) => {
                            let attempt = closed(candidate, Some(zone), error, true, now)?;
                            reservation.attempts.push(attempt);
                        }
                    }
                }
                Next::Skip { candidate, zone } => {
                    let refusal = Refusal {
                        code: failover::NO_SUBNET.to_owned(),
                        reason: FailureReason::Misconfigured,
                    };
                    let attempt = uncalled(candidate, Some(zone), refusal, now);
                    reservation.attempts.push(attempt);
                }
                Next::GiveUp(reason) => {
                    keep(deps, before, reservation.attempts).await?;
                    let cause = "every offer that fits was refused";
                    return Err(StepError::new(kind(reason), cause));
                }
            }
        }
        Err(StepError::new(
            StepErrorKind::NoCapacity,
            "looked for too long",
        ))
    }

    /// Writes a planned try down, with everything that its call will say.
    async fn write(
        &self,
        deps: &Deps,
        before: &Reservation,
        plan: Plan,
    ) -> Result<Reservation, StepError> {
        let Plan {
            reservation,
            candidate,
            zone,
        } = plan;
        let offer = &reservation.candidates[candidate];
        let subnets = self.subnets.get(&offer.region).into_iter().flatten();
        let subnet = subnets.clone().find(|subnet| subnet.zone == zone);
        let mut attempts = reservation.attempts.clone();
        let number = attempts.len() + 1;
        attempts.push(Attempt {
            candidate,
            subnet: subnet.map(|subnet| subnet.id.clone()),
            image: (self.images)
                .get(&(offer.region.clone(), offer.architecture))
                .cloned(),
            client_token: client_token(&reservation.id, number, &zone),
            zone: Some(zone),
            tried_epoch_seconds: deps.now().await?,
            refused: None,
        });
        keep(deps, before, attempts).await
    }

    /// The subnets of a region, looked up once.
    async fn subnets(
        &mut self,
        deps: &Deps,
        reservation: &Reservation,
        region: &str,
    ) -> Result<Vec<Subnet>, Closed> {
        if let Some(known) = self.subnets.get(region) {
            return Ok(known.clone());
        }
        let cloud = deps.cloud_in(reservation, region).await?;
        let named = deps.subnet_ids(reservation, region);
        let subnets = cloud.subnets(named).await?;
        self.subnets.insert(region.to_owned(), subnets.clone());
        Ok(subnets)
    }

    /// Makes sure that the image for an offer is known.
    async fn image(
        &mut self,
        deps: &Deps,
        reservation: &Reservation,
        offer: &Offer,
    ) -> Result<(), Closed> {
        let key = (offer.region.clone(), offer.architecture);
        if self.images.contains_key(&key) {
            return Ok(());
        }
        let cloud = deps.cloud_in(reservation, &offer.region).await?;
        let spec = &reservation.spec;
        let (system, version) = (spec.os.name(), Some(spec.os_version.as_str()));
        let image = cloud.image(system, version, offer.architecture).await?;
        let image = BootImage {
            id: image.id,
            root_device: image.root_device,
            min_root_gib: image.min_root_gib,
        };
        self.images.insert(key, image);
        Ok(())
    }
}

/// Why a place could not be looked at.
#[derive(Debug)]
pub(super) enum Closed {
    /// The cloud said so.
    Cloud(CloudError),
    /// Nobody could ask.
    Step(StepError),
}

impl From<CloudError> for Closed {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

impl From<StepError> for Closed {
    fn from(error: StepError) -> Self {
        Self::Step(error)
    }
}

impl From<Closed> for StepError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Cloud(error) => error.into(),
            Closed::Step(error) => error,
        }
    }
}

/// The note that a place is of no use; an error where that is not what went wrong. Away from home, being let in nowhere
/// means that the account has not enabled the region.
fn closed(
    candidate: usize,
    zone: Option<String>,
    closed: Closed,
    is_home: bool,
    now: EpochSeconds,
) -> Result<Attempt, StepError> {
    let error = match closed {
        Closed::Cloud(error) => error,
        Closed::Step(error) => return Err(error),
    };
    let (mut refusal, meaning) = refusal(&error);
    let is_not_enabled = !is_home && meaning == Meaning::Stop;
    if is_not_enabled {
        refusal = Refusal {
            code: NOT_ENABLED.to_owned(),
            reason: FailureReason::Misconfigured,
        };
    }
    match meaning {
        _ if !is_not_enabled && !matches!(meaning, Meaning::Elsewhere(_)) => Err(error.into()),
        _ => Ok(uncalled(candidate, zone, refusal, now)),
    }
}

/// A try that came to nothing before anything was called.
fn uncalled(
    candidate: usize,
    zone: Option<String>,
    refusal: Refusal,
    now: EpochSeconds,
) -> Attempt {
    Attempt {
        candidate,
        zone,
        subnet: None,
        image: None,
        client_token: String::new(),
        tried_epoch_seconds: now,
        refused: Some(refusal),
    }
}

/// The refusal by which another place is looked for; an error where no other will do.
pub(super) fn elsewhere(closed: Closed) -> Result<Refusal, StepError> {
    let error = match closed {
        Closed::Cloud(error) => error,
        Closed::Step(error) => return Err(error),
    };
    match refusal(&error) {
        (refusal, Meaning::Elsewhere(_)) => Ok(refusal),
        _ => Err(error.into()),
    }
}

/// What the cloud's answer says, to be noted, and what it means.
pub(super) fn refusal(error: &CloudError) -> (Refusal, Meaning) {
    let kind = StepError::from(error.clone()).kind;
    let code = match error.kind() {
        ErrorKind::NoDefaultNetwork => Some(failover::NO_DEFAULT_NETWORK),
        ErrorKind::UnsupportedImage => Some(failover::UNSUPPORTED_IMAGE),
        _ => error.code(),
    };
    let refusal = Refusal {
        code: code.unwrap_or("refused").to_owned(),
        reason: FailureReason::from_error(kind.name()).unwrap_or(FailureReason::Unexpected),
    };
    (refusal, failover::meaning(kind, code))
}

/// Whether the last try awaits its answer.
fn is_open(reservation: &Reservation) -> bool {
    let last = reservation.attempts.last();
    last.is_some_and(|attempt| attempt.refused.is_none())
}

/// Notes the answer to the open try, and returns it.
fn answer(reservation: &mut Reservation, refusal: Refusal) -> Option<&Attempt> {
    let attempt = reservation.attempts.last_mut()?;
    attempt.refused.get_or_insert(refusal);
    Some(attempt)
}

/// Lets other launches know what is not to be had. No launch fails because that could not be said.
async fn tell_others(
    deps: &Deps,
    attempt: Option<&Attempt>,
    reservation: &Reservation,
    now: EpochSeconds,
) {
    let Some(attempt) = attempt else { return };
    let Some(offer) = reservation.candidates.get(attempt.candidate) else {
        return;
    };
    let Some(mark) = Unavailable::seen(attempt, offer, now) else {
        return;
    };
    let told = (deps.store)
        .mark_unavailable(account(reservation), &offer.region, &mark)
        .await;
    if let Err(error) = told {
        tracing::warn!(%error, "a lack of capacity was not noted for others");
    }
}

/// Writes tries down, unless somebody else has meanwhile.
pub(super) async fn keep(
    deps: &Deps,
    before: &Reservation,
    attempts: Vec<Attempt>,
) -> Result<Reservation, StepError> {
    deps.change(&before.id, |reservation, _| {
        still_wanted(reservation)?;
        if reservation.attempts == attempts {
            return Ok(None);
        }
        if reservation.attempts != before.attempts {
            let cause = "another execution is trying as well";
            return Err(StepError::new(StepErrorKind::Transient, cause));
        }
        reservation.attempts.clone_from(&attempts);
        Ok(Some(Vec::new()))
    })
    .await
}

/// Whose zones they are.
fn account(reservation: &Reservation) -> &str {
    let credential = reservation.payer.credential_id.as_deref();
    credential.unwrap_or("organisation")
}

/// The error by which the workflow learns why nothing is left to try.
fn kind(reason: FailureReason) -> StepErrorKind {
    match reason {
        FailureReason::QuotaExceeded => StepErrorKind::QuotaExceeded,
        FailureReason::Denied => StepErrorKind::Denied,
        FailureReason::BadKey => StepErrorKind::BadKey,
        FailureReason::Misconfigured => StepErrorKind::Misconfigured,
        FailureReason::InvalidRequest => StepErrorKind::InvalidRequest,
        FailureReason::NoCapacity
        | FailureReason::MachineVanished
        | FailureReason::NeverReady
        | FailureReason::SetupFailed
        | FailureReason::Unexpected => StepErrorKind::NoCapacity,
    }
}
