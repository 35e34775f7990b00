//! The list of what is kept.

use std::fmt::Write as _;

use super::checks::fault;
use super::{form_button, form_buttons};
use crate::access::credential::{Check, Payer, Scope};
use crate::event::CredentialLine;
use crate::intent::Provider;
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, escape, section};
use crate::messages::words::payer_words;
use crate::time::{EpochSeconds, length};

/// Credentials in a list: with their buttons they are two blocks each, and a message holds fifty.
const LISTED_MAX: usize = 10;

pub(super) fn listing(
    credentials: &[CredentialLine],
    user: &str,
    payer: Option<&Payer>,
    at: EpochSeconds,
) -> Message {
    let title = match credentials.len() {
        0 => "I keep no cloud keys of yours".to_owned(),
        1 => "You have given access to 1 account".to_owned(),
        count => format!("You have given access to {count} accounts"),
    };
    let mut message = Message::new(title.clone(), vec![section(&format!("*{title}*"))]);
    for credential in credentials.iter().take(LISTED_MAX) {
        message = message
            .with(section(&line(credential, at)))
            .with(actions(&buttons(credential, user)));
    }
    if credentials.len() > LISTED_MAX {
        let left = credentials.len() - LISTED_MAX;
        message = message.with(context(&format!("… and {left} more.")));
    }
    let pays = payer.map_or_else(
        || "Nobody would pay for your next machine: give me access to an AWS account.".to_owned(),
        |payer| format!("Your next machine: {}.", lower(&payer_words(payer))),
    );
    message
        .with(context(&pays))
        .with(actions(&form_buttons(None, user)))
}

fn lower(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(characters).collect()
    })
}

fn line(credential: &CredentialLine, at: EpochSeconds) -> String {
    let cloud = match credential.provider {
        Provider::Aws => "AWS",
        Provider::Digitalocean => "DigitalOcean",
    };
    let account = credential
        .account
        .as_deref()
        .map_or_else(String::new, |account| {
            format!(" · account {}", escape(account))
        });
    let whose = match credential.scope {
        Scope::Organisation => " · the organisation’s",
        Scope::User(_) => "",
    };
    let used = credential.used_epoch_seconds.map_or_else(
        || "never used".to_owned(),
        |used| format!("last used {} ago", length(at - used)),
    );
    let machines = match credential.reservations {
        0 => "no machine on it".to_owned(),
        1 => "1 machine on it".to_owned(),
        count => format!("{count} machines on it"),
    };
    let mut text = format!(
        "*{}* · {cloud} {}{account}{whose}\n{}\nGiven {} ago · {used} · {machines}",
        escape(&credential.label),
        escape(&credential.hint),
        state(credential),
        length(at - credential.created_epoch_seconds),
    );
    if let Some(region) = &credential.unserved_region {
        let _ = write!(
            text,
            "\nIt is for {}, where I launch nothing yet, so it is kept and not used.",
            escape(region)
        );
    }
    text
}

fn state(credential: &CredentialLine) -> String {
    if credential.is_retiring {
        let waits_for = match credential.reservations {
            0 => "its check",
            _ => "the last machine on it",
        };
        return format!(":hourglass: It goes when {waits_for} has ended.");
    }
    let mut text = match &credential.check {
        Check::Pending => ":hourglass_flowing_sand: Being checked.".to_owned(),
        Check::Passed { .. } => ":white_check_mark: Works.".to_owned(),
        Check::Failed { why, .. } => format!(":warning: {}", fault(why)),
    };
    if credential.is_replacement_pending {
        text.push_str(" What shall take its place is being checked.");
    }
    if let Some(why) = &credential.refused_replacement {
        let _ = write!(
            text,
            "\nWhat was given in its place was not taken: {}",
            fault(why)
        );
    }
    text
}

fn buttons(credential: &CredentialLine, user: &str) -> Vec<serde_json::Value> {
    let id = credential.id.as_str();
    let mut buttons = vec![form_button("Replace", credential.form, user, Some(id))];
    if !matches!(credential.check, Check::Passed { .. }) {
        buttons.push(button(Look::Plain, "Check again", action::KEY_CHECK, id));
    }
    buttons.push(button(Look::Plain, "Delete", action::KEY_FORGET, id));
    buttons
}
