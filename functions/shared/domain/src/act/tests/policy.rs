//! The policy, checked when a price is named, when it is taken and when time is added.

use super::*;
use crate::access::policy::{Breach, Limit, OrganisationPaysFor};
use crate::event::PolicyReply;
use crate::intent::Provider;

fn under(policy: Policy) -> World {
    World { policy, ..world() }
}

fn free() -> Policy {
    world().policy
}

fn against(decision: &Decision) -> &[Breach] {
    match &decision.reply {
        Some(Reply::Policy(PolicyReply::Against { breaches, .. })) => breaches,
        other => panic!("{other:?}"),
    }
}

fn goes_on(decision: &Decision) -> bool {
    matches!(
        &decision.reply,
        Some(Reply::Policy(PolicyReply::Against { goes_on: true, .. }))
    )
}

fn quoted_in(decision: &Decision) -> &crate::quote::Quote {
    match &decision.reply {
        Some(Reply::Quoted { quote, .. }) => quote,
        other => panic!("{other:?}"),
    }
}

fn lasting(minutes: u32) -> Slots {
    Slots {
        duration_minutes: Some(minutes),
        ..Slots::default()
    }
}

#[test]
fn a_quote_that_lasts_too_long_is_refused_and_one_word_mends_it() {
    let world = under(Policy {
        duration_minutes_max: Limit::Set(120),
        ..free()
    });
    let refused = say(Intent::CreateVm, machine_slots(), &world);
    assert_eq!(
        against(&refused),
        [Breach::Duration {
            asked_minutes: 240,
            minutes_max: 120
        }]
    );
    assert!(goes_on(&refused) && refused.writes.is_empty());
    let mended = say(Intent::Provide, lasting(120), &after(world, &refused));
    let spec = &quoted_in(&mended).spec;
    assert_eq!(
        (spec.duration_minutes, spec.memory_gib_min),
        (120, Some(8.0))
    );
}

#[test]
fn everything_that_is_against_a_wish_is_said_at_once() {
    let world = under(Policy {
        duration_minutes_max: Limit::Set(120),
        hourly_usd_max: Limit::Set(0.02),
        providers: Limit::Set(vec![Provider::Digitalocean]),
        ..free()
    });
    let refused = say(Intent::CreateVm, machine_slots(), &world);
    assert!(matches!(
        against(&refused),
        [
            Breach::Duration { .. },
            Breach::HourlyUsd { .. },
            Breach::Provider { .. }
        ]
    ));
}

#[test]
fn limits_steer_the_choice_and_no_runner_up_leaves_them() {
    let free_choice = say(Intent::CreateVm, machine_slots(), &world());
    assert_eq!(quoted_in(&free_choice).winner().vcpus, 2);
    let world = under(Policy {
        vcpus_per_person_max: Limit::Set(1),
        hourly_usd_max: Limit::Set(0.09),
        ..free()
    });
    let steered = say(Intent::CreateVm, machine_slots(), &world);
    let quote = quoted_in(&steered);
    let offers = quote.candidates.iter();
    assert!(offers.clone().all(|offer| offer.vcpus == 1));
    assert!(
        offers
            .map(|offer| crate::cost::HourlyCost::of(offer, quote.spec.storage_gb).total_usd())
            .all(|usd| usd <= 0.09)
    );
    assert!(quote.rules.contains("within the policy"), "{}", quote.rules);
}

#[test]
fn where_nothing_remains_the_machine_that_comes_nearest_says_which_rule_is_in_the_way() {
    // With one vCPU there are machines of 8 GiB, but none as cheap as that.
    let world = under(Policy {
        vcpus_per_person_max: Limit::Set(1),
        hourly_usd_max: Limit::Set(0.07),
        ..free()
    });
    let refused = say(Intent::CreateVm, machine_slots(), &world);
    assert!(matches!(against(&refused), [Breach::HourlyUsd { .. }]));
    let small = Slots {
        memory_gb: Some(2.0),
        ..Slots::default()
    };
    let mended = say(Intent::Provide, small, &after(world, &refused));
    assert_eq!(quoted_in(&mended).winner().vcpus, 1);
}

#[test]
fn what_fits_no_machine_at_all_is_not_blamed_on_the_policy() {
    let world = under(Policy {
        duration_minutes_max: Limit::Set(120),
        ..free()
    });
    let slots = Slots {
        memory_gb: Some(1e6),
        ..machine_slots()
    };
    assert!(matches!(
        say(Intent::CreateVm, slots, &world).reply,
        Some(Reply::NothingFits { .. })
    ));
}

#[test]
fn a_price_is_said_all_the_same_with_what_is_against_it() {
    let world = under(Policy {
        machines_per_person_max: Limit::Set(1),
        ..free()
    });
    let full = World {
        mine: vec![ready_reservation(240)],
        ..world.clone()
    };
    assert!(matches!(
        say(Intent::PriceQuote, machine_slots(), &world).reply,
        Some(Reply::Priced { .. })
    ));
    let priced = say(Intent::PriceQuote, machine_slots(), &full);
    assert!(matches!(
        &priced.reply,
        Some(Reply::Policy(PolicyReply::PricedAgainst { offer, breaches, .. }))
            if offer.instance_type == "t3a.large" && matches!(breaches[..], [Breach::Machines { asked: 1, held: 1, machines_max: 1 }])
    ));
    let booked = say(Intent::CreateVm, Slots::default(), &after(full, &priced));
    assert!(matches!(against(&booked), [Breach::Machines { .. }]));
}

#[test]
fn with_too_many_machines_a_yes_goes_on_once_one_is_gone() {
    let full = World {
        mine: vec![requested_reservation(60)],
        ..under(Policy {
            machines_per_person_max: Limit::Set(1),
            ..free()
        })
    };
    let refused = say(Intent::CreateVm, machine_slots(), &full);
    assert!(matches!(
        against(&refused),
        [Breach::Machines { held: 1, .. }]
    ));
    let mut world = after(full, &refused);
    let still_full = say(Intent::Affirm, Slots::default(), &world);
    assert!(matches!(against(&still_full), [Breach::Machines { .. }]));
    world.mine.clear();
    let again = say(Intent::Affirm, Slots::default(), &world);
    assert_eq!(quoted_in(&again).spec.memory_gib_min, Some(8.0));
}

#[test]
fn a_quote_cannot_be_taken_once_the_policy_is_stricter() {
    let quoted = say(Intent::CreateVm, machine_slots(), &world());
    let mut world = after(world(), &quoted);
    world.policy.duration_minutes_max = Limit::Set(120);
    let id = world.quote.as_ref().map(|quote| quote.id.clone());
    let pressed = press(Press::TakeQuote(id.unwrap_or_default()), &world);
    let said = say(Intent::Affirm, Slots::default(), &world);
    assert_eq!(pressed, said);
    assert!(matches!(
        against(&said),
        [Breach::Duration {
            asked_minutes: 240,
            minutes_max: 120
        }]
    ));
    assert!(goes_on(&said) && said.writes.is_empty());
    let mended = say(Intent::Provide, lasting(60), &after(world, &said));
    assert_eq!(quoted_in(&mended).spec.duration_minutes, 60);
}

#[test]
fn a_quote_cannot_be_taken_once_its_author_has_enough() {
    let mut world = World {
        quote: Some(quote(240)),
        ..under(Policy {
            vcpus_per_person_max: Limit::Set(3),
            ..free()
        })
    };
    let take = Press::TakeQuote(QUOTE_ID.to_owned());
    assert!(matches!(
        press(take.clone(), &world).reply,
        Some(Reply::Launching { .. })
    ));
    world.mine = vec![Reservation {
        id: "01KAR7Z8Q0000000000000000C".to_owned(),
        ..ready_reservation(60)
    }];
    let refused = press(take, &world);
    assert_eq!(
        against(&refused),
        [Breach::Vcpus {
            asked: 2,
            machines: 1,
            held: 2,
            vcpus_max: 3
        }]
    );
    assert!(refused.conversation.is_none() && !goes_on(&refused));
}

#[test]
fn a_launch_takes_along_only_the_runners_up_that_are_still_allowed() {
    let world = World {
        quote: Some(quote(240)),
        ..under(Policy {
            // Above the winner's price, below those of the others.
            hourly_usd_max: Limit::Set(0.083),
            ..free()
        })
    };
    let before = world
        .quote
        .as_ref()
        .map_or(0, |quote| quote.candidates.len());
    let taken = press(Press::TakeQuote(QUOTE_ID.to_owned()), &world);
    let [Write::Create(reservation, _)] = &taken.writes[..] else {
        panic!("{:?}", taken.writes)
    };
    let types: Vec<&str> = reservation
        .candidates
        .iter()
        .map(|offer| offer.instance_type.as_str())
        .collect();
    assert_eq!((types.as_slice(), before), (["t3a.large"].as_slice(), 4));
}

#[test]
fn a_yes_takes_a_price_that_was_named_again() {
    let quoted = say(Intent::CreateVm, machine_slots(), &world());
    let mut world = after(world(), &quoted);
    world.now += QUOTE_VALID_SECONDS;
    world.new_id = "01KAR7Z8Q0000000000000000D".to_owned();
    let renewed = say(Intent::Affirm, Slots::default(), &world);
    assert!(matches!(
        renewed.reply,
        Some(Reply::Quoted { renewed: true, .. })
    ));
    let taken = say(Intent::Affirm, Slots::default(), &after(world, &renewed));
    assert!(matches!(taken.reply, Some(Reply::Launching { .. })));
}

#[test]
fn a_price_that_is_too_old_is_named_again_within_the_policy() {
    let late = World {
        quote: Some(quote(240)),
        now: NOW + QUOTE_VALID_SECONDS,
        ..under(Policy {
            duration_minutes_max: Limit::Set(120),
            ..free()
        })
    };
    let refused = press(Press::TakeQuote(QUOTE_ID.to_owned()), &late);
    assert!(matches!(against(&refused), [Breach::Duration { .. }]));
    assert!(refused.writes.is_empty());
}

#[test]
fn time_is_added_up_to_the_latest_end_and_no_further() {
    let reservation = ready_reservation(240);
    let world = World {
        mine: vec![reservation.clone()],
        ..under(Policy {
            duration_minutes_max: Limit::Set(360),
            ..free()
        })
    };
    let latest = NOW + 6 * HOUR_SECONDS;
    let extend = |minutes, world: &World| {
        say(
            Intent::ExtendReservation,
            Slots {
                reservation: Some(handle(&reservation)),
                ..lasting(minutes)
            },
            world,
        )
    };
    let exactly = extend(120, &world);
    assert!(matches!(
        exactly.reply,
        Some(Reply::Extended { deadline_epoch_seconds, .. }) if deadline_epoch_seconds == latest
    ));
    let refused = extend(121, &world);
    let breach = Breach::Deadline {
        asked_epoch_seconds: latest + 60,
        latest_epoch_seconds: latest,
        minutes_max: 360,
    };
    assert_eq!(against(&refused), [breach]);
    assert!(goes_on(&refused) && refused.privately && refused.writes.is_empty());
    // Far beyond what anybody may have, the policy is still what is in the way.
    assert!(matches!(
        against(&extend(100_000, &world)),
        [Breach::Deadline { .. }]
    ));
    let mended = say(Intent::Provide, lasting(60), &after(world, &refused));
    assert!(matches!(mended.reply, Some(Reply::Extended { .. })));
}

#[test]
fn a_button_adds_no_more_time_than_the_policy_allows_and_leaves_the_conversation_alone() {
    let reservation = ready_reservation(240);
    let world = World {
        mine: vec![reservation.clone()],
        ..under(Policy {
            duration_minutes_max: Limit::Set(360),
            ..free()
        })
    };
    let hours = |hours| Press::Extend(reservation.id.clone(), hours * HOUR_SECONDS);
    assert!(matches!(
        press(hours(1), &world).reply,
        Some(Reply::Extended { .. })
    ));
    let refused = press(hours(4), &world);
    assert!(matches!(against(&refused), [Breach::Deadline { .. }]));
    assert!(refused.conversation.is_none() && refused.writes.is_empty() && !goes_on(&refused));
}

#[test]
fn where_no_later_end_is_allowed_nothing_stays_open() {
    let reservation = ready_reservation(240);
    let world = World {
        mine: vec![reservation],
        ..under(Policy {
            duration_minutes_max: Limit::Set(60),
            ..free()
        })
    };
    let refused = say(Intent::ExtendReservation, lasting(10), &world);
    assert!(!goes_on(&refused));
    assert_eq!(
        refused
            .conversation
            .and_then(|conversation| conversation.open),
        None
    );
}

#[test]
fn admins_are_bound_too_and_are_told_that_they_can_change_it() {
    let world = under(Policy {
        admins: vec!["UALICE".to_owned()],
        duration_minutes_max: Limit::Set(120),
        ..free()
    });
    assert!(matches!(
        say(Intent::CreateVm, machine_slots(), &world).reply,
        Some(Reply::Policy(PolicyReply::Against {
            may_change: true,
            ..
        }))
    ));
}

#[test]
fn guests_have_machines_where_the_policy_says_so_within_the_same_limits() {
    let guest = |allows_guests, minutes_max| World {
        person: Person {
            standing: Standing::Guest,
            ..alice()
        },
        ..under(Policy {
            allows_guests,
            duration_minutes_max: minutes_max,
            ..free()
        })
    };
    let ask = |world: &World| say(Intent::CreateVm, machine_slots(), world);
    assert!(matches!(
        ask(&guest(false, Limit::Off)).reply,
        Some(Reply::NotAllowed {
            why: Refusal::Guest,
            ..
        })
    ));
    assert_eq!(quoted_in(&ask(&guest(true, Limit::Off))).user, "UALICE");
    assert!(matches!(
        against(&ask(&guest(true, Limit::Set(60)))),
        [Breach::Duration { .. }]
    ));
}

#[test]
fn a_form_changes_the_rules_and_not_the_admins() {
    let filled = Policy {
        machines_per_person_max: Limit::Set(3),
        organisation_pays_for: OrganisationPaysFor::Nobody,
        version: 4,
        ..Policy::initial(Vec::new())
    };
    let send = |world: &World| {
        decide(
            &Input::Filled(Box::new(Filled::Policy(filled.clone()))),
            world,
        )
    };
    assert!(matches!(
        send(&world()).reply,
        Some(Reply::NotAllowed {
            why: Refusal::AdminsOnly,
            ..
        })
    ));
    let carol = under(Policy {
        admins: vec!["UALICE".to_owned(), "UCAROL".to_owned()],
        version: 4,
        ..free()
    });
    let expected = Policy {
        admins: carol.policy.admins.clone(),
        ..filled.clone()
    };
    let changed = send(&carol);
    assert_eq!(changed.writes, [Write::Policy(Box::new(expected))]);
    assert!(matches!(
        changed.reply,
        Some(Reply::Policy(PolicyReply::Changed { .. }))
    ));
}

#[test]
fn the_button_below_the_policy_opens_the_form_for_admins_alone() {
    use crate::forms::Form;
    use crate::messages::{self, action};
    let admin = under(Policy {
        admins: vec!["UALICE".to_owned()],
        ..free()
    });
    let shown = decide(&Input::Commanded(Command::Policy), &admin)
        .reply
        .expect("an answer");
    let message = messages::reply(&shown, PlaceKind::Direct);
    let button = &message
        .blocks
        .iter()
        .find(|block| block["type"] == "actions")
        .expect("a row of buttons")["elements"][0];
    assert_eq!(button["action_id"], action::FORM_OPEN);
    let open = Press::parse(
        action::FORM_OPEN,
        button["value"].as_str().unwrap_or_default(),
    )
    .expect("it is ours");
    assert_eq!(
        press(open.clone(), &admin).form,
        Some(Form::Policy(Box::new(admin.policy.clone())))
    );
    let refused = press(open, &world());
    assert!(refused.form.is_none());
    assert!(matches!(
        refused.reply,
        Some(Reply::NotAllowed {
            why: Refusal::AdminsOnly,
            ..
        })
    ));
}

#[test]
fn of_two_admins_at_the_form_the_second_is_told_and_overwrites_nothing() {
    let world = World {
        person: Person {
            user: "UCAROL".to_owned(),
            ..alice()
        },
        policy: Policy {
            version: 3,
            ..Policy::initial(vec!["UCAROL".to_owned()])
        },
        ..world()
    };
    let started_from = |version| Policy {
        version,
        allows_guests: true,
        ..Policy::initial(Vec::new())
    };
    let fill = |filled| decide(&Input::Filled(Box::new(filled)), &world);
    for late in [
        fill(Filled::Policy(started_from(2))),
        fill(Filled::Admins(vec!["UBOB".to_owned()], 2)),
    ] {
        assert!(late.writes.is_empty());
        assert!(matches!(
            late.reply,
            Some(Reply::Policy(PolicyReply::ChangedMeanwhile { .. }))
        ));
    }
    assert_eq!(fill(Filled::Policy(started_from(3))).writes.len(), 1);
}

#[test]
fn admins_are_not_all_given_away_to_people_who_cannot_act_as_one() {
    let guest = Person {
        user: "UGINA".to_owned(),
        standing: Standing::Guest,
        ..alice()
    };
    let member = Person {
        user: "UBOB".to_owned(),
        ..alice()
    };
    let world = World {
        policy: Policy::initial(vec!["UALICE".to_owned()]),
        people: vec![guest, member],
        ..world()
    };
    let name = |users: &[&str]| {
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        decide(&Input::Filled(Box::new(Filled::Admins(users, 0))), &world)
    };
    let refused = name(&["UGINA", "UNOBODY"]);
    assert!(refused.writes.is_empty());
    assert_eq!(
        refused.reply,
        Some(Reply::Admin(crate::event::AdminReply::NobodyLeft))
    );
    for users in [["UGINA", "UBOB"], ["UGINA", "UALICE"]] {
        assert_eq!(name(&users).writes.len(), 1, "{users:?}");
    }
}
