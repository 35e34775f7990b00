//! `cargo dev understand` as people run it: lines into the built binary, lines out.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// What the command says to `input`.
fn understand(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dev"))
        .arg("understand")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was just built");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// The lines of a run that has to succeed.
fn lines(arguments: &[&str], input: &str) -> Vec<Value> {
    let output = understand(arguments, input);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("one JSON value a line"))
        .collect()
}

#[test]
fn sentences_become_intents_and_slots() {
    let input = concat!(
        r#"{"id":"1","text":"extend r-7f3k2 until tomorrow 6pm","context":null}"#,
        "\n\n",
        r#"{"id":"2","text":"4","context":{"intent":"create_vm","asked":"duration_minutes"}}"#,
        "\n",
        r#"{"id":"3","text":"ubuntu","context":{"intent":"create_vm","asked":"something_new"}}"#,
        "\n",
        r#"{"id":"4","text":"hello"}"#,
    );
    assert_eq!(
        lines(&[], input),
        [
            json!({"id": "1", "intent": "extend_reservation", "slots": {"reservation": "r-7f3k2", "until": "2026-11-24T18:00:00"}}),
            json!({"id": "2", "intent": "provide", "slots": {"duration_minutes": 240}}),
            json!({"id": "3", "intent": "provide", "slots": {"os": "ubuntu"}}),
            json!({"id": "4", "intent": "greet", "slots": {}}),
        ]
    );
}

#[test]
fn the_clock_is_the_one_given() {
    let input = r#"{"id":"1","text":"extend r-7f3k2 until tomorrow 6pm","context":null}"#;
    let read = lines(&["--now", "2027-01-31T08:00:00"], input);
    assert_eq!(read[0]["slots"]["until"], "2027-02-01T18:00:00");
}

#[test]
fn evidence_is_given_when_asked_for() {
    let input = r#"{"id":"1","text":"kill r-7f3k2","context":null}"#;
    let read = lines(&["--explain"], input);
    let evidence = read[0]["evidence"].as_array().expect("a list");
    assert!(
        evidence
            .iter()
            .any(|line| line.as_str().is_some_and(|line| line.contains("kill"))),
        "{evidence:?}"
    );
    assert_eq!(lines(&[], input)[0].get("evidence"), None);
}

#[test]
fn dialogues_become_a_state_a_turn() {
    let input = r#"{"id":"d","turns":[{"user":"stop"},{"user":"kill r-7f3k2"},{"user":"yes"}]}"#;
    let read = lines(&["--dialogs"], input);
    assert_eq!(read[0]["id"], "d");
    let turns = read[0]["turns"].as_array().expect("a list");
    assert_eq!(turns.len(), 3);
    let slots = json!({ "reservation": "r-7f3k2" });
    assert_eq!(
        turns[1],
        json!({"intent": "terminate_reservation", "slots": slots, "next": "confirm"})
    );
    assert_eq!(
        turns[2],
        json!({"intent": "terminate_reservation", "slots": slots, "next": "done"})
    );
}

#[test]
fn a_bad_line_is_named() {
    let output = understand(&[], "{\"id\":\"1\",\"text\":\"hi\"}\n{\"id\":\"2\"}\n");
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("line 2") && error.contains("text"),
        "{error}"
    );
}
