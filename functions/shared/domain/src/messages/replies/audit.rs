//! The audit log in readable lines.

use crate::access::audit::{Entry, Filter, Outcome, Path};
use crate::access::permission::Act;
use crate::messages::blocks::{Message, context, escape, section};
use crate::messages::words::act_words;
use crate::time::slack_date;

/// Characters in a paragraph, within Slack's limit for one.
const PARAGRAPH_CHARS_MAX: usize = 2_900;

pub(super) fn log(of: &Filter, entries: &[Entry], more: usize, looked_at: usize) -> Message {
    let about = match of {
        Filter::All => String::new(),
        Filter::Handle(handle) => format!(" about *{}*", escape(handle)),
        Filter::User(user) => format!(" by or about <@{}>", escape(user)),
    };
    if entries.is_empty() {
        return Message::plain(if looked_at == 0 {
            "The audit log has no entries yet.".to_owned()
        } else {
            format!("Among the newest {looked_at} entries of the audit log there are none{about}.")
        });
    }
    let mut paragraphs = vec![String::new()];
    for line in entries.iter().map(line) {
        match paragraphs.last_mut() {
            Some(last) if last.len() + line.len() < PARAGRAPH_CHARS_MAX => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => paragraphs.push(line),
        }
    }
    paragraphs[0].insert_str(0, &format!("*Audit log*, newest first{about}"));
    let blocks = paragraphs.iter().map(|text| section(text)).collect();
    let message = Message::new("Audit log", blocks);
    let rest = match more {
        0 => String::new(),
        more => format!("… and {more} more among the newest {looked_at} that I looked through. "),
    };
    let hint = match of {
        Filter::All => "`audit r-7f3k2` or `audit @somebody` shows what is about one.",
        Filter::Handle(_) | Filter::User(_) => "",
    };
    match format!("{rest}{hint}") {
        none if none.is_empty() => message,
        small_print => message.with(context(&small_print)),
    }
}

/// When, who, on which path, what, to what, with which outcome, and on whose bill.
fn line(entry: &Entry) -> String {
    let path = match entry.path {
        Path::Message => "by message",
        Path::Command => "by command",
        Path::Button => "by button",
        Path::Form => "by form",
    };
    let act = Act::from_name(&entry.act);
    let target = entry
        .target
        .as_deref()
        .map(|target| named(act, target))
        .unwrap_or_default();
    // An act that is not in the table any more is called by its name.
    let (done, to_do): (&str, &str) = match act {
        Some(act) => act_words(act),
        None => (&entry.act, &entry.act),
    };
    let what = match entry.outcome {
        Outcome::Done => format!("{done}{target}"),
        Outcome::NotPermitted => format!("tried to {to_do}{target}, which they may not"),
        Outcome::AgainstPolicy => format!("tried to {to_do}{target}, which is against the policy"),
    };
    let payer = entry
        .payer
        .as_deref()
        .map(|payer| format!(" · paid by {}", escape(payer)))
        .unwrap_or_default();
    format!(
        "• {} · <@{}> {path}: {what}{payer}",
        slack_date(entry.at_epoch_seconds),
        escape(&entry.user)
    )
}

/// What it was done to, after the verb.
fn named(act: Option<Act>, target: &str) -> String {
    match act {
        Some(Act::SetAdmins) => {
            let words: Vec<String> = target.split(' ').map(mention).collect();
            format!(": {}", words.join(" "))
        }
        Some(Act::ManageOwnKeys | Act::ManageOrganisationKeys) => format!(": {}", escape(target)),
        _ => format!(" *{}*", escape(target)),
    }
}

/// A user id as a mention; every other word as it is.
fn mention(word: &str) -> String {
    let id = word.trim_end_matches(',');
    let is_id = id.len() > 1
        && id
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    if is_id {
        format!("<@{id}>{}", &word[id.len()..])
    } else {
        escape(word)
    }
}
