//! Public ssh keys: whose owner may log in to their machines.

mod key;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

pub use key::{KeyFault, PublicKey};

use crate::forms::SshKeysChange;

/// Keys that one person may have: as many as a form has boxes to tick.
pub const KEYS_MAX: usize = 10;
/// Characters that they may have together, for a machine hears them all each minute: five of the longest.
pub const KEYS_CHARS_MAX: usize = 4_000;
/// The fewest characters after a type that are meant as a key, though it may be a broken one.
const BODY_CHARS_MIN: usize = 12;

/// Somebody's public keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SshKeys {
    /// One line each, without comments: type and key.
    pub keys: Vec<String>,
    /// Counts changes; a write names the version that it read.
    pub version: u64,
}

/// A key, as much of it as people compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownKey {
    /// Its type.
    pub kind: String,
    /// Its fingerprint, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
}

/// What a change makes of somebody's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The keys as they are now; the version is still the one that was read.
    pub keys: SshKeys,
    /// How many are new.
    pub added: usize,
    /// How many are gone.
    pub removed: usize,
    /// How many of those to add were known already.
    pub known: usize,
}

/// Why keys cannot all be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "count")]
pub enum Surplus {
    /// There would be so many.
    TooMany(usize),
    /// Together they would be longer than a machine can be given.
    TooLong,
}

impl SshKeys {
    /// The keys with some removed and others added: all of the change, or why it cannot be.
    pub fn changed(&self, change: &SshKeysChange) -> Result<Changed, Surplus> {
        let mut keys = self.keys.clone();
        keys.retain(|line| !change.removed.contains(&key::fingerprint_of(line)));
        let removed = self.keys.len() - keys.len();
        let kept = keys.len();
        for line in &change.added {
            if !keys.contains(line) {
                keys.push(line.clone());
            }
        }
        let added = keys.len() - kept;
        if added > 0 && keys.len() > KEYS_MAX {
            return Err(Surplus::TooMany(keys.len()));
        }
        if added > 0 && keys.iter().map(String::len).sum::<usize>() > KEYS_CHARS_MAX {
            return Err(Surplus::TooLong);
        }
        Ok(Changed {
            added,
            removed,
            known: change.added.len() - added,
            keys: Self {
                keys,
                version: self.version,
            },
        })
    }

    /// The keys as people compare them.
    pub fn known(&self) -> Vec<KnownKey> {
        let known = self.keys.iter().map(|line| KnownKey {
            kind: line.split(' ').next().unwrap_or_default().to_owned(),
            fingerprint: key::fingerprint_of(line),
        });
        known.collect()
    }
}

/// The public keys in a message, or what is wrong with the first that cannot be taken; none where the message is about
/// something else. A private key is found too, so that its author can be warned.
pub fn key_in(text: &str) -> Option<Result<Vec<PublicKey>, KeyFault>> {
    if PublicKey::is_private(text) {
        return Some(Err(KeyFault::Private));
    }
    let text = without_markup(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let lines = words
        .windows(2)
        .map(|pair| (pair[0], pair[1].trim_end_matches(|c: char| !is_base64(c))))
        .filter(|(kind, body)| {
            key::announces(kind) && body.starts_with("AAAA") && body.len() >= BODY_CHARS_MIN
        });
    let keys: Result<Vec<PublicKey>, KeyFault> = lines
        .map(|(kind, body)| PublicKey::parse(&format!("{kind} {body}")))
        .collect();
    keys.map(|mut keys| {
        let mut seen = Vec::new();
        keys.retain(|key| {
            let is_new = !seen.contains(key);
            seen.push(key.clone());
            is_new
        });
        (!keys.is_empty()).then_some(keys)
    })
    .transpose()
}

fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=')
}

/// The text without what Slack and people put around a key. A type with an `@` in it has become a link.
fn without_markup(text: &str) -> String {
    const MARKS: [char; 13] = [
        '`', '"', '\'', '*', '_', '~', '<', '>', '|', '“', '”', '‘', '’',
    ];
    let shown = text.split('<').map(|part| match part.split_once('>') {
        Some((inside, rest)) => {
            let label = inside.rsplit('|').next().unwrap_or_default();
            format!("{} {rest}", label.trim_start_matches("mailto:"))
        }
        None => part.to_owned(),
    });
    shown.collect::<Vec<_>>().join(" ").replace(MARKS, " ")
}
