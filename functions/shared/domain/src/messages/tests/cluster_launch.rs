//! What is said about clusters.

use super::*;
use crate::messages::with_notebook;
use crate::reservation::Heard;
use crate::testing::{cluster_provisioning, cluster_ready};

const TOKEN: &str = "0123abcd";
const FINGERPRINT: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const ANSWER_SECONDS: i64 = 1_800;

fn heard(number: u32, has_failed: bool) -> Heard {
    Heard {
        number,
        ready_epoch_seconds: (!has_failed).then_some(NOW),
        has_failed,
    }
}

/// The worker with number 2 failed.
fn replacing() -> Reservation {
    let mut cluster = cluster_provisioning(3);
    let heard = [heard(1, false), heard(2, true), heard(3, false)];
    cluster.assess(&heard, ANSWER_SECONDS, NOW);
    cluster
}

/// So did the one in its stead.
fn asked() -> Reservation {
    let mut cluster = replacing();
    cluster.stand_in(
        vec![Node {
            public_address: Some("203.0.113.4".to_owned()),
            ..Node::default()
        }],
        NOW,
    );
    let heard = [heard(1, false), heard(3, false), heard(4, true)];
    cluster.assess(&heard, ANSWER_SECONDS, NOW);
    cluster
}

fn gone_on() -> Reservation {
    let mut cluster = asked();
    cluster.go_on("UALICE", NOW).expect("it is asked");
    cluster.shrink(NOW);
    cluster
}

fn handed_over() -> Reservation {
    let mut cluster = cluster_ready(3, 120);
    cluster.certificate_sha256 = Some(FINGERPRINT.to_owned());
    cluster
}

#[test]
fn a_cluster_on_its_way() {
    let progress = |reservation: &Reservation| card(CardKind::Progress, reservation);
    let mut expected = cluster_provisioning(3);
    expected.expected_seconds = Some(95);
    let mut counted = expected.clone();
    counted.hear_of_ready(3, NOW);
    insta::assert_snapshot!(all([
        ("with what it took others", progress(&expected)),
        ("one of three", progress(&counted)),
        ("one is replaced", progress(&replacing())),
        ("its owner is asked", progress(&asked())),
        ("it goes on", progress(&gone_on())),
        ("ready", progress(&handed_over())),
    ]));
}

#[test]
fn whether_a_cluster_goes_on() {
    let question = |reservation: &Reservation| card(CardKind::Question, reservation);
    let mut refused = replacing();
    if let Some(those) = &mut refused.replacement {
        those.is_refused = true;
    }
    let silent = [heard(1, false), heard(3, false)];
    refused.assess(&silent, ANSWER_SECONDS, NOW);
    let undone = |reason| {
        let mut cluster = asked();
        cluster.undo(reason, NOW).expect("it was being provided");
        cluster
    };
    let unanswered = undone(Some(FailureReason::SetupFailed));
    let mut cancelled = asked();
    let wish = EndReason::Requested("UALICE".to_owned());
    cancelled.end(wish, NOW).expect("it may be ended");
    let mut over = unanswered.clone();
    over.close(NOW + 60).expect("it is undone");
    let answer = |workers| Reply::GoesOn {
        handle: "r-7f3k2".to_owned(),
        workers,
    };
    let nothing = Reply::NothingAsked {
        handle: "r-7f3k2".to_owned(),
    };
    insta::assert_snapshot!(all([
        ("asked", question(&asked())),
        ("the cloud has no other", question(&refused)),
        ("answered", question(&gone_on())),
        ("not answered", question(&unanswered)),
        ("undone", question(&cancelled)),
        ("the last word", card(CardKind::Final, &over)),
        ("pressed", reply(&answer(1), PlaceKind::Direct)),
        (
            "pressed when nothing is asked",
            reply(&nothing, PlaceKind::Direct)
        ),
    ]));
}

#[test]
fn a_cluster_that_is_ready() {
    let linked = |kind, reservation: &Reservation| {
        with_notebook(card(kind, reservation), kind, reservation, TOKEN)
    };
    let mut smaller = gone_on();
    smaller.hand_over(NOW + 60).expect("it is provided");
    let mut ending = handed_over();
    let wish = EndReason::Requested("UALICE".to_owned());
    ending.end(wish, NOW).expect("it may be ended");
    let details = Reply::Details {
        reservation: Box::new(handed_over()),
        relation: Relation::Owner,
        at_epoch_seconds: NOW + 60,
    };
    insta::assert_snapshot!(all([
        ("ready", linked(CardKind::Ready, &handed_over())),
        (
            "without a fingerprint, and smaller",
            linked(CardKind::Ready, &smaller)
        ),
        ("ending", linked(CardKind::Ready, &ending)),
        ("details", reply(&details, PlaceKind::Channel)),
    ]));
}

#[test]
fn the_token_is_in_the_owners_messages_and_only_while_it_opens_something() {
    let cluster = handed_over();
    for kind in [CardKind::Progress, CardKind::Question, CardKind::Final] {
        let message = with_notebook(card(kind, &cluster), kind, &cluster, TOKEN);
        assert!(!read(&message).contains(TOKEN), "{kind:?}");
    }
    let machine = ready_reservation(60);
    let message = with_notebook(
        card(CardKind::Ready, &machine),
        CardKind::Ready,
        &machine,
        TOKEN,
    );
    assert!(!read(&message).contains(TOKEN), "it is no cluster");
}

#[test]
fn the_largest_cluster_fits_into_a_message() {
    let cluster = cluster_ready(crate::spec::CLUSTER_NODES_MAX, 120);
    let message = with_notebook(
        card(CardKind::Ready, &cluster),
        CardKind::Ready,
        &cluster,
        TOKEN,
    );
    for block in &message.blocks {
        let text = block["text"]["text"].as_str().unwrap_or_default();
        assert!(text.chars().count() < 3_000 && !text.contains('…'));
    }
}

#[test]
fn however_many_machines_are_gone_people_read_until_when_the_others_run() {
    for gone in 0..40 {
        let mut cluster = cluster_ready(40, 240);
        for node in &mut cluster.nodes {
            node.public_address = Some("203.100.113.200".to_owned());
        }
        for node in cluster.nodes.iter_mut().rev().take(gone) {
            node.gone_epoch_seconds = Some(NOW + HOUR_SECONDS);
        }
        let blocks = card(CardKind::Ready, &cluster).blocks;
        let text = serde_json::Value::from(blocks).to_string();
        assert!(text.contains("Ends "), "{gone} gone: {text}");
        let last = "40. `ssh ubuntu@203.100.113.200` · worker";
        assert_eq!(text.contains(last), gone == 0, "{text}");
        let has_line = text.contains("40. gone since");
        assert_eq!(has_line, (1..=8).contains(&gone), "{gone}: {text}");
        assert_eq!(text.contains(" and 40\\n"), gone > 8, "{gone}: {text}");
    }
}
