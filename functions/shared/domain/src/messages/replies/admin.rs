//! Who may not, who can help, and what admins see.

use crate::access::permission::{Act, Refusal};
use crate::event::AdminReply;
use crate::messages::blocks::Message;

pub(super) fn admin(_reply: &AdminReply) -> Message {
    todo!("admin")
}

/// They may not, and who can help.
pub(super) fn not_allowed(_act: Act, why: Refusal, admins: &[String]) -> Message {
    let helpers = people(admins);
    Message::plain(match why {
        Refusal::Guest => format!(
            "Guests cannot hire machines here. A full member of this workspace can do it for you{}.",
            helpers.map_or_else(String::new, |people| format!(
                ", and {people} can open it to guests"
            ))
        ),
        Refusal::Deactivated => {
            "Your account in this workspace is deactivated, so I cannot act for you.".to_owned()
        }
        Refusal::Stranger => {
            "I work for the members of the workspace that I live in. Ask one of them to get the machine for you."
                .to_owned()
        }
        Refusal::Bot => "I do not take orders from bots.".to_owned(),
        Refusal::AdminsOnly => format!(
            "Only admins can do that. {}",
            helpers.map_or_else(
                || "None is named yet: whoever deployed me can do it, with the parameter `AdminUserIds`."
                    .to_owned(),
                |people| format!("Ask {people}.")
            )
        ),
    })
}

/// People as mentions, joined for a sentence; none where there are none.
pub(super) fn people(users: &[String]) -> Option<String> {
    let mentions: Vec<String> = users.iter().map(|user| format!("<@{user}>")).collect();
    match mentions.split_last()? {
        (only, []) => Some(only.clone()),
        (last, others) => Some(format!("{} or {last}", others.join(", "))),
    }
}
