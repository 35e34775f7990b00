//! Which reservation, which template, whom.

mod nicknames;
mod pointers;
mod templates;

use super::class::Class;
use super::negation::corrected_between;
use super::token::{Kind, Token};
use crate::intent::{OneOrMany, ReservationRef};
pub(super) use nicknames::is_name;
use nicknames::nicknames;
use pointers::{is_all, is_last, is_my_plural, noun};
pub(super) use templates::template;

/// Acts whose object is a reservation.
const OBJECT_ACTS: &[Class] = &[
    Class::Terminate,
    Class::Stop,
    Class::Start,
    Class::Launch,
    Class::Extend,
    Class::Keep,
    Class::Show,
    Class::Save,
    Class::Past,
    Class::Gerund,
    Class::Share,
    Class::Unshare,
];

/// The reservations a text points at.
#[expect(
    clippy::struct_excessive_bools,
    reason = "marks that are set one by one"
)]
#[derive(Debug, Default)]
pub(super) struct References {
    pub(super) named: Vec<ReservationRef>,
    pub(super) nicknames: Vec<(usize, String)>,
    pub(super) last: bool,
    pub(super) all: bool,
    pub(super) noun: Option<ReservationRef>,
    pub(super) plural: bool,
    pub(super) pronoun: bool,
}

impl References {
    /// Whether something certain is named.
    pub(super) fn is_definite(&self) -> bool {
        !self.named.is_empty() || self.last || self.noun.is_some() || !self.nicknames.is_empty()
    }

    /// Whether only "all" and the like point anywhere.
    pub(super) fn all_only(&self) -> bool {
        (self.all || self.plural)
            && self.named.is_empty()
            && self.nicknames.is_empty()
            && !self.last
            && self.noun.is_none()
    }

    /// The slot, as the text has it.
    pub(super) fn slot(&self) -> Option<OneOrMany<ReservationRef>> {
        let mut all = self.named.clone();
        all.extend(
            self.nicknames
                .iter()
                .map(|(_, name)| ReservationRef::from(name.clone())),
        );
        if !all.is_empty() {
            all.dedup();
            return Some(OneOrMany(all));
        }
        let one = if self.last {
            ReservationRef::Last
        } else if self.all || self.plural {
            ReservationRef::All
        } else {
            self.noun.clone()?
        };
        Some(one.into())
    }
}

/// Finds what the text points at. Nicknames are words nobody knows, where a reservation is expected.
pub(super) fn read(tokens: &[Token], template: Option<&str>) -> References {
    let mut found = References::default();
    let mut last_named: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Handle {
            let refused = at > 0 && tokens[at - 1].is("not");
            if refused || is_spared(tokens, at) {
                continue;
            }
            if last_named.is_some_and(|from| corrected_between(tokens, from + 1, at)) {
                found.named.clear();
            }
            found.named.push(ReservationRef::Handle(token.text.clone()));
            last_named = Some(at);
        }
    }
    nicknames(tokens, template, &mut found);
    for at in 0..tokens.len() {
        found.last |= is_last(tokens, at);
        found.all |= is_all(tokens, at);
        if found.noun.is_none() {
            found.noun = noun(tokens, at);
        }
        found.plural |= is_my_plural(tokens, at);
        found.pronoun |= tokens[at].has(Class::Pronoun) && !tokens[at].is("one");
    }
    found
}

/// "stop r-7f3k2 but leave r-9ab3c", "don't stop r-7f3k2, stop r-9ab3c": one of several that an act is not for.
fn is_spared(tokens: &[Token], at: usize) -> bool {
    let is_named = |token: &Token| token.kind == Kind::Handle;
    let alone = tokens.iter().filter(|token| is_named(token)).count() < 2;
    let ends = |token: &Token| token.class.any(&[Class::Terminate, Class::Stop]) && !token.negated;
    if alone || !tokens.iter().any(ends) {
        return false;
    }
    let others_meant = tokens.iter().any(|token| is_named(token) && !token.negated);
    is_kept(tokens, at) || tokens[at].negated && others_meant
}

/// "but leave falcon running", "except falcon".
fn is_kept(tokens: &[Token], at: usize) -> bool {
    tokens[..at].iter().rev().take(2).any(|before| {
        before.has(Class::Keep)
            || matches!(before.text.as_str(), "except" | "excluding" | "besides")
    })
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

fn is_thing(token: &Token) -> bool {
    token.class.any(&[
        Class::Machine,
        Class::Machines,
        Class::Cluster,
        Class::Clusters,
        Class::Reservation,
        Class::Reservations,
    ])
}

/// The people mentioned.
pub(super) fn people(tokens: &[Token]) -> Option<OneOrMany<String>> {
    let mut people: Vec<String> = Vec::new();
    for token in tokens {
        if let Kind::Person(id) = &token.kind
            && !people.contains(id)
        {
            people.push(id.clone());
        }
    }
    (!people.is_empty()).then_some(OneOrMany(people))
}
