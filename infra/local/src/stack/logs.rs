//! What the functions logged: the emulator keeps it as `CloudWatch` does.

use serde_json::{Value, json};

use crate::emulators::{ACCOUNT_ID, REGION, loopback_client};
use crate::{Error, Result};

/// Pages of events of one log group; a journey fills one or two.
const PAGES_MAX: usize = 100;

/// Every line of every log group, with the group's name before it.
pub(super) async fn read(emulator_url: &str) -> Result<String> {
    let mut text = String::new();
    let groups = ask(emulator_url, "DescribeLogGroups", &json!({})).await?;
    for group in groups["logGroups"].as_array().into_iter().flatten() {
        let name = group["logGroupName"].as_str().unwrap_or_default();
        let mut next = Value::Null;
        for _ in 0..PAGES_MAX {
            let mut question = json!({ "logGroupName": name });
            if !next.is_null() {
                question["nextToken"] = next;
            }
            let page = ask(emulator_url, "FilterLogEvents", &question).await?;
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

/// Asks as the account's root. Plain requests: the SDK's client would be a large crate for two questions.
async fn ask(emulator_url: &str, action: &str, question: &Value) -> Result<Value> {
    let unexpected = |detail: String| Error::Unexpected {
        what: format!("the logs' {action}"),
        detail,
    };
    let scope = format!("{ACCOUNT_ID}/20260101/{REGION}/logs/aws4_request");
    let answer = loopback_client()?
        .post(format!("{emulator_url}/"))
        .header("x-amz-target", format!("Logs_20140328.{action}"))
        .header("content-type", "application/x-amz-json-1.1")
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
