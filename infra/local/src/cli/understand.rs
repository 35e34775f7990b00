//! `cargo dev understand`: what the built-in parser makes of sentences and conversations, as JSON lines.

use std::io::{BufRead, stdin};
use std::process::ExitCode;

use clap::Args;
use domain::intent::{Intent, Meaning, Next, OpenQuestion, Slots};
use domain::understand::dialogue::{Open, advance};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::output;

/// How `cargo dev understand` reads.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The author's local time, which "tomorrow" counts from; the labelled sentences' by default.
    #[arg(long, default_value = "2026-11-23T10:00:00", value_name = "LOCAL TIME")]
    now: DateTime,
    /// Read dialogues, `{"id","turns":[{"user"}]}`, and write the state after each turn.
    #[arg(long)]
    dialogs: bool,
    /// Say with each meaning what it was taken from.
    #[arg(long)]
    explain: bool,
}

/// A sentence to read.
#[derive(Deserialize)]
struct Sentence {
    id: String,
    text: String,
    context: Option<Context>,
}

/// The conversation a sentence arrives in.
#[derive(Deserialize)]
struct Context {
    intent: Intent,
    /// Questions the bot does not ask leave it open what was asked.
    asked: Option<String>,
}

impl Context {
    fn question(&self) -> OpenQuestion {
        OpenQuestion {
            intent: self.intent,
            asked: self.asked.as_deref().and_then(Next::from_name),
        }
    }
}

/// What a sentence means.
#[derive(Serialize)]
struct Reading {
    id: String,
    intent: Intent,
    slots: Slots,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Vec<String>>,
}

/// A conversation to follow.
#[derive(Deserialize)]
struct Dialogue {
    id: String,
    turns: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    user: String,
}

/// Where a conversation stands after each message.
#[derive(Serialize)]
struct Course {
    id: String,
    turns: Vec<State>,
}

#[derive(Serialize)]
struct State {
    intent: Intent,
    slots: Slots,
    next: Next,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Vec<String>>,
}

/// Reads standard input to its end; stops at the first line that is not in form.
pub(super) fn run(options: &Options) -> Outcome {
    for (number, line) in (1..).zip(stdin().lock().lines()) {
        let answer = line.map_err(|error| error.to_string()).and_then(|line| {
            if line.trim().is_empty() {
                return Ok(None);
            }
            let answer = if options.dialogs {
                course(&line, options)
            } else {
                reading(&line, options)
            };
            answer.map(Some).map_err(|error| error.to_string())
        });
        match answer {
            Ok(None) => {}
            Ok(Some(answer)) => output::line(answer),
            Err(error) => return Err(format!("line {number}: {error}").into()),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn reading(line: &str, options: &Options) -> serde_json::Result<String> {
    let sentence: Sentence = serde_json::from_str(line)?;
    let question = sentence.context.as_ref().map(Context::question);
    let meaning = meaning(&sentence.text, question.as_ref(), options);
    serde_json::to_string(&Reading {
        id: sentence.id,
        intent: meaning.intent,
        slots: meaning.slots,
        evidence: options.explain.then_some(meaning.evidence),
    })
}

fn course(line: &str, options: &Options) -> serde_json::Result<String> {
    let dialogue: Dialogue = serde_json::from_str(line)?;
    let mut open: Option<Open> = None;
    let mut turns = Vec::with_capacity(dialogue.turns.len());
    for said in dialogue.turns {
        let question = open.as_ref().map(Open::question);
        let meaning = meaning(&said.user, question.as_ref(), options);
        let turn = advance(open.as_ref(), &meaning);
        turns.push(State {
            intent: turn.state.intent,
            slots: turn.state.slots,
            next: turn.state.next,
            evidence: options.explain.then_some(meaning.evidence),
        });
        open = turn.open;
    }
    serde_json::to_string(&Course {
        id: dialogue.id,
        turns,
    })
}

fn meaning(text: &str, question: Option<&OpenQuestion>, options: &Options) -> Meaning {
    domain::understand::understand(text, question, options.now)
}
