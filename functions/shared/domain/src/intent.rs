//! What people can mean: the intents, their slots, and the answer of an engine that read a sentence.
//!
//! The serialised form is the one of the labelled sentences in `tests/data`, so the same types serve the parser,
//! wit.ai, the conversation kept in the table, and the tools that measure.

mod help;
mod slots;
mod values;

pub use help::Topic;
pub use slots::Slots;
pub(crate) use values::is_handle;
pub use values::{
    Environment, Framework, Kind, Notebook, OneOrMany, Os, Period, Provider, ReservationRef, Scope,
    Status, StorageType,
};

use serde::{Deserialize, Serialize};

/// Declares an enum whose variants have a name each, with the list of all of them: adding a variant in one place adds
/// it everywhere, and the compiler points at every `match` that has to speak about it.
macro_rules! named_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name used in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The value of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use named_enum;

named_enum! {
    /// What a message asks for.
    Intent {
        /// Get one or several machines.
        CreateVm = "create_vm",
        /// Get a Spark or Hadoop cluster.
        CreateCluster = "create_cluster",
        /// Know what it would cost.
        PriceQuote = "price_quote",
        /// See several or unknown reservations.
        ListReservations = "list_reservations",
        /// See one reservation.
        ShowReservation = "show_reservation",
        /// Move a deadline.
        ExtendReservation = "extend_reservation",
        /// Give machines up for good.
        TerminateReservation = "terminate_reservation",
        /// Switch machines off and keep their disks.
        StopReservation = "stop_reservation",
        /// Switch stopped machines on.
        StartReservation = "start_reservation",
        /// Be reminded of a reservation.
        SetReminder = "set_reminder",
        /// Keep a reservation's configuration under a name.
        SaveTemplate = "save_template",
        /// See the kept configurations.
        ListTemplates = "list_templates",
        /// Forget a kept configuration.
        DeleteTemplate = "delete_template",
        /// Give cloud keys.
        SaveCredentials = "save_credentials",
        /// See which cloud keys are kept.
        ListCredentials = "list_credentials",
        /// Have cloud keys forgotten.
        DeleteCredentials = "delete_credentials",
        /// Give an ssh key.
        AddSshKey = "add_ssh_key",
        /// Let a colleague in.
        ShareReservation = "share_reservation",
        /// Shut a colleague out.
        UnshareReservation = "unshare_reservation",
        /// See what was spent.
        UsageReport = "usage_report",
        /// Learn how the bot works.
        Help = "help",
        /// Say hello.
        Greet = "greet",
        /// Say thanks.
        Thanks = "thanks",
        /// Leave the open task.
        Cancel = "cancel",
        /// Agree.
        Affirm = "affirm",
        /// Refuse.
        Deny = "deny",
        /// Answer an open question with values only.
        Provide = "provide",
        /// Something else altogether.
        OutOfScope = "out_of_scope",
    }
}

impl Intent {
    /// Whether acting on it by mistake would cost somebody their work.
    pub const fn is_destructive(self) -> bool {
        matches!(
            self,
            Self::TerminateReservation
                | Self::StopReservation
                | Self::DeleteTemplate
                | Self::DeleteCredentials
        )
    }
}

named_enum! {
    /// What an open task waits for: the slot it asks for, a yes, or nothing more.
    Next {
        /// The operating system.
        Os = "os",
        /// Memory per machine.
        MemoryGb = "memory_gb",
        /// For how long, or how much longer.
        DurationMinutes = "duration_minutes",
        /// Machines in the cluster.
        Nodes = "nodes",
        /// Which reservation.
        Reservation = "reservation",
        /// The name of a template.
        Template = "template",
        /// With or from whom.
        User = "user",
        /// Which cloud.
        Provider = "provider",
        /// A yes.
        Confirm = "confirm",
        /// Nothing: the task can run, or has.
        Done = "done",
    }
}

named_enum! {
    /// Who read the sentence.
    Engine {
        /// The parser in this crate.
        Builtin = "builtin",
        /// wit.ai.
        Wit = "wit",
    }
}

/// The conversation a message arrives in: what the bot is in the middle of, and what it asked last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQuestion {
    /// The open task. After a price was quoted it is [`Intent::PriceQuote`], though nothing is asked.
    pub intent: Intent,
    /// What was asked for last.
    pub asked: Option<Next>,
}

/// What an engine made of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meaning {
    /// The act.
    pub intent: Intent,
    /// Its details, as far as the text states them.
    pub slots: Slots,
    /// From 0 (a guess) to 1 (certain).
    pub confidence: f32,
    /// Who says so.
    pub engine: Engine,
    /// Why, one observation a line, for people who debug.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}
