//! What is meant: rules from the most telling observation to the least, each leaving its reason.

mod acts;
mod elsewhere;
mod farewell;
mod kept;
mod money;
mod people;
mod questions;
mod wishes;

use super::class::Class;
use super::quantities::What;
use super::small_talk;
use super::token::{Kind, Token};
use super::view::View;
use crate::intent::Intent;
use questions::HOW;

/// A decision and the observation behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decision {
    pub(super) intent: Intent,
    pub(super) confidence: f32,
    pub(super) because: String,
}

#[expect(clippy::unnecessary_wraps, reason = "rules end with it")]
fn so(intent: Intent, confidence: f32, because: impl Into<String>) -> Option<Decision> {
    Some(Decision {
        intent,
        confidence,
        because: because.into(),
    })
}

/// A rule looks at the message and may decide.
type Rule = fn(&View<'_>) -> Option<Decision>;

/// The rules, most telling first.
const RULES: &[Rule] = &[
    nothing_said,
    small_talk,
    foreign,
    reminder,
    kept::ssh_key,
    questions::connection,
    questions::advice,
    questions::what_if,
    people::sharing,
    elsewhere::task,
    elsewhere::object,
    elsewhere::doing,
    kept::unwanted_template,
    farewell::passive,
    farewell::wished,
    report_of_the_past,
    money::spending,
    elsewhere::kept,
    kept::credentials,
    money::time_left,
    money::price,
    kept::templates,
    questions::how_to,
    elsewhere::told,
    acts::refusal,
    acts::fate,
    acts::longer,
    farewell::served,
    acts::acts_on_reservations,
    wishes::listing,
    wishes::showing,
    wishes::creating,
    leftovers,
];

/// Decides without regard to an open conversation.
pub(super) fn decide(view: &View<'_>) -> Decision {
    RULES
        .iter()
        .find_map(|rule| rule(view))
        .unwrap_or(Decision {
            intent: Intent::OutOfScope,
            confidence: 0.3,
            because: "nothing here is about machines".into(),
        })
}

fn nothing_said(view: &View<'_>) -> Option<Decision> {
    let wordless = view.tokens.iter().all(super::token::Token::is_mark);
    if wordless {
        return so(Intent::Help, 0.8, "no words at all");
    }
    let only_help = view.tokens.iter().all(|token| {
        token.is_mark()
            || matches!(
                token.text.as_str(),
                "help"
                    | "me"
                    | "please"
                    | "commands"
                    | "man"
                    | "manual"
                    | "usage"
                    | "menu"
                    | "pls"
                    | "options"
                    | "i"
                    | "need"
                    | "hey"
                    | "hi"
            )
    });
    (only_help && view.line.contains("help ")
        || only_help
            && view.tokens.iter().all(|token| {
                token.is_mark()
                    || matches!(
                        token.text.as_str(),
                        "commands" | "manual" | "menu" | "options" | "man"
                    )
            }))
    .then(|| Decision {
        intent: Intent::Help,
        confidence: 0.95,
        because: "asks for help and nothing else".into(),
    })
}

/// Greetings, thanks, yes, no and cancel, when the message holds nothing else.
fn small_talk(view: &View<'_>) -> Option<Decision> {
    small_talk::decide(view)
}

/// "kill the process", "order pizza": acts on things that are not ours.
fn foreign(view: &View<'_>) -> Option<Decision> {
    // "kill it before lunch": a time.
    let dates = |at: usize| {
        at > 0
            && matches!(
                view.word(at - 1),
                "before" | "after" | "during" | "over" | "until" | "till"
            )
    };
    let (at, foreign) =
        view.tokens.iter().enumerate().find(|(at, token)| {
            token.has(Class::Foreign) && !token.has(Class::Task) && !dates(*at)
        })?;
    let references = view.references;
    // "stop foobar in this channel": the unknown word is no nickname there.
    let only_nicknames =
        references.named.is_empty() && !references.last && references.noun.is_none();
    let beside = references.nicknames.iter().all(|(name, text)| {
        *name < at
            && at - name <= 3
            && !text.contains('-')
            && !view.tokens[*name..at].iter().any(Token::is_break)
    });
    // "the capital of peru": it belongs to the foreign thing.
    let possessed = references
        .nicknames
        .iter()
        .all(|(name, text)| *name == at + 2 && view.tokens[at + 1].is("of") && !text.contains('-'));
    let ours = references.is_definite() && !(only_nicknames && (beside || possessed))
        || view.has_spec()
        || view.thing()
        || view.any_of(&[
            Class::Template,
            Class::Templates,
            Class::Key,
            Class::Ssh,
            Class::Reservation,
            Class::Reservations,
            Class::Spend,
        ]) && !view.line.contains(" project ")
        || view.any(Class::Remind)
        || view.length() && view.more_length();
    (!ours).then(|| Decision {
        intent: Intent::OutOfScope,
        confidence: 0.85,
        because: format!("it is about a {}", foreign.text),
    })
}

fn reminder(view: &View<'_>) -> Option<Decision> {
    // "in 90 minutes tell me to look at my vm".
    let timed = view.quantities.first().is_some_and(|first| {
        first.start <= 1 && matches!(first.what, What::Length(_) | What::Point(_))
    });
    if timed
        && view
            .says("tell me|let me know|ask me|message me|write me|write to me|call me|text me")
            .is_some()
        && !view.has_size()
        && !view.any(Class::Quote)
    {
        return so(Intent::SetReminder, 0.8, "a time, and to be told");
    }
    let act = view.wanted(&[Class::Remind])?;
    // "drop me a line when you are back": a message like any other, unless it is about a time or a machine.
    let loosely = matches!(
        view.word(act.at),
        "drop" | "shoot" | "send" | "give" | "leave"
    );
    if loosely && view.quantities.is_empty() && view.references.slot().is_none() && !view.thing() {
        return None;
    }
    let ended = act.at > 0 && matches!(view.word(act.at - 1), "stop" | "quit");
    if view.says(HOW).is_some() || view.says("alert policy").is_some() || ended {
        return None;
    }
    so(
        Intent::SetReminder,
        0.95,
        format!("“{}”", view.word(act.at)),
    )
}

/// "I deleted the wrong line": tells, asks nothing.
fn report_of_the_past(view: &View<'_>) -> Option<Decision> {
    let past = view.tokens.iter().any(|token| {
        token.has(Class::Past) && !token.negated && !token.is("got") && !token.is("started")
    });
    let gives_keys = view.any(Class::Key) && view.any(Class::Add);
    // "deleted the golden template this morning".
    let tells_first = view
        .tokens
        .first()
        .is_some_and(|first| first.has(Class::Past))
        && view.tokens.get(1).is_some_and(|next| {
            next.class.any(&[
                Class::The,
                Class::My,
                Class::Our,
                Class::Pronoun,
                Class::Article,
            ]) || next.kind == Kind::Handle
        });
    let asks = view.is_question()
        || view
            .says("hate to see|hate it if|sorry to see|sad to see")
            .is_some()
        || gives_keys
        || view.acts.iter().any(|act| !act.negated && !act.told)
        || view.has_spec() && !tells_first
        || view.length();
    let told_by = view
        .says("i|we|he|she|they|someone|somebody|bob|alice|it|the|letting you know|just telling|fyi|for your information|so you know")
        .is_some()
        || tells_first
        || done_to_something(view);
    if past && !asks && told_by {
        return so(
            Intent::OutOfScope,
            0.7,
            "tells what was done and asks nothing",
        );
    }
    None
}

/// "finance killed our budget", "r-7f3k2 was deleted".
fn done_to_something(view: &View<'_>) -> bool {
    view.tokens
        .iter()
        .enumerate()
        .skip(1)
        .take(5)
        .any(|(at, token)| {
            let next = view.tokens.get(at + 1);
            let takes = next.is_some_and(|next| {
                next.class.any(&[
                    Class::The,
                    Class::My,
                    Class::Our,
                    Class::Pronoun,
                    Class::Article,
                ])
            });
            let passive = matches!(view.word(at - 1), "was" | "were" | "been" | "got");
            token.has(Class::Past) && (takes || passive)
        })
}

fn leftovers(view: &View<'_>) -> Option<Decision> {
    let spoken: Vec<_> = view
        .tokens
        .iter()
        .filter(|token| !token.is_mark())
        .collect();
    let first = spoken
        .iter()
        .find(|token| !token.has(Class::Filler) || token.class.any(&[Class::Thank, Class::Hello]));
    let words = spoken
        .iter()
        .filter(|token| token.kind != Kind::Emoji)
        .count();
    if first.is_some_and(|token| token.has(Class::Thank)) {
        return so(Intent::Thanks, 0.7, "begins with thanks and asks nothing");
    }
    if first.is_some_and(|token| token.has(Class::Hello)) && words <= 4 {
        return so(
            Intent::Greet,
            0.6,
            "begins with a greeting and asks nothing",
        );
    }
    let known: &[(Class, Intent)] = &[
        (Class::Thank, Intent::Thanks),
        (Class::CancelWord, Intent::Cancel),
        (Class::Hello, Intent::Greet),
    ];
    for (class, intent) in known {
        let words = view.tokens.iter().filter(|token| !token.is_mark()).count();
        let said = view.tokens.iter().filter(|token| token.has(*class)).count();
        if said * 2 >= words && said > 0
            || *class == Class::CancelWord
                && view.tokens.iter().take(2).any(|token| token.has(*class))
        {
            return so(*intent, 0.6, "mostly that");
        }
    }
    None
}
