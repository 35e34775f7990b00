//! One's usual cluster: set, shown, and used for what is not said.

use super::*;
use crate::event::UsualReply;
use crate::forms::{Form, FormKind, FormRequest};
use crate::testing::cluster_ready;
use crate::time::{local, zone};
use crate::understand::understand;
use crate::usual::Usual;

/// What somebody says, as it is read in the conversation that they are in.
fn hear(sentence: &str, world: &World) -> Decision {
    let open = world.conversation.as_ref();
    let question = open.and_then(|open| open.open_question(NOW));
    let meaning = understand(sentence, question.as_ref(), local(NOW, &zone("UTC")));
    decide(&Input::Said(Box::new(meaning)), world)
}

fn command(text: &str, world: &World) -> Decision {
    let command = Command::parse(text).expect("a command");
    decide(&Input::Commanded(command), world)
}

fn usual() -> Usual {
    Usual {
        nodes: 4,
        memory_gb: 16.0,
        duration_minutes: None,
        version: 3,
        ..Usual::default()
    }
}

fn with_usual(usual: Usual) -> World {
    World {
        usual: Some(usual),
        ..world()
    }
}

fn quoted(decision: &Decision) -> (u32, Option<f64>, u32) {
    match &decision.reply {
        Some(Reply::Quoted { quote, .. }) => {
            let spec = &quote.spec;
            (spec.count, spec.memory_gib_min, spec.duration_minutes)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_said_is_as_usual() {
    let there = with_usual(usual());
    for (words, expected) in [
        ("launch my usual cluster for 3 hours", (4, Some(16.0), 180)),
        ("the usual for 3 hours please", (4, Some(16.0), 180)),
        (
            "my usual cluster with 6 nodes for 3 hours",
            (6, Some(16.0), 180),
        ),
        (
            "spark cluster with my default config and 32 gb until tomorrow 10:00",
            (4, Some(32.0), 24 * 60),
        ),
    ] {
        assert_eq!(quoted(&hear(words, &there)), expected, "{words}");
    }
    let decision = hear("the usual please", &there);
    assert!(matches!(
        decision.reply,
        Some(Reply::Ask {
            asked: Next::DurationMinutes,
            ..
        })
    ));
    let answered = hear("2 hours", &after(there, &decision));
    assert_eq!(quoted(&answered), (4, Some(16.0), 120));
    let always = with_usual(Usual {
        duration_minutes: Some(300),
        ..usual()
    });
    assert_eq!(
        quoted(&hear("the usual please", &always)),
        (4, Some(16.0), 300)
    );
}

#[test]
fn whatever_was_spoken_of_before_the_usual_is_the_usual() {
    let there = with_usual(usual());
    for before in [
        "my usual cluster with 32 gb for 3 hours",
        "get me an ubuntu vm",
        "how much is a 9-node spark cluster with 64 gb for 3 hours?",
    ] {
        let open = after(there.clone(), &hear(before, &there));
        let asked = hear("launch my usual cluster", &open);
        assert!(
            matches!(
                asked.reply,
                Some(Reply::Ask {
                    asked: Next::DurationMinutes,
                    ..
                })
            ),
            "{before}: {:?}",
            asked.reply
        );
        let quote = hear("2 hours", &after(open, &asked));
        assert_eq!(quoted(&quote), (4, Some(16.0), 120), "{before}");
    }
}

#[test]
fn it_has_a_price_and_answers_a_question() {
    let there = with_usual(usual());
    let priced = hear("how much is my usual cluster for 3 hours?", &there);
    assert!(
        matches!(
            &priced.reply,
            Some(Reply::Priced {
                count: 4,
                duration_minutes: Some(180),
                ..
            })
        ),
        "{:?}",
        priced.reply
    );
    let asked = hear("I need a spark cluster", &there);
    let answered = hear("the usual config", &after(there, &asked));
    assert!(
        matches!(
            answered.reply,
            Some(Reply::Ask {
                asked: Next::DurationMinutes,
                ..
            })
        ),
        "{:?}",
        answered.reply
    );
}

#[test]
fn without_one_the_form_is_offered_and_what_was_said_stands() {
    let decision = hear("launch my usual cluster for 3 hours", &world());
    assert!(matches!(
        decision.reply,
        Some(Reply::Usual(UsualReply::NoneYet { .. }))
    ));
    let there = after(world(), &decision);
    assert_eq!(
        quoted(&hear("3 nodes with 8 GB", &there)),
        (3, Some(8.0), 180)
    );
    let priced = hear("how much is my usual cluster?", &world());
    assert!(matches!(
        priced.reply,
        Some(Reply::Usual(UsualReply::NoneYet { .. }))
    ));
}

#[test]
fn software_that_is_not_ready_is_refused_here_too() {
    let decision = hear(
        "hadoop, the usual setup, zeppelin on top",
        &with_usual(usual()),
    );
    let Some(Reply::Instead { sentence, .. }) = &decision.reply else {
        panic!("{:?}", decision.reply)
    };
    let again = hear(&format!("{sentence} for 2 hours"), &world());
    assert_eq!(quoted(&again), (4, Some(16.0), 120));
}

#[test]
fn a_cluster_becomes_the_usual_one_by_button_or_in_words() {
    let cluster = cluster_ready(3, 240);
    let mut there = with_usual(usual());
    there.mine = vec![cluster.clone()];
    let expected = Usual {
        version: 3,
        ..Usual::default()
    };
    let words = format!("save {} as my usual cluster", cluster.handle);
    for decision in [
        command(&words, &there),
        command("make my cluster my usual", &there),
        press(Press::MakeUsual(cluster.id.clone()), &there),
    ] {
        assert_eq!(decision.writes, [Write::Usual(expected.clone())]);
        assert!(decision.privately);
        assert!(
            matches!(&decision.reply, Some(Reply::Usual(UsualReply::Kept { usual, .. })) if *usual == expected)
        );
        assert_eq!(decision.audit[0].act, Act::SetUsual.as_str());
    }
    let machine = ready_reservation(240);
    there.mine = vec![machine.clone()];
    let refused = press(Press::MakeUsual(machine.id), &there);
    assert!(refused.writes.is_empty());
    assert!(matches!(
        refused.reply,
        Some(Reply::Usual(UsualReply::NoCluster { .. }))
    ));
}

#[test]
fn of_several_clusters_it_is_asked_which() {
    let first = cluster_ready(3, 240);
    let second = Reservation {
        id: "01KAR7Z8Q0000000000000000F".to_owned(),
        handle: "r-other".to_owned(),
        ..first.clone()
    };
    let there = World {
        mine: vec![first, second],
        ..world()
    };
    let decision = command("save my cluster as my usual cluster", &there);
    assert!(
        matches!(&decision.reply, Some(Reply::Which { reservations, .. }) if reservations.len() == 2)
    );
}

#[test]
fn the_form_starts_from_it_and_what_is_sent_takes_its_place() {
    let there = with_usual(usual());
    let request = FormRequest {
        kind: FormKind::UsualCluster,
        for_user: "UALICE".to_owned(),
        credential_id: None,
    };
    let opened = press(Press::OpenForm(request.clone()), &there);
    assert_eq!(opened.form, Some(Form::Usual(usual())));
    let first = press(Press::OpenForm(request), &world());
    assert_eq!(first.form, Some(Form::Usual(Usual::default())));

    let sent = Usual {
        nodes: 9,
        version: 0,
        ..usual()
    };
    let decision = decide(&Input::Filled(Box::new(Filled::Usual(sent))), &there);
    let [Write::Usual(kept)] = &decision.writes[..] else {
        panic!("{:?}", decision.writes)
    };
    assert_eq!((kept.nodes, kept.version), (9, 3));
    let shown = command("usual", &after(there, &decision));
    assert!(
        matches!(&shown.reply, Some(Reply::Usual(UsualReply::Shown { usual: Some(usual), .. })) if usual.nodes == 9)
    );
}

#[test]
fn it_is_read_only_where_it_is_needed() {
    let said = |words| {
        let meaning = understand(words, None, local(NOW, &zone("UTC")));
        Input::Said(Box::new(meaning)).is_about_usual()
    };
    assert!(said("the usual please"));
    assert!(!said("spin up an ubuntu vm with 8gb for 4 hours"));
    assert!(Input::Pressed(Press::MakeUsual(String::new())).is_about_usual());
    assert!(!Input::Pressed(Press::ListKeys).is_about_usual());
}
