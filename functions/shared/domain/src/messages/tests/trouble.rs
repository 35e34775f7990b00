//! What went wrong in the cloud, in words.

use super::*;
use crate::beacon::SetupFailure;
use crate::failover::{NO_CAPACITY, NO_DEFAULT_NETWORK, NO_SUBNET};
use crate::intent::Environment;
use crate::reservation::{Attempt, Refusal};

/// Notes that a candidate was refused in a zone.
fn refuse(
    reservation: &mut Reservation,
    candidate: usize,
    zone: &str,
    code: &str,
    reason: FailureReason,
) {
    reservation.attempts.push(Attempt {
        candidate,
        zone: (!zone.is_empty()).then(|| format!("us-east-1{zone}")),
        subnet: None,
        image: None,
        client_token: "token".to_owned(),
        tried_epoch_seconds: NOW,
        refused: Some(Refusal {
            code: code.to_owned(),
            reason,
        }),
    });
}

/// Without capacity in six zones, then at a limit, then in the third choice's first zone.
fn tried(mut reservation: Reservation) -> Reservation {
    let last = reservation.attempts.pop();
    for zone in ["a", "b", "c", "d", "e", "f"] {
        let reason = FailureReason::NoCapacity;
        refuse(&mut reservation, 0, zone, NO_CAPACITY, reason);
    }
    let reason = FailureReason::QuotaExceeded;
    refuse(&mut reservation, 1, "a", "VcpuLimitExceeded", reason);
    if let Some(last) = last {
        reservation.attempts.push(Attempt {
            candidate: 2,
            zone: Some("us-east-1c".to_owned()),
            ..last
        });
    }
    reservation
}

/// A launch that failed after that refusal.
fn failed_after(code: &str, reason: FailureReason) -> Reservation {
    let mut reservation = failed(reason);
    refuse(&mut reservation, 0, "b", code, reason);
    reservation
}

fn shut_out() -> Reservation {
    let mut reservation = ready_reservation(240);
    let end = NOW + 4 * HOUR_SECONDS;
    reservation
        .end(EndReason::Deadline, end)
        .and_then(|()| reservation.shut_out(end + HOUR_SECONDS, end))
        .expect("it was ready");
    reservation
}

#[test]
fn failures_say_what_is_in_the_way_and_who_can_help() {
    let mut denied = failed_after("UnauthorizedOperation", FailureReason::Denied);
    denied.missing_action = Some("ec2:RunInstances".to_owned());
    let mut forged = denied.clone();
    forged.missing_action = Some("<!channel>".to_owned());
    let mut personal = denied.clone();
    personal.payer.credential_id = Some("01".to_owned());
    let last = |reservation: &Reservation| card(CardKind::Final, reservation);
    let network = failed_after(NO_DEFAULT_NETWORK, FailureReason::Misconfigured);
    let mut their_network = network.clone();
    their_network.payer.credential_id = Some("01".to_owned());
    let mut subnet = failed_after(NO_SUBNET, FailureReason::Misconfigured);
    subnet.candidates[0].zone = Some("us-east-1b".to_owned());
    let mut their_subnet = subnet.clone();
    their_subnet.payer.credential_id = Some("01".to_owned());
    let trail = Reply::Trail {
        reservation: Box::new(subnet.clone()),
    };
    insta::assert_snapshot!(all([
        ("denied", last(&denied)),
        ("denied by an own account", last(&personal)),
        (
            "denied, and what the cloud said is no action",
            last(&forged)
        ),
        (
            "a limit of a class",
            last(&failed_after(
                "VcpuLimitExceeded",
                FailureReason::QuotaExceeded
            ))
        ),
        (
            "another limit",
            last(&failed_after(
                "VolumeLimitExceeded",
                FailureReason::QuotaExceeded
            ))
        ),
        ("no default network", last(&network)),
        ("no default network in an own account", last(&their_network)),
        ("no subnet in the zone", last(&subnet)),
        ("its progress", card(CardKind::Progress, &subnet)),
        ("its trail", reply(&trail, PlaceKind::Direct)),
        (
            "no subnet in the zone in an own account",
            last(&their_subnet)
        ),
        (
            "no capacity",
            last(&failed_after(NO_CAPACITY, FailureReason::NoCapacity))
        ),
    ]));
}

#[test]
fn a_setup_that_failed_says_which_and_shows_what_was_printed() {
    let failed = |step: &str, log: &str, environments: &[Environment]| {
        let mut reservation = failed(FailureReason::SetupFailed);
        reservation.spec.environments = environments.to_vec();
        reservation.setup_failure = Some(SetupFailure {
            step: step.to_owned(),
            log: log.to_owned(),
        });
        reservation
    };
    let docker = failed(
        "docker",
        "E: Unable to locate package docker.io\n``` <!channel> *x* & <@UALICE>",
        &[Environment::Docker],
    );
    let mut several = docker.clone();
    several.spec.count = 3;
    let spark = failed("spark", "", &[]);
    let forged = failed("<!channel>", "", &[]);
    let unknown = super::failed(FailureReason::SetupFailed);
    let last = |reservation: &Reservation| card(CardKind::Final, reservation);
    insta::assert_snapshot!(all([
        ("the last word", last(&docker)),
        ("progress", card(CardKind::Progress, &docker)),
        ("several", last(&several)),
        ("a cluster", last(&spark)),
        ("no step of ours", last(&forged)),
        ("nothing is known", last(&unknown)),
    ]));
}

#[test]
fn what_was_tried_is_short_on_the_progress_and_whole_when_asked_for() {
    let mut going_on = tried(provisioning(1));
    let progress = |reservation: &Reservation| card(CardKind::Progress, reservation);
    let trail = |reservation: &Reservation| {
        let reservation = Box::new(reservation.clone());
        reply(&Reply::Trail { reservation }, PlaceKind::Direct)
    };
    let on_its_way = progress(&going_on);
    let first_trail = trail(&going_on);
    for _ in 0..4 {
        for zone in ["a", "b", "c", "d", "e", "f"] {
            let reason = FailureReason::NoCapacity;
            refuse(&mut going_on, 3, zone, NO_CAPACITY, reason);
        }
    }
    let ready = tried(ready_reservation(240));
    insta::assert_snapshot!(all([
        ("on its way", on_its_way),
        ("its trail", first_trail),
        ("ready", progress(&ready)),
        ("its trail", trail(&ready)),
        ("a long trail", trail(&going_on)),
        ("nothing tried", trail(&requested_reservation(240))),
        ("taken at once", trail(&ready_reservation(240))),
    ]));
}

#[test]
fn what_is_out_of_reach_says_why_and_what_to_do() {
    let mut again = shut_out();
    again.repair(NOW + 5 * HOUR_SECONDS).expect("a new try");
    let mut gone = again.clone();
    gone.close(NOW + 5 * HOUR_SECONDS).expect("it is removed");
    let told = |reservation: &Reservation| card(CardKind::ShutOut, reservation);
    let reservation = Box::new(shut_out());
    let listing = Reply::Listing {
        reservations: vec![shut_out()],
        shared: Vec::new(),
        at_epoch_seconds: NOW + 4 * HOUR_SECONDS,
    };
    let details = Reply::Details {
        reservation: reservation.clone(),
        relation: Relation::Owner,
        at_epoch_seconds: NOW + 4 * HOUR_SECONDS,
    };
    insta::assert_snapshot!(all([
        ("to its owner", told(&shut_out())),
        (
            "to an admin",
            reply(&Reply::ShutOut { reservation }, PlaceKind::Direct)
        ),
        ("while it is tried again", told(&again)),
        ("in the end", told(&gone)),
        ("progress", card(CardKind::Progress, &shut_out())),
        ("listed", reply(&listing, PlaceKind::Direct)),
        ("shown", reply(&details, PlaceKind::Direct)),
    ]));
}
