//! Prices: quotes to take, prices to know, and what cannot be had.

use std::fmt::Write as _;

use crate::cost::{HourlyCost, bill, usd};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, section};
use crate::messages::words::{offer_words, payer_words};
use crate::offers::Offer;
use crate::quote::Quote;
use crate::time::{MINUTE_SECONDS, length};

/// Said while there is still time to send one.
const NO_KEY: &str = ":key: I know no ssh key of yours, so you could not log in. Send me the line in `~/.ssh/id_ed25519.pub` first.";

pub(super) fn quoted(quote: &Quote, renewed: bool, has_key: bool) -> Message {
    let offer = quote.winner();
    let cost = quote.hourly();
    let time = length(i64::from(quote.spec.duration_minutes) * MINUTE_SECONDS);
    let total = bill(quote.total_usd());
    let intro = if renewed {
        "That offer no longer stood as it was, so here it is afresh.\n"
    } else {
        ""
    };
    let text = format!(
        "{intro}*{} for {time}*\n{}\n*{} per hour, {total} in all*",
        quote.spec.system(),
        offer_words(offer),
        usd(cost.total_usd()),
    );
    let small_print = format!(
        "{}\nThe cheapest by these rules: {}.\n{}.",
        parts(&cost, quote.spec.storage_gb),
        quote.rules,
        payer_words(&quote.payer)
    );
    let notification = format!("{} for {time}: {total} in all", quote.spec.system());
    let mut message = Message::new(notification, vec![section(&text), context(&small_print)]);
    if !has_key {
        message = message.with(context(NO_KEY));
    }
    message.with(actions(&[
        button(Look::Primary, "Launch", action::QUOTE_LAUNCH, &quote.id),
        button(Look::Plain, "Cancel", action::QUOTE_CANCEL, &quote.id),
    ]))
}

fn parts(cost: &HourlyCost, storage_gb: u32) -> String {
    format!(
        "Machine {}, {storage_gb} GB disk {}, public address {} per hour.",
        usd(cost.machine_usd),
        usd(cost.storage_usd),
        usd(cost.address_usd)
    )
}

pub(super) fn priced(
    offer: &Offer,
    rules: &str,
    storage_gb: u32,
    duration_minutes: Option<u32>,
) -> Message {
    let closing = "Nothing was launched; say “book it” to have it.";
    price(offer, rules, storage_gb, duration_minutes, closing)
}

/// The price, and what can be done about it.
pub(super) fn price(
    offer: &Offer,
    rules: &str,
    storage_gb: u32,
    duration_minutes: Option<u32>,
    closing: &str,
) -> Message {
    let cost = HourlyCost::of(offer, storage_gb);
    let mut text = format!(
        "*{}*: {} per hour",
        offer_words(offer),
        usd(cost.total_usd())
    );
    if let Some(minutes) = duration_minutes {
        let seconds = i64::from(minutes) * MINUTE_SECONDS;
        let _ = write!(
            text,
            ", {} for {}",
            bill(cost.between(0, seconds)),
            length(seconds)
        );
    }
    let _ = write!(text, ".\n{closing}");
    Message::plain(text).with(context(&format!(
        "{}\nThe cheapest by these rules: {rules}.",
        parts(&cost, storage_gb)
    )))
}

pub(super) fn nothing_fits(rules: &str, nearest: Option<&Offer>) -> Message {
    let nearest = nearest.map_or_else(String::new, |offer| {
        format!(
            "\nThe largest there is: {} at {} per hour.",
            offer_words(offer),
            usd(offer.hourly_usd)
        )
    });
    Message::plain(format!(
        "No machine fits these rules: {rules}.{nearest}\nAsk for less, or name another type."
    ))
}
