use super::*;
use crate::testing::{NOW, cluster_ready, requested_reservation, three_ready};

fn ready(number: u32) -> Heard {
    Heard {
        number,
        is_ready: true,
        has_failed: false,
    }
}

fn failed(number: u32) -> Heard {
    Heard {
        number,
        is_ready: false,
        has_failed: true,
    }
}

fn silent(number: u32) -> Heard {
    Heard {
        number,
        is_ready: false,
        has_failed: false,
    }
}

fn replacing(given_up: Vec<u32>, first_number: u32) -> Replacement {
    Replacement {
        given_up,
        first_number,
        client_token: "token".to_owned(),
        decided_epoch_seconds: NOW,
    }
}

#[test]
fn machines_are_ready_when_all_are_and_fail_when_one_does() {
    let machines = three_ready(120);
    let two = [ready(1), ready(2)];
    assert_eq!(machines.setup(&two), Setup::Awaited);
    assert_eq!(
        machines.setup(&[ready(1), ready(2), ready(3)]),
        Setup::Ready
    );
    assert_eq!(machines.setup(&[ready(1), failed(3)]), Setup::Failed);
    // What is not one of them does not stand for one.
    assert_eq!(
        machines.setup(&[ready(1), ready(2), ready(4)]),
        Setup::Awaited
    );
}

#[test]
fn a_cluster_with_a_failed_worker_waits_for_the_other_workers_and_not_for_the_master() {
    let cluster = cluster_ready(3, 120);
    assert_eq!(cluster.setup(&[failed(2)]), Setup::Awaited);
    assert_eq!(cluster.setup(&[failed(2), silent(3)]), Setup::Awaited);
    assert_eq!(
        cluster.setup(&[silent(1), failed(2), ready(3)]),
        Setup::Failed
    );
    assert_eq!(cluster.setup(&[failed(2), failed(3)]), Setup::Failed);
    assert_eq!(cluster.setup(&[failed(1)]), Setup::Failed);
    assert_eq!(cluster.setup(&[ready(2), ready(3)]), Setup::Awaited);
    assert_eq!(cluster.setup(&[ready(1), ready(2), ready(3)]), Setup::Ready);
}

#[test]
fn what_stands_in_has_numbers_of_its_own_from_when_it_is_decided() {
    let mut cluster = cluster_ready(3, 120);
    assert!(!cluster.has_number(4));
    cluster.replacement = Some(replacing(vec![2], 4));
    cluster.nodes[1].gone_epoch_seconds = Some(NOW);
    assert_eq!(cluster.wanted_numbers(), [1, 3, 4]);
    assert_eq!(cluster.workers(), 2);
    assert!(cluster.has_number(4) && !cluster.has_number(5));
    // Given up: what it says changes nothing any more.
    assert_eq!(
        cluster.setup(&[ready(1), failed(2), ready(3)]),
        Setup::Awaited
    );

    cluster.nodes.push(Node::default());
    assert_eq!(cluster.wanted_numbers(), [1, 3, 4]);
    assert_eq!(cluster.setup(&[ready(1), ready(3), ready(4)]), Setup::Ready);
    cluster.nodes[3].gone_epoch_seconds = Some(NOW);
    assert_eq!(
        (cluster.wanted_numbers(), cluster.workers()),
        (vec![1, 3], 1)
    );
}

#[test]
fn before_the_launch_all_that_were_asked_for_are_wanted() {
    let mut cluster = requested_reservation(120);
    cluster.spec = cluster_ready(3, 120).spec;
    assert_eq!(cluster.wanted_numbers(), [1, 2, 3]);
    assert_eq!((cluster.workers(), cluster.master_address()), (2, None));
    assert_eq!(cluster_ready(3, 120).master_address(), Some("10.0.0.1"));
}
