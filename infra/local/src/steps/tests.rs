#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

use domain::workflow::Step;
use serde_json::json;

use super::{Effect, Mishap, Steps};
use crate::emulators::loopback_client;

async fn ask(steps: &Steps, step: &str, reservation_id: &str) -> serde_json::Value {
    let answer = loopback_client()
        .unwrap()
        .post(format!("http://{}/", steps.address()))
        .json(&json!({"step": step, "reservation_id": reservation_id}))
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_mishap_strikes_its_step_of_its_reservation_as_often_as_it_says() {
    let steps = Steps::start().unwrap();
    steps.inject(Mishap::once(
        Step::Begin,
        "A",
        Effect::Lose("Lambda.Unknown"),
    ));
    steps.inject(Mishap::always(Step::Begin, "A", Effect::Twice));
    assert_eq!(ask(&steps, "begin", "B").await["fate"], "run");
    assert_eq!(ask(&steps, "finish", "A").await["fate"], "run");
    let lost = json!({"fate": "lose", "error": "Lambda.Unknown"});
    assert_eq!(ask(&steps, "begin", "A").await, lost);
    assert_eq!(ask(&steps, "begin", "A").await["fate"], "twice");
    assert_eq!(ask(&steps, "begin", "A").await["fate"], "twice");
    let struck: Vec<u32> = steps.heal().iter().map(Mishap::struck).collect();
    assert_eq!(struck, [1, 2]);
    assert_eq!(ask(&steps, "begin", "A").await["fate"], "run");
}

#[tokio::test]
async fn a_held_step_waits_until_it_is_released() {
    let steps = Steps::start().unwrap();
    steps.inject(Mishap::once(Step::Begin, "A", Effect::Hold));
    let (answer, ()) = tokio::join!(ask(&steps, "begin", "A"), async {
        steps.held().await;
        steps.release();
    });
    assert_eq!(answer["fate"], "run");
}
