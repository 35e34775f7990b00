//! A message with everything that was read in it: what the decision looks at.

use super::acts::Act;
use super::class::Class;
use super::quantities::{Quantity, What};
use super::references::References;
use super::token::{Kind, Token};
use crate::intent::{OpenQuestion, Slots};

/// The first two letters of every word: rules most phrases out at the price of one bit test.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beginnings([u64; 16]);

impl Beginnings {
    /// Those of a line of words.
    pub(super) fn of(line: &str) -> Self {
        let mut out = Self::default();
        for word in line.split(' ') {
            if let Some((at, bit)) = Self::place(word) {
                out.0[at] |= bit;
            }
        }
        out
    }

    fn may_have(&self, phrase: &str) -> bool {
        Self::place(phrase).is_some_and(|(at, bit)| self.0[at] & bit != 0)
    }

    fn place(word: &str) -> Option<(usize, u64)> {
        let mut bytes = word.bytes();
        let first = usize::from(bytes.next()?);
        let second = usize::from(bytes.next().unwrap_or(b' '));
        let index = (first % 32) * 32 + second % 32;
        Some((index / 64, 1 << (index % 64)))
    }
}

/// A message, read.
pub(super) struct View<'a> {
    pub(super) tokens: &'a [Token],
    /// The words, separated and surrounded by single spaces, without marks.
    pub(super) line: &'a str,
    pub(super) beginnings: Beginnings,
    pub(super) acts: &'a [Act],
    pub(super) quantities: &'a [Quantity],
    pub(super) references: &'a References,
    pub(super) specs: &'a Slots,
    pub(super) cluster: bool,
    pub(super) open: Option<&'a OpenQuestion>,
}

impl View<'_> {
    /// Whether a word of that class occurs and was not negated.
    pub(super) fn any(&self, class: Class) -> bool {
        self.tokens
            .iter()
            .any(|token| token.has(class) && !token.negated)
    }

    pub(super) fn any_of(&self, classes: &[Class]) -> bool {
        self.tokens
            .iter()
            .any(|token| token.class.any(classes) && !token.negated)
    }

    /// The first of the phrases, separated by bars, that occurs.
    pub(super) fn says<'p>(&self, phrases: &'p str) -> Option<&'p str> {
        phrases.split('|').find(|phrase| {
            self.beginnings.may_have(phrase)
                && self.line.match_indices(phrase).any(|(at, _)| {
                    self.line[..at].ends_with(' ')
                        && self.line[at + phrase.len()..].starts_with(' ')
                })
        })
    }

    /// Whether the message begins with one of the phrases.
    pub(super) fn starts(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| {
            self.line[1..]
                .strip_prefix(phrase)
                .is_some_and(|rest| rest.starts_with(' '))
        })
    }

    /// The first act of one of the classes that is asked for.
    pub(super) fn wanted(&self, classes: &[Class]) -> Option<Act> {
        self.acts
            .iter()
            .copied()
            .find(|act| classes.contains(&act.class) && !act.negated && !act.told)
    }

    /// The first act of one of the classes that is refused.
    pub(super) fn refused(&self, classes: &[Class]) -> Option<Act> {
        self.acts
            .iter()
            .copied()
            .find(|act| classes.contains(&act.class) && act.negated)
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    pub(super) fn is_question(&self) -> bool {
        let asks = self.tokens.iter().find(|token| {
            token.kind == Kind::Word && !token.class.any(&[Class::Hello, Class::And, Class::Please])
                || token.kind == Kind::Handle
                || token.has(Class::Question)
        });
        // "do it" is a yes.
        asks.is_some_and(|token| token.has(Class::Question) && !token.has(Class::Yes))
            || self.tokens.last().is_some_and(|token| token.is("?"))
    }

    pub(super) fn has_person(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| matches!(token.kind, Kind::Person(_)))
    }

    pub(super) fn length(&self) -> bool {
        self.quantities
            .iter()
            .any(|quantity| matches!(quantity.what, What::Length(_)))
    }

    pub(super) fn more_length(&self) -> bool {
        self.quantities
            .iter()
            .any(|quantity| matches!(quantity.what, What::Length(length) if length.more))
    }

    pub(super) fn bound(&self) -> bool {
        self.quantities
            .iter()
            .any(|quantity| matches!(quantity.what, What::Point(point) if point.bounds))
    }

    /// Whether the text says what a machine should be like.
    pub(super) fn has_spec(&self) -> bool {
        let specs = self.specs;
        specs.os.is_some()
            || specs.environment.is_some()
            || specs.framework.is_some()
            || specs.instance_type.is_some()
            || specs.spot.is_some()
            || specs.notebook.is_some()
            || self.has_size()
    }

    /// Whether the text names a size or a number of machines.
    pub(super) fn has_size(&self) -> bool {
        self.quantities.iter().any(|quantity| {
            matches!(
                quantity.what,
                What::Memory { .. }
                    | What::Storage { .. }
                    | What::Cores(_)
                    | What::Count(_)
                    | What::Nodes(_)
                    | What::Workers(_)
            )
        })
    }

    /// Whether a machine is spoken of that need not exist: "a box", "five vms", "new cluster".
    pub(super) fn indefinite_thing(&self) -> bool {
        self.tokens.iter().enumerate().any(|(at, token)| {
            let thing = token.class.any(&[
                Class::Machine,
                Class::Machines,
                Class::Cluster,
                Class::Clusters,
            ]) && !token.negated;
            thing
                && self.tokens[..at]
                    .iter()
                    .rev()
                    .take(6)
                    .take_while(|before| !before.is_break())
                    .any(|before| {
                        before.has(Class::Article)
                            || before.has(Class::New)
                            || before.number().is_some()
                            || super::numbers::word_value(&before.text).is_some()
                            || before.used
                    })
        })
    }

    pub(super) fn thing(&self) -> bool {
        self.any_of(&[
            Class::Machine,
            Class::Machines,
            Class::Cluster,
            Class::Clusters,
        ])
    }
}
