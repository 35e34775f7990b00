//! Messages as words alone, for consoles and for what tests print.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::blocks::options;

/// The emoji both the page and the transcript know.
pub(super) const EMOJI_JSON: &str = include_str!("../../page/emoji.json");

static EMOJI: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(EMOJI_JSON).unwrap_or_default());

/// A message as a person reads it: one line a block, buttons in brackets. `text` is shown when there are no blocks.
pub fn render_plain(text: &str, blocks: &[Value]) -> String {
    if blocks.is_empty() {
        return mrkdwn(text);
    }
    blocks
        .iter()
        .filter_map(block_lines)
        .collect::<Vec<_>>()
        .join("\n")
}

fn block_lines(block: &Value) -> Option<String> {
    let items = |key: &str| block[key].as_array().cloned().unwrap_or_default();
    let lines = match block["type"].as_str()? {
        "section" => {
            let mut parts: Vec<String> = block.get("text").map(text_of).into_iter().collect();
            parts.extend(
                items("fields")
                    .iter()
                    .map(|field| text_of(field).replace('\n', " ")),
            );
            let lines = parts.join("\n");
            match block.get("accessory") {
                Some(accessory) => format!("{lines} {}", element_label(accessory))
                    .trim()
                    .to_owned(),
                None => lines,
            }
        }
        "header" => text_of(&block["text"]),
        "context" => items("elements")
            .iter()
            .map(text_of)
            .collect::<Vec<_>>()
            .join(" "),
        "actions" => items("elements")
            .iter()
            .map(element_label)
            .collect::<Vec<_>>()
            .join(" "),
        "divider" => "────".to_owned(),
        "image" => format!("({})", block["alt_text"].as_str()?),
        "input" => format!(
            "{}: {}",
            text_of(&block["label"]),
            element_label(&block["element"])
        ),
        "rich_text" => rich_text(block),
        _ => return None,
    };
    Some(lines)
}

/// The words of a text object (or the description of a picture).
fn text_of(text: &Value) -> String {
    let words = text["text"]
        .as_str()
        .or_else(|| text["alt_text"].as_str())
        .unwrap_or_default();
    if text["type"] == "mrkdwn" {
        mrkdwn(words)
    } else {
        emoji(words)
    }
}

fn element_label(element: &Value) -> String {
    match element["type"].as_str().unwrap_or_default() {
        "button" => format!("[{}]", text_of(&element["text"])),
        "image" => format!("({})", element["alt_text"].as_str().unwrap_or_default()),
        "plain_text_input" | "number_input" | "datepicker" | "timepicker" => "____".to_owned(),
        _ => {
            let names: Vec<String> = options(element)
                .into_iter()
                .map(|option| text_of(&option["text"]))
                .collect();
            if names.is_empty() {
                format!("[{}]", text_of(&element["placeholder"]))
            } else {
                format!("[{}]", names.join(" | "))
            }
        }
    }
}

/// The words of what a person typed.
fn rich_text(value: &Value) -> String {
    match value {
        Value::Object(map) => match map.get("type").and_then(Value::as_str) {
            Some("text") => map["text"].as_str().unwrap_or_default().to_owned(),
            Some("user") => format!("@{}", map["user_id"].as_str().unwrap_or_default()),
            Some("link") => map
                .get("text")
                .or(map.get("url"))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            _ => map.get("elements").map(rich_text).unwrap_or_default(),
        },
        Value::Array(items) => items.iter().map(rich_text).collect(),
        _ => String::new(),
    }
}

/// Mrkdwn without its marks: links by their label, dates by their fallback, entities decoded.
pub(super) fn mrkdwn(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let Some(length) = rest[start..].find('>') else {
            break;
        };
        words.push_str(&unmarked(&rest[..start]));
        words.push_str(&marked_up(&rest[start + 1..start + length]));
        rest = &rest[start + length + 1..];
    }
    words.push_str(&unmarked(rest));
    emoji(
        &words
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

/// `<@U1|name>`, `<#C1|name>`, `<!date^..|fallback>`, `<https://..|label>`.
fn marked_up(inside: &str) -> String {
    let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
    match target.chars().next() {
        Some('@' | '#') if label.is_empty() => target.to_owned(),
        Some(kind @ ('@' | '#')) => format!("{kind}{label}"),
        Some('!') if label.is_empty() => format!("@{}", &target[1..]),
        _ if label.is_empty() => target.trim_start_matches("mailto:").to_owned(),
        _ => label.to_owned(),
    }
}

/// Bold, italic, strike and code marks at the edges of words fall away; those inside words and in code stay.
fn unmarked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_word = |index: Option<usize>| {
        index
            .and_then(|i| chars.get(i))
            .is_some_and(|c| c.is_alphanumeric())
    };
    let mut words = String::with_capacity(text.len());
    let mut in_code = false;
    for (index, c) in chars.iter().enumerate() {
        let inside_word = is_word(index.checked_sub(1)) && is_word(Some(index + 1));
        let lonely = |i: Option<usize>| {
            i.and_then(|i| chars.get(i))
                .is_none_or(|c| c.is_whitespace())
        };
        let alone = lonely(index.checked_sub(1)) && lonely(Some(index + 1));
        match c {
            '`' => in_code = !in_code,
            '*' | '_' | '~' if !in_code && !inside_word && !alone => {}
            other => words.push(*other),
        }
    }
    words
}

fn emoji(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(':') {
        let after = &rest[start + 1..];
        let known = after
            .find(':')
            .and_then(|end| EMOJI.get(&after[..end]).map(|sign| (end, sign)));
        words.push_str(&rest[..start]);
        if let Some((end, sign)) = known {
            words.push_str(sign);
            rest = &after[end + 1..];
        } else {
            words.push(':');
            rest = after;
        }
    }
    words.push_str(rest);
    words
}
