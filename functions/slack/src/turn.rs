//! One turn of a conversation: claimed, decided, written, answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::access::audit::Path;
use domain::access::credential::Credential;
use domain::access::policy::Policy;
use domain::act::{
    self, Command, Conversation, Decision, Filled, Input, World, Write, named_handles,
};
use domain::effect::Effect;
use domain::event::{Addressee, Event, Notice, Reply};
use domain::forms::{self, Draft, FieldErrors, Form, FormContext};
use domain::identity::{Person, PlaceKind};
use domain::intent::{Intent, Meaning};
use domain::messages::{self, Message};
use domain::offers::Catalogue;
use domain::reservation::Reservation;
use domain::time::{self, EpochSeconds};
use domain::understand::wit::{self, Failure};
use platform::PlatformError;
use platform::store::{Claim, Transaction};

use crate::Deps;
use crate::answer::Answer;
use crate::incoming::{FormMemory, SentForm, Turn, Utterance};

/// A decision that keeps colliding with other writes is given up after so many tries.
const TRIES_MAX: u32 = 5;
/// The recorded outcome of a turn whose answer does not go into the response.
const ANSWERED: &str = "answered";

/// Of the reservations on a credential, so many are looked at in one turn; one press ends no more.
const RUNNING_READ_MAX: usize = 20;
/// A profile is read from Slack again after this time, for people change zones.
const PROFILE_FRESH_SECONDS: i64 = 15 * 60;
/// The same for whoever presses a button or sends a form: these launch and end machines, and outlive the membership of
/// whom they were made for.
const PRESSER_FRESH_SECONDS: i64 = 60;

/// People whom one turn names, at most: the longest list of admins.
const PEOPLE_MAX: usize = 20;

/// wit.ai gets this much of the time that Slack allows, or what is left of it.
const WIT_BUDGET_MAX: Duration = Duration::from_secs(1);
/// Of Slack's three seconds, so much is ours from the first byte on.
const ANSWER_BUDGET: Duration = Duration::from_millis(2_500);
/// Deciding, writing and answering take no more than this after understanding.
const WRITING_BUDGET: Duration = Duration::from_millis(800);

/// Takes a turn. A delivery that was dealt with before gets the same answer again.
pub(crate) async fn take(
    deps: &Deps,
    turn: &Turn,
    now: EpochSeconds,
    arrived: Instant,
) -> Result<Answer, PlatformError> {
    // A form with a mistake in it stays open and is sent again under the same name: nothing is claimed for it.
    let draft = match &turn.utterance {
        Utterance::Form(form) => match filled_in(deps, form) {
            Ok(draft) => Some(draft),
            Err(errors) => return Ok(Answer::FieldErrors(errors)),
        },
        _ => None,
    };
    match deps.store.claim(&turn.claim, now).await? {
        Claim::Ours => {}
        Claim::Done(outcome) => return Ok(repeated(&outcome)),
        Claim::Busy => return Ok(Answer::Busy),
    }
    let fresh_seconds = match turn.path {
        Path::Message | Path::Command => PROFILE_FRESH_SECONDS,
        Path::Button | Path::Form => PRESSER_FRESH_SECONDS,
    };
    let person = person(deps, &turn.user, now, fresh_seconds).await?;
    let filled = match draft {
        Some(draft) => Some(sealed(deps, turn, draft, now).await?),
        None => None,
    };
    let (heard, catalogue) =
        tokio::join!(hear(deps, turn, &person, now, arrived), deps.prices.at(now));
    let heard = heard?;
    let mut salt = 0;
    for _ in 0..TRIES_MAX {
        let known = Known {
            person: &person,
            heard: &heard,
            catalogue: &catalogue,
            filled: filled.as_ref(),
        };
        match Box::pin(attempt(deps, turn, known, now, salt)).await {
            Err(PlatformError::Conflict("claim")) => return Ok(Answer::Empty),
            Err(PlatformError::Conflict(what)) => {
                salt += u32::from(what == "handle");
                tracing::info!(what, "another write was quicker: deciding anew");
            }
            outcome => return outcome,
        }
    }
    Err(PlatformError::Conflict("turn"))
}

/// Opens the form for an answer in one's own words.
pub(crate) async fn open_form(
    deps: &Deps,
    trigger_id: &str,
    user: &str,
    for_user: &str,
    question: &str,
    memory: &FormMemory,
) -> Result<Answer, PlatformError> {
    if user != for_user {
        return Ok(Answer::Empty);
    }
    let metadata = serde_json::to_string(memory).unwrap_or_default();
    let view = messages::answer_modal(question, &metadata);
    open(deps, trigger_id, &view).await?;
    Ok(Answer::Empty)
}

/// What is found out once, however often the turn is decided anew.
#[derive(Clone, Copy)]
struct Known<'a> {
    person: &'a Person,
    heard: &'a Result<Meaning, Failure>,
    catalogue: &'a Arc<Catalogue>,
    filled: Option<&'a Filled>,
}

/// Reads a form.
fn filled_in(deps: &Deps, form: &SentForm) -> Result<Draft, FieldErrors> {
    let context = FormContext {
        deployment_account: deps.deployment.account(),
        credential_id: form.memory.credential_id.as_deref().unwrap_or_default(),
        replaces: form.memory.replaces_credential,
    };
    forms::read(form.kind, &form.values, &context)
}

/// The same with its secret encrypted. Nothing else of the secret is kept.
async fn sealed(
    deps: &Deps,
    turn: &Turn,
    draft: Draft,
    now: EpochSeconds,
) -> Result<Filled, PlatformError> {
    let policy_version = match &turn.utterance {
        Utterance::Form(form) => form.memory.policy_version,
        _ => 0,
    };
    Ok(match draft {
        Draft::Credential(draft) => {
            let (team, user) = (&deps.team, &turn.user);
            // What is replaced stays whose it was, whatever the form says.
            let scope = if draft.replaces {
                deps.store
                    .credential(&draft.id)
                    .await?
                    .map(|kept| kept.scope)
            } else {
                None
            };
            let owned = |sealed| Credential {
                scope: scope.clone().unwrap_or_else(|| draft.scope(user)),
                ..draft.credential(team, user, sealed, now)
            };
            let sealed = match draft.secret() {
                Some(secret) => {
                    let context = owned(String::new()).encryption_context();
                    deps.vault.seal(secret.expose(), &context).await?
                }
                None => String::new(),
            };
            Filled::Credential(Box::new(owned(sealed)), draft.replaces)
        }
        Draft::SshKeys(change) => Filled::SshKeys(change),
        Draft::Policy(policy) => Filled::Policy(Policy {
            version: policy_version,
            ..*policy
        }),
        Draft::Admins(admins) => Filled::Admins(admins, policy_version),
    })
}

/// Opens the form that a decision asks for.
async fn show_form(deps: &Deps, turn: &Turn, form: &Form) -> Result<(), PlatformError> {
    let Some(trigger_id) = &turn.trigger_id else {
        tracing::error!("a form was to be opened where none can be");
        return Ok(());
    };
    let memory = FormMemory {
        place: turn.place.clone(),
        replaces: None,
        credential_id: form.credential_id().map(str::to_owned),
        policy_version: form.policy_version(),
        replaces_credential: matches!(
            form,
            Form::Credential {
                replaces: Some(_),
                ..
            }
        ),
    };
    let metadata = serde_json::to_string(&memory).unwrap_or_default();
    open(deps, trigger_id, &messages::form(form, &metadata)).await
}

/// Opens a view. One that comes too late for Slack's three seconds is not: the button can be pressed again.
async fn open(
    deps: &Deps,
    trigger_id: &str,
    view: &serde_json::Value,
) -> Result<(), PlatformError> {
    match deps
        .slack
        .open_view(&deps.bot_token().await?, trigger_id, view)
        .await
    {
        Err(PlatformError::Slack { error, .. }) if error.ends_with("trigger_id") => {
            tracing::warn!(error, "a form could not be opened in time");
            Ok(())
        }
        outcome => outcome,
    }
}

async fn attempt(
    deps: &Deps,
    turn: &Turn,
    known: Known<'_>,
    now: EpochSeconds,
    salt: u32,
) -> Result<Answer, PlatformError> {
    let key = turn.place.conversation_key(&deps.team, &turn.user);
    let (conversation, launches) = tokio::try_join!(
        deps.store.conversation(&key),
        deps.store.launches(&deps.team, &turn.user)
    )?;
    let decision = match input(turn, known, conversation.as_ref(), now) {
        Ok(input) => {
            let world = world(deps, turn, known, conversation.clone(), &input, now, salt);
            act::decide(&input, &Box::pin(world).await?)
        }
        Err(refusal) => *refusal,
    };
    if let Some(form) = &decision.form {
        show_form(deps, turn, form).await?;
    }
    let reply = decision
        .reply
        .as_ref()
        .map(|reply| messages::reply(reply, turn.place.kind));
    let answer = match &reply {
        Some(message) if turn.answered_directly => Answer::Ephemeral(Box::new(message.clone())),
        _ => Answer::Empty,
    };
    let outcome = reply
        .filter(|_| turn.answered_directly)
        .and_then(|message| serde_json::to_string(&message).ok());
    let transaction = deps.store.transaction().claim_done(
        &turn.claim,
        outcome.as_deref().unwrap_or(ANSWERED),
        now,
    );
    let outbox = written(
        transaction,
        &deps.team,
        turn,
        Before {
            key: &key,
            conversation: conversation.as_ref(),
            launches,
        },
        decision,
        now,
    )
    .commit()
    .await?;
    deps.dispatcher.dispatch(&outbox).await;
    Ok(answer)
}

/// What the turn means; or the answer to a button that was meant for somebody else.
fn input(
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

/// What wit.ai makes of the words, in the time that is left for it. It does not see the conversation, so its answer
/// serves however often the turn is decided anew.
async fn hear(
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

/// Everything that the decision needs to know.
async fn world(
    deps: &Deps,
    turn: &Turn,
    known: Known<'_>,
    conversation: Option<Conversation>,
    input: &Input,
    now: EpochSeconds,
    salt: u32,
) -> Result<World, PlatformError> {
    let others: Vec<String> = match input {
        Input::Said(meaning) => meaning.slots.user.iter().flatten().cloned().collect(),
        Input::Pressed(press) => press.other_user().map(str::to_owned).into_iter().collect(),
        Input::Filled(form) => form.people().to_vec(),
        _ => Vec::new(),
    };
    let (handles, ids, quote_id) = match input {
        Input::Said(meaning) => {
            let ids = conversation
                .as_ref()
                .map(|conversation| conversation.ending.clone())
                .unwrap_or_default();
            let quote_id = conversation
                .as_ref()
                .and_then(|conversation| conversation.quote_id.clone());
            (
                named_handles(meaning.slots.reservation.as_ref()),
                ids,
                quote_id,
            )
        }
        Input::SshKeys(_)
        | Input::Secret
        | Input::Unclear(_)
        | Input::AskedAbout(_)
        | Input::Filled(_)
        | Input::Commanded(_) => (Vec::new(), Vec::new(), None),
        Input::Pressed(press) => {
            let ids = press
                .reservation_ids()
                .into_iter()
                .map(str::to_owned)
                .collect();
            (Vec::new(), ids, press.quote_id().map(str::to_owned))
        }
    };
    let (mine, shared, people, ssh_keys, policy, credentials, audit, named, quote) = tokio::try_join!(
        deps.store.reservations_of(&deps.team, &turn.user),
        deps.store.reservations_shared_with(&deps.team, &turn.user),
        people(deps, &others, now),
        deps.store.ssh_keys(&deps.team, &turn.user),
        deps.store.policy(&deps.team),
        deps.store.credentials_for(&deps.team, &turn.user),
        async {
            match input {
                Input::Commanded(Command::Audit(filter)) => {
                    deps.store.audit_log(&deps.team, filter, now).await
                }
                _ => Ok(Vec::new()),
            }
        },
        named(deps, &handles, &ids, quote_id.as_deref()),
        async {
            match &quote_id {
                Some(id) => deps.store.quote(id).await,
                None => Ok(None),
            }
        },
    )?;
    let named = [named, running(deps, input, &credentials, &mine).await?].concat();
    Ok(World {
        person: known.person.clone(),
        place: turn.place.clone(),
        now,
        conversation,
        mine,
        shared,
        people,
        named,
        quote,
        ssh_keys,
        policy: policy.unwrap_or_else(|| Policy::initial(deps.first_admins.clone())),
        credentials,
        audit,
        path: turn.path,
        can_open_form: turn.trigger_id.is_some(),
        deployment: deps.deployment.clone(),
        catalogue: known.catalogue.clone(),
        new_id: ulid::Ulid::generate().to_string(),
        salt,
    })
}

/// What runs on the credentials that the turn may have forgotten, apart from the speaker's own.
async fn running(
    deps: &Deps,
    input: &Input,
    credentials: &[(Credential, Vec<String>)],
    mine: &[Reservation],
) -> Result<Vec<Reservation>, PlatformError> {
    let concerned = |id: &str| match input {
        Input::Pressed(press) => press.credential_id() == Some(id),
        Input::Said(meaning) => meaning.intent == Intent::DeleteCredentials,
        _ => false,
    };
    let ids = credentials
        .iter()
        .filter(|(credential, _)| concerned(&credential.id))
        .flat_map(|(_, reservations)| reservations)
        .filter(|id| !mine.iter().any(|reservation| reservation.id == **id));
    let mut found = Vec::new();
    for id in ids.take(RUNNING_READ_MAX) {
        found.extend(deps.store.reservation(id).await?);
    }
    Ok(found)
}

/// The reservations that the turn names, by handle, by id, or by the quote that they came of.
async fn named(
    deps: &Deps,
    handles: &[String],
    ids: &[String],
    quote_id: Option<&str>,
) -> Result<Vec<Reservation>, PlatformError> {
    let mut found = Vec::new();
    for handle in handles {
        found.extend(deps.store.reservation_by_handle(&deps.team, handle).await?);
    }
    for id in ids.iter().map(String::as_str).chain(quote_id) {
        found.extend(
            deps.store
                .reservation(id)
                .await?
                .filter(|reservation| reservation.team == deps.team),
        );
    }
    Ok(found)
}

/// What was read before the decision: if somebody else has written it since, nothing is written.
#[derive(Clone, Copy)]
struct Before<'a> {
    key: &'a str,
    conversation: Option<&'a Conversation>,
    launches: u64,
}

fn written<'a>(
    mut transaction: Transaction<'a>,
    team: &str,
    turn: &Turn,
    before: Before<'_>,
    decision: Decision,
    now: EpochSeconds,
) -> Transaction<'a> {
    let Before {
        key,
        conversation,
        launches,
    } = before;
    if let Some(mut conversation_after) = decision.conversation {
        let version_before = conversation.map_or(0, |conversation| conversation.version);
        conversation_after.version = version_before + 1;
        transaction = transaction.conversation(key, &conversation_after, version_before);
    }
    for write in decision.writes {
        transaction = match write {
            Write::Quote(quote) => transaction.quote(&quote),
            Write::ForgetShare {
                user,
                reservation_id,
            } => transaction.forget_share(team, &user, &reservation_id),
            Write::SshKeys(keys) => transaction.ssh_keys(team, &turn.user, &keys),
            Write::Policy(policy) => transaction.policy(team, &policy),
            Write::ForgetCredential(credential) => transaction.forget_credential(&credential),
            Write::Credential(credential, effects) => {
                let (id, version) = (&credential.id, credential.version + 1);
                let named = effects.into_iter().enumerate();
                named.fold(
                    transaction.credential(&credential),
                    |transaction, (number, effect)| {
                        transaction.effect(format!("{id}-v{version}-{number}"), effect, now)
                    },
                )
            }
            Write::Create(reservation, effects) => transaction
                .create(&reservation, launches)
                .effects_of(&reservation, effects, now),
            Write::Update(mut reservation, effects) => {
                let version_before = reservation.version;
                reservation.version += 1;
                transaction.update(&reservation, version_before).effects_of(
                    &reservation,
                    effects,
                    now,
                )
            }
        };
    }
    for entry in &decision.audit {
        transaction = transaction.audit(team, &ulid::Ulid::generate().to_string(), entry);
    }
    for Notice { user, reply } in decision.notices {
        let to = Addressee::directly(user);
        transaction = told(transaction, to, reply, now);
    }
    match decision.reply {
        Some(reply) if !turn.answered_directly => {
            let to = Addressee {
                user: turn.user.clone(),
                place: turn.place.clone(),
                replaces: turn.replaces.clone(),
                privately: decision.privately && turn.place.kind != PlaceKind::Direct,
            };
            told(transaction, to, reply, now)
        }
        _ => transaction,
    }
}

fn told(
    transaction: Transaction<'_>,
    to: Addressee,
    reply: Reply,
    now: EpochSeconds,
) -> Transaction<'_> {
    let effect = Effect::Publish {
        event: Event::Reply {
            to,
            reply: Box::new(reply),
        },
    };
    transaction.effect(format!("reply-{}", ulid::Ulid::generate()), effect, now)
}

/// People whom the turn names. Whom Slack does not know is left out, and so is nobody's member.
async fn people(
    deps: &Deps,
    users: &[String],
    now: EpochSeconds,
) -> Result<Vec<Person>, PlatformError> {
    let mut people = Vec::new();
    for user in users.iter().take(PEOPLE_MAX) {
        match person(deps, user, now, PROFILE_FRESH_SECONDS).await {
            Ok(person) => people.push(person),
            Err(PlatformError::Slack { error, .. }) if error == "user_not_found" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(people)
}

/// Who speaks: from memory, or from Slack.
async fn person(
    deps: &Deps,
    user: &str,
    now: EpochSeconds,
    fresh_seconds: i64,
) -> Result<Person, PlatformError> {
    let since = now - fresh_seconds;
    if let Some(person) = deps.store.person(&deps.team, user, since).await? {
        return Ok(person);
    }
    let person = deps
        .slack
        .person(&deps.bot_token().await?, &deps.team, user)
        .await?;
    deps.store.put_person(&person, now).await?;
    Ok(person)
}

fn repeated(outcome: &str) -> Answer {
    let message = serde_json::from_str::<Message>(outcome);
    message.map_or(Answer::Empty, |message| {
        Answer::Ephemeral(Box::new(message))
    })
}
