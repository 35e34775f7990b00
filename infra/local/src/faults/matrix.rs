//! Every step of the two workflows times every fault.

use domain::workflow::{Step, Workflow};

use super::story::{Fault, Story, Trouble};

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

/// The rows of the table: the states of the workflows that are steps, in their order.
pub const ROWS: [Row; 18] = [
    Row::launch(Step::Begin),
    Row::launch(Step::CreateSecurityGroup),
    Row::launch(Step::LaunchMachine),
    Row::launch(Step::ConfirmRunning),
    Row::launch(Step::AwaitReady),
    Row::launch(Step::Finish),
    Row::launch(Step::BeginUndo),
    Row::launch(Step::TerminateMachine),
    Row::launch(Step::ConfirmTerminated),
    Row::launch(Step::DeleteSecurityGroup),
    Row::launch(Step::FinishUndo),
    Row::launch(Step::LeaveForRepair),
    Row::end(Step::BeginTerminate),
    Row::end(Step::TerminateMachine),
    Row::end(Step::ConfirmTerminated),
    Row::end(Step::DeleteSecurityGroup),
    Row::end(Step::FinishTerminate),
    Row::end(Step::LeaveForRepair),
];

/// A step of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The workflow.
    pub workflow: Workflow,
    /// Its step.
    pub step: Step,
}

impl Row {
    const fn launch(step: Step) -> Self {
        Self {
            workflow: Workflow::ProvisionVm,
            step,
        }
    }

    const fn end(step: Step) -> Self {
        Self {
            workflow: Workflow::Terminate,
            step,
        }
    }

    /// What it is called in a table.
    pub fn name(self) -> String {
        let workflow = match self.workflow {
            Workflow::ProvisionVm => "provision-vm",
            Workflow::Terminate => "terminate",
            Workflow::Power => "power",
            Workflow::VerifyCredential => "verify-credential",
            Workflow::Sweep => "sweep",
        };
        format!("{workflow}/{}", self.step.name())
    }

    /// What has to go wrong for the workflow to come to this step: a machine that could not be handed over has most to
    /// undo.
    fn way(self) -> Vec<Trouble> {
        let refused = |step| Trouble {
            step,
            fault: Fault::Refuse,
        };
        let mut way = Vec::new();
        if self.workflow == Workflow::ProvisionVm && !self.is_forward() {
            way.push(refused(Step::Finish));
        }
        if self.step == Step::LeaveForRepair {
            way.push(refused(Step::TerminateMachine));
        }
        way
    }

    fn is_forward(self) -> bool {
        matches!(
            self.step,
            Step::Begin
                | Step::CreateSecurityGroup
                | Step::LaunchMachine
                | Step::ConfirmRunning
                | Step::AwaitReady
                | Step::Finish
        )
    }
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
        let mut troubles = self.row.way();
        troubles.push(Trouble {
            step: self.row.step,
            fault: self.fault,
        });
        let mut story = Story {
            comes_to_ready: self.comes_to_ready(),
            is_exact: true,
            ..Story::default()
        };
        match self.row.workflow {
            Workflow::Terminate => story.at_end = troubles,
            _ => story.at_launch = troubles,
        }
        story
    }

    fn comes_to_ready(self) -> bool {
        match self.row.workflow {
            Workflow::Terminate => true,
            // It was handed over, whatever the workflow heard of that.
            _ if self.row.step == Step::Finish && self.fault == Fault::LoseForGood => true,
            _ => self.row.is_forward() && self.fault.passes(),
        }
    }
}

/// All of them, row by row.
pub fn cells() -> impl Iterator<Item = Cell> {
    ROWS.into_iter()
        .flat_map(|row| FAULTS.into_iter().map(move |fault| Cell { row, fault }))
}
