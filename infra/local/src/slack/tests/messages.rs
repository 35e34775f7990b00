//! Posting, updating, threads, ephemerals, `response_url`s.

use serde_json::json;

use super::app::{Scene, TOKEN, button, section};
use crate::slack::{ActError, Failure};

#[tokio::test]
async fn calls_need_the_token_and_a_known_method() {
    let scene = Scene::start().await;
    let form = [("channel", "C0GENERAL"), ("text", "hi")];
    assert_eq!(
        scene.call_form("chat.postMessage", None, &form).await["error"],
        "not_authed"
    );
    assert_eq!(
        scene
            .call_form("chat.postMessage", Some("xoxb-other"), &form)
            .await["error"],
        "invalid_auth"
    );
    assert_eq!(
        scene.call_form("chat.shout", Some(TOKEN), &form).await["error"],
        "unknown_method"
    );
    assert_eq!(
        scene
            .call_form("chat.postMessage", Some(TOKEN), &form)
            .await["ok"],
        true
    );
}

#[tokio::test]
async fn places_are_checked() {
    let scene = Scene::start().await;
    let post = |channel: &str| {
        scene.error_of(
            "chat.postMessage",
            json!({ "channel": channel, "text": "hi" }),
        )
    };
    assert_eq!(post("C0RANDOM").await, "not_in_channel");
    assert_eq!(post("C0NOWHERE").await, "channel_not_found");
    assert_eq!(post("U0INFRARED").await, "cannot_dm_bot");
    assert_eq!(post("U0ALICE").await, "");
    assert_eq!(
        scene
            .error_of("chat.postMessage", json!({ "channel": "C0GENERAL" }))
            .await,
        "no_text"
    );
    scene.slack.change_person("bob", |bob| bob.deleted = true);
    assert_eq!(post("U0BOB").await, "channel_not_found");
}

#[tokio::test]
async fn update_keeps_the_history_and_drops_blocks_with_new_text() {
    let scene = Scene::start().await;
    let form = [
        ("channel", "U0ALICE"),
        ("text", "starting"),
        ("blocks", &json!([section("*starting*")]).to_string()),
    ];
    let posted = scene
        .call_form("chat.postMessage", Some(TOKEN), &form)
        .await;
    let (channel, ts) = (
        posted["channel"].as_str().unwrap(),
        posted["ts"].as_str().unwrap(),
    );
    assert_eq!(channel, "D0ALICE");
    let update = json!({ "channel": channel, "ts": ts, "text": "ready" });
    assert_eq!(scene.error_of("chat.update", update).await, "");
    let message = scene
        .slack
        .wait_for(channel, ts, |message| message.text == "ready")
        .await
        .unwrap();
    assert!(message.blocks.is_empty());
    assert_eq!(message.versions.len(), 2);
    let by_user = json!({ "channel": "U0ALICE", "ts": ts, "text": "ready" });
    assert_eq!(
        scene.error_of("chat.update", by_user).await,
        "channel_not_found"
    );
    let theirs = scene.slack.person("alice").says("@infrared", "hi").unwrap();
    let update = json!({ "channel": channel, "ts": theirs.ts, "text": "x" });
    assert_eq!(
        scene.error_of("chat.update", update).await,
        "cant_update_message"
    );
    assert_eq!(
        scene
            .error_of("chat.delete", json!({ "channel": channel, "ts": ts }))
            .await,
        ""
    );
    assert_eq!(
        scene
            .error_of("chat.delete", json!({ "channel": channel, "ts": ts }))
            .await,
        "message_not_found"
    );
}

#[tokio::test]
async fn ephemeral_is_seen_by_one_person_and_cannot_be_updated() {
    let scene = Scene::start().await;
    let arguments = json!({ "channel": "C0GENERAL", "user": "U0BOB", "text": "hush" , "blocks": [button("stop", "1")] });
    let posted = scene.call("chat.postEphemeral", &arguments).await;
    let message = scene.slack.next_message_to("bob").await.unwrap();
    assert_eq!(message.ts, posted["message_ts"]);
    assert!(scene.slack.unread_by("alice").is_empty());
    assert!(
        scene
            .slack
            .person("alice")
            .clicks(&message, "stop")
            .await
            .is_err()
    );
    assert!(
        scene
            .slack
            .person("bob")
            .clicks(&message, "stop")
            .await
            .unwrap()
            .is_ok()
    );
    let payload = scene.app.last().payload();
    assert_eq!(payload["container"]["is_ephemeral"], true);
    assert!(payload.get("message").is_none());
    let update = json!({ "channel": "C0GENERAL", "ts": message.ts, "text": "x" });
    assert_eq!(
        scene.error_of("chat.update", update).await,
        "message_not_found"
    );
    let elsewhere = json!({ "channel": "D0ALICE", "user": "U0BOB", "text": "hush" });
    assert_eq!(
        scene.error_of("chat.postEphemeral", elsewhere).await,
        "user_not_in_channel"
    );
}

#[tokio::test]
async fn threads_hang_on_their_first_message() {
    let scene = Scene::start().await;
    let root = scene
        .slack
        .person("bob")
        .says("#general", "@infrared start")
        .unwrap();
    let reply = |thread_ts: &str| json!({ "channel": "C0GENERAL", "text": "which size?", "thread_ts": thread_ts });
    let answer = scene.call("chat.postMessage", &reply(&root.ts)).await;
    assert_eq!(answer["message"]["thread_ts"], root.ts);
    let message = scene.slack.next_message_in("#general").await.unwrap();
    let posted = scene
        .slack
        .person("bob")
        .replies(&message, "@infrared small")
        .unwrap();
    scene.slack.settle().await.unwrap();
    assert_eq!(scene.app.last().event()["event"]["thread_ts"], root.ts);
    assert_eq!(
        scene.error_of("chat.postMessage", reply("1.000001")).await,
        "thread_not_found"
    );
    assert_eq!(
        scene.error_of("chat.postMessage", reply(&posted.ts)).await,
        "thread_not_found"
    );
}

#[tokio::test]
async fn click_tells_what_was_pressed_and_its_response_url_works_five_times() {
    let scene = Scene::start().await;
    let arguments = json!({ "channel": "U0ALICE", "text": "ready", "blocks": [section("ready"), button("stop", "r-1")] });
    scene.call("chat.postMessage", &arguments).await;
    let message = scene.slack.next_message_to("alice").await.unwrap();
    scene
        .slack
        .person("alice")
        .clicks(&message, "stop")
        .await
        .unwrap();
    let payload = scene.app.last().payload();
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(payload["actions"][0]["value"], "r-1");
    assert_eq!(payload["channel"]["name"], "directmessage");
    assert_eq!(payload["user"]["id"], "U0ALICE");
    let url = payload["response_url"].as_str().unwrap();
    let replace = json!({ "replace_original": true, "text": "stopping" });
    for _ in 0..5 {
        assert_eq!(scene.respond(url, &replace).await["ok"], true);
    }
    assert_eq!(scene.respond(url, &replace).await["error"], "used_url");
    assert_eq!(
        scene
            .slack
            .message(&message.channel, &message.ts)
            .unwrap()
            .text,
        "stopping"
    );
}

#[tokio::test]
async fn response_url_expires_and_answers_privately() {
    let scene = Scene::start().await;
    scene
        .slack
        .person("bob")
        .runs("#random", "/infrared", "list")
        .await
        .unwrap();
    let url = scene.app.last().field("response_url");
    assert_eq!(
        scene
            .respond(&url, &json!({ "text": "nothing runs" }))
            .await["ok"],
        true
    );
    assert_eq!(
        scene.slack.next_message_to("bob").await.unwrap().text,
        "nothing runs"
    );
    scene.clock.advance(30 * 60 + 1);
    assert_eq!(
        scene.respond(&url, &json!({ "text": "late" })).await["error"],
        "expired_url"
    );
}

#[tokio::test]
async fn planned_failures_are_used_up_in_order() {
    let scene = Scene::start().await;
    scene
        .slack
        .fail_next("chat.postMessage", Failure::Error("is_archived".to_owned()));
    scene
        .slack
        .fail_next("chat.postMessage", Failure::AnswerLost);
    let arguments = json!({ "channel": "U0ALICE", "text": "hi" });
    assert_eq!(
        scene.error_of("chat.postMessage", arguments.clone()).await,
        "is_archived"
    );
    let url = format!("{}/chat.postMessage", scene.slack.api_url());
    let lost = reqwest::Client::new()
        .post(url)
        .bearer_auth(TOKEN)
        .json(&arguments)
        .send()
        .await
        .unwrap();
    assert_eq!(lost.status(), 500);
    assert_eq!(
        scene.slack.next_message_to("alice").await.unwrap().text,
        "hi"
    );
    assert_eq!(scene.slack.calls().len(), 2);
}

#[tokio::test]
async fn people_are_described_by_form_calls_only() {
    let scene = Scene::start().await;
    let alice = scene
        .call_form("users.info", Some(TOKEN), &[("user", "U0GINA")])
        .await;
    assert_eq!(alice["user"]["is_restricted"], true);
    assert_eq!(alice["user"]["tz_offset"], 9 * 3600);
    assert_eq!(
        scene.call("users.info", &json!({ "user": "U0GINA" })).await["error"],
        "invalid_arguments"
    );
    let url = format!("{}/users.info?user=U0GINA", scene.slack.api_url());
    let asked = reqwest::Client::new()
        .get(url)
        .bearer_auth(TOKEN)
        .send()
        .await
        .unwrap();
    assert_eq!(
        asked.json::<serde_json::Value>().await.unwrap()["user"]["name"],
        "gina"
    );
    let opened = scene
        .call("conversations.open", &json!({ "users": "U0GINA" }))
        .await;
    assert_eq!(opened["channel"]["id"], "D0GINA");
}

#[tokio::test]
async fn transcript_reads_like_the_conversation() {
    let scene = Scene::start().await;
    scene
        .slack
        .person("alice")
        .says("#general", "@infrared start a box & go")
        .unwrap();
    let blocks = json!([
        section("Started *box* for <@U0ALICE> :tada: <https://x.test|notebook>"),
        button("stop", "1")
    ]);
    scene
        .call(
            "chat.postMessage",
            &json!({ "channel": "C0GENERAL", "text": "x", "blocks": blocks }),
        )
        .await;
    let lines: Vec<String> = scene
        .slack
        .transcript()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        lines,
        [
            "#general alice: @infrared start a box & go",
            "#general infrared: Started box for @alice 🎉 notebook\n    [Stop]",
        ]
    );
}

#[tokio::test]
async fn people_of_another_workspace_are_only_where_it_is_shared() {
    let scene = Scene::start().await;
    let zoe = scene.slack.person("zoe");
    assert!(zoe.says("@infrared", "hello").is_err());
    assert!(zoe.says("#general", "hello").is_err());
    zoe.says("#partner", "@infrared hello").unwrap();
    scene.slack.settle().await.unwrap();
    let body = scene.app.last().event();
    assert_eq!(body["is_ext_shared_channel"], true);
    let event = &body["event"];
    for field in ["team", "user_team", "source_team"] {
        assert_eq!(event[field], "T0PARTNER");
    }
    assert_eq!(event["user_profile"]["team"], "T0PARTNER");
    let info = scene
        .call_form("users.info", Some(TOKEN), &[("user", "U0ZOE")])
        .await;
    assert_eq!(info["user"]["is_stranger"], true);
    assert_eq!(info["user"]["team_id"], "T0PARTNER");
}

#[tokio::test]
async fn guests_of_one_channel_are_in_that_and_in_their_own_conversation() {
    let scene = Scene::start().await;
    let otto = scene.slack.person("otto");
    otto.says("#general", "hello").unwrap();
    otto.says("@infrared", "hello").unwrap();
    scene.slack.settle().await.unwrap();
    let body = scene.app.last().event();
    assert_eq!(body["is_ext_shared_channel"], false);
    assert_eq!(body["event"]["team"], "T0LOCAL");
    assert!(otto.says("#random", "hello").is_err());
    assert!(otto.says("#partner", "hello").is_err());
}

#[tokio::test]
async fn who_is_deactivated_says_nothing_but_a_press_may_still_arrive() {
    let scene = Scene::start().await;
    let dora = scene.slack.person("dora");
    assert!(matches!(
        dora.says("#general", "hello"),
        Err(ActError::Deactivated { .. })
    ));
    assert!(dora.runs("@infrared", "/infrared", "help").await.is_err());
    let post = json!({ "channel": "C0GENERAL", "text": "x", "blocks": [button("stop", "1")] });
    scene.call("chat.postMessage", &post).await;
    let message = scene.slack.next_message_in("#general").await.unwrap();
    dora.clicks(&message, "stop").await.unwrap();
    assert_eq!(scene.app.last().payload()["user"]["id"], "U0DORA");
    let page = |name: &str| {
        let url = format!("{}page/state?person={name}", scene.slack.page_url());
        async move { reqwest::get(url).await.unwrap().status() }
    };
    assert_eq!(page("dora").await, 404);
    assert_eq!(page("zoe").await, 200);
}
