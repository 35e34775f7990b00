//! Somebody's usual cluster: shown, kept, and used for what they do not say.

use super::{Decision, World, Write, resolve};
use crate::access::permission::Act;
use crate::event::{Reply, UsualReply};
use crate::intent::{Intent, Kind, OneOrMany, ReservationRef};
use crate::reservation::Reservation;
use crate::understand::dialogue::{self, Open};
use crate::usual::Usual;

/// A wish for the usual cluster becomes one for what that is; or what is said where there is none, and the task goes on
/// with what was said.
pub(super) fn filled_in(mut task: Open, world: &World) -> Result<Open, Box<Decision>> {
    let is_cluster = task.intent == Intent::CreateCluster || task.slots.kind == Some(Kind::Cluster);
    if task.slots.default_config.take() != Some(true) || !is_cluster {
        return Ok(task);
    }
    if let Some(usual) = &world.usual {
        usual.fill(&mut task.slots);
    }
    task.next = dialogue::next_step(task.intent, &task.slots);
    if world.usual.is_some() {
        return Ok(task);
    }
    let user = world.person.user.clone();
    let decision = answered(UsualReply::NoneYet { user });
    Err(Box::new(decision.then(world.with_open(task))))
}

/// What it is.
pub(super) fn shown(world: &World) -> Decision {
    answered(UsualReply::Shown {
        usual: world.usual.clone(),
        user: world.person.user.clone(),
    })
}

/// A reservation that was named shall be it from now on.
pub(super) fn named(reference: &OneOrMany<ReservationRef>, world: &World) -> Decision {
    match resolve::one(Some(reference), Act::SaveTemplate, world) {
        Ok(reservation) => like(reservation, world),
        // Each can be looked at, and has a button for it there.
        Err(resolve::Unresolved::Several(reservations)) => Decision::private(Reply::Which {
            intent: Intent::ShowReservation,
            reservations,
            minutes: None,
        }),
        Err(other) => other.decision(world),
    }
}

/// One like that reservation shall be it.
pub(super) fn like(reservation: &Reservation, world: &World) -> Decision {
    match Usual::of(reservation) {
        Some(usual) => kept(&usual, world),
        None => answered(UsualReply::NoCluster {
            handle: reservation.handle.clone(),
            user: world.person.user.clone(),
        }),
    }
}

/// That shall be it.
pub(super) fn kept(usual: &Usual, world: &World) -> Decision {
    let version = world.usual.as_ref().map_or(0, |before| before.version);
    let usual = Usual {
        version,
        ..usual.clone()
    };
    answered(UsualReply::Kept {
        usual: usual.clone(),
        user: world.person.user.clone(),
    })
    .write(Write::Usual(usual))
}

fn answered(reply: UsualReply) -> Decision {
    Decision::private(Reply::Usual(reply))
}
