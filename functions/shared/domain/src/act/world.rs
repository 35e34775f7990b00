//! What is known when deciding, and what comes of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Command, Press};
use crate::access::audit;
use crate::access::credential::Credential;
use crate::access::permission::{Act, Relation};
use crate::access::policy::Policy;
use crate::effect::Effect;
use crate::event::{Notice, Reply};
use crate::forms::{Form, SshKeysChange};
use crate::identity::{Person, Place};
use crate::intent::{Intent, Meaning, OpenQuestion, Slots};
use crate::offers::Catalogue;
use crate::quote::Quote;
use crate::reservation::Reservation;
use crate::ssh::{KeyFault, PublicKey, SshKeys};
use crate::time::{EpochSeconds, MINUTE_SECONDS};
use crate::understand::dialogue::Open;
use crate::usual::Usual;

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
    /// The credential whose deletion awaits a yes.
    pub forgetting: Option<String>,
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
    /// How does this work?
    AskedAbout(Intent),
    /// Public ssh keys, or what is wrong with the first that cannot be taken.
    SshKeys(Result<Vec<PublicKey>, KeyFault>),
    /// Words with a secret in them.
    Secret,
    /// A button.
    Pressed(Press),
    /// A form, with its secrets encrypted.
    Filled(Box<Filled>),
    /// A command beside the sentences: what admins do.
    Commanded(Command),
}

impl Input {
    /// Whether the speaker's usual cluster has to be known.
    pub fn is_about_usual(&self) -> bool {
        match self {
            Self::Said(meaning) => meaning.slots.default_config == Some(true),
            Self::Pressed(press) => press.is_about_usual(),
            Self::Filled(form) => matches!(**form, Filled::Usual(_)),
            Self::Commanded(command) => {
                matches!(command, Command::Usual | Command::SaveUsual(_))
            }
            Self::Unclear(_) | Self::AskedAbout(_) | Self::SshKeys(_) | Self::Secret => false,
        }
    }
}

/// A form that was sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Filled {
    /// A credential, and whether it takes the place of one that exists.
    Credential(Box<Credential>, bool),
    /// What becomes of their ssh keys.
    SshKeys(SshKeysChange),
    /// Their usual cluster as it shall be.
    Usual(Usual),
    /// The policy as it shall be; its admins stay. Its version is the one that the form started from.
    Policy(Policy),
    /// The admins as they shall be, and the version of the policy that the form started from.
    Admins(Vec<String>, u64),
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
    /// Reservations of others that are shared with them and not over.
    pub shared: Vec<Reservation>,
    /// People whom the input names, besides the speaker.
    pub people: Vec<Person>,
    /// The quote that the input or the conversation names.
    pub quote: Option<Quote>,
    /// Their ssh keys.
    pub ssh_keys: SshKeys,
    /// Their usual cluster, where the input is about it.
    pub usual: Option<Usual>,
    /// What admins allow, and who they are.
    pub policy: Policy,
    /// Their credentials and the organisation's, each with the ids of the reservations that run on it.
    pub credentials: Vec<(Credential, Vec<String>)>,
    /// The newest entries of the audit log, where they were asked for.
    pub audit: Vec<audit::Entry>,
    /// On which path the input came.
    pub path: audit::Path,
    /// Whether a form can be opened in answer.
    pub can_open_form: bool,
    /// The deployment.
    pub deployment: Deployment,
    /// What can be hired, at which prices.
    pub catalogue: Arc<Catalogue>,
    /// An identifier for something new.
    pub new_id: String,
    /// Counts how often this decision was taken anew because a handle was taken.
    pub salt: u32,
}

/// What a deployment is, as far as decisions depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployment {
    /// The region that machines are launched in first.
    pub region: String,
    /// The regions that they may be launched in, that one among them.
    pub regions: Vec<String>,
    /// The role that roles given by people have to trust.
    pub provision_role_arn: String,
    /// Its name, which all that it makes carries as a tag.
    pub stack: String,
}

impl Deployment {
    /// The AWS account that it runs in.
    pub fn account(&self) -> &str {
        self.provision_role_arn
            .split(':')
            .nth(4)
            .unwrap_or_default()
    }
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
    /// A form to open.
    pub form: Option<Form>,
    /// What goes into the audit log.
    pub audit: Vec<audit::Entry>,
    /// What others are told.
    pub notices: Vec<Notice>,
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
    /// The speaker's usual cluster; the version is still the one that was read.
    Usual(Usual),
    /// A new or changed credential, with what that sets in motion; the version is still the one that was read, 0 for a
    /// new one.
    Credential(Box<Credential>, Vec<Effect>),
    /// A credential that is forgotten, if no reservation runs on it.
    ForgetCredential(Box<Credential>),
    /// A reservation is no longer among those shared with somebody.
    ForgetShare {
        /// With whom.
        user: String,
        /// Which.
        reservation_id: String,
    },
    /// The policy; the version is still the one that was read.
    Policy(Box<Policy>),
    /// A new reservation, with what it sets in motion.
    Create(Box<Reservation>, Vec<Effect>),
    /// A sweep that the speaker asked for, by its id, with what starts it.
    Sweep(String, Effect),
    /// A changed reservation, with what that sets in motion; its version is still the one that was read.
    Update(Box<Reservation>, Vec<Effect>),
}

impl Decision {
    pub(super) fn reply(reply: Reply) -> Self {
        Self {
            reply: Some(reply),
            ..Self::default()
        }
    }

    pub(super) fn private(reply: Reply) -> Self {
        Self {
            reply: Some(reply),
            privately: true,
            ..Self::default()
        }
    }

    pub(super) fn then(self, conversation: Conversation) -> Self {
        Self {
            conversation: Some(conversation),
            ..self
        }
    }

    /// The conversation goes on like that, unless it was decided how.
    pub(super) fn or_then(self, conversation: Conversation) -> Self {
        Self {
            conversation: self.conversation.or(Some(conversation)),
            ..self
        }
    }

    pub(super) fn write(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }
}

impl World {
    /// The conversation, unless it has rested too long.
    pub(super) fn open(&self) -> Option<&Conversation> {
        self.conversation.as_ref().filter(|conversation| {
            self.now <= conversation.touched_epoch_seconds + CONVERSATION_SECONDS_MAX
        })
    }

    /// Whether something was open that has rested too long.
    pub(super) fn is_stale(&self) -> bool {
        let left_open = self
            .conversation
            .as_ref()
            .is_some_and(|conversation| conversation.open.is_some());
        left_open && self.open().is_none()
    }

    /// The conversation with nothing open.
    pub(super) fn closed(&self) -> Conversation {
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
    pub(super) fn with_open(&self, open: Open) -> Conversation {
        Conversation {
            open: Some(open),
            ..self.closed()
        }
    }

    /// A reservation by its id, whosever it is.
    pub(super) fn find(&self, id: &str) -> Option<&Reservation> {
        self.mine
            .iter()
            .chain(&self.named)
            .chain(&self.shared)
            .find(|reservation| reservation.id == id)
    }

    /// Whether the speaker may do that to it.
    pub(super) fn may(&self, act: Act, reservation: &Reservation) -> bool {
        self.relation(reservation).permits(act)
    }

    /// What the speaker is to it.
    pub(super) fn relation(&self, reservation: &Reservation) -> Relation {
        Relation::of(&self.person, reservation, &self.policy)
    }

    /// Whether the speaker is an admin.
    pub(super) fn is_admin(&self) -> bool {
        self.policy.is_admin(&self.person)
    }

    /// What is said where they may not.
    pub(super) fn not_yours(&self, reservation: &Reservation) -> Reply {
        Reply::NotYours {
            handle: Some(reservation.handle.clone()),
            owner: reservation.owner.clone(),
            admins: self.policy.admins.clone(),
        }
    }

    /// What is said where a button was meant for somebody else.
    pub(super) fn not_for_you(user: &str) -> Reply {
        Reply::NotYours {
            handle: None,
            owner: user.to_owned(),
            admins: Vec::new(),
        }
    }
}
