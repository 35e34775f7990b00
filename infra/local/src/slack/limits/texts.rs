//! The rules of text objects and plain strings.

use serde_json::Value;

use super::Problems;

/// `plain_text` or `mrkdwn`, between 1 and `max` characters.
pub(super) fn text_object(text: &Value, max: usize, at: &str, problems: &mut Problems) {
    match text["type"].as_str() {
        Some("plain_text") => known_keys(text, &["type", "text", "emoji"], at, problems),
        Some("mrkdwn") => known_keys(text, &["type", "text", "verbatim"], at, problems),
        _ => return problems.add("must be a `plain_text` or `mrkdwn` object", at),
    }
    let at = format!("{at}/text");
    match text["text"].as_str().map(|text| text.chars().count()) {
        None => problems.add("missing required field: text", &at),
        Some(0) => problems.add("must be more than 0 characters", &at),
        Some(length) if length > max => {
            problems.add(format!("must be less than {} characters", max + 1), &at);
        }
        Some(_) => {}
    }
}

/// Titles, labels and buttons take `plain_text` only.
pub(super) fn plain_text(text: &Value, max: usize, at: &str, problems: &mut Problems) {
    if text["type"] == "plain_text" {
        text_object(text, max, at, problems);
    } else {
        problems.add("must be a `plain_text` object", at);
    }
}

/// An optional string property of at most `max` characters.
pub(super) fn short_text(owner: &Value, key: &str, max: usize, at: &str, problems: &mut Problems) {
    match owner.get(key) {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) if text.chars().count() <= max => {}
        Some(Value::String(_)) => {
            problems.add(
                format!("must be less than {} characters", max + 1),
                &format!("{at}/{key}"),
            );
        }
        Some(_) => problems.add("must be a string", &format!("{at}/{key}")),
    }
}

/// Slack refuses properties it does not know.
pub(super) fn known_keys(owner: &Value, keys: &[&str], at: &str, problems: &mut Problems) {
    for key in owner
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys)
    {
        if !keys.contains(&key.as_str()) {
            problems.add(format!("invalid additional property: {key}"), at);
        }
    }
}
