//! Forms that were sent.

use super::{Decision, Filled, World, Write, admins, keys, ssh_keys, usual};
use crate::access::credential::Scope;
use crate::access::permission::Act;
use crate::access::policy::Policy;
use crate::event::{PolicyReply, Reply};

impl Filled {
    /// The people that it names, for the caller to look up.
    pub fn people(&self) -> &[String] {
        match self {
            Self::Admins(users, _) => users,
            Self::Credential(..) | Self::SshKeys(_) | Self::Usual(_) | Self::Policy(_) => &[],
        }
    }

    /// What it is in the permission table.
    pub(super) fn act(&self) -> Act {
        match self {
            Self::Credential(credential, _) => match credential.scope {
                Scope::User(_) => Act::ManageOwnKeys,
                Scope::Organisation => Act::ManageOrganisationKeys,
            },
            Self::SshKeys(_) => Act::ManageOwnKeys,
            Self::Usual(_) => Act::SetUsual,
            Self::Policy(_) => Act::SetPolicy,
            Self::Admins(..) => Act::SetAdmins,
        }
    }
}

pub(super) fn filled(filled: &Filled, world: &World) -> Decision {
    match filled {
        Filled::Credential(credential, replaces) => keys::received(credential, *replaces, world),
        Filled::SshKeys(change) => ssh_keys::changed(change, world),
        Filled::Usual(usual) => usual::kept(usual, world),
        Filled::Policy(Policy { version, .. }) | Filled::Admins(_, version)
            if *version != world.policy.version =>
        {
            Decision::private(Reply::Policy(PolicyReply::ChangedMeanwhile {
                policy: Box::new(world.policy.clone()),
            }))
        }
        Filled::Policy(policy) => {
            let mut policy = policy.clone();
            policy.admins.clone_from(&world.policy.admins);
            Decision::private(Reply::Policy(PolicyReply::Changed {
                policy: Box::new(policy.clone()),
            }))
            .write(Write::Policy(Box::new(policy)))
        }
        Filled::Admins(users, _) => admins::named(users, world),
    }
}
