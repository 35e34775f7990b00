//! Cloud keys: given by form, listed, replaced, forgotten; and who pays.

use super::{Decision, World};
use crate::access::credential::{Credential, Payer};
use crate::event::{KeysReply, Reply};
use crate::forms::{Form, FormKind, FormRequest};
use crate::intent::{Intent, Slots};

/// What was said about cloud keys.
pub(super) fn said(intent: Intent, slots: &Slots, world: &World) -> Decision {
    match intent {
        Intent::SaveCredentials => offered(slots, world),
        intent => Decision::reply(Reply::NotBuilt { intent }),
    }
}

/// The form, at once where Slack lets us open one, else behind a button.
fn offered(slots: &Slots, world: &World) -> Decision {
    Decision::private(Reply::Keys(KeysReply::Offer {
        provider: slots.provider,
        user: world.person.user.clone(),
    }))
}

/// A form that somebody asked for, or why they may not have it.
pub(super) fn form(request: &FormRequest, world: &World) -> Decision {
    let form = match request.kind {
        FormKind::AwsKeys | FormKind::AwsRole | FormKind::DigitaloceanToken => Form::Credential {
            kind: request.kind,
            id: world.new_id.clone(),
            replaces: None,
            may_be_organisations: world.is_admin(),
            region: world.deployment.region.clone(),
            provision_role_arn: world.deployment.provision_role_arn.clone(),
        },
        FormKind::SshKeys => Form::SshKeys(world.ssh_keys.clone()),
        FormKind::Policy => Form::Policy(Box::new(world.policy.clone())),
        FormKind::Admins => Form::Admins(world.policy.admins.clone()),
    };
    Decision {
        form: Some(form),
        ..Decision::default()
    }
}

/// A credential came in by form.
pub(super) fn received(credential: &Credential, _replaces: bool, _world: &World) -> Decision {
    Decision::private(Reply::Keys(KeysReply::Received {
        label: credential.label.clone(),
    }))
}

/// Who pays for a new reservation of the speaker's: the organisation where the policy lets it, else themselves.
pub(super) fn payer(_world: &World) -> Option<Payer> {
    Some(Payer::default())
}
