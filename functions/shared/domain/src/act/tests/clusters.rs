//! Clusters: asked for, refused kindly, priced, and limited by the policy.

use super::*;
use crate::access::policy::{Breach, Limit};
use crate::act::clusters::sentence as asking;
use crate::event::PolicyReply;
use crate::intent::{Framework, Kind, Notebook};
use crate::quote::Quote;
use crate::spec::{CLUSTER_NODES_MAX, Cluster};
use crate::time::{local, zone};
use crate::understand::understand;

/// What somebody says, as it is read in the conversation that they are in.
fn hear(sentence: &str, world: &World) -> Decision {
    let open = world.conversation.as_ref();
    let question = open.and_then(|open| open.open_question(NOW));
    let meaning = understand(sentence, question.as_ref(), local(NOW, &zone("UTC")));
    decide(&Input::Said(Box::new(meaning)), world)
}

fn quoted(decision: &Decision) -> &Quote {
    match &decision.reply {
        Some(Reply::Quoted { quote, .. }) => quote,
        other => panic!("{other:?}"),
    }
}

fn instead(decision: &Decision) -> (&Unsupported, &str) {
    match &decision.reply {
        Some(Reply::Instead { what, sentence, .. }) => (what, sentence),
        other => panic!("{other:?}"),
    }
}

fn asked(decision: &Decision) -> Next {
    match &decision.reply {
        Some(Reply::Ask { asked, .. }) => *asked,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cluster_is_asked_for_step_by_step_and_quoted_as_one() {
    let mut there = world();
    for (words, next) in [
        ("I need a spark cluster", Next::Nodes),
        ("5 nodes", Next::MemoryGb),
        ("8 GB", Next::DurationMinutes),
    ] {
        let decision = hear(words, &there);
        assert_eq!(asked(&decision), next, "{words}");
        there = after(there, &decision);
    }
    let decision = hear("4 hours", &there);
    let quote = quoted(&decision);
    assert_eq!(quote.spec.cluster, Some(Cluster::default()));
    assert_eq!((quote.spec.count, quote.spec.duration_minutes), (5, 240));
    let mut one = quote.clone();
    one.spec.count = 1;
    assert!((quote.total_usd() - 5.0 * one.total_usd()).abs() < 1e-9);
    let taken = say(Intent::Affirm, Slots::default(), &after(there, &decision));
    assert!(
        matches!(&taken.writes[..], [Write::Create(reservation, _)] if reservation.machines() == 5)
    );
}

#[test]
fn software_that_is_not_ready_is_refused_at_once_with_what_is() {
    for (wish, name) in [
        ("hadoop cluster with 5 nodes", "Hadoop"),
        ("spark with zeppelin, 5 nodes", "Zeppelin"),
        ("hadoop with zeppelin, 5 nodes", "Hadoop"),
    ] {
        let decision = hear(wish, &world());
        let (what, sentence) = instead(&decision);
        assert_eq!(*what, Unsupported::ClusterSoftware(name.to_owned()));
        // The button, and going on in words.
        let there = after(world(), &decision);
        assert_eq!(asked(&hear(sentence, &there)), Next::MemoryGb);
        assert_eq!(asked(&hear("8 GB", &there)), Next::DurationMinutes);
    }
    let complete = hear("hadoop cluster, 3 nodes, 8 gb each, 4 hours", &world());
    let (_, sentence) = instead(&complete);
    let quote = quoted(&hear(sentence, &after(world(), &complete))).clone();
    assert_eq!(
        (quote.spec.count, quote.spec.memory_gib_min),
        (3, Some(8.0))
    );
    let yes = say(Intent::Affirm, Slots::default(), &after(world(), &complete));
    assert_eq!(quoted(&yes).spec, quote.spec);
}

#[test]
fn other_software_on_a_cluster_is_refused_and_python_and_java_are_there() {
    let decision = hear(
        "spark cluster with docker, 3 nodes, 8gb each, 4 hours",
        &world(),
    );
    let (what, sentence) = instead(&decision);
    assert_eq!(*what, Unsupported::WithCluster("docker".to_owned()));
    assert_eq!(
        quoted(&hear(sentence, &after(world(), &decision)))
            .spec
            .environments,
        []
    );
    let python = hear(
        "spark cluster with python, 3 nodes, 8gb each, 4 hours",
        &world(),
    );
    assert_eq!(quoted(&python).spec.environments, []);
}

#[test]
fn a_cluster_has_two_machines_at_least_and_forty_at_most() {
    for (nodes, nearest) in [(0, 2), (1, 2), (41, 40), (u32::MAX, 40)] {
        let slots = Slots {
            nodes: Some(nodes),
            memory_gb: Some(8.0),
            duration_minutes: Some(240),
            ..Slots::default()
        };
        let decision = say(Intent::CreateCluster, slots, &world());
        let (what, sentence) = instead(&decision);
        assert_eq!(*what, Unsupported::Nodes(nodes));
        assert_eq!(
            quoted(&hear(sentence, &after(world(), &decision)))
                .spec
                .count,
            nearest
        );
        let mended = hear("7 nodes", &after(world(), &decision));
        assert_eq!(quoted(&mended).spec.count, 7);
    }
    let workers = Slots {
        workers: Some(CLUSTER_NODES_MAX - 1),
        memory_gb: Some(8.0),
        duration_minutes: Some(240),
        ..Slots::default()
    };
    let decision = say(Intent::CreateCluster, workers, &world());
    assert_eq!(quoted(&decision).spec.count, CLUSTER_NODES_MAX);
}

#[test]
fn a_price_is_for_the_whole_cluster_and_is_booked_by_its_sentence_or_in_words() {
    let decision = hear("What would a 5-node spark cluster with 8gb cost?", &world());
    let Some(Reply::Priced {
        count: 5,
        cluster: Some(priced),
        ..
    }) = &decision.reply
    else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(priced.not_ready, None);
    assert_eq!(
        asked(&hear(&priced.sentence, &after(world(), &decision))),
        Next::DurationMinutes
    );
    let booked = hear("book it", &after(world(), &decision));
    assert_eq!(asked(&booked), Next::DurationMinutes);
    let more = hear("and with 8 nodes?", &after(world(), &decision));
    assert!(matches!(more.reply, Some(Reply::Priced { count: 8, .. })));
}

#[test]
fn hadoop_is_priced_and_what_is_booked_is_spark() {
    let decision = hear(
        "how much is a hadoop cluster with 5 nodes and 8 gb for 4 hours?",
        &world(),
    );
    let Some(Reply::Priced {
        cluster: Some(priced),
        ..
    }) = &decision.reply
    else {
        panic!("{:?}", decision.reply)
    };
    assert_eq!(priced.not_ready.as_deref(), Some("Hadoop"));
    let quote = quoted(&hear(&priced.sentence, &after(world(), &decision))).clone();
    assert_eq!(quote.spec.cluster, Some(Cluster::default()));
    let booked = hear("book it", &after(world(), &decision));
    assert_eq!(quoted(&booked).spec, quote.spec);
}

#[test]
fn a_price_that_cannot_be_named_goes_on_with_another_word() {
    let decision = hear(
        "what does a spark cluster with 50 nodes and 8gb cost?",
        &world(),
    );
    let (what, sentence) = instead(&decision);
    assert_eq!(*what, Unsupported::Nodes(50));
    let nearest = hear(sentence, &after(world(), &decision));
    assert!(
        matches!(nearest.reply, Some(Reply::Priced { count: 40, .. })),
        "{sentence}"
    );
    let mended = hear("and with 10 nodes?", &after(world(), &decision));
    assert!(matches!(
        mended.reply,
        Some(Reply::Priced { count: 10, .. })
    ));
}

fn slots(nodes: u32) -> Slots {
    Slots {
        framework: Some(Framework::Spark),
        notebook: Some(Notebook::Jupyter),
        nodes: Some(nodes),
        memory_gb: Some(8.0),
        duration_minutes: Some(240),
        ..Slots::default()
    }
}

#[test]
fn the_policy_counts_every_machine_and_fewer_mend_it() {
    let mut world = world();
    world.policy.machines_per_person_max = Limit::Set(4);
    let refused = say(Intent::CreateCluster, slots(6), &world);
    let Some(Reply::Policy(PolicyReply::Against {
        breaches,
        goes_on: true,
        machines_min: 2,
        ..
    })) = &refused.reply
    else {
        panic!("{:?}", refused.reply)
    };
    let breach = Breach::Machines {
        asked: 6,
        held: 0,
        machines_max: 4,
    };
    assert_eq!(*breaches, [breach]);
    // As the answer says it.
    let mended = hear("4 machines", &after(world.clone(), &refused));
    assert_eq!(quoted(&mended).spec.count, 4);

    // Six machines of two vCPUs at least: three of them are within the limit.
    world.policy.machines_per_person_max = Limit::Off;
    world.policy.vcpus_per_person_max = Limit::Set(7);
    let cores = Slots {
        vcpus: Some(2),
        ..slots(6)
    };
    let refused = say(Intent::CreateCluster, cores.clone(), &world);
    let mended = hear("3 machines", &after(world.clone(), &refused));
    assert_eq!(quoted(&mended).spec.count, 3);

    // One machine is no cluster: not fewer machines are asked for, but smaller ones.
    world.policy.vcpus_per_person_max = Limit::Set(3);
    let refused = say(Intent::CreateCluster, cores, &world);
    let open = refused
        .conversation
        .as_ref()
        .and_then(|open| open.open.as_ref());
    let open = open.expect("it goes on");
    assert_eq!((open.slots.nodes, open.slots.vcpus), (Some(6), None));

    let priced = Slots {
        kind: Some(Kind::Cluster),
        ..slots(6)
    };
    let priced = say(Intent::PriceQuote, priced, &world);
    assert!(matches!(
        priced.reply,
        Some(Reply::Policy(PolicyReply::PricedAgainst {
            count: 6,
            cluster: Some(_),
            ..
        }))
    ));
}

#[test]
fn the_same_cluster_can_be_asked_for_in_words() {
    let slots = Slots {
        os: Some(Os::AmazonLinux),
        storage_gb: Some(50.0),
        spot: Some(false),
        ..slots(5)
    };
    let decision = say(Intent::CreateCluster, slots, &world());
    let quote = quoted(&decision);
    let spec = &quote.spec;
    let sentence = sentence(quote.winner(), spec, Some(spec.duration_minutes));
    let again = hear(&sentence, &world());
    let again = quoted(&again);
    assert_eq!(again.winner(), quote.winner(), "{sentence}");
    assert_eq!(
        (again.spec.count, again.spec.cluster),
        (5, spec.cluster),
        "{sentence}"
    );
    assert_eq!(
        (again.spec.system(), again.spec.storage_gb),
        (spec.system(), 50),
        "{sentence}"
    );
    assert_eq!(again.spec.duration_minutes, 240, "{sentence}");
}

#[test]
fn sentences_say_all_that_was_wished() {
    let plain = Slots {
        framework: Some(Framework::Spark),
        ..Slots::default()
    };
    let wishes = [
        plain.clone(),
        Slots {
            nodes: Some(5),
            os: Some(Os::Debian),
            os_version: Some("12".to_owned()),
            memory_gb: Some(7.5),
            vcpus: Some(4),
            storage_gb: Some(100.0),
            spot: Some(true),
            region: Some("eu-central-1".to_owned()),
            duration_minutes: Some(90),
            ..plain.clone()
        },
        Slots {
            workers: Some(3),
            memory_total_gb: Some(64.0),
            storage_total_gb: Some(400.0),
            max_hourly_usd: Some(0.5),
            duration_minutes: Some(2 * 24 * 60),
            ..plain.clone()
        },
        Slots {
            nodes: Some(3),
            instance_type: Some("t3a.large".to_owned()),
            ..plain
        },
    ];
    for wish in wishes {
        let local = local(NOW, &zone("UTC"));
        let words = asking(Intent::CreateCluster, &wish);
        let meaning = understand(&words, None, local);
        assert_eq!(
            (meaning.intent, &meaning.slots),
            (Intent::CreateCluster, &wish),
            "{words}"
        );
        let words = asking(Intent::PriceQuote, &wish);
        let meaning = understand(&words, None, local);
        let priced = Slots {
            kind: Some(Kind::Cluster),
            ..wish
        };
        assert_eq!(
            (meaning.intent, meaning.slots),
            (Intent::PriceQuote, priced),
            "{words}"
        );
    }
}

#[test]
fn the_cluster_is_the_one_among_machines_that_is_a_cluster() {
    let cluster = Reservation {
        id: "01KAR7Z8Q0000000000000000F".to_owned(),
        handle: "r-spark".to_owned(),
        ..crate::testing::cluster_ready(3, 240)
    };
    let mut world = world();
    world.mine = vec![ready_reservation(240), cluster];
    let slots = |reference: ReservationRef| Slots {
        reservation: Some(reference.into()),
        ..Slots::default()
    };
    for (reference, handle) in [
        (ReservationRef::Cluster, "r-spark"),
        (ReservationRef::Vm, world.mine[0].handle.as_str()),
    ] {
        let shown = say(Intent::ShowReservation, slots(reference), &world);
        assert!(
            matches!(&shown.reply, Some(Reply::Details { reservation, .. }) if reservation.handle == handle),
            "{:?}",
            shown.reply
        );
    }
    world.mine.truncate(1);
    let only = say(
        Intent::ShowReservation,
        slots(ReservationRef::Cluster),
        &world,
    );
    assert!(matches!(only.reply, Some(Reply::Details { .. })));
}
