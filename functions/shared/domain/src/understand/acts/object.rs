//! What a verb is done to. Only what is positively ours is ever stopped or given up: "kill the java process on falcon"
//! names a machine, but as a place.

mod place;
mod words;

use super::super::class::Class;
use super::super::references::is_name;
use super::super::token::{Kind, Token};
use place::{foreign_antecedent, holds, runs_elsewhere, takes_place};
use words::{ends, is_manner, is_modifier, is_quantity};

/// Words looked at for an object.
const WIDTH: usize = 12;

/// Numbers from here on are of processes and ports, not of machines.
const LEAST_IDENTIFIER: f64 = 100.0;

/// Things that are never ours.
const ALIEN: &[Class] = &[Class::Foreign, Class::Beside];

/// What a verb takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::understand) enum Object {
    /// Nothing behind the verb: said before it, or not at all.
    Unsaid,
    /// "it", "all of them", "the last one".
    Pronoun,
    /// An id or a nickname.
    Named,
    Machine,
    Template,
    Key,
    /// "that request", "the whole idea": what is being talked about.
    Task,
    /// Anything else in the world.
    Foreign,
}

/// The names that were read from the text.
#[derive(Clone, Copy, Debug)]
pub(in crate::understand) struct Names<'a> {
    pub(in crate::understand) nicknames: &'a [(usize, String)],
    pub(in crate::understand) template: Option<&'a str>,
}

impl Names<'_> {
    fn has(&self, at: usize) -> bool {
        self.nicknames.iter().any(|(name, _)| *name == at)
    }
}

/// The object of the verb at a place.
pub(super) fn object(tokens: &[Token], at: usize, class: Class, names: Names<'_>) -> Object {
    if has_flag(tokens, at) || takes_me(tokens, at) || is_alarm(tokens, at) {
        return Object::Foreign;
    }
    let found = phrase(tokens, at, class, names);
    if found == Object::Pronoun && takes_place(tokens, at, names) {
        return Object::Foreign;
    }
    let refers_back = matches!(found, Object::Pronoun | Object::Unsaid);
    if refers_back && foreign_antecedent(tokens, at, names) {
        return Object::Foreign;
    }
    found
}

/// The noun phrase behind a verb, up to the word that ends it: its last noun says what it is.
fn phrase(tokens: &[Token], at: usize, class: Class, names: Names<'_>) -> Object {
    let mut found = Object::Unsaid;
    let mut determined = false;
    for index in (at + 1)..tokens.len().min(at + 1 + WIDTH) {
        let token = &tokens[index];
        match token.kind {
            Kind::Handle => return by_handle(tokens, index, found),
            Kind::PublicKey | Kind::Secret => return Object::Key,
            Kind::Person(_) => determined = true,
            Kind::Number(value) if value >= LEAST_IDENTIFIER && !token.used => {
                found = Object::Foreign;
            }
            Kind::Emoji | Kind::Clock(..) | Kind::Date(..) => break,
            Kind::Mark(':') if found == Object::Unsaid => {}
            Kind::Word => match step(tokens, index, class, names, found, determined) {
                Step::Is(object) => {
                    found = object;
                    determined = true;
                }
                Step::Determines => determined = true,
                Step::Passes => {}
                Step::Restarts => {
                    found = Object::Unsaid;
                    determined = false;
                }
                // "remove the typo": a noun follows, whatever else the word may be.
                Step::Ends if found == Object::Unsaid && is_determiner(&tokens[index - 1]) => {
                    return Object::Foreign;
                }
                Step::Ends => break,
            },
            _ if token.is_break() => break,
            _ => {}
        }
    }
    found
}

fn is_determiner(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "the" | "a" | "an" | "my" | "our" | "your" | "his" | "their"
    )
}

/// What a word does to the phrase read so far.
enum Step {
    Is(Object),
    Determines,
    Passes,
    /// "all of …": the phrase proper follows.
    Restarts,
    Ends,
}

fn step(
    tokens: &[Token],
    index: usize,
    class: Class,
    names: Names<'_>,
    found: Object,
    determined: bool,
) -> Step {
    let token = &tokens[index];
    let text = token.text.as_str();
    let unsaid = found == Object::Unsaid;
    // The particle of the verb: "down", "rid of", "the plug on".
    if token.has(class) && (!determined || !unsaid) {
        return if unsaid { Step::Passes } else { Step::Ends };
    }
    if token.is("of") {
        let counts = matches!(found, Object::Unsaid | Object::Pronoun) || swears(tokens, index);
        return if counts { Step::Restarts } else { Step::Ends };
    }
    let personal = !names.nicknames.is_empty() && matches!(text, "him" | "her");
    if personal || matches!(text, "it" | "them" | "em" | "itself" | "themselves") {
        return if unsaid {
            Step::Is(Object::Pronoun)
        } else {
            Step::Ends
        };
    }
    if token.quoted && names.has(index) {
        return Step::Is(Object::Named);
    }
    if let Some(noun) = noun(tokens, index, names, found, determined) {
        // "the pizza order", "the word vm".
        let spelt = index > 0
            && matches!(
                tokens[index - 1].text.as_str(),
                "word"
                    | "words"
                    | "term"
                    | "label"
                    | "string"
                    | "text"
                    | "phrase"
                    | "title"
                    | "letters"
            );
        let alien = found == Object::Foreign && (noun == Object::Task || spelt);
        return Step::Is(if alien { found } else { noun });
    }
    if unsaid && matches!(text, "what" | "whatever" | "whichever" | "last" | "latest") {
        return Step::Is(Object::Pronoun);
    }
    let particle = matches!(
        text,
        "off" | "out" | "up" | "down" | "away" | "over" | "called" | "named" | "for" | "to"
    );
    if particle && unsaid {
        return Step::Passes;
    }
    // "my DO token".
    if token.is("do") && determined {
        return Step::Passes;
    }
    if particle || ends(token) {
        return Step::Ends;
    }
    if is_quantity(token) {
        return if unsaid || found == Object::Pronoun {
            Step::Is(Object::Pronoun)
        } else {
            Step::Ends
        };
    }
    if token.class.any(&[
        Class::The,
        Class::My,
        Class::Our,
        Class::Article,
        Class::Pronoun,
    ]) || matches!(text, "your" | "his" | "her" | "their" | "its" | "every")
    {
        let stands = token.has(Class::Pronoun) && unsaid;
        return if !unsaid && found != Object::Pronoun {
            Step::Ends
        } else if stands {
            Step::Is(Object::Pronoun)
        } else {
            Step::Determines
        };
    }
    if is_modifier(token) {
        return Step::Passes;
    }
    if token
        .class
        .any(&[Class::Adverb, Class::Filler, Class::Thank, Class::Yes])
        || is_manner(text)
    {
        return if unsaid { Step::Passes } else { Step::Ends };
    }
    // A known machine is not turned into something else by a word behind it: "kill the box zygmunt made".
    if matches!(
        found,
        Object::Machine | Object::Named | Object::Template | Object::Key | Object::Task
    ) {
        return Step::Ends;
    }
    Step::Is(Object::Foreign)
}

/// What a noun is, when it is one that we know.
fn noun(
    tokens: &[Token],
    index: usize,
    names: Names<'_>,
    found: Object,
    determined: bool,
) -> Option<Object> {
    let token = &tokens[index];
    if token.has(Class::Task) {
        return Some(Object::Task);
    }
    // "the coffee machine", "my web server on r-7f3k2".
    if token.class.any(ALIEN) {
        let lights = token.is("lights")
            && tokens.get(index + 1).is_some_and(|next| next.is("on"))
            && tokens
                .get(index + 2)
                .is_some_and(|next| next.kind == Kind::Handle || names.has(index + 2));
        return Some(if lights {
            Object::Named
        } else {
            Object::Foreign
        });
    }
    if token.class.any(&[
        Class::Machine,
        Class::Machines,
        Class::Cluster,
        Class::Clusters,
        Class::Reservation,
        Class::Reservations,
    ]) {
        return Some(if runs_elsewhere(tokens, index, names) {
            Object::Foreign
        } else {
            Object::Machine
        });
    }
    if token.class.any(&[Class::Template, Class::Templates])
        || names.template == Some(token.raw()) && token.kind == Kind::Word
    {
        return Some(Object::Template);
    }
    let others = index > 0
        && (tokens[index - 1].has(Class::Person)
            || matches!(
                tokens[index - 1].text.as_str(),
                "his" | "her" | "their" | "user"
            ));
    if token.has(Class::Account) && others {
        return Some(Object::Foreign);
    }
    if token
        .class
        .any(&[Class::Key, Class::Account, Class::Ssh, Class::Access])
    {
        return Some(Object::Key);
    }
    // "stop everything about this order".
    let about = tokens.get(index + 1).is_some_and(|next| next.is("about"));
    if token.has(Class::Everything) && about {
        return Some(Object::Task);
    }
    if token.has(Class::Everything) && !token.is("all") {
        return Some(if holds(tokens, index, names) {
            Object::Foreign
        } else {
            Object::Pronoun
        });
    }
    if names.has(index) || is_name(token) && !determined {
        // "the machine falcon" names it once more.
        let alone = !determined
            || matches!(found, Object::Machine | Object::Named | Object::Template)
            || token.text.contains('-')
            || token.quoted;
        return Some(if alone {
            Object::Named
        } else {
            Object::Foreign
        });
    }
    None
}

/// An id behind something else is that thing's place; behind a word nobody knows it is the thing.
fn by_handle(tokens: &[Token], index: usize, found: Object) -> Object {
    let before = &tokens[index - 1];
    let misspelt = !before.has(Class::Known) || before.class.any(&[Class::Node, Class::The]);
    if found == Object::Foreign && !misspelt {
        Object::Foreign
    } else {
        Object::Named
    }
}

/// "kill the hell out of r-7f3k2".
fn swears(tokens: &[Token], index: usize) -> bool {
    index > 1
        && tokens[index - 1].is("out")
        && matches!(
            tokens[index - 2].text.as_str(),
            "hell" | "heck" | "shit" | "crap" | "daylights"
        )
}

/// "kill -9 4412", "rm -rf build".
fn has_flag(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|next| next.is("-") && !next.glued)
        && tokens.get(at + 2).is_some_and(|flag| flag.glued)
}

/// "drop me a note", "shoot us a message"; but "rid me of r-7f3k2".
fn takes_me(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|next| next.is("me") || next.is("us"))
        && !tokens.get(at + 2).is_some_and(|next| next.is("of"))
}

/// "drop everything, there is a fire".
fn is_alarm(tokens: &[Token], at: usize) -> bool {
    tokens[at].is("drop")
        && tokens.get(at + 1).is_some_and(|next| next.is("everything"))
        && tokens.get(at + 2).is_some_and(Token::is_break)
}
