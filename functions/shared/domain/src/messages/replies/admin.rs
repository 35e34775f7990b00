//! Who may not, who can help, and who the admins are.

use super::audit;
use crate::access::permission::{Act, Refusal};
use crate::event::AdminReply;
use crate::forms::{FormKind, FormRequest};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button};
use crate::messages::words::{act_words, helpers, people};

/// What is said where nobody is an admin yet.
const NOBODY: &str =
    "None is named yet: whoever deployed me can name the first, with the parameter `AdminUserIds`.";

pub(super) fn admin(reply: &AdminReply) -> Message {
    match reply {
        AdminReply::Admins { admins, may_change } => listed(admins, *may_change),
        AdminReply::AdminsChanged { before, admins } => changed(before, admins),
        AdminReply::NobodyLeft => Message::plain(
            "None of them is a full member of this workspace, so nobody would be left to act as an admin. I have changed nothing; name at least one member.",
        ),
        AdminReply::Audit {
            of,
            entries,
            more,
            looked_at,
        } => audit::log(of, entries, *more, *looked_at),
    }
}

fn listed(admins: &[String], may_change: bool) -> Message {
    let message = Message::plain(match people(admins, "and") {
        None => format!("*Admins*: {NOBODY}"),
        Some(people) => format!(
            "*Admins*: {people}.\nThey see and end everybody’s machines, set the policy, keep the organisation’s keys, and read the audit log."
        ),
    });
    if !may_change {
        return message;
    }
    let request = FormRequest {
        kind: FormKind::Admins,
        for_user: String::new(),
        credential_id: None,
    };
    message.with(actions(&[button(
        Look::Plain,
        "Change …",
        action::FORM_OPEN,
        &request.value(),
    )]))
}

fn changed(before: &[String], admins: &[String]) -> Message {
    let now = people(admins, "and").unwrap_or_else(|| "nobody".to_owned());
    Message::plain(match people(before, "and") {
        _ if before == admins => format!("The admins stay {now}."),
        Some(before) => {
            format!(":white_check_mark: The admins are now {now}. Before, they were {before}.")
        }
        None => format!(":white_check_mark: The admins are now {now}. Before, there were none."),
    })
}

/// It is somebody else's, and who can help.
pub(super) fn not_yours(handle: &str, owner: &str, admins: &[String]) -> Message {
    let who = if admins.is_empty() {
        "they"
    } else {
        "they or an admin"
    };
    let others = admins.iter().filter(|user| *user != owner).cloned();
    let asked: Vec<String> = std::iter::once(owner.to_owned()).chain(others).collect();
    Message::plain(format!(
        "*{handle}* belongs to <@{owner}>. Only {who} can do that. Ask {}, or get a machine of your own.",
        helpers(&asked).unwrap_or_default()
    ))
}

/// They may not, and who can help.
pub(super) fn not_allowed(act: Act, why: Refusal, admins: &[String]) -> Message {
    let helpers = helpers(admins);
    Message::plain(match why {
        Refusal::Guest => format!(
            "I am sorry. Guests cannot hire machines here. A full member of this workspace can get one for you{}.",
            helpers.map_or_else(String::new, |people| format!(
                ", and {people} can open me to guests"
            ))
        ),
        Refusal::Deactivated => {
            "Your account in this workspace is deactivated, so I cannot act for you. Whoever runs the workspace can activate it again."
                .to_owned()
        }
        Refusal::Stranger => {
            "I am sorry: I work for the members of the workspace that I live in. Ask one of them to get the machine for you."
                .to_owned()
        }
        Refusal::Bot => {
            "I act for people, not for bots. Whoever wants a machine can ask me themselves.".to_owned()
        }
        Refusal::AdminsOnly => format!(
            "Only admins can {}. {}",
            act_words(act).1,
            helpers.map_or_else(|| NOBODY.to_owned(), |people| format!("Ask {people}."))
        ),
    })
}
