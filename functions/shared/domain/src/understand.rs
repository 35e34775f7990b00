//! The built-in parser: a message, the open conversation and the author's clock in; an intent with slots out.
//!
//! Pure and total. It works in steps, each in a module of its own: [`markup`] takes Slack's mark-up away, [`token`]
//! splits, looks up and corrects words, [`negation`] marks what "not" reaches, [`products`], [`quantities`],
//! [`moments`] and [`references`] read the values, [`acts`] the verbs, what they are done to and whether that is asked
//! for, [`decide`] weighs them, and [`settle`] keeps the slots the intent has. The words themselves are data in
//! [`lexicon`] and [`names`].

#![expect(
    clippy::nonminimal_bool,
    reason = "conditions are written as they are said, not as they are shortest"
)]

mod acts;
mod class;
mod decide;
pub mod dialogue;
mod lexicon;
mod markup;
mod moments;
mod names;
mod negation;
mod numbers;
mod open;
mod products;
mod quantities;
mod references;
mod requests;
mod settle;
mod small_talk;
mod spelling;
mod token;
mod topic;
mod view;
pub mod wit;

use jiff::civil::DateTime;

pub use markup::BOT;
pub use topic::topic;

use crate::intent::{Engine, Intent, Meaning, Next, OpenQuestion, Slots};
use class::Class;
use token::Token;
use view::View;

/// Reads a message. `now` is the author's local time; `context` the conversation it arrives in.
pub fn understand(text: &str, context: Option<&OpenQuestion>, now: DateTime) -> Meaning {
    let plain = markup::plain(text);
    let mut tokens = token::tokens(&plain);
    negation::mark(&mut tokens);
    if let Some(end) = requests::first_end(&tokens) {
        let mut first = tokens[..end].to_vec();
        let meaning = read(&mut first, context, now);
        if requests::stands_alone(&meaning) {
            return meaning;
        }
    }
    read(&mut tokens, context, now)
}

fn read(tokens: &mut [Token], context: Option<&OpenQuestion>, now: DateTime) -> Meaning {
    let mut specs = Slots::default();
    products::read(tokens, &mut specs);
    let cluster = products::names_cluster(tokens, specs.framework) || is_the_usual(tokens);
    let in_cluster = cluster || context.is_some_and(|open| open.intent == Intent::CreateCluster);
    let quantities = quantities::read(tokens, now, in_cluster);
    acts::join_particles(tokens);
    let line = line(tokens);
    let answers_name = context.is_some_and(|open| open.asked == Some(Next::Template));
    specs.template = references::template(tokens, answers_name);
    specs.default_config = says_default(&line);
    let references = references::read(tokens, specs.template.as_deref());
    let names = acts::Names {
        nicknames: &references.nicknames,
        template: specs.template.as_deref(),
    };
    let acts = acts::read(tokens, &line, names);
    let view = View {
        tokens,
        line: &line,
        beginnings: view::Beginnings::of(&line),
        acts: &acts,
        quantities: &quantities,
        references: &references,
        specs: &specs,
        cluster,
        open: context,
    };

    let decision = match context {
        Some(open) => open::decide(&view, open),
        None => decide::decide(&view),
    };
    let slots = settle::slots(&view, decision.intent, now);
    Meaning {
        intent: decision.intent,
        slots,
        confidence: decision.confidence,
        engine: Engine::Builtin,
        evidence: evidence(&view, &decision.because),
    }
}

/// The values in a message whose act is not clear, read as if a machine were being described.
pub fn values(text: &str, now: DateTime) -> Slots {
    let described = OpenQuestion {
        intent: crate::intent::Intent::CreateVm,
        asked: Some(crate::intent::Next::Os),
    };
    let meaning = understand(text, Some(&described), now);
    let mut slots = meaning.slots;
    if meaning.intent != crate::intent::Intent::Provide {
        slots = Slots::default();
    }
    slots
}

/// The minutes of a length of time, where a text is that and nothing else: "8h", "2 days", "an hour and a half".
pub fn minutes(text: &str) -> Option<u32> {
    let tokens = token::tokens(text);
    let length = moments::length(&tokens, 0)?;
    (length.end == tokens.len()).then_some(length.minutes)
}

/// Whether a text is a region's code, in the spelling of a cloud.
pub fn is_region(text: &str) -> bool {
    numbers::is_region(text)
}

/// The words between single spaces.
fn line(tokens: &[Token]) -> String {
    let mut line = String::with_capacity(tokens.len() * 6 + 2);
    line.push(' ');
    for token in tokens.iter().filter(|token| !token.is_mark()) {
        line.push_str(&token.text);
        line.push(' ');
    }
    line
}

/// "my usual config", "default setup", "the usual".
fn says_default(line: &str) -> Option<bool> {
    const NOUNS: &[&str] = &[
        "config",
        "configuration",
        "setup",
        "settings",
        "setting",
        "defaults",
        "specs",
        "spec",
        "size",
        "sizes",
        "options",
        "one",
        "configs",
        "cluster",
        "values",
    ];
    let words: Vec<&str> = line.split_whitespace().collect();
    let said = words.iter().enumerate().any(|(at, word)| match *word {
        "usual" | "default" | "standard" | "normal" | "preset" | "regular" | "typical" => {
            words
                .iter()
                .skip(at + 1)
                .take(3)
                .any(|next| NOUNS.contains(next))
                || (at + 1 == words.len() && *word != "normal" && *word != "regular")
                || (at > 0 && matches!(words[at - 1], "my" | "the" | "as"))
        }
        "defaults" => true,
        _ => false,
    });
    said.then_some(true)
}

/// "the usual please": what somebody usually has is a cluster, if they name nothing else.
fn is_the_usual(tokens: &[Token]) -> bool {
    let ends_there = |at: usize| {
        tokens.get(at + 1).is_none_or(|next| {
            next.is_mark()
                || next.class.any(&[
                    Class::Please,
                    Class::Preposition,
                    Class::Until,
                    Class::Quote,
                ])
        })
    };
    let said = (1..tokens.len()).any(|at| {
        tokens[at].is("usual")
            && tokens[at - 1].class.any(&[Class::The, Class::My])
            && ends_there(at)
    });
    let names_another = tokens.iter().any(|token| {
        token.class.any(&[
            Class::Machine,
            Class::Machines,
            Class::Template,
            Class::Templates,
        ])
    });
    said && !names_another
}

/// What was seen, for people who debug; secrets were replaced before.
fn evidence(view: &View<'_>, because: &str) -> Vec<String> {
    let mut lines = vec![format!("decision: {because}")];
    for act in view.acts {
        let fate = match (act.negated, act.told) {
            (true, _) => ", refused",
            (_, true) => ", told about",
            _ => "",
        };
        lines.push(format!(
            "act: {:?} at “{}” ({:?}){fate}",
            act.class,
            view.word(act.at),
            act.object
        ));
    }
    for quantity in view.quantities {
        let words: Vec<&str> = view.tokens[quantity.start..quantity.end]
            .iter()
            .map(|token| token.text.as_str())
            .collect();
        lines.push(format!(
            "quantity: {:?} from “{}”",
            quantity.what,
            words.join(" ")
        ));
    }
    for token in view.tokens.iter().filter(|token| token.typed.is_some()) {
        lines.push(format!(
            "spelling: “{}” read as “{}”",
            token.raw(),
            token.text
        ));
    }
    if let Some(reservation) = view.references.slot() {
        lines.push(format!(
            "reservation: {}",
            reservation
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        ));
    }
    if view.tokens.iter().any(|token| token.has(Class::Not)) {
        let negated: Vec<&str> = view
            .tokens
            .iter()
            .filter(|token| token.negated)
            .map(|token| token.text.as_str())
            .collect();
        lines.push(format!("negated: {}", negated.join(" ")));
    }
    lines
}
