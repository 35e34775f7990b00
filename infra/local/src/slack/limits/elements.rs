//! The rules of interactive elements.

use serde_json::Value;

use super::texts::{known_keys, plain_text, short_text, text_object};
use super::{ID_CHARS_MAX, Problems, URL_CHARS_MAX, count, fill_in_id};
use crate::slack::blocks::options;

const BUTTON_TEXT_CHARS_MAX: usize = 75;
const BUTTON_VALUE_CHARS_MAX: usize = 2000;
const ACCESSIBILITY_LABEL_CHARS_MAX: usize = 75;
const PLACEHOLDER_CHARS_MAX: usize = 150;
const OPTIONS_MAX: usize = 100;
const OVERFLOW_OPTIONS_MAX: usize = 5;
const RADIO_OPTIONS_MAX: usize = 10;
const OPTION_TEXT_CHARS_MAX: usize = 75;
const OPTION_VALUE_CHARS_MAX: usize = 150;
const INPUT_CHARS_MAX: usize = 3000;
const CONFIRM_TITLE_CHARS_MAX: usize = 100;
const CONFIRM_TEXT_CHARS_MAX: usize = 300;
const CONFIRM_BUTTON_CHARS_MAX: usize = 30;

/// Where an element stands decides which kinds may stand there.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Accessory,
    Actions,
    Input,
}

impl Place {
    fn admits(self, kind: &str) -> bool {
        let typed = ["plain_text_input", "number_input"].contains(&kind);
        let pressed = ["button", "overflow"].contains(&kind);
        match self {
            Self::Accessory | Self::Actions => !typed,
            Self::Input => !pressed,
        }
    }
}

/// Checks one element, fills in its `action_id` when left out, and returns the id.
pub(super) fn element(
    element: &mut Value,
    place: Place,
    made_id: &str,
    at: &str,
    problems: &mut Problems,
) -> String {
    let Some(map) = element.as_object_mut() else {
        problems.add("must be an object", at);
        return String::new();
    };
    let id = fill_in_id(map, "action_id", || made_id.to_owned());
    short_text(element, "action_id", ID_CHARS_MAX, at, problems);
    let kind = element["type"].as_str().unwrap_or_default();
    let Some(keys) = own_keys(kind).filter(|_| place.admits(kind)) else {
        problems.add(format!("unsupported type: {kind}"), &format!("{at}/type"));
        return id;
    };
    let shared = ["type", "action_id", "confirm", "focus_on_load"];
    known_keys(element, &[&shared[..], keys].concat(), at, problems);
    match kind {
        "button" => button(element, at, problems),
        "plain_text_input" | "number_input" => typed_input(element, at, problems),
        "static_select" | "multi_static_select" => choice(element, OPTIONS_MAX, at, problems),
        "overflow" => choice(element, OVERFLOW_OPTIONS_MAX, at, problems),
        "radio_buttons" | "checkboxes" => choice(element, RADIO_OPTIONS_MAX, at, problems),
        _ => {}
    }
    if let Some(placeholder) = element
        .get("placeholder")
        .filter(|placeholder| !placeholder.is_null())
    {
        plain_text(
            placeholder,
            PLACEHOLDER_CHARS_MAX,
            &format!("{at}/placeholder"),
            problems,
        );
    }
    if let Some(confirm) = element.get("confirm").filter(|confirm| !confirm.is_null()) {
        confirm_dialog(confirm, &format!("{at}/confirm"), problems);
    }
    id
}

/// The properties of a kind beside the shared ones; `None` for a kind this workspace does not show.
fn own_keys(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "button" => &["text", "value", "url", "style", "accessibility_label"],
        "static_select" => &["placeholder", "options", "option_groups", "initial_option"],
        "multi_static_select" => &[
            "placeholder",
            "options",
            "option_groups",
            "initial_options",
            "max_selected_items",
        ],
        "users_select" => &["placeholder", "initial_user"],
        "multi_users_select" => &["placeholder", "initial_users", "max_selected_items"],
        "overflow" => &["options"],
        "radio_buttons" => &["options", "initial_option"],
        "checkboxes" => &["options", "initial_options"],
        "datepicker" => &["placeholder", "initial_date"],
        "timepicker" => &["placeholder", "initial_time", "timezone"],
        "plain_text_input" => &[
            "placeholder",
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "dispatch_action_config",
        ],
        "number_input" => &[
            "placeholder",
            "initial_value",
            "is_decimal_allowed",
            "min_value",
            "max_value",
            "dispatch_action_config",
        ],
        _ => return None,
    })
}

fn button(button: &Value, at: &str, problems: &mut Problems) {
    plain_text(
        &button["text"],
        BUTTON_TEXT_CHARS_MAX,
        &format!("{at}/text"),
        problems,
    );
    short_text(button, "value", BUTTON_VALUE_CHARS_MAX, at, problems);
    short_text(button, "url", URL_CHARS_MAX, at, problems);
    short_text(
        button,
        "accessibility_label",
        ACCESSIBILITY_LABEL_CHARS_MAX,
        at,
        problems,
    );
    if let Some(style) = button.get("style")
        && style != "primary"
        && style != "danger"
    {
        problems.add("must be `primary` or `danger`", &format!("{at}/style"));
    }
}

fn typed_input(input: &Value, at: &str, problems: &mut Problems) {
    short_text(input, "initial_value", INPUT_CHARS_MAX, at, problems);
    if input["type"] == "number_input" && !input["is_decimal_allowed"].is_boolean() {
        problems.add("missing required field: is_decimal_allowed", at);
    }
    let max = INPUT_CHARS_MAX as u64;
    for (key, least) in [("min_length", 0), ("max_length", 1)] {
        if let Some(length) = input.get(key)
            && length
                .as_u64()
                .is_none_or(|length| length < least || length > max)
        {
            problems.add(
                format!("must be between {least} and {max}"),
                &format!("{at}/{key}"),
            );
        }
    }
}

fn choice(choice: &Value, max: usize, at: &str, problems: &mut Problems) {
    if let Some(groups) = choice["option_groups"].as_array() {
        count(
            groups.len(),
            OPTIONS_MAX,
            &format!("{at}/option_groups"),
            problems,
        );
        for (index, group) in groups.iter().enumerate() {
            let at = format!("{at}/option_groups/{index}");
            plain_text(
                &group["label"],
                OPTION_TEXT_CHARS_MAX,
                &format!("{at}/label"),
                problems,
            );
            count(
                group["options"].as_array().map_or(0, Vec::len),
                max,
                &format!("{at}/options"),
                problems,
            );
        }
    } else {
        count(
            choice["options"].as_array().map_or(0, Vec::len),
            max,
            &format!("{at}/options"),
            problems,
        );
    }
    let offered = options(choice);
    for (index, option) in offered.iter().enumerate() {
        let at = format!("{at}/options/{index}");
        known_keys(
            option,
            &["text", "value", "description", "url"],
            &at,
            problems,
        );
        text_object(
            &option["text"],
            OPTION_TEXT_CHARS_MAX,
            &format!("{at}/text"),
            problems,
        );
        if option["value"].as_str().is_none_or(str::is_empty) {
            problems.add("missing required field: value", &at);
        }
        short_text(option, "value", OPTION_VALUE_CHARS_MAX, &at, problems);
        if let Some(description) = option.get("description") {
            text_object(
                description,
                OPTION_TEXT_CHARS_MAX,
                &format!("{at}/description"),
                problems,
            );
        }
    }
    let single = choice.get("initial_option").into_iter();
    let several = choice["initial_options"].as_array().into_iter().flatten();
    for initial in single.chain(several) {
        if !offered.contains(&initial) {
            problems.add("the initial option must be one of the options", at);
        }
    }
}

fn confirm_dialog(confirm: &Value, at: &str, problems: &mut Problems) {
    known_keys(
        confirm,
        &["title", "text", "confirm", "deny", "style"],
        at,
        problems,
    );
    plain_text(
        &confirm["title"],
        CONFIRM_TITLE_CHARS_MAX,
        &format!("{at}/title"),
        problems,
    );
    text_object(
        &confirm["text"],
        CONFIRM_TEXT_CHARS_MAX,
        &format!("{at}/text"),
        problems,
    );
    for key in ["confirm", "deny"] {
        plain_text(
            &confirm[key],
            CONFIRM_BUTTON_CHARS_MAX,
            &format!("{at}/{key}"),
            problems,
        );
    }
}
