//! What is to be done, and to what: verbs with their particles, in the order of the text.

use super::class::{Class, Classes};
use super::token::{Kind, Token};

/// Words between a verb and its particle: "turn the old spark cluster back on".
const MAX_PARTICLE_DISTANCE: usize = 6;

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

/// Words that turn a stop into a farewell.
const FOR_GOOD: &str = "for good|permanently|for ever|forever|not keep the disk|not keep disk|without the disk|without disk|\
        without its disk|with the disk|including the disk|disk too|not need the disk|and delete|\
        for real and delete|completely and delete|once and for all|never need it again|without keeping|\
        disk and all|disk included|and remove|lose the disk|drop the disk|not keep the data|\
        not keep the storage";

/// An act in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Act {
    pub(super) class: Class,
    pub(super) at: usize,
    /// "don't …", "no need to …".
    pub(super) negated: bool,
    /// Told about, not asked for: "before I kill anything", "so I remember to kill it".
    pub(super) told: bool,
}

/// Gives verbs with a particle further on their meaning.
pub(super) fn join_particles(tokens: &mut [Token]) {
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
        let rows = SEPARABLE
            .iter()
            .filter(|(verbs, ..)| verbs.split(' ').any(|entry| entry == verb));
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

/// The acts of the text, in order.
pub(super) fn read(tokens: &[Token], line: &str) -> Vec<Act> {
    const CLASSES: &[Class] = &[
        Class::Terminate,
        Class::Stop,
        Class::Start,
        Class::Launch,
        Class::Create,
        Class::Want,
        Class::Extend,
        Class::Keep,
        Class::Remind,
        Class::Show,
        Class::List,
        Class::Save,
        Class::Share,
        Class::Unshare,
    ];
    let for_good = tokens.iter().any(|token| token.has(Class::Stop))
        && FOR_GOOD.split('|').any(|phrase| {
            line.match_indices(phrase).any(|(at, _)| {
                line[..at].ends_with(' ') && line[at + phrase.len()..].starts_with(' ')
            })
        });
    let mut acts = Vec::with_capacity(6);
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word
            || (token.has(Class::CancelWord) && !token.has(Class::Terminate))
            || (token.quoted && at > 0)
        {
            continue;
        }
        for class in CLASSES {
            if !token.has(*class)
                || (at > 0
                    && tokens[at - 1].has(*class)
                    && !matches!(class, Class::Want | Class::Create))
            {
                continue;
            }
            if !is_act(tokens, at, *class) {
                continue;
            }
            let class = if *class == Class::Stop && for_good {
                Class::Terminate
            } else {
                *class
            };
            acts.push(Act {
                class,
                at,
                negated: token.negated || takes_nothing(tokens, at),
                told: is_told(tokens, at),
            });
        }
    }
    acts
}

/// Words that are verbs only in some places.
fn is_act(tokens: &[Token], at: usize, class: Class) -> bool {
    let token = &tokens[at];
    let before = at
        .checked_sub(1)
        .map_or("", |before| tokens[before].text.as_str());
    let next = tokens.get(at + 1);
    let next_text = next.map_or("", |next| next.text.as_str());
    if matches!(class, Class::Terminate | Class::Stop) && has_other_object(tokens, at) {
        return false;
    }
    match (class, token.text.as_str()) {
        (Class::Terminate, "free") => {
            !matches!(before, "is" | "are" | "a" | "am" | "the" | "any")
                && next.is_some_and(|next| !next.has(Class::Machine))
        }
        (Class::Terminate, "return" | "drop") => {
            next.is_some_and(|next| !next.is_break() && next_text != "in") || token.is("drop")
        }
        (Class::Terminate, "release" | "dump" | "shoot" | "burn" | "toss" | "purge") => {
            !matches!(before, "the" | "a" | "next" | "new" | "our")
        }
        (Class::Stop, "sleep" | "freeze" | "park") => {
            before != "to" || token.is("park") || tokens[at].has(Class::Stop)
        }
        (Class::Stop, "shut" | "bring") => tokens
            .iter()
            .skip(at + 1)
            .take(MAX_PARTICLE_DISTANCE)
            .any(|token| matches!(token.text.as_str(), "down" | "off")),
        (Class::Stop, "pause" | "halt") => !matches!(before, "a" | "the"),
        (Class::Terminate, "end" | "finish" | "close" | "ice" | "rip") => {
            let object = next.is_some_and(|next| {
                next.kind == Kind::Handle
                    || next.class.any(&[
                        Class::My,
                        Class::Our,
                        Class::Machine,
                        Class::Cluster,
                        Class::Reservation,
                    ])
                    || next.is_unknown_word()
                    || next.is("it")
                    || next.is("the")
                        && tokens.get(at + 2).is_some_and(|noun| {
                            noun.class
                                .any(&[Class::Machine, Class::Cluster, Class::Reservation])
                        })
            });
            object
                && !token.is("rip")
                && !matches!(
                    before,
                    "the" | "to" | "not" | "will" | "about" | "does" | "did" | "i"
                )
        }
        (Class::Stop, "stop")
            if next_text.ends_with("ing")
                && !next.is_some_and(|next| next.has(Class::Everything))
                && next_text != "running"
                && !next_text.contains('-') =>
        {
            false
        }
        (Class::Stop, "stop") => !(next_text == "sharing" || token.has(Class::Unshare)),
        (Class::Show, "spec" | "specs") => !matches!(before, "and"),
        (Class::Keep, "leave") => !matches!(before, "the" | "on" | "i"),
        (Class::Create, "order" | "book") => before != "in" && before != "the",
        _ => true,
    }
}

/// "delete nothing".
fn takes_nothing(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|next| matches!(next.text.as_str(), "nothing" | "none" | "no" | "nobody"))
}

/// "drop me a note", "shoot a message over": what the verb takes is none of ours.
fn has_other_object(tokens: &[Token], at: usize) -> bool {
    const OURS: &[Class] = &[
        Class::Machine,
        Class::Machines,
        Class::Cluster,
        Class::Clusters,
        Class::Reservation,
        Class::Reservations,
        Class::Template,
        Class::Templates,
        Class::Key,
        Class::Account,
        Class::Name,
    ];
    let Some(next) = tokens.get(at + 1) else {
        return false;
    };
    let to_me = next.is("me") || next.is("us");
    // "drop everything, there is a fire".
    let alarm = tokens[at].is("drop")
        && next.is("everything")
        && tokens.get(at + 2).is_none_or(Token::is_break)
        && tokens.len() > at + 2;
    let some = next.is("a") || next.is("an");
    let ours = || {
        let object = tokens.iter().skip(at + 2).take(4);
        object
            .take_while(|token| !token.is_break())
            .any(|token| token.class.any(OURS) || token.kind == Kind::Handle || token.used)
    };
    to_me || alarm || some && !ours()
}

/// "before I kill", "if I delete", "so I remember to terminate", "remind me … to stop".
fn is_told(tokens: &[Token], at: usize) -> bool {
    let back = |distance: usize| {
        at.checked_sub(distance)
            .map_or("", |index| tokens[index].text.as_str())
    };
    let pronoun = matches!(back(1), "i" | "we" | "you" | "they" | "he" | "she" | "to");
    let conjunction = |word: &str| {
        matches!(
            word,
            "before" | "if" | "when" | "after" | "until" | "till" | "because" | "while" | "once"
        )
    };
    let remembers = (2..=5).any(|distance| {
        matches!(
            back(distance),
            "remember" | "forget" | "reminder" | "remind" | "me"
        )
    });
    // "I'll hand it back friday" announces, and asks for nothing.
    let announced = matches!(back(1), "will" | "shall") && matches!(back(2), "i" | "we")
        || matches!(back(1), "to") && back(2) == "going" && matches!(back(4), "i" | "we")
        || matches!(back(2), "will" | "shall")
            && matches!(back(3), "i" | "we")
            && matches!(back(1), "then" | "just" | "probably" | "later" | "only");
    announced
        || (pronoun
            && (conjunction(back(2))
                || (back(1) == "to"
                    && remembers
                    && tokens[..at].iter().any(|token| token.has(Class::Remind)))))
        || conjunction(back(1)) && back(1) != "until" && at > 1
}
