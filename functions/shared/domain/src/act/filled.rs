//! Forms that were sent.

use super::{Decision, Filled, World, Write, admins, keys, ssh_keys};
use crate::access::credential::Scope;
use crate::access::permission::Act;
use crate::event::{PolicyReply, Reply};

impl Filled {
    /// What it is in the permission table.
    pub(super) fn act(&self) -> Act {
        match self {
            Self::Credential(credential, _) => match credential.scope {
                Scope::User(_) => Act::ManageOwnKeys,
                Scope::Organisation => Act::ManageOrganisationKeys,
            },
            Self::SshKeys(_) => Act::ManageOwnKeys,
            Self::Policy(_) => Act::SetPolicy,
            Self::Admins(_) => Act::SetAdmins,
        }
    }
}

pub(super) fn filled(filled: &Filled, world: &World) -> Decision {
    match filled {
        Filled::Credential(credential, replaces) => keys::received(credential, *replaces, world),
        Filled::SshKeys(change) => ssh_keys::changed(change, world),
        Filled::Policy(policy) => {
            let mut policy = policy.clone();
            policy.admins.clone_from(&world.policy.admins);
            policy.version = world.policy.version;
            Decision::private(Reply::Policy(PolicyReply::Changed {
                policy: Box::new(policy.clone()),
            }))
            .write(Write::Policy(Box::new(policy)))
        }
        Filled::Admins(users) => admins::named(users, world),
    }
}
