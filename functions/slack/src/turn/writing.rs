//! What was decided, as writes.

use domain::act::Write;
use domain::effect::Effect;
use domain::event::{Addressee, Event, Notice};
use domain::identity::PlaceKind;
use domain::time::EpochSeconds;
use platform::store::Transaction;

use super::ground::Decided;
use crate::incoming::Turn;

pub(super) fn written<'a>(
    mut transaction: Transaction<'a>,
    team: &str,
    turn: &Turn,
    decided: Decided,
    now: EpochSeconds,
) -> Transaction<'a> {
    let Decided {
        decision,
        conversation_key,
        conversation_version,
        launches,
    } = decided;
    if let Some(mut conversation) = decision.conversation {
        conversation.version = conversation_version + 1;
        transaction =
            transaction.conversation(&conversation_key, &conversation, conversation_version);
    }
    for write in decision.writes {
        transaction = match write {
            Write::Quote(quote) => transaction.quote(&quote),
            Write::ForgetShare {
                user,
                reservation_id,
            } => transaction.forget_share(team, &user, &reservation_id),
            Write::SshKeys(keys) => transaction.ssh_keys(team, &turn.user, &keys),
            Write::Usual(usual) => transaction.usual(team, &turn.user, &usual),
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
            Write::Sweep(id, start) => transaction.sweep_asked(&id, &turn.user, now).effect(
                format!("sweep-{id}"),
                start,
                now,
            ),
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
        transaction = told(transaction, Event::privately(&user, reply), now);
    }
    match decision.reply {
        Some(reply) if !turn.answered_directly => {
            let to = Addressee {
                user: turn.user.clone(),
                place: turn.place.clone(),
                replaces: turn.replaces.clone(),
                privately: decision.privately && turn.place.kind != PlaceKind::Direct,
            };
            let event = Event::Reply {
                to,
                reply: Box::new(reply),
            };
            told(transaction, event, now)
        }
        _ => transaction,
    }
}

fn told(transaction: Transaction<'_>, event: Event, now: EpochSeconds) -> Transaction<'_> {
    let effect = Effect::Publish { event };
    transaction.effect(format!("reply-{}", ulid::Ulid::generate()), effect, now)
}
