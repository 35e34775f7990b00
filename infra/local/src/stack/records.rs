//! What is on record: what the functions logged and what the workflows went through, as the emulator keeps it for
//! `CloudWatch` and Step Functions.

use serde_json::{Value, json};

use crate::emulators::{ACCOUNT_ID, REGION, loopback_client};
use crate::{Error, Result};

/// Pages of events of one log group or execution; a journey fills one or two.
const PAGES_MAX: usize = 100;
/// Services: the name that requests are signed for, and what precedes an action's name.
const LOGS: (&str, &str) = ("logs", "Logs_20140328");
const STATES: (&str, &str) = ("states", "AWSStepFunctions");

/// Every line of every log group, with the group's name before it.
pub(super) async fn logs(emulator_url: &str) -> Result<String> {
    let mut text = String::new();
    let groups = ask(emulator_url, LOGS, "DescribeLogGroups", &json!({})).await?;
    for group in groups["logGroups"].as_array().into_iter().flatten() {
        let name = group["logGroupName"].as_str().unwrap_or_default();
        let mut next = Value::Null;
        for _ in 0..PAGES_MAX {
            let mut question = json!({ "logGroupName": name });
            if !next.is_null() {
                question["nextToken"] = next;
            }
            let page = ask(emulator_url, LOGS, "FilterLogEvents", &question).await?;
            for event in page["events"].as_array().into_iter().flatten() {
                let message = event["message"].as_str().unwrap_or_default();
                text.push_str(name);
                text.push(' ');
                text.push_str(message.trim_end());
                text.push('\n');
            }
            next = page["nextToken"].clone();
            if next.is_null() {
                break;
            }
        }
    }
    Ok(text)
}

/// Every event of every execution, with its data.
pub(super) async fn histories(emulator_url: &str) -> Result<String> {
    let mut text = String::new();
    let machines = ask(emulator_url, STATES, "ListStateMachines", &json!({})).await?;
    for machine in machines["stateMachines"].as_array().into_iter().flatten() {
        let question = json!({ "stateMachineArn": machine["stateMachineArn"] });
        let executions = ask(emulator_url, STATES, "ListExecutions", &question).await?;
        for execution in executions["executions"].as_array().into_iter().flatten() {
            let question = json!({
                "executionArn": execution["executionArn"],
                "includeExecutionData": true,
                "maxResults": 1000,
            });
            let history = ask(emulator_url, STATES, "GetExecutionHistory", &question).await?;
            text.push_str(&history.to_string());
            text.push('\n');
        }
    }
    Ok(text)
}

/// Asks as the account's root. Plain requests: the SDK's clients would be a large crate for two questions, and show
/// execution data to nobody.
async fn ask(
    emulator_url: &str,
    (service, prefix): (&str, &str),
    action: &str,
    question: &Value,
) -> Result<Value> {
    let unexpected = |detail: String| Error::Unexpected {
        what: format!("the answer to {action}"),
        detail,
    };
    let scope = format!("{ACCOUNT_ID}/20260101/{REGION}/{service}/aws4_request");
    let answer = loopback_client()?
        .post(format!("{emulator_url}/"))
        .header("x-amz-target", format!("{prefix}.{action}"))
        .header("content-type", "application/x-amz-json-1.0")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
        )
        .body(question.to_string())
        .send()
        .await
        .map_err(|error| unexpected(format!("{error:?}")))?;
    let text = answer
        .text()
        .await
        .map_err(|error| unexpected(format!("{error:?}")))?;
    serde_json::from_str(&text).map_err(|error| unexpected(format!("{error}: {text}")))
}
