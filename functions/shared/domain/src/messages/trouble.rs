//! What went wrong in the cloud, in words: what happened, what to do about it, and what was tried.

use std::fmt::Write as _;

use super::action;
use super::blocks::{Look, Message, actions, button, context, escape, printed, section};
use super::words::{failure_words, machine_line, offer_words, payer_words};
use crate::cost::{HourlyCost, usd};
use crate::environments;
use crate::failover::{self, limit_name, refusals};
use crate::intent::Environment;
use crate::offers::Offer;
use crate::reservation::{Attempt, Refusal, Reservation};
use crate::time::slack_date;
use crate::workflow::{FailureReason, action_name};

/// Lines about refusals on a progress message: it is to be read at a glance.
const PROGRESS_LINES_MAX: usize = 4;
/// Zones that are named in such a line; more are counted.
const ZONES_NAMED_MAX: usize = 2;
/// Tries that are listed when somebody asks. Slack takes 3,000 characters; each is a line of up to 110.
const TRAIL_LINES_MAX: usize = 24;
/// The longest code of a cloud's that is shown as it is.
const CODE_CHARS_MAX: usize = 60;

/// What happened, and what to do about it, as much of it as is known.
pub(super) fn explained(reason: FailureReason, reservation: &Reservation) -> (String, String) {
    let special = match reason {
        FailureReason::Denied => denied(reservation),
        FailureReason::QuotaExceeded => limit(reservation),
        FailureReason::Misconfigured => no_network(reservation).or_else(|| no_subnet(reservation)),
        FailureReason::NeverReady => unanswered(reason, reservation),
        FailureReason::SetupFailed => {
            unanswered(reason, reservation).or_else(|| setup_failed(reservation))
        }
        _ => None,
    };
    let plain = || {
        let what = failure_words(reason, reservation);
        (what.to_owned(), reason.advice().to_owned())
    };
    special.unwrap_or_else(plain)
}

fn denied(reservation: &Reservation) -> Option<(String, String)> {
    let action = action_name(reservation.missing_action.as_deref()?)?;
    let advice = if reservation.payer.credential_id.is_some() {
        "Whoever gave the key or role has to allow it; `/infrared keys` has the whole policy. Asking again will not help until then."
    } else {
        "Ask an admin to allow it to the deployment’s role; asking again will not help until then."
    };
    Some((
        format!("the cloud account does not allow `{action}`"),
        advice.to_owned(),
    ))
}

/// A cluster that could have gone on with fewer workers.
fn unanswered(reason: FailureReason, reservation: &Reservation) -> Option<(String, String)> {
    let question = reservation.question.as_ref()?;
    if question.answered_by.is_some() {
        return None;
    }
    Some((
        format!(
            "some of its workers could not be set up, and nobody said by {} that it goes on without them",
            slack_date(question.due_epoch_seconds)
        ),
        reason.advice().to_owned(),
    ))
}

fn setup_failed(reservation: &Reservation) -> Option<(String, String)> {
    let step = &reservation.setup_failure.as_ref()?.step;
    let title = step_title(step);
    let was_asked_for = |environment: &Environment| environment.as_str() == step;
    let without = if reservation.spec.environments.iter().any(was_asked_for) {
        format!(", or ask again without {title}")
    } else {
        String::new()
    };
    Some((
        format!("{title} could not be set up"),
        format!("Please ask again. If it happens twice, tell an admin{without}."),
    ))
}

/// What people call that which a step sets up.
fn step_title(step: &str) -> String {
    escape(environments::title_of_reported(step).unwrap_or(step))
}

/// The end of what a machine printed that could not be set up.
pub(super) fn setup_log(reservation: &Reservation) -> Option<serde_json::Value> {
    let log = &reservation.setup_failure.as_ref()?.log;
    (!log.is_empty()).then(|| printed(log))
}

fn limit(reservation: &Reservation) -> Option<(String, String)> {
    let mut at_limit = refusals(reservation)
        .rev()
        .filter(|(_, refusal)| refusal.reason == FailureReason::QuotaExceeded);
    let (attempt, refusal) = at_limit.next()?;
    let offer = reservation.candidates.get(attempt.candidate)?;
    let name = match refusal.code.as_str() {
        "VcpuLimitExceeded" | "MaxSpotInstanceCountExceeded" | "InstanceLimitExceeded" => {
            format!("“{}”", limit_name(offer))
        }
        other => code(other)?,
    };
    Some((
        format!(
            "a limit of the cloud account is reached in {}: {name}",
            offer.region
        ),
        "An admin can raise it in the AWS console, under Service Quotas; or end a machine that is no longer needed.".to_owned(),
    ))
}

fn no_network(reservation: &Reservation) -> Option<(String, String)> {
    let (attempt, _) = refusals(reservation)
        .rev()
        .find(|(_, refusal)| refusal.code == failover::NO_DEFAULT_NETWORK)?;
    let region = &reservation.candidates.get(attempt.candidate)?.region;
    let command = format!("`aws ec2 create-default-vpc --region {region}`");
    let advice = if reservation.payer.credential_id.is_some() {
        format!("Whoever owns the account can make one: {command}.")
    } else {
        format!("An admin can make one ({command}) or name subnets at deploy (`SubnetIds`).")
    };
    Some((
        format!("the cloud account has no default network in {region} to put a machine into"),
        advice,
    ))
}

fn no_subnet(reservation: &Reservation) -> Option<(String, String)> {
    let (attempt, _) = refusals(reservation)
        .rev()
        .find(|(_, refusal)| refusal.code == failover::NO_SUBNET)?;
    let zone = attempt.zone.as_deref()?;
    let command = format!("`aws ec2 create-default-subnet --availability-zone {zone}`");
    let advice = if reservation.payer.credential_id.is_some() {
        format!("whoever owns the account can make a subnet there: {command}.")
    } else {
        format!("an admin can make a subnet there ({command}) or name one at deploy (`SubnetIds`).")
    };
    Some((
        format!("the cloud account has no subnet in {zone}, where this spot price holds"),
        format!("Without “spot” any zone will do; or {advice}"),
    ))
}

/// The refusals so far, a line for each offer and reason. `more_follows`: the launch goes on.
pub(super) fn refusal_lines(reservation: &Reservation, more_follows: bool) -> Vec<String> {
    let mut groups: Vec<(&Offer, &Refusal, Vec<&Attempt>)> = Vec::new();
    for (attempt, refusal) in refusals(reservation) {
        let Some(offer) = reservation.candidates.get(attempt.candidate) else {
            continue;
        };
        match groups.last_mut() {
            Some((last, reason, attempts)) if *last == offer && reason.code == refusal.code => {
                attempts.push(attempt);
            }
            _ => groups.push((offer, refusal, vec![attempt])),
        }
    }
    let left_out = groups.len().saturating_sub(PROGRESS_LINES_MAX);
    let shown = groups.iter().skip(left_out);
    let mut lines: Vec<String> = shown
        .map(|(offer, refusal, attempts)| refused(offer, refusal, attempts))
        .collect();
    if left_out > 0 {
        lines.insert(0, format!("{left_out} more offers were not to be had"));
    }
    if let Some(last) = lines.last_mut().filter(|_| more_follows) {
        last.push_str("; I try another");
    }
    lines
}

fn refused(offer: &Offer, refusal: &Refusal, attempts: &[&Attempt]) -> String {
    let Offer {
        instance_type,
        region,
        ..
    } = offer;
    match refusal.reason {
        FailureReason::NoCapacity => {
            let zones: Vec<&str> = attempts
                .iter()
                .filter_map(|attempt| attempt.zone.as_deref())
                .collect();
            let place = match zones.len() {
                0 => region.clone(),
                count if count <= ZONES_NAMED_MAX => zones.join(" and "),
                count => format!("{count} zones of {region}"),
            };
            format!("{instance_type} had no free capacity in {place}")
        }
        FailureReason::QuotaExceeded => {
            format!("a limit of the cloud account for {instance_type} is reached in {region}")
        }
        FailureReason::Misconfigured if refusal.code == failover::NO_DEFAULT_NETWORK => {
            format!("{region} has no default network")
        }
        FailureReason::Misconfigured if refusal.code == failover::NO_SUBNET => {
            let zone = offer.zone.as_deref().unwrap_or(region);
            format!("there is no subnet in {zone}")
        }
        _ => format!("{instance_type} was not to be had in {region}"),
    }
}

/// What each try was, what it would have cost, and what the cloud said.
pub(super) fn trail(reservation: &Reservation) -> Message {
    let handle = &reservation.handle;
    let attempts = &reservation.attempts;
    let mut text = match (attempts.last(), reservation.nodes.first()) {
        (None, _) => return Message::plain(format!("Nothing was tried for *{handle}* yet.")),
        (Some(_), Some(node)) => format!(
            "*{handle}* is {}, in {}: the first of the cheapest that was to be had.",
            offer_words(reservation.offer()),
            node.zone
        ),
        (Some(_), None) => format!("This is what was tried for *{handle}*."),
    };
    let left_out = attempts.len().saturating_sub(TRAIL_LINES_MAX);
    if left_out > 0 {
        let _ = write!(text, "\n… {left_out} earlier tries");
    }
    for (number, attempt) in (1..).zip(attempts).skip(left_out) {
        let Some(offer) = reservation.candidates.get(attempt.candidate) else {
            continue;
        };
        let cost = HourlyCost::of(offer, reservation.spec.storage_gb);
        let place = attempt.zone.as_deref().unwrap_or(&offer.region);
        let _ = write!(
            text,
            "\n{number}. {} in {place}, {} per hour: {}",
            offer.instance_type,
            usd(cost.total_usd()),
            answer(attempt, !reservation.nodes.is_empty())
        );
    }
    let note = "Cheapest first, in every zone with a network. What another launch found unavailable in the last three minutes is left for last.";
    let headline = format!("What was tried for {handle}");
    Message::new(headline, vec![section(&text), context(note)])
}

fn answer(attempt: &Attempt, is_launched: bool) -> String {
    let Some(refusal) = &attempt.refused else {
        let answer = if is_launched {
            "taken"
        } else {
            "no answer yet"
        };
        return answer.to_owned();
    };
    let what = match refusal.reason {
        FailureReason::NoCapacity => "no free capacity",
        FailureReason::QuotaExceeded => "a limit of the account",
        FailureReason::Misconfigured => "no network",
        FailureReason::Denied => "not allowed",
        FailureReason::BadKey => "the key is not accepted",
        _ => "refused",
    };
    match code(&refusal.code) {
        Some(code) => format!("{what} ({code})"),
        None => what.to_owned(),
    }
}

/// A cloud's code as it is, if it looks like one.
fn code(code: &str) -> Option<String> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
    let is_code = !code.is_empty() && code.len() <= CODE_CHARS_MAX && code.bytes().all(is_part);
    is_code.then(|| format!("`{code}`"))
}

/// What could not be removed, because the account that pays does not let us in. To its owner, or to an admin, who is told
/// whose it is.
pub(super) fn shut_out(reservation: &Reservation, owner: Option<&str>) -> Message {
    let handle = &reservation.handle;
    let whose = owner.map_or_else(String::new, |owner| format!(" of <@{owner}>"));
    let again = match reservation.repair_epoch_seconds {
        Some(at) => format!("I try again {} and every hour", slack_date(at)),
        None => "I am trying again".to_owned(),
    };
    let text = format!(
        ":warning: *{handle}*{whose} *could not be removed*: {}.\nWhatever is left of it may go on costing money. Replace the key or role, or end the machine in the cloud’s own console. {again}, and at once when the replacement works.\n{}. {}.",
        FailureReason::BadKey.sentence(),
        machine_line(reservation),
        payer_words(&reservation.payer),
    );
    let keys = button(
        Look::Primary,
        "Show keys",
        action::KEY_LIST,
        &reservation.id,
    );
    let headline = format!("{handle} could not be removed");
    Message::new(headline, vec![section(&text), actions(&[keys])])
}

/// The button that asks for the trail.
pub(super) fn why_button(reservation: &Reservation) -> serde_json::Value {
    button(
        Look::Plain,
        "Why this machine?",
        action::MACHINE_WHY,
        &reservation.id,
    )
}
