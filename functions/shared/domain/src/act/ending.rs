//! Giving machines back.

use super::{Conversation, Decision, World, Write, resolve};
use crate::access::permission::Act;
use crate::effect::Effect;
use crate::event::Reply;
use crate::intent::Next;
use crate::reservation::{EndReason, Reservation, State};
use crate::time::EpochSeconds;
use crate::understand::dialogue::Open;
use crate::workflow::Workflow;

/// Machines that are ended at once: each takes four items of the hundred that one transaction of the table may have.
const ENDED_AT_ONCE_MAX: usize = 20;

/// An end that was asked for in words is named and confirmed first.
pub(super) fn asked(task: Open, world: &World) -> Decision {
    let mut reservations =
        match resolve::several(task.slots.reservation.as_ref(), Act::Terminate, world) {
            Ok(reservations) => reservations,
            Err(resolve::Unresolved::Several(reservations)) => {
                return resolve::which(task, reservations, world);
            }
            Err(other) => return other.decision(world).then(world.closed()),
        };
    let more = reservations.len().saturating_sub(ENDED_AT_ONCE_MAX);
    reservations.truncate(ENDED_AT_ONCE_MAX);
    let ending = reservations
        .iter()
        .map(|reservation| reservation.id.clone())
        .collect();
    let reply = Reply::ConfirmEnd {
        reservations: reservations.into_iter().cloned().collect(),
        at_epoch_seconds: world.now,
        user: world.person.user.clone(),
        more,
    };
    let conversation = world.with_open(Open {
        next: Next::Confirm,
        ..task
    });
    Decision::reply(reply).then(Conversation {
        ending,
        ..conversation
    })
}

/// The end of these is confirmed.
pub(super) fn confirmed(ids: &[String], world: &World) -> Decision {
    let mut decision = Decision::default();
    let (mut handles, mut owners) = (Vec::new(), Vec::new());
    for id in ids.iter().take(ENDED_AT_ONCE_MAX) {
        let Some(reservation) = world.find(id) else {
            continue;
        };
        if !world.may(Act::Terminate, reservation) {
            return Decision::private(world.not_yours(reservation));
        }
        let Some((after, effects)) = ended(
            reservation,
            EndReason::Requested(world.person.user.clone()),
            world.now,
        ) else {
            continue;
        };
        handles.push(after.handle.clone());
        if after.owner != world.person.user && !owners.contains(&after.owner) {
            owners.push(after.owner.clone());
        }
        decision = decision.write(Write::Update(Box::new(after), effects));
    }
    decision.reply = Some(
        match (
            handles.is_empty(),
            ids.first().and_then(|id| world.find(id)),
        ) {
            (false, _) => Reply::Ending { handles, owners },
            (true, Some(reservation)) => Reply::Over {
                handle: reservation.handle.clone(),
            },
            (true, None) => Reply::HasNone,
        },
    );
    decision
}

/// These stay after all.
pub(super) fn kept(ids: &[String], world: &World) -> Reply {
    let handles: Vec<String> = ids
        .iter()
        .filter_map(|id| world.find(id))
        .map(|reservation| reservation.handle.clone())
        .collect();
    if handles.is_empty() {
        Reply::Forgotten
    } else {
        Reply::Kept { handles }
    }
}

/// A reservation on its way to its end, with what that sets in motion; none where it is over or ending already.
pub fn ended(
    reservation: &Reservation,
    reason: EndReason,
    now: EpochSeconds,
) -> Option<(Reservation, Vec<Effect>)> {
    if reservation.end.is_some() {
        return None;
    }
    let mut after = reservation.clone();
    after.end(reason, now).ok()?;
    let effect = if after.state == State::Terminating {
        Effect::Start {
            workflow: Workflow::Terminate,
            execution: after.removal_execution(),
            subject_id: after.id.clone(),
        }
    } else {
        Effect::WakeCancelled {
            reservation_id: after.id.clone(),
        }
    };
    Some((after, vec![effect]))
}
