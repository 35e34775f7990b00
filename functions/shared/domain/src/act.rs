//! From what somebody said or pressed to what is done about it.
//!
//! [`decide`] is given everything it needs to know and returns everything that is to happen. Whoever calls it writes
//! the result in one transaction; if another write was quicker, it reads again and decides again.

mod ending;
mod launching;
mod press;
mod resolve;
mod task;
#[cfg(test)]
mod tests;
mod wish;

use serde::{Deserialize, Serialize};

pub use ending::ended;
pub use press::Press;
pub use resolve::named_handles;
pub use task::Task;

use crate::effect::Effect;
use crate::event::Reply;
use crate::identity::{Person, Place, Standing};
use crate::intent::{Intent, Meaning, Next, OpenQuestion};
use crate::quote::Quote;
use crate::reservation::Reservation;
use crate::time::{self, EpochSeconds, MINUTE_SECONDS};

/// A conversation that has rested for so long is over: an answer to it would surprise both sides.
pub const CONVERSATION_SECONDS_MAX: i64 = 30 * MINUTE_SECONDS;

/// What somebody and the bot are in the middle of, in one place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The open task.
    pub task: Option<Task>,
    /// The quote that awaits a yes.
    pub quote_id: Option<String>,
    /// The reservations whose end awaits a yes.
    pub ending: Vec<String>,
    /// When it was last touched.
    pub touched_epoch_seconds: EpochSeconds,
    /// Counts changes; a write names the version that it read.
    pub version: u64,
}

impl Conversation {
    /// What an answer would be an answer to; nothing once the conversation has rested too long.
    pub fn open_question(&self, now: EpochSeconds) -> Option<OpenQuestion> {
        if now > self.touched_epoch_seconds + CONVERSATION_SECONDS_MAX {
            return None;
        }
        if !self.ending.is_empty() {
            return Some(OpenQuestion {
                intent: Intent::TerminateReservation,
                asked: Some(Next::Confirm),
            });
        }
        let asked = |task: &Task| OpenQuestion {
            intent: task.intent,
            asked: Some(task.next()).filter(|next| *next != Next::Done),
        };
        self.task.as_ref().map(asked)
    }
}

/// What came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Words, understood.
    Said(Box<Meaning>),
    /// A button.
    Pressed(Press),
}

/// What is known when deciding.
#[derive(Debug, Clone)]
pub struct World {
    /// Who speaks.
    pub person: Person,
    /// Where.
    pub place: Place,
    /// When.
    pub now: EpochSeconds,
    /// What they are in the middle of here.
    pub conversation: Option<Conversation>,
    /// Their reservations that are not over, newest first.
    pub mine: Vec<Reservation>,
    /// Further reservations that the input names, whosever they are.
    pub named: Vec<Reservation>,
    /// The quote that the input or the conversation names.
    pub quote: Option<Quote>,
    /// The region that machines are launched in.
    pub region: String,
    /// An identifier for something new.
    pub new_id: String,
    /// Counts how often this decision was taken anew because a handle was taken.
    pub salt: u32,
}

/// What is to happen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// The answer.
    pub reply: Option<Reply>,
    /// The conversation as it goes on; none leaves it as it is.
    pub conversation: Option<Conversation>,
    /// What is written.
    pub writes: Vec<Write>,
    /// The answer is for the author's eyes, even in a channel.
    pub privately: bool,
}

/// One thing to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A new quote.
    Quote(Box<Quote>),
    /// A new reservation, with what it sets in motion.
    Create(Box<Reservation>, Vec<Effect>),
    /// A changed reservation, with what that sets in motion; its version is still the one that was read.
    Update(Box<Reservation>, Vec<Effect>),
}

impl Decision {
    fn reply(reply: Reply) -> Self {
        Self {
            reply: Some(reply),
            ..Self::default()
        }
    }

    fn private(reply: Reply) -> Self {
        Self {
            reply: Some(reply),
            privately: true,
            ..Self::default()
        }
    }

    fn then(self, conversation: Conversation) -> Self {
        Self {
            conversation: Some(conversation),
            ..self
        }
    }

    fn write(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }
}

/// Decides what happens.
pub fn decide(input: &Input, world: &World) -> Decision {
    match world.person.standing {
        Standing::Member => {}
        Standing::Guest => return Decision::private(Reply::NotAllowed { guest: true }),
        Standing::Outsider => return Decision::private(Reply::NotAllowed { guest: false }),
    }
    match input {
        Input::Said(meaning) => said(meaning, world),
        Input::Pressed(press) => press::pressed(press, world),
    }
}

fn said(meaning: &Meaning, world: &World) -> Decision {
    match meaning.intent {
        Intent::CreateVm => task_started(Task::created(meaning, world.task()), world),
        Intent::PriceQuote => launching::priced(Task::priced(meaning, world.task()), world),
        Intent::ExtendReservation => {
            task_started(Task::new(meaning.intent, meaning.slots.clone()), world)
        }
        Intent::Provide => match world.task() {
            Some(task) => task_started(task.clone().with(meaning.slots.clone()), world),
            None => Decision::reply(Reply::NothingOpen),
        },
        Intent::Affirm => affirmed(world),
        Intent::Deny | Intent::Cancel => refused(meaning.intent, world),
        Intent::TerminateReservation => ending::asked(meaning, world),
        Intent::ListReservations => Decision::reply(listing(world)),
        Intent::ShowReservation => shown(meaning, world),
        Intent::Help => Decision::reply(Reply::Help),
        Intent::Greet => Decision::reply(Reply::Greeting),
        Intent::Thanks => Decision::reply(Reply::Welcome),
        Intent::OutOfScope => Decision::reply(Reply::NotUnderstood),
        Intent::CreateCluster
        | Intent::StopReservation
        | Intent::StartReservation
        | Intent::SetReminder
        | Intent::SaveTemplate
        | Intent::ListTemplates
        | Intent::DeleteTemplate
        | Intent::SaveCredentials
        | Intent::ListCredentials
        | Intent::DeleteCredentials
        | Intent::AddSshKey
        | Intent::ShareReservation
        | Intent::UnshareReservation
        | Intent::UsageReport => Decision::reply(Reply::NotBuilt {
            intent: meaning.intent,
        }),
    }
}

/// Carries a task as far as it goes: to the next question, or to what it is about.
fn task_started(task: Task, world: &World) -> Decision {
    match (task.intent, task.next()) {
        (Intent::CreateVm, Next::Confirm) => launching::quoted(task, world),
        (Intent::ExtendReservation, Next::Done) => extended(&task, world),
        (Intent::PriceQuote, _) => launching::priced(task, world),
        (Intent::ExtendReservation, Next::Reservation) if !world.mine.is_empty() => {
            extended(&task, world)
        }
        (Intent::ExtendReservation, Next::Reservation) => {
            Decision::reply(Reply::HasNone).then(world.closed())
        }
        (intent, asked) => {
            let reply = Reply::Ask {
                intent,
                asked,
                user: world.person.user.clone(),
            };
            Decision::reply(reply).then(Conversation {
                task: Some(task),
                ..world.closed()
            })
        }
    }
}

fn extended(task: &Task, world: &World) -> Decision {
    let reservation = match resolve::one(task.slots.reservation.as_ref(), world) {
        Ok(reservation) => reservation,
        Err(resolve::Unresolved::Several(reservations)) => {
            let reply = Reply::Which {
                intent: task.intent,
                reservations,
                minutes: task.slots.duration_minutes,
            };
            return Decision::reply(reply).then(world.closed());
        }
        Err(other) => return other.decision().then(world.closed()),
    };
    let deadline = match (task.slots.until, task.slots.duration_minutes) {
        (Some(until), _) => time::instant(until, &time::zone(&world.person.zone)),
        (None, Some(minutes)) => {
            Some(reservation.deadline_epoch_seconds + i64::from(minutes) * MINUTE_SECONDS)
        }
        (None, None) => {
            let reply = Reply::Ask {
                intent: task.intent,
                asked: Next::DurationMinutes,
                user: world.person.user.clone(),
            };
            let mut task = task.clone();
            task.slots.reservation =
                Some(crate::intent::ReservationRef::Handle(reservation.handle.clone()).into());
            return Decision::reply(reply).then(Conversation {
                task: Some(task),
                ..world.closed()
            });
        }
    };
    extend_to(
        reservation,
        deadline.unwrap_or(reservation.deadline_epoch_seconds),
        world,
    )
    .then(world.closed())
}

fn extend_to(reservation: &Reservation, deadline: EpochSeconds, world: &World) -> Decision {
    use crate::reservation::ExtendError;
    let mut after = reservation.clone();
    let handle = after.handle.clone();
    match after.extend_to(deadline, world.now) {
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

fn affirmed(world: &World) -> Decision {
    let Some(conversation) = world.open() else {
        return Decision::reply(Reply::NothingOpen);
    };
    if !conversation.ending.is_empty() {
        return ending::confirmed(&conversation.ending, world).then(world.closed());
    }
    match conversation.quote_id {
        Some(_) => launching::taken(world).then(world.closed()),
        None => Decision::reply(Reply::NothingOpen),
    }
}

fn refused(intent: Intent, world: &World) -> Decision {
    let Some(conversation) = world
        .open()
        .filter(|conversation| conversation.task.is_some() || !conversation.ending.is_empty())
    else {
        return Decision::reply(if intent == Intent::Deny {
            Reply::Forgotten
        } else {
            Reply::NothingOpen
        });
    };
    let reply = if conversation.ending.is_empty() {
        Reply::Forgotten
    } else {
        ending::kept(&conversation.ending, world)
    };
    Decision::reply(reply).then(world.closed())
}

fn listing(world: &World) -> Reply {
    Reply::Listing {
        reservations: world.mine.clone(),
        at_epoch_seconds: world.now,
    }
}

fn shown(meaning: &Meaning, world: &World) -> Decision {
    match resolve::one(meaning.slots.reservation.as_ref(), world) {
        Ok(reservation) => Decision::reply(Reply::Details {
            reservation: Box::new(reservation.clone()),
            at_epoch_seconds: world.now,
        }),
        Err(resolve::Unresolved::Several(reservations)) => Decision::reply(Reply::Which {
            intent: meaning.intent,
            reservations,
            minutes: None,
        }),
        Err(other) => other.decision(),
    }
}

impl World {
    /// The conversation, unless it has rested too long.
    fn open(&self) -> Option<&Conversation> {
        self.conversation.as_ref().filter(|conversation| {
            self.now <= conversation.touched_epoch_seconds + CONVERSATION_SECONDS_MAX
        })
    }

    /// The open task.
    fn task(&self) -> Option<&Task> {
        self.open()?.task.as_ref()
    }

    /// The conversation with nothing open.
    fn closed(&self) -> Conversation {
        let version = self
            .conversation
            .as_ref()
            .map_or(0, |conversation| conversation.version);
        Conversation {
            touched_epoch_seconds: self.now,
            version,
            ..Conversation::default()
        }
    }

    /// A reservation by its id, whosever it is.
    fn find(&self, id: &str) -> Option<&Reservation> {
        self.mine
            .iter()
            .chain(&self.named)
            .find(|reservation| reservation.id == id)
    }

    /// Whether the speaker may act on it.
    fn owns(&self, reservation: &Reservation) -> bool {
        reservation.owner == self.person.user && reservation.team == self.person.team
    }
}
