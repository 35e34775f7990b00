//! Going on with fewer workers, where a cluster asks for that.

use super::{Decision, World, Write};
use crate::effect::Effect;
use crate::event::Reply;
use crate::reservation::{NotAsked, Reservation};

/// The button was pressed: once is enough, and only while it is asked.
pub(super) fn pressed(reservation: &Reservation, world: &World) -> Decision {
    let handle = reservation.handle.clone();
    let mut after = reservation.clone();
    match after.go_on(&world.person.user, world.now) {
        Ok(()) => {
            let reply = Reply::GoesOn {
                handle,
                workers: after.workers_left(),
            };
            let effect = Effect::WakeAnswered {
                reservation_id: after.id.clone(),
            };
            Decision::reply(reply).write(Write::Update(Box::new(after), vec![effect]))
        }
        Err(NotAsked::Answered) => Decision::private(Reply::GoesOn {
            handle,
            workers: reservation.workers_left(),
        }),
        Err(NotAsked::Nothing) if reservation.end.is_some() || reservation.state.is_ending() => {
            Decision::private(Reply::Over { handle })
        }
        Err(NotAsked::Nothing) => Decision::private(Reply::NothingAsked { handle }),
    }
}
