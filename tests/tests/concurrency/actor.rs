//! Somebody who acts on the table: a delivery of Slack's, or the scan. The product's own code, with the one difference
//! that what it sets in motion stays in the outbox, to be looked at.

use std::error::Error;

use domain::act::{Decision, Deployment, Write as Change};
use domain::identity::{Person, Standing};
use domain::offers::Catalogue;
use domain::time::EpochSeconds;
use domain::understand::wit::Failure;
use platform::PlatformError;
use platform::store::{Claim, Store};
use slack::{Ground, Known, Turn, until_written};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::gate::{Gate, Write};
use crate::scene::{ADMIN, Scene};

/// What somebody is about to do.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// Deal with a delivery.
    Turn(Box<Turn>),
    /// Look after the reservation of that id.
    Scan(String),
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// What was decided and written; none where the delivery was somebody else's to deal with.
    pub(crate) decision: Option<Decision>,
    /// Whether a reservation was written.
    pub(crate) has_changed: bool,
}

/// Somebody under way.
pub(crate) struct Actor {
    held: Option<Write>,
    writes: mpsc::UnboundedReceiver<Write>,
    task: JoinHandle<Result<Taken, PlatformError>>,
    taken: Option<Taken>,
}

impl Actor {
    /// Somebody who waits to be let on, having read nothing yet.
    pub(crate) fn new(part: Part, scene: &Scene, gate: &Gate) -> Self {
        let (url, writes) = gate.door();
        let store = scene.store_at(&url);
        let (held, is_let_on) = oneshot::channel();
        let (team, now) = (scene.team.clone(), scene.now);
        let task = tokio::spawn(async move {
            let _ = is_let_on.await;
            match part {
                Part::Turn(turn) => take(&store, &team, &turn, now).await,
                Part::Scan(id) => {
                    let outbox = watch::act(&store, &id, now, |reservation| {
                        domain::watch::decide(reservation, now)
                    })
                    .await?;
                    Ok(Taken {
                        decision: None,
                        has_changed: !outbox.is_empty(),
                    })
                }
            }
        });
        Self {
            held: Some(held),
            writes,
            task,
            taken: None,
        }
    }

    /// Lets what waits go through, and waits until the next write waits or all is done; whether it is.
    pub(crate) async fn goes_on(&mut self) -> Result<bool, Box<dyn Error>> {
        if let Some(held) = self.held.take() {
            let _ = held.send(());
        }
        tokio::select! {
            Some(write) = self.writes.recv() => {
                self.held = Some(write);
                Ok(false)
            }
            taken = &mut self.task => {
                self.taken = Some(taken??);
                Ok(true)
            }
        }
    }

    /// Whether there is nothing left to do.
    pub(crate) fn is_done(&self) -> bool {
        self.taken.is_some()
    }

    /// What came of it.
    pub(crate) fn taken(self) -> Taken {
        self.taken.unwrap_or_default()
    }
}

/// The front door's way with a delivery.
async fn take(
    store: &Store,
    team: &str,
    turn: &Turn,
    now: EpochSeconds,
) -> Result<Taken, PlatformError> {
    if store.claim(&turn.claim, now).await? != Claim::Ours {
        return Ok(Taken::default());
    }
    let person = Person {
        team: team.to_owned(),
        user: turn.user.clone(),
        zone: "Etc/UTC".to_owned(),
        standing: Standing::Member,
    };
    let known = Known {
        person: &person,
        heard: &Err(Failure::Empty),
        catalogue: &Catalogue::bundled(),
        filled: None,
    };
    let (deployment, first_admins) = (deployment(), [ADMIN.to_owned()]);
    let ground = Ground {
        store,
        team,
        deployment: &deployment,
        first_admins: &first_admins,
    };
    let decision = until_written(|salt| async move {
        let nobody = |_| async { Ok(Vec::new()) };
        let decided = ground.decide(turn, known, nobody, now, salt).await?;
        let decision = decided.decision.clone();
        ground
            .write(turn, decided, "answered", now)
            .commit()
            .await?;
        Ok(decision)
    });
    let decision = decision.await?;
    let has_changed = decision.as_ref().is_some_and(|decision| {
        let mut writes = decision.writes.iter();
        writes.any(|write| matches!(write, Change::Create(..) | Change::Update(..)))
    });
    Ok(Taken {
        decision,
        has_changed,
    })
}

fn deployment() -> Deployment {
    Deployment {
        region: "us-east-1".to_owned(),
        regions: vec!["us-east-1".to_owned()],
        provision_role_arn: "arn:aws:iam::000000000000:role/infrared-provision".to_owned(),
        stack: "infrared".to_owned(),
    }
}
