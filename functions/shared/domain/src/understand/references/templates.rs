//! The names of templates.

use super::nicknames::is_name;
use super::text;
use crate::understand::class::Class;
use crate::understand::negation::corrected_between;
use crate::understand::token::{Kind, Token};

/// The name of a template: "template web-server", "my web-server template", "from ci-runner", "call it demo".
pub(in crate::understand) fn template(tokens: &[Token], answering: bool) -> Option<String> {
    let mut found: Option<String> = None;
    for (at, token) in tokens.iter().enumerate() {
        if token.class.any(&[Class::Template, Class::Templates]) {
            let before = before_noun(tokens, at);
            let after = after_noun(tokens, at + 1);
            let certain = at > 0
                && (is_name(&tokens[at - 1]) || tokens[at - 1].quoted)
                && !tokens.get(at + 1).is_some_and(is_name);
            let name = if certain {
                before.or(after)
            } else {
                after.or(before)
            };
            if let Some(name) = name {
                let correct =
                    found.is_none() || corrected_between(tokens, 0, at) || !tokens[at].negated;
                if correct {
                    found = Some(name);
                }
            }
        }
    }
    if found.is_some() {
        return found;
    }
    // "delete the template, not the machine: web-kit".
    let speaks = tokens.iter().any(|token| token.has(Class::Template));
    if let [.., mark, name] = tokens
        && speaks
        && mark.is(":")
        && is_name(name)
    {
        return Some(name.raw().to_owned());
    }
    // "remove perfect-spark from my templates".
    let listed = (1..tokens.len()).find(|at| {
        tokens[*at].is("from")
            && is_name(&tokens[at - 1])
            && tokens
                .iter()
                .skip(at + 1)
                .take(3)
                .any(|token| token.has(Class::Templates))
    });
    if let Some(at) = listed {
        return Some(tokens[at - 1].raw().to_owned());
    }
    let by_name = (0..tokens.len())
        .find(|at| is_introduced(tokens, *at, answering) && can_name(&tokens[*at]));
    if let Some(at) = by_name {
        return Some(tokens[at].raw().to_owned());
    }
    let from = (1..tokens.len()).find(|at| {
        matches!(text(tokens, at - 1), "from" | "using")
            && is_name(&tokens[*at])
            && tokens[..*at].iter().any(|token| {
                token.class.any(&[
                    Class::New,
                    Class::Create,
                    Class::Want,
                    Class::Machine,
                    Class::Machines,
                    Class::Cluster,
                ])
            })
            && !tokens[..*at].iter().any(|token| {
                token
                    .class
                    .any(&[Class::Terminate, Class::Unshare, Class::Share])
            })
    });
    if let Some(at) = from {
        return Some(tokens[at].raw().to_owned());
    }
    if !answering {
        return None;
    }
    let unknown = tokens.iter().rfind(|token| is_name(token));
    let only = || {
        tokens.iter().rfind(|token| {
            token.kind == Kind::Word
                && !token.class.any(&[
                    Class::Filler,
                    Class::Please,
                    Class::Article,
                    Class::The,
                    Class::Yes,
                ])
        })
    };
    unknown.or_else(only).map(|token| token.raw().to_owned())
}

/// "call it demo", "named demo", "under the name demo"; "the vm called falcon" is a reservation.
fn is_introduced(tokens: &[Token], at: usize, answering: bool) -> bool {
    let word = |back: usize| at.checked_sub(back).map_or("", |index| text(tokens, index));
    let (before, two) = (word(1), word(2));
    let of_machine = matches!(before, "called" | "named")
        && at > 1
        && tokens[at - 2].class.any(&[
            Class::Machine,
            Class::Machines,
            Class::Cluster,
            Class::Clusters,
            Class::Reservation,
        ]);
    let said = matches!(
        (two, before),
        ("call" | "name", "it" | "this" | "that") | (_, "named" | "called" | "as")
    ) && !(before == "as" && (answering || two == "well"))
        || (word(3), two, before) == ("under", "the", "name")
        || before == ":" && matches!(two, "name" | "named" | "called" | "title")
        || answering && matches!(before, "as" | "name" | "is");
    said && !of_machine
}

/// Whether the word can be the name of a template in a place where one is expected.
fn can_name(token: &Token) -> bool {
    let plain = !token.class.any(&[
        Class::Filler,
        Class::Please,
        Class::Preposition,
        Class::Pronoun,
        Class::Article,
        Class::The,
        Class::My,
        Class::And,
        Class::Or,
        Class::Until,
        Class::Not,
        Class::Machine,
        Class::Machines,
        Class::Cluster,
        Class::Terminate,
        Class::Save,
        Class::Template,
        Class::Templates,
        Class::Question,
        Class::Correction,
        Class::Reservations,
    ]);
    (token.kind == Kind::Word || token.kind == Kind::InstanceType)
        && (token.quoted
            || plain
                && !matches!(
                    token.text.as_str(),
                    "any"
                        | "saved"
                        | "only"
                        | "out"
                        | "too"
                        | "first"
                        | "yet"
                        | "there"
                        | "i"
                        | "available"
                        | "more"
                        | "again"
                        | "anymore"
                        | "list"
                        | "lists"
                        | "usual"
                        | "always"
                        | "default"
                        | "before"
                        | "discussed"
                        | "soon"
                ))
}

fn after_noun(tokens: &[Token], mut at: usize) -> Option<String> {
    if matches!(
        text(tokens, at),
        "called" | "named" | "name" | ":" | "is" | "-" | "as"
    ) {
        at += 1;
    }
    if matches!(text(tokens, at), "is" | ":") {
        at += 1;
    }
    // "one of my templates is outdated".
    let said_of = at > 0 && tokens[at - 1].is("is");
    let token = tokens
        .get(at)
        .filter(|token| can_name(token) && (!said_of || is_name(token)))?;
    Some(token.raw().to_owned())
}

fn before_noun(tokens: &[Token], at: usize) -> Option<String> {
    let before = at.checked_sub(1).map(|before| &tokens[before])?;
    let determiner = at.checked_sub(2).map(|before| &tokens[before]);
    let strong = is_name(before) || before.quoted;
    let is_possessed = determiner.is_some_and(|token| {
        token.class.any(&[Class::The, Class::My, Class::Our])
            || matches!(token.text.as_str(), "as" | "from" | "template")
    });
    let weak = is_possessed
        && can_name(before)
        && !before.class.any(&[
            Class::New,
            Class::Adjective,
            Class::Last,
            Class::Everything,
            Class::Show,
            Class::List,
            Class::Our,
        ])
        && !matches!(
            before.text.as_str(),
            "saved"
                | "old"
                | "stored"
                | "other"
                | "first"
                | "cloud"
                | "own"
                | "existing"
                | "current"
                | "same"
                | "right"
                | "following"
                | "whole"
        );
    (strong || weak).then(|| before.raw().to_owned())
}
