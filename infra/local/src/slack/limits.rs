//! Block Kit's rules: what Slack refuses with `invalid_blocks` (or `invalid_arguments` in a view), and why.
//!
//! Unknown kinds, unknown properties, missing ones and everything over a limit are refused, each with a message that
//! points at the place. Ids the app left out are filled in, as Slack does.

use serde_json::{Map, Value, json};

mod elements;
mod texts;

use elements::element;
use texts::{known_keys, plain_text, short_text, text_object};

const BLOCKS_IN_MESSAGE_MAX: usize = 50;
const BLOCKS_IN_VIEW_MAX: usize = 100;
const ID_CHARS_MAX: usize = 255;
const SECTION_TEXT_CHARS_MAX: usize = 3000;
const FIELDS_MAX: usize = 10;
const FIELD_CHARS_MAX: usize = 2000;
const HEADER_CHARS_MAX: usize = 150;
const CONTEXT_ELEMENTS_MAX: usize = 10;
const ACTIONS_MAX: usize = 25;
const LABEL_CHARS_MAX: usize = 2000;
const ALT_TEXT_CHARS_MAX: usize = 2000;
const URL_CHARS_MAX: usize = 3000;
/// Undocumented, seen near this number; beyond it Slack answers `msg_blocks_too_long`.
const MESSAGE_CHARS_MAX: usize = 13_200;
const VIEW_TITLE_CHARS_MAX: usize = 24;
const PRIVATE_METADATA_CHARS_MAX: usize = 3000;
const CALLBACK_ID_CHARS_MAX: usize = 255;

/// Where blocks stand; each surface has its own rules.
#[derive(Clone, Copy, PartialEq)]
enum Surface {
    Message,
    View,
}

/// Collects what is wrong, with a pointer to where.
#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<String>);

impl Problems {
    fn add(&mut self, what: impl AsRef<str>, at: &str) {
        self.0
            .push(format!("[ERROR] {} [json-pointer:{at}]", what.as_ref()));
    }
}

/// Checks the blocks of a message and fills in missing ids.
pub(super) fn check_message(blocks: &mut [Value]) -> Result<(), Vec<String>> {
    let mut problems = Problems::default();
    if blocks.len() > BLOCKS_IN_MESSAGE_MAX {
        problems.add(
            format!("no more than {BLOCKS_IN_MESSAGE_MAX} items allowed"),
            "/blocks",
        );
    }
    check_blocks(blocks, Surface::Message, "/blocks", &mut problems);
    if problems.0.is_empty() {
        Ok(())
    } else {
        Err(problems.0)
    }
}

/// Whether the words of all blocks together are more than a message may hold.
pub(super) fn is_too_long(blocks: &[Value]) -> bool {
    blocks.iter().map(chars_of_text).sum::<usize>() > MESSAGE_CHARS_MAX
}

fn chars_of_text(value: &Value) -> usize {
    match value {
        Value::Object(map) => {
            let own = map
                .get("text")
                .and_then(Value::as_str)
                .map_or(0, |text| text.chars().count());
            own + map.values().map(chars_of_text).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(chars_of_text).sum(),
        _ => 0,
    }
}

/// Checks a modal and fills in missing ids.
pub(super) fn check_view(view: &mut Value) -> Result<(), Vec<String>> {
    let mut problems = Problems::default();
    let keys = [
        "type",
        "title",
        "blocks",
        "submit",
        "close",
        "private_metadata",
        "callback_id",
        "clear_on_close",
        "notify_on_close",
        "external_id",
    ];
    known_keys(view, &keys, "/view", &mut problems);
    if view["type"] != "modal" {
        problems.add("must be `modal`", "/view/type");
    }
    if view.get("title").is_none() {
        problems.add("missing required field: title", "/view");
    }
    for key in ["title", "submit", "close"] {
        if let Some(text) = view.get(key).filter(|text| !text.is_null()) {
            plain_text(
                text,
                VIEW_TITLE_CHARS_MAX,
                &format!("/view/{key}"),
                &mut problems,
            );
        }
    }
    for (key, max) in [
        ("private_metadata", PRIVATE_METADATA_CHARS_MAX),
        ("callback_id", CALLBACK_ID_CHARS_MAX),
        ("external_id", ID_CHARS_MAX),
    ] {
        short_text(view, key, max, "/view", &mut problems);
    }
    let has_submit = view.get("submit").is_some_and(|submit| !submit.is_null());
    match view.get_mut("blocks").and_then(Value::as_array_mut) {
        None => problems.add("missing required field: blocks", "/view"),
        Some(blocks) => {
            if blocks.len() > BLOCKS_IN_VIEW_MAX {
                problems.add(
                    format!("no more than {BLOCKS_IN_VIEW_MAX} items allowed"),
                    "/view/blocks",
                );
            }
            if !has_submit && blocks.iter().any(|block| block["type"] == "input") {
                problems.add(
                    "`submit` is required when an `input` block is within the blocks",
                    "/view/submit",
                );
            }
            check_blocks(blocks, Surface::View, "/view/blocks", &mut problems);
        }
    }
    if problems.0.is_empty() {
        Ok(())
    } else {
        Err(problems.0)
    }
}

fn check_blocks(blocks: &mut [Value], surface: Surface, at: &str, problems: &mut Problems) {
    let mut seen = Vec::new();
    for (index, block) in blocks.iter_mut().enumerate() {
        let at = format!("{at}/{index}");
        let Some(map) = block.as_object_mut() else {
            problems.add("must be an object", &at);
            continue;
        };
        let block_id = fill_in_id(map, "block_id", || format!("blk{index}"));
        if block_id.chars().count() > ID_CHARS_MAX {
            problems.add(
                format!("must be less than {} characters", ID_CHARS_MAX + 1),
                &format!("{at}/block_id"),
            );
        }
        if seen.contains(&block_id) {
            problems.add(
                format!("`block_id` `{block_id}` already exists for another block"),
                &at,
            );
        }
        seen.push(block_id);
        check_block(block, surface, &at, problems);
    }
}

/// The id the app gave, or the one made for it.
fn fill_in_id(map: &mut Map<String, Value>, key: &str, made: impl FnOnce() -> String) -> String {
    let given = map
        .get(key)
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
        .map(str::to_owned);
    let id = given.unwrap_or_else(made);
    map.insert(key.to_owned(), json!(id));
    id
}

fn check_block(block: &mut Value, surface: Surface, at: &str, problems: &mut Problems) {
    match block["type"].as_str().unwrap_or_default() {
        "section" => section(block, at, problems),
        "header" => {
            known_keys(block, &["type", "block_id", "text"], at, problems);
            plain_text(
                &block["text"],
                HEADER_CHARS_MAX,
                &format!("{at}/text"),
                problems,
            );
        }
        "divider" => known_keys(block, &["type", "block_id"], at, problems),
        "context" => context(block, at, problems),
        "actions" => actions(block, at, problems),
        "image" => {
            known_keys(
                block,
                &["type", "block_id", "image_url", "alt_text", "title"],
                at,
                problems,
            );
            image(block, at, problems);
        }
        // What people's clients send; apps may send it too, and Slack checks little of it.
        "rich_text" => known_keys(block, &["type", "block_id", "elements"], at, problems),
        "input" if surface == Surface::View => input(block, at, problems),
        other => problems.add(format!("unsupported type: {other}"), &format!("{at}/type")),
    }
}

fn section(block: &mut Value, at: &str, problems: &mut Problems) {
    known_keys(
        block,
        &["type", "block_id", "text", "fields", "accessory", "expand"],
        at,
        problems,
    );
    if block.get("text").is_none() && block.get("fields").is_none() {
        problems.add("missing required field: text", at);
    }
    if let Some(text) = block.get("text") {
        text_object(
            text,
            SECTION_TEXT_CHARS_MAX,
            &format!("{at}/text"),
            problems,
        );
    }
    if let Some(fields) = block.get("fields") {
        let fields = fields.as_array().map(Vec::as_slice).unwrap_or_default();
        count(fields.len(), FIELDS_MAX, &format!("{at}/fields"), problems);
        for (index, field) in fields.iter().enumerate() {
            text_object(
                field,
                FIELD_CHARS_MAX,
                &format!("{at}/fields/{index}"),
                problems,
            );
        }
    }
    if let Some(accessory) = block.get_mut("accessory") {
        let at = format!("{at}/accessory");
        if accessory["type"] == "image" {
            image(accessory, &at, problems);
        } else {
            element(accessory, elements::Place::Accessory, "acc", &at, problems);
        }
    }
}

fn context(block: &Value, at: &str, problems: &mut Problems) {
    known_keys(block, &["type", "block_id", "elements"], at, problems);
    let parts = block["elements"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    count(
        parts.len(),
        CONTEXT_ELEMENTS_MAX,
        &format!("{at}/elements"),
        problems,
    );
    for (index, part) in parts.iter().enumerate() {
        let at = format!("{at}/elements/{index}");
        if part["type"] == "image" {
            image(part, &at, problems);
        } else {
            text_object(part, SECTION_TEXT_CHARS_MAX, &at, problems);
        }
    }
}

fn actions(block: &mut Value, at: &str, problems: &mut Problems) {
    known_keys(block, &["type", "block_id", "elements"], at, problems);
    let Some(parts) = block.get_mut("elements").and_then(Value::as_array_mut) else {
        return problems.add("missing required field: elements", at);
    };
    count(
        parts.len(),
        ACTIONS_MAX,
        &format!("{at}/elements"),
        problems,
    );
    let mut seen = Vec::new();
    for (index, part) in parts.iter_mut().enumerate() {
        let at = format!("{at}/elements/{index}");
        let id = element(
            part,
            elements::Place::Actions,
            &format!("act{index}"),
            &at,
            problems,
        );
        if seen.contains(&id) {
            problems.add(
                format!("`action_id` `{id}` already exists for another element"),
                &at,
            );
        }
        seen.push(id);
    }
}

fn input(block: &mut Value, at: &str, problems: &mut Problems) {
    let keys = [
        "type",
        "block_id",
        "label",
        "element",
        "hint",
        "optional",
        "dispatch_action",
    ];
    known_keys(block, &keys, at, problems);
    plain_text(
        &block["label"],
        LABEL_CHARS_MAX,
        &format!("{at}/label"),
        problems,
    );
    if let Some(hint) = block.get("hint").filter(|hint| !hint.is_null()) {
        plain_text(hint, LABEL_CHARS_MAX, &format!("{at}/hint"), problems);
    }
    match block.get_mut("element") {
        None => problems.add("missing required field: element", at),
        Some(part) => {
            element(
                part,
                elements::Place::Input,
                "inp",
                &format!("{at}/element"),
                problems,
            );
        }
    }
}

fn image(image: &Value, at: &str, problems: &mut Problems) {
    for key in ["image_url", "alt_text"] {
        if image[key].as_str().is_none_or(str::is_empty) {
            problems.add(format!("missing required field: {key}"), at);
        }
    }
    short_text(image, "image_url", URL_CHARS_MAX, at, problems);
    short_text(image, "alt_text", ALT_TEXT_CHARS_MAX, at, problems);
}

/// Lists hold at least one item.
fn count(length: usize, max: usize, at: &str, problems: &mut Problems) {
    if length == 0 {
        problems.add("must contain at least 1 item", at);
    }
    if length > max {
        problems.add(format!("no more than {max} items allowed"), at);
    }
}
