//! Prices: quotes to take, prices to know, and what cannot be had.

use std::fmt::Write as _;

use serde_json::Value;

use super::usual;
use crate::cost::{HourlyCost, bill, usd};
use crate::event::{PricedCluster, WayOut};
use crate::intent::{Environment, Provider};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, escape, section};
use crate::messages::clusters::{cluster_words, roles};
use crate::messages::words::{
    hourly_words, multiplied, offer_words, payer_words, software_words, system_words,
};
use crate::offers::{Alternative, Lost, Market, Offer, Rules};
use crate::quote::Quote;
use crate::spec::Cluster;
use crate::time::{MINUTE_SECONDS, length};

/// Said while there is still time to send one.
const NO_KEY: &str = ":key: I know no ssh key of yours, so you could not log in. Send me the line in `~/.ssh/id_ed25519.pub` first.";

/// What is different about the cheap ones.
const SPOT: &str = ":zap: A spot machine: AWS can take it back at any time, with two minutes’ notice. It cannot be stopped, only ended.";

/// The button below a price.
const WHY: &str = "Why this one?";

pub(super) fn quoted(quote: &Quote, renewed: bool, has_key: bool) -> Message {
    let offer = quote.winner();
    let spec = &quote.spec;
    let each = HourlyCost::of(offer, spec.storage_gb);
    let time = length(i64::from(quote.spec.duration_minutes) * MINUTE_SECONDS);
    let total = bill(quote.total_usd());
    let intro = if renewed {
        "That offer no longer stood as it was, so here it is afresh.\n"
    } else {
        ""
    };
    let what = match (spec.cluster, spec.count) {
        (Some(cluster), count) => cluster_words(cluster, count),
        (None, 1) => system_words(spec),
        (None, count) => format!(
            "{count} machines with {}{}",
            spec.system(),
            match software_words(&spec.environments) {
                None => String::new(),
                Some(software) => format!(", each with {software}"),
            }
        ),
    };
    let inside = match spec.cluster {
        Some(_) => format!("{}, each with {}: ", roles(spec.count), spec.system()),
        None => String::new(),
    };
    let text = format!(
        "{intro}*{what} for {time}*\n{inside}{}\n*{}, {total} in all*",
        multiplied(spec.count, &offer_words(offer)),
        hourly_words(each.total_usd(), spec.count),
    );
    let small_print = format!(
        "{}\n{}.",
        reckoning(&each, (spec.count, spec.storage_gb), &quote.rules),
        payer_words(&quote.payer)
    );
    let notification = format!("{what} for {time}: {total} in all");
    let mut message = Message::new(notification, vec![section(&text), context(&small_print)]);
    if offer.market == Market::Spot {
        message = message.with(context(SPOT));
    }
    if !has_key {
        message = message.with(context(NO_KEY));
    }
    let mut buttons = vec![
        button(Look::Primary, "Launch", action::QUOTE_LAUNCH, &quote.id),
        button(Look::Plain, "Cancel", action::QUOTE_CANCEL, &quote.id),
        button(Look::Plain, WHY, action::QUOTE_WHY, &quote.id),
    ];
    if spec.cluster.is_some() {
        buttons.push(usual::form_button("My usual cluster …", &quote.user));
    }
    message.with(actions(&buttons))
}

/// How the price of a machine, or of each of several, comes about.
fn reckoning(each: &HourlyCost, (count, storage_gb): (u32, u32), rules: &str) -> String {
    let machine = if count == 1 {
        "Machine"
    } else {
        "Each machine"
    };
    let part = |amount| {
        if amount > 0.0 {
            usd(amount)
        } else {
            "included".to_owned()
        }
    };
    format!(
        "{machine} {} per hour, {storage_gb} GB disk {}, public address {}.\nThe cheapest by these rules: {rules}.",
        usd(each.machine_usd),
        part(each.storage_usd),
        part(each.address_usd)
    )
}

pub(super) fn priced(
    offer: &Offer,
    rules: &str,
    size: (u32, u32),
    environments: &[Environment],
    duration_minutes: Option<u32>,
    asked: &Rules,
    cluster: Option<&PricedCluster>,
) -> Message {
    let them = if size.0 == 1 || cluster.is_some() {
        "it"
    } else {
        "them"
    };
    let mut closing = what_next(offer, them);
    if let Some(software) = software_words(environments) {
        let verb = match size.0 {
            1 => "it, it costs",
            _ => "each, they cost",
        };
        closing = format!("With {software} on {verb} the same.\n{closing}");
    }
    if let Some(name) = cluster.and_then(|cluster| cluster.not_ready.as_ref()) {
        closing = format!(
            "{} is not ready yet, so this is the price with Spark and JupyterLab, which are. {closing}",
            escape(name)
        );
    }
    let priced = cluster.map(|priced| priced.cluster);
    let message = price(offer, rules, size, duration_minutes, priced, &closing);
    let book = cluster.filter(|_| offer.provider == Provider::Aws);
    let book = book.map(|PricedCluster { sentence, user, .. }| {
        let value = format!("{user}/{sentence}");
        let action = format!("{}book", action::SAY);
        button(Look::Primary, "Book it", &action, &value)
    });
    let why = serde_json::to_string(asked).ok();
    let why = why.map(|asked| button(Look::Plain, WHY, action::PRICE_WHY, &asked));
    let buttons: Vec<Value> = book.into_iter().chain(why).collect();
    if buttons.is_empty() {
        return message;
    }
    message.with(actions(&buttons))
}

/// The price of so many machines with so many GB each, and what can be done about it.
pub(super) fn price(
    offer: &Offer,
    rules: &str,
    (count, storage_gb): (u32, u32),
    duration_minutes: Option<u32>,
    cluster: Option<Cluster>,
    closing: &str,
) -> Message {
    let each = HourlyCost::of(offer, storage_gb);
    let machines = multiplied(count, &offer_words(offer));
    let what = match cluster {
        Some(cluster) => format!("*{}* on {machines}", cluster_words(cluster, count)),
        None => format!("*{machines}*"),
    };
    let mut text = format!("{what}: {}", hourly_words(each.total_usd(), count));
    if let Some(minutes) = duration_minutes {
        let seconds = i64::from(minutes) * MINUTE_SECONDS;
        let _ = write!(
            text,
            ", {} for {}",
            bill(each.times(count).between(0, seconds)),
            length(seconds)
        );
    }
    let _ = write!(text, ".\n{closing}");
    let reckoning = reckoning(&each, (count, storage_gb), rules);
    Message::plain(text).with(context(&reckoning))
}

/// What can be done with a price.
fn what_next(offer: &Offer, them: &str) -> String {
    match offer.provider {
        Provider::Aws => format!("Nothing was launched; say “book it” to have {them}."),
        Provider::Digitalocean => {
            let age = offer.age_words();
            let age = age.map_or_else(String::new, |age| format!("These are {age}; "));
            format!("{age}launching on DigitalOcean is not ready yet.")
        }
    }
}

pub(super) fn why(candidates: &[Offer], rules: &str, count: u32, storage_gb: u32) -> Message {
    let [winner, others @ ..] = candidates else {
        return Message::plain(format!("No machine fits these rules any more: {rules}."));
    };
    let total = |offer| usd(HourlyCost::of(offer, storage_gb).total_usd());
    let mut text = format!(
        "*{}* is the cheapest that fits: {} per hour{} with disk and address.",
        offer_words(winner),
        total(winner),
        if count == 1 { "" } else { " each" }
    );
    if others.is_empty() {
        text.push_str("\nNothing else fits.");
    }
    for other in others {
        let why = Lost::between(winner, other, Some(storage_gb));
        let _ = write!(text, "\n• {}: {why}", offer_words(other));
    }
    Message::plain(text).with(context(&format!("The rules: {rules}.")))
}

pub(super) fn nothing_fits(rules: &str, count: u32, ways_out: &[WayOut], user: &str) -> Message {
    let mut text = format!("No machine fits all of these rules: {rules}.");
    let mut buttons = Vec::new();
    for (
        number,
        WayOut {
            alternative,
            sentence,
        },
    ) in ways_out.iter().enumerate()
    {
        let Alternative {
            without,
            offer,
            total_usd,
        } = alternative;
        let _ = write!(
            text,
            "\nWithout *{}*: {} at {} per hour {}.",
            without.join("* and *"),
            offer_words(offer),
            usd(*total_usd),
            if count == 1 {
                "in all"
            } else {
                "each, disk and address included"
            }
        );
        if let Some(sentence) = sentence {
            buttons.push(button(
                Look::Plain,
                &format!("Take {}", offer.instance_type),
                &format!("{}{number}", action::SAY),
                &format!("{user}/{sentence}"),
            ));
        }
    }
    text.push_str("\nAsk for less, or name another type.");
    let message = Message::plain(text);
    if buttons.is_empty() {
        return message;
    }
    message.with(actions(&buttons))
}
