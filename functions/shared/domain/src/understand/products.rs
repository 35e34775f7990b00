//! Systems, clouds, places and software named in the text.

mod clouds;
mod systems;

use super::class::Class;
use super::names;
use super::negation::corrected_between;
use super::token::{Kind, Token};
use crate::intent::{Environment, Framework, OneOrMany, Slots, StorageType};
pub(super) use clouds::only_provider;
use clouds::{pick_provider, region};
use systems::systems;

/// Something found, where.
type Found<T> = Vec<(usize, T)>;

/// Reads every name; versions are marked as used so that they are no counts.
pub(super) fn read(tokens: &mut [Token], slots: &mut Slots) {
    let systems = systems(tokens);
    if let Some((os, version)) = pick(tokens, &systems, true) {
        slots.os = Some(os);
        slots.os_version = version;
    }
    let frameworks = listed(tokens, names::FRAMEWORKS);
    slots.framework = pick(tokens, &frameworks, true);
    let notebooks = listed(tokens, names::NOTEBOOKS);
    slots.notebook = pick(tokens, &notebooks, true);
    slots.provider = pick_provider(tokens);
    let environments = environments(tokens);
    slots.environment = all(tokens, &environments);
    slots.region = region(tokens, slots.provider);
    let types: Found<String> = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.kind == Kind::InstanceType)
        .map(|(at, token)| (at, token.text.clone()))
        .collect();
    slots.instance_type = pick(tokens, &types, true);
    slots.storage_type = storage_type(tokens);
    slots.spot = spot(tokens);
    let mut products: Vec<usize> = environments.iter().map(|(at, _)| *at).collect();
    products.extend(frameworks.iter().map(|(at, _)| *at));
    products.extend(notebooks.iter().map(|(at, _)| *at));
    products.extend(listed(tokens, names::PROVIDERS).iter().map(|(at, _)| *at));
    for (at, token) in tokens.iter_mut().enumerate() {
        token.used |=
            matches!(token.kind, Kind::InstanceType | Kind::Region) || products.contains(&at);
    }
}

/// The one meant: not a negated one, not one of a choice; the last where a later one corrects.
fn pick<T: Clone + PartialEq>(tokens: &[Token], found: &Found<T>, last: bool) -> Option<T> {
    let meant = meant(tokens, found)?;
    let (first, end) = (meant.first()?, meant.last()?);
    let corrected = corrected_between(tokens, first.0, end.0);
    Some(if last || corrected {
        end.1.clone()
    } else {
        first.1.clone()
    })
}

/// All that are meant, by the same rules, each once.
fn all<T: Clone + PartialEq>(tokens: &[Token], found: &Found<T>) -> Option<OneOrMany<T>> {
    let meant = meant(tokens, found)?;
    let (first, end) = (meant.first()?, meant.last()?);
    if corrected_between(tokens, first.0, end.0) {
        return Some(end.1.clone().into());
    }
    let mut all: Vec<T> = Vec::new();
    for (_, value) in meant {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    Some(OneOrMany(all))
}

/// Those that are not negated, unless there is a choice between some.
fn meant<'a, T: PartialEq>(tokens: &[Token], found: &'a Found<T>) -> Option<Vec<&'a (usize, T)>> {
    let meant: Vec<&(usize, T)> = found
        .iter()
        .filter(|(at, _)| !tokens[*at].negated)
        .collect();
    for pair in meant.windows(2) {
        let ((from, a), (to, b)) = (pair[0], pair[1]);
        let between = tokens.get(from + 1..*to).unwrap_or_default();
        let is_choice = between
            .iter()
            .any(|token| token.has(Class::Or) || token.is("than"));
        if a != b && is_choice && !corrected_between(tokens, from + 1, *to) {
            return None;
        }
    }
    Some(meant)
}

fn listed<T: Copy>(tokens: &[Token], table: &[(T, &str)]) -> Found<T> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if tokens[at].kind != Kind::Word || !tokens[at].has(Class::Name) {
            continue;
        }
        let word_at = |offset: usize| tokens.get(at + offset).map(|token| token.text.as_str());
        if let Some((value, _)) = table
            .iter()
            .find(|(_, list)| names::matches(list, word_at) > 0)
        {
            found.push((at, *value));
        }
    }
    found
}

fn environments(tokens: &[Token]) -> Found<Environment> {
    let mut found = listed(tokens, names::ENVIRONMENTS);
    let cluster = tokens.iter().any(|token| {
        token.class.any(&[Class::Cluster, Class::Clusters])
            || token.has(Class::Name)
                && names::FRAMEWORKS
                    .iter()
                    .any(|(_, list)| names::lists(list, &token.text))
    });
    for at in 0..tokens.len() {
        let before = at
            .checked_sub(1)
            .map_or("", |before| tokens[before].text.as_str());
        let next = tokens.get(at + 1);
        let work = next.is_some_and(|next| {
            next.class.any(&[Class::Machine, Class::Machines])
                || matches!(
                    next.text.as_str(),
                    "app"
                        | "dev"
                        | "development"
                        | "backend"
                        | "project"
                        | "work"
                        | "code"
                        | "api"
                        | "service"
                        | "tests"
                        | "js"
                        | "environment"
                        | "env"
                        | "stack"
                        | "preinstalled"
                        | "installed"
                )
        });
        let introduced = matches!(
            before,
            "with" | "for" | "run" | "running" | "runs" | "in" | "using" | "has" | "w"
        );
        let joins = joins(tokens, at, &found);
        let introduced = introduced || joins;
        let closes = next.is_none_or(Token::is_break)
            || next.is_some_and(|next| {
                is_link(next)
                    || joins && next.number().is_some()
                    || matches!(
                        next.text.as_str(),
                        "on" | "installed" | "preinstalled" | "for" | "until"
                    )
            });
        if tokens[at].is("node")
            && !cluster
            && (work
                && !matches!(before, "per" | "each" | "single" | "master")
                && !before.starts_with(|c: char| c.is_ascii_digit())
                || introduced && closes)
        {
            found.push((at, Environment::Node));
        }
        if tokens[at].is("go")
            && ((work && !matches!(before, "to" | "i" | "let" | "can")) || (introduced && closes))
        {
            found.push((at, Environment::Go));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// Whether what stands there goes on a list of software: "docker, postgres and node".
fn joins(tokens: &[Token], at: usize, found: &Found<Environment>) -> bool {
    let linked = tokens[..at].iter().rposition(|token| !is_link(token));
    linked.is_some_and(|linked| linked + 1 < at && found.iter().any(|(known, _)| *known == linked))
}

fn is_link(token: &Token) -> bool {
    token.class.any(&[Class::And, Class::Or]) || matches!(token.text.as_str(), "," | "+" | "plus")
}

fn storage_type(tokens: &[Token]) -> Option<StorageType> {
    let found: Found<StorageType> = tokens
        .iter()
        .enumerate()
        .filter_map(|(at, token)| {
            let (kind, _) = names::STORAGE_TYPES
                .iter()
                .find(|(_, list)| names::lists(list, &token.text))?;
            Some((at, *kind))
        })
        .collect();
    pick(tokens, &found, true)
}

fn spot(tokens: &[Token]) -> Option<bool> {
    let on_demand = tokens.iter().any(|token| {
        token.has(Class::OnDemand) && !token.negated && !token.is("dedicated")
            || token.is("on-demand") && !token.negated
    });
    let spot = tokens
        .iter()
        .rev()
        .find(|token| token.has(Class::Spot) && !token.has(Class::OnDemand));
    let compares = tokens
        .iter()
        .any(|token| token.has(Class::Or) || token.is("than"));
    if spot.is_some_and(|token| !token.negated) && on_demand && compares {
        return None;
    }
    match (spot.map(|token| token.negated), on_demand) {
        (Some(true), _) | (None, true) => Some(false),
        (Some(false), _) => Some(true),
        (None, false)
            if tokens
                .iter()
                .any(|token| token.has(Class::OnDemand) && token.negated) =>
        {
            Some(true)
        }
        (None, false) => None,
    }
}

/// Whether a cluster is asked for or spoken about.
pub(super) fn names_cluster(tokens: &[Token], framework: Option<Framework>) -> bool {
    framework.is_some()
        || tokens.iter().any(|token| {
            token.class.any(&[Class::Cluster, Class::Clusters])
                && !token.negated
                && !token.has(Class::Total)
        })
}
