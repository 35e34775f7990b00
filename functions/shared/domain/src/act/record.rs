//! What of a decision goes into the audit log. It is derived in this one place, so that no path can forget it: what is
//! written was done, and what was refused was tried. Talk, prices, lists and questions leave no entry.

use super::{Decision, Input, World, Write, act_of};
use crate::access::audit::{Entry, Outcome, bounded};
use crate::access::credential::{Payer, Scope};
use crate::access::permission::Act;
use crate::access::policy::Policy;
use crate::event::{PolicyReply, Reply};
use crate::reservation::Reservation;

/// An entry without who, when and how.
struct Event {
    act: Act,
    target: Option<String>,
    outcome: Outcome,
    payer: Option<String>,
}

/// The entries for a decision about an input.
pub(super) fn entries(input: &Input, decision: &Decision, world: &World) -> Vec<Entry> {
    let act = act_of(input, world);
    let done = decision
        .writes
        .iter()
        .filter_map(|write| written(write, act, world));
    let refused = decision
        .reply
        .as_ref()
        .and_then(|reply| refused(reply, act, world));
    let entry = |event: Event| Entry {
        at_epoch_seconds: world.now,
        user: world.person.user.clone(),
        path: world.path,
        act: event.act.to_string(),
        target: event.target.as_deref().map(bounded),
        outcome: event.outcome,
        payer: event.payer.as_deref().map(bounded),
    };
    done.chain(refused).map(entry).collect()
}

/// What was done; nothing for a price, which changes nothing, nor for what follows from another write.
fn written(write: &Write, act: Act, world: &World) -> Option<Event> {
    let done = |act, target| Event {
        act,
        target,
        outcome: Outcome::Done,
        payer: None,
    };
    Some(match write {
        Write::Quote(_) | Write::ForgetShare { .. } => return None,
        Write::Usual(_) => done(Act::SetUsual, None),
        Write::SshKeys(_) => done(Act::ManageOwnKeys, Some("ssh keys".to_owned())),
        Write::Credential(credential, _) | Write::ForgetCredential(credential) => {
            let act = match credential.scope {
                Scope::User(_) => Act::ManageOwnKeys,
                Scope::Organisation => Act::ManageOrganisationKeys,
            };
            let known = world
                .credentials
                .iter()
                .any(|(known, _)| known.id == credential.id);
            let verb = match write {
                Write::ForgetCredential(_) => "deleted",
                _ if credential.is_retiring => "retired",
                _ if known => "renewed",
                _ => "added",
            };
            done(act, Some(format!("{verb} {}", credential.label)))
        }
        Write::Policy(after) => match admins_changed(&world.policy, after) {
            Some(changes) => done(Act::SetAdmins, Some(changes)),
            None => done(Act::SetPolicy, None),
        },
        Write::Sweep(..) => done(Act::Sweep, None),
        Write::Create(reservation, _) => on_reservation(Act::Launch, reservation),
        Write::Update(after, _) => {
            let before = world.find(&after.id);
            let act = match before {
                Some(before) if before.end != after.end => Act::Terminate,
                // A start may also have moved the deadline.
                Some(before) if before.switches != after.switches => Act::Power,
                Some(before) if before.deadline_epoch_seconds != after.deadline_epoch_seconds => {
                    Act::Extend
                }
                Some(before) if before.question != after.question => Act::GoOn,
                Some(before) if before.shares != after.shares => Act::Share,
                _ => act,
            };
            on_reservation(act, after)
        }
    })
}

fn on_reservation(act: Act, reservation: &Reservation) -> Event {
    Event {
        act,
        target: Some(reservation.handle.clone()),
        outcome: Outcome::Done,
        payer: Some(name_of(&reservation.payer)),
    }
}

/// What was tried and refused. Who may not even talk to the bot fills no log with that.
fn refused(reply: &Reply, act: Act, world: &World) -> Option<Event> {
    let (outcome, target) = match reply {
        Reply::NotAllowed { .. } if act == Act::Talk => return None,
        Reply::NotAllowed { .. } => (Outcome::NotPermitted, None),
        Reply::NotYours { handle, .. } => (Outcome::NotPermitted, handle.clone()),
        // To tell a price that the policy does not allow is no refusal yet.
        Reply::Policy(PolicyReply::Against { stands, .. }) => {
            let handle = stands.as_ref().map(|stands| stands.handle.clone());
            (Outcome::AgainstPolicy, handle)
        }
        _ => return None,
    };
    Some(Event {
        act,
        target: target.or_else(|| named(world)),
        outcome,
        payer: None,
    })
}

/// The reservations that the input named.
fn named(world: &World) -> Option<String> {
    let handles: Vec<&str> = world
        .named
        .iter()
        .map(|reservation| reservation.handle.as_str())
        .collect();
    (!handles.is_empty()).then(|| handles.join(", "))
}

/// Who was named an admin, and who is none any more; nothing where they stay the same.
fn admins_changed(before: &Policy, after: &Policy) -> Option<String> {
    let missing = |from: &Policy, of: &Policy, verb: &str| {
        let users = of.admins.iter().filter(|user| !from.admins.contains(user));
        users
            .map(|user| format!("{verb} {user}"))
            .collect::<Vec<_>>()
    };
    let changes = [
        missing(before, after, "added"),
        missing(after, before, "removed"),
    ]
    .concat();
    (!changes.is_empty()).then(|| changes.join(", "))
}

/// Who pays, by name.
fn name_of(payer: &Payer) -> String {
    if payer.label.is_empty() {
        "organisation".to_owned()
    } else {
        payer.label.clone()
    }
}
