//! From what somebody said or pressed to what is done about it.
//!
//! [`decide`] is given everything it needs to know and returns everything that is to happen. Whoever calls it writes
//! the result in one transaction; if another write was quicker, it reads again and decides again.

mod admins;
mod allowed;
mod clusters;
mod command;
mod ending;
mod filled;
mod going_on;
mod guess;
mod keys;
mod launching;
mod power;
mod press;
mod record;
mod resolve;
mod sharing;
mod ssh_keys;
#[cfg(test)]
mod tests;
mod usual;
mod wish;
mod world;

pub use command::Command;
pub use ending::ended;
pub use keys::KeyPress;
pub use press::Press;
pub use resolve::named_handles;
pub(crate) use wish::sentence;
pub use world::{
    CONVERSATION_SECONDS_MAX, Conversation, Decision, Deployment, Filled, Input, World, Write,
};

use crate::access::permission::{self, Act};
use crate::event::Reply;
use crate::intent::{Intent, Meaning, Next, ReservationRef};
use crate::reservation::{Power, Reservation};
use crate::ssh::KeyFault;
use crate::time::{self, EpochSeconds, MINUTE_SECONDS};
use crate::understand::dialogue::{self, Open};

/// Decides what happens, and what of it goes into the audit log.
pub fn decide(input: &Input, world: &World) -> Decision {
    let decision = decided(input, world);
    Decision {
        audit: record::entries(input, &decision, world),
        ..decision
    }
}

fn decided(input: &Input, world: &World) -> Decision {
    let act = act_of(input, world);
    if let Err(why) = permission::admit(act, &world.person, &world.policy) {
        let admins = world.policy.admins.clone();
        return Decision::private(Reply::NotAllowed { act, why, admins });
    }
    match input {
        Input::Said(meaning) => said(meaning, world),
        Input::AskedAbout(intent) => Decision::reply(Reply::Topic { intent: *intent }),
        Input::Unclear(slots) => guess::unclear(slots, world),
        Input::Pressed(press) => press::pressed(press, world),
        Input::SshKeys(found) => ssh_keys::sent(found, world),
        Input::Secret => Decision::private(Reply::SecretSeen {
            user: world.person.user.clone(),
        }),
        Input::Filled(form) => filled::filled(form, world),
        Input::Commanded(command) => command::commanded(command, world),
    }
}

/// What the input is in the permission table. An answer to a question is what the question was about.
fn act_of(input: &Input, world: &World) -> Act {
    match input {
        Input::Said(meaning) => match (meaning.intent, world.open()) {
            (
                Intent::Affirm | Intent::Provide,
                Some(Conversation {
                    open: Some(task), ..
                }),
            ) => Act::of(task.intent),
            (intent, _) => Act::of(intent),
        },
        // Whoever lets a secret slip is warned, whether they may have keys here or not.
        Input::Secret
        | Input::SshKeys(Err(KeyFault::Private))
        | Input::Unclear(_)
        | Input::AskedAbout(_) => Act::Talk,
        Input::SshKeys(_) => Act::ManageOwnKeys,
        Input::Pressed(press) => match press.credential_id() {
            Some(id) if keys::is_organisations(id, world) => Act::ManageOrganisationKeys,
            _ => press.act(),
        },
        Input::Filled(form) => form.act(),
        Input::Commanded(command) => command.act(),
    }
}

fn said(meaning: &Meaning, world: &World) -> Decision {
    let open = world
        .open()
        .and_then(|conversation| conversation.open.as_ref());
    let turn = dialogue::advance(open, meaning);
    match turn.effect {
        dialogue::Effect::Ask(_) | dialogue::Effect::Confirm => {
            match usual::filled_in(turn.state, world) {
                Ok(task) => waiting(task, world),
                Err(decision) => *decision,
            }
        }
        dialogue::Effect::Run => run(meaning, turn.state, world),
        dialogue::Effect::Dropped => dropped(meaning.intent, world),
        // Answered in passing: whatever is open stays open.
        dialogue::Effect::Aside => Decision {
            conversation: None,
            ..in_passing(meaning, turn.state, world)
        },
    }
}

/// Something is missing, or a yes.
fn waiting(task: Open, world: &World) -> Decision {
    match task.next {
        Next::Confirm => to_confirm(task, world),
        asked => asked_for(task, asked, world),
    }
}

/// Something is missing. A reservation that was not named may be the only one there is.
fn asked_for(task: Open, asked: Next, world: &World) -> Decision {
    match (task.intent, asked) {
        (Intent::ExtendReservation, Next::Reservation) => extended(task, world),
        (Intent::TerminateReservation, _) => ending::asked(task, world),
        (Intent::ShowReservation, _) => shown(task, world),
        (Intent::ShareReservation | Intent::UnshareReservation, _) => sharing::said(task, world),
        // Nobody is asked for the size of what they cannot have.
        (Intent::CreateCluster, _) => match launching::hopeless(&task, world) {
            Some(what) => launching::unsupported(task, what, world),
            None => ask(task, asked, world),
        },
        (Intent::CreateVm | Intent::ExtendReservation, _) => ask(task, asked, world),
        (Intent::SaveCredentials | Intent::DeleteCredentials, _) => {
            keys::said(task.intent, &task.slots, world)
        }
        (Intent::StopReservation, _) => power::said(task, Power::Off, world),
        (Intent::StartReservation, _) => power::said(task, Power::On, world),
        (intent, _) => Decision::reply(Reply::NotBuilt { intent }),
    }
}

fn to_confirm(task: Open, world: &World) -> Decision {
    match task.intent {
        Intent::CreateVm | Intent::CreateCluster => launching::quoted(task, world),
        Intent::TerminateReservation => ending::asked(task, world),
        Intent::DeleteCredentials => keys::said(task.intent, &task.slots, world),
        intent => Decision::reply(Reply::NotBuilt { intent }),
    }
}

/// Nothing is missing, and what needs a yes has it.
fn run(meaning: &Meaning, task: Open, world: &World) -> Decision {
    match task.intent {
        // A yes to a wish that has no price yet: what stood in its way was left out.
        Intent::CreateVm | Intent::CreateCluster
            if world.open().is_some_and(|open| open.quote_id.is_none()) =>
        {
            launching::quoted(task, world)
        }
        Intent::CreateVm | Intent::CreateCluster => launching::taken(world).or_then(world.closed()),
        Intent::TerminateReservation => match world.open() {
            Some(conversation) => {
                ending::confirmed(&conversation.ending, world).then(world.closed())
            }
            None => Decision::reply(Reply::NothingOpen),
        },
        Intent::DeleteCredentials => keys::confirmed(world),
        Intent::ExtendReservation => extended(task, world),
        Intent::PriceQuote => launching::priced(task, world),
        Intent::ShowReservation => shown(task, world),
        Intent::ShareReservation | Intent::UnshareReservation => sharing::said(task, world),
        Intent::StopReservation => power::said(task, Power::Off, world),
        Intent::StartReservation => power::said(task, Power::On, world),
        _ => in_passing(meaning, task, world),
    }
}

/// What changes nothing.
fn in_passing(meaning: &Meaning, task: Open, world: &World) -> Decision {
    match meaning.intent {
        Intent::ListReservations => Decision::reply(listing(world)),
        Intent::Help => Decision::reply(Reply::Help),
        Intent::Greet => Decision::reply(Reply::Greeting),
        Intent::Thanks => Decision::reply(Reply::Welcome),
        Intent::AddSshKey => ssh_keys::asked(world),
        Intent::SaveCredentials | Intent::ListCredentials | Intent::DeleteCredentials => {
            keys::said(meaning.intent, &meaning.slots, world)
        }
        Intent::OutOfScope => guess::unclear(&meaning.slots, world),
        Intent::ShowReservation => shown(
            Open {
                slots: meaning.slots.clone(),
                ..task
            },
            world,
        ),
        Intent::PriceQuote => launching::priced(
            Open {
                slots: meaning.slots.clone(),
                ..task
            },
            world,
        ),
        // A yes or no to a question that wants a value is asked again.
        Intent::Affirm | Intent::Deny if task.next != Next::Done => {
            let asked = task.next;
            ask(task, asked, world)
        }
        Intent::Affirm | Intent::Deny | Intent::Provide | Intent::Cancel => {
            let reply = if world.is_stale() {
                Reply::Stale
            } else {
                Reply::NothingOpen
            };
            Decision::reply(reply)
        }
        intent => Decision::reply(Reply::NotBuilt { intent }),
    }
}

/// The open task is left.
fn dropped(intent: Intent, world: &World) -> Decision {
    let Some(conversation) = world
        .open()
        .filter(|conversation| conversation.open.is_some())
    else {
        return Decision::reply(if intent == Intent::Deny {
            Reply::Forgotten
        } else {
            Reply::NothingOpen
        });
    };
    let forgetting = conversation.forgetting.as_deref();
    if let Some((credential, _)) =
        forgetting.and_then(|id| world.credentials.iter().find(|(known, _)| known.id == id))
    {
        return keys::kept(credential, world);
    }
    let reply = if conversation.ending.is_empty() {
        Reply::Forgotten
    } else {
        ending::kept(&conversation.ending, world)
    };
    Decision::reply(reply).then(world.closed())
}

fn ask(task: Open, asked: Next, world: &World) -> Decision {
    let reply = Reply::Ask {
        intent: task.intent,
        asked,
        user: world.person.user.clone(),
    };
    Decision::reply(reply).then(world.with_open(Open {
        next: asked,
        ..task
    }))
}

fn extended(task: Open, world: &World) -> Decision {
    let reservation =
        match resolve::one(task.slots.reservation.as_ref(), Act::of(task.intent), world) {
            Ok(reservation) => reservation,
            Err(resolve::Unresolved::Several(reservations)) => {
                return resolve::which(task, reservations, world);
            }
            Err(other) => return other.decision(world).then(world.closed()),
        };
    let deadline = match (task.slots.until, task.slots.duration_minutes) {
        (Some(until), _) => time::instant(until, &time::zone(&world.person.zone)),
        (None, Some(minutes)) => {
            Some(reservation.deadline_epoch_seconds + i64::from(minutes) * MINUTE_SECONDS)
        }
        (None, None) => {
            let mut task = task;
            task.slots.reservation =
                Some(ReservationRef::Handle(reservation.handle.clone()).into());
            return ask(task, Next::DurationMinutes, world);
        }
    };
    let deadline = deadline.unwrap_or(reservation.deadline_epoch_seconds);
    extend_to(reservation, deadline, Some(task), world).or_then(world.closed())
}

/// Moves a deadline. `task` asked for it, where it was said in words.
fn extend_to(
    reservation: &Reservation,
    deadline: EpochSeconds,
    task: Option<Open>,
    world: &World,
) -> Decision {
    use crate::reservation::ExtendError;
    let mut after = reservation.clone();
    let handle = after.handle.clone();
    let moved = after.extend_to(deadline, world.now);
    if matches!(moved, Ok(()) | Err(ExtendError::TooFar { .. }))
        && let Err(breach) = world.policy.check_deadline(deadline, world.now)
    {
        return allowed::not_extended(reservation, breach, task, world);
    }
    match moved {
        Ok(()) => Decision::reply(Reply::Extended {
            handle,
            deadline_epoch_seconds: deadline,
        })
        .write(Write::Update(Box::new(after), Vec::new())),
        Err(ExtendError::Ended) => Decision::private(Reply::Over { handle }),
        Err(ExtendError::NotLater) => Decision::private(Reply::NotExtended {
            handle,
            deadline_epoch_seconds: reservation.deadline_epoch_seconds,
            latest_epoch_seconds: None,
        }),
        Err(ExtendError::TooFar {
            latest_epoch_seconds,
        }) => Decision::private(Reply::NotExtended {
            handle,
            deadline_epoch_seconds: reservation.deadline_epoch_seconds,
            latest_epoch_seconds: Some(latest_epoch_seconds),
        }),
    }
}

fn listing(world: &World) -> Reply {
    Reply::Listing {
        reservations: world.mine.clone(),
        shared: world
            .shared
            .iter()
            .filter(|reservation| world.may(Act::See, reservation))
            .cloned()
            .collect(),
        at_epoch_seconds: world.now,
    }
}

fn shown(task: Open, world: &World) -> Decision {
    match resolve::one(task.slots.reservation.as_ref(), Act::of(task.intent), world) {
        Ok(reservation) => Decision::reply(Reply::Details {
            reservation: Box::new(reservation.clone()),
            relation: world.relation(reservation),
            at_epoch_seconds: world.now,
        }),
        Err(resolve::Unresolved::Several(reservations)) => {
            resolve::which(task, reservations, world)
        }
        Err(other) => other.decision(world),
    }
}
