//! Words, numbers and marks of a message.

use super::class::{Class, Classes};
use super::markup::{EMOJI, PERSON, QUOTED};
use super::{lexicon, names, numbers, spelling};
use crate::intent::is_handle;
use crate::redact;

/// More words than that are not read: a message of 4,000 characters holds about 800.
const MAX_TOKENS: usize = 1_000;
/// Pieces one run of characters without spaces is split into at most.
const MAX_PIECES: usize = 24;

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

/// Splits a run of characters without spaces.
fn pieces(word: &str, out: &mut Vec<Token>) {
    let mut rest = word;
    for piece in 0..MAX_PIECES {
        let Some(first) = rest.chars().next() else {
            return;
        };
        let glued = piece > 0;
        if !first.is_alphanumeric() {
            rest = &rest[first.len_utf8()..];
            let wanted = match first {
                '[' | '{' => '(',
                ']' | '}' => ')',
                '_' | '\'' | '>' | '<' | '\\' | '|' | '^' | '*' | '@' => continue,
                other => other,
            };
            out.push(Token::new(
                wanted.encode_utf8(&mut [0; 4]),
                Kind::Mark(wanted),
                glued,
            ));
            continue;
        }
        let length = if first.is_ascii_digit() {
            numeric(rest, glued, out)
        } else {
            lettered(rest, glued, out)
        };
        rest = &rest[length.max(first.len_utf8()).min(rest.len())..];
    }
}

/// A piece that starts with a digit; returns its length.
fn numeric(rest: &str, glued: bool, out: &mut Vec<Token>) -> usize {
    let is_decimal = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '-');
    let run = rest.find(|c| !is_decimal(c)).unwrap_or(rest.len());
    let run = rest[..run].trim_end_matches(['.', ',', ':', '-']);
    if let Some((year, month, day)) = numbers::iso_date(run) {
        out.push(Token::new(run, Kind::Date(year, month, day), glued));
        return run.len();
    }
    let (digits, value) = numbers::leading(rest);
    let after = &rest[digits..];
    let suffix_end = after
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(after.len());
    let suffix = &after[..suffix_end];
    if let Some((hour, minute, length)) = numbers::clock(rest) {
        out.push(Token::new(
            &rest[..length],
            Kind::Clock(hour, minute),
            glued,
        ));
        return length;
    }
    if matches!(suffix, "st" | "nd" | "rd" | "th") {
        out.push(Token::new(&rest[..digits + 2], Kind::Ordinal(value), glued));
        return digits + 2;
    }
    let whole = rest
        .find(|c: char| !c.is_alphanumeric() && c != '-')
        .unwrap_or(rest.len());
    if lexicon::is_known(&rest[..whole]) && !suffix.is_empty() {
        out.push(Token::new(&rest[..whole], Kind::Word, glued));
        return whole;
    }
    out.push(Token::new(&rest[..digits], Kind::Number(value), glued));
    // "10-node", "8-core": the hyphen only joins. "2-3" is a range.
    let joins = after.starts_with('-') && after[1..].starts_with(|c: char| c.is_alphabetic());
    digits + usize::from(joins)
}

/// A piece that starts with a letter; returns its length.
fn lettered(rest: &str, glued: bool, out: &mut Vec<Token>) -> usize {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '\'' | '+');
    let end = rest.find(|c| !inner(c)).unwrap_or(rest.len());
    let word = rest[..end].trim_end_matches(['-', '.', '_', '\'', '+']);
    let kind = special(word);
    if kind != Kind::Word {
        out.push(Token::new(word, kind, glued));
        return word.len();
    }
    if glued && out.last().is_some_and(|last| last.number().is_some()) {
        // Units and counts run together: "1h30", "2x4gb".
        let letters = word
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(word.len());
        if letters < word.len() {
            out.push(Token::new(&word[..letters], Kind::Word, glued));
            return letters + usize::from(word[letters..].starts_with('-'));
        }
    }
    let short_form = word.contains('\'') && word != "o'clock";
    if lexicon::is_known(word) && !short_form {
        out.push(Token::new(word, Kind::Word, glued));
        return word.len();
    }
    if let Some(length) = contraction(word, glued, out) {
        return length;
    }
    if let Some(split) = split_point(word) {
        out.push(Token::new(&word[..split], Kind::Word, glued));
        return split + usize::from(word[split..].starts_with(['-', '.', '_']));
    }
    out.push(Token::new(word, Kind::Word, glued));
    word.len()
}

/// Handles, machine sizes and regions have a form of their own.
fn special(word: &str) -> Kind {
    if is_handle(word) {
        Kind::Handle
    } else if numbers::is_instance_type(word) {
        Kind::InstanceType
    } else if numbers::is_region(word) {
        Kind::Region
    } else {
        Kind::Word
    }
}

/// Where a word nobody knows splits into ones we do: "five-node", "ubuntu-22.04", "centos7", "x4", "docker-box".
fn split_point(word: &str) -> Option<usize> {
    let digit = word.find(|c: char| c.is_ascii_digit());
    if let Some(at) = digit.filter(|at| *at > 0) {
        let head = word[..at].trim_end_matches('-');
        let is_system = names::SYSTEMS
            .iter()
            .any(|(_, _, list)| names::lists(list, head));
        if is_system || (head == "x" && word[at..].bytes().all(|byte| byte.is_ascii_digit())) {
            return Some(head.len());
        }
    }
    let hyphen = word.find('-')?;
    let (head, tail) = (
        &word[..hyphen],
        word[hyphen + 1..].split('-').next().unwrap_or_default(),
    );
    let tail_class = lexicon::classes(tail);
    let is_noun = tail_class.any(&[
        Class::Machine,
        Class::Machines,
        Class::Cluster,
        Class::Node,
        Class::Core,
        Class::Worker,
    ]);
    let is_unit = lexicon::classes(head).any(&[Class::Day, Class::Hour, Class::Week, Class::Month]);
    let is_product = names::words().any(|entry| entry == head);
    (numbers::word_value(head).is_some()
        || is_unit
        || head == "half"
        || (is_product && (is_noun || tail == "based")))
        .then_some(hyphen)
}

/// "don't" is "do not"; other short forms lose their tail or have it spelt out.
fn contraction(word: &str, glued: bool, out: &mut Vec<Token>) -> Option<usize> {
    const BARE: &[(&str, &str, &str)] = &[
        ("dont", "do", "not"),
        ("doesnt", "does", "not"),
        ("didnt", "did", "not"),
        ("isnt", "is", "not"),
        ("cant", "can", "not"),
        ("cannot", "can", "not"),
        ("wont", "will", "not"),
        ("shouldnt", "should", "not"),
        ("wouldnt", "would", "not"),
        ("arent", "are", "not"),
        ("im", "i", "am"),
        ("ive", "i", "have"),
        ("ill", "i", "will"),
        ("whats", "what", "is"),
        ("hows", "how", "is"),
        ("wheres", "where", "is"),
        ("thats", "that", "is"),
        ("whos", "who", "is"),
        ("gimme", "give", "me"),
        ("lemme", "let", "me"),
        ("wanna", "want", "to"),
        ("weve", "we", "have"),
        ("theres", "there", "is"),
        ("havent", "have", "not"),
        ("wasnt", "was", "not"),
        ("gotta", "have", "to"),
        ("youre", "you", "are"),
        ("dnt", "do", "not"),
        ("whens", "when", "is"),
    ];
    let mut both = |first: &str, second: &str| {
        out.push(Token::new(first, Kind::Word, glued));
        out.push(Token::new(second, Kind::Word, false));
        Some(word.len())
    };
    if let Some((_, first, second)) = BARE.iter().find(|(short, ..)| *short == word) {
        return both(first, second);
    }
    let (head, tail) = word.rsplit_once('\'')?;
    match tail {
        "t" => match head {
            "can" => both("can", "not"),
            "won" => both("will", "not"),
            "shan" => both("shall", "not"),
            _ => both(head.strip_suffix('n').unwrap_or(head), "not"),
        },
        "s" => match head {
            "what" | "how" | "where" | "who" | "when" | "that" | "it" | "there" | "here" | "he"
            | "she" | "why" | "whatever" => both(head, "is"),
            "let" => both("let", "us"),
            _ => {
                lettered(head, glued, out);
                Some(word.len())
            }
        },
        "m" => both(head, "am"),
        "re" => both(head, "are"),
        "ve" => both(head, "have"),
        "ll" => both(head, "will"),
        "d" => both(head, "would"),
        _ => None,
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
            token.class = lexicon::classes(meant);
            token.typed = Some(std::mem::replace(&mut token.text, meant.to_owned()));
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
