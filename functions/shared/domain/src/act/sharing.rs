//! Letting colleagues in, and shutting them out again.

use super::{Decision, World, Write, ask, resolve};
use crate::access::permission::{Act, Share, ShareRole};
use crate::event::{Notice, Reply, ShareReply};
use crate::identity::Standing;
use crate::intent::{Intent, Next};
use crate::reservation::{Reservation, SHARES_MAX};
use crate::understand::dialogue::Open;

/// Somebody is to be let in or shut out.
pub(super) fn said(task: Open, world: &World) -> Decision {
    let reservation = match resolve::one(task.slots.reservation.as_ref(), Act::Share, world) {
        Ok(reservation) => reservation,
        Err(resolve::Unresolved::Several(reservations)) => {
            return resolve::which(task, reservations, world);
        }
        Err(other) => return other.decision(world).then(world.closed()),
    };
    let users: Vec<String> = task.slots.user.iter().flatten().cloned().collect();
    if users.is_empty() {
        return ask(task, Next::User, world);
    }
    let decision = if task.intent == Intent::ShareReservation {
        let_in(reservation, &users, ShareRole::Use, world)
    } else {
        shut_out(reservation, &users, world)
    };
    decision.then(world.closed())
}

/// Lets people in. Only full members can be, whoever asks for it.
pub(super) fn let_in(
    reservation: &Reservation,
    users: &[String],
    role: ShareRole,
    world: &World,
) -> Decision {
    let say = |reply| Decision::reply(Reply::Share(reply));
    let handle = reservation.handle.clone();
    if reservation.end.is_some() || reservation.state.is_over() {
        return Decision::private(Reply::Over { handle });
    }
    let is_member = |user: &String| {
        world
            .people
            .iter()
            .any(|person| person.user == *user && person.standing == Standing::Member)
    };
    if let Some(user) = users.iter().find(|user| !is_member(user)).cloned() {
        return say(ShareReply::NotAMember { user });
    }
    let mut after = reservation.clone();
    for user in users.iter().filter(|user| **user != reservation.owner) {
        after.shares.retain(|share| share.user != *user);
        let user = user.clone();
        after.shares.push(Share { user, role });
    }
    if after.shares.len() > SHARES_MAX {
        return say(ShareReply::TooMany { handle });
    }
    let added: Vec<String> = users
        .iter()
        .filter(|user| after.shares.contains(&share(user, role)))
        .filter(|user| !reservation.shares.contains(&share(user, role)))
        .cloned()
        .collect();
    if added.is_empty() {
        return say(ShareReply::AlreadyIn { handle });
    }
    let reply = ShareReply::LetIn {
        id: reservation.id.clone(),
        handle,
        users: added.clone(),
        role,
        by: world.person.user.clone(),
    };
    let mut decision = say(reply).write(Write::Update(Box::new(after.clone()), Vec::new()));
    decision.notices = added
        .into_iter()
        .map(|user| Notice {
            user,
            reply: Reply::Share(ShareReply::Invited {
                reservation: Box::new(after.clone()),
                role,
                by: world.person.user.clone(),
            }),
        })
        .collect();
    decision
}

fn shut_out(reservation: &Reservation, users: &[String], world: &World) -> Decision {
    let mut after = reservation.clone();
    after.shares.retain(|share| !users.contains(&share.user));
    let handle = reservation.handle.clone();
    let removed: Vec<String> = reservation
        .shares
        .iter()
        .filter(|share| users.contains(&share.user))
        .map(|share| share.user.clone())
        .collect();
    let reply = |reply| Decision::reply(Reply::Share(reply));
    if removed.is_empty() {
        return reply(ShareReply::WasNotIn { handle });
    }
    let mut decision = reply(ShareReply::ShutOut {
        handle: handle.clone(),
        users: removed.clone(),
    })
    .write(Write::Update(Box::new(after), Vec::new()));
    for user in removed {
        decision = decision.write(Write::ForgetShare {
            user: user.clone(),
            reservation_id: reservation.id.clone(),
        });
        decision.notices.push(Notice {
            user,
            reply: Reply::Share(ShareReply::Uninvited {
                handle: handle.clone(),
                by: world.person.user.clone(),
            }),
        });
    }
    decision
}

fn share(user: &str, role: ShareRole) -> Share {
    Share {
        user: user.to_owned(),
        role,
    }
}

#[cfg(test)]
mod tests;
