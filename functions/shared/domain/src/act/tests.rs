//! What is decided, case by case, in the words of the people concerned.

use super::*;
use crate::access::audit;
use crate::access::permission::Refusal;
use crate::access::policy::Policy;
use crate::effect::Effect;
use crate::event::Unsupported;
use crate::identity::{Person, PlaceKind, Standing};
use crate::intent::{Engine, Meaning, OneOrMany, Os, ReservationRef, Slots};
use crate::quote::QUOTE_VALID_SECONDS;
use crate::reservation::{EndReason, State};
use crate::testing::{NOW, QUOTE_ID, direct, quote, ready_reservation, requested_reservation};
use crate::time::HOUR_SECONDS;
use crate::workflow::Workflow;

pub(super) fn alice() -> Person {
    Person {
        team: "T1".to_owned(),
        user: "UALICE".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        standing: Standing::Member,
    }
}

pub(super) fn world() -> World {
    World {
        person: alice(),
        place: direct(),
        now: NOW,
        conversation: None,
        mine: Vec::new(),
        named: Vec::new(),
        shared: Vec::new(),
        people: Vec::new(),
        quote: None,
        ssh_keys: crate::testing::keys(),
        policy: Policy::initial(vec!["UCAROL".to_owned()]),
        credentials: Vec::new(),
        audit: Vec::new(),
        path: audit::Path::Message,
        can_open_form: false,
        deployment: Deployment {
            region: "us-east-1".to_owned(),
            ..Deployment::default()
        },
        new_id: "01KAR7Z8Q0000000000000000B".to_owned(),
        salt: 0,
    }
}

pub(super) fn bob(world: World) -> World {
    World {
        person: Person {
            user: "UBOB".to_owned(),
            ..alice()
        },
        mine: Vec::new(),
        ..world
    }
}

pub(super) fn say(intent: Intent, slots: Slots, world: &World) -> Decision {
    decide(
        &Input::Said(Box::new(Meaning {
            intent,
            slots,
            confidence: 1.0,
            engine: Engine::Builtin,
            evidence: Vec::new(),
        })),
        world,
    )
}

pub(super) fn press(press: Press, world: &World) -> Decision {
    decide(&Input::Pressed(press), world)
}

/// The world after a decision was written.
pub(super) fn after(mut world: World, decision: &Decision) -> World {
    world.conversation = decision.conversation.clone().or(world.conversation);
    for write in &decision.writes {
        match write {
            Write::Quote(quote) => world.quote = Some((**quote).clone()),
            Write::SshKeys(keys) => world.ssh_keys = keys.clone(),
            Write::ForgetShare { .. } => {}
            Write::Policy(policy) => world.policy = (**policy).clone(),
            Write::Credential(credential, _) => {
                world
                    .credentials
                    .retain(|(known, _)| known.id != credential.id);
                world.credentials.push(((**credential).clone(), Vec::new()));
            }
            Write::ForgetCredential(credential) => {
                world
                    .credentials
                    .retain(|(known, _)| known.id != credential.id);
            }
            Write::Create(reservation, _) => world.mine.insert(0, (**reservation).clone()),
            Write::Update(reservation, _) => {
                world.mine.retain(|known| known.id != reservation.id);
                world.mine.insert(0, (**reservation).clone());
            }
        }
    }
    world
}

fn machine_slots() -> Slots {
    Slots {
        os: Some(Os::Ubuntu),
        memory_gb: Some(8.0),
        duration_minutes: Some(240),
        ..Slots::default()
    }
}

fn handle(reservation: &Reservation) -> OneOrMany<ReservationRef> {
    ReservationRef::Handle(reservation.handle.clone()).into()
}

#[test]
fn what_is_missing_is_asked_one_thing_at_a_time_and_then_quoted() {
    let mut world = world();
    let decision = say(Intent::CreateVm, Slots::default(), &world);
    assert!(matches!(
        decision.reply,
        Some(Reply::Ask {
            asked: Next::Os,
            ..
        })
    ));
    world = after(world, &decision);
    let decision = say(
        Intent::Provide,
        Slots {
            os: Some(Os::Debian),
            ..Slots::default()
        },
        &world,
    );
    assert!(matches!(
        decision.reply,
        Some(Reply::Ask {
            asked: Next::MemoryGb,
            ..
        })
    ));
    world = after(world, &decision);
    // An answer that answers more than was asked.
    let more = Slots {
        memory_gb: Some(16.0),
        duration_minutes: Some(60),
        ..Slots::default()
    };
    let decision = say(Intent::Provide, more, &world);
    let Some(Reply::Quoted { quote, .. }) = &decision.reply else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(
        (quote.spec.system(), quote.spec.memory_gib_min),
        ("Debian 12".to_owned(), Some(16.0))
    );
    world = after(world, &decision);
    // A correction is quoted anew.
    let decision = say(
        Intent::Provide,
        Slots {
            memory_gb: Some(32.0),
            ..Slots::default()
        },
        &world,
    );
    let Some(Reply::Quoted { quote, .. }) = &decision.reply else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(
        (quote.spec.duration_minutes, quote.spec.memory_gib_min),
        (60, Some(32.0))
    );
}

#[test]
fn a_yes_takes_the_quote_and_a_second_one_finds_nothing_open() {
    let quoted = say(Intent::CreateVm, machine_slots(), &world());
    let world = after(world(), &quoted);
    let taken = say(Intent::Affirm, Slots::default(), &world);
    let [Write::Create(reservation, effects)] = &taken.writes[..] else {
        panic!("{:?}", taken.writes)
    };
    assert_eq!(
        reservation.id,
        world.quote.as_ref().expect("it was quoted").id
    );
    let start = Effect::Start {
        workflow: Workflow::ProvisionVm,
        execution: format!("provision-{}", reservation.id),
        subject_id: reservation.id.clone(),
    };
    assert_eq!(effects[..], [start]);
    let again = say(Intent::Affirm, Slots::default(), &after(world, &taken));
    assert_eq!(
        (again.reply, again.writes),
        (Some(Reply::NothingOpen), Vec::new())
    );
}

#[test]
fn a_double_click_on_launch_launches_once() {
    let mut world = World {
        quote: Some(quote(240)),
        ..world()
    };
    let first = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    world = after(world, &first);
    let second = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    assert!(matches!(second.reply, Some(Reply::Launching { .. })));
    assert!(second.writes.is_empty());
}

#[test]
fn somebody_elses_quote_and_machines_are_left_alone_privately() {
    let reservation = ready_reservation(240);
    let (id, there) = (
        reservation.id.clone(),
        World {
            quote: Some(quote(240)),
            named: vec![reservation.clone()],
            ..world()
        },
    );
    let world = bob(there);
    let presses = [
        Press::TakeQuote(QUOTE_ID.to_owned()),
        Press::DropQuote(QUOTE_ID.to_owned()),
        Press::Extend(id.clone(), HOUR_SECONDS),
        Press::End(vec![id.clone()]),
        Press::Keep(vec![id.clone()]),
        Press::Show(id),
    ];
    for button in presses {
        let decision = press(button.clone(), &world);
        assert!(
            matches!(decision.reply, Some(Reply::NotYours { .. })),
            "{button:?}: {:?}",
            decision.reply
        );
        assert!(
            decision.privately && decision.writes.is_empty() && decision.conversation.is_none(),
            "{button:?}"
        );
    }
    for intent in [
        Intent::ShowReservation,
        Intent::ExtendReservation,
        Intent::TerminateReservation,
    ] {
        let slots = Slots {
            reservation: Some(handle(&reservation)),
            duration_minutes: Some(60),
            ..Slots::default()
        };
        let decision = say(intent, slots, &world);
        assert!(
            matches!(decision.reply, Some(Reply::NotYours { .. })),
            "{intent}"
        );
        assert!(decision.writes.is_empty(), "{intent}");
    }
}

#[test]
fn a_price_that_is_too_old_is_named_again_instead_of_taken() {
    let late = World {
        quote: Some(quote(240)),
        now: NOW + QUOTE_VALID_SECONDS,
        ..world()
    };
    let decision = press(Press::TakeQuote(QUOTE_ID.to_owned()), &late);
    assert!(matches!(
        decision.reply,
        Some(Reply::Quoted { renewed: true, .. })
    ));
    assert!(matches!(decision.writes[..], [Write::Quote(_)]));
}

#[test]
fn guests_and_outsiders_get_nothing() {
    for (standing, why) in [
        (Standing::Guest, Refusal::Guest),
        (Standing::Deactivated, Refusal::Deactivated),
        (Standing::Stranger, Refusal::Stranger),
        (Standing::Bot, Refusal::Bot),
    ] {
        let world = World {
            person: Person {
                standing,
                ..alice()
            },
            quote: Some(quote(240)),
            ..world()
        };
        for decision in [
            say(Intent::CreateVm, machine_slots(), &world),
            press(Press::TakeQuote(QUOTE_ID.to_owned()), &world),
        ] {
            assert_eq!(
                decision,
                Decision {
                    reply: Some(Reply::NotAllowed {
                        act: Act::Launch,
                        why,
                        admins: vec!["UCAROL".to_owned()],
                    }),
                    privately: true,
                    ..Decision::default()
                }
            );
        }
    }
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

#[test]
fn what_was_understood_of_an_unclear_wish_is_offered_back() {
    let slots = Slots {
        os: Some(Os::Debian),
        memory_gb: Some(16.0),
        ..Slots::default()
    };
    let decision = decide(&Input::Unclear(Box::new(slots)), &world());
    let Some(Reply::NotUnderstood {
        heard, readings, ..
    }) = decision.reply
    else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!((heard.as_str(), readings.len()), ("debian, 16 gb", 2));
}

#[test]
fn an_end_in_words_is_confirmed_by_name_and_one_by_button_is_not_asked_twice() {
    let reservation = ready_reservation(240);
    let mut world = World {
        mine: vec![reservation.clone()],
        ..world()
    };
    let asked = say(
        Intent::TerminateReservation,
        Slots {
            reservation: Some(handle(&reservation)),
            ..Slots::default()
        },
        &world,
    );
    assert!(
        matches!(&asked.reply, Some(Reply::ConfirmEnd { reservations, .. }) if reservations[..] == [reservation.clone()])
    );
    assert!(asked.writes.is_empty());
    world = after(world, &asked);
    let refused = say(Intent::Deny, Slots::default(), &world);
    assert_eq!(
        refused.reply,
        Some(Reply::Kept {
            handles: vec![reservation.handle.clone()]
        })
    );
    let confirmed = say(Intent::Affirm, Slots::default(), &world);
    let pressed = press(Press::End(vec![reservation.id.clone()]), &world);
    assert_eq!(confirmed.writes, pressed.writes);
    let [Write::Update(ending, effects)] = &confirmed.writes[..] else {
        panic!("{:?}", confirmed.writes)
    };
    assert_eq!(
        (ending.state, ending.end.clone()),
        (
            State::Terminating,
            Some(EndReason::Requested("UALICE".to_owned()))
        )
    );
    assert!(matches!(
        &effects[..],
        [Effect::Start {
            workflow: Workflow::Terminate,
            ..
        }]
    ));
    let twice = press(
        Press::End(vec![reservation.id.clone()]),
        &after(world, &confirmed),
    );
    assert_eq!(
        (twice.reply, twice.writes.len()),
        (
            Some(Reply::Over {
                handle: reservation.handle
            }),
            0
        )
    );
}

#[test]
fn ending_a_launch_wakes_the_wait_instead_of_starting_a_second_workflow() {
    let reservation = requested_reservation(240);
    let decision = press(
        Press::End(vec![reservation.id.clone()]),
        &World {
            mine: vec![reservation.clone()],
            ..world()
        },
    );
    let [Write::Update(ending, effects)] = &decision.writes[..] else {
        panic!("{:?}", decision.writes)
    };
    assert_eq!(ending.state, State::Requested);
    assert_eq!(
        effects[..],
        [Effect::WakeCancelled {
            reservation_id: reservation.id
        }]
    );
}

#[test]
fn extending_adds_to_the_present_end_or_moves_it_to_a_moment_in_ones_own_zone() {
    let reservation = ready_reservation(240);
    let world = World {
        mine: vec![reservation.clone()],
        ..world()
    };
    let by = say(
        Intent::ExtendReservation,
        Slots {
            reservation: Some(handle(&reservation)),
            duration_minutes: Some(120),
            ..Slots::default()
        },
        &world,
    );
    let Some(Reply::Extended {
        deadline_epoch_seconds,
        ..
    }) = by.reply
    else {
        panic!("{:?}", by.reply)
    };
    assert_eq!(
        deadline_epoch_seconds,
        reservation.deadline_epoch_seconds + 2 * HOUR_SECONDS
    );
    // Friday 17:00 in Berlin is 16:00 UTC.
    let until = Some("2026-11-27T17:00:00".parse().expect("a moment"));
    let to = say(
        Intent::ExtendReservation,
        Slots {
            until,
            ..Slots::default()
        },
        &world,
    );
    let Some(Reply::Extended {
        deadline_epoch_seconds,
        ..
    }) = to.reply
    else {
        panic!("{:?}", to.reply)
    };
    assert_eq!(
        deadline_epoch_seconds,
        NOW + 4 * 24 * HOUR_SECONDS + 6 * HOUR_SECONDS
    );
    let earlier = Some("2026-11-23T12:00:00".parse().expect("a moment"));
    let refused = say(
        Intent::ExtendReservation,
        Slots {
            until: earlier,
            ..Slots::default()
        },
        &world,
    );
    assert!(matches!(refused.reply, Some(Reply::NotExtended { .. })));
    assert!(refused.writes.is_empty());
}

#[test]
fn with_several_machines_the_one_meant_is_asked_for() {
    let (one, other) = (
        ready_reservation(240),
        Reservation {
            id: "01KAR7Z8Q0000000000000000C".to_owned(),
            handle: "r-zzzzz".to_owned(),
            ..ready_reservation(60)
        },
    );
    let world = World {
        mine: vec![other.clone(), one.clone()],
        ..world()
    };
    for intent in [
        Intent::ShowReservation,
        Intent::TerminateReservation,
        Intent::ExtendReservation,
    ] {
        let slots = Slots {
            reservation: Some(ReservationRef::Vm.into()),
            duration_minutes: Some(60),
            ..Slots::default()
        };
        let decision = say(intent, slots, &world);
        assert!(
            matches!(&decision.reply, Some(Reply::Which { reservations, .. }) if reservations.len() == 2),
            "{intent}: {:?}",
            decision.reply
        );
        assert!(decision.writes.is_empty());
    }
    let last = say(
        Intent::ShowReservation,
        Slots {
            reservation: Some(ReservationRef::Last.into()),
            ..Slots::default()
        },
        &world,
    );
    assert!(
        matches!(&last.reply, Some(Reply::Details { reservation, .. }) if reservation.handle == "r-zzzzz")
    );
    let all = say(
        Intent::TerminateReservation,
        Slots {
            reservation: Some(ReservationRef::All.into()),
            ..Slots::default()
        },
        &world,
    );
    assert!(
        matches!(&all.reply, Some(Reply::ConfirmEnd { reservations, .. }) if reservations.len() == 2)
    );
}

#[test]
fn names_that_lead_nowhere_are_answered_kindly() {
    let over = Reservation {
        state: State::Terminated,
        ..ready_reservation(240)
    };
    let show = |reference: ReservationRef, world: &World| {
        say(
            Intent::ShowReservation,
            Slots {
                reservation: Some(reference.into()),
                ..Slots::default()
            },
            world,
        )
        .reply
    };
    let there = World {
        named: vec![over.clone()],
        ..world()
    };
    assert_eq!(
        show(ReservationRef::Handle("r-nnnnn".to_owned()), &there),
        Some(Reply::Unknown {
            name: "r-nnnnn".to_owned()
        })
    );
    assert_eq!(
        show(ReservationRef::Nickname("nimbus".to_owned()), &there),
        Some(Reply::Unknown {
            name: "nimbus".to_owned()
        })
    );
    assert_eq!(
        show(ReservationRef::Handle(over.handle.clone()), &there),
        Some(Reply::Over {
            handle: over.handle
        })
    );
    assert_eq!(show(ReservationRef::Last, &there), Some(Reply::HasNone));
    assert_eq!(show(ReservationRef::Vm, &there), Some(Reply::HasNone));
}

#[test]
fn what_cannot_be_served_is_said_and_the_rest_of_the_wish_stays() {
    let slots = Slots {
        os: Some(Os::Windows),
        ..machine_slots()
    };
    let decision = say(Intent::CreateVm, slots, &world());
    assert_eq!(
        decision.reply,
        Some(Reply::Unsupported {
            what: Unsupported::System("windows".to_owned())
        })
    );
    let mended = say(
        Intent::Provide,
        Slots {
            os: Some(Os::Debian),
            ..Slots::default()
        },
        &after(world(), &decision),
    );
    let Some(Reply::Quoted { quote, .. }) = mended.reply else {
        panic!("{:?}", mended.reply)
    };
    assert_eq!(
        (quote.spec.system(), quote.spec.duration_minutes),
        ("Debian 12".to_owned(), 240)
    );
}

#[test]
fn a_price_starts_nothing_until_it_is_booked() {
    let priced = say(Intent::PriceQuote, machine_slots(), &world());
    assert!(matches!(priced.reply, Some(Reply::Priced { .. })));
    assert!(priced.writes.is_empty());
    let booked = say(Intent::CreateVm, Slots::default(), &after(world(), &priced));
    let Some(Reply::Quoted { quote, .. }) = booked.reply else {
        panic!("{:?}", booked.reply)
    };
    assert_eq!(quote.spec.memory_gib_min, Some(8.0));
}

#[test]
fn where_nothing_fits_a_button_asks_for_the_nearest() {
    let slots = Slots {
        memory_gb: Some(64.0),
        max_hourly_usd: Some(0.1),
        storage_gb: Some(50.0),
        os: Some(Os::AmazonLinux),
        ..machine_slots()
    };
    let decision = say(Intent::CreateVm, slots, &world());
    let Some(Reply::NothingFits { ways_out, user, .. }) = decision.reply else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(user, "UALICE");
    assert_eq!(ways_out.len(), 2);
    for way_out in ways_out {
        let sentence = way_out.sentence.expect("it can be launched");
        let local = crate::time::local(NOW, &crate::time::zone("UTC"));
        let meaning = crate::understand::understand(&sentence, None, local);
        let quoted = decide(&Input::Said(Box::new(meaning)), &world());
        let Some(Reply::Quoted { quote, .. }) = quoted.reply else {
            panic!("{sentence}: {:?}", quoted.reply)
        };
        assert_eq!(quote.winner(), &way_out.alternative.offer, "{sentence}");
        assert_eq!(
            (quote.spec.system(), quote.spec.storage_gb),
            ("Amazon Linux 2023".to_owned(), 50),
            "{sentence}"
        );
        assert_eq!(quote.spec.duration_minutes, 240, "{sentence}");
    }
}

#[test]
fn why_an_offer_is_the_cheapest_is_told_to_whoever_asks_for_it() {
    let there = World {
        quote: Some(quote(240)),
        ..world()
    };
    let asked = press(Press::WhyQuote(QUOTE_ID.to_owned()), &there);
    let Some(Reply::Why { candidates, .. }) = &asked.reply else {
        panic!("{:?}", asked.reply)
    };
    assert_eq!(candidates.len(), 4);
    assert!(asked.privately && asked.writes.is_empty());
    let other = press(Press::WhyQuote(QUOTE_ID.to_owned()), &bob(there));
    assert!(matches!(other.reply, Some(Reply::NotYours { .. })));
}

#[test]
fn a_price_on_digitalocean_is_told_with_its_age_and_cannot_be_booked() {
    let slots = Slots {
        provider: Some(crate::intent::Provider::Digitalocean),
        region: Some("fra1".to_owned()),
        ..machine_slots()
    };
    let priced = say(Intent::PriceQuote, slots, &world());
    let Some(Reply::Priced {
        offer,
        rules,
        asked,
        ..
    }) = &priced.reply
    else {
        panic!("{:?}", priced.reply)
    };
    assert_eq!(offer.instance_type, "s-4vcpu-8gb");
    assert!(rules.ends_with("; prices of December 2022"), "{rules}");
    let why = press(Press::WhyPrice(asked.clone()), &world());
    assert!(matches!(why.reply, Some(Reply::Why { .. })));
    let booked = say(Intent::CreateVm, Slots::default(), &after(world(), &priced));
    assert!(matches!(
        booked.reply,
        Some(Reply::Unsupported {
            what: Unsupported::Provider(_)
        })
    ));
}

#[test]
fn forgetting_and_resting_end_a_conversation() {
    let asked = say(Intent::CreateVm, Slots::default(), &world());
    let mut talking = after(world(), &asked);
    let forgotten = say(Intent::Cancel, Slots::default(), &talking);
    assert_eq!(forgotten.reply, Some(Reply::Forgotten));
    assert_eq!(
        forgotten
            .conversation
            .and_then(|conversation| conversation.open),
        None
    );
    talking.now += CONVERSATION_SECONDS_MAX + 1;
    assert_eq!(
        say(Intent::Provide, machine_slots(), &talking).reply,
        Some(Reply::Stale)
    );
    assert_eq!(
        talking
            .conversation
            .and_then(|conversation| conversation.open_question(talking.now)),
        None
    );
}

#[test]
fn a_key_is_kept_once_and_put_on_the_next_machine() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKnewnewnewnewnewnewnewnewnewnewnewnewnewnewne";
    let given = decide(&Input::SshKey(key.to_owned()), &world());
    assert_eq!(given.reply, Some(Reply::KeyKnown { added: true }));
    let world = World {
        quote: Some(quote(240)),
        ..after(world(), &given)
    };
    let again = decide(&Input::SshKey(key.to_owned()), &world);
    assert_eq!(
        (again.reply, again.writes.len()),
        (Some(Reply::KeyKnown { added: false }), 0)
    );
    let taken = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    let [Write::Create(reservation, _)] = &taken.writes[..] else {
        panic!("{:?}", taken.writes)
    };
    assert_eq!(
        reservation.authorized_keys.last().map(String::as_str),
        Some(key)
    );
}

#[test]
fn a_secret_is_answered_privately_and_kept_nowhere() {
    let decision = decide(&Input::Secret, &world());
    assert_eq!(
        decision,
        Decision {
            reply: Some(Reply::SecretSeen {
                user: "UALICE".to_owned()
            }),
            privately: true,
            ..Decision::default()
        }
    );
}

#[test]
fn what_is_not_built_is_understood_and_leaves_the_open_task_alone() {
    let talking = after(world(), &say(Intent::CreateVm, Slots::default(), &world()));
    for intent in Intent::ALL.iter().copied() {
        let decision = say(intent, Slots::default(), &talking);
        assert!(decision.reply.is_some(), "{intent} is answered");
        if matches!(
            decision.reply,
            Some(
                Reply::NotBuilt { .. }
                    | Reply::Help
                    | Reply::Greeting
                    | Reply::Welcome
                    | Reply::Listing { .. }
            )
        ) {
            assert_eq!(decision.conversation, None, "{intent} leaves the task open");
        }
    }
}

#[test]
fn buttons_are_read_back_as_they_were_written() {
    use crate::messages::{self, CardKind};
    let known = |message: &messages::Message| {
        let buttons = message
            .blocks
            .iter()
            .flat_map(|block| block["elements"].as_array().cloned().unwrap_or_default());
        for button in buttons.filter(|button| button["type"] == "button") {
            let (action_id, value) = (
                button["action_id"].as_str().expect("a name"),
                button["value"].as_str().expect("a value"),
            );
            let ours = Press::parse(action_id, value).is_some()
                || action_id.starts_with(messages::action::SAY)
                || action_id == messages::action::ANSWER_OPEN;
            assert!(ours, "{action_id}");
        }
    };
    known(&messages::card(CardKind::Ready, &ready_reservation(240)));
    known(&messages::card(
        CardKind::Progress,
        &requested_reservation(240),
    ));
    known(&messages::reply(
        &Reply::Quoted {
            quote: Box::new(quote(240)),
            renewed: false,
            has_key: true,
        },
        PlaceKind::Direct,
    ));
    let priced = say(Intent::PriceQuote, machine_slots(), &world());
    known(&messages::reply(
        &priced.reply.expect("a price"),
        PlaceKind::Direct,
    ));
    known(&messages::reply(
        &Reply::Ask {
            intent: Intent::CreateVm,
            asked: Next::Os,
            user: "UALICE".to_owned(),
        },
        PlaceKind::Channel,
    ));
    let both = vec![ready_reservation(240), requested_reservation(60)];
    known(&messages::reply(
        &Reply::ConfirmEnd {
            reservations: both.clone(),
            at_epoch_seconds: NOW,
        },
        PlaceKind::Direct,
    ));
    for intent in [
        Intent::ExtendReservation,
        Intent::TerminateReservation,
        Intent::ShowReservation,
    ] {
        known(&messages::reply(
            &Reply::Which {
                intent,
                reservations: both.clone(),
                minutes: Some(60),
            },
            PlaceKind::Direct,
        ));
    }
    assert_eq!(
        Press::parse("extend_by.r-7f3k2", "id/90"),
        Some(Press::Extend("id".to_owned(), 5_400))
    );
    assert_eq!(Press::parse("extend_by", "id/-90"), None);
    assert_eq!(Press::parse("unknown", "x"), None);
}
