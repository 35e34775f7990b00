//! The form for the admins.

use serde_json::json;

use super::{View, input};
use crate::forms::admins::{ADMINS, ADMINS_MAX};

pub(super) fn view(admins: &[String]) -> View {
    let field = json!({
        "type": "multi_users_select",
        "initial_users": admins,
        "max_selected_items": ADMINS_MAX,
        "placeholder": {"type": "plain_text", "text": "Choose people"},
    });
    let hint = "They see and end everybody’s machines, set the policy, keep the organisation’s keys, and read the audit log. Only full members count, never guests or bots. If you take yourself out, you are no admin any more, at once.";
    let blocks = vec![input(
        ADMINS,
        "Who the admins are",
        field,
        Some(hint),
        false,
    )];
    ("Admins", "Save", blocks)
}
