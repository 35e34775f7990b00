//! The names an entity can have, from the parser's own tables.

use serde::Serialize;

use super::super::super::class::Class;
use super::super::super::{lexicon, names, settle};

/// A value and the ways to say it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Keyword {
    /// The slot's value.
    pub(super) keyword: String,
    /// How people write it, the value itself among them.
    pub(super) synonyms: Vec<String>,
}

/// Whether an entity also has values no list can hold: ids, names people give, sizes of machines.
pub(super) fn is_open(entity: &str) -> bool {
    matches!(
        entity,
        "reservation" | "user" | "template" | "instance_type" | "os_version" | "region"
    )
}

/// The listed values of an entity, in the order of its table.
pub(super) fn of(entity: &str) -> Vec<Keyword> {
    let mut list = List::default();
    match entity {
        "os" => {
            for (os, _, words) in names::SYSTEMS {
                list.add(os.as_str(), words.split_whitespace());
            }
        }
        "os_version" => {
            for (_, version, words) in names::SYSTEMS {
                list.add(version, words.split_whitespace());
            }
        }
        "environment" => list.table(names::ENVIRONMENTS, |value| value.as_str()),
        "provider" => list.table(names::PROVIDERS, |value| value.as_str()),
        "framework" => list.table(names::FRAMEWORKS, |value| value.as_str()),
        "notebook" => list.table(names::NOTEBOOKS, |value| value.as_str()),
        "storage_type" => list.table(names::STORAGE_TYPES, |value| value.as_str()),
        "region" => regions(&mut list),
        "period" => {
            for (period, phrases) in settle::PERIODS {
                list.add(period.as_str(), phrases.split('|'));
            }
        }
        "kind" => {
            list.classes("vm", &[Class::Machine, Class::Machines]);
            list.classes("cluster", &[Class::Cluster, Class::Clusters]);
            for (_, words) in names::FRAMEWORKS {
                list.add("cluster", words.split_whitespace());
            }
        }
        "scope" => {
            list.classes("mine", &[Class::My]);
            list.classes("team", &[Class::Our]);
            list.classes("all", &[Class::Everybody]);
        }
        "status" => {
            list.classes("active", &[Class::Active]);
            list.classes("idle", &[Class::Idle]);
            list.classes("expiring", &[Class::Expiring]);
            list.classes("all", &[Class::Ended]);
        }
        "reservation" => {
            list.classes("last", &[Class::Last]);
            list.classes("all", &[Class::Everything]);
            list.classes("cluster", &[Class::Cluster]);
            list.classes("vm", &[Class::Machine]);
        }
        _ => {}
    }
    list.0
}

/// A city two clouds serve names no region by itself.
fn regions(list: &mut List) {
    for (words, aws, ocean) in names::PLACES {
        let alone = aws.is_empty() || ocean.is_empty();
        for code in [aws, ocean] {
            list.add(code, words.split_whitespace().filter(|_| alone));
        }
    }
}

#[derive(Default)]
struct List(Vec<Keyword>);

impl List {
    fn add<'a>(&mut self, keyword: &str, words: impl Iterator<Item = &'a str>) {
        if keyword.is_empty() {
            return;
        }
        if !self.0.iter().any(|known| known.keyword == keyword) {
            self.0.push(Keyword {
                keyword: keyword.to_owned(),
                synonyms: vec![keyword.to_owned()],
            });
        }
        for word in words.map(|word| word.replace('_', " ")) {
            // wit.ai refuses a synonym that stands under two keywords of an entity.
            let taken = self.0.iter().any(|known| known.synonyms.contains(&word));
            if let Some(entry) = self.0.iter_mut().find(|known| known.keyword == keyword)
                && !taken
            {
                entry.synonyms.push(word);
            }
        }
    }

    fn table<T: Copy>(&mut self, table: &[(T, &str)], name: impl Fn(T) -> &'static str) {
        for (value, words) in table {
            self.add(name(*value), words.split_whitespace());
        }
    }

    fn classes(&mut self, keyword: &str, classes: &[Class]) {
        for class in classes {
            self.add(keyword, lexicon::entries(*class));
        }
    }
}
