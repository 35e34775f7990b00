//! Commands beside the sentences: what only admins do, in a few fixed words.

use super::{Decision, World};
use crate::access::permission::Act;
use crate::event::{AdminReply, PolicyReply, Reply};

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Show the policy, with a button to change it.
    Policy,
    /// Show who the admins are, with a button to change them.
    Admins,
    /// Show the newest entries of the audit log, of all or of one handle or user.
    Audit(Option<String>),
}

impl Command {
    /// The command in a text; none where it is a sentence.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<String> = text
            .split_whitespace()
            .filter(|word| !word.starts_with("<@") || !word.contains(crate::understand::BOT))
            .map(str::to_lowercase)
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Some(match words[..] {
            ["policy"] | ["show", "policy"] | ["change" | "edit" | "set", "policy"] => Self::Policy,
            ["admins"] | ["admin"] | ["show", "admins"] => Self::Admins,
            ["audit"] | ["audit", "log"] => Self::Audit(None),
            ["audit", of] => Self::Audit(Some(of.to_owned())),
            _ => return None,
        })
    }

    /// What it is in the permission table.
    pub(super) fn act(&self) -> Act {
        match self {
            Self::Policy | Self::Admins => Act::ReadPolicy,
            Self::Audit(_) => Act::ReadAudit,
        }
    }
}

pub(super) fn commanded(command: &Command, world: &World) -> Decision {
    Decision::private(match command {
        Command::Policy => Reply::Policy(PolicyReply::Shown {
            policy: Box::new(world.policy.clone()),
            may_change: world.is_admin(),
        }),
        Command::Admins => Reply::Admin(AdminReply::Admins {
            admins: world.policy.admins.clone(),
            may_change: world.is_admin(),
        }),
        Command::Audit(_) => Reply::Admin(AdminReply::Audit {
            entries: world.audit.clone(),
        }),
    })
}
