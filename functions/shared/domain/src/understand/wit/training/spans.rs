//! Where the labelled details of a sentence stand in it. The parser's tokens are found again in the text as written; a
//! detail that no words of the text carry by themselves stays unmarked.

use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use serde_json::{Value, json};

use super::super::super::class::Class;
use super::super::super::quantities::{self, Quantity, What};
use super::super::super::token::{Kind, Token};
use super::super::super::{markup, negation, numbers, products, token};
use super::super::entities::{COUNTED, SIZED, TRAITS, entity_of};
use super::{Labelled, Span, keywords};
use crate::intent::{Intent, Slots};

/// Words that may be skipped to find a token again: what mark-up hid, and the parts of short forms.
const MAX_SKIPPED_WORDS: usize = 3;

/// Characters of a text: first, and after the last.
type Range = (usize, usize);

/// The reference time of the labelled sentences.
const fn labelled_at() -> DateTime {
    date(2026, 11, 23).at(10, 0, 0, 0)
}

/// When something that lasts so many minutes ends.
fn ends_at(minutes: &Value) -> Value {
    let minutes = minutes.as_i64().unwrap_or_default();
    let end = labelled_at().checked_add(minutes.minutes());
    end.map_or(Value::Null, |end| json!(end.to_string()))
}

/// The marked details, in the order of the text; none overlaps another.
pub(super) fn of(sentence: &Labelled, slots: &Value) -> Vec<Span> {
    let text = Text::read(sentence);
    let mut found: Vec<(Range, String)> = Vec::new();
    for (slot, value) in slots.as_object().into_iter().flatten() {
        if TRAITS.contains(&slot.as_str()) {
            continue;
        }
        let (name, role) = entity_of(slot);
        let values = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            if name.starts_with("wit$") {
                let range = text.quantity(slot, value);
                found.extend(range.map(|range| (range, format!("{name}:{role}"))));
                // "until friday" is a length to us and a point in time to wit.ai.
                if range.is_none() && slot == "duration_minutes" {
                    let (name, role) = entity_of("until");
                    let range = text.quantity("until", &ends_at(value));
                    found.extend(range.map(|range| (range, format!("{name}:{role}"))));
                }
            } else {
                let range = text.name(slot, value);
                found.extend(range.map(|range| (range, format!("{name}:{role}"))));
            }
        }
    }
    found.sort();
    found.dedup_by(|later, earlier| later.0.0 < earlier.0.1);
    let characters: Vec<char> = sentence.text.chars().collect();
    found
        .into_iter()
        .map(|((start, end), entity)| Span {
            entity,
            start,
            end,
            body: characters[start..end].iter().collect(),
            entities: Vec::new(),
        })
        .collect()
}

/// A sentence as the parser reads it, with the place of each token.
struct Text {
    tokens: Vec<Token>,
    places: Vec<Option<Range>>,
    quantities: Vec<Quantity>,
}

impl Text {
    fn read(sentence: &Labelled) -> Self {
        let mut tokens = token::tokens(&markup::plain(&sentence.text));
        negation::mark(&mut tokens);
        let mut specs = Slots::default();
        products::read(&mut tokens, &mut specs);
        let cluster = sentence.intent == Intent::CreateCluster
            || products::names_cluster(&tokens, specs.framework);
        let quantities = quantities::read(&mut tokens, labelled_at(), cluster);
        let places = places(&sentence.text, &tokens);
        Self {
            tokens,
            places,
            quantities,
        }
    }

    /// The characters from one token to another, the last included.
    fn range(&self, first: usize, last: usize) -> Option<Range> {
        Some((self.places[first]?.0, self.places[last]?.1))
    }

    /// A name: the words of a keyword, or the value itself. The last one, as corrections come later.
    fn name(&self, slot: &str, value: &Value) -> Option<Range> {
        let value = value.as_str()?;
        let listed = keywords::of(slot);
        let own = [value.to_owned()];
        let ways = listed
            .iter()
            .find(|keyword| keyword.keyword == value)
            .map_or(own.as_slice(), |keyword| keyword.synonyms.as_slice());
        let places = (0..self.tokens.len())
            .filter_map(|at| Some((at, ways.iter().filter_map(|way| self.says(at, way)).max()?)));
        // "not on aws but do": what is refused is another value, unless it is the only one there.
        let (first, words) =
            places.max_by_key(|(at, words)| (!self.tokens[*at].negated, at + words, *words))?;
        self.range(first, first + words - 1)
    }

    /// How many tokens from one on say the words given.
    fn says(&self, at: usize, way: &str) -> Option<usize> {
        let mut count = 0;
        for word in way.split(' ') {
            let token = self.tokens.get(at + count)?;
            let same = token.raw() == word
                || matches!(&token.kind, Kind::Person(id) if id == word)
                || token.kind == Kind::Number(word.parse().unwrap_or(f64::NAN));
            if !same {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// A measured detail, by what the parser measured.
    fn quantity(&self, slot: &str, value: &Value) -> Option<Range> {
        let quantity = self
            .quantities
            .iter()
            .rfind(|quantity| carries(&quantity.what, slot, value))?;
        let (mut first, mut last) = (quantity.start, quantity.end.checked_sub(1)?);
        if COUNTED.contains(&slot) {
            // wit.ai's number is the figure without its noun.
            let number = (first..=last)
                .filter_map(|at| Some((at, numbers::at(&self.unread(), at)?)))
                .find(|(_, number)| Some(number.value) == value.as_f64())?;
            (first, last) = (number.0, number.1.end - 1);
        }
        // "until", "at" and "per hour" are not part of the value.
        let leads = |token: &Token| token.has(Class::Until) || token.is("at") || token.is("@");
        while first < last && matches!(quantity.what, What::Point(_)) && leads(&self.tokens[first])
        {
            first += 1;
        }
        if matches!(quantity.what, What::Hourly(_)) {
            let is_amount = |token: &Token| {
                token.has(Class::Dollar) || token.has(Class::Cent) || token.number().is_some()
            };
            last = (first..=last).rfind(|at| is_amount(&self.tokens[*at]))?;
        }
        self.range(first, last)
    }

    /// The tokens as they were before values were read from them.
    fn unread(&self) -> Vec<Token> {
        let unread = |token: &Token| Token {
            used: false,
            ..token.clone()
        };
        self.tokens.iter().map(unread).collect()
    }
}

/// Whether something measured is the labelled value. Numbers without a unit need the question, which wit.ai does not see;
/// only counts are numbers to wit.ai as well.
fn carries(what: &What, slot: &str, value: &Value) -> bool {
    let same = |measured: f64| {
        value
            .as_f64()
            .is_some_and(|value| (value - measured).abs() < 1e-6)
    };
    match *what {
        What::Memory { gigabytes, .. } => {
            SIZED.contains(&slot) && slot.starts_with("memory") && same(gigabytes)
        }
        What::Storage { gigabytes, .. } => {
            SIZED.contains(&slot) && slot.starts_with("storage") && same(gigabytes)
        }
        What::Cores(count) => slot == "vcpus" && same(count),
        What::Count(count) | What::Nodes(count) => matches!(slot, "count" | "nodes") && same(count),
        What::Workers(count) => slot == "workers" && same(count),
        What::Loose(count) => matches!(slot, "count" | "nodes") && same(count),
        What::Hourly(dollars) => slot == "max_hourly_usd" && same(dollars),
        What::Length(length) => slot == "duration_minutes" && same(f64::from(length.minutes)),
        What::Point(point) => slot == "until" && value.as_str() == Some(&point.at.to_string()),
    }
}

/// Finds the tokens in the text they were read from.
fn places(text: &str, tokens: &[Token]) -> Vec<Option<Range>> {
    let text: Vec<char> = text
        .chars()
        .map(|character| match character {
            '’' | '‘' | '´' => '\'',
            other => other.to_lowercase().next().unwrap_or(other),
        })
        .collect();
    let mut cursor = 0;
    let mut places = Vec::with_capacity(tokens.len());
    for token in tokens {
        let place = place(&text, cursor, token);
        if let Some((_, end)) = place {
            cursor = end;
        }
        places.push(place);
    }
    places
}

fn place(text: &[char], from: usize, token: &Token) -> Option<Range> {
    let needle: Vec<char> = token.raw().chars().collect();
    if needle.is_empty() || token.is("\n") {
        return None;
    }
    let mut skipped = 0;
    for start in from..text.len() {
        let begins = start == 0 || !text[start - 1].is_alphanumeric();
        let inside = token.glued && start == from;
        let is_word = needle[0].is_alphanumeric();
        if (begins || inside || !is_word) && text[start..].starts_with(&needle) {
            return Some((start, start + needle.len()));
        }
        skipped += usize::from(begins && text[start].is_alphanumeric());
        if skipped > MAX_SKIPPED_WORDS {
            return None;
        }
    }
    None
}
