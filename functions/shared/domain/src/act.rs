//! From what somebody said or pressed to what is done about it.
//!
//! [`decide`] is given everything it needs to know and returns everything that is to happen. Whoever calls it writes
//! the result in one transaction; if another write was quicker, it reads again and decides again.

mod ending;
mod guess;
mod launching;
mod press;
mod resolve;
#[cfg(test)]
mod tests;
mod wish;

use serde::{Deserialize, Serialize};

pub use ending::ended;
pub use press::Press;
pub use resolve::named_handles;

use crate::effect::Effect;
use crate::event::Reply;
use crate::identity::{Person, Place, Standing};
use crate::intent::{Intent, Meaning, Next, OpenQuestion, ReservationRef, Slots};
use crate::permission::Permission;
use crate::quote::Quote;
use crate::reservation::Reservation;
use crate::ssh::SshKeys;
use crate::time::{self, EpochSeconds, MINUTE_SECONDS};
use crate::understand::dialogue::{self, Open};

/// A conversation that has rested for so long is over: an answer to it would surprise both sides.
pub const CONVERSATION_SECONDS_MAX: i64 = 30 * MINUTE_SECONDS;

/// What somebody and the bot are in the middle of, in one place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The open task, or what was spoken of last.
    pub open: Option<Open>,
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
        self.open.as_ref().map(Open::question)
    }
}

/// What came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Words, understood.
    Said(Box<Meaning>),
    /// Words whose act was not understood, with the values in them.
    Unclear(Box<Slots>),
    /// A public ssh key.
    SshKey(String),
    /// Words with a secret in them.
    Secret,
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
    /// Their ssh keys.
    pub ssh_keys: SshKeys,
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
    /// Somebody's ssh keys; the version is still the one that was read.
    SshKeys(SshKeys),
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
    let permission = match input {
        Input::Said(meaning) => Permission::of(meaning.intent),
        Input::Secret | Input::Unclear(_) => Permission::Anybody,
        Input::SshKey(_) | Input::Pressed(_) => Permission::Member,
    };
    if !permission.is_granted_to(world.person.standing) {
        let guest = world.person.standing == Standing::Guest;
        return Decision::private(Reply::NotAllowed { guest });
    }
    match input {
        Input::Said(meaning) => said(meaning, world),
        Input::Unclear(slots) => guess::unclear(slots, world),
        Input::Pressed(press) => press::pressed(press, world),
        Input::SshKey(key) => match world.ssh_keys.with(key) {
            Some(keys) => {
                Decision::reply(Reply::KeyKnown { added: true }).write(Write::SshKeys(keys))
            }
            None => Decision::reply(Reply::KeyKnown { added: false }),
        },
        Input::Secret => Decision::private(Reply::SecretSeen),
    }
}

fn said(meaning: &Meaning, world: &World) -> Decision {
    let open = world
        .open()
        .and_then(|conversation| conversation.open.as_ref());
    let turn = dialogue::advance(open, meaning);
    match turn.effect {
        dialogue::Effect::Ask(asked) => asked_for(turn.state, asked, world),
        dialogue::Effect::Confirm => to_confirm(turn.state, world),
        dialogue::Effect::Run => run(meaning, turn.state, world),
        dialogue::Effect::Dropped => dropped(meaning.intent, world),
        // Answered in passing: whatever is open stays open.
        dialogue::Effect::Aside => Decision {
            conversation: None,
            ..in_passing(meaning, turn.state, world)
        },
    }
}

/// Something is missing. A reservation that was not named may be the only one there is.
fn asked_for(task: Open, asked: Next, world: &World) -> Decision {
    match (task.intent, asked) {
        (Intent::ExtendReservation, Next::Reservation) => extended(task, world),
        (Intent::TerminateReservation, _) => ending::asked(task, world),
        (Intent::ShowReservation, _) => shown(task, world),
        (Intent::CreateVm | Intent::ExtendReservation, _) => ask(task, asked, world),
        (intent, _) => Decision::reply(Reply::NotBuilt { intent }),
    }
}

fn to_confirm(task: Open, world: &World) -> Decision {
    match task.intent {
        Intent::CreateVm => launching::quoted(task, world),
        Intent::TerminateReservation => ending::asked(task, world),
        intent => Decision::reply(Reply::NotBuilt { intent }),
    }
}

/// Nothing is missing, and what needs a yes has it.
fn run(meaning: &Meaning, task: Open, world: &World) -> Decision {
    match task.intent {
        Intent::CreateVm => launching::taken(world).then(world.closed()),
        Intent::TerminateReservation => match world.open() {
            Some(conversation) => {
                ending::confirmed(&conversation.ending, world).then(world.closed())
            }
            None => Decision::reply(Reply::NothingOpen),
        },
        Intent::ExtendReservation => extended(task, world),
        Intent::PriceQuote => launching::priced(task, world),
        Intent::ShowReservation => shown(task, world),
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
        Intent::AddSshKey => Decision::reply(Reply::HowToGiveKey),
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
    let reservation = match resolve::one(task.slots.reservation.as_ref(), world) {
        Ok(reservation) => reservation,
        Err(resolve::Unresolved::Several(reservations)) => {
            let reply = Reply::Which {
                intent: task.intent,
                reservations,
                minutes: task.slots.duration_minutes,
            };
            return Decision::reply(reply).then(world.with_open(Open {
                next: Next::Reservation,
                ..task
            }));
        }
        Err(other) => return other.decision().then(world.closed()),
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

fn listing(world: &World) -> Reply {
    Reply::Listing {
        reservations: world.mine.clone(),
        at_epoch_seconds: world.now,
    }
}

fn shown(task: Open, world: &World) -> Decision {
    match resolve::one(task.slots.reservation.as_ref(), world) {
        Ok(reservation) => Decision::reply(Reply::Details {
            reservation: Box::new(reservation.clone()),
            at_epoch_seconds: world.now,
        }),
        Err(resolve::Unresolved::Several(reservations)) => {
            let reply = Reply::Which {
                intent: task.intent,
                reservations,
                minutes: None,
            };
            Decision::reply(reply).then(world.with_open(Open {
                next: Next::Reservation,
                ..task
            }))
        }
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

    /// Whether something was open that has rested too long.
    fn is_stale(&self) -> bool {
        let left_open = self
            .conversation
            .as_ref()
            .is_some_and(|conversation| conversation.open.is_some());
        left_open && self.open().is_none()
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

    /// The conversation in the middle of a task.
    fn with_open(&self, open: Open) -> Conversation {
        Conversation {
            open: Some(open),
            ..self.closed()
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
