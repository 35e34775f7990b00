//! Payloads in Slack's own form, and what is made of them.

use domain::act::Press;
use domain::identity::PlaceKind;
use serde_json::{Value, json};

use super::*;

const TEAM: &str = "T1";

fn event(event: &Value) -> Incoming {
    let envelope = json!({
        "token": "deprecated", "team_id": TEAM, "api_app_id": "A1", "type": "event_callback", "event_id": "Ev1", "event_time": 1,
        "authorizations": [{"enterprise_id": null, "team_id": TEAM, "user_id": "UBOT", "is_bot": true, "is_enterprise_install": false}],
        "is_ext_shared_channel": false, "event_context": "4-x", "event": event,
    });
    read(Door::Events, envelope.to_string().as_bytes(), TEAM)
}

fn interaction(payload: &Value) -> Incoming {
    let body = serde_urlencoded::to_string([("payload", payload.to_string())]).expect("a form");
    read(Door::Interactivity, body.as_bytes(), TEAM)
}

fn turn(incoming: Incoming) -> Turn {
    match incoming {
        Incoming::Turn(turn) => *turn,
        other => panic!("not a turn: {other:?}"),
    }
}

fn mention() -> Value {
    json!({"type": "app_mention", "user": "UALICE", "text": "<@UBOT> hi", "ts": "1.2", "channel": "C1", "event_ts": "1.2"})
}

fn pressed(action_id: &str, value: &str, is_ephemeral: bool) -> Value {
    json!({
        "type": "block_actions", "user": {"id": "UALICE", "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": "t.1",
        "container": {"type": "message", "message_ts": "3.4", "channel_id": "C1", "is_ephemeral": is_ephemeral},
        "channel": {"id": "C1"}, "message": {"ts": "3.4", "thread_ts": "1.2"}, "response_url": "https://hooks.test/1",
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "5.6"}],
    })
}

#[test]
fn a_mention_is_answered_in_its_thread_and_a_direct_message_where_it_stands() {
    let mention = turn(event(&mention()));
    assert_eq!(
        mention.place,
        Place {
            channel: "C1".to_owned(),
            thread_ts: Some("1.2".to_owned()),
            kind: PlaceKind::Channel
        }
    );
    assert_eq!(
        mention.utterance,
        Utterance::Words("<@U0BOT> hi".to_owned())
    );
    let direct = json!({"type": "message", "channel_type": "im", "user": "UALICE", "text": "hi", "ts": "1.2", "channel": "D1", "client_msg_id": "x"});
    assert_eq!(
        turn(event(&direct)).place,
        Place {
            channel: "D1".to_owned(),
            thread_ts: None,
            kind: PlaceKind::Direct
        }
    );
}

#[test]
fn the_two_events_of_one_mention_and_all_repetitions_have_one_claim() {
    let mention = turn(event(&mention()));
    assert_eq!(mention.claim, "message#T1#C1#1.2#UALICE");
    let twin = json!({"type": "message", "channel_type": "channel", "user": "UALICE", "text": "<@UBOT> hi", "ts": "1.2", "channel": "C1"});
    assert!(matches!(event(&twin), Incoming::Nothing(_)));
}

#[test]
fn edits_deletions_bots_and_our_own_words_are_nothing() {
    let base = json!({"type": "message", "channel_type": "im", "user": "UALICE", "text": "hi", "ts": "1.2", "channel": "D1"});
    let changes = [
        json!({"subtype": "message_changed"}),
        json!({"subtype": "message_deleted"}),
        json!({"subtype": "channel_join"}),
        json!({"subtype": "bot_message"}),
        json!({"bot_id": "B1"}),
        json!({"user": "UBOT"}),
        json!({"edited": {"user": "UALICE", "ts": "9"}}),
    ];
    for change in changes {
        let mut varied = base.clone();
        varied
            .as_object_mut()
            .expect("an object")
            .extend(change.as_object().expect("an object").clone());
        assert!(matches!(event(&varied), Incoming::Nothing(_)), "{change}");
    }
    let file = json!({"type": "message", "channel_type": "im", "subtype": "file_share", "user": "UALICE", "text": "hi", "ts": "1.2", "channel": "D1"});
    assert!(matches!(event(&file), Incoming::Turn(_)));
}

#[test]
fn envelopes_of_other_kinds_and_workspaces_are_told_apart() {
    let read_json = |value: Value| read(Door::Events, value.to_string().as_bytes(), TEAM);
    assert_eq!(
        read_json(json!({"type": "url_verification", "challenge": "c"})),
        Incoming::Challenge("c".to_owned())
    );
    assert_eq!(
        read_json(json!({"type": "url_verification"})),
        Incoming::Unreadable
    );
    assert_eq!(
        read_json(json!({"type": "event_callback", "team_id": "T2"})),
        Incoming::WrongTeam
    );
    assert!(matches!(
        read_json(json!({"type": "app_rate_limited"})),
        Incoming::Nothing(_)
    ));
    for broken in ["{", "[]", "null", "7", "\"x\"", "{\"type\":null}"] {
        assert_eq!(
            read(Door::Events, broken.as_bytes(), TEAM),
            Incoming::Unreadable,
            "{broken}"
        );
    }
    assert_eq!(event(&json!({"type": "app_mention"})), Incoming::Unreadable);
}

#[test]
fn a_slash_command_is_private_and_asks_for_help_when_empty() {
    let body = |text: &str| {
        format!(
            "token=x&team_id=T1&channel_id=C1&user_id=UALICE&command=%2Finfrared&text={text}&trigger_id=9.9&response_url=https%3A%2F%2Fhooks.test"
        )
    };
    let command = turn(read(
        Door::Commands,
        body("vm+ubuntu+8gb+4h").as_bytes(),
        TEAM,
    ));
    assert_eq!(
        (command.place.kind, command.answered_directly),
        (PlaceKind::Private, true)
    );
    assert_eq!(
        command.utterance,
        Utterance::Words("vm ubuntu 8gb 4h".to_owned())
    );
    assert_eq!(
        turn(read(Door::Commands, body("").as_bytes(), TEAM)).utterance,
        Utterance::Words("help".to_owned())
    );
    assert_eq!(
        read(Door::Commands, body("list").as_bytes(), "T2"),
        Incoming::WrongTeam
    );
    assert!(matches!(
        read(Door::Commands, b"ssl_check=1&token=x", TEAM),
        Incoming::Nothing(_)
    ));
    assert_eq!(read(Door::Commands, b"text=hi", TEAM), Incoming::Unreadable);
    assert_eq!(
        read(Door::Commands, &[0xff, 0xfe], TEAM),
        Incoming::Unreadable
    );
}

#[test]
fn a_pressed_button_replaces_questions_and_leaves_standing_messages() {
    let launch = turn(interaction(&pressed("quote_launch", "q1", false)));
    assert_eq!(
        launch.utterance,
        Utterance::Button(Press::TakeQuote("q1".to_owned()))
    );
    assert_eq!(
        launch.replaces,
        Some(Replaces::Message {
            channel: "C1".to_owned(),
            ts: "3.4".to_owned()
        })
    );
    assert_eq!(launch.place.thread_ts.as_deref(), Some("1.2"));
    assert_eq!(
        turn(interaction(&pressed("extend_1h", "r1", false))).replaces,
        None
    );
    assert_eq!(
        turn(interaction(&pressed("terminate", "r1", false))).replaces,
        None
    );
    assert!(
        turn(interaction(&pressed("terminate_yes", "r1,r2", false)))
            .replaces
            .is_some()
    );
    let private = turn(interaction(&pressed("quote_cancel", "q1", true)));
    assert_eq!(
        private.replaces,
        Some(Replaces::Ephemeral {
            response_url: "https://hooks.test/1".to_owned()
        })
    );
    assert_eq!(private.place.kind, PlaceKind::Private);
}

#[test]
fn choices_are_for_one_person_and_the_form_remembers_where_it_was_opened() {
    let choice = turn(interaction(&pressed("say_2", "UALICE/16 GB", false)));
    assert_eq!(
        choice.utterance,
        Utterance::WordsFor("UALICE".to_owned(), "16 GB".to_owned())
    );
    let Incoming::OpenForm { for_user, view, .. } =
        interaction(&pressed("answer_open", "UALICE/Which system?", false))
    else {
        panic!("not a form")
    };
    assert_eq!(for_user, "UALICE");
    let sent = json!({
        "type": "view_submission", "user": {"id": "UALICE", "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": "t.2",
        "view": {
            "id": "V1", "callback_id": "answer", "private_metadata": serde_json::to_string(&view).expect("JSON"),
            "state": {"values": {"answer": {"answer": {"type": "plain_text_input", "value": "8 gigs"}}}},
        },
    });
    let sent = turn(interaction(&sent));
    assert_eq!((sent.place, sent.replaces), (view.place, view.replaces));
    assert_eq!(sent.utterance, Utterance::Words("8 gigs".to_owned()));
}

#[test]
fn interactions_that_are_not_ours_or_not_whole_do_nothing() {
    assert!(matches!(
        interaction(&pressed("someone_elses", "x", false)),
        Incoming::Nothing(_)
    ));
    assert!(matches!(
        interaction(&json!({"type": "view_closed", "user": {"id": "U", "team_id": TEAM}})),
        Incoming::Nothing(_)
    ));
    assert_eq!(
        interaction(&json!({"type": "block_actions", "user": {"id": "U", "team_id": TEAM}})),
        Incoming::Unreadable
    );
    assert_eq!(
        interaction(&json!({"type": "block_actions", "user": {"id": "U", "team_id": "T2"}})),
        Incoming::WrongTeam
    );
    assert_eq!(
        read(Door::Interactivity, b"payload=%7B", TEAM),
        Incoming::Unreadable
    );
}

#[test]
fn doors_are_found_below_any_stage() {
    assert_eq!(Door::of("/slack/events"), Some(Door::Events));
    assert_eq!(Door::of("/prod/slack/commands"), Some(Door::Commands));
    assert_eq!(Door::of("/slack/events/x"), None);
    assert_eq!(Door::of("/"), None);
}
