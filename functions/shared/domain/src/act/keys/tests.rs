//! Whose keys, who pays, and what becomes of machines when a key goes.

use OrganisationPaysFor::{Admins, Everybody, Nobody};

use super::*;
use crate::access::credential::{Check, Replacement};
use crate::act::tests::{after, alice, machine_slots, press, say, world};
use crate::act::{Filled, Input, Press, decide};
use crate::identity::Person;
use crate::reservation::Reservation;
use crate::testing::{
    QUOTE_ID, aws_keys, credential, quote, ready_reservation, working_credential,
};

/// Alice's working key, with her machine on it.
fn with_machine() -> (World, Reservation) {
    let credential = working_credential();
    let mut reservation = ready_reservation(240);
    reservation.payer = as_payer(&credential);
    let world = World {
        credentials: vec![(credential, vec![reservation.id.clone()])],
        mine: vec![reservation.clone()],
        ..world()
    };
    (world, reservation)
}

fn with(credentials: Vec<Credential>) -> World {
    World {
        credentials: credentials
            .into_iter()
            .map(|one| (one, Vec::new()))
            .collect(),
        ..world()
    }
}

fn organisations(credential: Credential) -> Credential {
    Credential {
        id: "01KAR7Z8Q0000000000000000D".to_owned(),
        scope: Scope::Organisation,
        label: "Research".to_owned(),
        ..credential
    }
}

fn carol(world: World) -> World {
    World {
        person: Person {
            user: "UCAROL".to_owned(),
            ..alice()
        },
        ..world
    }
}

fn filled(credential: Credential, replaces: bool, world: &World) -> Decision {
    decide(
        &Input::Filled(Box::new(Filled::Credential(Box::new(credential), replaces))),
        world,
    )
}

fn keys(decision: &Decision) -> &KeysReply {
    match &decision.reply {
        Some(Reply::Keys(reply)) => reply,
        other => panic!("{other:?}"),
    }
}

fn quoted(decision: &Decision) -> &Payer {
    match &decision.reply {
        Some(Reply::Quoted { quote, .. }) => &quote.payer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_form_opens_at_once_where_it_can_and_is_offered_in_any_case() {
    let aws = Slots {
        provider: Some(Provider::Aws),
        ..Slots::default()
    };
    let command = World {
        can_open_form: true,
        ..world()
    };
    let opened = say(Intent::SaveCredentials, aws.clone(), &command);
    assert_eq!(
        opened.form.as_ref().map(Form::kind),
        Some(FormKind::AwsKeys)
    );
    for (slots, world) in [(aws, world()), (Slots::default(), command)] {
        let offered = say(Intent::SaveCredentials, slots, &world);
        assert!(offered.form.is_none() && offered.privately);
        assert!(matches!(keys(&offered), KeysReply::Offer { .. }));
    }
}

#[test]
fn what_comes_by_form_is_kept_and_checked() {
    let decision = filled(credential(), false, &world());
    let [Write::Credential(kept, effects)] = &decision.writes[..] else {
        panic!("{:?}", decision.writes)
    };
    assert_eq!(**kept, credential());
    let start = Effect::Start {
        workflow: Workflow::VerifyCredential,
        execution: "verify-01KAR7Z8Q0000000000000000C-1".to_owned(),
        subject_id: credential().id,
    };
    assert_eq!(effects[..], [start]);
}

#[test]
fn only_admins_give_and_change_the_organisations() {
    let given = organisations(credential());
    let refused = filled(given.clone(), false, &world());
    assert!(matches!(refused.reply, Some(Reply::NotAllowed { .. })) && refused.writes.is_empty());
    assert_eq!(
        filled(given.clone(), false, &carol(world())).writes.len(),
        1
    );

    let there = with(vec![given.clone()]);
    for press in [
        KeyPress::Forget,
        KeyPress::ForgetNow,
        KeyPress::EndAndForget,
        KeyPress::Check,
    ] {
        let decision = pressed(press, &given.id, &there);
        assert!(matches!(keys(&decision), KeysReply::Gone) && decision.writes.is_empty());
    }
    assert!(
        matches!(keys(&say(Intent::ListCredentials, Slots::default(), &there)), KeysReply::Listing { credentials, .. } if credentials.is_empty())
    );
    assert_eq!(
        pressed(KeyPress::ForgetNow, &given.id, &carol(there))
            .writes
            .len(),
        1
    );
}

#[test]
fn replacing_keeps_name_and_owner_and_the_old_key_until_the_new_one_has_passed() {
    let world = with(vec![working_credential()]);
    let given = Credential {
        access: aws_keys("AKIAIOSFODNN7EXAMPLF"),
        label: "AWS".to_owned(),
        version: 0,
        ..credential()
    };
    let decision = filled(given.clone(), true, &world);
    let [Write::Credential(kept, effects)] = &decision.writes[..] else {
        panic!("{:?}", decision.writes)
    };
    assert_eq!(
        (kept.label.as_str(), kept.version, kept.checks),
        ("Play account", 1, 2)
    );
    assert_eq!(kept.access, working_credential().access);
    assert!(matches!(
        kept.replacement,
        Some(Replacement::Pending { .. })
    ));
    assert!(matches!(&effects[..], [Effect::Start { execution, .. }] if execution.ends_with("-2")));

    let elsewhere = filled(given, true, &self::world());
    assert!(matches!(keys(&elsewhere), KeysReply::Gone) && elsewhere.writes.is_empty());
}

#[test]
fn the_organisation_pays_where_the_policy_says_so_and_else_ones_own_key() {
    let policy = |pays| {
        let mut policy = world().policy;
        policy.organisation_pays_for = pays;
        policy
    };
    let (own, shared) = (working_credential(), organisations(working_credential()));
    let failed = Credential {
        check: Check::Failed {
            at_epoch_seconds: 0,
            why: crate::access::credential::Fault::Refused,
        },
        ..organisations(working_credential())
    };
    let pays = |credentials: Vec<Credential>, who: OrganisationPaysFor, admin: bool| {
        let world = World {
            policy: policy(who),
            ..with(credentials)
        };
        payer(&if admin { carol(world) } else { world })
    };
    assert_eq!(
        pays(vec![own.clone()], Everybody, false),
        Some(Payer::default())
    );
    assert_eq!(
        pays(vec![own.clone(), shared.clone()], Everybody, false),
        Some(as_payer(&shared))
    );
    assert_eq!(pays(vec![failed], Everybody, false), Some(Payer::default()));
    assert_eq!(
        pays(vec![own.clone(), shared.clone()], Admins, true),
        Some(as_payer(&shared))
    );
    assert_eq!(
        pays(vec![own.clone(), shared], Admins, false),
        Some(as_payer(&own))
    );
    assert_eq!(pays(vec![own.clone()], Nobody, false), Some(as_payer(&own)));
    for unusable in [
        credential(),
        Credential {
            is_retiring: true,
            ..own.clone()
        },
        Credential {
            provider: Provider::Digitalocean,
            ..own.clone()
        },
    ] {
        assert_eq!(pays(vec![unusable], Nobody, false), None);
    }
    let mut elsewhere = World {
        policy: policy(Nobody),
        ..with(vec![own])
    };
    elsewhere.deployment.region = "eu-central-1".to_owned();
    assert_eq!(
        payer(&elsewhere),
        None,
        "a key for another region is kept, but not used"
    );
}

#[test]
fn where_nobody_pays_a_form_is_offered_and_nothing_is_quoted() {
    let mut world = world();
    world.policy.organisation_pays_for = OrganisationPaysFor::Nobody;
    let decision = say(Intent::CreateVm, machine_slots(), &world);
    assert!(matches!(keys(&decision), KeysReply::NobodyPays { .. }));
    assert!(decision.writes.is_empty() && decision.privately);
}

#[test]
fn a_quote_whose_payer_is_gone_is_made_anew_instead_of_taken() {
    let mut world = with(vec![working_credential()]);
    world.policy.organisation_pays_for = OrganisationPaysFor::Nobody;
    let decision = say(Intent::CreateVm, machine_slots(), &world);
    assert_eq!(quoted(&decision), &as_payer(&working_credential()));
    let mut world = after(world, &decision);
    let taken = say(Intent::Affirm, Slots::default(), &world);
    assert!(
        matches!(&taken.writes[..], [Write::Create(reservation, _)] if reservation.payer == as_payer(&working_credential()))
    );

    world.credentials.clear();
    let refused = say(Intent::Affirm, Slots::default(), &world);
    assert!(matches!(keys(&refused), KeysReply::NobodyPays { .. }) && refused.writes.is_empty());
    world.policy.organisation_pays_for = OrganisationPaysFor::Everybody;
    let renewed = say(Intent::Affirm, Slots::default(), &world);
    assert_eq!(quoted(&renewed), &Payer::default());

    let admins_only = World {
        quote: Some(quote(240)),
        ..with(vec![working_credential()])
    };
    let mut admins_only = admins_only;
    admins_only.policy.organisation_pays_for = OrganisationPaysFor::Admins;
    let renewed = press(Press::TakeQuote(QUOTE_ID.to_owned()), &admins_only);
    assert_eq!(
        quoted(&renewed),
        &as_payer(&working_credential()),
        "the policy has changed since"
    );
}

#[test]
fn an_idle_key_is_forgotten_after_a_yes_in_words_or_by_button() {
    let world = with(vec![working_credential()]);
    let asked = say(Intent::DeleteCredentials, Slots::default(), &world);
    assert!(matches!(keys(&asked), KeysReply::ConfirmForget { .. }) && asked.writes.is_empty());
    let open = after(world.clone(), &asked);
    let yes = say(Intent::Affirm, Slots::default(), &open);
    assert!(
        matches!(&yes.writes[..], [Write::ForgetCredential(gone)] if **gone == working_credential())
    );
    let no = say(Intent::Deny, Slots::default(), &open);
    assert!(matches!(keys(&no), KeysReply::Kept { .. }) && no.writes.is_empty());
    let id = working_credential().id;
    let button = press(Press::Key(KeyPress::ForgetNow, id), &world);
    assert!(matches!(button.writes[..], [Write::ForgetCredential(_)]));
}

#[test]
fn a_key_with_a_machine_on_it_is_never_forgotten_before_the_machine() {
    let (world, reservation) = with_machine();
    let id = working_credential().id;
    for decision in [
        say(Intent::DeleteCredentials, Slots::default(), &world),
        press(Press::Key(KeyPress::ForgetNow, id.clone()), &world),
    ] {
        let KeysReply::ConfirmForget { handles, .. } = keys(&decision) else {
            panic!("{decision:?}")
        };
        assert_eq!(handles[..], *std::slice::from_ref(&reservation.handle));
        assert!(decision.writes.is_empty());
        let yes = say(
            Intent::Affirm,
            Slots::default(),
            &after(world.clone(), &decision),
        );
        assert!(
            yes.writes.is_empty(),
            "there is more than one way, so a yes says too little"
        );
    }

    let later = press(Press::Key(KeyPress::ForgetLater, id.clone()), &world);
    assert!(
        matches!(&later.writes[..], [Write::Credential(kept, effects)] if kept.is_retiring && effects.is_empty())
    );
    let now = press(Press::Key(KeyPress::EndAndForget, id.clone()), &world);
    assert!(
        matches!(&now.writes[..], [Write::Credential(kept, _), Write::Update(ending, _)] if kept.is_retiring && ending.end.is_some())
    );
    let kept = press(Press::Key(KeyPress::Keep, id), &world);
    assert!(kept.writes.is_empty());
}

#[test]
fn a_key_that_waited_for_its_last_machine_is_forgotten_when_the_list_is_read() {
    let waiting = Credential {
        is_retiring: true,
        ..working_credential()
    };
    let decision = say(
        Intent::ListCredentials,
        Slots::default(),
        &with(vec![waiting]),
    );
    assert!(matches!(decision.writes[..], [Write::ForgetCredential(_)]));
    assert!(
        matches!(keys(&decision), KeysReply::Listing { credentials, .. } if credentials.is_empty())
    );
}

#[test]
fn a_key_that_is_being_checked_goes_when_the_check_has_removed_what_it_made() {
    let checked = credential();
    assert!(checked.awaits_check());
    let forget = |credential: &Credential| {
        let button = Press::Key(KeyPress::ForgetNow, credential.id.clone());
        press(button, &with(vec![credential.clone()]))
    };
    let first = forget(&checked);
    let [Write::Credential(waiting, effects)] = &first.writes[..] else {
        panic!("{first:?}")
    };
    assert!(waiting.is_retiring && effects.is_empty());
    let list = say(
        Intent::ListCredentials,
        Slots::default(),
        &with(vec![(**waiting).clone()]),
    );
    assert!(list.writes.is_empty(), "the check has not ended");
    let second = forget(waiting);
    assert!(matches!(second.writes[..], [Write::ForgetCredential(_)]));
}

#[test]
fn a_failed_check_can_be_repeated() {
    let mut failed = credential();
    failed.settle(
        crate::access::verification::Finding::unfit(
            None,
            crate::access::credential::Fault::Refused,
        ),
        0,
    );
    let decision = press(
        Press::Key(KeyPress::Check, failed.id.clone()),
        &with(vec![failed]),
    );
    let [Write::Credential(kept, effects)] = &decision.writes[..] else {
        panic!("{:?}", decision.writes)
    };
    assert_eq!((kept.check.clone(), kept.checks), (Check::Pending, 2));
    assert_eq!(effects.len(), 1);
}
