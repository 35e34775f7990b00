//! Runs of characters without spaces, split into words, numbers and marks: "1h30", "five-node", "ubuntu-22.04".

use super::contraction::contraction;
use super::{Kind, Token};
use crate::intent::is_handle;
use crate::understand::class::Class;
use crate::understand::{lexicon, names, numbers};

/// Pieces one run of characters without spaces is split into at most.
const MAX_PIECES: usize = 24;

/// Splits a run of characters without spaces.
pub(super) fn pieces(word: &str, out: &mut Vec<Token>) {
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
    // "7zip" is a word; the 1 of "1.5h" is only the beginning of its number.
    if whole > digits && lexicon::is_known(&rest[..whole]) && !suffix.is_empty() {
        out.push(Token::new(&rest[..whole], Kind::Word, glued));
        return whole;
    }
    out.push(Token::new(&rest[..digits], Kind::Number(value), glued));
    // "10-node", "8-core": the hyphen only joins. "2-3" is a range.
    let joins = after.starts_with('-') && after[1..].starts_with(|c: char| c.is_alphabetic());
    digits + usize::from(joins)
}

/// A piece that starts with a letter; returns its length.
pub(super) fn lettered(rest: &str, glued: bool, out: &mut Vec<Token>) -> usize {
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
