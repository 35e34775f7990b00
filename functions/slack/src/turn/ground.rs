//! Deciding a turn on what the table says, and writing what was decided, unless somebody else was quicker.

use std::sync::Arc;

use domain::act::{self, Decision, Deployment, Filled};
use domain::identity::Person;
use domain::intent::Meaning;
use domain::offers::Catalogue;
use domain::time::EpochSeconds;
use domain::understand::wit::Failure;
use platform::PlatformError;
use platform::store::{Store, Transaction};

use super::{hearing, reading, writing};
use crate::incoming::Turn;

/// A decision that keeps colliding with other writes is given up after so many tries.
const TRIES_MAX: u32 = 5;

/// What turns are decided on: the table, and what does not change while a deployment runs.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The table.
    pub store: &'a Store,
    /// The workspace.
    pub team: &'a str,
    /// The deployment.
    pub deployment: &'a Deployment,
    /// The admins until somebody names others.
    pub first_admins: &'a [String],
}

/// What is found out once, however often the turn is decided anew.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Who speaks.
    pub person: &'a Person,
    /// What wit.ai makes of the words.
    pub heard: &'a Result<Meaning, Failure>,
    /// What can be hired.
    pub catalogue: &'a Arc<Catalogue>,
    /// The form that was sent.
    pub filled: Option<&'a Filled>,
}

/// A decision, and what was read before it: if somebody else has written that since, nothing is written.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What is to happen.
    pub decision: Decision,
    pub(super) conversation_key: String,
    pub(super) conversation_version: u64,
    pub(super) launches: u64,
}

/// Decides and writes until no other write was quicker. `attempt` is given how often a handle was taken already. None
/// where somebody else has dealt with the same delivery meanwhile.
pub async fn until_written<T, F>(
    mut attempt: impl FnMut(u32) -> F,
) -> Result<Option<T>, PlatformError>
where
    F: Future<Output = Result<T, PlatformError>>,
{
    let mut salt = 0;
    for _ in 0..TRIES_MAX {
        match attempt(salt).await {
            Err(PlatformError::Conflict("claim")) => return Ok(None),
            Err(PlatformError::Conflict(what)) => {
                salt += u32::from(what == "handle");
                tracing::info!(what, "another write was quicker: deciding anew");
            }
            outcome => return outcome.map(Some),
        }
    }
    Err(PlatformError::Conflict("turn"))
}

impl<'a> Ground<'a> {
    /// Reads what the turn is about and decides. `people` finds those whom it names.
    pub async fn decide<F>(
        self,
        turn: &Turn,
        known: Known<'_>,
        people: impl FnOnce(Vec<String>) -> F,
        now: EpochSeconds,
        salt: u32,
    ) -> Result<Decided, PlatformError>
    where
        F: Future<Output = Result<Vec<Person>, PlatformError>>,
    {
        let key = turn.place.conversation_key(self.team, &turn.user);
        let (conversation, launches) = tokio::try_join!(
            self.store.conversation(&key),
            self.store.launches(self.team, &turn.user)
        )?;
        let conversation_version = conversation
            .as_ref()
            .map_or(0, |conversation| conversation.version);
        let decision = match hearing::input(turn, known, conversation.as_ref(), now) {
            Ok(input) => {
                let people = people(reading::others(&input));
                let moment = Moment { now, salt };
                let world = self.world(turn, known, conversation, &input, people, moment);
                act::decide(&input, &Box::pin(world).await?)
            }
            Err(refusal) => *refusal,
        };
        Ok(Decided {
            decision,
            conversation_key: key,
            conversation_version,
            launches,
        })
    }

    /// What was decided as writes that happen together. `outcome` is what a repetition of the delivery is answered.
    pub fn write(
        self,
        turn: &Turn,
        decided: Decided,
        outcome: &str,
        now: EpochSeconds,
    ) -> Transaction<'a> {
        let transaction = self
            .store
            .transaction()
            .claim_done(&turn.claim, outcome, now);
        writing::written(transaction, self.team, turn, decided, now)
    }
}

/// When a decision is taken, and for which time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: EpochSeconds,
    pub(super) salt: u32,
}
