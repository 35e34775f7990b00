//! Which keys are kept.

use super::{may_manage, payer};
use crate::access::credential::{Credential, Replacement};
use crate::act::{Decision, World, Write};
use crate::event::{CredentialLine, KeysReply, Reply};
use crate::intent::Slots;

/// The speaker's own, and for admins the organisation's. What only waited for its last machine to end is forgotten now,
/// should the end itself have missed it.
pub(super) fn listed(slots: &Slots, world: &World) -> Decision {
    let is_finished = |(credential, reservations): &&(Credential, Vec<String>)| {
        credential.is_retiring && !credential.awaits_check() && reservations.is_empty()
    };
    let (finished, kept): (Vec<_>, Vec<_>) = shown(slots, world).partition(is_finished);
    let credentials = kept
        .iter()
        .map(|(credential, reservations)| line(credential, reservations, world))
        .collect();
    let reply = Reply::Keys(KeysReply::Listing {
        credentials,
        user: world.person.user.clone(),
        payer: payer(world),
        at_epoch_seconds: world.now,
    });
    finished
        .into_iter()
        .fold(Decision::private(reply), |decision, (credential, _)| {
            decision.write(Write::ForgetCredential(Box::new(credential.clone())))
        })
}

/// Credentials that the speaker may manage, of the cloud that was named.
pub(super) fn shown<'a>(
    slots: &Slots,
    world: &'a World,
) -> impl Iterator<Item = &'a (Credential, Vec<String>)> {
    let provider = slots.provider;
    world
        .credentials
        .iter()
        .filter(move |(credential, _)| provider.is_none_or(|cloud| cloud == credential.provider))
        .filter(|(credential, _)| may_manage(credential, world))
}

pub(super) fn line(
    credential: &Credential,
    reservations: &[String],
    world: &World,
) -> CredentialLine {
    let region = credential.access.region();
    CredentialLine {
        id: credential.id.clone(),
        label: credential.label.clone(),
        provider: credential.provider,
        scope: credential.scope.clone(),
        hint: credential.hint(),
        account: credential.account.clone(),
        check: credential.check.clone(),
        created_epoch_seconds: credential.created_epoch_seconds,
        used_epoch_seconds: credential.used_epoch_seconds,
        reservations: reservations.len(),
        is_retiring: credential.is_retiring,
        may_manage: may_manage(credential, world),
        form: credential.access.form(),
        unserved_region: region
            .filter(|region| *region != world.deployment.region)
            .map(str::to_owned),
        refused_replacement: match &credential.replacement {
            Some(Replacement::Refused { why, .. }) => Some(why.clone()),
            _ => None,
        },
        is_replacement_pending: matches!(credential.replacement, Some(Replacement::Pending { .. })),
    }
}
