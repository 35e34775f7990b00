//! Prices and spending.

use super::super::acts::Object;
use super::super::class::Class;
use super::super::quantities::What;
use super::super::settle;
use super::super::view::View;
use super::acts::DESTRUCTIVE;
use super::questions::HOW;
use super::{Decision, so};
use crate::intent::Intent;

/// What is left, rather than what something may cost.
const BUDGET: &str = "over budget|within budget|under budget|on budget|over our budget|over my budget|budget left|\
    of my budget|of our budget|budget so far|budget used|budget looking|my budget|our budget";

pub(super) fn spending(view: &View<'_>) -> Option<Decision> {
    if view.says(HOW).is_some() {
        return None;
    }
    if view
        .says("off the bill|off my bill|off our bill|off the books")
        .is_some()
    {
        return None;
    }
    let spends = view.tokens.iter().enumerate().any(|(at, token)| {
        token.has(Class::Spend)
            && !token.has(Class::Budget)
            && !token.negated
            && !token.is("used")
            && !(token.is("burn")
                && view
                    .wanted(&[Class::Terminate])
                    .is_some_and(|act| act.at == at)
                && view.references.is_definite())
            && !(token.is("usage") && view.references.is_definite())
    });
    let hourly = view
        .quantities
        .iter()
        .any(|quantity| matches!(quantity.what, What::Hourly(_)));
    let period = settle::period(view).is_some();
    let owned_cost = view
        .says("my costs|our costs|my cost|our cost|cost me so far|cost us so far|so far|have my machines cost|\
                machines cost me|cost report|costs report|cost me|cost us|costing me|costing us|my machines cost|\
                cost breakdown|team cost|team costs|costs for the team|cost of my machines|cost of our|\
                costs of the team|total costs|cloud costs|cloud cost")
        .is_some();
    let quoted = view.any(Class::Quote);
    let budget = view.says(BUDGET).is_some();
    let used = view
        .says(
            "what did we use|what did i use|what have we used|what have i used|how much did we use|\
                how much have we used|how many hours|how much compute|did i use|have i used",
        )
        .is_some();
    let specific = view.specs.os.is_some()
        || view.has_size()
        || view.specs.instance_type.is_some()
        || view.indefinite_thing() && quoted;
    if (spends && !hourly && !specific)
        || used
        || (budget && !hourly && !specific)
        || (quoted && !specific && !view.length() && (owned_cost || period))
    {
        let one = view.references.noun.is_some() && !view.references.plural;
        if !view.references.named.is_empty()
            || !view.references.nicknames.is_empty()
            || view.references.last
            || one
        {
            return so(Intent::ShowReservation, 0.7, "what one reservation costs");
        }
        return so(Intent::UsageReport, 0.85, "asks what was spent");
    }
    None
}

/// Ways to have it, whatever was said about prices.
const BOOKS: &str = "just book|book it|just get it|just take it|order it|and book|just create|just do it|go ahead and|\
    just launch|just spin|and launch it|and create it|just start it|just reserve|get me the cheapest|\
    give me the cheapest|i want the cheapest|i need the cheapest|book me|create the cheapest|\
    launch the cheapest|spin up the cheapest|book the cheapest|reserve the cheapest|take the cheapest";

/// Words from a verb to the end of what it takes.
const OBJECT_WIDTH: usize = 6;

/// Ways to put it off until the price is known.
const NOT_YET: &str = "not create|not book|not launch|not start it|just tell me|before i book|before booking|\
    before i create|before i order|without creating|do not spin";

/// "how much time has my cluster got left?".
pub(super) fn time_left(view: &View<'_>) -> Option<Decision> {
    let asks = view
        .says("how much time|how much longer|how much life")
        .is_some();
    if asks && view.references.is_definite() {
        return so(Intent::ShowReservation, 0.8, "asks how much time is left");
    }
    None
}

/// "kill my pricey gpu box": what is given up has no price asked for.
fn is_given_up(view: &View<'_>) -> bool {
    view.acts.iter().any(|act| {
        DESTRUCTIVE.contains(&act.class)
            && !act.told
            && !act.negated
            && matches!(act.object, Object::Machine | Object::Named)
            && view.tokens.iter().enumerate().all(|(at, token)| {
                !token.has(Class::Quote) || (act.at..act.at + OBJECT_WIDTH).contains(&at)
            })
    })
}

pub(super) fn price(view: &View<'_>) -> Option<Decision> {
    if is_given_up(view) {
        return None;
    }
    let quote = view.tokens.iter().enumerate().find(|(at, token)| {
        token.class.any(&[Class::Quote])
            && !token.negated
            && !is_limit(view, *at)
            && !(token.is("pay") && view.line.contains("worth"))
    });
    let cheapest = view.any(Class::Cheap);
    let books = view.says(BOOKS).is_some();
    let not_yet = view.says(NOT_YET).is_some();
    if books && !not_yet && view.says("quote").is_none() && !view.line.contains("how much") {
        return None;
    }
    if view.says(HOW).is_some() && view.says("how much|how expensive").is_none() && !view.has_spec()
    {
        return None;
    }
    if let Some((_, token)) = quote {
        let named = !view.references.named.is_empty() || !view.references.nicknames.is_empty();
        if named && view.specs.template.is_none() && !view.has_size() {
            return so(Intent::ShowReservation, 0.7, "what one reservation costs");
        }
        let says = if token.is("right") {
            "price"
        } else {
            token.text.as_str()
        };
        let creates = view.wanted(&[Class::Create, Class::Launch]).is_some()
            && view
                .quantities
                .iter()
                .any(|quantity| matches!(quantity.what, What::Hourly(_)))
            && !view.is_question();
        if !creates {
            return so(Intent::PriceQuote, 0.9, format!("“{says}”"));
        }
    }
    if cheapest
        && !view.any(Class::Create)
        && (view.is_question() || view.wanted(&[Class::Want]).is_none())
    {
        return so(Intent::PriceQuote, 0.8, "asks for the cheapest");
    }
    let limit = view
        .quantities
        .iter()
        .any(|quantity| matches!(quantity.what, What::Hourly(_)));
    if limit
        && view.is_question()
        && view
            .says("is there|are there|anything|any|what can i get|what do i get|which")
            .is_some()
        && view.wanted(&[Class::Create]).is_none()
    {
        return so(Intent::PriceQuote, 0.75, "asks what there is at a price");
    }
    let starts = [
        " what is a",
        " what is an",
        " what about a",
        " what would a",
        " what will a",
        " and what is a",
        " what are",
        " what does a",
        " what would",
    ]
    .iter()
    .any(|start| view.line.starts_with(start));
    let follows = view
        .says("what is a|what is an|what would a|what would an")
        .is_some();
    if (starts || follows)
        && view.has_spec()
        && view.specs.template.is_none()
        && (view.has_size() || view.length() || view.specs.instance_type.is_some())
        && !view.any_of(&[Class::Active, Class::Idle])
    {
        return so(
            Intent::PriceQuote,
            0.7,
            "“what is a …” with a specification",
        );
    }
    let pays = view
        .says("what would i pay|what do i pay|would cost|how much|what am i looking at|what am i in for|\
                what is it going to be|the bill be|how many dollars|how many bucks|set you back|worth of|in dollars|\
                what for")
        .is_some();
    let dollars = view.tokens.first().is_some_and(|first| first.is("$")) && view.has_spec() && {
        let second = view.tokens.get(1);
        second.is_some_and(|second| second.number().is_none())
    };
    ((pays || dollars) && !view.any(Class::Spend)).then(|| Decision {
        intent: Intent::PriceQuote,
        confidence: 0.75,
        because: "asks how much".into(),
    })
}

/// "max price 0.5", "at a rate below": a limit, not a question.
fn is_limit(view: &View<'_>, at: usize) -> bool {
    let near = view
        .tokens
        .iter()
        .skip(at.saturating_sub(2))
        .take(5)
        .any(|token| token.has(Class::Budget));
    let hourly = view
        .quantities
        .iter()
        .any(|quantity| matches!(quantity.what, What::Hourly(_)));
    near && hourly && !view.is_question()
        || view.word(at) == "dear"
        || view.word(at) == "charge" && view.line.contains("in charge")
}
