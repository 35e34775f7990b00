//! What Slack makes of the words a person types: escapes, mentions, links it adds unasked.

use serde_json::{Value, json};

use super::people::{Account, Channel};

/// Endings that turn a word into a link: a handful of top-level domains, among them those that file names share.
const LINKED_ENDINGS: [&str; 13] = [
    "com", "org", "net", "io", "dev", "ai", "app", "de", "eu", "uk", "py", "sh", "rs",
];

/// Punctuation that ends a sentence, not an address.
const TRAILING: [char; 8] = ['.', ',', ';', ':', '!', '?', ')', '"'];

/// How mentions are written: messages hold the bare id, escaped commands id and name.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mentions {
    Bare,
    Named,
}

/// The text Slack stores and sends for what was typed. Markup such as `<@U1>` may be typed as it is.
pub(super) fn slack_text(
    typed: &str,
    accounts: &[Account],
    channels: &[Channel],
    mentions: Mentions,
) -> String {
    let mut in_code = false;
    let mut text = String::with_capacity(typed.len());
    for piece in typed.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(char::is_whitespace);
        let ticks = word.matches('`').count();
        if in_code || ticks > 0 {
            text.push_str(&escape(word));
            in_code ^= ticks % 2 == 1;
        } else {
            text.push_str(&slack_word(word, accounts, channels, mentions));
        }
        text.push_str(&piece[word.len()..]);
    }
    text
}

fn slack_word(
    word: &str,
    accounts: &[Account],
    channels: &[Channel],
    mentions: Mentions,
) -> String {
    let core = word.trim_end_matches(TRAILING);
    let tail = escape(&word[core.len()..]);
    if let Some(account) = core
        .strip_prefix('@')
        .and_then(|name| accounts.iter().find(|person| person.name == name))
    {
        let mention = match mentions {
            Mentions::Bare => format!("<@{}>", account.id),
            Mentions::Named => format!("<@{}|{}>", account.id, account.name),
        };
        return mention + &tail;
    }
    let named = |channel: &&Channel| {
        !channel.is_direct() && Some(channel.name.as_str()) == core.strip_prefix('#')
    };
    if let Some(channel) = channels.iter().find(named) {
        return format!("<#{}|{}>{tail}", channel.id, channel.name);
    }
    if core.starts_with("http://") || core.starts_with("https://") {
        return format!("<{}>{tail}", escape(core));
    }
    if is_email(core) {
        return format!("<mailto:{core}|{core}>{tail}");
    }
    if is_host(core) {
        return format!("<http://{core}|{core}>{tail}");
    }
    escape_around_markup(word)
}

fn is_email(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && is_host(host))
}

fn is_host(word: &str) -> bool {
    let labels: Vec<&str> = word.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    labels.len() > 1
        && labels.iter().all(is_label)
        && labels
            .last()
            .is_some_and(|ending| LINKED_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// Slack escapes these three characters and no others.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn escape_around_markup(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest
        .find("<@")
        .or_else(|| rest.find("<#"))
        .or_else(|| rest.find("<!"))
    {
        let Some(length) = rest[start..].find('>') else {
            break;
        };
        text.push_str(&escape(&rest[..start]));
        text.push_str(&rest[start..=start + length]);
        rest = &rest[start + length + 1..];
    }
    text + &escape(rest)
}

/// The `rich_text` block a person's client sends beside the text.
pub(super) fn rich_text(slack_text: &str, block_id: &str) -> Value {
    let decoded = |text: &str| {
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    let mut parts = Vec::new();
    let mut rest = slack_text;
    while let Some(start) = rest.find('<') {
        let Some(length) = rest[start..].find('>') else {
            break;
        };
        if start > 0 {
            parts.push(json!({ "type": "text", "text": decoded(&rest[..start]) }));
        }
        let inside = &rest[start + 1..start + length];
        let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
        parts.push(match target.chars().next() {
            Some('@') => json!({ "type": "user", "user_id": &target[1..] }),
            Some('#') => json!({ "type": "channel", "channel_id": &target[1..] }),
            Some('!') => json!({ "type": "broadcast", "range": &target[1..] }),
            _ if label.is_empty() => json!({ "type": "link", "url": target }),
            _ => json!({ "type": "link", "url": target, "text": label }),
        });
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        parts.push(json!({ "type": "text", "text": decoded(rest) }));
    }
    let section = json!({ "type": "rich_text_section", "elements": parts });
    json!({ "type": "rich_text", "block_id": block_id, "elements": [section] })
}
