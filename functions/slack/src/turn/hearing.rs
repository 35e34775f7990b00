//! What a turn means.

use std::time::{Duration, Instant};

use domain::act::{Command, Conversation, Decision, Input};
use domain::event::Reply;
use domain::identity::Person;
use domain::intent::{Intent, Meaning};
use domain::time::{self, EpochSeconds};
use domain::understand::wit::{self, Failure};
use platform::PlatformError;

use super::Known;
use crate::Deps;
use crate::incoming::{Turn, Utterance};

/// wit.ai gets this much of the time that Slack allows, or what is left of it.
const WIT_BUDGET_MAX: Duration = Duration::from_secs(1);
/// Of Slack's three seconds, so much is ours from the first byte on.
const ANSWER_BUDGET: Duration = Duration::from_millis(2_500);
/// Deciding, writing and answering take no more than this after understanding.
const WRITING_BUDGET: Duration = Duration::from_millis(800);

/// What wit.ai makes of the words, in the time that is left for it. It does not see the conversation, so its answer
/// serves however often the turn is decided anew.
pub(super) async fn hear(
    deps: &Deps,
    turn: &Turn,
    person: &Person,
    now: EpochSeconds,
    arrived: Instant,
) -> Result<Result<Meaning, Failure>, PlatformError> {
    let (Utterance::Words(words) | Utterance::WordsFor(_, words)) = &turn.utterance else {
        return Ok(Err(Failure::Empty));
    };
    let left = ANSWER_BUDGET
        .saturating_sub(WRITING_BUDGET)
        .saturating_sub(arrived.elapsed());
    let here = time::zoned(now, &time::zone(&person.zone));
    let token = deps.wit_token().await?;
    let answer = deps
        .wit
        .message(
            token.expose(),
            words,
            &wit::context(&here),
            left.min(WIT_BUDGET_MAX),
        )
        .await;
    Ok(answer.and_then(|body| wit::meaning(&body, here.datetime())))
}

/// What the turn means; or the answer to a button that was meant for somebody else.
pub(super) fn input(
    turn: &Turn,
    known: Known<'_>,
    conversation: Option<&Conversation>,
    now: EpochSeconds,
) -> Result<Input, Box<Decision>> {
    let Known {
        person,
        heard,
        filled,
        ..
    } = known;
    let words = match &turn.utterance {
        Utterance::Button(press) => return Ok(Input::Pressed(press.clone())),
        Utterance::Form(_) => {
            return Ok(Input::Filled(Box::new(
                filled.cloned().ok_or_else(Box::default)?,
            )));
        }
        Utterance::WordsFor(user, _) if *user != turn.user => {
            let reply = Some(Reply::NotYours {
                handle: None,
                owner: user.clone(),
                admins: Vec::new(),
            });
            return Err(Box::new(Decision {
                reply,
                privately: true,
                ..Decision::default()
            }));
        }
        Utterance::Words(words) | Utterance::WordsFor(_, words) => words,
    };
    if let Some(found) = domain::ssh::key_in(words) {
        return Ok(Input::SshKeys(found));
    }
    if domain::redact::looks_like_secret(words) {
        return Ok(Input::Secret);
    }
    if let Some(command) = Command::parse(words) {
        return Ok(Input::Commanded(command));
    }
    let question = conversation.and_then(|conversation| conversation.open_question(now));
    let local = time::local(now, &time::zone(&person.zone));
    let builtin = domain::understand::understand(words, question.as_ref(), local);
    let meaning = wit::choose(builtin, heard.clone());
    let reason = meaning.evidence.first().map(String::as_str);
    tracing::info!(intent = %meaning.intent, engine = %meaning.engine, confidence = meaning.confidence, reason, "understood");
    if meaning.intent == Intent::Help
        && let Some(topic) = domain::understand::topic(words, local)
    {
        return Ok(Input::AskedAbout(topic));
    }
    if meaning.intent == Intent::OutOfScope {
        let values = domain::understand::values(words, local);
        return Ok(Input::Unclear(Box::new(values)));
    }
    Ok(Input::Said(Box::new(meaning)))
}
