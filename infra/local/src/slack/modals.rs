//! Modals: at most three on top of each other, each person's own.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::blocks;
use super::message::Button;
use super::plain::render_plain;

/// How many views may lie on top of each other.
pub(super) const VIEWS_IN_STACK_MAX: usize = 3;

/// A modal as its person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its id, kept over updates.
    pub id: String,
    /// The user id of the person it is shown to.
    pub person: String,
    /// The view the app sent: title, blocks, submit, ...
    pub body: Value,
    /// Changes with every update.
    pub hash: String,
    /// The view at the bottom of the stack.
    pub root_id: String,
    /// The view underneath.
    pub previous_id: Option<String>,
    /// What is wrong, by `block_id`, as the app said after the last submission.
    pub errors: BTreeMap<String, String>,
}

impl View {
    /// The words at the top.
    pub fn title(&self) -> &str {
        self.body["title"]["text"].as_str().unwrap_or_default()
    }

    /// The app's name for this kind of view.
    pub fn callback_id(&self) -> &str {
        self.body["callback_id"].as_str().unwrap_or_default()
    }

    /// What the app keeps in the view, unseen by people.
    pub fn private_metadata(&self) -> &str {
        self.body["private_metadata"].as_str().unwrap_or_default()
    }

    /// Its blocks.
    pub fn blocks(&self) -> &[Value] {
        self.body["blocks"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Its buttons, top to bottom.
    pub fn buttons(&self) -> Vec<Button> {
        blocks::buttons(self.blocks())
    }

    /// The view as a person reads it.
    pub fn plain(&self) -> String {
        let mut lines = vec![self.title().to_owned(), render_plain("", self.blocks())];
        lines.extend(
            self.errors
                .iter()
                .map(|(block, error)| format!("! {block}: {error}")),
        );
        lines.join("\n")
    }

    pub(super) fn external_id(&self) -> &str {
        self.body["external_id"].as_str().unwrap_or_default()
    }

    pub(super) fn notifies_on_close(&self) -> bool {
        self.body["notify_on_close"].as_bool().unwrap_or(false)
    }
}

/// All open views.
#[derive(Default)]
pub(super) struct Modals {
    stacks: HashMap<String, Vec<View>>,
}

impl Modals {
    pub(super) fn top(&self, person: &str) -> Option<&View> {
        self.stacks.get(person).and_then(|stack| stack.last())
    }

    pub(super) fn height(&self, person: &str) -> usize {
        self.stacks.get(person).map_or(0, Vec::len)
    }

    pub(super) fn view(&self, id: &str) -> Option<&View> {
        self.stacks.values().flatten().find(|view| view.id == id)
    }

    pub(super) fn view_mut(&mut self, id: &str) -> Option<&mut View> {
        self.stacks
            .values_mut()
            .flatten()
            .find(|view| view.id == id)
    }

    pub(super) fn by_external_id(&self, external_id: &str) -> Option<&View> {
        self.stacks
            .values()
            .flatten()
            .find(|view| !external_id.is_empty() && view.external_id() == external_id)
    }

    /// Opens a view in place of whatever the person had open.
    pub(super) fn open(&mut self, person: &str, id: String, hash: String, body: Value) -> View {
        let view = View {
            root_id: id.clone(),
            previous_id: None,
            id,
            person: person.to_owned(),
            body,
            hash,
            errors: BTreeMap::new(),
        };
        self.stacks.insert(person.to_owned(), vec![view.clone()]);
        view
    }

    /// Lays a view on top; `None` when the stack is full or empty.
    pub(super) fn push(
        &mut self,
        person: &str,
        id: String,
        hash: String,
        body: Value,
    ) -> Option<View> {
        let stack = self.stacks.get_mut(person)?;
        let below = stack.last().filter(|_| stack.len() < VIEWS_IN_STACK_MAX)?;
        let view = View {
            root_id: below.root_id.clone(),
            previous_id: Some(below.id.clone()),
            id,
            person: person.to_owned(),
            body,
            hash,
            errors: BTreeMap::new(),
        };
        stack.push(view.clone());
        Some(view)
    }

    /// Gives an open view a new body.
    pub(super) fn update(&mut self, id: &str, hash: String, body: Value) -> Option<View> {
        let view = self.view_mut(id)?;
        view.body = body;
        view.hash = hash;
        view.errors.clear();
        Some(view.clone())
    }

    /// Closes one view, and those on top of it.
    pub(super) fn close(&mut self, id: &str) {
        for stack in self.stacks.values_mut() {
            if let Some(position) = stack.iter().position(|view| view.id == id) {
                stack.truncate(position);
            }
        }
    }

    pub(super) fn clear(&mut self, person: &str) {
        self.stacks.remove(person);
    }
}

/// A modal's state for a payload: what each input holds, given what the person filled in.
pub(super) fn values(
    view: &View,
    filled: &[(String, String, String)],
) -> Result<Value, (String, String)> {
    let mut values = json!({});
    for (block_id, element) in blocks::elements(view.blocks()) {
        if element["type"] == "button" || element["type"] == "overflow" {
            continue;
        }
        let action_id = element["action_id"].as_str().unwrap_or_default();
        let typed = filled
            .iter()
            .find(|(block, action, _)| block == block_id && action == action_id);
        let value = typed.map_or_else(|| blocks::initial(element), |(_, _, value)| value.clone());
        let refused = |why: &str| (block_id.to_owned(), why.to_owned());
        let mut held =
            blocks::chosen(element, &value).ok_or_else(|| refused("is not one of the options"))?;
        check_length(element, &value).map_err(|why| refused(&why))?;
        held["type"] = element["type"].clone();
        values[block_id][action_id] = held;
    }
    for (block_id, action_id, _) in filled {
        if values[block_id].get(action_id).is_none() {
            return Err((block_id.clone(), format!("has no input {action_id}")));
        }
    }
    for block in view
        .blocks()
        .iter()
        .filter(|block| block["type"] == "input")
    {
        let block_id = block["block_id"].as_str().unwrap_or_default();
        let action_id = block["element"]["action_id"].as_str().unwrap_or_default();
        if block["optional"] != true && is_empty(&values[block_id][action_id]) {
            return Err((
                block_id.to_owned(),
                "Please complete this required field.".to_owned(),
            ));
        }
    }
    Ok(values)
}

fn is_empty(held: &Value) -> bool {
    let parts = held
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "type");
    parts
        .into_iter()
        .all(|(_, value)| value.is_null() || value.as_array().is_some_and(Vec::is_empty))
}

/// The client keeps people within the lengths the app asked for.
fn check_length(element: &Value, value: &str) -> Result<(), String> {
    let length = value.chars().count() as u64;
    let min = element["min_length"].as_u64().unwrap_or(0);
    let max = element["max_length"].as_u64().unwrap_or(u64::MAX);
    if element["type"] != "plain_text_input" || value.is_empty() || (min..=max).contains(&length) {
        return Ok(());
    }
    Err(format!("takes between {min} and {max} characters"))
}
