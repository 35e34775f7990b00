//! Public ssh keys: shown, sent in a message, changed by form. They are their owner's business: answers are private.

use super::{Decision, World, Write, keys};
use crate::event::{Reply, SshReply};
use crate::forms::{FormKind, FormRequest, SshKeysChange};
use crate::ssh::{KeyFault, PublicKey};

/// The form at once where Slack lets us open one; else what is known, with a button to the form.
pub(super) fn asked(world: &World) -> Decision {
    let user = world.person.user.clone();
    if world.can_open_form {
        let request = FormRequest {
            kind: FormKind::SshKeys,
            for_user: user,
            credential_id: None,
        };
        return keys::form(&request, world);
    }
    answered(SshReply::Known {
        keys: world.ssh_keys.known(),
        user,
    })
}

/// Keys came in a message.
pub(super) fn sent(found: &Result<Vec<PublicKey>, KeyFault>, world: &World) -> Decision {
    match found {
        Ok(keys) => {
            let change = SshKeysChange {
                added: keys.iter().map(PublicKey::line).collect(),
                removed: Vec::new(),
            };
            changed(&change, world)
        }
        Err(why) => answered(SshReply::Refused {
            why: *why,
            user: world.person.user.clone(),
        }),
    }
}

/// Keys are added and removed: all of it, or nothing.
pub(super) fn changed(change: &SshKeysChange, world: &World) -> Decision {
    let user = world.person.user.clone();
    let after = match world.ssh_keys.changed(change) {
        Ok(after) => after,
        Err(what) => return answered(SshReply::Surplus { what, user }),
    };
    let decision = answered(SshReply::Changed {
        added: after.added,
        removed: after.removed,
        known: after.known,
        keys: after.keys.known(),
        user,
    });
    if after.keys == world.ssh_keys {
        decision
    } else {
        decision.write(Write::SshKeys(after.keys))
    }
}

fn answered(reply: SshReply) -> Decision {
    Decision::private(Reply::SshKeys(reply))
}
