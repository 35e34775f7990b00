//! Machines that are named as a place: "the java process on falcon", "that hangs inside r-7f3k2".

use super::words::{is_environment, is_modifier};
use super::{ALIEN, Names};
use crate::understand::class::Class;
use crate::understand::token::{Kind, Token};

/// Words from a thing to the machine it is on: "that eats all the memory on falcon".
const PLACE: usize = 7;

/// "the web server on r-7f3k2": software that has a machine's name.
pub(super) fn runs_elsewhere(tokens: &[Token], index: usize, names: Names<'_>) -> bool {
    let modified = index > 0
        && tokens[index - 1].kind == Kind::Word
        && !is_modifier(&tokens[index - 1])
        && !tokens[index - 1].class.any(&[
            Class::The,
            Class::My,
            Class::Our,
            Class::Article,
            Class::Pronoun,
            Class::Last,
            Class::Terminate,
            Class::Stop,
            Class::Everything,
        ]);
    modified && holds(tokens, index, names)
}

/// "… on r-7f3k2", "… that hangs inside falcon".
pub(super) fn holds(tokens: &[Token], index: usize, names: Names<'_>) -> bool {
    const INSIDE: &[&str] = &["on", "in", "inside", "under", "within", "off", "from"];
    let clause = tokens
        .iter()
        .enumerate()
        .skip(index + 1)
        .take(PLACE)
        .take_while(|(_, token)| !token.is_break());
    let relative = tokens
        .get(index + 1)
        .is_some_and(|next| matches!(next.text.as_str(), "that" | "which"));
    clause
        .filter(|(at, token)| {
            INSIDE.contains(&token.text.as_str()) && (*at == index + 1 || relative)
        })
        .any(|(at, _)| {
            let machine = tokens.iter().skip(at + 1).take(3).any(|token| {
                token.kind == Kind::Handle || token.class.any(&[Class::Machine, Class::Cluster])
            });
            machine || names.has(at + 1)
        })
}

/// "destroy them in the final", "kill it on stage": nothing of ours is there, and no machine is named.
pub(super) fn takes_place(tokens: &[Token], at: usize, names: Names<'_>) -> bool {
    const TIMES: &[&str] = &[
        "morning",
        "afternoon",
        "evening",
        "weekend",
        "night",
        "meantime",
        "end",
        "hour",
        "moment",
        "dot",
        "double",
    ];
    let has_name =
        !names.nicknames.is_empty() || tokens.iter().any(|token| token.kind == Kind::Handle);
    let pronoun = tokens
        .get(at + 1)
        .is_some_and(|next| matches!(next.text.as_str(), "it" | "them" | "em" | "that" | "this"));
    let inside = tokens
        .get(at + 2)
        .is_some_and(|next| matches!(next.text.as_str(), "in" | "on" | "at" | "during"));
    let place = tokens.iter().skip(at + 3).take(2).find(|token| {
        !token.class.any(&[
            Class::The,
            Class::My,
            Class::Our,
            Class::Article,
            Class::Pronoun,
        ])
    });
    !has_name
        && pronoun
        && inside
        && place.is_some_and(|place| {
            place.kind == Kind::Word
                && !place.used
                && !place.class.any(&[
                    Class::Machine,
                    Class::Cluster,
                    Class::Name,
                    Class::Day,
                    Class::Week,
                    Class::Month,
                    Class::Adverb,
                    Class::Filler,
                    Class::Hour,
                    Class::Minute,
                ])
                && !TIMES.contains(&place.text.as_str())
        })
}

/// "there is a process on falcon, kill it": the pronoun stands for what was spoken of, unless that is over.
pub(super) fn foreign_antecedent(tokens: &[Token], at: usize, names: Names<'_>) -> bool {
    let over = tokens[..at].iter().any(|token| {
        matches!(
            token.text.as_str(),
            "done" | "finished" | "over" | "complete" | "completed" | "through" | "for"
        )
    });
    !over
        && (0..at).any(|index| {
            let thing = tokens[index].class.any(ALIEN) || is_environment(&tokens[index]);
            thing && (index..(index + 3).min(at)).any(|place| holds(tokens, place, names))
        })
}
