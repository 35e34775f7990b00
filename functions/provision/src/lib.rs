//! The steps of the workflows: each a single effect that is recorded before it is attempted, safe to repeat, and not
//! taken for done until looked at. The only function that holds cloud credentials.

mod deps;
mod error;
mod steps;

use domain::reservation::Power;
use domain::sweep::{Finding, Site};
use domain::workflow::Step;
use serde::Deserialize;
use serde_json::{Value, json};

pub use deps::Deps;
pub use error::StepError;

/// What a Task asks for.
#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    /// The step.
    pub step: Step,
    /// For which reservation.
    #[serde(default)]
    pub reservation_id: String,
    /// For which credential, where it is about one.
    #[serde(default)]
    pub credential_id: String,
    /// For which sweep, where it is part of one.
    #[serde(default)]
    pub sweep_id: String,
    /// In which region, where it is about an account and no reservation.
    #[serde(default)]
    pub region: String,
    /// What was found in each account.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// The name of the error that is being undone.
    #[serde(default)]
    pub error: Option<String>,
    /// The credential by which a waiting Task is told that its wait is over.
    #[serde(default)]
    pub task_token: Option<String>,
}

/// Carries out one step.
pub async fn handle(deps: &Deps, request: &Request) -> Result<Value, StepError> {
    let id = request.reservation_id.as_str();
    let credential_id = request.credential_id.as_str();
    let mut answer = json!({"step": request.step.name()});
    let outcome = match request.step {
        Step::Begin => steps::lifecycle::begin(deps, id).await,
        Step::CreateSecurityGroup => steps::firewall::create(deps, id).await,
        Step::LaunchMachine => steps::launch::launch(deps, id).await,
        Step::ConfirmRunning => steps::launch::confirm_running(deps, id).await,
        Step::AwaitReady => steps::ready::wait(deps, id, request.task_token.as_deref()).await,
        Step::AssessCluster => steps::cluster::assess(deps, id)
            .await
            .map(|course| answer["course"] = json!(course.name())),
        Step::ReplaceWorkers => steps::cluster::replace(deps, id).await,
        Step::AskOwner => steps::cluster::ask(deps, id, request.task_token.as_deref()).await,
        Step::ShrinkCluster => steps::cluster::shrink(deps, id).await,
        Step::Finish => Box::pin(steps::ready::finish(deps, id)).await,
        Step::BeginUndo => {
            steps::lifecycle::begin_undo(deps, id, request.error.as_deref().unwrap_or_default())
                .await
        }
        Step::BeginTerminate => steps::lifecycle::begin_terminate(deps, id).await,
        Step::TerminateMachine => steps::terminate::terminate(deps, id).await,
        Step::ConfirmTerminated => steps::terminate::confirm(deps, id).await,
        Step::DeleteSecurityGroup => steps::firewall::delete(deps, id).await,
        Step::FinishUndo | Step::FinishTerminate => steps::lifecycle::close(deps, id).await,
        Step::LeaveForRepair => {
            let error = request.error.as_deref().unwrap_or_default();
            steps::lifecycle::leave_for_repair(deps, id, error).await
        }
        Step::BeginPower => steps::power::begin(deps, id)
            .await
            .map(|power| answer["power"] = json!(power.name())),
        Step::StopMachine => steps::power::stop(deps, id).await,
        Step::ConfirmStopped => steps::power::confirm_stopped(deps, id).await,
        Step::FinishStop => steps::power::finish(deps, id, Power::Off).await,
        Step::StartMachine => steps::power::start(deps, id).await,
        Step::ConfirmStarted => steps::power::confirm_started(deps, id).await,
        Step::FinishStart => steps::power::finish(deps, id, Power::On).await,
        Step::SettlePower => {
            let error = request.error.as_deref().unwrap_or_default();
            steps::power::settle(deps, id, error).await
        }
        Step::VerifyCredential => Box::pin(steps::verify::verify(deps, credential_id)).await,
        Step::RecordUnverified => steps::verify::record_unverified(deps, credential_id).await,
        Step::ListAccounts => steps::sweep::list(deps)
            .await
            .map(|sites| answer["sites"] = json!(sites)),
        Step::SweepAccount => {
            let site = Site {
                credential_id: credential_id.to_owned(),
                region: request.region.clone(),
            };
            steps::sweep::account(deps, &site)
                .await
                .map(|finding| answer = json!(finding))
        }
        Step::FinishSweep => {
            let has_failed = request
                .error
                .as_ref()
                .is_some_and(|error| !error.is_empty());
            steps::sweep::finish(deps, &request.sweep_id, &request.findings, has_failed)
                .await
                .map(|is_complete| answer["is_complete"] = json!(is_complete))
        }
    };
    match &outcome {
        Ok(()) => tracing::info!(
            step = request.step.name(),
            reservation.id = id,
            credential.id = credential_id,
            "step done"
        ),
        Err(error) => {
            tracing::warn!(step = request.step.name(), reservation.id = id, credential.id = credential_id, kind = error.kind.name(), cause = %error.cause, "step not done");
        }
    }
    if let Err(StepError {
        action: Some(action),
        ..
    }) = &outcome
    {
        steps::lifecycle::note_missing(deps, id, action).await;
    }
    outcome.map(|()| answer)
}
