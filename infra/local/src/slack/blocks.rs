//! Walking Block Kit: the interactive parts of messages and views.

use serde_json::{Value, json};

use super::message::Button;

/// The interactive elements of `blocks`, each with the id of its block, top to bottom.
pub(super) fn elements(blocks: &[Value]) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    for block in blocks {
        let block_id = block["block_id"].as_str().unwrap_or_default();
        let inner: Vec<&Value> = match block["type"].as_str() {
            Some("section") => block.get("accessory").into_iter().collect(),
            Some("actions") => block["elements"].as_array().into_iter().flatten().collect(),
            Some("input") => block.get("element").into_iter().collect(),
            _ => Vec::new(),
        };
        found.extend(
            inner
                .into_iter()
                .filter(|element| is_interactive(element))
                .map(|element| (block_id, element)),
        );
    }
    found
}

fn is_interactive(element: &Value) -> bool {
    element["type"] != "image"
}

/// The buttons of `blocks`, top to bottom.
pub(super) fn buttons(blocks: &[Value]) -> Vec<Button> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    elements(blocks)
        .into_iter()
        .filter(|(_, element)| element["type"] == "button")
        .map(|(block_id, element)| Button {
            block_id: block_id.to_owned(),
            action_id: text(&element["action_id"]).unwrap_or_default(),
            label: text(&element["text"]["text"]).unwrap_or_default(),
            value: text(&element["value"]),
            style: text(&element["style"]),
            confirm_title: text(&element["confirm"]["title"]["text"]),
        })
        .collect()
}

/// The options of a choice, groups flattened.
pub(super) fn options(element: &Value) -> Vec<&Value> {
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    element["options"]
        .as_array()
        .into_iter()
        .flatten()
        .chain(grouped)
        .collect()
}

/// What a choice or an input holds when a person set it to `chosen`: the part of the payload that names it.
/// Choices of several are separated by commas. `None` when `chosen` is not among the options.
pub(super) fn chosen(element: &Value, chosen: &str) -> Option<Value> {
    let kind = element["type"].as_str().unwrap_or_default();
    let option = |value: &str| {
        options(element)
            .into_iter()
            .find(|option| option["value"] == value)
            .cloned()
    };
    let several = || {
        chosen
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    };
    let nothing_or = |value: &str| {
        if value.is_empty() {
            Value::Null
        } else {
            json!(value)
        }
    };
    let held = match kind {
        "static_select" | "radio_buttons" | "overflow" if chosen.is_empty() => {
            json!({ "selected_option": null })
        }
        "static_select" | "radio_buttons" | "overflow" => {
            json!({ "selected_option": option(chosen)? })
        }
        "multi_static_select" | "checkboxes" => {
            let picked = several().map(option).collect::<Option<Vec<_>>>()?;
            json!({ "selected_options": picked })
        }
        "users_select" => json!({ "selected_user": nothing_or(chosen) }),
        "multi_users_select" => json!({ "selected_users": several().collect::<Vec<_>>() }),
        "datepicker" => json!({ "selected_date": nothing_or(chosen) }),
        "timepicker" => json!({ "selected_time": nothing_or(chosen) }),
        _ => json!({ "value": nothing_or(chosen) }),
    };
    Some(held)
}

/// What an element shows before anybody touched it, in the form [`chosen`] takes.
pub(super) fn initial(element: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let join = |values: Vec<String>| values.join(",");
    let list = |key: &str| element[key].as_array().cloned().unwrap_or_default();
    match element["type"].as_str().unwrap_or_default() {
        "static_select" | "radio_buttons" => text(&element["initial_option"]["value"]),
        "multi_static_select" | "checkboxes" => join(
            list("initial_options")
                .iter()
                .map(|option| text(&option["value"]))
                .collect(),
        ),
        "users_select" => text(&element["initial_user"]),
        "multi_users_select" => join(list("initial_users").iter().map(text).collect()),
        "datepicker" => text(&element["initial_date"]),
        "timepicker" => text(&element["initial_time"]),
        _ => text(&element["initial_value"]),
    }
}

/// `action_id` as Slack sends it in `actions`, with what the person chose.
pub(super) fn action(
    block_id: &str,
    element: &Value,
    choice: Option<&str>,
    action_ts: &str,
) -> Option<Value> {
    let mut action = json!({
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": action_ts,
    });
    let told = if element["type"] == "button" {
        let mut told = json!({ "text": element["text"] });
        for key in ["value", "style", "url"] {
            if let Some(value) = element.get(key) {
                told[key] = value.clone();
            }
        }
        told
    } else {
        chosen(element, choice.unwrap_or_default())?
    };
    if let (Value::Object(action), Value::Object(told)) = (&mut action, told) {
        action.extend(told);
    }
    Some(action)
}
