//! What is said about clusters.

use super::*;
use crate::access::policy::{Breach, Policy};
use crate::event::{PolicyReply, PricedCluster, UsualReply};
use crate::quote::Quote;
use crate::spec::{CLUSTER_NODES_MAX, Cluster, System};
use crate::testing::{cluster_ready, direct, keys, quote_for};
use crate::usual::Usual;

fn said(answer: &Reply) -> Message {
    reply(answer, PlaceKind::Direct)
}

fn cluster_quote(nodes: u32) -> Quote {
    let mut quote = quote_for(nodes, 2 * 60);
    quote.spec.cluster = Some(Cluster::default());
    quote
}

fn undone(reason: FailureReason) -> Reservation {
    let mut reservation = Reservation::from_quote(&cluster_quote(3), direct(), &keys(), 0, NOW);
    reservation.launched_epoch_seconds = Some(NOW + 2);
    reservation
        .begin(NOW + 1)
        .and_then(|()| reservation.undo(Some(reason), NOW + 9))
        .and_then(|()| reservation.close(NOW + 12))
        .expect("it was being provided");
    reservation
}

fn over(mut reservation: Reservation, reason: EndReason) -> Reservation {
    let end = NOW + 4 * HOUR_SECONDS;
    reservation
        .end(reason, end)
        .and_then(|()| reservation.close(end + 60))
        .expect("it was ready");
    reservation
}

fn priced(not_ready: Option<&str>) -> Reply {
    let quote = cluster_quote(5);
    Reply::Priced {
        offer: quote.winner().clone(),
        rules: quote.rules.clone(),
        count: 5,
        storage_gb: 20,
        environments: Vec::new(),
        duration_minutes: not_ready.is_none().then_some(240),
        asked: Box::default(),
        cluster: Some(PricedCluster {
            cluster: Cluster::default(),
            not_ready: not_ready.map(str::to_owned),
            sentence: "spark cluster with 5 nodes 8 gb memory each".to_owned(),
            user: "UALICE".to_owned(),
        }),
    }
}

#[test]
fn prices_of_clusters() {
    let against = PolicyReply::PricedAgainst {
        offer: cluster_quote(5).winner().clone(),
        rules: cluster_quote(5).rules,
        count: 5,
        storage_gb: 20,
        duration_minutes: None,
        cluster: Some(Cluster::default()),
        breaches: vec![Breach::Machines {
            asked: 5,
            held: 0,
            machines_max: 4,
        }],
        admins: Policy::initial(vec!["UCAROL".to_owned()]).admins,
        may_change: false,
    };
    insta::assert_snapshot!(all([
        (
            "quote",
            said(&Reply::Quoted {
                quote: Box::new(cluster_quote(3)),
                renewed: false,
                has_key: true,
            })
        ),
        (
            "the smallest",
            said(&Reply::Quoted {
                quote: Box::new(cluster_quote(2)),
                renewed: true,
                has_key: true,
            })
        ),
        ("price", said(&priced(None))),
        ("price of what is not ready", said(&priced(Some("Hadoop")))),
        ("price against the policy", said(&Reply::Policy(against))),
    ]));
}

#[test]
fn questions_about_clusters() {
    let ask = |asked, place| {
        let ask = Reply::Ask {
            intent: Intent::CreateCluster,
            asked,
            user: "UALICE".to_owned(),
        };
        reply(&ask, place)
    };
    insta::assert_snapshot!(all([
        ("how many", ask(Next::Nodes, PlaceKind::Direct)),
        (
            "how many, in a channel",
            ask(Next::Nodes, PlaceKind::Channel)
        ),
        ("memory", ask(Next::MemoryGb, PlaceKind::Direct)),
        ("time", ask(Next::DurationMinutes, PlaceKind::Direct)),
    ]));
}

#[test]
fn what_clusters_cannot_be() {
    let instead = |what| {
        said(&Reply::Instead {
            what,
            sentence: "spark cluster with 5 nodes".to_owned(),
            user: "UALICE".to_owned(),
        })
    };
    let against = |held, machines_max| {
        said(&Reply::Policy(PolicyReply::Against {
            breaches: vec![Breach::Machines {
                asked: 5,
                held,
                machines_max,
            }],
            admins: vec!["UCAROL".to_owned()],
            may_change: false,
            stands: None,
            goes_on: true,
            machines_min: 2,
        }))
    };
    insta::assert_snapshot!(all([
        (
            "framework",
            instead(Unsupported::ClusterSoftware("Hadoop".to_owned()))
        ),
        (
            "notebook",
            instead(Unsupported::ClusterSoftware("Zeppelin".to_owned()))
        ),
        (
            "environment",
            instead(Unsupported::WithCluster("docker".to_owned()))
        ),
        ("too few", instead(Unsupported::Nodes(1))),
        (
            "too many",
            instead(Unsupported::Nodes(CLUSTER_NODES_MAX + 1))
        ),
        ("the policy allows fewer", against(0, 4)),
        ("the policy allows fewer beside the others", against(1, 4)),
        ("the policy allows one beside the others", against(3, 4)),
        ("the policy allows no cluster", against(0, 1)),
    ]));
}

#[test]
fn a_cluster_from_launch_to_end() {
    let cluster = cluster_ready(3, 240);
    let mut two_left = cluster.clone();
    two_left.machines_gone(&["i-1", "i-3"], NOW + HOUR_SECONDS);
    let warning = Warning {
        deadline_epoch_seconds: cluster.deadline_epoch_seconds,
        minutes_before: 30,
    };
    let details = |reservation: &Reservation, relation| {
        said(&Reply::Details {
            reservation: Box::new(reservation.clone()),
            relation,
            at_epoch_seconds: NOW + 2 * HOUR_SECONDS,
        })
    };
    let launching = Reservation::from_quote(&cluster_quote(3), direct(), &keys(), 0, NOW);
    insta::assert_snapshot!(all([
        (
            "launching",
            said(&Reply::Launching {
                reservation: Box::new(launching),
            })
        ),
        ("details", details(&cluster, Relation::Owner)),
        ("details, shared", details(&cluster, Relation::ShareManage)),
        ("details, one is gone", details(&two_left, Relation::Owner)),
        (
            "list",
            said(&Reply::Listing {
                reservations: vec![cluster.clone(), ready_reservation(240)],
                shared: Vec::new(),
                at_epoch_seconds: NOW + 2 * HOUR_SECONDS,
            })
        ),
        (
            "shall it go?",
            said(&Reply::ConfirmEnd {
                reservations: vec![cluster.clone()],
                at_epoch_seconds: NOW + HOUR_SECONDS,
                user: "UALICE".to_owned(),
                more: 0,
            })
        ),
        ("warning", card(CardKind::Warning(warning), &cluster)),
        (
            "never ready",
            card(CardKind::Final, &undone(FailureReason::NeverReady))
        ),
        (
            "its time was up",
            card(CardKind::Final, &over(cluster.clone(), EndReason::Deadline))
        ),
        (
            "lost",
            card(CardKind::Final, &over(cluster, EndReason::Vanished))
        ),
    ]));
}

#[test]
fn the_usual_cluster() {
    let usual = Usual {
        nodes: 4,
        os: System::Debian,
        memory_gb: 7.5,
        vcpus: Some(4),
        spot: true,
        duration_minutes: None,
        ..Usual::default()
    };
    let user = || "UALICE".to_owned();
    let shown = |usual| UsualReply::Shown {
        usual,
        user: user(),
    };
    let kept = UsualReply::Kept {
        usual: Usual::default(),
        user: user(),
    };
    let no_cluster = UsualReply::NoCluster {
        handle: "r-aaaaa".to_owned(),
        user: user(),
    };
    insta::assert_snapshot!(all([
        ("shown", shown(Some(usual))),
        ("none to show", shown(None)),
        ("none to launch", UsualReply::NoneYet { user: user() }),
        ("kept", kept),
        ("not a cluster", no_cluster),
    ]
    .map(|(name, answer)| (name, said(&Reply::Usual(answer))))));
}

#[test]
fn the_form_for_the_usual_cluster() {
    let view = form(&crate::forms::Form::Usual(Usual::default()), "{}");
    insta::assert_json_snapshot!(view);
}
