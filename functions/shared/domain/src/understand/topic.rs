//! What a request for help is about: the act that is left when the asking is taken away.

use jiff::civil::DateTime;

use super::{markup, understand};
use crate::intent::Intent;

/// Ways to ask how something works, in front of what is asked about; longer ones before their beginnings.
const ASKING: &[&str] = &[
    "help me understand how to",
    "help me with",
    "help with",
    "help on",
    "help about",
    "help",
    "can you tell me how to",
    "can you explain how to",
    "tell me how to",
    "show me how to",
    "how can i",
    "how could i",
    "how do i",
    "how do you",
    "how does one",
    "how would i",
    "how to",
    "what happens if i",
    "what happens when i",
    "what would happen if i",
    "what if i",
    "is it possible to",
];

/// The act that help is asked on; none where it is about everything.
pub fn topic(text: &str, now: DateTime) -> Option<Intent> {
    let plain = markup::plain(text).to_lowercase();
    let asked = plain
        .trim()
        .trim_start_matches(['/', ',', ':'])
        .trim_start();
    let rest = ASKING
        .iter()
        .find_map(|asking| asked.strip_prefix(asking))?
        .trim();
    if rest.is_empty() {
        return None;
    }
    let intent = understand(rest, None, now).intent;
    intent
        .help()
        .map(|_| intent)
        .filter(|intent| *intent != Intent::Help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_act_behind_the_asking_is_found() {
        let now = "2026-11-23T10:00:00".parse().expect("a moment");
        for (text, expected) in [
            ("help", None),
            ("help extend", Some(Intent::ExtendReservation)),
            (
                "<@U0BOT> help with terminate",
                Some(Intent::TerminateReservation),
            ),
            (
                "How do I extend a reservation?",
                Some(Intent::ExtendReservation),
            ),
            (
                "what happens if I terminate r-7f3k2?",
                Some(Intent::TerminateReservation),
            ),
            ("how can I get a spark cluster", Some(Intent::CreateCluster)),
            ("help me", None),
            ("what can you do", None),
        ] {
            assert_eq!(topic(text, now), expected, "{text}");
        }
    }
}
