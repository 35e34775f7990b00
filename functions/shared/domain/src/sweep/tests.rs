use proptest::prelude::*;

use super::*;
use crate::access::credential::Payer;
use crate::reservation::Node;
use crate::testing::{NOW, credential, ready_reservation};

const MACHINE: &str = "i-0123456789abcdef0";
const STRANGER: &str = "i-0fedcba9876543210";
const GROUP: &str = "sg-0123456789abcdef0";
/// Long enough after the launch that what is not shown is gone.
const LATER: i64 = NOW + HOUR_SECONDS;

fn home() -> Site {
    Site {
        credential_id: String::new(),
        region: "us-east-1".to_owned(),
    }
}

fn tags(reservation_id: &str) -> Tags {
    Tags {
        reservation_id: reservation_id.to_owned(),
        handle: "r-7f3k2".to_owned(),
        owner: "UALICE".to_owned(),
        team: "T1".to_owned(),
    }
}

fn machine(id: &str, reservation_id: &str, phase: Phase) -> Machine {
    Machine {
        id: id.to_owned(),
        tags: tags(reservation_id),
        phase,
        was_taken_back: false,
        address: None,
    }
}

fn firewall(reservation_id: &str) -> Firewall {
    Firewall {
        id: GROUP.to_owned(),
        tags: tags(reservation_id),
    }
}

fn orphan(id: &str, kind: OrphanKind, first_seen: i64) -> Orphan {
    Orphan {
        id: id.to_owned(),
        kind,
        site: home(),
        tags: tags("unknown"),
        first_seen_epoch_seconds: first_seen,
        ends_epoch_seconds: first_seen + GRACE_SECONDS,
        ending_epoch_seconds: None,
        version: 1,
    }
}

fn in_state(state: State) -> Reservation {
    let ended = state.is_over().then_some(LATER);
    Reservation {
        state,
        ended_epoch_seconds: ended,
        ..ready_reservation(240)
    }
}

const STATES: [State; 12] = [
    State::Requested,
    State::Provisioning,
    State::Ready,
    State::Stopping,
    State::Stopped,
    State::Starting,
    State::Undoing,
    State::Terminating,
    State::Unreachable,
    State::Terminated,
    State::Failed,
    State::Lost,
];

/// A site with everything in it, where nobody changes anything while it is looked at.
#[derive(Default)]
struct Scene {
    machines: Vec<Machine>,
    firewalls: Vec<Firewall>,
    reservations: Vec<Reservation>,
    orphans: Vec<Orphan>,
    changed: Vec<String>,
}

impl Scene {
    fn decide(&self, now: i64) -> Vec<Action> {
        let ids = self.reservations.iter().map(|reservation| &reservation.id);
        let unchanged = ids
            .filter(|id| !self.changed.contains(id))
            .cloned()
            .collect();
        let decisions = decide(Seen {
            site: &home(),
            machines: &self.machines,
            firewalls: &self.firewalls,
            reservations: &self.reservations,
            unchanged: &unchanged,
            orphans: &self.orphans,
            now,
        });
        assert!(decisions.iter().all(|decision| !decision.reason.is_empty()));
        decisions
            .into_iter()
            .map(|decision| decision.action)
            .collect()
    }
}

/// Names without what they are about: "remember end".
fn names(actions: &[Action]) -> String {
    let name = |action: &Action| match action {
        Action::Remember(_) => "remember",
        Action::End(_) => "end",
        Action::Close(_) => "close",
        Action::Forget(_) => "forget",
        Action::Lose(_, EndReason::TakenBack) => "taken back",
        Action::Lose(..) => "lose",
        Action::Mark(..) => "mark",
        Action::Note(_, Power::Off) => "note off",
        Action::Note(_, Power::On) => "note on",
    };
    actions.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_machine_of_its_reservation_is_left_alone_in_every_state_that_is_not_over() {
    for state in STATES.into_iter().filter(|state| !state.is_over()) {
        let reservation = in_state(state);
        let phase = match state {
            State::Stopped => Phase::Stopped,
            _ => Phase::Running,
        };
        let scene = Scene {
            machines: vec![machine(MACHINE, &reservation.id, phase)],
            firewalls: vec![firewall(&reservation.id)],
            reservations: vec![reservation],
            ..Scene::default()
        };
        assert_eq!(
            names(&scene.decide(LATER + 9 * HOUR_SECONDS)),
            "",
            "{state:?}"
        );
    }
}

#[test]
fn a_machine_that_its_reservation_does_not_count_is_its_workflows_until_it_is_at_rest() {
    for state in STATES.into_iter().filter(|state| !state.is_over()) {
        let reservation = in_state(state);
        let stands = match state {
            State::Stopped => Phase::Stopped,
            _ => Phase::Running,
        };
        let scene = Scene {
            machines: vec![
                machine(MACHINE, &reservation.id, stands),
                machine(STRANGER, &reservation.id, Phase::Running),
            ],
            reservations: vec![reservation],
            ..Scene::default()
        };
        let expected = match state {
            State::Ready | State::Stopped => "remember",
            _ => "",
        };
        assert_eq!(names(&scene.decide(LATER)), expected, "{state:?}");
    }
}

#[test]
fn a_machine_without_a_reservation_is_told_of_left_for_an_hour_ended_and_seen_gone() {
    let mut scene = Scene {
        machines: vec![machine(STRANGER, "unknown", Phase::Running)],
        ..Scene::default()
    };
    let [Action::Remember(first)] = &scene.decide(NOW)[..] else {
        panic!("it was not remembered");
    };
    assert_eq!(first.ends_epoch_seconds, NOW + GRACE_SECONDS);
    scene.orphans = vec![Orphan {
        version: 1,
        ..first.clone()
    }];
    for (seconds, phase, expected) in [
        (0, Phase::Running, ""),
        (GRACE_SECONDS - 1, Phase::Running, ""),
        (GRACE_SECONDS, Phase::Running, "end"),
        (GRACE_SECONDS, Phase::Stopped, "end"),
        (GRACE_SECONDS, Phase::Between, "end"),
        (GRACE_SECONDS, Phase::Ending, ""),
        (GRACE_SECONDS, Phase::Gone, "close"),
        // Somebody else was quicker.
        (1, Phase::Gone, "close"),
    ] {
        scene.machines[0].phase = phase;
        let actions = scene.decide(NOW + seconds);
        assert_eq!(names(&actions), expected, "{seconds} s, {phase:?}");
    }
    scene.machines.clear();
    assert_eq!(names(&scene.decide(NOW)), "close");
}

#[test]
fn a_machine_whose_reservation_is_over_goes_at_once_if_that_is_long_ago() {
    for (over_for, expected) in [
        (0, ""),
        (SETTLING_SECONDS - 1, ""),
        (SETTLING_SECONDS, "remember"),
        (GRACE_SECONDS - 1, "remember"),
        (GRACE_SECONDS, "remember end"),
    ] {
        for state in [State::Terminated, State::Failed, State::Lost] {
            let reservation = in_state(state);
            let scene = Scene {
                machines: vec![machine(MACHINE, &reservation.id, Phase::Running)],
                reservations: vec![reservation],
                ..Scene::default()
            };
            let actions = scene.decide(LATER + over_for);
            assert_eq!(names(&actions), expected, "{state:?} for {over_for} s");
        }
    }
}

#[test]
fn what_a_reservation_stands_for_after_all_is_forgotten() {
    let reservation = ready_reservation(240);
    let scene = Scene {
        machines: vec![machine(MACHINE, &reservation.id, Phase::Running)],
        orphans: vec![orphan(MACHINE, OrphanKind::Machine, NOW)],
        reservations: vec![reservation],
        ..Scene::default()
    };
    assert_eq!(names(&scene.decide(NOW + 9 * HOUR_SECONDS)), "forget");
}

#[test]
fn a_firewall_goes_after_its_machine_and_its_grace() {
    let mut scene = Scene {
        machines: vec![machine(STRANGER, "unknown", Phase::Ending)],
        firewalls: vec![firewall("unknown")],
        ..Scene::default()
    };
    assert_eq!(names(&scene.decide(NOW)), "", "its machine goes first");
    scene.machines[0].phase = Phase::Gone;
    assert_eq!(names(&scene.decide(NOW)), "remember");
    scene.orphans = vec![orphan(GROUP, OrphanKind::Firewall, NOW)];
    assert_eq!(names(&scene.decide(NOW + GRACE_SECONDS - 1)), "");
    assert_eq!(names(&scene.decide(NOW + GRACE_SECONDS)), "end");
    scene.firewalls.clear();
    assert_eq!(names(&scene.decide(NOW + GRACE_SECONDS)), "close");
}

#[test]
fn a_reservation_whose_machine_is_gone_is_lost_and_not_before_that_is_sure() {
    let reservation = ready_reservation(240);
    let shown = |phase| vec![machine(MACHINE, &reservation.id, phase)];
    for (machines, seconds, expected) in [
        (shown(Phase::Running), LATER, ""),
        (shown(Phase::Between), LATER, ""),
        (shown(Phase::Ending), LATER, ""),
        (shown(Phase::Gone), NOW + 60, "lose"),
        (Vec::new(), NOW + 60, ""),
        (Vec::new(), LATER, "lose"),
    ] {
        let mut scene = Scene {
            machines,
            reservations: vec![reservation.clone()],
            ..Scene::default()
        };
        assert_eq!(names(&scene.decide(seconds)), expected, "{seconds}");
        scene.changed = vec![reservation.id.clone()];
        assert_eq!(
            names(&scene.decide(seconds)),
            "",
            "it was changed meanwhile"
        );
    }
    for state in STATES {
        let scene = Scene {
            reservations: vec![in_state(state)],
            ..Scene::default()
        };
        let expected = match state {
            State::Ready | State::Stopped => "lose",
            _ => "",
        };
        assert_eq!(names(&scene.decide(LATER)), expected, "{state:?}");
    }
}

#[test]
fn nothing_is_concluded_about_a_reservation_that_has_its_machines_elsewhere() {
    let elsewhere = Reservation {
        payer: Payer {
            credential_id: Some("01KAR7Z8Q0000000000000000C".to_owned()),
            ..Payer::default()
        },
        ..ready_reservation(240)
    };
    let scene = Scene {
        reservations: vec![elsewhere],
        ..Scene::default()
    };
    assert_eq!(names(&scene.decide(LATER)), "");
}

#[test]
fn a_spot_machine_that_was_taken_back_is_told_from_one_that_vanished() {
    let reservation = ready_reservation(240);
    let taken = Machine {
        was_taken_back: true,
        ..machine(MACHINE, &reservation.id, Phase::Gone)
    };
    let scene = Scene {
        machines: vec![taken],
        reservations: vec![reservation],
        ..Scene::default()
    };
    assert_eq!(names(&scene.decide(LATER)), "taken back");
}

#[test]
fn of_several_machines_those_that_are_gone_are_marked_once() {
    let mut reservation = ready_reservation(240);
    let node = |number: u32| Node {
        machine_id: format!("i-{number}"),
        ..Node::default()
    };
    reservation.nodes = (0..3).map(node).collect();
    let alive = |number: u32| machine(&format!("i-{number}"), &reservation.id, Phase::Running);
    let mut scene = Scene {
        machines: vec![alive(0), alive(2)],
        reservations: vec![reservation.clone()],
        ..Scene::default()
    };
    assert_eq!(
        scene.decide(LATER),
        [Action::Mark(reservation.id.clone(), vec!["i-1".to_owned()])]
    );
    scene.reservations[0].nodes[1].gone_epoch_seconds = Some(LATER);
    assert_eq!(names(&scene.decide(LATER)), "");
    scene.machines.clear();
    assert_eq!(names(&scene.decide(LATER)), "lose");
}

#[test]
fn a_machine_that_somebody_else_has_switched_is_noted() {
    for (state, phase, expected) in [
        (State::Ready, Phase::Stopped, "note off"),
        (State::Ready, Phase::Between, ""),
        (State::Stopped, Phase::Running, "note on"),
        (State::Stopped, Phase::Stopped, ""),
        (State::Stopping, Phase::Stopped, ""),
        (State::Starting, Phase::Running, ""),
    ] {
        let reservation = in_state(state);
        let scene = Scene {
            machines: vec![machine(MACHINE, &reservation.id, phase)],
            reservations: vec![reservation],
            ..Scene::default()
        };
        assert_eq!(
            names(&scene.decide(LATER)),
            expected,
            "{state:?}, {phase:?}"
        );
    }
}

#[test]
fn a_switch_that_was_found_counts_from_when_it_was_found() {
    let mut reservation = ready_reservation(240);
    reservation
        .found_switched(Power::Off, LATER)
        .expect("it was ready");
    assert_eq!(reservation.state, State::Stopped);
    assert_eq!(reservation.off_seconds(LATER + 600), 600);
    assert!(reservation.found_switched(Power::Off, LATER).is_err());
    reservation
        .found_switched(Power::On, LATER + 600)
        .expect("it was stopped");
    assert_eq!(reservation.off_seconds(LATER + 6_000), 600);
}

#[test]
fn everywhere_is_looked_at_and_of_too_many_places_each_in_its_turn() {
    let mut reservation = ready_reservation(240);
    reservation.firewalls[0].region = "eu-central-1".to_owned();
    let places = sites(
        &["us-west-2".to_owned()],
        &[credential()],
        &[reservation],
        NOW,
    );
    let named: Vec<String> = places.iter().map(Site::key).collect();
    assert_eq!(
        named,
        [
            "organisation#eu-central-1",
            "organisation#us-east-1",
            "organisation#us-west-2",
            "01KAR7Z8Q0000000000000000C#us-east-1",
            "01KAR7Z8Q0000000000000000C#us-west-2",
        ]
    );
    let many: Vec<Credential> = (0..=2 * SITES_MAX)
        .map(|number| Credential {
            id: format!("{number:03}"),
            ..credential()
        })
        .collect();
    let hours = (0..4).map(|hour| {
        sites(
            &["us-east-1".to_owned()],
            &many,
            &[],
            NOW + hour * HOUR_SECONDS,
        )
    });
    let looked_at: BTreeSet<Site> = hours
        .inspect(|sites| assert_eq!(sites.len(), SITES_MAX))
        .flatten()
        .collect();
    assert_eq!(looked_at.len(), many.len() + 1);
}

#[test]
fn the_owner_is_told_if_they_are_of_this_workspace_and_admins_otherwise() {
    let admins = ["UCAROL".to_owned()];
    let known = tags("unknown");
    assert_eq!(known.told("T1", &admins), ["UALICE"]);
    assert_eq!(known.told("T2", &admins), ["UCAROL"]);
    for owner in ["", "bob", "U1 <!channel>"] {
        let forged = Tags {
            owner: owner.to_owned(),
            ..tags("unknown")
        };
        assert_eq!(forged.told("T1", &admins), ["UCAROL"], "{owner}");
    }
}

#[test]
fn a_report_counts_what_was_done() {
    let mut finding = Finding::new(home(), Look::Done, 3);
    let stray = orphan(STRANGER, OrphanKind::Machine, NOW);
    let group = orphan(GROUP, OrphanKind::Firewall, NOW);
    for action in [
        Action::Remember(stray.clone()),
        Action::Remember(group.clone()),
        Action::End(stray.clone()),
        Action::End(group.clone()),
        Action::Close(stray.clone()),
        Action::Close(group),
        Action::Forget(stray),
        Action::Lose("1".to_owned(), EndReason::Vanished),
        Action::Mark("2".to_owned(), Vec::new()),
        Action::Note("3".to_owned(), Power::Off),
    ] {
        finding.count(&action);
    }
    let Finding {
        noticed,
        ended,
        gone,
        firewalls,
        lost,
        switched,
        ..
    } = finding;
    assert_eq!(
        (noticed, ended, gone, firewalls, lost, switched),
        (1, 1, 1, 1, 2, 1)
    );
    let report = |look| Report {
        at_epoch_seconds: NOW,
        findings: vec![Finding::new(home(), look, 0)],
        has_failed: false,
    };
    assert!(report(Look::Done).is_complete() && report(Look::ShutOut).is_complete());
    assert!(!report(Look::Failed).is_complete());
}

fn phases() -> impl Strategy<Value = Phase> {
    prop_oneof![
        Just(Phase::Running),
        Just(Phase::Stopped),
        Just(Phase::Between),
        Just(Phase::Ending),
        Just(Phase::Gone),
    ]
}

proptest! {
    /// Whatever is seen: what is a reservation's own is never ended, nothing before its grace is over, and nothing that
    /// was not remembered before.
    #[test]
    fn nothing_is_ended_that_somebody_has_or_too_early(
        state in 0..STATES.len(),
        over_for in 0..3 * HOUR_SECONDS,
        own in phases(),
        other in phases(),
        seen_before in proptest::option::of(0..3 * HOUR_SECONDS),
    ) {
        let reservation = in_state(STATES[state]);
        let now = LATER + over_for;
        let scene = Scene {
            machines: vec![
                machine(MACHINE, &reservation.id, own),
                machine(STRANGER, "unknown", other),
            ],
            firewalls: vec![firewall(&reservation.id)],
            orphans: seen_before
                .map(|seconds| orphan(STRANGER, OrphanKind::Machine, now - seconds))
                .into_iter()
                .collect(),
            reservations: vec![reservation.clone()],
            ..Scene::default()
        };
        let mut remembered: Vec<String> =
            scene.orphans.iter().map(|orphan| orphan.id.clone()).collect();
        for action in scene.decide(now) {
            match action {
                Action::Remember(orphan) => remembered.push(orphan.id),
                Action::End(orphan) => {
                    prop_assert!(remembered.contains(&orphan.id));
                    prop_assert!(orphan.ends_epoch_seconds <= now);
                    if orphan.id == STRANGER {
                        prop_assert!(seen_before.is_some_and(|seconds| seconds >= GRACE_SECONDS));
                    } else {
                        prop_assert!(reservation.state.is_over() && over_for >= GRACE_SECONDS);
                    }
                }
                _ => {}
            }
        }
    }
}
