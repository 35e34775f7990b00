//! What is said about clusters that are switched off and on.

use super::*;
use crate::event::PowerReply;
use crate::messages::with_notebook;
use crate::offers::Market;
use crate::reservation::Power;
use crate::testing::cluster_ready;

const TOKEN: &str = "0123abcd";

/// Alice's cluster of three, stopped after an hour.
fn stopped() -> Reservation {
    let mut cluster = cluster_ready(3, 240);
    let now = NOW + HOUR_SECONDS;
    cluster
        .switch(Power::Off, "UALICE", now)
        .and_then(|()| cluster.switched(Power::Off, FailureReason::Unexpected, now + 40))
        .expect("it ran");
    cluster
}

fn starting() -> Reservation {
    let mut cluster = stopped();
    cluster
        .switch(Power::On, "UALICE", NOW + 2 * HOUR_SECONDS)
        .expect("it was off");
    cluster
}

fn started(has_called: bool) -> Reservation {
    let mut cluster = starting();
    cluster
        .switched(
            Power::On,
            FailureReason::Unexpected,
            NOW + 2 * HOUR_SECONDS + 60,
        )
        .expect("it was starting");
    for (number, node) in (1..).zip(&mut cluster.nodes) {
        node.public_address = Some(format!("203.0.113.9{number}"));
    }
    cluster.switches[1].has_called = has_called;
    cluster
}

/// The same without its master, which went while it was off.
fn masterless() -> Reservation {
    let mut cluster = started(false);
    cluster.machines_gone(&["i-2", "i-3"], NOW + 2 * HOUR_SECONDS);
    cluster
}

fn linked(kind: CardKind, cluster: &Reservation) -> Message {
    with_notebook(card(kind, cluster), kind, cluster, TOKEN)
}

#[test]
fn power_of_clusters() {
    let reply = |power| super::reply(&Reply::Power(power), PlaceKind::Direct);
    let mut spot = cluster_ready(3, 240);
    spot.candidates[0].market = Market::Spot;
    insta::assert_snapshot!(all([
        ("stopped", linked(CardKind::Switch(0), &stopped())),
        ("its first card", linked(CardKind::Ready, &stopped())),
        (
            "starting",
            reply(PowerReply::Starting {
                reservation: Box::new(starting()),
                user: "UALICE".to_owned(),
                is_longer: false,
            })
        ),
        ("runs again", linked(CardKind::Switch(1), &started(true))),
        (
            "runs again, not all of it",
            linked(CardKind::Switch(1), &started(false))
        ),
        (
            "runs again without its master",
            linked(CardKind::Switch(1), &masterless())
        ),
        (
            "the stop before",
            linked(CardKind::Switch(0), &started(true))
        ),
        (
            "of spot machines",
            reply(PowerReply::Spot {
                reservation: Box::new(spot),
                relation: Relation::Owner,
            })
        ),
    ]));
}

#[test]
fn a_link_is_shown_only_while_it_opens_the_notebook() {
    for cluster in [stopped(), starting()] {
        for kind in cards(&cluster) {
            let text = read(&linked(kind, &cluster));
            assert!(!text.contains("https://"), "{kind:?}: {text}");
        }
    }
}
