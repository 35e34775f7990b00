//! Signed requests, time limits, retries, the shapes of payloads.

use std::time::Duration;

use serde_json::json;

use super::app::{Answer, Scene, quick_rules};
use crate::slack::{BOT_USER_ID, DeliveryRules};

#[tokio::test]
async fn direct_message_arrives_signed_with_the_shared_clock() {
    let scene = Scene::start().await;
    scene.clock.advance(86_400);
    scene
        .slack
        .person("alice")
        .says("@infrared", "start 2 <gpu> & go to foo.example.com")
        .unwrap();
    scene.slack.settle().await.unwrap();
    let received = scene.app.last();
    let timestamp: i64 = received.headers["x-slack-request-timestamp"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((scene.clock.now_epoch_seconds() - timestamp).abs() <= 2);
    assert_eq!(received.path, "/slack/events");
    let body = received.event();
    assert_eq!(body["type"], "event_callback");
    assert_eq!(body["authorizations"][0]["user_id"], BOT_USER_ID);
    assert_eq!(body["event"]["channel_type"], "im");
    assert_eq!(
        body["event"]["text"],
        "start 2 &lt;gpu&gt; &amp; go to <http://foo.example.com|foo.example.com>"
    );
}

#[tokio::test]
async fn event_is_tried_again_three_times_with_the_reason() {
    let scene = Scene::start().await;
    scene
        .app
        .will_answer([500, 500, 500, 500].map(Answer::Status));
    scene.slack.person("alice").says("@infrared", "hi").unwrap();
    scene.slack.settle().await.unwrap();
    let all = scene.app.all();
    let retries: Vec<Option<&str>> = all
        .iter()
        .map(|one| {
            one.headers
                .get("x-slack-retry-num")
                .map(|num| num.to_str().unwrap())
        })
        .collect();
    assert_eq!(retries, [None, Some("1"), Some("2"), Some("3")]);
    assert!(
        all[1..]
            .iter()
            .all(|one| one.headers["x-slack-retry-reason"] == "http_error")
    );
    assert!(
        all.iter()
            .all(|one| one.event()["event_id"] == all[0].event()["event_id"])
    );
}

#[tokio::test]
async fn late_answer_is_a_timeout_and_no_retry_is_respected() {
    let scene = Scene::start().await;
    let answer_limit = Duration::from_millis(200);
    scene.slack.set_delivery_rules(DeliveryRules {
        answer_limit,
        ..quick_rules()
    });
    scene
        .app
        .will_answer([Answer::Late(Duration::from_secs(5)), Answer::NoRetry]);
    scene.slack.person("alice").says("@infrared", "hi").unwrap();
    scene.slack.settle().await.unwrap();
    let failures: Vec<_> = scene
        .slack
        .deliveries()
        .iter()
        .map(|delivery| delivery.failure)
        .collect();
    assert_eq!(failures, [Some("http_timeout"), Some("http_error")]);
    assert_eq!(
        scene.app.last().headers["x-slack-retry-reason"],
        "http_timeout"
    );
}

#[tokio::test]
async fn unreachable_app_is_a_failed_connection() {
    let scene = Scene::start().await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    scene
        .slack
        .set_public_url(&format!("http://{}/", closed.local_addr().unwrap()));
    drop(closed);
    let answer = scene
        .slack
        .person("alice")
        .runs("@infrared", "/infrared", "list")
        .await
        .unwrap();
    assert_eq!(answer.delivery.failure, Some("connection_failed"));
    assert_eq!(
        answer.message.unwrap().plain(),
        "/infrared failed with the error \"dispatch_failed\""
    );
}

#[tokio::test]
async fn channel_messages_reach_the_app_when_it_is_mentioned_and_a_member() {
    let scene = Scene::start().await;
    let bob = scene.slack.person("bob");
    bob.says("#general", "lunch?").unwrap();
    bob.says("#random", "@infrared list").unwrap();
    bob.says("#general", "@infrared: list").unwrap();
    scene.slack.settle().await.unwrap();
    assert_eq!(scene.app.all().len(), 1);
    let event = &scene.app.last().event()["event"];
    assert_eq!(event["type"], "app_mention");
    assert_eq!(event["text"], format!("<@{BOT_USER_ID}>: list"));
    assert!(event.get("channel_type").is_none());
}

#[tokio::test]
async fn mention_twin_shares_the_ts_but_not_the_event_id() {
    let scene = Scene::start().await;
    scene.slack.set_delivery_rules(DeliveryRules {
        deliver_message_twins: true,
        ..quick_rules()
    });
    scene
        .slack
        .person("bob")
        .says("#general", "@infrared list")
        .unwrap();
    scene.slack.settle().await.unwrap();
    let events: Vec<_> = scene
        .app
        .all()
        .iter()
        .map(super::app::Received::event)
        .collect();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["event"]["ts"], events[1]["event"]["ts"]);
    assert_ne!(events[0]["event_id"], events[1]["event_id"]);
    let again = scene.slack.redeliver_last().unwrap();
    scene.slack.settle().await.unwrap();
    assert_eq!(scene.app.last().event()["event_id"], again);
}

#[tokio::test]
async fn own_messages_and_edits_come_back_as_events() {
    let scene = Scene::start().await;
    scene.slack.set_delivery_rules(DeliveryRules {
        deliver_own_messages: true,
        ..quick_rules()
    });
    let posted = scene
        .slack
        .person("alice")
        .says("@infrared", "lst")
        .unwrap();
    scene.slack.person("alice").edits(&posted, "list").unwrap();
    scene
        .call(
            "chat.postMessage",
            &json!({ "channel": "U0ALICE", "text": "hello" }),
        )
        .await;
    scene.slack.settle().await.unwrap();
    let mut events: Vec<_> = scene
        .app
        .all()
        .iter()
        .map(|one| one.event()["event"].clone())
        .collect();
    events.sort_by_key(|event| event["event_ts"].to_string());
    assert_eq!(events[1]["subtype"], "message_changed");
    assert_eq!(events[1]["previous_message"]["text"], "lst");
    assert_eq!(events[2]["bot_id"], "B0INFRARED");
    assert!(events[2].get("subtype").is_none());
}

#[tokio::test]
async fn url_is_verified_with_a_signed_challenge() {
    let scene = Scene::start().await;
    scene
        .app
        .will_answer([Answer::Json(json!({ "challenge": "abc" }))]);
    let delivery = scene.slack.verifies_url("abc").await;
    assert_eq!(delivery.json()["challenge"], "abc");
    assert_eq!(scene.app.last().event()["type"], "url_verification");
}

#[tokio::test]
async fn slash_command_carries_slacks_fields() {
    let scene = Scene::start().await;
    scene
        .app
        .will_answer([Answer::Json(json!({ "text": "*done*" }))]);
    let answer = scene
        .slack
        .person("gina")
        .runs("@infrared", "/infrared", "share box with @bob")
        .await
        .unwrap();
    let received = scene.app.last();
    assert_eq!(received.path, "/slack/commands");
    assert_eq!(received.field("channel_name"), "directmessage");
    assert_eq!(received.field("text"), "share box with <@U0BOB|bob>");
    assert_eq!(received.field("is_enterprise_install"), "false");
    let message = answer.message.unwrap();
    assert_eq!(message.plain(), "done");
    assert_eq!(message.visible_to.as_deref(), Some("U0GINA"));
    assert_eq!(
        scene.slack.next_message_to("gina").await.unwrap().ts,
        message.ts
    );
}
