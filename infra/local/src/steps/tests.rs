#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

use domain::workflow::Step;
use serde_json::{Value, json};

use super::{Effect, Mishap, Steps};
use crate::emulators::loopback_client;

async fn post(steps: &Steps, path: &str, body: Value) -> Value {
    let answer = loopback_client()
        .unwrap()
        .post(format!("http://{}{path}", steps.address()))
        .json(&body)
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

/// What becomes of a step.
async fn ask(steps: &Steps, step: &str, subject_id: &str) -> Value {
    post(steps, "/", json!({"step": step, "subject_id": subject_id})).await
}

async fn tell(steps: &Steps, answer: &Value, has_struck: bool) {
    let report = json!({"mishap": answer["mishap"], "has_struck": has_struck});
    post(steps, "/struck", report).await;
}

fn struck(mishaps: &[Mishap]) -> Vec<u32> {
    mishaps.iter().map(Mishap::struck).collect()
}

#[tokio::test]
async fn a_mishap_applies_to_its_step_of_its_reservation_as_often_as_it_says() {
    let steps = Steps::start().unwrap();
    steps.inject(Mishap::once(
        Step::Begin,
        "A",
        Effect::Lose("Lambda.Unknown"),
    ));
    steps.inject(Mishap::always(Step::Begin, "A", Effect::Twice));
    assert_eq!(ask(&steps, "begin", "B").await["fate"], "run");
    assert_eq!(ask(&steps, "finish", "A").await["fate"], "run");
    let lost = json!({"fate": "lose", "error": "Lambda.Unknown", "mishap": 0});
    assert_eq!(ask(&steps, "begin", "A").await, lost);
    let twice = json!({"fate": "twice", "mishap": 1});
    assert_eq!(ask(&steps, "begin", "A").await, twice);
    assert_eq!(ask(&steps, "begin", "A").await, twice);
    assert_eq!(
        struck(&steps.heal()),
        [0, 0],
        "nobody said that it happened"
    );
    assert_eq!(ask(&steps, "begin", "A").await["fate"], "run");
}

#[tokio::test]
async fn an_answer_is_lost_only_where_there_was_one() {
    let steps = Steps::start().unwrap();
    steps.inject(Mishap::once(
        Step::Begin,
        "A",
        Effect::Lose("Lambda.Unknown"),
    ));
    let failed_by_itself = ask(&steps, "begin", "A").await;
    tell(&steps, &failed_by_itself, false).await;
    let again = ask(&steps, "begin", "A").await;
    assert_eq!(again["fate"], "lose");
    tell(&steps, &again, true).await;
    assert_eq!(ask(&steps, "begin", "A").await["fate"], "run");
    let mishaps = steps.heal();
    steps.inject(Mishap::once(Step::Begin, "A", Effect::Twice));
    tell(&steps, &again, true).await;
    assert_eq!(struck(&mishaps), [1]);
    assert_eq!(struck(&steps.heal()), [0], "a late report is about another");
}

#[tokio::test]
async fn a_held_step_waits_until_it_is_released() {
    let steps = Steps::start().unwrap();
    steps.inject(Mishap::once(Step::Begin, "A", Effect::Hold));
    let (answer, ()) = tokio::join!(ask(&steps, "begin", "A"), async {
        steps.held().await;
        steps.release();
    });
    assert_eq!(answer, json!({"fate": "run"}));
    assert_eq!(struck(&steps.heal()), [1]);
}
