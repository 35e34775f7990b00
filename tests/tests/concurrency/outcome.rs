//! What is there after a run, and what must be true of it whoever was quicker.

use std::collections::BTreeSet;
use std::error::Error;

use domain::access::audit::{Entry, Filter};
use domain::act::Decision;
use domain::effect::Effect;
use domain::event::Event;
use domain::reservation::Reservation;
use domain::time::EpochSeconds;
use domain::workflow::Workflow;
use platform::store::{DueItem, OutboxItem};
use serde::Serialize;
use serde_json::Value;

use crate::actor::Taken;
use crate::scene::{APART_SECONDS, OWNER, Scene};

/// What could be bought, the same for all and long to read, with dates of its own.
const OFFERS: &str = "candidates";
/// A ULID's length.
const ULID_CHARS: usize = 26;

/// What is there.
pub(crate) struct Outcome {
    /// The reservations, by the scene's ids.
    pub(crate) reservations: Vec<Option<Reservation>>,
    /// What is to be carried out.
    pub(crate) outbox: Vec<OutboxItem>,
    /// How often the owner has launched.
    pub(crate) launches: u64,
    /// What each was answered.
    pub(crate) answers: Vec<Option<Value>>,
    /// When.
    pub(crate) now: EpochSeconds,
    audit: Vec<Entry>,
    team: String,
}

impl Outcome {
    /// Reads it, and checks what must be true.
    pub(crate) async fn of(scene: &Scene, taken: &[Taken]) -> Result<Self, Box<dyn Error>> {
        let (team, now) = (scene.team.clone(), scene.now);
        let mut reservations = Vec::new();
        for id in &scene.ids {
            reservations.push(scene.store.reservation(id).await?);
        }
        let due = scene.store.due(now + APART_SECONDS / 2).await?;
        let outbox = due.into_iter().filter_map(|item| match item {
            DueItem::Outbox(item) => Some(*item),
            DueItem::Reservation(_) => None,
        });
        let decisions = taken.iter().map(|taken| taken.decision.as_ref());
        let answers = decisions.map(|decision| {
            let reply = decision.and_then(|decision| decision.reply.as_ref());
            reply.and_then(|reply| serde_json::to_value(reply).ok())
        });
        let outcome = Self {
            reservations,
            outbox: outbox.collect(),
            launches: scene.store.launches(&team, OWNER).await?,
            answers: answers.collect(),
            audit: scene.store.audit_log(&team, &Filter::All, now).await?,
            now,
            team,
        };
        outcome.is_whole(scene, taken)?;
        for reservation in outcome.reservations.iter().flatten() {
            let handle = &reservation.handle;
            let found = scene.store.reservation_by_handle(&outcome.team, handle);
            if found.await?.map(|found| found.id).as_ref() != Some(&reservation.id) {
                return Err(format!("{handle} does not lead to its reservation").into());
            }
        }
        Ok(outcome)
    }

    /// Effects that start that workflow.
    pub(crate) fn starts(&self, workflow: Workflow) -> usize {
        let starts = |item: &&OutboxItem| matches!(&item.effect, Effect::Start { workflow: it, .. } if *it == workflow);
        self.outbox.iter().filter(starts).count()
    }

    /// Nothing that was decided is lost, and nothing happens twice.
    fn is_whole(&self, scene: &Scene, taken: &[Taken]) -> Result<(), String> {
        let there: Vec<&Reservation> = self.reservations.iter().flatten().collect();
        let launched = there.len() - scene.given;
        let handles: BTreeSet<&str> = there.iter().map(|it| it.handle.as_str()).collect();
        let ids: BTreeSet<&str> = self.outbox.iter().map(|item| item.id.as_str()).collect();
        let executions = self.outbox.iter().filter_map(|item| match &item.effect {
            Effect::Start { execution, .. } => Some(execution.as_str()),
            _ => None,
        });
        let executions: Vec<&str> = executions.collect();
        let removals: u32 = there.iter().map(|it| it.removals).sum();
        let switches: usize = there.iter().map(|it| it.switches.len()).sum();
        let decisions: Vec<&Decision> =
            taken.iter().filter_map(|it| it.decision.as_ref()).collect();
        let told = decisions
            .iter()
            .map(|decision| usize::from(decision.reply.is_some()) + decision.notices.len());
        let is_reply = |item: &&OutboxItem| {
            matches!(
                &item.effect,
                Effect::Publish {
                    event: Event::Reply { .. }
                }
            )
        };
        let entries = decisions.iter().flat_map(|decision| &decision.audit);

        same("launches", &self.launches, &(there.len() as u64))?;
        same("handles", &handles.len(), &there.len())?;
        same("effects of a name", &ids.len(), &self.outbox.len())?;
        let names: BTreeSet<&str> = executions.iter().copied().collect();
        same("executions of a name", &names.len(), &executions.len())?;
        let started = self.starts(Workflow::ProvisionVm);
        same("launches started", &started, &launched)?;
        let started = self.starts(Workflow::Terminate);
        same("removals started", &started, &(removals as usize))?;
        same("switches started", &self.starts(Workflow::Power), &switches)?;
        let replies = self.outbox.iter().filter(is_reply).count();
        same("replies", &replies, &told.sum())?;
        same("audit log", &sorted(self.audit.iter()), &sorted(entries))?;
        // Each change of each reservation is told of, under the number of the change.
        for (number, reservation) in there.iter().enumerate() {
            let first = if number < scene.given { 2 } else { 1 };
            for version in first..=reservation.version {
                let news = format!("{}-v{version}-0", reservation.id);
                same(&news, &ids.contains(news.as_str()), &true)?;
            }
        }
        Ok(())
    }

    /// Everything that can be seen of it, without what differs from run to run: ids, handles, and the time.
    pub(crate) fn seen(&self) -> Vec<String> {
        let mut seen: Vec<String> = self.answers.iter().map(|it| self.plain(it)).collect();
        seen.extend(self.reservations.iter().map(|it| self.plain(it)));
        let mut effects: Vec<String> = self
            .outbox
            .iter()
            .map(|it| self.plain(&it.effect))
            .collect();
        let mut audit: Vec<String> = self.audit.iter().map(|it| self.plain(it)).collect();
        effects.sort();
        audit.sort();
        seen.extend(effects);
        seen.extend(audit);
        seen.push(self.launches.to_string());
        seen
    }

    fn plain(&self, thing: &impl Serialize) -> String {
        let value = serde_json::to_value(thing).unwrap_or_default();
        self.without_chance(value).to_string()
    }

    fn without_names(&self, text: &str) -> String {
        let is_ulid = |word: &str| {
            let mut chars = word.chars();
            word.len() == ULID_CHARS
                && chars.all(|char| char.is_ascii_digit() || char.is_ascii_uppercase())
        };
        let there = self.reservations.iter().flatten();
        let text = there.fold(text.to_owned(), |text, reservation| {
            text.replace(&reservation.handle, "HANDLE")
        });
        let words = text.split('-');
        let words = words.map(|word| if is_ulid(word) { "ID" } else { word });
        words.collect::<Vec<_>>().join("-")
    }

    fn without_chance(&self, value: Value) -> Value {
        match value {
            Value::Array(values) => {
                let values = values.into_iter();
                values.map(|value| self.without_chance(value)).collect()
            }
            Value::Object(fields) => {
                let fields = fields.into_iter();
                fields
                    .filter(|(name, _)| name != OFFERS)
                    .map(|(name, value)| (name, self.without_chance(value)))
                    .collect()
            }
            Value::String(text) if text == self.team => "the team".into(),
            Value::String(text) => self.without_names(&text).into(),
            Value::Number(number) => match number.as_i64() {
                Some(time) if (time - self.now).abs() < APART_SECONDS => (time - self.now).into(),
                _ => Value::Number(number),
            },
            other => other,
        }
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Result<(), String> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{what}: {found:?} instead of {wanted:?}"))
    }
}

fn sorted<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<String> {
    let mut words: Vec<String> = entries.map(|entry| format!("{entry:?}")).collect();
    words.sort();
    words
}
