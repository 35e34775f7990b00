//! Having keys forgotten. What runs on a key is never left without it: either it ends first, or the key waits.

use super::{checked, gone, listing, manageable};
use crate::access::credential::Credential;
use crate::access::permission::Act;
use crate::act::{Conversation, Decision, World, Write, ending};
use crate::event::{KeysReply, Reply};
use crate::intent::{Intent, Next, Slots, named_enum};
use crate::reservation::{EndReason, Reservation};
use crate::understand::dialogue::Open;

/// Reservations that one press ends: each is three writes, and a transaction holds a hundred.
const ENDED_AT_ONCE_MAX: usize = 20;

named_enum! {
    /// What a button does to a credential.
    KeyPress {
        /// Asks what is to become of it.
        Forget = "forget",
        /// Forgets it; nothing runs on it.
        ForgetNow = "forget_now",
        /// Ends what runs on it, and forgets it then.
        EndAndForget = "end_and_forget",
        /// Forgets it when what runs on it has ended.
        ForgetLater = "forget_later",
        /// Keeps it after all.
        Keep = "keep",
        /// Checks it once more.
        Check = "check",
    }
}

/// A button of a credential.
pub(in crate::act) fn pressed(press: KeyPress, id: &str, world: &World) -> Decision {
    let Some((credential, reservations)) = manageable(id, world) else {
        return gone();
    };
    match press {
        KeyPress::ForgetNow | KeyPress::ForgetLater | KeyPress::EndAndForget
            if reservations.is_empty() =>
        {
            forgotten(credential).then(world.closed())
        }
        // The second, when something was launched on it since the question was asked.
        KeyPress::Forget | KeyPress::ForgetNow => asked_about(credential, reservations, world),
        KeyPress::ForgetLater => retired(credential).reply_with(KeysReply::Retiring {
            label: credential.label.clone(),
            reservations: reservations.len(),
        }),
        KeyPress::EndAndForget => ended(credential, reservations, world),
        KeyPress::Keep => kept(credential, world),
        KeyPress::Check => {
            let mut after = credential.clone();
            after.check_again();
            Decision::private(Reply::Keys(KeysReply::Checking {
                label: after.label.clone(),
            }))
            .write(checked(after))
        }
    }
}

/// Asked for in words: the one that is meant, or a list to choose from.
pub(super) fn asked(slots: &Slots, world: &World) -> Decision {
    let mut candidates = listing::shown(slots, world);
    match (candidates.next(), candidates.next()) {
        (Some((credential, reservations)), None) => asked_about(credential, reservations, world),
        _ => listing::listed(slots, world),
    }
}

/// A yes in words, to the question about the credential that the conversation remembers.
pub(in crate::act) fn confirmed(world: &World) -> Decision {
    match world
        .open()
        .and_then(|conversation| conversation.forgetting.as_deref())
    {
        Some(id) => pressed(KeyPress::ForgetNow, id, world),
        None => Decision::reply(Reply::NothingOpen),
    }
}

/// It stays after all.
pub(in crate::act) fn kept(credential: &Credential, world: &World) -> Decision {
    Decision::private(Reply::Keys(KeysReply::Kept {
        label: credential.label.clone(),
    }))
    .then(world.closed())
}

/// What shall become of it? A yes in words will do where nothing runs on it; otherwise there is more than one way.
fn asked_about(credential: &Credential, reservations: &[String], world: &World) -> Decision {
    let reply = Reply::Keys(KeysReply::ConfirmForget {
        credential: Box::new(listing::line(credential, reservations, world)),
        handles: running(reservations, world)
            .map(|reservation| reservation.handle.clone())
            .collect(),
    });
    if !reservations.is_empty() {
        return Decision::private(reply);
    }
    let open = Open {
        intent: Intent::DeleteCredentials,
        slots: Slots {
            provider: Some(credential.provider),
            ..Slots::default()
        },
        next: Next::Confirm,
    };
    Decision::private(reply).then(Conversation {
        forgetting: Some(credential.id.clone()),
        ..world.with_open(open)
    })
}

/// A check that is under way makes something in the account, and needs the credential to remove it: it ends first, and
/// forgets the credential then. Whoever asks once more does not want to wait for it.
fn forgotten(credential: &Credential) -> Decision {
    if credential.awaits_check() && !credential.is_retiring {
        return retired(credential).reply_with(KeysReply::Retiring {
            label: credential.label.clone(),
            reservations: 0,
        });
    }
    Decision::private(Reply::Keys(KeysReply::Forgotten {
        label: credential.label.clone(),
    }))
    .write(Write::ForgetCredential(Box::new(credential.clone())))
}

/// From now on nothing new runs on it.
fn retired(credential: &Credential) -> Decision {
    if credential.is_retiring {
        return Decision::default();
    }
    let mut after = credential.clone();
    after.is_retiring = true;
    Decision::default().write(Write::Credential(Box::new(after), Vec::new()))
}

fn ended(credential: &Credential, reservations: &[String], world: &World) -> Decision {
    let mut decision = retired(credential);
    let mut handles = Vec::new();
    for reservation in running(reservations, world).take(ENDED_AT_ONCE_MAX) {
        if !world.may(Act::Terminate, reservation) {
            return Decision::private(world.not_yours(reservation));
        }
        handles.push(reservation.handle.clone());
        let reason = EndReason::Requested(world.person.user.clone());
        if let Some((after, effects)) = ending::ended(reservation, reason, world.now) {
            decision = decision.write(Write::Update(Box::new(after), effects));
        }
    }
    let left = reservations.len().saturating_sub(handles.len());
    decision.reply_with(KeysReply::EndingAll {
        label: credential.label.clone(),
        handles,
        left,
    })
}

/// The reservations of these ids that were looked up.
fn running<'a>(ids: &'a [String], world: &'a World) -> impl Iterator<Item = &'a Reservation> {
    ids.iter()
        .filter_map(|id| world.find(id))
        .filter(|reservation| !reservation.state.is_over())
}

impl Decision {
    fn reply_with(self, reply: KeysReply) -> Self {
        Self {
            reply: Some(Reply::Keys(reply)),
            privately: true,
            ..self
        }
    }
}
