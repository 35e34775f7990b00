use super::*;
use crate::reservation::Power;
use crate::testing::{
    NOW, cluster_provisioning, cluster_ready, requested_reservation, three_ready,
};
use crate::workflow::FailureReason;

fn ready(number: u32) -> Heard {
    Heard {
        number,
        ready_epoch_seconds: Some(NOW),
        has_failed: false,
    }
}

fn failed(number: u32) -> Heard {
    Heard {
        number,
        ready_epoch_seconds: None,
        has_failed: true,
    }
}

fn silent(number: u32) -> Heard {
    Heard {
        number,
        ready_epoch_seconds: None,
        has_failed: false,
    }
}

fn replacing(given_up: Vec<u32>, first_number: u32) -> Replacement {
    Replacement {
        given_up,
        first_number,
        client_token: "token".to_owned(),
        decided_epoch_seconds: NOW,
        is_refused: false,
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

/// What becomes of it; as much later as an answer may take.
fn assessed(cluster: &mut Reservation, heard: &[Heard], now: EpochSeconds) -> Course {
    let course = cluster.assess(heard, 1_800, now);
    assert_eq!(cluster.assess(heard, 1_800, now), course, "the same again");
    course
}

#[test]
fn a_worker_that_fails_is_replaced_once_and_then_its_owner_is_asked() {
    let mut cluster = cluster_provisioning(3);
    let heard = [silent(1), failed(2), ready(3)];
    assert_eq!(assessed(&mut cluster, &heard, NOW), Course::Replace);
    let those = cluster.to_stand_in().expect("one stands in").clone();
    assert_eq!((those.given_up, those.first_number), (vec![2], 4));
    assert_ne!(those.client_token, cluster.attempts[0].client_token);
    assert_eq!(cluster.given_up().count(), 1);

    cluster.stand_in(vec![Node::default()], NOW);
    cluster.stand_in(vec![Node::default()], NOW);
    assert_eq!(
        (cluster.nodes.len(), cluster.wanted_numbers()),
        (4, vec![1, 3, 4])
    );
    let heard = [silent(1), failed(2), ready(3), failed(4)];
    assert_eq!(cluster.setup(&heard), Setup::Failed);
    assert_eq!(assessed(&mut cluster, &heard, NOW + 60), Course::Ask);
    let question = cluster.open_question().expect("it is asked");
    assert_eq!((&question.without, cluster.workers_left()), (&vec![4], 1));
    assert_eq!(question.due_epoch_seconds, NOW + 1_860);
    // It is not taken for dead while somebody thinks.
    assert!(cluster.next_due_epoch_seconds() > Some(NOW + 1_860));

    let mut silent_owner = cluster.clone();
    assert_eq!(
        assessed(&mut silent_owner, &heard, NOW + 1_860),
        Course::Undo
    );
    assert_eq!(
        silent_owner.go_on("UALICE", NOW + 1_860),
        Err(NotAsked::Nothing)
    );

    assert_eq!(cluster.go_on("UALICE", NOW + 90), Ok(()));
    assert_eq!(cluster.go_on("UBOB", NOW + 91), Err(NotAsked::Answered));
    assert_eq!(assessed(&mut cluster, &heard, NOW + 92), Course::Shrink);
    cluster.shrink(NOW + 93);
    cluster.shrink(NOW + 94);
    assert_eq!(
        (cluster.wanted_numbers(), cluster.workers()),
        (vec![1, 3], 1)
    );
    assert_eq!(cluster.workers_left(), 1);
    assert_eq!(cluster.setup(&heard), Setup::Awaited);
    assert_eq!(
        cluster.setup(&[ready(1), failed(2), ready(3), failed(4)]),
        Setup::Ready
    );
    assert_eq!(assessed(&mut cluster, &heard, NOW + 900), Course::Undo);
}

#[test]
fn where_the_cloud_has_no_other_worker_the_owner_is_asked_at_once() {
    let mut cluster = cluster_provisioning(3);
    let heard = [silent(1), failed(2), ready(3)];
    assert_eq!(assessed(&mut cluster, &heard, NOW), Course::Replace);
    if let Some(those) = &mut cluster.replacement {
        those.is_refused = true;
    }
    assert_eq!(assessed(&mut cluster, &heard, NOW), Course::Ask);
    cluster.go_on("UALICE", NOW).expect("it is asked");
    cluster.shrink(NOW);
    assert_eq!(cluster.wanted_numbers(), [1, 3]);
}

#[test]
fn without_its_master_or_any_worker_a_cluster_is_undone() {
    let course = |heard: &[Heard]| assessed(&mut cluster_provisioning(3), heard, NOW);
    assert_eq!(course(&[failed(1), ready(2), ready(3)]), Course::Undo);
    assert_eq!(
        course(&[failed(2), ready(3)]),
        Course::Undo,
        "it never called"
    );
    assert_eq!(course(&[]), Course::Undo);
    // All workers have called and none is ready: it is the master that they wait for.
    assert_eq!(course(&[silent(1), silent(2), silent(3)]), Course::Undo);
    assert_eq!(course(&[silent(1), ready(2), ready(3)]), Course::Undo);
    // Both are replaced together.
    assert_eq!(course(&[silent(1), failed(2)]), Course::Replace);

    let mut cluster = cluster_provisioning(2);
    assert_eq!(assessed(&mut cluster, &[silent(1)], NOW), Course::Replace);
    cluster.stand_in(vec![Node::default()], NOW);
    let heard = [silent(1), failed(3)];
    assert_eq!(
        assessed(&mut cluster, &heard, NOW),
        Course::Undo,
        "nothing is left to go on with"
    );
}

#[test]
fn a_worker_that_is_late_while_others_are_ready_is_replaced() {
    let mut cluster = cluster_provisioning(4);
    let heard = [silent(1), silent(2), ready(3), ready(4)];
    assert_eq!(assessed(&mut cluster, &heard, NOW), Course::Replace);
    assert_eq!(cluster.to_stand_in().map(Replacement::count), Some(1));
}

#[test]
fn machines_are_counted_once_while_they_are_set_up() {
    let mut cluster = cluster_provisioning(3);
    assert!(cluster.hear_of_ready(2, NOW));
    assert!(!cluster.hear_of_ready(2, NOW + 5));
    assert!(!cluster.hear_of_ready(4, NOW), "no such");
    assert_eq!(cluster.ready_machines(), 1);
    let mut done = cluster_ready(3, 120);
    assert!(!done.hear_of_ready(1, NOW), "nobody follows it any more");
}

#[test]
fn what_stands_in_costs_from_its_own_launch_and_what_is_given_up_until_then() {
    let mut cluster = cluster_ready(2, 120);
    cluster.launched_epoch_seconds = Some(NOW);
    let hour = 3_600;
    let smooth = cluster.cost_usd(NOW + 2 * hour);
    cluster.nodes[1].gone_epoch_seconds = Some(NOW + hour);
    cluster.nodes.push(Node {
        launched_epoch_seconds: Some(NOW + hour),
        ..Node::default()
    });
    let replaced = cluster.cost_usd(NOW + 2 * hour);
    assert!((smooth - replaced).abs() < 1e-9, "{smooth} {replaced}");
}

#[test]
fn a_cluster_that_is_complete_when_it_is_looked_at_goes_on_whatever_was_asked() {
    let mut cluster = cluster_provisioning(3);
    let complete = [ready(1), ready(2), ready(3)];
    assert_eq!(assessed(&mut cluster, &complete, NOW), Course::Await);

    let heard = [silent(1), failed(2), ready(3)];
    assert_eq!(assessed(&mut cluster, &heard, NOW), Course::Replace);
    cluster.stand_in(vec![Node::default()], NOW);
    let heard = [silent(1), failed(2), ready(3)];
    assert_eq!(assessed(&mut cluster, &heard, NOW), Course::Ask);
    let late = [ready(1), failed(2), ready(3), ready(4)];
    assert_eq!(assessed(&mut cluster, &late, NOW + 1_900), Course::Await);
}

#[test]
fn an_answer_is_progress_however_late() {
    let mut cluster = cluster_provisioning(3);
    assessed(&mut cluster, &[silent(1), failed(2), ready(3)], NOW);
    cluster.stand_in(vec![Node::default()], NOW);
    let heard = [silent(1), failed(2), ready(3), failed(4)];
    assert_eq!(assessed(&mut cluster, &heard, NOW), Course::Ask);
    let late = NOW + 1_799;
    cluster.go_on("UALICE", late).expect("it is asked");
    assert!(cluster.stalled_due() > late + 60);
}

const OFF: EpochSeconds = NOW + 600;
const ON: EpochSeconds = NOW + 1_200;

/// Three machines that were seen off, and are to be on.
fn starting(mut machines: Reservation) -> Reservation {
    machines
        .switch(Power::Off, "UALICE", OFF - 60)
        .and_then(|()| machines.switched(Power::Off, FailureReason::Unexpected, OFF))
        .and_then(|()| machines.switch(Power::On, "UALICE", ON))
        .expect("they ran");
    machines
}

/// They run, but not all have said that they are ready.
fn handed_over(machines: Reservation) -> Reservation {
    let mut machines = starting(machines);
    machines
        .switched(Power::On, FailureReason::Unexpected, ON + 300)
        .expect("they were starting");
    machines
}

fn ready_at(number: u32, at: EpochSeconds) -> Heard {
    Heard {
        ready_epoch_seconds: Some(at),
        ..silent(number)
    }
}

#[test]
fn a_cluster_is_up_again_once_each_of_its_machines_has_said_so_since_it_was_off() {
    let mut cluster = starting(cluster_ready(3, 120));
    let again = [ready_at(1, ON), ready_at(2, ON + 9), ready_at(3, ON + 20)];
    assert!(cluster.have_called(&again));
    let switched_on_elsewhere = ready_at(3, OFF + 30);
    assert!(cluster.have_called(&[again[0], again[1], switched_on_elsewhere]));
    // It was said before it was off, or not at all, or by another.
    for missing in [ready_at(3, OFF - 1), silent(3), ready_at(4, ON)] {
        assert!(!cluster.have_called(&[again[0], again[1], missing]));
    }
    cluster.machines_gone(&["i-1", "i-2"], ON);
    assert!(cluster.have_called(&again[..2]), "one is gone");
}

#[test]
fn of_machines_that_were_handed_over_early_it_is_told_once_when_all_are_ready() {
    let all = [
        ready_at(1, ON + 400),
        ready_at(2, ON + 9),
        ready_at(3, ON + 20),
    ];
    for machines in [three_ready(120), cluster_ready(3, 120)] {
        let mut machines = handed_over(machines);
        assert!(!machines.hear_of_start(&all[1..]), "the first is awaited");
        assert!(machines.awaits_word() && machines.hear_of_start(&all));
        assert!(machines.switches[1].has_called && !machines.awaits_word());
        assert!(!machines.hear_of_start(&all), "that is no news");
    }
}

#[test]
fn of_machines_that_nobody_waits_for_nothing_is_told() {
    let all = [1, 2, 3].map(|number| ready_at(number, ON + 400));
    let with = |change: fn(&mut Reservation)| {
        let mut machines = handed_over(cluster_ready(3, 120));
        change(&mut machines);
        machines
    };
    for mut machines in [
        cluster_ready(3, 120),
        starting(cluster_ready(3, 120)),
        with(|found| found.switches[1].user.clear()),
        with(|failed| failed.switches[1].fault = Some(FailureReason::Unexpected)),
        with(|stopping| {
            stopping
                .switch(Power::Off, "UALICE", ON + 390)
                .expect("it runs");
        }),
        with(|masterless| {
            masterless.machines_gone(&["i-2", "i-3"], ON);
        }),
    ] {
        let before = machines.clone();
        assert!(!machines.hear_of_start(&all), "{:?}", before.switches);
        assert_eq!(machines, before);
    }
}
