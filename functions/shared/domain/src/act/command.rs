//! Commands beside the sentences: what only admins do, in a few fixed words.

use super::{Decision, World, Write, usual};
use crate::access::audit::{Entry, Filter, SHOWN_MAX};
use crate::access::permission::Act;
use crate::effect::Effect;
use crate::event::{AdminReply, PolicyReply, Reply, SweepReply};
use crate::intent::{OneOrMany, ReservationRef, is_handle};
use crate::understand;
use crate::workflow::Workflow;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Show the policy, with a button to change it.
    Policy,
    /// Show who the admins are, with a button to change them.
    Admins,
    /// Show the newest entries of the audit log.
    Audit(Filter),
    /// Look through every cloud account for what was left over.
    Sweep,
    /// Show one's usual cluster, with a button to change it.
    Usual,
    /// Have a cluster like that reservation as one's usual one.
    SaveUsual(OneOrMany<ReservationRef>),
}

impl Command {
    /// The command in a text; none where it is a sentence.
    pub fn parse(text: &str) -> Option<Self> {
        let said: Vec<&str> = text
            .split_whitespace()
            .filter(|word| user(word).as_deref() != Some(understand::BOT))
            .collect();
        let lower: Vec<String> = said.iter().map(|word| word.to_lowercase()).collect();
        let words: Vec<&str> = (lower.iter().map(String::as_str))
            .filter(|word| *word != "please")
            .collect();
        Some(match words[..] {
            ["policy"] | ["show" | "change" | "edit" | "set", "policy"] => Self::Policy,
            ["admins" | "admin"] | ["show" | "change" | "edit" | "set", "admins"] => Self::Admins,
            ["sweep"] => Self::Sweep,
            ["audit"] | ["audit", "log"] => Self::Audit(Filter::All),
            ["audit", of] if is_handle(of) => Self::Audit(Filter::Handle(of.to_owned())),
            ["audit", _] => Self::Audit(Filter::User(user(said[1])?)),
            ["usual"] | ["usual", "cluster"] => Self::Usual,
            ["show" | "change" | "edit" | "set", ref usual @ ..] if is_usual(usual) => Self::Usual,
            _ => Self::SaveUsual(saved(&words)?),
        })
    }

    /// The reservation that it names, for the caller to look up.
    pub fn reservation(&self) -> Option<&OneOrMany<ReservationRef>> {
        match self {
            Self::SaveUsual(reference) => Some(reference),
            Self::Policy | Self::Admins | Self::Audit(_) | Self::Sweep | Self::Usual => None,
        }
    }

    /// What it is in the permission table.
    pub(super) fn act(&self) -> Act {
        match self {
            Self::Policy | Self::Admins => Act::ReadPolicy,
            Self::Audit(_) => Act::ReadAudit,
            Self::Sweep => Act::Sweep,
            Self::Usual => Act::SeeOwn,
            Self::SaveUsual(_) => Act::SaveTemplate,
        }
    }
}

pub(super) fn commanded(command: &Command, world: &World) -> Decision {
    Decision::private(match command {
        Command::Sweep => return swept(world),
        Command::Usual => return usual::shown(world),
        Command::SaveUsual(reference) => return usual::named(reference, world),
        Command::Policy => Reply::Policy(PolicyReply::Shown {
            policy: Box::new(world.policy.clone()),
            may_change: world.is_admin(),
        }),
        Command::Admins => Reply::Admin(AdminReply::Admins {
            admins: world.policy.admins.clone(),
            may_change: world.is_admin(),
        }),
        Command::Audit(of) => Reply::Admin(audit(of, world)),
    })
}

/// A sweep out of turn, and who is told what it found.
fn swept(world: &World) -> Decision {
    let id = world.new_id.clone();
    let start = Effect::Start {
        workflow: Workflow::Sweep,
        execution: format!("sweep-{id}"),
        subject_id: id.clone(),
    };
    Decision::private(Reply::Sweep(SweepReply::Started)).write(Write::Sweep(id, start))
}

fn audit(of: &Filter, world: &World) -> AdminReply {
    let found: Vec<&Entry> = world
        .audit
        .iter()
        .filter(|entry| of.admits(entry))
        .collect();
    AdminReply::Audit {
        of: of.clone(),
        entries: found.iter().take(SHOWN_MAX).copied().cloned().collect(),
        more: found.len().saturating_sub(SHOWN_MAX),
        looked_at: world.audit.len(),
    }
}

/// "my usual cluster" and the like.
fn is_usual(words: &[&str]) -> bool {
    matches!(
        words,
        ["my" | "the", "usual"]
            | [
                "my" | "the",
                "usual" | "default",
                "cluster" | "config" | "configuration"
            ]
    )
}

/// The reservation in "save r-7f3k2 as my usual cluster", "make this my usual".
fn saved(words: &[&str]) -> Option<OneOrMany<ReservationRef>> {
    let [
        "save" | "keep" | "remember" | "use" | "make" | "set",
        words @ ..,
    ] = words
    else {
        return None;
    };
    let end = (1..words.len()).find(|at| is_usual(&words[*at..]))?;
    let what = &words[..end];
    let what = what.strip_suffix(&["as"]).unwrap_or(what);
    let reference = match what {
        [handle] if is_handle(handle) => ReservationRef::Handle((*handle).to_owned()),
        ["it" | "this" | "that"] | [_, "last" | "latest" | "newest", "cluster" | "one"] => {
            ReservationRef::Last
        }
        ["my" | "the" | "this" | "that", "cluster"] => ReservationRef::Cluster,
        _ => return None,
    };
    Some(reference.into())
}

/// The user id in a mention, `<@U…>` or `<@U…|name>`.
fn user(word: &str) -> Option<String> {
    let inside = word.strip_prefix("<@")?.strip_suffix('>')?;
    let id = inside.split('|').next()?;
    let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    is_id.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_a_few_fixed_words() {
        for (text, command) in [
            ("policy", Command::Policy),
            ("<@U0BOT> Change policy", Command::Policy),
            ("admins", Command::Admins),
            ("edit admins", Command::Admins),
            ("audit log", Command::Audit(Filter::All)),
            ("<@U0BOT> sweep", Command::Sweep),
            ("usual", Command::Usual),
            ("show my usual cluster please", Command::Usual),
            ("Change my default config", Command::Usual),
            (
                "save R-7F3K2 as my usual cluster",
                Command::SaveUsual(ReservationRef::Handle("r-7f3k2".to_owned()).into()),
            ),
            (
                "make this my usual",
                Command::SaveUsual(ReservationRef::Last.into()),
            ),
            (
                "<@U0BOT> please remember my cluster as my usual cluster",
                Command::SaveUsual(ReservationRef::Cluster.into()),
            ),
            (
                "Audit R-7F3K2",
                Command::Audit(Filter::Handle("r-7f3k2".to_owned())),
            ),
            (
                "audit <@U02BOB|bob>",
                Command::Audit(Filter::User("U02BOB".to_owned())),
            ),
            (
                "<@U0BOT|infrared> audit <@U02BOB>",
                Command::Audit(Filter::User("U02BOB".to_owned())),
            ),
        ] {
            assert_eq!(Command::parse(text), Some(command), "{text}");
        }
        for sentence in [
            "",
            "what is the policy on gpus?",
            "audit my machines please",
            "audit <@>",
            "audit bob",
            "my usual cluster",
            "launch my usual cluster for 3 hours",
            "make my usual cluster",
            "save my work as usual",
        ] {
            assert_eq!(Command::parse(sentence), None, "{sentence}");
        }
    }
}
