//! What is to go wrong, and with what.

use std::fmt;
use std::time::Duration;

use domain::workflow::Step;

use crate::steps::{Effect, Mishap};

/// What the workflow sees of a function that did not answer. It tries again.
const NO_ANSWER: &str = "Lambda.Unknown";
/// What it sees of a step that will not work. It gives up.
const FINAL: &str = "InvalidRequest";
/// When a process is killed: a step takes some tens of milliseconds, so these are before, amid and after its effects.
const KILLED_AFTER: [Duration; 3] = [
    Duration::from_millis(3),
    Duration::from_millis(12),
    Duration::from_millis(30),
];

/// What happens to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not reached once.
    Fail,
    /// It is never reached, however often it is tried again.
    FailForGood,
    /// It says that it will not work.
    Refuse,
    /// Each call has its effect twice.
    Twice,
    /// It has its effect, and its answer is lost once.
    Lose,
    /// It has its effect each time, and no answer arrives.
    LoseForGood,
    /// Its process is killed amid its work, at the first three calls, each time later.
    Kill,
    /// Somebody ends the machine, or deletes the credential, or sweeps as well, just before it runs.
    Cancel,
}

impl Fault {
    /// Whether trying again is all that it takes.
    pub fn passes(self) -> bool {
        matches!(self, Self::Fail | Self::Twice | Self::Lose | Self::Kill)
    }

    /// What it is called in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fails once",
            Self::FailForGood => "fails",
            Self::Refuse => "refuses",
            Self::Twice => "runs twice",
            Self::Lose => "lost once",
            Self::LoseForGood => "lost",
            Self::Kill => "killed",
            Self::Cancel => "cancelled",
        }
    }

    fn mishaps(self, step: Step, id: &str) -> Vec<Mishap> {
        match self {
            Self::Fail => vec![Mishap::once(step, id, Effect::Fail(NO_ANSWER))],
            Self::FailForGood => vec![Mishap::always(step, id, Effect::Fail(NO_ANSWER))],
            Self::Refuse => vec![Mishap::once(step, id, Effect::Fail(FINAL))],
            Self::Twice => vec![Mishap::always(step, id, Effect::Twice)],
            Self::Lose => vec![Mishap::once(step, id, Effect::Lose(NO_ANSWER))],
            Self::LoseForGood => vec![Mishap::always(step, id, Effect::Lose(NO_ANSWER))],
            Self::Kill => KILLED_AFTER
                .map(|after| Mishap::once(step, id, Effect::Kill(after)))
                .to_vec(),
            Self::Cancel => vec![Mishap::once(step, id, Effect::Hold)],
        }
    }
}

/// A fault at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub step: Step,
    /// What.
    pub fault: Fault,
}

impl Trouble {
    pub(super) fn mishaps(self, subject_id: &str) -> Vec<Mishap> {
        self.fault.mishaps(self.step, subject_id)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.step.name(), self.fault.name())
    }
}

/// What somebody asks for. Each sets one workflow in motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// A machine.
    Launch,
    /// A cluster.
    LaunchCluster,
    /// A cluster of which a worker fails, for which another stands in.
    MendCluster,
    /// A cluster of which a worker fails twice, which goes on without it.
    ShrinkCluster,
    /// That it is switched off.
    Stop,
    /// That it is switched on again.
    Start,
    /// That it ends.
    End,
    /// That a credential is taken, which is checked.
    Check,
    /// That what nobody has a reservation for is looked for.
    Sweep,
}

impl Ask {
    /// What it is called in a story.
    pub fn name(self) -> &'static str {
        match self {
            Self::Launch => "launch",
            Self::LaunchCluster => "launch of a cluster",
            Self::MendCluster => "launch of a cluster with a bad worker",
            Self::ShrinkCluster => "launch of a smaller cluster",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::End => "end",
            Self::Check => "check",
            Self::Sweep => "sweep",
        }
    }

    /// Whether it is what a life begins with.
    pub(super) fn is_launch(self) -> bool {
        matches!(
            self,
            Self::Launch | Self::LaunchCluster | Self::MendCluster | Self::ShrinkCluster
        )
    }

    /// What has to be asked for first.
    pub(super) fn before(self) -> &'static [Self] {
        match self {
            Self::Launch
            | Self::LaunchCluster
            | Self::MendCluster
            | Self::ShrinkCluster
            | Self::Check
            | Self::Sweep => &[],
            Self::Stop | Self::End => &[Self::Launch],
            Self::Start => &[Self::Launch, Self::Stop],
        }
    }

    /// What is asked for at last, so that nothing stays.
    pub(super) fn after(self) -> &'static [Self] {
        match self {
            Self::Launch
            | Self::LaunchCluster
            | Self::MendCluster
            | Self::ShrinkCluster
            | Self::Stop
            | Self::Start => &[Self::End],
            Self::End | Self::Check | Self::Sweep => &[],
        }
    }
}

/// Something asked for, and what goes wrong until that has come to rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// What.
    pub ask: Ask,
    /// What goes wrong.
    pub troubles: Vec<Trouble>,
    /// Whether it must come to what was asked for; otherwise it may.
    pub succeeds: bool,
}

impl Chapter {
    /// Without any trouble.
    pub(super) fn smooth(ask: Ask) -> Self {
        Self {
            ask,
            troubles: Vec::new(),
            succeeds: true,
        }
    }
}

/// A reservation's or a credential's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What is asked for, in this order. What the state does not allow any more is left out.
    pub chapters: Vec<Chapter>,
    /// Whether all of the troubles must come about; otherwise one may keep another from it.
    pub is_exact: bool,
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chapters = self.chapters.iter().map(|chapter| {
            let troubles: Vec<String> = chapter.troubles.iter().map(ToString::to_string).collect();
            format!("{} [{}]", chapter.ask.name(), troubles.join(", "))
        });
        f.write_str(&chapters.collect::<Vec<_>>().join(", "))
    }
}
