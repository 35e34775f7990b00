//! Cloud keys: given by form, replaced, checked again; and who pays.

mod forgetting;
mod listing;
#[cfg(test)]
mod tests;

use super::{Decision, World, Write};
use crate::access::credential::{Credential, Payer, Scope};
use crate::access::policy::OrganisationPaysFor;
use crate::effect::Effect;
use crate::event::{KeysReply, Reply};
use crate::forms::{Form, FormKind, FormRequest};
use crate::intent::{Intent, Provider, Slots};
use crate::workflow::Workflow;

pub use forgetting::KeyPress;
pub(super) use forgetting::{confirmed, kept, pressed};

/// What was said about cloud keys.
pub(super) fn said(intent: Intent, slots: &Slots, world: &World) -> Decision {
    match intent {
        Intent::SaveCredentials => offered(slots, world),
        Intent::DeleteCredentials => forgetting::asked(slots, world),
        _ => listing::listed(slots, world),
    }
}

/// The form, at once where Slack lets us open one, and behind buttons: opening may come too late, and there are two ways
/// into an AWS account.
fn offered(slots: &Slots, world: &World) -> Decision {
    let opened = slots
        .provider
        .filter(|_| world.can_open_form)
        .map(|provider| match provider {
            Provider::Aws => FormKind::AwsKeys,
            Provider::Digitalocean => FormKind::DigitaloceanToken,
        });
    let form = opened.map(|kind| credential_form(kind, None, world));
    Decision {
        form,
        ..Decision::private(Reply::Keys(KeysReply::Offer {
            provider: slots.provider,
            user: world.person.user.clone(),
        }))
    }
}

/// A form that somebody asked for, or why they may not have it.
pub(super) fn form(request: &FormRequest, world: &World) -> Decision {
    let form = match request.kind {
        FormKind::AwsKeys | FormKind::AwsRole | FormKind::DigitaloceanToken => {
            let replaced = match &request.credential_id {
                Some(id) => match manageable(id, world) {
                    Some((credential, _)) => Some(credential),
                    None => return gone(),
                },
                None => None,
            };
            credential_form(request.kind, replaced, world)
        }
        FormKind::SshKeys => Form::SshKeys(world.ssh_keys.clone()),
        FormKind::UsualCluster => Form::Usual(world.usual.clone().unwrap_or_default()),
        FormKind::Policy => Form::Policy(Box::new(world.policy.clone())),
        FormKind::Admins => Form::Admins(world.policy.admins.clone(), world.policy.version),
    };
    Decision {
        form: Some(form),
        ..Decision::default()
    }
}

fn credential_form(kind: FormKind, replaced: Option<&Credential>, world: &World) -> Form {
    let region = replaced.and_then(|credential| credential.access.region());
    Form::Credential {
        kind,
        id: replaced.map_or_else(|| world.new_id.clone(), |credential| credential.id.clone()),
        replaces: replaced.cloned().map(Box::new),
        may_be_organisations: replaced.is_none() && world.is_admin(),
        region: region.unwrap_or(&world.deployment.region).to_owned(),
        provision_role_arn: world.deployment.provision_role_arn.clone(),
        stack: world.deployment.stack.clone(),
    }
}

/// A credential came in by form: it is kept, and checked.
pub(super) fn received(given: &Credential, replaces: bool, world: &World) -> Decision {
    let credential = if replaces {
        match manageable(&given.id, world) {
            Some((stored, reservations)) if stored.provider == given.provider => {
                let mut after = stored.clone();
                after.replace(given, !reservations.is_empty());
                after
            }
            _ => return gone(),
        }
    } else {
        given.clone()
    };
    Decision::private(Reply::Keys(KeysReply::Received {
        label: credential.label.clone(),
        replaces,
    }))
    .write(checked(credential))
}

/// The write that keeps a credential and has it checked.
fn checked(credential: Credential) -> Write {
    let start = Effect::Start {
        workflow: Workflow::VerifyCredential,
        execution: credential.check_execution(),
        subject_id: credential.id.clone(),
    };
    Write::Credential(Box::new(credential), vec![start])
}

/// A credential that the speaker may replace and delete, with the reservations that run on it.
fn manageable<'a>(id: &str, world: &'a World) -> Option<(&'a Credential, &'a [String])> {
    world
        .credentials
        .iter()
        .find(|(credential, _)| credential.id == id && may_manage(credential, world))
        .map(|(credential, reservations)| (credential, reservations.as_slice()))
}

fn may_manage(credential: &Credential, world: &World) -> bool {
    match &credential.scope {
        Scope::User(user) => *user == world.person.user,
        Scope::Organisation => world.is_admin(),
    }
}

/// Whether a credential is the organisation's: admins alone manage it.
pub(super) fn is_organisations(id: &str, world: &World) -> bool {
    world
        .credentials
        .iter()
        .any(|(credential, _)| credential.id == id && credential.scope == Scope::Organisation)
}

fn gone() -> Decision {
    Decision::private(Reply::Keys(KeysReply::Gone))
}

/// Who pays for a new reservation of the speaker's: the organisation where the policy lets it, else themselves.
pub(super) fn payer(world: &World) -> Option<Payer> {
    let newest = |is_organisations: bool| {
        world
            .credentials
            .iter()
            .map(|(credential, _)| credential)
            .filter(|credential| (credential.scope == Scope::Organisation) == is_organisations)
            .filter(|credential| credential.serves(&world.deployment.region))
            .max_by_key(|credential| (credential.created_epoch_seconds, &credential.id))
            .map(as_payer)
    };
    if organisation_pays(world) {
        Some(newest(true).unwrap_or_default())
    } else {
        newest(false)
    }
}

/// Whether a payer that was named earlier can still pay.
pub(super) fn still_pays(payer: &Payer, world: &World) -> bool {
    if !payer.is_personal && !organisation_pays(world) {
        return false;
    }
    payer.credential_id.as_ref().is_none_or(|id| {
        world.credentials.iter().any(|(credential, _)| {
            credential.id == *id && credential.serves(&world.deployment.region)
        })
    })
}

/// Nobody pays for them: what would help, with the forms.
pub(super) fn nobody_pays(world: &World) -> Decision {
    Decision::private(Reply::Keys(KeysReply::NobodyPays {
        user: world.person.user.clone(),
    }))
}

fn organisation_pays(world: &World) -> bool {
    match world.policy.organisation_pays_for {
        OrganisationPaysFor::Everybody => true,
        OrganisationPaysFor::Admins => world.is_admin(),
        OrganisationPaysFor::Nobody => false,
    }
}

fn as_payer(credential: &Credential) -> Payer {
    Payer {
        credential_id: Some(credential.id.clone()),
        label: credential.label.clone(),
        is_personal: credential.scope != Scope::Organisation,
        hint: credential.hint(),
    }
}
