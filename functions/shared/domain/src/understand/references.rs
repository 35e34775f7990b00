//! Which reservation, which template, whom.

use super::class::Class;
use super::negation::corrected_between;
use super::token::{Kind, Token};
use crate::intent::{OneOrMany, ReservationRef};

/// Words between "my" and its noun: "my old spark cluster".
const MAX_BETWEEN: usize = 4;

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
            if refused {
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

/// "my last machine", "the latest", "the one I just made", "the box you just gave me".
fn is_last(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if token.has(Class::Last) {
        let is_time = |at: usize| {
            tokens.get(at).is_some_and(|next| {
                next.class.any(&[
                    Class::Week,
                    Class::Month,
                    Class::Year,
                    Class::Day,
                    Class::Hour,
                    Class::Foreign,
                ]) || matches!(
                    next.text.as_str(),
                    "night" | "time" | "quarter" | "monday" | "friday" | "minute"
                )
            })
        };
        if is_time(at + 1) || text(tokens, at + 1) == "will" {
            return false;
        }
        let next_thing = (at + 1..at + 4).any(|index| {
            tokens
                .get(index)
                .is_some_and(|next| is_thing(next) || matches!(next.text.as_str(), "one" | "ones"))
        });
        let determined = at > 0
            && tokens[at - 1]
                .class
                .any(&[Class::My, Class::Our, Class::The]);
        let closes = tokens
            .get(at + 1)
            .is_none_or(|next| next.is_break() || next.has(Class::Please));
        return next_thing
            || (determined && closes)
            || (closes && at > 0 && tokens[at - 1].class.any(OBJECT_ACTS));
    }
    if token.is("just") {
        const MADE: &[&str] = &[
            "made",
            "booked",
            "created",
            "got",
            "gave",
            "given",
            "launched",
            "started",
            "booked",
            "spun",
            "ordered",
            "set",
            "built",
            "provisioned",
            "requested",
            "received",
            "handed",
            "opened",
            "deployed",
            "reserved",
            "fired",
            "brought",
            "rented",
            "allocated",
            "spawned",
            "sent",
            "assigned",
            "get",
        ];
        let made = (at + 1..at + 3).any(|index| MADE.contains(&text(tokens, index)));
        let thing = tokens[..at].iter().rev().take(5).any(|token| {
            is_thing(token)
                || token.is("one")
                || token.is("this")
                || token.is("what")
                || token.is("thing")
        });
        return made && thing;
    }
    token.is("new")
        && text(tokens, at + 1) == "one"
        && at > 0
        && tokens[at - 1].class.any(&[Class::My, Class::The])
}

fn is_all(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if token.has(Class::Everything) && !token.is("all") && !token.has(Class::CancelWord) {
        return true;
    }
    let text_next = text(tokens, at + 1);
    if token.is("every") {
        return (at + 1..at + 4).any(|index| tokens.get(index).is_some_and(is_thing));
    }
    if token.is("all") {
        let fixed = matches!(
            text_next,
            "right"
                | "the"
                | "night"
                | "day"
                | "weekend"
                | "week"
                | "good"
                | "set"
                | "told"
                | "about"
                | "together"
        );
        let the_thing = text_next == "the"
            && (at + 2..at + 5).any(|index| tokens.get(index).is_some_and(is_thing));
        let before = at.checked_sub(1).map_or("", |before| text(tokens, before));
        return (!fixed || the_thing)
            && !matches!(
                before,
                "at" | "after" | "in" | "for" | "not" | "that" | "is"
            );
    }
    (token.is("whole") || token.is("entire")) && matches!(text_next, "lot" | "fleet")
}

/// "my cluster", "the ubuntu vm", "stop cluster".
fn noun(tokens: &[Token], at: usize) -> Option<ReservationRef> {
    let token = &tokens[at];
    let reference = if token.has(Class::Cluster) && !token.has(Class::Total) {
        ReservationRef::Cluster
    } else if token.has(Class::Machine) {
        ReservationRef::Vm
    } else {
        return None;
    };
    for back in 1..=MAX_BETWEEN.min(at) {
        let before = &tokens[at - back];
        if before.class.any(&[Class::My, Class::Our, Class::The])
            && !matches!(
                before.text.as_str(),
                "i" | "me" | "us" | "we" | "team" | "group" | "i've"
            )
        {
            return Some(reference);
        }
        let object = back == 1
            && before.class.any(OBJECT_ACTS)
            && !before
                .class
                .any(&[Class::Create, Class::Want, Class::Launch])
            && !before.is("new");
        if object {
            return Some(reference);
        }
        let passable = !before.is_break()
            && (before.class.any(&[Class::Adjective, Class::Spot])
                || before.used
                || before.is("old")
                || (before.has(Class::Known)
                    && before.typed.is_none()
                    && back < 3
                    && is_plain(before)))
            && before.number().is_none();
        if !passable {
            return None;
        }
    }
    None
}

fn is_plain(token: &Token) -> bool {
    token.class == super::class::Classes::of(Class::Known)
        && token.kind == Kind::Word
        && !matches!(
            token.text.as_str(),
            "as" | "in" | "there" | "one" | "web" | "same"
        )
}

/// "my machines": all of them.
fn is_my_plural(tokens: &[Token], at: usize) -> bool {
    tokens[at]
        .class
        .any(&[Class::Machines, Class::Clusters, Class::Reservations])
        && (1..=MAX_BETWEEN.min(at))
            .any(|back| tokens[at - back].is("my") || tokens[at - back].is("our"))
}

/// A name where a reservation is expected.
fn nicknames(tokens: &[Token], template: Option<&str>, found: &mut References) {
    let mut names: Vec<(usize, String)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !is_name(token) || template == Some(token.raw()) || token.raw().len() < 2 {
            continue;
        }
        if !expects_name(tokens, at, &names) {
            continue;
        }
        if names
            .last()
            .is_some_and(|(from, _)| corrected_between(tokens, from + 1, at))
        {
            names.clear();
        }
        names.push((at, token.raw().to_owned()));
    }
    // With a handle at hand, only a name listed beside it counts: "falcon and r-7f3k2".
    if !found.named.is_empty() {
        names.retain(|(at, _)| {
            let beside = |index: usize| {
                tokens
                    .get(index)
                    .is_some_and(|token| token.kind == Kind::Handle)
            };
            let joined = |index: usize| {
                tokens
                    .get(index)
                    .is_some_and(|token| token.has(Class::And) || token.is(","))
            };
            (joined(at + 1) && beside(at + 2)) || (*at >= 2 && joined(at - 1) && beside(at - 2))
        });
    }
    found.nicknames = names;
}

/// Whether a word can be a name at all.
pub(super) fn is_name(token: &Token) -> bool {
    token.kind == Kind::Word
        && (token.is_unknown_word() && token.typed.is_none()
            || token.quoted && !token.used && super::numbers::word_value(&token.text).is_none())
        && super::numbers::word_value(&token.text).is_none()
        && token.text.starts_with(char::is_alphabetic)
        && !token.text.contains('.')
        && (!is_inflected(&token.text) || token.text.contains('-') || token.quoted)
}

/// Endings of verbs and adverbs rather than of names.
fn is_inflected(word: &str) -> bool {
    ["ing", "ed", "ly", "tion", "ness", "ment"]
        .iter()
        .any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
}

fn expects_name(tokens: &[Token], at: usize, names: &[(usize, String)]) -> bool {
    let hyphenated = tokens[at].text.contains('-');
    let next = text(tokens, at + 1);
    let next_token = tokens.get(at + 1);
    let follows = matches!(
        next,
        "can"
            | "needs"
            | "is"
            | "back"
            | "until"
            | "till"
            | "til"
            | "has"
            | "does"
            | "through"
            | "up"
            | "down"
            | "off"
            | "on"
            | "away"
            | "alive"
            | "running"
            | "for"
            | "doing"
            | "out"
            | "should"
            | "must"
    ) || next_token.is_some_and(|next| {
        next.class.any(&[
            Class::Machine,
            Class::Cluster,
            Class::Again,
            Class::More,
            Class::Until,
            Class::Longer,
        ])
    });
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else {
        return hyphenated
            || follows
            || next_token.is_none_or(Token::is_break)
            || next_token.is_some_and(|next| next.used && next.number().is_some());
    };
    if before.class.any(&[Class::Article]) && !hyphenated {
        return false;
    }
    let ends = before.is("until") && next_token.is_some_and(|next| next.has(Class::Expiring));
    let after_handle = before.has(Class::And) && at >= 2 && tokens[at - 2].kind == Kind::Handle;
    let listed = after_handle
        || names.last().is_some_and(|(last, _)| *last + 2 >= at)
            && (before.has(Class::And) || before.is(","));
    let preposition = matches!(
        before.text.as_str(),
        "of" | "for"
            | "about"
            | "on"
            | "to"
            | "off"
            | "into"
            | "from"
            | "with"
            | "called"
            | "named"
            | "is"
            | "need"
            | "does"
            | "did"
            | "will"
            | "can"
            | "has"
            | "was"
            | "are"
            | "up"
            | "down"
            | "want"
            | "that"
            | "at"
            | "using"
            | "in"
            | "like"
            | "as"
            | "check"
            | "remind"
            | "not"
            | "use"
            | ":"
            | "extending"
            | "when"
            | "yet"
            | "meant"
            | "mean"
    );
    let determined = before.is("the");
    let fetched = follows && matches!(before.text.as_str(), "get" | "want" | "have");
    let act = before.class.any(OBJECT_ACTS) || before.has(Class::Remind) || before.has(Class::Add);
    let noun_before = is_thing(before);
    listed
        || ends
        || act
        || fetched
        || noun_before
        || (preposition && !before.is("as"))
        || hyphenated
        || (determined && (follows || next_token.is_none_or(Token::is_break)))
        || (follows
            && (before.is_break()
                || before
                    .class
                    .any(&[Class::Please, Class::Hello, Class::Filler, Class::And])))
        || ((before.is_break()
            || before.has(Class::Please)
            || matches!(
                before.text.as_str(),
                "ok" | "okay"
                    | "just"
                    | "uh"
                    | "um"
                    | "hmm"
                    | "maybe"
                    | "probably"
                    | "actually"
                    | "rather"
                    | "so"
                    | "then"
                    | "yes"
                    | "no"
                    | "it"
                    | "think"
                    | "guess"
                    | "one"
            ))
            && next_token.is_none_or(Token::is_break))
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

/// The name of a template: "template web-server", "my web-server template", "from ci-runner", "call it demo".
pub(super) fn template(tokens: &[Token], answering: bool) -> Option<String> {
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
    let introduced = |at: usize| {
        let before = at.checked_sub(1).map_or("", |before| text(tokens, before));
        let two = at.checked_sub(2).map_or("", |before| text(tokens, before));
        matches!(
            (two, before),
            ("call" | "name", "it" | "this" | "that") | (_, "named" | "called" | "as")
        ) && !(before == "as" && answering)
            || answering && matches!(before, "as" | "name" | "is")
    };
    let by_name = (0..tokens.len()).find(|at| introduced(*at) && can_name(&tokens[*at]));
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
    let token = tokens.get(at).filter(|token| can_name(token))?;
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
