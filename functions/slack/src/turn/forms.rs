//! Forms: opening them, and reading what was filled in.

use domain::access::credential::Credential;
use domain::access::policy::Policy;
use domain::act::Filled;
use domain::forms::{self, Draft, FieldErrors, Form, FormContext};
use domain::messages;
use domain::time::EpochSeconds;
use platform::PlatformError;

use crate::Deps;
use crate::answer::Answer;
use crate::incoming::{FormMemory, SentForm, Turn, Utterance};

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

/// Reads a form.
pub(super) fn filled_in(deps: &Deps, form: &SentForm) -> Result<Draft, FieldErrors> {
    let context = FormContext {
        deployment_account: deps.deployment.account(),
        credential_id: form.memory.credential_id.as_deref().unwrap_or_default(),
        replaces: form.memory.replaces_credential,
    };
    forms::read(form.kind, &form.values, &context)
}

/// The same with its secret encrypted. Nothing else of the secret is kept.
pub(super) async fn sealed(
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
        Draft::Usual(usual) => Filled::Usual(usual),
        Draft::Policy(policy) => Filled::Policy(Policy {
            version: policy_version,
            ..*policy
        }),
        Draft::Admins(admins) => Filled::Admins(admins, policy_version),
    })
}

/// Opens the form that a decision asks for.
pub(super) async fn show_form(deps: &Deps, turn: &Turn, form: &Form) -> Result<(), PlatformError> {
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
