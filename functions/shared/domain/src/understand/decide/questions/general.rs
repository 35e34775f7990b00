//! What would follow, and what is done to machines in general: nobody's in particular.

use crate::understand::class::Class;
use crate::understand::token::Token;
use crate::understand::view::View;

/// "if I delete the template, do the machines break?", "would the disks survive if I nuked the cluster?".
pub(super) fn supposes(view: &View<'_>) -> bool {
    const SUPPOSE: &[&str] = &[
        "if",
        "suppose",
        "supposing",
        "assuming",
        "imagine",
        "say",
        "once",
        "when",
        "after",
        "unless",
    ];
    let ends = |token: &Token| {
        token
            .class
            .any(&[Class::Past, Class::Gerund, Class::Expiring, Class::Ended])
            || token
                .class
                .any(&[Class::Terminate, Class::Stop, Class::Extend])
    };
    let words = view.tokens;
    let Some(at) = words
        .iter()
        .position(|token| SUPPOSE.contains(&token.text.as_str()) || token.is("case"))
    else {
        return false;
    };
    let asks = |from: usize| {
        words
            .get(from)
            .is_some_and(|first| first.has(Class::Question))
            && !words.get(from + 1).is_some_and(|second| {
                second.is("you")
                    && matches!(
                        words[from].text.as_str(),
                        "can" | "could" | "would" | "will"
                    )
            })
    };
    let priced = view.any_of(&[Class::Quote, Class::Spend]) || view.has_size();
    let clause_end = words[at..]
        .iter()
        .position(|token| token.is(","))
        .map(|offset| at + offset);
    let first = words
        .iter()
        .position(|token| {
            !token.is_mark() && !token.class.any(&[Class::Hello, Class::And, Class::Filler])
                || token.has(Class::Question)
        })
        .unwrap_or(0);
    let leads = at <= first + 1
        && clause_end.is_some_and(|end| {
            let after = (end + 1..words.len()).find(|index| {
                !words[*index].is("then") && !words[*index].is("and") && !words[*index].is("so")
            });
            words[at..end].iter().any(ends) && after.is_some_and(asks)
        });
    let trails = at > first
        && asks(first)
        && !matches!(words[first].text.as_str(), "who" | "when" | "why")
        && words[first..at].iter().any(|token| !token.is_mark())
        && words
            .get(at + 1)
            .is_some_and(|subject| !subject.class.any(&[Class::Please]))
        && words[at..].iter().any(ends)
        && view
            .acts
            .iter()
            .all(|act| act.at > at || act.told || matches!(act.class, Class::Keep | Class::Want))
        && words.last().is_some_and(|last| last.is("?"));
    !priced && (leads || trails)
}

/// "can templates be deleted?", "am I charged for a machine I've stopped?": nobody's in particular.
pub(super) fn asks_in_general(view: &View<'_>) -> bool {
    let opens = view.starts("can|could|do|does|are|is|will|may|must|am|would|once|when do|when are|how often|how soon|why do|why are|at what point")
        && !view.starts("is there|are there|can you|could you|would you|will you|is it|is that|do i have|do we have|can i get|is this");
    let done = view.tokens.iter().any(|token| {
        token.has(Class::Past) && !token.negated && !token.is("started") && !token.is("got")
    });
    let general = !view.references.is_definite()
        && !view.references.all
        && !view.references.plural
        && !view.references.pronoun
        && view.says("my|our|any|mine|ours").is_none()
        && view.any_of(&[
            Class::Machine,
            Class::Machines,
            Class::Cluster,
            Class::Clusters,
            Class::Reservation,
            Class::Reservations,
            Class::Template,
            Class::Templates,
            Class::Key,
        ]);
    opens && done && general && !view.has_size() && !view.has_person()
}

/// "does terminate remove the disk?": the command, by its name.
pub(super) fn asks_of_command(view: &View<'_>) -> bool {
    let second = view
        .tokens
        .iter()
        .position(|token| token.is("does"))
        .filter(|at| *at <= 1)
        .and_then(|at| view.tokens.get(at + 1));
    second.is_some_and(|second| {
        second
            .class
            .any(&[Class::Terminate, Class::Stop, Class::Start, Class::Extend])
    })
}

/// "do you automatically kill boxes?", "does the bot stop machines at night?".
pub(super) fn asks_habit(view: &View<'_>) -> bool {
    let asks = view.starts("do you|does the bot|does infrared|does it|do they|does this|will you automatically|are you going to|does anything|does anyone");
    let named = !view.references.named.is_empty()
        || !view.references.nicknames.is_empty()
        || view.references.last;
    let asks = asks || view.starts("who may|who can|who is allowed|who is able|who gets to");
    asks && !named
        && view.says("do you have").is_none()
        && view
            .acts
            .iter()
            .any(|act| act.told && matches!(act.class, Class::Terminate | Class::Stop))
}
