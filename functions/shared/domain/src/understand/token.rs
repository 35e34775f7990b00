//! Words, numbers and marks of a message.

mod contraction;
mod pieces;

use super::class::{Class, Classes};
use super::markup::{EMOJI, PERSON, QUOTED};
use super::{lexicon, numbers, spelling};
use crate::redact;
use pieces::pieces;
use spelling::Form;

/// More words than that are not read: a message of 4,000 characters holds about 800.
const MAX_TOKENS: usize = 1_000;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Word,
    Number(f64),
    /// "1st", "27th".
    Ordinal(f64),
    Mark(char),
    Person(String),
    Emoji,
    Handle,
    InstanceType,
    Region,
    /// Hour and minute.
    Clock(i8, i8),
    /// Year, month, day.
    Date(i16, i8, i8),
    Secret,
    PublicKey,
}

/// One word, number or mark.
#[expect(
    clippy::struct_excessive_bools,
    reason = "marks that are set one by one"
)]
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Lower case, misspelling corrected.
    pub(super) text: String,
    /// As typed (lower case), when it was corrected.
    pub(super) typed: Option<String>,
    pub(super) kind: Kind,
    pub(super) class: Classes,
    /// No space before it.
    pub(super) glued: bool,
    /// In quotes or code marks.
    pub(super) quoted: bool,
    /// A value was read from it.
    pub(super) used: bool,
    /// Typed in capitals.
    pub(super) upper: bool,
    /// Inside the reach of "not".
    pub(super) negated: bool,
}

impl Token {
    fn new(text: &str, kind: Kind, glued: bool) -> Self {
        Self {
            text: text.to_owned(),
            typed: None,
            kind,
            class: Classes::default(),
            glued,
            quoted: false,
            used: false,
            upper: false,
            negated: false,
        }
    }

    pub(super) fn has(&self, class: Class) -> bool {
        self.class.has(class)
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub(super) fn is_mark(&self) -> bool {
        matches!(self.kind, Kind::Mark(_))
    }

    /// Ends a phrase.
    pub(super) fn is_break(&self) -> bool {
        matches!(
            self.kind,
            Kind::Mark(',' | ';' | '.' | '!' | '?' | ':' | '(' | ')' | '-' | '\n')
        )
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Number(value) => Some(value),
            _ => None,
        }
    }

    /// A word nobody knows: perhaps a name.
    pub(super) fn is_unknown_word(&self) -> bool {
        self.kind == Kind::Word && (!self.has(Class::Known) || self.typed.is_some())
    }

    /// The word as its author typed it.
    pub(super) fn raw(&self) -> &str {
        self.typed.as_deref().unwrap_or(&self.text)
    }
}

/// Splits plain text into tokens and looks every word up.
pub(super) fn tokens(plain: &str) -> Vec<Token> {
    let mut out = Vec::with_capacity(plain.len() / 4 + 4);
    for line in plain.split('\n') {
        let mut words = line.split_whitespace().peekable();
        while let Some(word) = words.next() {
            if out.len() >= MAX_TOKENS {
                break;
            }
            // A key is a type and a blob; the blob alone says nothing.
            if redact::is_public_key_type(word.trim_start_matches(QUOTED))
                && words.peek().is_some_and(|next| next.starts_with("AAAA"))
            {
                words.next();
                out.push(Token::new("public-key", Kind::PublicKey, false));
                continue;
            }
            chunk(word, &mut out);
        }
        if !out.is_empty() {
            out.push(Token::new("\n", Kind::Mark('\n'), false));
        }
    }
    while out
        .last()
        .is_some_and(|token| token.kind == Kind::Mark('\n'))
    {
        out.pop();
    }
    look_up(&mut out);
    out
}

fn chunk(word: &str, out: &mut Vec<Token>) {
    if let Some(person) = word.strip_prefix(PERSON) {
        out.push(Token::new(
            &person.to_lowercase(),
            Kind::Person(person.to_owned()),
            false,
        ));
        return;
    }
    if let Some(name) = word.strip_prefix(EMOJI) {
        out.push(Token::new(name, Kind::Emoji, false));
        return;
    }
    let (quoted, word) = word
        .strip_prefix(QUOTED)
        .map_or((false, word), |rest| (true, rest));
    if redact::is_secret_word(word) {
        out.push(Token::new("secret", Kind::Secret, false));
        return;
    }
    let lower = word.to_lowercase();
    let start = out.len();
    pieces(&lower, out);
    let upper = word.bytes().any(|byte| byte.is_ascii_uppercase())
        && !word.bytes().any(|byte| byte.is_ascii_lowercase());
    for token in &mut out[start..] {
        token.quoted = quoted && !token.is_mark();
        token.upper = upper;
    }
}

/// Gives every token its classes, corrects misspellings, joins phrases.
fn look_up(tokens: &mut [Token]) {
    for token in tokens.iter_mut() {
        token.class = match token.kind {
            Kind::Word => lexicon::classes(&token.text),
            Kind::Mark('+') => Classes::of(Class::More),
            Kind::Mark('/') => Classes::of(Class::Per),
            Kind::Mark('&') => Classes::of(Class::And),
            Kind::Mark('$') => Classes::of(Class::Dollar),
            _ => continue,
        };
        if token.kind == Kind::Word
            && !token.has(Class::Known)
            && !token.quoted
            && numbers::word_value(&token.text).is_none()
            && let Some(meant) = spelling::correct(&token.text)
        {
            let classes = lexicon::classes(meant);
            let verb = classes.any(&[Class::Terminate, Class::Stop]);
            let known = Classes::of(Class::Known);
            match spelling::form(&token.text, meant).filter(|_| verb) {
                Some(Form::Past) => token.class = known.union(Classes::of(Class::Past)),
                Some(Form::Gerund) => token.class = known.union(Classes::of(Class::Gerund)),
                Some(Form::ThirdPerson) => token.class = classes,
                None => {
                    token.class = classes;
                    token.typed = Some(std::mem::replace(&mut token.text, meant.to_owned()));
                }
            }
        }
    }
    for at in 0..tokens.len() {
        let found = {
            let word_at = |offset: usize| {
                tokens
                    .get(at + offset)
                    .filter(|token| !token.is_mark())
                    .map(|token| token.text.as_str())
            };
            if tokens[at].kind != Kind::Word {
                continue;
            }
            lexicon::phrase(&tokens[at].text, word_at)
        };
        if let Some((length, classes)) = found {
            for token in &mut tokens[at..at + length] {
                token.class = token.class.union(classes);
            }
        }
    }
}
