//! The workflows: their steps, the ways in which a step fails, and what that means to people.
//!
//! The definitions in `statemachines/` name these steps and errors; a test holds the two together.

use serde::{Deserialize, Serialize};

/// A state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workflow {
    /// From a reservation to a machine that has called home.
    ProvisionVm,
    /// From a reservation to a cluster whose machines have found each other.
    ProvisionCluster,
    /// From a machine to none.
    Terminate,
    /// From a running machine to a stopped one, or back: what the reservation's state says.
    Power,
    /// From a credential to what it can do.
    VerifyCredential,
    /// Through every account, for what was left over.
    Sweep,
}

impl Workflow {
    /// The name of its one input: the id of what it is about.
    pub fn subject(self) -> &'static str {
        match self {
            Self::ProvisionVm | Self::ProvisionCluster | Self::Terminate | Self::Power => {
                "reservation_id"
            }
            Self::VerifyCredential => "credential_id",
            Self::Sweep => "sweep_id",
        }
    }
}

/// One Task of a workflow: a single effect, safe to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Takes the reservation from requested to provisioning.
    Begin,
    /// Makes the firewall (security group) of the reservation.
    CreateSecurityGroup,
    /// Starts the machine, on the next-best offer where the best has no capacity.
    LaunchMachine,
    /// Looks until the machine is described as running.
    ConfirmRunning,
    /// Waits until the machine itself has called home.
    AwaitReady,
    /// Decides what becomes of a cluster that did not get ready.
    AssessCluster,
    /// Launches machines that stand in for workers which failed.
    ReplaceWorkers,
    /// Waits until somebody says whether the cluster goes on with fewer workers.
    AskOwner,
    /// Gives up the workers that it goes on without.
    ShrinkCluster,
    /// Hands the machine over to its owner.
    Finish,
    /// Notes why provisioning is undone.
    BeginUndo,
    /// Takes the reservation into termination.
    BeginTerminate,
    /// Ends the machine.
    TerminateMachine,
    /// Looks until the machine is described as gone.
    ConfirmTerminated,
    /// Removes the firewall.
    DeleteSecurityGroup,
    /// Closes a reservation whose provisioning was undone.
    FinishUndo,
    /// Closes a reservation.
    FinishTerminate,
    /// Leaves what could not be undone or settled to the scan, which starts a repair.
    LeaveForRepair,
    /// Looks which way the machine is to be switched.
    BeginPower,
    /// Switches the machine off.
    StopMachine,
    /// Looks until the machine is described as stopped.
    ConfirmStopped,
    /// Notes that the machine is off.
    FinishStop,
    /// Switches the machine on.
    StartMachine,
    /// Looks until the machine is described as running and has said since that it is ready.
    ConfirmStarted,
    /// Hands the machine back, with its new address.
    FinishStart,
    /// After a failed switch, notes how the machine was found.
    SettlePower,
    /// Finds out what a credential can do.
    VerifyCredential,
    /// Notes that this could not be found out.
    RecordUnverified,
    /// Finds out where machines may be.
    ListAccounts,
    /// Looks through an account's part in a region.
    SweepAccount,
    /// Notes what was found, and tells whoever asked.
    FinishSweep,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 31] = [
        Self::Begin,
        Self::CreateSecurityGroup,
        Self::LaunchMachine,
        Self::ConfirmRunning,
        Self::AwaitReady,
        Self::AssessCluster,
        Self::ReplaceWorkers,
        Self::AskOwner,
        Self::ShrinkCluster,
        Self::Finish,
        Self::BeginUndo,
        Self::BeginTerminate,
        Self::TerminateMachine,
        Self::ConfirmTerminated,
        Self::DeleteSecurityGroup,
        Self::FinishUndo,
        Self::FinishTerminate,
        Self::LeaveForRepair,
        Self::BeginPower,
        Self::StopMachine,
        Self::ConfirmStopped,
        Self::FinishStop,
        Self::StartMachine,
        Self::ConfirmStarted,
        Self::FinishStart,
        Self::SettlePower,
        Self::VerifyCredential,
        Self::RecordUnverified,
        Self::ListAccounts,
        Self::SweepAccount,
        Self::FinishSweep,
    ];

    /// The step's name in a Task's payload.
    pub fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::CreateSecurityGroup => "create_security_group",
            Self::LaunchMachine => "launch_machine",
            Self::ConfirmRunning => "confirm_running",
            Self::AwaitReady => "await_ready",
            Self::AssessCluster => "assess_cluster",
            Self::ReplaceWorkers => "replace_workers",
            Self::AskOwner => "ask_owner",
            Self::ShrinkCluster => "shrink_cluster",
            Self::Finish => "finish",
            Self::BeginUndo => "begin_undo",
            Self::BeginTerminate => "begin_terminate",
            Self::TerminateMachine => "terminate_machine",
            Self::ConfirmTerminated => "confirm_terminated",
            Self::DeleteSecurityGroup => "delete_security_group",
            Self::FinishUndo => "finish_undo",
            Self::FinishTerminate => "finish_terminate",
            Self::LeaveForRepair => "leave_for_repair",
            Self::BeginPower => "begin_power",
            Self::StopMachine => "stop_machine",
            Self::ConfirmStopped => "confirm_stopped",
            Self::FinishStop => "finish_stop",
            Self::StartMachine => "start_machine",
            Self::ConfirmStarted => "confirm_started",
            Self::FinishStart => "finish_start",
            Self::SettlePower => "settle_power",
            Self::VerifyCredential => "verify_credential",
            Self::RecordUnverified => "record_unverified",
            Self::ListAccounts => "list_accounts",
            Self::SweepAccount => "sweep_account",
            Self::FinishSweep => "finish_sweep",
        }
    }
}

/// The ways in which a step fails, as `Retry` and `Catch` match them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepErrorKind {
    /// Nothing is wrong, but what is waited for has not happened yet.
    NotYet,
    /// The cloud asked to slow down.
    Throttled,
    /// Something that may well pass: a lost answer, a conflict, an outage.
    Transient,
    /// The owner has ended the reservation meanwhile.
    Cancelled,
    /// No offer that fits has a free machine.
    NoCapacity,
    /// A limit of the cloud account is reached.
    QuotaExceeded,
    /// The cloud account does not allow the call.
    Denied,
    /// The cloud refuses the request as it is.
    InvalidRequest,
    /// The deployment lacks something, such as a network to launch into.
    Misconfigured,
    /// The machine ended while it was being set up.
    MachineVanished,
    /// A machine cannot be set up with what was asked for: it has said so.
    SetupFailed,
    /// Somebody has said what a waiting Task wanted to know.
    Answered,
    /// The cloud account no longer lets us in: the key or role was withdrawn.
    BadKey,
}

impl StepErrorKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::NotYet,
        Self::Throttled,
        Self::Transient,
        Self::Cancelled,
        Self::NoCapacity,
        Self::QuotaExceeded,
        Self::Denied,
        Self::InvalidRequest,
        Self::Misconfigured,
        Self::MachineVanished,
        Self::SetupFailed,
        Self::Answered,
        Self::BadKey,
    ];

    /// The `errorType` that the function answers with.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotYet => "NotYet",
            Self::Throttled => "Throttled",
            Self::Transient => "Transient",
            Self::Cancelled => "Cancelled",
            Self::NoCapacity => "NoCapacity",
            Self::QuotaExceeded => "QuotaExceeded",
            Self::Denied => "Denied",
            Self::InvalidRequest => "InvalidRequest",
            Self::Misconfigured => "Misconfigured",
            Self::MachineVanished => "MachineVanished",
            Self::SetupFailed => "SetupFailed",
            Self::Answered => "Answered",
            Self::BadKey => "BadKey",
        }
    }
}

/// Why provisioning did not end in a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// No offer that fits had a free machine.
    NoCapacity,
    /// A limit of the cloud account.
    QuotaExceeded,
    /// A missing permission of the cloud account.
    Denied,
    /// The cloud refused the request.
    InvalidRequest,
    /// The deployment lacks something.
    Misconfigured,
    /// The machine ended by itself.
    MachineVanished,
    /// The machine ran, but never called home.
    NeverReady,
    /// The machine ran, but what it was to be set up with could not be.
    SetupFailed,
    /// Anything else; the logs know more.
    Unexpected,
    /// The key or role of the account that pays was withdrawn.
    BadKey,
}

impl FailureReason {
    /// The reason behind the error name that a workflow caught; none where the owner cancelled.
    pub fn from_error(name: &str) -> Option<Self> {
        Some(match name {
            "Cancelled" => return None,
            "NoCapacity" => Self::NoCapacity,
            "QuotaExceeded" => Self::QuotaExceeded,
            "Denied" => Self::Denied,
            "InvalidRequest" => Self::InvalidRequest,
            "Misconfigured" => Self::Misconfigured,
            "MachineVanished" => Self::MachineVanished,
            "SetupFailed" => Self::SetupFailed,
            "BadKey" => Self::BadKey,
            "States.Timeout" | "States.HeartbeatTimeout" => Self::NeverReady,
            _ => Self::Unexpected,
        })
    }

    /// What happened, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoCapacity => "the cloud has no free machine of any type that fits right now",
            Self::QuotaExceeded => "a limit of the cloud account is reached",
            Self::Denied => "the cloud account does not allow what is needed",
            Self::InvalidRequest => "the cloud did not accept the request",
            Self::Misconfigured => "the cloud account has no network to put a machine into",
            Self::MachineVanished => "the machine ended while it was being set up",
            Self::NeverReady => "the machine started but never reported that it was ready",
            Self::SetupFailed => "the machine started but could not be set up",
            Self::Unexpected => "something unexpected went wrong on our side",
            Self::BadKey => "the cloud account that pays no longer accepts its key or role",
        }
    }

    /// What to do next, for people.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NoCapacity => "Try again in a few minutes, or ask for a different size.",
            Self::QuotaExceeded => {
                "Ask an admin to raise the limit, or end a machine that is no longer needed."
            }
            Self::Denied | Self::Misconfigured => {
                "Ask an admin to look at the deployment; asking again will not help until then."
            }
            Self::InvalidRequest => "Try another size or system.",
            Self::BadKey => {
                "Replace it (`/infrared keys`), or ask whoever gave it to; then ask for the machine again."
            }
            Self::MachineVanished | Self::NeverReady | Self::SetupFailed | Self::Unexpected => {
                "Please try again; if it happens twice, tell an admin."
            }
        }
    }
}

/// No action's name is longer.
const ACTION_CHARS_MAX: usize = 64;

/// A permission as IAM names it, such as `ec2:RunInstances`: what is shown of a refusal is this and nothing else of it.
pub fn action_name(text: &str) -> Option<&str> {
    let (service, action) = text.split_once(':')?;
    let is_service = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = !service.is_empty()
        && !action.is_empty()
        && text.len() <= ACTION_CHARS_MAX
        && service.bytes().all(is_service)
        && action.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_a_service_and_a_name_and_nothing_else() {
        assert_eq!(action_name("ec2:RunInstances"), Some("ec2:RunInstances"));
        let long = format!("ec2:{}", "A".repeat(ACTION_CHARS_MAX));
        for other in [
            "ec2",
            "ec2:",
            ":Run",
            "ec2:*",
            "ec2:Run Instances",
            "<@U1>:x",
            "EC2:Run",
            &long,
        ] {
            assert_eq!(action_name(other), None, "{other}");
        }
    }

    #[test]
    fn names_in_payloads_are_the_names_in_json() {
        for step in Step::ALL {
            assert_eq!(
                serde_json::to_value(step).expect("a plain enum"),
                step.name()
            );
        }
        for kind in StepErrorKind::ALL {
            assert_eq!(
                serde_json::to_value(kind).expect("a plain enum"),
                kind.name()
            );
        }
    }

    #[test]
    fn every_final_error_has_its_own_reason_and_retried_ones_are_unexpected() {
        for kind in StepErrorKind::ALL {
            let reason = FailureReason::from_error(kind.name());
            match kind {
                StepErrorKind::Cancelled => assert_eq!(reason, None),
                StepErrorKind::NotYet
                | StepErrorKind::Throttled
                | StepErrorKind::Transient
                | StepErrorKind::Answered => {
                    assert_eq!(reason, Some(FailureReason::Unexpected));
                }
                _ => assert_ne!(reason, Some(FailureReason::Unexpected), "{kind:?}"),
            }
        }
        assert_eq!(
            FailureReason::from_error("States.Timeout"),
            Some(FailureReason::NeverReady)
        );
    }
}
