//! What is to be done, and to what: verbs with their particles, in the order of the text.

mod object;
mod particles;
mod told;

use super::class::Class;
use super::token::{Kind, Token};
pub(super) use object::{Names, Object};
use particles::MAX_PARTICLE_DISTANCE;
pub(super) use particles::join_particles;

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
    /// What it is done to, for acts that stop something or give it up.
    pub(super) object: Object,
    /// Told about, or done to what is none of ours: "before I kill anything", "kill the process".
    pub(super) told: bool,
}

/// The acts of the text, in order.
pub(super) fn read(tokens: &[Token], line: &str, names: Names<'_>) -> Vec<Act> {
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
            if !is_act(tokens, at, *class) || particles::is_particle(tokens, at, *class) {
                continue;
            }
            let object = if matches!(class, Class::Terminate | Class::Stop) {
                object::object(tokens, at, *class, names)
            } else {
                Object::Unsaid
            };
            let alien = matches!(object, Object::Foreign | Object::Task);
            let told = alien || told::is_told(tokens, at, *class, object);
            let class = if *class == Class::Stop && for_good {
                Class::Terminate
            } else {
                *class
            };
            acts.push(Act {
                class,
                at,
                negated: token.negated || takes_nothing(tokens, at),
                object,
                told,
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
    // "empty the trash", "a kill switch": a noun.
    let determined = matches!(
        before,
        "the"
            | "a"
            | "an"
            | "my"
            | "our"
            | "your"
            | "his"
            | "her"
            | "their"
            | "this"
            | "any"
            | "some"
            | "no"
    );
    if matches!(class, Class::Terminate | Class::Stop)
        && (determined || token.typed.is_some() && is_misplaced(tokens, at))
    {
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
        (Class::Show, "information" | "info") => before != "your",
        (Class::Keep, "leave") => !matches!(before, "the" | "on" | "i"),
        (Class::Create, "order" | "book") => before != "in" && before != "the",
        _ => true,
    }
}

/// A misspelt word is taken for a verb that ends something only where a verb can be: not in "a banner in slakc".
fn is_misplaced(tokens: &[Token], at: usize) -> bool {
    at > 0 && {
        let before = &tokens[at - 1];
        before.class.any(&[Class::Preposition, Class::Adjective])
            && !before.class.any(&[Class::Please, Class::And])
            && !before.is("to")
    }
}

/// "delete nothing".
fn takes_nothing(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|next| matches!(next.text.as_str(), "nothing" | "none" | "no" | "nobody"))
}
