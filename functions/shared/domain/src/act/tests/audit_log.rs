//! What goes into the audit log, and what admins read of it.

use super::*;
use crate::access::audit::{Entry, Filter, NAME_CHARS_MAX, Outcome, Path, SHOWN_MAX};
use crate::access::credential::{Credential, Payer, Scope};
use crate::access::policy::Limit;
use crate::event::AdminReply;

/// Act, target, outcome and payer of an entry.
type Line<'a> = (&'a str, Option<&'a str>, Outcome, Option<&'a str>);

fn logged(decision: &Decision) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for entry in &decision.audit {
        let by = (entry.user.as_str(), entry.at_epoch_seconds);
        assert_eq!(by, ("UALICE", NOW));
        let (target, payer) = (entry.target.as_deref(), entry.payer.as_deref());
        lines.push((entry.act.as_str(), target, entry.outcome, payer));
    }
    lines
}

fn fill(form: Filled, world: &World) -> Decision {
    decide(&Input::Filled(Box::new(form)), world)
}

#[test]
fn a_launch_an_extension_and_an_end_say_what_and_who_pays() {
    let quoted = say(Intent::CreateVm, machine_slots(), &world());
    assert_eq!(logged(&quoted), [], "a price changes nothing");
    let mut there = after(world(), &quoted);
    let taken = say(Intent::Affirm, Slots::default(), &there);
    there = after(there, &taken);
    let (id, handle) = (there.mine[0].id.clone(), there.mine[0].handle.clone());
    let done = |act| {
        let target = Some(handle.as_str());
        (act, target, Outcome::Done, Some("organisation"))
    };
    assert_eq!(logged(&taken), [done("launch")]);
    assert_eq!(taken.audit[0].path, Path::Message);

    there.path = Path::Button;
    let extended = press(Press::Extend(id.clone(), HOUR_SECONDS), &there);
    assert_eq!(logged(&extended), [done("extend")]);
    assert_eq!(extended.audit[0].path, Path::Button);
    let ended = press(Press::End(vec![id.clone()]), &there);
    assert_eq!(logged(&ended), [done("terminate")]);

    there.mine[0].payer = Payer {
        label: "&".repeat(200),
        ..Payer::default()
    };
    let ended = press(Press::End(vec![id]), &there);
    let payer = ended.audit[0].payer.as_ref().expect("somebody pays");
    assert_eq!(payer.chars().count(), NAME_CHARS_MAX);
}

fn credential(scope: Scope) -> Box<Credential> {
    Box::new(Credential {
        scope,
        label: "Sandbox".to_owned(),
        ..crate::testing::credential()
    })
}

#[test]
fn keys_policy_and_admins_are_told_apart() {
    let world = World {
        policy: Policy::initial(vec!["UALICE".to_owned(), "UCAROL".to_owned()]),
        ..world()
    };
    // However a decision about credentials comes about: what it writes is what is logged.
    let wrote = |write| {
        let decision = Decision {
            writes: vec![write],
            ..Decision::default()
        };
        Decision {
            audit: record::entries(&Input::Secret, &decision, &world),
            ..decision
        }
    };
    let done = |act, target| (act, target, Outcome::Done, None);
    let own = credential(Scope::User("UALICE".to_owned()));
    let shared = credential(Scope::Organisation);
    assert_eq!(
        logged(&wrote(Write::Credential(own, Vec::new()))),
        [done("manage_own_keys", Some("added Sandbox"))]
    );
    assert_eq!(
        logged(&wrote(Write::ForgetCredential(shared))),
        [done("manage_organisation_keys", Some("deleted Sandbox"))]
    );
    let limits = Policy {
        allows_spot: false,
        ..world.policy.clone()
    };
    let limited = fill(Filled::Policy(limits), &world);
    assert_eq!(logged(&limited), [done("set_policy", None)]);
    let admins = vec!["UALICE".to_owned(), "UDAVE".to_owned()];
    let changed = fill(Filled::Admins(admins, world.policy.version), &world);
    assert_eq!(
        logged(&changed),
        [done("set_admins", Some("added UDAVE, removed UCAROL"))]
    );
    assert!(Filter::User("UDAVE".to_owned()).admits(&changed.audit[0]));
    assert!(!Filter::User("UBOB".to_owned()).admits(&changed.audit[0]));
    let same = fill(
        Filled::Admins(world.policy.admins.clone(), world.policy.version),
        &world,
    );
    assert_eq!((logged(&same), same.writes.len()), (Vec::new(), 0));
}

#[test]
fn what_was_refused_is_logged_with_what_it_was_aimed_at() {
    let bobs = Reservation {
        owner: "UBOB".to_owned(),
        ..ready_reservation(240)
    };
    let (id, handle) = (bobs.id.clone(), bobs.handle.clone());
    let mut world = World {
        named: vec![bobs],
        ..world()
    };
    let refused = |act| (act, Some(handle.as_str()), Outcome::NotPermitted, None);
    let end = press(Press::End(vec![id.clone()]), &world);
    assert_eq!(logged(&end), [refused("terminate")]);
    world.person.standing = Standing::Guest;
    let extend = press(Press::Extend(id, HOUR_SECONDS), &world);
    assert_eq!(logged(&extend), [refused("extend")]);
    world.person.standing = Standing::Stranger;
    let hello = say(Intent::Greet, Slots::default(), &world);
    assert_eq!(logged(&hello), [], "talk leaves no entry, even refused");
}

#[test]
fn what_the_policy_forbids_and_what_is_shared_is_logged_too() {
    let reservation = ready_reservation(240);
    let (id, handle) = (reservation.id.clone(), reservation.handle.clone());
    let mut world = World {
        mine: vec![reservation],
        people: vec![Person {
            user: "UBOB".to_owned(),
            ..alice()
        }],
        ..world()
    };
    let target = Some(handle.as_str());
    let shared = press(Press::ShareToManage(id.clone(), "UBOB".to_owned()), &world);
    let done = ("share", target, Outcome::Done, Some("organisation"));
    assert_eq!(logged(&shared), [done]);
    world.policy.duration_minutes_max = Limit::Set(240);
    let against = press(Press::Extend(id, 9 * HOUR_SECONDS), &world);
    let refused = ("extend", target, Outcome::AgainstPolicy, None);
    assert_eq!(logged(&against), [refused]);
    world.policy.duration_minutes_max = Limit::Set(60);
    let dear = say(Intent::CreateVm, machine_slots(), &world);
    assert_eq!(
        logged(&dear),
        [("launch", None, Outcome::AgainstPolicy, None)]
    );
    let price = say(Intent::PriceQuote, machine_slots(), &world);
    assert_eq!(logged(&price), [], "a price tells only what would be");
}

#[test]
fn talk_lists_and_questions_leave_no_entry() {
    let world = World {
        mine: vec![ready_reservation(240)],
        ..world()
    };
    for intent in [
        Intent::Help,
        Intent::Greet,
        Intent::ListReservations,
        Intent::ShowReservation,
        Intent::PriceQuote,
        Intent::CreateVm,
        Intent::TerminateReservation,
        Intent::AddSshKey,
    ] {
        let decision = say(intent, Slots::default(), &world);
        assert_eq!(logged(&decision), [], "{intent}");
    }
}

#[test]
fn admins_read_what_is_about_one_reservation_or_person_and_the_rest_is_counted() {
    let entry = |user: &str, target: &str| Entry {
        at_epoch_seconds: NOW,
        user: user.to_owned(),
        path: Path::Message,
        act: Act::Extend.to_string(),
        target: Some(target.to_owned()),
        outcome: Outcome::Done,
        payer: None,
    };
    let bobs = (0..30).map(|_| entry("UBOB", "r-aaaaa"));
    let daves = std::iter::once(entry("UDAVE", "r-bbbbb"));
    let world = World {
        policy: Policy::initial(vec!["UALICE".to_owned()]),
        audit: daves.chain(bobs).collect(),
        ..world()
    };
    let read = |filter| {
        let decision = decide(&Input::Commanded(Command::Audit(filter)), &world);
        assert!(decision.privately && decision.audit.is_empty());
        match decision.reply {
            Some(Reply::Admin(AdminReply::Audit {
                entries,
                more,
                looked_at: 31,
                ..
            })) => (entries.len(), more),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(read(Filter::All), (SHOWN_MAX, 11));
    assert_eq!(read(Filter::Handle("r-aaaaa".to_owned())), (SHOWN_MAX, 10));
    assert_eq!(read(Filter::Handle("r-bbbbb".to_owned())), (1, 0));
    assert_eq!(read(Filter::User("UDAVE".to_owned())), (1, 0));
    assert_eq!(read(Filter::User("UALICE".to_owned())), (0, 0));
}
