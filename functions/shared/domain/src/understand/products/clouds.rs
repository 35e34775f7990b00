//! Clouds and their regions.

use super::{Found, listed, pick};
use crate::intent::Provider;
use crate::understand::class::Class;
use crate::understand::names;
use crate::understand::negation::corrected_between;
use crate::understand::token::{Kind, Token};

/// Two clouds named side by side are a choice left open, unless the second corrects the first.
pub(super) fn pick_provider(tokens: &[Token]) -> Option<Provider> {
    let found = providers(tokens);
    let meant: Vec<&(usize, Provider)> = found
        .iter()
        .filter(|(at, _)| !tokens[*at].negated)
        .collect();
    let (first, last) = (meant.first()?, meant.last()?);
    let replaced = corrected_between(tokens, first.0, last.0)
        || tokens[first.0..last.0]
            .iter()
            .any(|token| token.is("but") || token.is("to"));
    if meant.iter().any(|(_, provider)| *provider != first.1) && !replaced {
        return None;
    }
    pick(tokens, &found, true)
}

/// The one provider that is named at all, wanted or not.
pub(in crate::understand) fn only_provider(tokens: &[Token]) -> Option<Provider> {
    let mut found = listed(tokens, names::PROVIDERS);
    found.extend(providers(tokens));
    let (_, first) = found.first()?;
    found
        .iter()
        .all(|(_, provider)| provider == first)
        .then_some(*first)
}

fn providers(tokens: &[Token]) -> Found<Provider> {
    let mut found: Found<Provider> = listed(tokens, names::PROVIDERS);
    // "Amazon Linux" is a system.
    found.retain(|(at, provider)| !(tokens[*at].used && *provider == Provider::Aws));
    let shouting = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word && token.text.len() > 1)
        .all(|token| token.upper);
    for at in 0..tokens.len() {
        if tokens[at].is("do") && is_digital_ocean(tokens, at, shouting) {
            found.push((at, Provider::Digitalocean));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// "DO" is a cloud when written in capitals, or where only a name fits.
fn is_digital_ocean(tokens: &[Token], at: usize, shouting: bool) -> bool {
    let before = at
        .checked_sub(1)
        .map_or("", |before| tokens[before].text.as_str());
    let next = tokens.get(at + 1);
    if next.is_some_and(|next| next.has(Class::Not)) {
        return false;
    }
    let named = matches!(
        before,
        "on" | "at" | "in" | "my" | "from" | "via" | "or" | "using" | "the"
    );
    if tokens
        .iter()
        .all(|token| token.is("do") || token.is_mark() || token.has(Class::Please))
    {
        return true;
    }
    let noun = next.is_some_and(|next| {
        next.has(Class::Key)
            || next.has(Class::Account)
            || next.is("droplet")
            || next.is("droplets")
            || next.is("cloud")
    });
    (tokens[at].upper && !shouting)
        || noun && !matches!(before, "you" | "i" | "we")
        || named
            && next.is_none_or(|next| {
                next.is_break()
                    || names::PLACES
                        .iter()
                        .any(|(list, ..)| names::lists(list, &next.text))
            })
}

/// A code as written, or the place in the cloud that is named or alone serves it.
pub(super) fn region(tokens: &[Token], provider: Option<Provider>) -> Option<String> {
    let mut found: Found<String> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Region {
            found.push((at, token.text.clone()));
            continue;
        }
        if token.kind != Kind::Word || !token.has(Class::Name) {
            continue;
        }
        let word_at = |offset: usize| tokens.get(at + offset).map(|token| token.text.as_str());
        let place = names::PLACES
            .iter()
            .find(|(list, ..)| names::matches(list, word_at) > 0);
        let Some((_, aws, ocean)) = place else {
            continue;
        };
        let code = match provider {
            Some(Provider::Aws) => aws,
            Some(Provider::Digitalocean) => ocean,
            None if ocean.is_empty() => aws,
            None if aws.is_empty() => ocean,
            None => continue,
        };
        if !code.is_empty() {
            found.push((at, (*code).to_owned()));
        }
    }
    pick(tokens, &found, true)
}
