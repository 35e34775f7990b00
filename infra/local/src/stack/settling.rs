//! Knowing when the product has nothing left to do.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use tokio::time::{Instant, interval};

use super::{Stack, unexpected};
use crate::cloud::{Instance, InstanceState};
use crate::{Error, Result};

/// How long [`Stack::settle`] waits: enough for a launch with every function cold on a busy machine.
const SETTLE_LIMIT: Duration = Duration::from_secs(90);
/// How long [`Stack::launched`] waits: a few steps of a workflow, each of which may meet a cold function.
const LAUNCH_LIMIT: Duration = Duration::from_mins(1);
/// Nobody tells when a workflow or an effect is done, so it is looked at this often.
const SETTLE_INTERVAL: Duration = Duration::from_millis(50);

impl Stack {
    /// Waits until no workflow runs, no effect is on its way, and Slack has delivered everything.
    pub async fn settle(&self) -> Result<()> {
        self.slack
            .settle()
            .await
            .map_err(unexpected("waiting for Slack"))?;
        let deadline = Instant::now() + SETTLE_LIMIT;
        let mut ticks = interval(SETTLE_INTERVAL);
        while Instant::now() < deadline {
            ticks.tick().await;
            // Effects start executions and executions leave effects, so neither may have been missed by looking at the
            // other first.
            if self.effects_on_their_way().await?.is_empty()
                && self.running_executions().await?.is_empty()
                && self.effects_on_their_way().await?.is_empty()
            {
                return Ok(());
            }
        }
        let detail = format!(
            "running: {:?}\non their way: {:?}\nmachines: {:?}\n{}",
            self.running_executions().await?,
            self.effects_on_their_way().await?,
            self.machines.boots(),
            self.log_tail()
        );
        Err(Error::Timeout {
            what: "the product until it had nothing left to do".to_owned(),
            seconds: SETTLE_LIMIT.as_secs(),
            detail,
        })
    }

    /// Waits until so many machines run, and returns them in the order of their numbers.
    pub async fn launched(&self, count: usize) -> Result<Vec<Instance>> {
        let deadline = Instant::now() + LAUNCH_LIMIT;
        let mut ticks = interval(SETTLE_INTERVAL);
        while Instant::now() < deadline {
            ticks.tick().await;
            let instances = self.cloud.instances().await;
            let mut instances = instances.map_err(unexpected("looking for machines"))?;
            instances.retain(|instance| instance.state == InstanceState::Running);
            if instances.len() == count {
                instances.sort_by_key(|instance| instance.launch_index);
                return Ok(instances);
            }
        }
        Err(Error::Timeout {
            what: format!("the launch of {count} machines"),
            seconds: LAUNCH_LIMIT.as_secs(),
            detail: self.log_tail(),
        })
    }

    /// Names of the executions that are running.
    pub async fn running_executions(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        let outputs = &self.outputs;
        for arn in [
            &outputs.provision_vm_arn,
            &outputs.provision_cluster_arn,
            &outputs.terminate_arn,
            &outputs.power_arn,
            &outputs.verify_credential_arn,
            &outputs.sweep_arn,
        ] {
            let running = aws_sdk_sfn::types::ExecutionStatus::Running;
            let call = self
                .sfn
                .list_executions()
                .state_machine_arn(arn)
                .status_filter(running);
            let answer = call
                .send()
                .await
                .map_err(unexpected("listing executions"))?;
            names.extend(
                answer
                    .executions
                    .into_iter()
                    .map(|execution| execution.name),
            );
        }
        Ok(names)
    }

    /// Ids of the effects that nobody has dealt with yet.
    pub async fn effects_on_their_way(&self) -> Result<Vec<String>> {
        let call = self
            .dynamodb
            .query()
            .table_name(&self.outputs.table_name)
            .index_name("due")
            .key_condition_expression("due_shard = :shard")
            .filter_expression("sk = :outbox")
            .expression_attribute_values(":shard", AttributeValue::S("0".to_owned()))
            .expression_attribute_values(":outbox", AttributeValue::S("OUTBOX".to_owned()));
        let answer = call
            .send()
            .await
            .map_err(unexpected("looking into the outbox"))?;
        Ok(answer
            .items()
            .iter()
            .filter_map(|item| item.get("id")?.as_s().ok().cloned())
            .collect())
    }
}
