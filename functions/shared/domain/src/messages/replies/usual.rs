//! Answers about somebody's usual cluster.

use serde_json::Value;

use crate::event::UsualReply;
use crate::forms::{FormKind, FormRequest};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button};
use crate::messages::clusters::{cluster_words, roles};
use crate::messages::words::exact_length;
use crate::spec::Cluster;
use crate::usual::Usual;

pub(super) fn usual(reply: &UsualReply) -> Message {
    match reply {
        UsualReply::Shown {
            usual: Some(usual),
            user,
        } => with_buttons("*Your usual cluster*", usual, user),
        UsualReply::Shown { usual: None, user } => without_one(
            "You have not said yet what your usual cluster is. Do it once, and “launch my usual cluster” is enough from then on.",
            user,
        ),
        UsualReply::NoneYet { user } => without_one(
            "I do not know yet what your usual cluster is. Tell me in the form, and “launch my usual cluster” is enough from then on. Or say what it shall be this time, such as “3 nodes with 8 GB for 4 hours”.",
            user,
        ),
        UsualReply::Kept { usual, user } => with_buttons(
            ":white_check_mark: *From now on this is your usual cluster*",
            usual,
            user,
        ),
        UsualReply::NoCluster { handle, user } => without_one(
            &format!(
                "*{handle}* is not a cluster, so it cannot be your usual one. Say in the form what that shall be."
            ),
            user,
        ),
    }
}

fn with_buttons(title: &str, usual: &Usual, user: &str) -> Message {
    let launch = button(
        Look::Primary,
        "Get the price",
        action::SAY_ANOTHER,
        &format!("{user}/launch my usual cluster"),
    );
    Message::plain(format!("{title}\n{}", lines(usual)))
        .with(actions(&[launch, form_button("Change …", user)]))
}

fn without_one(text: &str, user: &str) -> Message {
    Message::plain(text).with(actions(&[form_button("Set it up …", user)]))
}

/// What it is like.
fn lines(usual: &Usual) -> String {
    let Usual {
        nodes,
        os,
        memory_gb,
        vcpus,
        storage_gb,
        ..
    } = usual;
    let vcpus = vcpus.map_or_else(String::new, |vcpus| format!("{vcpus} vCPU and "));
    let market = if usual.spot { "Spot" } else { "On demand" };
    let time = match usual.duration_minutes {
        Some(minutes) => format!("for {}", exact_length(minutes)),
        None => "I ask each time for how long".to_owned(),
    };
    format!(
        "{} ({})\nEach with {}, at least {vcpus}{memory_gb} GB memory, {storage_gb} GB disk\n{market} · {time}",
        cluster_words(Cluster::default(), *nodes),
        roles(*nodes),
        os.title(),
    )
}

/// Opens the form.
pub(super) fn form_button(label: &str, user: &str) -> Value {
    let request = FormRequest {
        kind: FormKind::UsualCluster,
        for_user: user.to_owned(),
        credential_id: None,
    };
    button(Look::Plain, label, action::FORM_OPEN, &request.value())
}
