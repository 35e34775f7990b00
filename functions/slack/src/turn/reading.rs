//! Reading what a decision needs to know.

use domain::access::credential::Credential;
use domain::access::policy::Policy;
use domain::act::{Command, Conversation, Input, World, named_handles};
use domain::identity::Person;
use domain::intent::Intent;
use domain::reservation::Reservation;
use platform::PlatformError;

use super::ground::{Ground, Known, Moment};
use crate::incoming::Turn;

/// Of the reservations on a credential, so many are looked at in one turn; one press ends no more.
const RUNNING_READ_MAX: usize = 20;

impl Ground<'_> {
    /// Everything that the decision needs to know.
    pub(super) async fn world(
        self,
        turn: &Turn,
        known: Known<'_>,
        conversation: Option<Conversation>,
        input: &Input,
        people: impl Future<Output = Result<Vec<Person>, PlatformError>>,
        Moment { now, salt }: Moment,
    ) -> Result<World, PlatformError> {
        let concerned = Names::of(input, conversation.as_ref());
        let (mine, shared, people, ssh_keys, usual, policy, credentials, audit, named, quote) = tokio::try_join!(
            self.store.reservations_of(self.team, &turn.user),
            self.store.reservations_shared_with(self.team, &turn.user),
            people,
            self.store.ssh_keys(self.team, &turn.user),
            async {
                if input.is_about_usual() {
                    self.store.usual(self.team, &turn.user).await
                } else {
                    Ok(None)
                }
            },
            self.store.policy(self.team),
            self.store.credentials_for(self.team, &turn.user),
            async {
                match input {
                    Input::Commanded(Command::Audit(filter)) => {
                        self.store.audit_log(self.team, filter, now).await
                    }
                    _ => Ok(Vec::new()),
                }
            },
            self.named(&concerned),
            async {
                match &concerned.quote_id {
                    Some(id) => self.store.quote(id).await,
                    None => Ok(None),
                }
            },
        )?;
        let named = [named, self.running(input, &credentials, &mine).await?].concat();
        Ok(World {
            person: known.person.clone(),
            place: turn.place.clone(),
            now,
            conversation,
            mine,
            shared,
            people,
            named,
            quote,
            ssh_keys,
            usual,
            policy: policy.unwrap_or_else(|| Policy::initial(self.first_admins.to_vec())),
            credentials,
            audit,
            path: turn.path,
            can_open_form: turn.trigger_id.is_some(),
            deployment: self.deployment.clone(),
            catalogue: known.catalogue.clone(),
            new_id: ulid::Ulid::generate().to_string(),
            salt,
        })
    }

    /// What runs on the credentials that the turn may have forgotten, apart from the speaker's own.
    async fn running(
        self,
        input: &Input,
        credentials: &[(Credential, Vec<String>)],
        mine: &[Reservation],
    ) -> Result<Vec<Reservation>, PlatformError> {
        let concerned = |id: &str| match input {
            Input::Pressed(press) => press.credential_id() == Some(id),
            Input::Said(meaning) => meaning.intent == Intent::DeleteCredentials,
            _ => false,
        };
        let ids = credentials
            .iter()
            .filter(|(credential, _)| concerned(&credential.id))
            .flat_map(|(_, reservations)| reservations)
            .filter(|id| !mine.iter().any(|reservation| reservation.id == **id));
        let mut found = Vec::new();
        for id in ids.take(RUNNING_READ_MAX) {
            found.extend(self.store.reservation(id).await?);
        }
        Ok(found)
    }

    /// The reservations that the turn names, by handle, by id, or by the quote that they came of.
    async fn named(self, concerned: &Names) -> Result<Vec<Reservation>, PlatformError> {
        let mut found = Vec::new();
        for handle in &concerned.handles {
            found.extend(self.store.reservation_by_handle(self.team, handle).await?);
        }
        for id in concerned.ids.iter().chain(&concerned.quote_id) {
            found.extend(
                self.store
                    .reservation(id)
                    .await?
                    .filter(|reservation| reservation.team == self.team),
            );
        }
        Ok(found)
    }
}

/// What the turn names.
struct Names {
    handles: Vec<String>,
    ids: Vec<String>,
    quote_id: Option<String>,
}

impl Names {
    fn of(input: &Input, conversation: Option<&Conversation>) -> Self {
        let (handles, ids, quote_id) = match input {
            Input::Said(meaning) => {
                let ids = conversation
                    .map(|conversation| conversation.ending.clone())
                    .unwrap_or_default();
                let quote_id = conversation.and_then(|conversation| conversation.quote_id.clone());
                (
                    named_handles(meaning.slots.reservation.as_ref()),
                    ids,
                    quote_id,
                )
            }
            Input::SshKeys(_)
            | Input::Secret
            | Input::Unclear(_)
            | Input::AskedAbout(_)
            | Input::Filled(_) => (Vec::new(), Vec::new(), None),
            Input::Commanded(command) => (named_handles(command.reservation()), Vec::new(), None),
            Input::Pressed(press) => {
                let ids = press
                    .reservation_ids()
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                (Vec::new(), ids, press.quote_id().map(str::to_owned))
            }
        };
        Self {
            handles,
            ids,
            quote_id,
        }
    }
}

/// People whom the turn names.
pub(super) fn others(input: &Input) -> Vec<String> {
    match input {
        Input::Said(meaning) => meaning.slots.user.iter().flatten().cloned().collect(),
        Input::Pressed(press) => press.other_user().map(str::to_owned).into_iter().collect(),
        Input::Filled(form) => form.people().to_vec(),
        _ => Vec::new(),
    }
}
