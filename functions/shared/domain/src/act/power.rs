//! Switching machines off and on.

use super::{Decision, World, Write, resolve};
use crate::access::permission::Act;
use crate::access::policy::Breach;
use crate::effect::Effect;
use crate::event::{PowerReply, Reply};
use crate::reservation::{Power, Reservation, State};
use crate::time::{EpochSeconds, HOUR_SECONDS, MINUTE_SECONDS};
use crate::understand::dialogue::Open;
use crate::workflow::Workflow;

/// A machine that is started with less time left than this gets more: it would be warned of its end before anybody has
/// logged in.
const START_SECONDS_MIN: i64 = 30 * MINUTE_SECONDS;
/// So much, from now on.
const START_SECONDS: i64 = HOUR_SECONDS;

/// It was asked for in words. Nothing is lost by it, so it is done at once where it is clear which machine is meant.
pub(super) fn said(task: Open, to: Power, world: &World) -> Decision {
    let reservations = match resolve::one(task.slots.reservation.as_ref(), Act::Power, world) {
        Ok(reservation) => return switched(reservation, to, world).or_then(world.closed()),
        Err(resolve::Unresolved::Several(reservations)) => reservations,
        Err(other) => return other.decision(world).then(world.closed()),
    };
    let mut fitting = reservations.clone();
    fitting.retain(|reservation| reservation.state == before(to));
    if let [only] = &fitting[..] {
        return switched(only, to, world).or_then(world.closed());
    }
    let candidates = if fitting.is_empty() {
        reservations
    } else {
        fitting
    };
    resolve::which(task, candidates, world)
}

/// Switches a machine, if it is where it can be switched.
pub(super) fn switched(reservation: &Reservation, to: Power, world: &World) -> Decision {
    let over = || {
        Decision::private(Reply::Over {
            handle: reservation.handle.clone(),
        })
    };
    if reservation.end.is_some() || reservation.state.is_ending() {
        return over();
    }
    if to == Power::Off && !reservation.can_be_stopped() {
        return Decision::private(Reply::Power(PowerReply::Spot {
            reservation: Box::new(reservation.clone()),
            relation: world.relation(reservation),
        }));
    }
    let mut after = reservation.clone();
    if after.switch(to, &world.person.user, world.now).is_err() {
        return Decision::reply(Reply::Power(PowerReply::Unchanged {
            reservation: Box::new(reservation.clone()),
            to,
        }));
    }
    if to == Power::On {
        // Before the machine is switched on, which ends itself at its deadline.
        let deadline = deadline(reservation, world);
        if deadline <= world.now {
            return over();
        }
        if deadline > reservation.deadline_epoch_seconds
            && after.extend_to(deadline, world.now).is_err()
        {
            return over();
        }
    }
    let effect = Effect::Start {
        workflow: Workflow::Power,
        execution: after.power_execution(),
        subject_id: after.id.clone(),
    };
    let shown = Box::new(after.clone());
    let reply = match to {
        Power::Off => PowerReply::Stopping {
            reservation: shown,
            user: world.person.user.clone(),
        },
        Power::On => PowerReply::Starting {
            reservation: shown,
            user: world.person.user.clone(),
            is_longer: after.deadline_epoch_seconds != reservation.deadline_epoch_seconds,
        },
    };
    Decision::reply(Reply::Power(reply)).write(Write::Update(Box::new(after), vec![effect]))
}

/// Where a machine has to stand to be switched that way.
const fn before(to: Power) -> State {
    match to {
        Power::Off => State::Ready,
        Power::On => State::Stopped,
    }
}

/// When a machine ends that is started now. It gets more time if little is left, within the policy, and only from who
/// may spend it: a share that may switch a machine may not prolong it.
fn deadline(reservation: &Reservation, world: &World) -> EpochSeconds {
    let stands = reservation.deadline_epoch_seconds;
    if stands >= world.now + START_SECONDS_MIN || !world.may(Act::Extend, reservation) {
        return stands;
    }
    let wanted = world.now + START_SECONDS;
    match world.policy.check_deadline(wanted, world.now) {
        Err(Breach::Deadline {
            latest_epoch_seconds,
            ..
        }) => latest_epoch_seconds.max(stands),
        _ => wanted,
    }
}
