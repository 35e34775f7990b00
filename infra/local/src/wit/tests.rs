//! The client against the stand-in: an answer, and every way of getting none.

use std::time::Duration;

use domain::intent::Intent;
use domain::understand::wit::{Failure, meaning};
use platform::wit::Wit;
use serde_json::{Value, json};

use super::*;

const BUDGET: Duration = Duration::from_secs(5);

fn noon() -> Value {
    json!({ "reference_time": "2026-11-23T10:00:00+01:00", "timezone": "Europe/Berlin" })
}

async fn pair() -> (WitStandIn, Wit) {
    let stand_in = WitStandIn::start().await.unwrap();
    let wit = Wit::new(reqwest::Client::new(), stand_in.url());
    (stand_in, wit)
}

#[tokio::test]
async fn a_question_is_answered_in_wits_form() {
    let (stand_in, wit) = pair().await;
    let body = wit
        .message(TOKEN, "extend r-7f3k2 until tomorrow 6pm", &noon(), BUDGET)
        .await
        .unwrap();
    let read = meaning(&body, "2026-11-23T10:00:00".parse().unwrap()).unwrap();
    assert_eq!(read.intent, Intent::ExtendReservation);
    assert_eq!(
        read.slots.until,
        Some("2026-11-24T18:00:00".parse().unwrap())
    );
    let call = &stand_in.calls()[0];
    assert_eq!(
        (call.version.as_str(), call.question.as_str()),
        ("20240304", "extend r-7f3k2 until tomorrow 6pm")
    );
    assert_eq!(
        serde_json::from_str::<Value>(&call.context).unwrap(),
        noon()
    );
}

#[tokio::test]
async fn every_failure_is_told_apart() {
    let faults = [
        (vec![Fault::NoAuth], Failure::Unauthorized),
        (vec![Fault::RateLimited], Failure::Throttled),
        (vec![Fault::Unknown, Fault::Unknown], Failure::Unavailable),
        (
            vec![Fault::BadGateway, Fault::BadGateway],
            Failure::Unavailable,
        ),
    ];
    for (faults, failure) in faults {
        let (stand_in, wit) = pair().await;
        let said = format!("{faults:?}");
        for fault in faults {
            stand_in.fail_next(fault);
        }
        assert_eq!(
            wit.message(TOKEN, "list", &noon(), BUDGET).await,
            Err(failure),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_passing_failure_is_tried_once_more() {
    let (stand_in, wit) = pair().await;
    stand_in.fail_next(Fault::BadGateway);
    assert!(wit.message(TOKEN, "list", &noon(), BUDGET).await.is_ok());
    assert_eq!(stand_in.calls().len(), 2);
}

#[tokio::test]
async fn silence_ends_with_the_budget_and_opens_the_breaker() {
    let (stand_in, wit) = pair().await;
    for _ in 0..3 {
        stand_in.fail_next(Fault::Silent);
        assert_eq!(
            wit.message(TOKEN, "list", &noon(), Duration::from_millis(200))
                .await,
            Err(Failure::TimedOut)
        );
    }
    assert_eq!(
        wit.message(TOKEN, "list", &noon(), BUDGET).await,
        Err(Failure::CircuitOpen)
    );
    assert_eq!(stand_in.calls().len(), 3);
}

#[tokio::test]
async fn what_must_not_leave_does_not() {
    let (stand_in, wit) = pair().await;
    let refused = [
        ("my key is AKIAIOSFODNN7EXAMPLE".to_owned(), Failure::Secret),
        ("a".repeat(281), Failure::TooLong),
        (" ".to_owned(), Failure::Empty),
    ];
    for (text, failure) in refused {
        assert_eq!(
            wit.message(TOKEN, &text, &noon(), BUDGET).await,
            Err(failure)
        );
    }
    assert_eq!(
        wit.message(TOKEN, "list", &noon(), Duration::ZERO).await,
        Err(Failure::NoTime)
    );
    let unconfigured = Wit::new(reqwest::Client::new(), stand_in.url());
    assert_eq!(
        unconfigured.message("none", "list", &noon(), BUDGET).await,
        Err(Failure::NotConfigured)
    );
    assert!(stand_in.calls().is_empty());
}

#[tokio::test]
async fn nobody_there_is_an_outage() {
    let (stand_in, _) = pair().await;
    let nowhere = stand_in.url().replace("127.0.0.1", "127.0.0.2");
    let wit = Wit::new(reqwest::Client::new(), &nowhere);
    assert_eq!(
        wit.message(TOKEN, "list", &noon(), BUDGET).await,
        Err(Failure::Unavailable)
    );
}

#[tokio::test]
async fn a_wrong_token_and_a_missing_time_are_refused() {
    let (stand_in, wit) = pair().await;
    let other = Wit::new(reqwest::Client::new(), stand_in.url());
    assert_eq!(
        other.message("other", "list", &noon(), BUDGET).await,
        Err(Failure::Unauthorized)
    );
    assert_eq!(
        wit.message(TOKEN, "list", &json!({}), BUDGET).await,
        Err(Failure::Refused)
    );
}

#[tokio::test]
async fn garbage_is_no_meaning() {
    let (stand_in, wit) = pair().await;
    stand_in.fail_next(Fault::Garbage);
    let body = wit.message(TOKEN, "list", &noon(), BUDGET).await.unwrap();
    assert_eq!(
        meaning(&body, "2026-11-23T10:00:00".parse().unwrap()),
        Err(Failure::Unreadable)
    );
}
