//! Systems, clouds, places and software named in the text.

use super::class::Class;
use super::names;
use super::negation::corrected_between;
use super::token::{Kind, Token};
use crate::intent::{Environment, Framework, Os, Provider, Slots, StorageType};

/// Words that may stand between a system and its version: "`CentOS` Linux Stream 9".
const SYSTEM_GLUE: &[&str] = &[
    "linux", "server", "version", "stream", "release", "lts", "core", "v", "os", "-", "box",
];
/// At most so many of them.
const MAX_SYSTEM_GLUE: usize = 2;

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
    slots.environment = pick(tokens, &environments, false);
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
    let meant: Vec<&(usize, T)> = found
        .iter()
        .filter(|(at, _)| !tokens[*at].negated)
        .collect();
    let (first, end) = (meant.first()?, meant.last()?);
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
    let corrected = corrected_between(tokens, first.0, end.0);
    Some(if last || corrected {
        end.1.clone()
    } else {
        first.1.clone()
    })
}

/// Two clouds named side by side are a choice left open, unless the second corrects the first.
fn pick_provider(tokens: &[Token]) -> Option<Provider> {
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

fn systems(tokens: &mut [Token]) -> Found<(Os, Option<String>)> {
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
            if tokens
                .get(number_at)
                .is_some_and(|token| SYSTEM_GLUE.contains(&token.text.as_str()))
            {
                number_at += 1;
            }
        }
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
        let closes = next.is_none_or(Token::is_break)
            || next.is_some_and(|next| {
                next.is("on") || next.is("installed") || next.is("preinstalled") || next.is("and")
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

/// A code as written, or the place in the cloud that is named or alone serves it.
fn region(tokens: &[Token], provider: Option<Provider>) -> Option<String> {
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
