//! Public ssh keys: whose owner may log in to their machines.

use serde::{Deserialize, Serialize};

use crate::bootstrap::AuthorizedKey;
use crate::forms::SshKeysChange;

/// Keys that one person may have; user data has room for twice as many.
pub const KEYS_MAX: usize = 10;

/// Beginnings of public keys.
const TYPES: [&str; 4] = ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-", "sk-"];

/// Somebody's public keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SshKeys {
    /// One line each, without comments: type and key.
    pub keys: Vec<String>,
    /// Counts changes; a write names the version that it read.
    pub version: u64,
}

impl SshKeys {
    /// The keys with one more; none where it is known already. Of too many, the oldest goes.
    pub fn with(&self, key: &str) -> Option<Self> {
        if self.keys.iter().any(|known| known == key) {
            return None;
        }
        let mut keys = self.keys.clone();
        keys.push(key.to_owned());
        let surplus = keys.len().saturating_sub(KEYS_MAX);
        Some(Self {
            keys: keys.split_off(surplus),
            version: self.version,
        })
    }
}

impl SshKeys {
    /// The keys after what a form asked for.
    pub fn changed(&self, change: &SshKeysChange) -> Self {
        let mut keys = self.clone();
        for key in &change.added {
            keys = keys.with(key).unwrap_or(keys);
        }
        keys
    }
}

/// The public key in a text, as a line for `authorized_keys`. The comment is left out: it is often a mail address,
/// which Slack turns into a link.
pub fn key_in(text: &str) -> Option<String> {
    let text = text.replace(['`', '\n', '\r', '\t', '"', '\''], " ");
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let pairs = words
        .windows(2)
        .filter(|pair| TYPES.iter().any(|kind| pair[0].starts_with(kind)));
    pairs
        .map(|pair| format!("{} {}", pair[0], pair[1]))
        .find(|line| is_long_enough(line) && AuthorizedKey::parse(line).is_ok())
}

/// The shortest keys in use, ed25519, have 68 characters after their type.
fn is_long_enough(line: &str) -> bool {
    const KEY_CHARS_MIN: usize = 68;
    line.split(' ')
        .nth(1)
        .is_some_and(|key| key.len() >= KEY_CHARS_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7pVY7J1m0mPq0m0ztO4fSm8m0y8a3QmUu4xk1mXxxx";

    #[test]
    fn a_key_is_found_in_whatever_slack_makes_of_it() {
        for text in [
            KEY.to_owned(),
            format!("here is my key: `{KEY} alice@laptop`"),
            format!("```{KEY} <mailto:alice@example.com|alice@example.com>```"),
            format!("<@U0BOT> add this ssh key\n{KEY}"),
        ] {
            assert_eq!(key_in(&text).as_deref(), Some(KEY), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in [
            "",
            "add my ssh key",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-dss AAAAB3NzaC1kc3MAAACBAP1",
            "my ssh-rsa key is lost",
        ] {
            assert_eq!(key_in(text), None, "{text}");
        }
    }

    #[test]
    fn a_known_key_is_not_added_twice_and_the_oldest_of_too_many_goes() {
        let mut keys = SshKeys::default();
        for number in 0..=KEYS_MAX {
            keys = keys.with(&number.to_string()).expect("it is new");
        }
        assert_eq!(keys.keys.len(), KEYS_MAX);
        assert_eq!(keys.keys[0], "1");
        assert_eq!(keys.with("5"), None);
    }
}
