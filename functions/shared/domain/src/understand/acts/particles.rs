//! Verbs and the particle further on that gives them their meaning: "turn the old cluster back on".

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::class::{Class, Classes};
use super::super::token::{Kind, Token};

/// Words between a verb and its particle: "turn the old spark cluster back on".
pub(super) const MAX_PARTICLE_DISTANCE: usize = 6;

/// Verb, particle, what the two together mean.
const SEPARABLE: &[(&str, &str, Class)] = &[
    (
        "turn switch power shut flip toggle make put_it",
        "off",
        Class::Stop,
    ),
    (
        "shut power turn bring spin wind idle put_it",
        "down",
        Class::Stop,
    ),
    ("put send", "sleep", Class::Stop),
    ("give", "rest", Class::Stop),
    ("put", "hold standby ice pause", Class::Stop),
    ("turn switch power flip toggle put get", "on", Class::Start),
    (
        "bring fire boot start power wake spin get put turn",
        "up",
        Class::Start,
    ),
    ("bring put get turn switch", "back", Class::Start),
    (
        "throw blow chuck toss give put sign",
        "away",
        Class::Terminate,
    ),
    ("throw chuck toss take", "out", Class::Terminate),
    ("tear take burn pull strip", "down", Class::Terminate),
    ("give hand take have return", "back", Class::Terminate),
    ("put", "misery", Class::Terminate),
    ("bring put", "end", Class::Terminate),
    ("kiss wave say", "goodbye", Class::Terminate),
    ("get", "rid", Class::Terminate),
    ("let", "go die", Class::Terminate),
    (
        "kick take throw boot get remove lock cut",
        "off",
        Class::Unshare,
    ),
    ("lock kick boot shut", "out", Class::Unshare),
    ("turn make convert change", "into", Class::Save),
    ("push move set shift change", "to", Class::Extend),
];

type Row = (&'static str, &'static str, Class);

/// The rows of each verb; those that end something know its third person too.
static ROWS: LazyLock<HashMap<String, Vec<Row>>> = LazyLock::new(|| {
    let mut rows: HashMap<String, Vec<Row>> = HashMap::new();
    for row in SEPARABLE {
        let ends = matches!(row.2, Class::Terminate | Class::Stop);
        for verb in row.0.split(' ') {
            rows.entry(verb.to_owned()).or_default().push(*row);
            if ends {
                rows.entry(format!("{verb}s")).or_default().push(*row);
                rows.entry(format!("{verb}es")).or_default().push(*row);
            }
        }
    }
    rows
});

/// Gives verbs with a particle further on their meaning.
pub(in crate::understand) fn join_particles(tokens: &mut [Token]) {
    let people = tokens
        .iter()
        .any(|token| matches!(token.kind, Kind::Person(_)));
    for at in 0..tokens.len() {
        let Token {
            kind: Kind::Word,
            text: verb,
            ..
        } = &tokens[at]
        else {
            continue;
        };
        let Some(rows) = ROWS.get(verb.as_str()) else {
            continue;
        };
        let mut meant: Option<(usize, Class)> = None;
        for (_, particles, class) in rows {
            let window = tokens
                .iter()
                .enumerate()
                .skip(at + 1)
                .take(MAX_PARTICLE_DISTANCE)
                .take_while(|(_, token)| !token.is_break());
            let particle = window
                .into_iter()
                .find(|(_, token)| particles.split(' ').any(|entry| token.is(entry)))
                .map(|(index, _)| index);
            let Some(index) = particle else { continue };
            if !fits(tokens, at, index, *class, people) {
                continue;
            }
            // The particle that closes its phrase wins: "turn it back on" is about "on" and "back" alike.
            if meant.is_none_or(|(known, _)| index < known) {
                meant = Some((index, *class));
            }
        }
        if let Some((index, class)) = meant {
            let drop = tokens[at].class;
            // The bare verb meant something else: "bring", "take", "have".
            let kept = if matches!(class, Class::Terminate | Class::Stop | Class::Unshare) {
                Classes::of(Class::Known)
            } else {
                drop
            };
            tokens[at].class = kept
                .union(Classes::of(class))
                .union(Classes::of(Class::Known));
            if class != Class::Extend {
                tokens[index].class = tokens[index].class.union(Classes::of(class));
            }
        }
    }
}

/// Whether the verb takes a particle that stops something or gives it up.
pub(super) fn is_separable(verb: &str) -> bool {
    rows_of(verb).any(|(.., class)| matches!(class, Class::Terminate | Class::Stop))
}

fn rows_of(verb: &str) -> impl Iterator<Item = &'static Row> {
    ROWS.get(verb).into_iter().flatten()
}

/// Whether the word is the particle of a verb before it, and so no act of its own.
pub(super) fn is_particle(tokens: &[Token], at: usize, class: Class) -> bool {
    let text = tokens[at].text.as_str();
    matches!(class, Class::Terminate | Class::Stop)
        && tokens[at.saturating_sub(MAX_PARTICLE_DISTANCE)..at]
            .iter()
            .rev()
            .take_while(|token| !token.is_break())
            .filter(|verb| verb.has(class))
            .any(|verb| {
                rows_of(&verb.text).any(|(_, particles, of)| {
                    *of == class && particles.split(' ').any(|entry| entry == text)
                })
            })
}

fn fits(tokens: &[Token], verb: usize, particle: usize, class: Class, people: bool) -> bool {
    let next = tokens.get(particle + 1);
    let closes = next.is_none_or(|next| {
        next.is_break() || next.kind == Kind::Emoji || !next.used && next.number().is_none()
    });
    let verb_text = tokens[verb].text.as_str();
    match class {
        Class::Unshare => people || matches!((verb_text, next), ("kick" | "lock", Some(_))),
        // "turn on", "have jupyter on it": the particle belongs to the verb only at the end of the phrase.
        Class::Start if tokens[particle].is("on") => {
            let object = next.is_some_and(|next| {
                matches!(
                    next.text.as_str(),
                    "it" | "the" | "top" | "my" | "aws" | "spot"
                ) && verb_text != "turn"
                    && verb_text != "switch"
                    && verb_text != "power"
            });
            !object && !matches!(verb_text, "put" | "get")
        }
        Class::Start if tokens[particle].is("up") => closes,
        Class::Terminate if verb_text == "let" => {
            !tokens[particle].is("go")
                || tokens.get(particle + 1).is_none_or(|next| {
                    next.is_break()
                        || next.is("of")
                        || next.class.any(&[Class::Please, Class::Filler]) && !next.is("on")
                })
        }
        Class::Terminate if verb_text == "have" => {
            tokens[verb + 1..particle]
                .iter()
                .all(|token| !token.has(Class::Article))
                && particle > verb + 1
        }
        Class::Terminate if verb_text == "take" && tokens[particle].is("out") => !people,
        Class::Terminate => !(people && matches!(verb_text, "take")),
        Class::Extend => tokens[verb..particle].iter().any(|token| {
            matches!(
                token.text.as_str(),
                "end" | "deadline" | "expiry" | "expiration"
            ) || token.has(Class::Expiring)
        }),
        _ => true,
    }
}
