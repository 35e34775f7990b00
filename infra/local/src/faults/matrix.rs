//! Every step of every workflow times every fault.

use domain::workflow::Step;

use super::story::{Ask, Chapter, Fault, Story, Trouble};

/// The columns of the table. [`Fault::Refuse`] is how the steps of an undo are reached.
pub const FAULTS: [Fault; 7] = [
    Fault::Fail,
    Fault::FailForGood,
    Fault::Twice,
    Fault::Lose,
    Fault::LoseForGood,
    Fault::Kill,
    Fault::Cancel,
];

/// A way through a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What it is called in the table.
    pub name: &'static str,
    /// Its definition in `statemachines/`.
    pub definition: &'static str,
    /// What somebody asks for to set it in motion.
    pub ask: Ask,
    /// Its steps in their order, each with the steps that have to be refused for the workflow to come to it.
    pub steps: &'static [(Step, &'static [Step])],
}

/// The rows of the table. A machine that could not be handed over has most to undo, so that is how an undo is reached; of
/// the two ways in which a switch can end otherwise than asked for, each is taken once.
pub const PARTS: [Part; 9] = [
    Part {
        name: "provision-vm",
        definition: "provision-vm",
        ask: Ask::Launch,
        steps: &[
            (Step::Begin, &[]),
            (Step::CreateSecurityGroup, &[]),
            (Step::LaunchMachine, &[]),
            (Step::ConfirmRunning, &[]),
            (Step::AwaitReady, &[]),
            (Step::Finish, &[]),
            (Step::BeginUndo, &[Step::Finish]),
            (Step::TerminateMachine, &[Step::Finish]),
            (Step::ConfirmTerminated, &[Step::Finish]),
            (Step::DeleteSecurityGroup, &[Step::Finish]),
            (Step::FinishUndo, &[Step::Finish]),
            (
                Step::LeaveForRepair,
                &[Step::Finish, Step::TerminateMachine],
            ),
        ],
    },
    Part {
        name: "provision-cluster",
        definition: "provision-cluster",
        ask: Ask::LaunchCluster,
        steps: &[
            (Step::Begin, &[]),
            (Step::CreateSecurityGroup, &[]),
            (Step::LaunchMachine, &[]),
            (Step::ConfirmRunning, &[]),
            (Step::AwaitReady, &[]),
            (Step::Finish, &[]),
            (Step::BeginUndo, &[Step::Finish]),
            (Step::TerminateMachine, &[Step::Finish]),
            (Step::ConfirmTerminated, &[Step::Finish]),
            (Step::DeleteSecurityGroup, &[Step::Finish]),
            (Step::FinishUndo, &[Step::Finish]),
            (
                Step::LeaveForRepair,
                &[Step::Finish, Step::TerminateMachine],
            ),
        ],
    },
    Part {
        name: "provision-cluster-mended",
        definition: "provision-cluster",
        ask: Ask::MendCluster,
        steps: &[(Step::AssessCluster, &[]), (Step::ReplaceWorkers, &[])],
    },
    Part {
        name: "provision-cluster-smaller",
        definition: "provision-cluster",
        ask: Ask::ShrinkCluster,
        steps: &[(Step::AskOwner, &[]), (Step::ShrinkCluster, &[])],
    },
    Part {
        name: "power-off",
        definition: "power",
        ask: Ask::Stop,
        steps: &[
            (Step::BeginPower, &[]),
            (Step::StopMachine, &[]),
            (Step::ConfirmStopped, &[]),
            (Step::FinishStop, &[]),
            (Step::SettlePower, &[Step::StopMachine]),
            (
                Step::LeaveForRepair,
                &[Step::StopMachine, Step::SettlePower],
            ),
        ],
    },
    Part {
        name: "power-on",
        definition: "power",
        ask: Ask::Start,
        steps: &[
            (Step::BeginPower, &[]),
            (Step::StartMachine, &[]),
            (Step::ConfirmStarted, &[]),
            (Step::FinishStart, &[]),
            (Step::SettlePower, &[Step::FinishStart]),
            (
                Step::LeaveForRepair,
                &[Step::FinishStart, Step::SettlePower],
            ),
        ],
    },
    Part {
        name: "terminate",
        definition: "terminate",
        ask: Ask::End,
        steps: &[
            (Step::BeginTerminate, &[]),
            (Step::TerminateMachine, &[]),
            (Step::ConfirmTerminated, &[]),
            (Step::DeleteSecurityGroup, &[]),
            (Step::FinishTerminate, &[]),
            (Step::LeaveForRepair, &[Step::TerminateMachine]),
        ],
    },
    Part {
        name: "verify-credential",
        definition: "verify-credential",
        ask: Ask::Check,
        steps: &[
            (Step::VerifyCredential, &[]),
            (Step::RecordUnverified, &[Step::VerifyCredential]),
        ],
    },
    Part {
        name: "sweep",
        definition: "sweep",
        ask: Ask::Sweep,
        steps: &[
            (Step::ListAccounts, &[]),
            (Step::SweepAccount, &[]),
            (Step::FinishSweep, &[]),
        ],
    },
];

/// A step on a way through a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The way.
    pub part: Part,
    /// The step.
    pub step: Step,
    refused: &'static [Step],
}

impl Row {
    /// What it is called in a table.
    pub fn name(self) -> String {
        format!("{}/{}", self.part.name, self.step.name())
    }
}

/// All rows.
pub fn rows() -> impl Iterator<Item = Row> {
    PARTS.into_iter().flat_map(|part| {
        let row = move |&(step, refused)| Row {
            part,
            step,
            refused,
        };
        part.steps.iter().map(row)
    })
}

/// One story of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Where.
    pub row: Row,
    /// What.
    pub fault: Fault,
}

impl Cell {
    /// How it goes.
    pub fn story(self) -> Story {
        let ask = self.row.part.ask;
        let refused = |step: &Step| Trouble {
            step: *step,
            fault: Fault::Refuse,
        };
        let mut troubles: Vec<Trouble> = self.row.refused.iter().map(refused).collect();
        troubles.push(Trouble {
            step: self.row.step,
            fault: self.fault,
        });
        let told = Chapter {
            ask,
            troubles,
            succeeds: self.succeeds(),
        };
        let smooth = |asks: &[Ask]| {
            asks.iter()
                .copied()
                .map(Chapter::smooth)
                .collect::<Vec<_>>()
        };
        Story {
            chapters: [smooth(ask.before()), vec![told], smooth(ask.after())].concat(),
            is_exact: true,
        }
    }

    /// Whether it must come to what was asked for.
    fn succeeds(self) -> bool {
        let is_forward = self.row.refused.is_empty();
        match self.row.part.ask {
            // However often that takes a repair.
            Ask::End => true,
            _ if !is_forward => false,
            // It is as it was to be, whatever the workflow heard of that.
            _ if self.is_done_all_the_same() => true,
            _ => self.fault.passes(),
        }
    }

    fn is_done_all_the_same(self) -> bool {
        let is_last = matches!(
            self.row.step,
            Step::Finish | Step::FinishStop | Step::FinishStart | Step::VerifyCredential
        );
        is_last && self.fault == Fault::LoseForGood
    }
}

/// All of them, row by row.
pub fn cells() -> impl Iterator<Item = Cell> {
    rows().flat_map(|row| FAULTS.into_iter().map(move |fault| Cell { row, fault }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::paths;

    /// The definitions by name, and the steps that each calls.
    fn defined() -> BTreeSet<(String, String)> {
        let folder = paths::workspace().join("statemachines");
        let files = std::fs::read_dir(folder).expect("the definitions");
        let paths = files.map(|file| file.expect("a file").path());
        paths
            .flat_map(|path| {
                let text = std::fs::read_to_string(&path).expect("a definition");
                let name = path.file_name().expect("a name").to_string_lossy();
                let name = name.split('.').next().unwrap_or_default().to_owned();
                let steps = text.split("\"step\": \"").skip(1).map(|rest| {
                    let step = rest.split('"').next().unwrap_or_default();
                    (name.clone(), step.to_owned())
                });
                steps.collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn each_step_of_each_workflow_is_in_the_table() {
        let names = |row: Row| (row.part.definition.to_owned(), row.step.name().to_owned());
        assert_eq!(rows().map(names).collect::<BTreeSet<_>>(), defined());
    }

    #[test]
    fn a_story_leads_to_its_step_and_to_an_end() {
        for cell in cells() {
            let story = cell.story();
            let asks: Vec<Ask> = story.chapters.iter().map(|chapter| chapter.ask).collect();
            let is_whole = match cell.row.part.ask {
                ask @ (Ask::Check | Ask::Sweep) => asks == [ask],
                _ => asks[0].is_launch() && asks.last() == Some(&Ask::End),
            };
            assert!(is_whole, "{}: {story}", cell.row.name());
        }
    }
}
