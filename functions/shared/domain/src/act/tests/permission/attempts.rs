//! Everything that can be tried: lists that the compiler keeps complete.

use super::*;
use crate::access::audit::Filter;
use crate::access::credential::{Credential, Scope};
use crate::forms::SshKeysChange;
use crate::intent::Provider;
use crate::reservation::Power;
use crate::ssh::{KeyFault, PublicKey};
use crate::understand::dialogue::Open;
use crate::usual::Usual;

/// The quote of the scene; it belongs to whoever owns the reservation.
pub(super) const SCENE_QUOTE_ID: &str = "01KAR7Z8Q0000000000000000Z";

/// A credential of Alice's, and one of the organisation's.
const OWN_KEY_ID: &str = "01KAR7Z8Q0000000000000000K";
const ORGANISATIONS_KEY_ID: &str = "01KAR7Z8Q0000000000000000L";

/// What an attempt is about, as far as permission is concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum On {
    /// Nothing that belongs to anybody.
    Nothing,
    /// The reservation, with this act on it.
    Reservation(Act),
    /// The quote: nobody but whom it was made for takes or leaves it.
    Quote,
}

/// Something that somebody tries.
pub(super) struct Attempt {
    pub(super) input: Input,
    pub(super) act: Act,
    pub(super) on: On,
    /// What they were in the middle of.
    pub(super) conversation: Option<Conversation>,
}

impl Attempt {
    fn new(input: Input, act: Act, on: On) -> Self {
        Self {
            input,
            act,
            on,
            conversation: None,
        }
    }
}

fn meaning(intent: Intent, slots: Slots) -> Input {
    Input::Said(Box::new(Meaning {
        intent,
        slots,
        confidence: 1.0,
        engine: Engine::Builtin,
        evidence: Vec::new(),
    }))
}

/// Everything that can be tried on a reservation.
pub(super) fn attempts(reservation: &Reservation) -> Vec<Attempt> {
    [
        intents(reservation),
        answers(reservation),
        presses(reservation),
        forms(),
        commands(reservation),
        other_inputs(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn on(act: Act) -> On {
    if TABLE.iter().any(|(known, _)| *known == act) {
        On::Reservation(act)
    } else {
        On::Nothing
    }
}

/// Every intent, with the reservation named and nothing missing.
fn intents(reservation: &Reservation) -> Vec<Attempt> {
    let slots = Slots {
        reservation: Some(handle(reservation)),
        duration_minutes: Some(60),
        template: Some("web".to_owned()),
        user: Some("UDAVE".to_owned().into()),
        provider: Some(Provider::Aws),
        ..Slots::default()
    };
    let attempt = |intent: &Intent| {
        let act = Act::of(*intent);
        Attempt::new(meaning(*intent, slots.clone()), act, on(act))
    };
    Intent::ALL.iter().map(attempt).collect()
}

/// Answers to questions that were about the reservation.
fn answers(reservation: &Reservation) -> Vec<Attempt> {
    let named = Slots {
        reservation: Some(handle(reservation)),
        duration_minutes: Some(60),
        ..Slots::default()
    };
    let answer = |answer, slots: Slots, open: Intent, next, known: Slots| {
        let act = Act::of(open);
        Attempt {
            conversation: Some(Conversation {
                open: Some(Open {
                    intent: open,
                    slots: known,
                    next,
                }),
                ending: vec![reservation.id.clone()],
                quote_id: Some(SCENE_QUOTE_ID.to_owned()),
                touched_epoch_seconds: NOW,
                ..Conversation::default()
            }),
            ..Attempt::new(meaning(answer, slots), act, on(act))
        }
    };
    let booked = answer(
        Intent::Affirm,
        Slots::default(),
        Intent::CreateVm,
        Next::Confirm,
        machine_slots(),
    );
    let which = |open| {
        answer(
            Intent::Provide,
            named.clone(),
            open,
            Next::Reservation,
            Slots::default(),
        )
    };
    vec![
        which(Intent::ExtendReservation),
        which(Intent::TerminateReservation),
        which(Intent::ShowReservation),
        which(Intent::StopReservation),
        which(Intent::StartReservation),
        answer(
            Intent::Affirm,
            Slots::default(),
            Intent::TerminateReservation,
            Next::Confirm,
            named.clone(),
        ),
        Attempt {
            on: On::Quote,
            ..booked
        },
    ]
}

/// Every button. A new one does not compile without a rule.
fn presses(reservation: &Reservation) -> Vec<Attempt> {
    let id = || reservation.id.clone();
    let open_form = |kind| {
        Some(Press::OpenForm(FormRequest {
            kind,
            for_user: String::new(),
            credential_id: None,
        }))
    };
    let mut attempts = Vec::new();
    let mut next = Some(Press::TakeQuote(SCENE_QUOTE_ID.to_owned()));
    while let Some(press) = next {
        let (act, on, following) = match &press {
            Press::TakeQuote(id) => (Act::Launch, On::Quote, Some(Press::DropQuote(id.clone()))),
            Press::DropQuote(id) => (Act::SeeOwn, On::Quote, Some(Press::WhyQuote(id.clone()))),
            Press::WhyQuote(_) => (
                Act::SeeOwn,
                On::Quote,
                Some(Press::WhyPrice(Box::default())),
            ),
            Press::WhyMachine(_) => (Act::See, on(Act::See), Some(Press::GoOn(id()))),
            Press::GoOn(_) => (Act::GoOn, on(Act::GoOn), Some(Press::Show(id()))),
            Press::WhyPrice(_) => (
                Act::SeeOwn,
                On::Nothing,
                Some(Press::Extend(id(), HOUR_SECONDS)),
            ),
            Press::Extend(..) => (Act::Extend, on(Act::Extend), Some(Press::End(vec![id()]))),
            Press::End(_) => (
                Act::Terminate,
                on(Act::Terminate),
                Some(Press::Keep(vec![id()])),
            ),
            // Who could not have it ended cannot have it kept either.
            Press::Keep(_) => (
                Act::SeeOwn,
                on(Act::Terminate),
                Some(Press::Switch(id(), Power::Off)),
            ),
            Press::Switch(_, to) => {
                let following = match to {
                    Power::Off => Press::Switch(id(), Power::On),
                    Power::On => Press::WhyMachine(id()),
                };
                (Act::Power, on(Act::Power), Some(following))
            }
            Press::Show(_) => (Act::See, on(Act::See), Some(Press::MakeUsual(id()))),
            Press::MakeUsual(_) => (
                Act::SaveTemplate,
                on(Act::SaveTemplate),
                Some(Press::ShareToManage(id(), "UDAVE".to_owned())),
            ),
            Press::ShareToManage(..) => (Act::Share, on(Act::Share), open_form(FormKind::ALL[0])),
            Press::OpenForm(request) => {
                let act = match request.kind {
                    FormKind::AwsKeys
                    | FormKind::AwsRole
                    | FormKind::DigitaloceanToken
                    | FormKind::SshKeys => Act::ManageOwnKeys,
                    FormKind::UsualCluster => Act::SetUsual,
                    FormKind::Policy => Act::SetPolicy,
                    FormKind::Admins => Act::SetAdmins,
                };
                let mut kinds = FormKind::ALL
                    .iter()
                    .skip_while(|kind| **kind != request.kind);
                let following = kinds.nth(1).copied().and_then(open_form);
                (
                    act,
                    On::Nothing,
                    following.or_else(|| Some(key_press(KeyPress::ALL[0], OWN_KEY_ID))),
                )
            }
            Press::Key(pressed, id) if id == OWN_KEY_ID => (
                Act::ManageOwnKeys,
                On::Nothing,
                Some(key_press(*pressed, ORGANISATIONS_KEY_ID)),
            ),
            Press::Key(pressed, _) => {
                let mut left = KeyPress::ALL.iter().skip_while(|known| *known != pressed);
                let following = left.nth(1).map(|press| key_press(*press, OWN_KEY_ID));
                (
                    Act::ManageOrganisationKeys,
                    On::Nothing,
                    following.or(Some(Press::ListKeys)),
                )
            }
            Press::ListKeys => (Act::ManageOwnKeys, On::Nothing, None),
        };
        attempts.push(Attempt::new(Input::Pressed(press), act, on));
        next = following;
    }
    attempts
}

fn key_press(press: KeyPress, id: &str) -> Press {
    Press::Key(press, id.to_owned())
}

/// Alice's credential and the organisation's.
pub(super) fn credentials() -> Vec<(Credential, Vec<String>)> {
    let own = credential(OWN_KEY_ID, Scope::User("UALICE".to_owned()));
    let organisations = credential(ORGANISATIONS_KEY_ID, Scope::Organisation);
    vec![(own, Vec::new()), (organisations, Vec::new())]
}

fn credential(id: &str, scope: Scope) -> Credential {
    Credential {
        id: id.to_owned(),
        scope,
        version: 0,
        ..crate::testing::credential()
    }
}

fn given(scope: Scope) -> Filled {
    let given = credential("01KAR7Z8Q0000000000000000M", scope);
    Filled::Credential(Box::new(given), false)
}

/// Every form. A new one does not compile without a rule.
fn forms() -> Vec<Attempt> {
    let mut attempts = Vec::new();
    let mut next = Some(given(Scope::User("UALICE".to_owned())));
    while let Some(form) = next {
        let (act, following) = match &form {
            Filled::Credential(credential, _) => match credential.scope {
                Scope::User(_) => (Act::ManageOwnKeys, Some(given(Scope::Organisation))),
                Scope::Organisation => (
                    Act::ManageOrganisationKeys,
                    Some(Filled::SshKeys(SshKeysChange::default())),
                ),
            },
            Filled::SshKeys(_) => (Act::ManageOwnKeys, Some(Filled::Usual(Usual::default()))),
            Filled::Usual(_) => (
                Act::SetUsual,
                Some(Filled::Policy(Policy::initial(Vec::new()))),
            ),
            Filled::Policy(_) => (
                Act::SetPolicy,
                Some(Filled::Admins(
                    vec!["UALICE".to_owned(), "UDAVE".to_owned()],
                    0,
                )),
            ),
            Filled::Admins(..) => (Act::SetAdmins, None),
        };
        attempts.push(Attempt::new(
            Input::Filled(Box::new(form)),
            act,
            On::Nothing,
        ));
        next = following;
    }
    attempts
}

/// Every command. A new one does not compile without a rule.
fn commands(reservation: &Reservation) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    let mut next = Some(Command::Policy);
    while let Some(command) = next {
        let (act, on, following) = match &command {
            Command::Policy => (Act::ReadPolicy, On::Nothing, Some(Command::Admins)),
            Command::Admins => {
                let audit = Command::Audit(Filter::All);
                (Act::ReadPolicy, On::Nothing, Some(audit))
            }
            Command::Audit(_) => (Act::ReadAudit, On::Nothing, Some(Command::Sweep)),
            Command::Sweep => (Act::Sweep, On::Nothing, Some(Command::Usual)),
            Command::Usual => {
                let save = Command::SaveUsual(handle(reservation));
                (Act::SeeOwn, On::Nothing, Some(save))
            }
            Command::SaveUsual(_) => (Act::SaveTemplate, on(Act::SaveTemplate), None),
        };
        attempts.push(Attempt::new(Input::Commanded(command), act, on));
        next = following;
    }
    attempts
}

/// What else comes in. A new kind of input does not compile without a rule.
fn other_inputs() -> Vec<Attempt> {
    let key = PublicKey::parse(crate::ssh::tests::ed25519());
    let inputs = [
        Input::Unclear(Box::default()),
        Input::AskedAbout(Intent::CreateVm),
        Input::SshKeys(key.map(|key| vec![key])),
        Input::SshKeys(Err(KeyFault::Dsa)),
        Input::SshKeys(Err(KeyFault::Private)),
        Input::Secret,
    ];
    let attempt = |input| {
        let act = match &input {
            Input::Unclear(_)
            | Input::AskedAbout(_)
            | Input::Secret
            | Input::SshKeys(Err(KeyFault::Private)) => Act::Talk,
            Input::SshKeys(_) => Act::ManageOwnKeys,
            Input::Said(_) | Input::Pressed(_) | Input::Filled(_) | Input::Commanded(_) => {
                unreachable!("these have lists of their own")
            }
        };
        Attempt::new(input, act, On::Nothing)
    };
    inputs.into_iter().map(attempt).collect()
}
