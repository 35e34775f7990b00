//! The workflow definitions against the code and the template they depend on.
//!
//! Step Functions checks a definition only when it is deployed, the local emulator never does, and neither knows which
//! steps and errors the provision function has. A name that only one side knows would show as a machine left behind.

use std::collections::BTreeSet;

use domain::workflow::{Step, StepErrorKind, Workflow};
use serde_json::{Map, Value};

const TEMPLATE: &str = include_str!("../../template.yaml");

/// Errors that the platform raises and not a step, as far as the definitions may name them.
const PLATFORM_ERRORS: [&str; 10] = [
    "States.ALL",
    "States.Timeout",
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
];

/// What stays possible when everything else has failed; the only Task without a Catch.
const LAST_RESORT: &str = "LeaveForRepair";

/// Fields of the other query language, which fail at run time inside a `JSONata` definition.
const JSONPATH_FIELDS: [&str; 5] = [
    "InputPath",
    "OutputPath",
    "Parameters",
    "ResultPath",
    "ResultSelector",
];

struct Definition {
    path: &'static str,
    workflow: Workflow,
    source: &'static str,
    machine: Value,
}

impl Definition {
    fn all() -> [Self; 6] {
        [
            Self::provision_vm(),
            Self::provision_cluster(),
            Self::terminate(),
            Self::power(),
            Self::verify_credential(),
            Self::sweep(),
        ]
    }

    fn provision_vm() -> Self {
        Self::parsed(
            "statemachines/provision-vm.asl.json",
            Workflow::ProvisionVm,
            include_str!("../../statemachines/provision-vm.asl.json"),
        )
    }

    fn provision_cluster() -> Self {
        Self::parsed(
            "statemachines/provision-cluster.asl.json",
            Workflow::ProvisionCluster,
            include_str!("../../statemachines/provision-cluster.asl.json"),
        )
    }

    fn terminate() -> Self {
        Self::parsed(
            "statemachines/terminate.asl.json",
            Workflow::Terminate,
            include_str!("../../statemachines/terminate.asl.json"),
        )
    }

    fn power() -> Self {
        Self::parsed(
            "statemachines/power.asl.json",
            Workflow::Power,
            include_str!("../../statemachines/power.asl.json"),
        )
    }

    fn verify_credential() -> Self {
        Self::parsed(
            "statemachines/verify-credential.asl.json",
            Workflow::VerifyCredential,
            include_str!("../../statemachines/verify-credential.asl.json"),
        )
    }

    fn sweep() -> Self {
        Self::parsed(
            "statemachines/sweep.asl.json",
            Workflow::Sweep,
            include_str!("../../statemachines/sweep.asl.json"),
        )
    }

    /// Substitutions are part of strings or stand for whole numbers; a number serves both.
    fn parsed(path: &'static str, workflow: Workflow, source: &'static str) -> Self {
        let substituted = substitutions_used(source)
            .iter()
            .fold(source.to_owned(), |text, name| {
                text.replace(&format!("${{{name}}}"), "1")
            });
        let machine =
            serde_json::from_str(&substituted).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self {
            path,
            workflow,
            source,
            machine,
        }
    }

    /// The machine, and what each of its Maps runs for every item: machines of their own.
    fn machines(&self) -> Vec<&Value> {
        let inner = states_of(&self.machine).values();
        let inner = inner.map(|state| &state["ItemProcessor"]);
        let inner = inner.filter(|processor| processor.is_object());
        std::iter::once(&self.machine).chain(inner).collect()
    }

    fn states(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.machines().into_iter().flat_map(states_of)
    }

    fn tasks(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.states().filter(|(_, state)| state["Type"] == "Task")
    }

    /// One line a state, in the order of their names: where it leads, and where its failure leads.
    fn graph(&self) -> String {
        let line = |(name, state): (&String, &Value)| {
            let next = match state["Type"].as_str() {
                Some("Choice") => successors(state).join(" or "),
                Some("Fail") => "fails".to_owned(),
                _ => state["Next"].as_str().unwrap_or("succeeds").to_owned(),
            };
            let handlers = state["Catch"].as_array().into_iter().flatten();
            let caught = handlers
                .filter_map(|handler| handler["Next"].as_str())
                .map(|handler| format!(", else {handler}"))
                .collect::<Vec<_>>()
                .concat();
            format!("{name} -> {next}{caught}\n")
        };
        self.states()
            .map(line)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

fn states_of(machine: &Value) -> &Map<String, Value> {
    machine["States"].as_object().expect("States is an object")
}

/// Names inside `${...}`.
fn substitutions_used(source: &str) -> BTreeSet<&str> {
    source
        .split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// Keys below the `DefinitionSubstitutions` that follow this definition's `DefinitionUri` in the template.
fn substitutions_defined(path: &str) -> BTreeSet<&'static str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = TEMPLATE
        .lines()
        .skip_while(|line| line.trim() != format!("DefinitionUri: {path}"))
        .skip(1);
    let header = lines
        .next()
        .unwrap_or_else(|| panic!("template.yaml does not deploy {path}"));
    assert_eq!(
        header.trim(),
        "DefinitionSubstitutions:",
        "follows the DefinitionUri of {path}"
    );
    lines
        .take_while(|line| indent(line) > indent(header))
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(name, _)| name)
        .collect()
}

/// States that a state leads to, in success and in failure.
fn successors(state: &Value) -> Vec<&str> {
    let handlers = state["Catch"].as_array().into_iter().flatten();
    let choices = state["Choices"].as_array().into_iter().flatten();
    let own = [&state["Next"], &state["Default"]].into_iter();
    own.chain(handlers.chain(choices).map(|branch| &branch["Next"]))
        .filter_map(Value::as_str)
        .collect()
}

fn errors_named<'a>(rules: &'a Value) -> impl Iterator<Item = &'a str> {
    let errors = |rule: &'a Value| {
        rule["ErrorEquals"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    };
    rules.as_array().into_iter().flatten().flat_map(errors)
}

fn snake_case(state: &str) -> String {
    let mut name = String::new();
    for letter in state.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[test]
fn the_query_language_is_jsonata_throughout() {
    for definition in Definition::all() {
        assert_eq!(
            definition.machine["QueryLanguage"], "JSONata",
            "{}: beside StartAt",
            definition.path
        );
        for (name, state) in definition.states() {
            let foreign: Vec<_> = JSONPATH_FIELDS
                .iter()
                .filter(|field| state.get(**field).is_some())
                .collect();
            assert!(
                foreign.is_empty(),
                "{}: {name} has {foreign:?}",
                definition.path
            );
        }
    }
}

#[test]
fn every_transition_leads_to_a_state_and_every_state_is_reached() {
    for definition in Definition::all() {
        for machine in definition.machines() {
            let start = machine["StartAt"].as_str().expect("StartAt is a name");
            let (mut reached, mut open) = (BTreeSet::new(), vec![start]);
            while let Some(name) = open.pop() {
                let state = states_of(machine)
                    .get(name)
                    .unwrap_or_else(|| panic!("{}: {name} does not exist", definition.path));
                if reached.insert(name) {
                    open.extend(successors(state));
                }
            }
            let defined: BTreeSet<_> = states_of(machine).keys().map(String::as_str).collect();
            assert_eq!(
                reached, defined,
                "{}: what can be reached, and what there is",
                definition.path
            );
        }
    }
}

#[test]
fn every_state_says_why_it_is_there() {
    for definition in Definition::all() {
        for (name, state) in definition.states() {
            assert!(
                state["Comment"]
                    .as_str()
                    .is_some_and(|comment| !comment.is_empty()),
                "{}: {name}",
                definition.path
            );
        }
    }
}

#[test]
fn every_task_ends_in_time_and_no_failure_is_dropped() {
    for definition in Definition::all() {
        // It would end the execution past every Catch.
        assert!(
            definition.machine.get("TimeoutSeconds").is_none(),
            "{}: a timeout of the whole machine",
            definition.path
        );
        for (name, task) in definition.tasks() {
            let place = format!("{}: {name}", definition.path);
            assert!(
                task["TimeoutSeconds"].is_number(),
                "{place} has no TimeoutSeconds"
            );
            let retried: BTreeSet<_> = errors_named(&task["Retry"]).collect();
            for kind in [StepErrorKind::Throttled, StepErrorKind::Transient] {
                assert!(
                    retried.contains(kind.name()),
                    "{place} does not retry {}",
                    kind.name()
                );
            }
            let handler = task["Catch"]
                .as_array()
                .and_then(|handlers| handlers.last());
            match handler {
                Some(handler) => assert_eq!(
                    handler["ErrorEquals"],
                    serde_json::json!(["States.ALL"]),
                    "{place}: its last Catch"
                ),
                None => assert_eq!(name, LAST_RESORT, "{place} has no Catch"),
            }
        }
    }
}

#[test]
fn every_task_calls_the_step_it_is_named_after_and_every_step_is_called() {
    let mut called = BTreeSet::new();
    for definition in Definition::all() {
        for (name, task) in definition.tasks() {
            let payload = &task["Arguments"]["Payload"];
            let step = payload["step"].as_str().unwrap_or_default().to_owned();
            assert_eq!(step, snake_case(name), "{}: {name}", definition.path);
            let subject = definition.workflow.subject();
            assert_eq!(
                payload[subject],
                format!("{{% $states.context.Execution.Input.{subject} %}}"),
                "{}: {name}",
                definition.path
            );
            assert_eq!(
                payload["execution"], "{% $states.context.Execution.Name %}",
                "{}: {name}",
                definition.path
            );
            called.insert(step);
        }
    }
    let known: BTreeSet<_> = Step::ALL
        .iter()
        .map(|step| step.name().to_owned())
        .collect();
    assert_eq!(called, known, "steps called, and steps there are");
}

#[test]
fn every_error_named_can_occur() {
    let mut known: BTreeSet<_> = StepErrorKind::ALL.iter().map(|kind| kind.name()).collect();
    known.extend(PLATFORM_ERRORS);
    for definition in Definition::all() {
        for (name, state) in definition.states() {
            let unknown: Vec<_> = errors_named(&state["Retry"])
                .chain(errors_named(&state["Catch"]))
                .filter(|error| !known.contains(error))
                .collect();
            assert!(
                unknown.is_empty(),
                "{}: {name} names {unknown:?}",
                definition.path
            );
        }
    }
}

#[test]
fn every_substitution_is_defined_and_used() {
    for definition in Definition::all() {
        assert_eq!(
            substitutions_used(definition.source),
            substitutions_defined(definition.path),
            "{}: substitutions used, and those of template.yaml",
            definition.path
        );
    }
}

#[test]
fn whatever_fails_while_provisioning_is_undone_in_reverse() {
    assert_eq!(
        Definition::provision_vm().graph(),
        "\
AwaitReady -> Finish, else BeginUndo
Begin -> CreateSecurityGroup, else BeginUndo
BeginUndo -> TerminateMachine, else LeaveForRepair
ConfirmRunning -> AwaitReady, else BeginUndo
ConfirmTerminated -> DeleteSecurityGroup, else LeaveForRepair
CreateSecurityGroup -> LaunchMachine, else BeginUndo
DeleteSecurityGroup -> FinishUndo, else LeaveForRepair
Finish -> succeeds, else BeginUndo
FinishUndo -> Undone, else LeaveForRepair
LaunchMachine -> ConfirmRunning, else BeginUndo
LeaveForRepair -> NeedsRepair
NeedsRepair -> fails
TerminateMachine -> ConfirmTerminated, else LeaveForRepair
Undone -> fails
"
    );
}

#[test]
fn a_cluster_that_does_not_get_ready_is_mended_or_undone() {
    assert_eq!(
        Definition::provision_cluster().graph(),
        "\
AskOwner -> AssessCluster, else AssessCluster, else BeginUndo
AssessCluster -> WhichCourse, else BeginUndo
AwaitReady -> Finish, else AssessCluster, else BeginUndo
Begin -> CreateSecurityGroup, else BeginUndo
BeginUndo -> TerminateMachine, else LeaveForRepair
ConfirmRunning -> AwaitReady, else AssessCluster, else BeginUndo
ConfirmTerminated -> DeleteSecurityGroup, else LeaveForRepair
CreateSecurityGroup -> LaunchMachine, else BeginUndo
DeleteSecurityGroup -> FinishUndo, else LeaveForRepair
Finish -> succeeds, else AssessCluster, else BeginUndo
FinishUndo -> Undone, else LeaveForRepair
LaunchMachine -> ConfirmRunning, else BeginUndo
LeaveForRepair -> NeedsRepair
NeedsRepair -> fails
ReplaceWorkers -> ConfirmRunning, else AssessCluster, else BeginUndo
ShrinkCluster -> AwaitReady, else BeginUndo
TerminateMachine -> ConfirmTerminated, else LeaveForRepair
Undone -> fails
WhichCourse -> BeginUndo or ReplaceWorkers or AskOwner or ShrinkCluster or AwaitReady
"
    );
}

#[test]
fn whatever_fails_while_terminating_is_left_for_repair() {
    assert_eq!(
        Definition::terminate().graph(),
        "\
BeginTerminate -> TerminateMachine, else LeaveForRepair
ConfirmTerminated -> DeleteSecurityGroup, else LeaveForRepair
DeleteSecurityGroup -> FinishTerminate, else LeaveForRepair
FinishTerminate -> succeeds, else LeaveForRepair
LeaveForRepair -> NeedsRepair
NeedsRepair -> fails
TerminateMachine -> ConfirmTerminated, else LeaveForRepair
"
    );
}

#[test]
fn whatever_fails_while_a_machine_is_switched_is_settled_or_left_for_repair() {
    assert_eq!(
        Definition::power().graph(),
        "\
BeginPower -> WhichWay, else SettlePower
ConfirmStarted -> FinishStart, else FinishStart, else SettlePower
ConfirmStopped -> FinishStop, else SettlePower
FinishStart -> succeeds, else SettlePower
FinishStop -> succeeds, else SettlePower
LeaveForRepair -> NeedsRepair
NeedsRepair -> fails
SettlePower -> succeeds, else LeaveForRepair
StartMachine -> ConfirmStarted, else SettlePower
StopMachine -> ConfirmStopped, else SettlePower
WhichWay -> StartMachine or StopMachine
"
    );
}

#[test]
fn whatever_fails_while_checking_a_credential_is_noted() {
    assert_eq!(
        Definition::verify_credential().graph(),
        "\
RecordUnverified -> succeeds, else Unrecorded
Unrecorded -> fails
VerifyCredential -> succeeds, else RecordUnverified
"
    );
}

#[test]
fn one_accounts_failure_is_no_other_accounts_and_is_counted() {
    assert_eq!(
        Definition::sweep().graph(),
        "\
EachAccount -> FinishSweep
FinishSweep -> WasComplete, else Incomplete
Incomplete -> fails
LeaveAccount -> succeeds
ListAccounts -> EachAccount, else FinishSweep
SweepAccount -> succeeds, else LeaveAccount
Swept -> succeeds
WasComplete -> Incomplete or Swept
"
    );
}
