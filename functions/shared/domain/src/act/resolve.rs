//! Which reservation is meant.

use super::{Decision, World};
use crate::access::permission::Act;
use crate::event::Reply;
use crate::intent::{Intent, Next, OneOrMany, ReservationRef};
use crate::reservation::Reservation;
use crate::understand::dialogue::Open;

/// Why it is not clear which one is meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unresolved {
    /// They have none.
    None,
    /// Any of these.
    Several(Vec<Reservation>),
    /// None is called that.
    Unknown(String),
    /// It is somebody else's.
    Foreign(Box<Reservation>),
    /// It is over.
    Over(String),
}

impl Unresolved {
    /// What is said about it.
    pub(super) fn decision(self, world: &World) -> Decision {
        match self {
            Self::None | Self::Several(_) => Decision::reply(Reply::HasNone),
            Self::Unknown(name) => Decision::reply(Reply::Unknown { name }),
            Self::Foreign(reservation) => Decision::private(world.not_yours(&reservation)),
            Self::Over(handle) => Decision::reply(Reply::Over { handle }),
        }
    }
}

/// Asks which of several is meant, and goes on with the answer.
pub(super) fn which(task: Open, reservations: Vec<Reservation>, world: &World) -> Decision {
    let longer = task.intent == Intent::ExtendReservation;
    let reply = Reply::Which {
        intent: task.intent,
        reservations,
        minutes: task.slots.duration_minutes.filter(|_| longer),
    };
    Decision::reply(reply).then(world.with_open(Open {
        next: Next::Reservation,
        ..task
    }))
}

/// The handles that a text names, for the caller to look up.
pub fn named_handles(reference: Option<&OneOrMany<ReservationRef>>) -> Vec<String> {
    let handle = |reference: &ReservationRef| match reference {
        ReservationRef::Handle(handle) => Some(handle.clone()),
        _ => None,
    };
    reference.into_iter().flatten().filter_map(handle).collect()
}

/// The one reservation that is meant. Without a word on it, the only one there is.
pub(super) fn one<'a>(
    reference: Option<&OneOrMany<ReservationRef>>,
    act: Act,
    world: &'a World,
) -> Result<&'a Reservation, Unresolved> {
    let found = several(reference, act, world)?;
    match found[..] {
        [only] => Ok(only),
        _ => Err(Unresolved::Several(found.into_iter().cloned().collect())),
    }
}

/// All reservations that are meant; never an empty list.
pub(super) fn several<'a>(
    reference: Option<&OneOrMany<ReservationRef>>,
    act: Act,
    world: &'a World,
) -> Result<Vec<&'a Reservation>, Unresolved> {
    let Some(references) = reference else {
        return only(world).map(|reservation| vec![reservation]);
    };
    let mut found: Vec<&Reservation> = Vec::new();
    for reference in references {
        let more = match reference {
            ReservationRef::Handle(handle) => vec![by_handle(handle, act, world)?],
            ReservationRef::Nickname(name) => return Err(Unresolved::Unknown(name.clone())),
            ReservationRef::Last => vec![world.mine.first().ok_or(Unresolved::None)?],
            ReservationRef::All if world.mine.is_empty() => return Err(Unresolved::None),
            ReservationRef::All => world.mine.iter().collect(),
            ReservationRef::Vm => vec![only_of(world, |cluster| !cluster)?],
            ReservationRef::Cluster => vec![only_of(world, |cluster| cluster)?],
        };
        for reservation in more {
            if !found.iter().any(|known| known.id == reservation.id) {
                found.push(reservation);
            }
        }
    }
    if found.is_empty() {
        Err(Unresolved::None)
    } else {
        Ok(found)
    }
}

fn only(world: &World) -> Result<&Reservation, Unresolved> {
    match &world.mine[..] {
        [] => Err(Unresolved::None),
        [only] => Ok(only),
        several => Err(Unresolved::Several(several.to_vec())),
    }
}

/// The only one of that kind; where there is none of it, what they call so may be of the other.
fn only_of(world: &World, is_meant: impl Fn(bool) -> bool) -> Result<&Reservation, Unresolved> {
    let mine = world.mine.iter();
    let meant: Vec<&Reservation> = mine
        .filter(|reservation| is_meant(reservation.spec.cluster.is_some()))
        .collect();
    match meant[..] {
        [] => only(world),
        [only] => Ok(only),
        _ => Err(Unresolved::Several(meant.into_iter().cloned().collect())),
    }
}

fn by_handle<'a>(handle: &str, act: Act, world: &'a World) -> Result<&'a Reservation, Unresolved> {
    let found = world
        .mine
        .iter()
        .chain(&world.named)
        .chain(&world.shared)
        .find(|reservation| reservation.handle == handle);
    match found {
        None => Err(Unresolved::Unknown(handle.to_owned())),
        Some(reservation) if !world.may(act, reservation) => {
            Err(Unresolved::Foreign(Box::new(reservation.clone())))
        }
        Some(reservation) if reservation.state.is_over() => {
            Err(Unresolved::Over(reservation.handle.clone()))
        }
        Some(reservation) => Ok(reservation),
    }
}
