//! Executions that ended without success, as Step Functions tells of them on the account's own bus.

use serde::Deserialize;
use serde_json::Value;

/// What such an event is called.
const DETAIL_TYPE: &str = "Step Functions Execution Status Change";

/// An execution that has failed, was aborted, or ran out of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub execution: String,
    /// What it was about.
    pub about: About,
}

/// What an execution is about, as its input says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum About {
    /// A reservation.
    Reservation {
        /// Which.
        reservation_id: String,
    },
    /// The check of a credential.
    Credential {
        /// Which.
        credential_id: String,
    },
}

#[derive(Deserialize)]
struct Event {
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    name: String,
    input: String,
}

impl Failure {
    /// The failure that an event tells of; none in what is no such event, which is the schedule's.
    ///
    /// <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>
    pub fn told(event: &Value) -> Option<Self> {
        if event["detail-type"] != DETAIL_TYPE {
            return None;
        }
        let Event { detail } = Event::deserialize(event).ok()?;
        Some(Self {
            about: serde_json::from_str(&detail.input).ok()?,
            execution: detail.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn failures_are_told_from_the_schedule() {
        let event = json!({
            "version": "0",
            "id": "315c1398-40ff-a850-213b-158f73e60175",
            "detail-type": "Step Functions Execution Status Change",
            "source": "aws.states",
            "account": "111122223333",
            "time": "2026-11-23T10:00:00Z",
            "region": "us-east-1",
            "resources": ["arn:aws:states:us-east-1:111122223333:execution:infrared-terminate:terminate-01-1"],
            "detail": {
                "executionArn": "arn:aws:states:us-east-1:111122223333:execution:infrared-terminate:terminate-01-1",
                "stateMachineArn": "arn:aws:states:us-east-1:111122223333:stateMachine:infrared-terminate",
                "name": "terminate-01-1",
                "status": "FAILED",
                "startDate": 1_551_225_146_847_i64,
                "stopDate": 1_551_225_151_881_i64,
                "input": "{\"reservation_id\":\"01\"}",
                "inputDetails": {"included": true},
                "output": null,
                "outputDetails": null,
            },
        });
        let failure = Failure {
            execution: "terminate-01-1".to_owned(),
            about: About::Reservation {
                reservation_id: "01".to_owned(),
            },
        };
        assert_eq!(Failure::told(&event), Some(failure));
        assert_eq!(Failure::told(&json!({})), None);
        let mut about_key = event.clone();
        about_key["detail"]["input"] = json!("{\"credential_id\":\"02\"}");
        let about = Failure::told(&about_key).map(|failure| failure.about);
        let credential_id = "02".to_owned();
        assert_eq!(about, Some(About::Credential { credential_id }));
        let mut about_nothing = event;
        about_nothing["detail"]["input"] = json!("{}");
        assert_eq!(Failure::told(&about_nothing), None);
    }
}
