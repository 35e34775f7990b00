//! Block Kit's limits, each at its edge.

use serde_json::{Value, json};

use super::app::modal;
use super::app::{button, section};
use crate::slack::limits::{check_message, check_view, is_too_long};

/// What is wrong with one block; empty when nothing.
fn problem(block: &Value) -> String {
    check_message(&mut [block.clone()])
        .err()
        .map(|problems| problems.join("; "))
        .unwrap_or_default()
}

fn plain(length: usize) -> Value {
    json!({ "type": "plain_text", "text": "x".repeat(length) })
}

fn pressed(change: impl FnOnce(&mut Value)) -> Value {
    let mut block = button("stop", "1");
    change(&mut block["elements"][0]);
    block
}

#[test]
fn fifty_blocks_fit_and_no_more() {
    let blocks = |count: usize| vec![json!({ "type": "divider" }); count];
    assert!(check_message(&mut blocks(50)).is_ok());
    assert!(check_message(&mut blocks(51)).is_err());
}

#[test]
fn texts_are_measured_in_characters() {
    assert_eq!(problem(&section(&"é".repeat(3000))), "");
    assert_eq!(
        problem(&section(&"é".repeat(3001))),
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    );
    assert!(problem(&section("")).contains("must be more than 0 characters"));
    assert_eq!(
        problem(&json!({ "type": "header", "text": plain(150) })),
        ""
    );
    assert_ne!(
        problem(&json!({ "type": "header", "text": plain(151) })),
        ""
    );
    assert_ne!(
        problem(&json!({ "type": "header", "text": { "type": "mrkdwn", "text": "x" } })),
        ""
    );
    let fields = |count: usize| json!({ "type": "section", "fields": vec![plain(2000); count] });
    assert_eq!(problem(&fields(10)), "");
    assert_ne!(problem(&fields(11)), "");
}

#[test]
fn buttons_keep_their_limits() {
    assert_eq!(problem(&pressed(|button| button["text"] = plain(75))), "");
    assert_ne!(problem(&pressed(|button| button["text"] = plain(76))), "");
    assert_eq!(
        problem(&pressed(|button| button["value"] = json!("v".repeat(2000)))),
        ""
    );
    assert_ne!(
        problem(&pressed(|button| button["value"] = json!("v".repeat(2001)))),
        ""
    );
    assert_ne!(
        problem(&pressed(
            |button| button["action_id"] = json!("a".repeat(256))
        )),
        ""
    );
    assert_ne!(
        problem(&pressed(|button| button["style"] = json!("default"))),
        ""
    );
    assert!(
        problem(&pressed(|button| button["colour"] = json!("red")))
            .contains("invalid additional property: colour")
    );
}

#[test]
fn confirm_dialogs_keep_their_limits() {
    let confirm = |title, text, yes| {
        pressed(
            |button| button["confirm"] = json!({ "title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(4) }),
        )
    };
    assert_eq!(problem(&confirm(100, 300, 30)), "");
    assert_ne!(problem(&confirm(101, 300, 30)), "");
    assert_ne!(problem(&confirm(100, 301, 30)), "");
    assert_ne!(problem(&confirm(100, 300, 31)), "");
}

#[test]
fn actions_hold_twenty_five_elements_with_ids_of_their_own() {
    let actions = |count: usize| {
        let elements = (0..count).map(|n| button(&format!("a{n}"), "1")["elements"][0].clone());
        json!({ "type": "actions", "elements": elements.collect::<Vec<_>>() })
    };
    assert_eq!(problem(&actions(25)), "");
    assert_ne!(problem(&actions(26)), "");
    let one = button("same", "1")["elements"][0].clone();
    assert!(
        problem(&json!({ "type": "actions", "elements": [one, one] })).contains("already exists")
    );
    let named = |block: Value| {
        let mut block = block;
        block["block_id"] = json!("b");
        block
    };
    assert!(check_message(&mut [named(section("x")), named(section("y"))]).is_err());
}

#[test]
fn choices_hold_a_hundred_options() {
    let select = |count: usize| {
        let options: Vec<Value> = (0..count)
            .map(|n| json!({ "text": plain(75), "value": format!("{n}") }))
            .collect();
        json!({ "type": "actions", "elements": [{ "type": "static_select", "options": options }] })
    };
    assert_eq!(problem(&select(100)), "");
    assert_ne!(problem(&select(101)), "");
    assert_ne!(problem(&select(0)), "");
}

#[test]
fn inputs_belong_into_modals_with_a_submit_button() {
    let mut view = modal("extend");
    assert!(check_view(&mut view).is_ok());
    assert_ne!(problem(&view["blocks"][0]), "");
    view.as_object_mut().unwrap().remove("submit");
    assert!(check_view(&mut view).is_err());
    let mut view = modal("extend");
    view["title"] = plain(25);
    assert!(check_view(&mut view).is_err());
    let mut view = modal("extend");
    view["private_metadata"] = json!("x".repeat(3001));
    assert!(check_view(&mut view).is_err());
}

#[test]
fn ids_left_out_are_filled_in() {
    let mut blocks = [section("x"), button("stop", "1")];
    assert!(check_message(&mut blocks).is_ok());
    assert!(blocks.iter().all(|block| block["block_id"].is_string()));
}

#[test]
fn words_of_all_blocks_together_have_a_limit() {
    let blocks = |count: usize| vec![section(&"x".repeat(3000)); count];
    assert!(!is_too_long(&blocks(4)));
    assert!(is_too_long(&blocks(5)));
}
