//! Operating systems and their versions.

use super::Found;
use crate::intent::Os;
use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::token::{Kind, Token};

/// Words that may stand between a system and its version: "`CentOS` Linux Stream 9".
const SYSTEM_GLUE: &[&str] = &[
    "linux", "server", "version", "stream", "release", "lts", "core", "v", "os", "-", "box",
];

/// At most so many of them.
const MAX_SYSTEM_GLUE: usize = 2;

pub(super) fn systems(tokens: &mut [Token]) -> Found<(Os, Option<String>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].kind != Kind::Word || !tokens[at].has(Class::Name) {
            at += 1;
            continue;
        }
        let word_at = |offset: usize| tokens.get(at + offset).map(|token| token.text.as_str());
        let best = names::SYSTEMS
            .iter()
            .map(|(os, version, list)| (names::matches(list, word_at), *os, *version))
            .max_by_key(|(length, ..)| *length);
        let Some((length, os, implied)) = best.filter(|(length, ..)| *length > 0) else {
            at += 1;
            continue;
        };
        let mut end = at + length;
        let mut version = (!implied.is_empty()).then(|| implied.to_owned());
        let mut number_at = end;
        for _ in 0..MAX_SYSTEM_GLUE {
            let glue = |at: usize| {
                tokens
                    .get(at)
                    .is_some_and(|token| SYSTEM_GLUE.contains(&token.text.as_str()))
            };
            // "windows box, version 2019".
            let aside = tokens.get(number_at).is_some_and(|token| token.is(","))
                && tokens
                    .get(number_at + 1)
                    .is_some_and(|token| token.is("version"));
            if glue(number_at) {
                number_at += 1;
            } else if aside {
                number_at += 2;
            }
        }
        // "windows pc 2019": only what cannot be a count.
        let noun = tokens
            .get(end)
            .filter(|token| token.has(Class::Machine))
            .and_then(|_| tokens.get(end + 1)?.number())
            .is_some_and(|number| number > 1000.0 || number.fract() != 0.0);
        number_at += usize::from(noun && number_at == end);
        if let Some(said) = version_of(os, tokens, number_at) {
            version = Some(said);
            end = number_at + 1;
        } else if let Some(said) = at
            .checked_sub(1)
            .filter(|before| tokens[*before].text.contains('.') && !tokens[*before].used)
            .and_then(|before| version_of(os, tokens, before))
        {
            tokens[at - 1].used = true;
            version = Some(said);
        }
        for token in &mut tokens[at..end] {
            token.used = true;
        }
        found.push((at, (os, version)));
        at = end;
    }
    found
}

/// The version of a system a number is, when it can be one and is nothing else.
fn version_of(os: Os, tokens: &[Token], at: usize) -> Option<String> {
    let token = tokens.get(at).filter(|token| !token.used)?;
    let value = token.number()?;
    let next = tokens.get(at + 1);
    let is_quantity = next.is_some_and(|next| {
        next.class.any(&[
            Class::Gigabyte,
            Class::Megabyte,
            Class::Terabyte,
            Class::Core,
            Class::Minute,
            Class::Hour,
            Class::Day,
            Class::Week,
            Class::Month,
            Class::Dollar,
            Class::Cent,
            Class::Times,
            Class::Memory,
            Class::Node,
            Class::Worker,
        ]) && !next.is("server")
    });
    if is_quantity {
        return None;
    }
    let plausible: &[(f64, f64)] = match os {
        Os::Ubuntu => &[(12.0, 27.0), (1204.0, 2610.0)],
        Os::Debian => &[(7.0, 14.0)],
        Os::Centos | Os::Rhel => &[(5.0, 10.9)],
        Os::Fedora => &[(25.0, 60.0)],
        Os::AmazonLinux => &[(1.0, 2.0), (2017.0, 2030.0)],
        Os::Rocky => &[(8.0, 10.9)],
        Os::Windows => &[(10.0, 11.0), (2008.0, 2030.0)],
    };
    if !plausible
        .iter()
        .any(|(low, high)| (*low..=*high).contains(&value))
    {
        return None;
    }
    let text = token.text.as_str();
    Some(match os {
        Os::Ubuntu if value > 1000.0 => format!("{}.{}", &text[..2], &text[2..]),
        Os::Ubuntu if value.fract() == 0.0 && value % 2.0 == 0.0 && !text.contains('.') => {
            format!("{text}.04")
        }
        _ => text.to_owned(),
    })
}
