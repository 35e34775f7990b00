//! Word classes, as a set small enough to copy.

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// What a word can be. A word may be several things at once.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Class { $($(#[$doc])* $name,)+ }
    };
}

classes! {
    /// Any known word.
    Known,
    /// The first word of a product, a place or a day.
    Name,
    // Things.
    Machine, Machines, Cluster, Clusters, Reservation, Reservations, Node, Worker, Master,
    Template, Templates, Key, Ssh, Account, Access, Foreign, Everything, Last, Pronoun, My, Our, The, Article, Everybody,
    /// Somebody by name or trade.
    Person,
    /// What stands beside machines or runs on them: an object that is never ours.
    Beside,
    /// What is being talked about: "that request", "the whole idea".
    Task,
    // Acts.
    Terminate, Stop, Start, Launch, Create, Want, Show, List, Extend, Keep, Save, Add, Share, Unshare, Remind,
    Past, Gerund, Quote, Cheap, Spend, Owe,
    // Small talk.
    Yes, No, Hello, Thank, CancelWord, Filler, Please,
    // Grammar.
    Not, Or, And, Correction, Question, More, Longer, Until, Per, Each, Total, New, Again, Future, Preposition, Adverb,
    // Values.
    Gigabyte, Megabyte, Terabyte, Memory, Disk, Core, Minute, Hour, Day, Week, Month, Year, Fortnight, WorkDay,
    Cent, Dollar, Spot, OnDemand, Adjective, Times, Budget,
    Active, Idle, Expiring, Ended, Us, Me,
}

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u128);

impl Classes {
    pub(super) const fn of(class: Class) -> Self {
        Self(1 << class as u8)
    }

    pub(super) const fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u8) != 0
    }

    pub(super) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn any(self, classes: &[Class]) -> bool {
        classes.iter().any(|class| self.has(*class))
    }
}
