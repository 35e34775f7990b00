//! What the every-minute scan decides about a reservation that has fallen due.

use crate::reservation::{EndReason, REPAIR_AFTER_SECONDS, Reservation, State, Warning};
use crate::time::{EpochSeconds, MINUTE_SECONDS};

/// A decision, with the reason that logs and users see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// Why, with the numbers.
    pub reason: String,
}

/// What the scan does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing: not due yet, or no longer.
    Wait,
    /// Tell the owner; the others of the list were missed and are not made up for.
    Warn(Vec<Warning>),
    /// Note that its cloud has taken machines back; end it where none is left.
    NoteReclaimed,
    /// End it.
    End(EndReason),
    /// Start its removal anew: the workflow that should have finished has not.
    Repair,
    /// Start anew the workflow that switches its machine off or on: it has failed or not finished.
    SwitchAgain,
    /// Do so later: it has failed more than once.
    PutOff(EpochSeconds),
}

/// Decides about one reservation.
pub fn decide(reservation: &Reservation, now: EpochSeconds) -> Decision {
    let Some(due) = reservation
        .next_due_epoch_seconds()
        .filter(|due| *due <= now)
    else {
        return Decision {
            action: Action::Wait,
            reason: "nothing is due".to_owned(),
        };
    };
    match reservation.state {
        State::Ready | State::Stopping | State::Stopped | State::Starting
            if now >= reservation.deadline_epoch_seconds =>
        {
            Decision {
                action: Action::End(EndReason::Deadline),
                reason: format!(
                    "its deadline passed {} s ago",
                    now - reservation.deadline_epoch_seconds
                ),
            }
        }
        State::Ready if reservation.reclaim_due().is_some_and(|due| due <= now) => Decision {
            action: Action::NoteReclaimed,
            reason: "its cloud has taken a spot machine back".to_owned(),
        },
        State::Stopping | State::Starting if open_warnings(reservation, now).is_empty() => {
            Decision {
                action: Action::SwitchAgain,
                reason: format!(
                    "its machine is still {:?} after {} s",
                    reservation.state,
                    now - reservation.progress_epoch_seconds
                ),
            }
        }
        State::Ready | State::Stopping | State::Stopped | State::Starting => {
            let due = open_warnings(reservation, now);
            let minutes =
                (reservation.deadline_epoch_seconds - now + MINUTE_SECONDS - 1) / MINUTE_SECONDS;
            Decision {
                action: Action::Warn(due),
                reason: format!("its deadline is {minutes} min away"),
            }
        }
        State::Requested | State::Provisioning
            if now >= reservation.deadline_epoch_seconds && reservation.end.is_none() =>
        {
            Decision {
                action: Action::End(EndReason::Deadline),
                reason: "its deadline passed while it was being provided".to_owned(),
            }
        }
        State::Requested | State::Provisioning if now < reservation.stalled_due() => Decision {
            action: Action::Wait,
            reason: "its workflow is undoing what was made".to_owned(),
        },
        _ => Decision {
            action: Action::Repair,
            reason: format!(
                "no progress for {} s",
                now - reservation.progress_epoch_seconds.min(due)
            ),
        },
    }
}

/// Decides about a reservation of which an execution has ended without success. The reservation's state says whether that
/// matters: a launch that was undone has failed as it should, and what is left for repair has its time.
pub fn decide_after_failure(
    reservation: &Reservation,
    execution: &str,
    now: EpochSeconds,
) -> Decision {
    let wait = |reason: &str| Decision {
        action: Action::Wait,
        reason: reason.to_owned(),
    };
    let (is_its_own, tries) = match reservation.state {
        State::Requested | State::Provisioning => {
            (execution == reservation.provision_execution(), 0)
        }
        State::Undoing | State::Terminating if reservation.removals == 0 => {
            (execution == reservation.provision_execution(), 0)
        }
        State::Undoing | State::Terminating => (
            execution == reservation.removal_execution(),
            reservation.removals,
        ),
        State::Stopping | State::Starting => {
            let tries = reservation.switches.last().map_or(0, |switch| switch.tries);
            (execution == reservation.power_execution(), tries)
        }
        State::Ready
        | State::Stopped
        | State::Unreachable
        | State::Terminated
        | State::Failed
        | State::Lost => (false, 0),
    };
    if !is_its_own {
        return wait("nothing waits for that execution");
    }
    if reservation.repair_epoch_seconds.is_some() {
        return wait("it is left for repair already");
    }
    let reason = format!("its execution {execution} has died");
    let action = match reservation.state {
        // At once, but not again and again: what kills one execution may kill the next.
        _ if tries > 1 => Action::PutOff(now + REPAIR_AFTER_SECONDS),
        State::Stopping | State::Starting => Action::SwitchAgain,
        _ => Action::Repair,
    };
    Decision { action, reason }
}

/// The warnings that are due and not given.
fn open_warnings(reservation: &Reservation, now: EpochSeconds) -> Vec<Warning> {
    reservation
        .open_warnings()
        .filter(|warning| warning.due_epoch_seconds() <= now)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reservation::{Power, STALLED_SECONDS};
    use crate::testing::ready_reservation;
    use crate::time::HOUR_SECONDS;
    use crate::workflow::FailureReason;

    /// Runs the scan each minute over `minutes`, applying what it decides, and lists what it did when.
    fn timeline(reservation: &mut Reservation, minutes: i64) -> Vec<(i64, String)> {
        let start = reservation.requested_epoch_seconds;
        let mut done = Vec::new();
        for minute in 0..=minutes {
            let now = start + minute * MINUTE_SECONDS;
            let said = match decide(reservation, now).action {
                Action::Wait => continue,
                Action::Warn(warnings) => {
                    reservation.warnings.extend(&warnings);
                    format!(
                        "warn {:?}",
                        warnings
                            .iter()
                            .map(|warning| warning.minutes_before)
                            .collect::<Vec<_>>()
                    )
                }
                Action::End(reason) => {
                    reservation.end(reason.clone(), now).expect("it was ready");
                    format!("end {reason:?}")
                }
                Action::NoteReclaimed => {
                    if reservation.reclaimed(now) {
                        reservation
                            .end(EndReason::TakenBack, now)
                            .expect("it was ready");
                    }
                    "reclaimed".to_owned()
                }
                Action::SwitchAgain => {
                    reservation.switch_again(now).expect("it was switching");
                    "switch again".to_owned()
                }
                Action::Repair => {
                    reservation.repair(now).expect("it was stuck");
                    "repair".to_owned()
                }
                Action::PutOff(_) => unreachable!("nobody told of a failure"),
            };
            done.push((minute, said));
        }
        done
    }

    fn said(entries: &[(i64, &str)]) -> Vec<(i64, String)> {
        entries
            .iter()
            .map(|(minute, text)| (*minute, (*text).to_owned()))
            .collect()
    }

    #[test]
    fn four_hours_are_warned_of_twice_and_then_end() {
        let mut reservation = ready_reservation(240);
        assert_eq!(
            timeline(&mut reservation, 250),
            said(&[(210, "warn [30]"), (235, "warn [5]"), (240, "end Deadline")])
        );
        assert_eq!(reservation.state, State::Terminating);
    }

    #[test]
    fn an_extension_is_warned_of_anew() {
        let mut reservation = ready_reservation(60);
        assert_eq!(
            timeline(&mut reservation, 56),
            said(&[(30, "warn [30]"), (55, "warn [5]")])
        );
        let now = reservation.requested_epoch_seconds + 56 * MINUTE_SECONDS;
        reservation
            .extend_to(reservation.deadline_epoch_seconds + HOUR_SECONDS, now)
            .expect("it runs");
        assert_eq!(
            timeline(&mut reservation, 120),
            said(&[(90, "warn [30]"), (115, "warn [5]"), (120, "end Deadline")])
        );
    }

    #[test]
    fn a_short_reservation_hears_only_the_warning_that_makes_sense() {
        assert_eq!(
            timeline(&mut ready_reservation(20), 20),
            said(&[(15, "warn [5]"), (20, "end Deadline")])
        );
    }

    #[test]
    fn a_scan_that_slept_gives_one_warning_for_all_it_missed() {
        let reservation = ready_reservation(240);
        let late = reservation.deadline_epoch_seconds - 2 * MINUTE_SECONDS;
        let decision = decide(&reservation, late);
        assert!(matches!(decision.action, Action::Warn(warnings) if warnings.len() == 2));
        assert_eq!(decision.reason, "its deadline is 2 min away");
    }

    #[test]
    fn a_workflow_without_progress_is_undone_and_a_failed_removal_repeated() {
        let mut reservation = ready_reservation(240);
        reservation.state = State::Provisioning;
        let stalled = reservation.progress_epoch_seconds + STALLED_SECONDS;
        assert_eq!(decide(&reservation, stalled - 1).action, Action::Wait);
        assert_eq!(decide(&reservation, stalled).action, Action::Repair);
        reservation.repair(stalled).expect("it was stuck");
        assert_eq!(
            (reservation.state, reservation.end.clone()),
            (
                State::Undoing,
                Some(EndReason::Failed(FailureReason::Unexpected))
            )
        );
        reservation.repair_epoch_seconds = Some(stalled + REPAIR_AFTER_SECONDS);
        assert_eq!(
            decide(&reservation, stalled + REPAIR_AFTER_SECONDS).action,
            Action::Repair
        );
    }

    #[test]
    fn a_spot_machine_that_was_taken_back_ends_its_reservation_and_one_that_calls_again_does_not() {
        let mut reservation = ready_reservation(60);
        let start = reservation.requested_epoch_seconds;
        let at = start + 5 * MINUTE_SECONDS;
        assert!(reservation.hear_of_interruption(1, Some(at), at - 120));
        assert!(!reservation.hear_of_interruption(1, Some(at), at - 60));
        assert!(
            !reservation.hear_of_interruption(1, None, at),
            "it may still go"
        );
        assert!(
            !reservation.hear_of_interruption(2, Some(at), at),
            "no such"
        );
        let mut lucky = reservation.clone();
        assert_eq!(timeline(&mut reservation, 9), said(&[(8, "reclaimed")]));
        assert_eq!(reservation.state, State::Terminating);
        assert_eq!(reservation.nodes[0].gone_epoch_seconds, Some(at));
        reservation.close(at + 400).expect("it is removed");
        assert_eq!(reservation.state, State::Lost);

        assert!(lucky.hear_of_interruption(1, None, at + 60));
        assert_eq!(timeline(&mut lucky, 20), []);
    }

    #[test]
    fn a_stopped_machine_is_warned_of_and_ends_at_its_deadline() {
        let mut reservation = ready_reservation(60);
        let now = reservation.requested_epoch_seconds + 60;
        reservation
            .switch(Power::Off, "UALICE", now)
            .and_then(|()| reservation.switched(Power::Off, FailureReason::Unexpected, now))
            .expect("it ran");
        assert_eq!(
            timeline(&mut reservation, 70),
            said(&[(30, "warn [30]"), (55, "warn [5]"), (60, "end Deadline")])
        );
        assert_eq!(reservation.state, State::Terminating);
    }

    #[test]
    fn a_switch_that_does_not_finish_is_started_again_until_the_deadline() {
        let mut reservation = ready_reservation(60);
        reservation
            .switch(Power::Off, "UALICE", reservation.requested_epoch_seconds)
            .expect("it ran");
        assert_eq!(
            timeline(&mut reservation, 70),
            said(&[
                (25, "switch again"),
                (30, "warn [30]"),
                (50, "switch again"),
                (55, "warn [5]"),
                (60, "end Deadline")
            ])
        );
        assert_eq!(reservation.switches[0].tries, 3);
    }

    #[test]
    fn an_execution_that_died_is_made_up_for_at_once_and_then_less_often() {
        let mut reservation = ready_reservation(240);
        let now = reservation.requested_epoch_seconds + 60;
        let after = |reservation: &Reservation, execution: &str| {
            decide_after_failure(reservation, execution, now).action
        };
        let launch = reservation.provision_execution();
        // Handed over: its answer never reached the workflow.
        assert_eq!(after(&reservation, &launch), Action::Wait);
        reservation.state = State::Provisioning;
        assert_eq!(after(&reservation, &launch), Action::Repair);
        assert_eq!(after(&reservation, "terminate-other-1"), Action::Wait);
        reservation.undo(None, now).expect("it was being provided");
        assert_eq!(after(&reservation, &launch), Action::Repair);
        reservation.repair(now).expect("it was being undone");
        assert_eq!(
            after(&reservation, &launch),
            Action::Wait,
            "another is at it"
        );
        let removal = reservation.removal_execution();
        assert_eq!(after(&reservation, &removal), Action::Repair);
        reservation.repair_epoch_seconds = Some(now + REPAIR_AFTER_SECONDS);
        assert_eq!(
            after(&reservation, &removal),
            Action::Wait,
            "left for repair"
        );
        reservation.repair(now).expect("it was being undone");
        let removal = reservation.removal_execution();
        assert_eq!(
            after(&reservation, &removal),
            Action::PutOff(now + REPAIR_AFTER_SECONDS)
        );
        reservation.close(now).expect("it was being undone");
        for name in [launch, removal] {
            assert_eq!(after(&reservation, &name), Action::Wait, "it is over");
        }
    }

    #[test]
    fn a_switch_that_died_is_started_again_at_once_and_then_less_often() {
        let mut reservation = ready_reservation(240);
        let now = reservation.requested_epoch_seconds + 60;
        reservation
            .switch(Power::Off, "UALICE", now)
            .expect("it ran");
        let first = reservation.power_execution();
        let decision = decide_after_failure(&reservation, &first, now);
        assert_eq!(decision.action, Action::SwitchAgain);
        assert!(decision.reason.contains(&first));
        reservation.switch_again(now).expect("it was switching");
        let decide = |execution: &str| decide_after_failure(&reservation, execution, now).action;
        assert_eq!(decide(&first), Action::Wait);
        assert_eq!(
            decide(&reservation.power_execution()),
            Action::PutOff(now + REPAIR_AFTER_SECONDS)
        );
    }

    #[test]
    fn a_deadline_that_passes_during_provisioning_cancels_it_once() {
        let mut reservation = ready_reservation(10);
        reservation.state = State::Provisioning;
        let now = reservation.deadline_epoch_seconds;
        assert_eq!(
            decide(&reservation, now).action,
            Action::End(EndReason::Deadline)
        );
        reservation.end(EndReason::Deadline, now).expect("a wish");
        assert_eq!(decide(&reservation, now).action, Action::Wait);
    }
}
