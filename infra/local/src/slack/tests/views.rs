//! Modals: triggers, stacks, submissions and their answers.

use serde_json::json;

use super::app::{Answer, Scene, modal};
use crate::slack::{ActError, Outcome};

/// A fresh trigger of alice's.
async fn trigger(scene: &Scene) -> String {
    scene
        .slack
        .person("alice")
        .runs("@infrared", "/infrared", "extend")
        .await
        .unwrap();
    scene.app.last().field("trigger_id")
}

#[tokio::test]
async fn trigger_works_once_and_for_three_seconds() {
    let scene = Scene::start().await;
    let id = trigger(&scene).await;
    let open = |id: &str| {
        scene.error_of(
            "views.open",
            json!({ "trigger_id": id, "view": modal("extend") }),
        )
    };
    assert_eq!(open(&id).await, "");
    assert_eq!(open(&id).await, "exchanged_trigger_id");
    assert_eq!(open("1.2.3").await, "invalid_trigger_id");
    let id = trigger(&scene).await;
    scene.clock.advance(4);
    assert_eq!(open(&id).await, "expired_trigger_id");
}

#[tokio::test]
async fn submission_sends_the_state_and_shows_errors() {
    let scene = Scene::start().await;
    let id = trigger(&scene).await;
    scene
        .call(
            "views.open",
            &json!({ "trigger_id": id, "view": modal("extend") }),
        )
        .await;
    let alice = scene.slack.person("alice");
    let view = scene
        .slack
        .wait_for_view("alice", |view| view.callback_id() == "extend")
        .await
        .unwrap();
    assert!(scene.slack.person("bob").submits(&view, &[]).await.is_err());
    let refused = |filled| alice.submits(&view, filled);
    assert!(matches!(refused(&[]).await, Err(ActError::Input { .. })));
    assert!(matches!(
        refused(&[("hours", "value", "123456")]).await,
        Err(ActError::Input { .. })
    ));
    let shown = alice.view().unwrap();
    assert!(shown.errors["hours"].starts_with("takes between"));

    let errors = json!({ "response_action": "errors", "errors": { "hours": "At most 24." } });
    scene.app.will_answer([Answer::Json(errors)]);
    let submission = alice
        .submits(&view, &[("hours", "value", "99")])
        .await
        .unwrap();
    let payload = scene.app.last().payload();
    assert_eq!(
        payload["view"]["state"]["values"]["hours"]["value"],
        json!({ "type": "plain_text_input", "value": "99" })
    );
    assert_eq!(payload["view"]["private_metadata"], "r-abcde");
    assert!(
        matches!(submission.outcome, Outcome::Errors(errors) if errors["hours"] == "At most 24.")
    );
    assert!(
        alice
            .view()
            .unwrap()
            .plain()
            .contains("! hours: At most 24.")
    );

    let unknown = json!({ "response_action": "errors", "errors": { "days": "no such input" } });
    scene.app.will_answer([Answer::Json(unknown)]);
    let submission = alice
        .submits(&view, &[("hours", "value", "1")])
        .await
        .unwrap();
    assert!(matches!(submission.outcome, Outcome::Failed(_)));

    let submission = alice
        .submits(&view, &[("hours", "value", "1")])
        .await
        .unwrap();
    assert_eq!(submission.outcome, Outcome::Closed);
    assert!(alice.view().is_none());
}

#[tokio::test]
async fn views_stack_three_high_and_clear() {
    let scene = Scene::start().await;
    let alice = scene.slack.person("alice");
    let id = trigger(&scene).await;
    scene
        .call(
            "views.open",
            &json!({ "trigger_id": id, "view": modal("one") }),
        )
        .await;
    let push = |name: &str| Answer::Json(json!({ "response_action": "push", "view": modal(name) }));
    scene.app.will_answer([
        push("two"),
        push("three"),
        push("four"),
        Answer::Json(json!({ "response_action": "clear" })),
    ]);
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        let view = alice.view().unwrap();
        outcomes.push(
            alice
                .submits(&view, &[("hours", "value", "1")])
                .await
                .unwrap()
                .outcome,
        );
    }
    assert!(matches!(&outcomes[1], Outcome::Pushed(view) if view.callback_id() == "three"));
    assert_eq!(
        outcomes[2],
        Outcome::Failed("push_limit_reached".to_owned())
    );
    assert_eq!(outcomes[3], Outcome::Cleared);
}

#[tokio::test]
async fn update_checks_the_hash_and_dismissal_is_told_when_asked() {
    let scene = Scene::start().await;
    let id = trigger(&scene).await;
    let mut view = modal("extend");
    view["notify_on_close"] = json!(true);
    let opened = scene
        .call("views.open", &json!({ "trigger_id": id, "view": view }))
        .await;
    let update = |hash: &str| {
        let mut body = view.clone();
        body["title"]["text"] = json!("Extend r-1");
        json!({ "view_id": opened["view"]["id"], "hash": hash, "view": body })
    };
    assert_eq!(
        scene.error_of("views.update", update("1.2")).await,
        "hash_conflict"
    );
    assert_eq!(
        scene
            .error_of(
                "views.update",
                update(opened["view"]["hash"].as_str().unwrap())
            )
            .await,
        ""
    );
    let alice = scene.slack.person("alice");
    let shown = alice.view().unwrap();
    assert_eq!(shown.title(), "Extend r-1");
    assert!(alice.dismisses(&shown).await.unwrap().is_some());
    assert_eq!(scene.app.last().payload()["type"], "view_closed");
    assert_eq!(
        scene.error_of("views.update", update("")).await,
        "not_found"
    );
}
