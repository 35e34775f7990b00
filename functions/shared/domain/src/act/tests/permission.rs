//! The permission table, whole: every act for every relation and standing, on every path. What is attempted comes from
//! lists that the compiler keeps complete, so that nobody can add a button, form or command without a rule for it.

mod attempts;

use super::*;
use crate::access::audit::{Outcome, Path};
use crate::access::permission::{Relation, Share, ShareRole};
use crate::forms::{FormKind, FormRequest};
use crate::identity::Place;
use attempts::{Attempt, On, SCENE_QUOTE_ID, attempts};

/// Who may do what to a reservation, written out once more: owner, share use, share manage, admin, other.
const TABLE: [(Act, [bool; 5]); 8] = [
    (Act::See, [true, true, true, true, false]),
    (Act::Remind, [true, true, true, true, false]),
    (Act::SaveTemplate, [true, true, true, true, false]),
    (Act::Terminate, [true, false, true, true, false]),
    (Act::Power, [true, false, true, true, false]),
    (Act::GoOn, [true, false, true, true, false]),
    (Act::Extend, [true, false, false, true, false]),
    (Act::Share, [true, false, false, true, false]),
];
/// What is for admins alone, once more.
const FOR_ADMINS: [Act; 5] = [
    Act::ManageOrganisationKeys,
    Act::SetPolicy,
    Act::SetAdmins,
    Act::ReadAudit,
    Act::Sweep,
];
const STANDINGS: [Standing; 5] = [
    Standing::Member,
    Standing::Guest,
    Standing::Deactivated,
    Standing::Stranger,
    Standing::Bot,
];

/// Alice's relation to a reservation, which is Bob's unless it is her own.
fn scene(relation: Relation, standing: Standing) -> World {
    let is_own = relation == Relation::Owner;
    let owner = if is_own { "UALICE" } else { "UBOB" };
    let share = |role| Share {
        user: "UALICE".to_owned(),
        role,
    };
    let reservation = Reservation {
        owner: owner.to_owned(),
        shares: match relation {
            Relation::ShareUse => vec![share(ShareRole::Use)],
            Relation::ShareManage => vec![share(ShareRole::Manage)],
            Relation::Owner | Relation::Admin | Relation::Other => Vec::new(),
        },
        ..ready_reservation(240)
    };
    let admin = if relation == Relation::Admin {
        "UALICE"
    } else {
        "UCAROL"
    };
    let (mine, named) = if is_own {
        (vec![reservation], Vec::new())
    } else {
        (Vec::new(), vec![reservation])
    };
    let mut quote = quote(240);
    quote.id = SCENE_QUOTE_ID.to_owned();
    quote.user = owner.to_owned();
    World {
        person: Person {
            standing,
            ..alice()
        },
        policy: Policy::initial(vec![admin.to_owned()]),
        mine,
        named,
        quote: Some(quote),
        credentials: attempts::credentials(),
        ..world()
    }
}

/// The same scene as text, slash command, button and form reach it.
fn on_every_path(scene: &World) -> Vec<World> {
    let way = |path, kind, can_open_form| World {
        path,
        place: Place { kind, ..direct() },
        can_open_form,
        ..scene.clone()
    };
    vec![
        way(Path::Message, PlaceKind::Direct, false),
        way(Path::Message, PlaceKind::Channel, false),
        way(Path::Command, PlaceKind::Private, true),
        way(Path::Button, PlaceKind::Channel, true),
        way(Path::Form, PlaceKind::Direct, false),
    ]
}

/// What the table says about an attempt.
#[derive(Debug, PartialEq)]
enum Verdict {
    Permitted,
    NotAllowed(Refusal),
    NotYours,
}

fn verdict(attempt: &Attempt, relation: Relation, world: &World) -> Verdict {
    let is_guest_welcome = world.policy.allows_guests || attempt.act == Act::Talk;
    match world.person.standing {
        Standing::Guest if !is_guest_welcome => return Verdict::NotAllowed(Refusal::Guest),
        Standing::Deactivated => return Verdict::NotAllowed(Refusal::Deactivated),
        Standing::Stranger => return Verdict::NotAllowed(Refusal::Stranger),
        Standing::Bot => return Verdict::NotAllowed(Refusal::Bot),
        Standing::Member | Standing::Guest => {}
    }
    // A guest is no admin, whatever the list says.
    let relation = match (relation, world.person.standing) {
        (Relation::Admin, Standing::Guest) => Relation::Other,
        (relation, _) => relation,
    };
    if FOR_ADMINS.contains(&attempt.act) && relation != Relation::Admin {
        return Verdict::NotAllowed(Refusal::AdminsOnly);
    }
    let may = match attempt.on {
        On::Nothing => true,
        On::Reservation(act) => permitted(relation, act),
        On::Quote => relation == Relation::Owner,
    };
    if may {
        Verdict::Permitted
    } else {
        Verdict::NotYours
    }
}

fn permitted(relation: Relation, act: Act) -> bool {
    let column = Relation::ALL.iter().position(|known| *known == relation);
    let row = TABLE.iter().find(|(known, _)| *known == act);
    row.zip(column)
        .is_some_and(|((_, permitted), column)| permitted[column])
}

/// What happened, in the table's words; nothing where the act is not built yet.
fn happened(decision: &Decision) -> Option<Verdict> {
    match &decision.reply {
        Some(Reply::NotAllowed { why, .. }) => Some(Verdict::NotAllowed(*why)),
        Some(Reply::NotYours { .. }) => Some(Verdict::NotYours),
        Some(Reply::NotBuilt { .. }) => None,
        _ => Some(Verdict::Permitted),
    }
}

/// A refusal is private, changes nothing, and is written down.
fn assert_refused(attempt: &Attempt, decision: &Decision, world: &World, name: &str) {
    assert!(decision.privately, "{name}: not in front of others");
    assert!(decision.writes.is_empty(), "{name}: nothing is written");
    assert_eq!(decision.form, None, "{name}: no form");
    let open = decision
        .conversation
        .as_ref()
        .and_then(|conversation| conversation.open.as_ref());
    assert_eq!(open, None, "{name}: nothing waits for a yes");
    let logged: Vec<_> = decision
        .audit
        .iter()
        .map(|entry| (entry.act.as_str(), entry.outcome, entry.path))
        .collect();
    let expected = (attempt.act.as_str(), Outcome::NotPermitted, world.path);
    let expected = Some(expected).filter(|_| attempt.act != Act::Talk);
    assert_eq!(logged, Vec::from_iter(expected), "{name}: the audit log");
}

/// Whatever is written is allowed by the table, and written down.
fn assert_written(relation: Relation, decision: &Decision, world: &World, name: &str) {
    for write in &decision.writes {
        if let Write::Update(after, _) = write {
            let before = world.find(&after.id).expect("it was there");
            let act = if before.end != after.end {
                Act::Terminate
            } else if before.switches != after.switches {
                Act::Power
            } else if before.question != after.question {
                Act::GoOn
            } else if before.shares != after.shares {
                Act::Share
            } else {
                Act::Extend
            };
            assert!(
                permitted(relation, act),
                "{name}: {act} is not theirs to do"
            );
        }
    }
    let changes = decision
        .writes
        .iter()
        .filter(|write| !matches!(write, Write::Quote(_)));
    let logged = &decision.audit;
    assert_eq!(logged.len(), changes.count(), "{name}: the audit log");
    for entry in logged {
        assert_eq!(
            (entry.outcome, entry.path),
            (Outcome::Done, world.path),
            "{name}"
        );
        assert_eq!(
            (entry.user.as_str(), entry.at_epoch_seconds),
            ("UALICE", NOW)
        );
    }
}

fn try_all(relation: Relation, scene: &World) {
    let reservation = scene.mine.iter().chain(&scene.named).next();
    let reservation = reservation.expect("there is one").clone();
    for attempt in attempts(&reservation) {
        for world in on_every_path(scene) {
            let world = World {
                conversation: attempt.conversation.clone(),
                ..world
            };
            let name = format!(
                "{relation}, {:?}, {:?}: {:?}",
                world.person.standing, world.path, attempt.input
            );
            let decision = decide(&attempt.input, &world);
            let verdict = verdict(&attempt, relation, &world);
            match happened(&decision) {
                Some(happened) => assert_eq!(happened, verdict, "{name}"),
                None => assert!(
                    decision.writes.is_empty() && decision.form.is_none(),
                    "{name}: what is not built does nothing"
                ),
            }
            if verdict == Verdict::Permitted || happened(&decision).is_none() {
                assert_written(relation, &decision, &world, &name);
            } else {
                assert_refused(&attempt, &decision, &world, &name);
            }
        }
    }
}

#[test]
fn the_table_is_what_it_is_said_to_be() {
    for act in Act::ALL.iter().copied() {
        for relation in Relation::ALL.iter().copied() {
            assert_eq!(
                relation.permits(act),
                permitted(relation, act),
                "{relation}: {act}"
            );
        }
        assert_eq!(act.is_for_admins(), FOR_ADMINS.contains(&act), "{act}");
    }
}

#[test]
fn relations_are_recognised() {
    for relation in Relation::ALL.iter().copied() {
        let world = scene(relation, Standing::Member);
        let reservation = world.mine.iter().chain(&world.named).next();
        let reservation = reservation.expect("there is one");
        assert_eq!(
            Relation::of(&world.person, reservation, &world.policy),
            relation
        );
        // The same ids in another workspace are other people.
        let elsewhere = Reservation {
            team: "T2".to_owned(),
            ..reservation.clone()
        };
        assert_eq!(
            Relation::of(&world.person, &elsewhere, &world.policy),
            Relation::Other
        );
    }
}

#[test]
fn every_act_on_every_path_is_decided_by_the_table() {
    for relation in Relation::ALL.iter().copied() {
        for standing in STANDINGS {
            for allows_guests in [false, true] {
                let mut scene = scene(relation, standing);
                scene.policy.allows_guests = allows_guests;
                try_all(relation, &scene);
            }
        }
    }
}

#[test]
fn words_for_several_never_reach_somebody_elses_machines() {
    let own = ready_reservation(240);
    let foreign = Reservation {
        id: "01KAR7Z8Q0000000000000000F".to_owned(),
        handle: "r-bobby".to_owned(),
        owner: "UBOB".to_owned(),
        ..ready_reservation(240)
    };
    // Not even an admin's "all".
    let world = World {
        policy: Policy::initial(vec!["UALICE".to_owned()]),
        mine: vec![own.clone()],
        named: vec![foreign.clone()],
        shared: vec![foreign],
        ..world()
    };
    let references = [
        None,
        Some(ReservationRef::Last),
        Some(ReservationRef::All),
        Some(ReservationRef::Vm),
        Some(ReservationRef::Cluster),
    ];
    for intent in Intent::ALL.iter().copied() {
        for reference in references.clone() {
            let slots = Slots {
                reservation: reference.map(Into::into),
                duration_minutes: Some(60),
                ..Slots::default()
            };
            let decision = say(intent, slots, &world);
            let shown = serde_json::to_string(&decision.reply).expect("JSON");
            let is_list = intent == Intent::ListReservations;
            assert!(is_list || !shown.contains("r-bobby"), "{intent}: {shown}");
            for write in &decision.writes {
                assert!(
                    matches!(write, Write::Quote(_))
                        || matches!(write, Write::Update(after, _) if after.id == own.id),
                    "{intent}"
                );
            }
        }
    }
}

#[test]
fn a_list_shows_what_is_shared_now_and_not_what_once_was() {
    for (relation, listed) in [(Relation::ShareUse, 1), (Relation::Other, 0)] {
        let scene = scene(relation, Standing::Member);
        let world = World {
            shared: scene.named.clone(),
            ..scene
        };
        let decision = say(Intent::ListReservations, Slots::default(), &world);
        assert!(
            matches!(&decision.reply, Some(Reply::Listing { shared, .. }) if shared.len() == listed),
            "{relation}"
        );
    }
}

#[test]
fn one_foreign_machine_among_several_spares_them_all() {
    let own = ready_reservation(240);
    let foreign = Reservation {
        id: "01KAR7Z8Q0000000000000000F".to_owned(),
        owner: "UBOB".to_owned(),
        ..ready_reservation(240)
    };
    let ids = vec![own.id.clone(), foreign.id.clone()];
    let world = World {
        mine: vec![own],
        named: vec![foreign],
        ..world()
    };
    for button in [Press::End(ids.clone()), Press::Keep(ids)] {
        let decision = press(button, &world);
        assert!(matches!(decision.reply, Some(Reply::NotYours { .. })));
        assert!(decision.privately && decision.writes.is_empty());
    }
}

#[test]
fn a_form_button_in_a_channel_serves_whom_it_was_meant_for() {
    let request = |for_user: &str| FormRequest {
        kind: FormKind::SshKeys,
        for_user: for_user.to_owned(),
        credential_id: None,
    };
    let foreign = press(Press::OpenForm(request("UBOB")), &world());
    assert!(matches!(foreign.reply, Some(Reply::NotYours { .. })));
    assert_eq!(foreign.form, None);
    let own = press(Press::OpenForm(request("UALICE")), &world());
    assert!(own.form.is_some());
}

#[test]
fn an_admin_who_ends_a_members_machine_is_told_whose_it_is() {
    let mut world = scene(Relation::Admin, Standing::Member);
    let reservation = world.named[0].clone();
    let slots = Slots {
        reservation: Some(handle(&reservation)),
        ..Slots::default()
    };
    let asked = say(Intent::TerminateReservation, slots, &world);
    assert!(
        matches!(&asked.reply, Some(Reply::ConfirmEnd { user, .. }) if user == "UALICE"),
        "{:?}",
        asked.reply
    );
    world = after(world, &asked);
    let confirmed = say(Intent::Affirm, Slots::default(), &world);
    assert_eq!(
        confirmed.reply,
        Some(Reply::Ending {
            handles: vec![reservation.handle],
            owners: vec!["UBOB".to_owned()],
        })
    );
}

#[test]
fn everybody_is_helped() {
    let world = World {
        person: Person {
            standing: Standing::Guest,
            ..alice()
        },
        ..world()
    };
    assert_eq!(
        say(Intent::Help, Slots::default(), &world).reply,
        Some(Reply::Help)
    );
    assert!(matches!(
        decide(&Input::Unclear(Box::default()), &world).reply,
        Some(Reply::NotUnderstood { .. })
    ));
}
