//! Step Functions.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use domain::workflow::{StepErrorKind, Workflow};
use serde_json::json;

use crate::{PlatformError, config};

/// The state machines of this deployment.
#[derive(Debug, Clone)]
pub struct Workflows {
    client: Client,
    provision_vm_arn: String,
    provision_cluster_arn: String,
    terminate_arn: String,
    power_arn: String,
    verify_credential_arn: String,
    sweep_arn: String,
}

impl Workflows {
    /// The machines that `PROVISION_VM_ARN`, `PROVISION_CLUSTER_ARN`, `TERMINATE_ARN`, `POWER_ARN`, `VERIFY_CREDENTIAL_ARN`
    /// and `SWEEP_ARN` name.
    pub fn from_env(client: Client) -> Result<Self, PlatformError> {
        Ok(Self {
            client,
            provision_vm_arn: config::required("PROVISION_VM_ARN")?,
            provision_cluster_arn: config::required("PROVISION_CLUSTER_ARN")?,
            terminate_arn: config::required("TERMINATE_ARN")?,
            power_arn: config::required("POWER_ARN")?,
            verify_credential_arn: config::required("VERIFY_CREDENTIAL_ARN")?,
            sweep_arn: config::required("SWEEP_ARN")?,
        })
    }

    /// Starts a workflow. Its name derives from its cause, so one that exists already is the one that was meant.
    pub async fn start(
        &self,
        workflow: Workflow,
        execution: &str,
        subject_id: &str,
    ) -> Result<(), PlatformError> {
        let arn = match workflow {
            Workflow::ProvisionVm => &self.provision_vm_arn,
            Workflow::ProvisionCluster => &self.provision_cluster_arn,
            Workflow::Terminate => &self.terminate_arn,
            Workflow::Power => &self.power_arn,
            Workflow::VerifyCredential => &self.verify_credential_arn,
            Workflow::Sweep => &self.sweep_arn,
        };
        let input = json!({(workflow.subject()): subject_id}).to_string();
        match self
            .client
            .start_execution()
            .state_machine_arn(arn)
            .name(execution)
            .input(input)
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_execution_already_exists()) =>
            {
                Ok(())
            }
            Err(error) => Err(PlatformError::service("StartExecution")(error)),
        }
    }

    /// Makes a waiting Task fail in that way: success is the machines' to say. One that no longer waits needs no waking.
    pub async fn wake(&self, task_token: &str, kind: StepErrorKind) -> Result<(), PlatformError> {
        fail(&self.client, task_token, kind).await
    }
}

/// Ends the wait of Tasks for their machines: the beacon's part.
#[derive(Debug, Clone)]
pub struct TaskCallbacks {
    client: Client,
}

impl TaskCallbacks {
    /// Callbacks by that client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Tells a waiting Task that its machine is ready. One that no longer waits is none the worse for it.
    pub async fn ready(&self, task_token: &str) -> Result<(), PlatformError> {
        match self
            .client
            .send_task_success()
            .task_token(task_token)
            .output("{}")
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if waits_no_longer(&error) => Ok(()),
            Err(error) => Err(PlatformError::service("SendTaskSuccess")(error)),
        }
    }

    /// Tells a waiting Task that machines cannot be set up; why is in the table. One that no longer waits is none the worse
    /// for it.
    pub async fn setup_failed(&self, task_token: &str) -> Result<(), PlatformError> {
        fail(&self.client, task_token, StepErrorKind::SetupFailed).await
    }
}

async fn fail(client: &Client, task_token: &str, kind: StepErrorKind) -> Result<(), PlatformError> {
    let call = client
        .send_task_failure()
        .task_token(task_token)
        .error(kind.name())
        .cause("the reservation says why");
    match call.send().await {
        Ok(_) => Ok(()),
        Err(error) if waits_no_longer(&error) => Ok(()),
        Err(error) => Err(PlatformError::service("SendTaskFailure")(error)),
    }
}

/// Whether a Task is not there to be told anything: it has ended, or was told already.
fn waits_no_longer<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    const CODES: [&str; 3] = ["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"];
    let code = error.as_service_error().and_then(|error| error.code());
    code.is_some_and(|code| CODES.contains(&code))
}
