//! Looking through every account for what was left over and for what was lost. The rules are in [`domain::sweep`].

use std::collections::{BTreeMap, BTreeSet};

use clouds::ec2::Ec2;
use clouds::{Cloud as _, ErrorKind, FirewallId, Found, MachineId, MachineState, MachineView};
use domain::access::credential::Check;
use domain::act::ended;
use domain::effect::Effect;
use domain::event::{Event, Reply, SweepReply};
use domain::reservation::{EndReason, Power, Reservation};
use domain::sweep::{
    Action, Decision, Finding, Firewall, Look, Machine, Orphan, OrphanKind, Phase, Report, Seen,
    Site, Tags, decide, sites,
};
use domain::time::EpochSeconds;
use domain::workflow::{StepErrorKind, Workflow};
use platform::store::OutboxItem;

use super::machines::address;
use crate::{Deps, StepError};

/// EC2's codes for a spot machine that it has taken back.
const TAKEN_BACK: [&str; 2] = [
    "Server.SpotInstanceTermination",
    "Server.SpotInstanceShutdown",
];

/// Where to look.
pub(crate) async fn list(deps: &Deps) -> Result<Vec<Site>, StepError> {
    let credentials = deps.store.credentials_of_team(&deps.team).await?;
    let live = deps.store.reservations_not_over().await?;
    Ok(sites(&deps.regions, &credentials, &live, deps.now().await?))
}

/// Looks through a site and does what the rules decide. From an account that does not let us in nothing is concluded.
pub(crate) async fn account(deps: &Deps, site: &Site) -> Result<Finding, StepError> {
    match look(deps, site).await {
        Ok(look) => act(deps, site, look).await,
        Err(error) if is_shut_out(site, error.kind) => {
            tracing::warn!(site = site.key(), cause = %error.cause, "an account does not let us in");
            let look = if is_aside(deps, site).await? {
                Look::Closed
            } else {
                check_again(deps, site).await?;
                Look::ShutOut
            };
            Ok(Finding::new(site.clone(), look, 0))
        }
        Err(error) => Err(error),
    }
}

/// Whether an account keeps us from looking. What the deployment's own role may not do is a fault of the deployment, which
/// admins cannot mend in Slack.
fn is_shut_out(site: &Site, kind: StepErrorKind) -> bool {
    match kind {
        StepErrorKind::BadKey => true,
        StepErrorKind::Denied | StepErrorKind::Misconfigured => !site.credential_id.is_empty(),
        _ => false,
    }
}

/// Whether a region is not the account's own, and nothing of ours is known to be there.
async fn is_aside(deps: &Deps, site: &Site) -> Result<bool, StepError> {
    let credential = deps.store.credential(&site.credential_id).await?;
    let Some(credential) = credential else {
        return Ok(false);
    };
    if credential.access.region().unwrap_or(&deps.region) == site.region {
        return Ok(false);
    }
    Ok(reservations_at(deps, site).await?.is_empty() && deps.store.orphans(site).await?.is_empty())
}

/// Notes what was found, and tells whoever asked. Whether there was nothing that the sweep could not do.
pub(crate) async fn finish(
    deps: &Deps,
    sweep_id: &str,
    findings: &[Finding],
    has_failed: bool,
) -> Result<bool, StepError> {
    let now = deps.now().await?;
    let report = Report {
        at_epoch_seconds: now,
        findings: findings.to_vec(),
        has_failed,
    };
    tracing::info!(
        sites = report.findings.len(),
        machines = report.sum(|finding| finding.machines),
        noticed = report.sum(|finding| finding.noticed),
        ended = report.sum(|finding| finding.ended),
        gone = report.sum(|finding| finding.gone),
        firewalls = report.sum(|finding| finding.firewalls),
        lost = report.sum(|finding| finding.lost),
        switched = report.sum(|finding| finding.switched),
        is_complete = report.is_complete(),
        "the sweep is over"
    );
    let asker = deps.store.sweep_asker(sweep_id).await?;
    let before = deps.store.last_sweep(&deps.team).await?;
    let transaction = deps.store.transaction();
    let transaction = transaction.sweep_over(&deps.team, sweep_id, &report);
    let is_complete = report.is_complete();
    let transaction = match asker {
        Some(user) => {
            let reply = SweepReply::Over {
                report: Box::new(report),
                before_epoch_seconds: before.map(|before| before.at_epoch_seconds),
            };
            transaction.effect(format!("sweep-{sweep_id}-over"), told(&user, reply), now)
        }
        None => transaction,
    };
    deps.dispatch(&transaction.commit().await?).await;
    Ok(is_complete)
}

/// What was seen at a site.
struct Looked {
    cloud: Ec2,
    machines: Vec<Machine>,
    firewalls: Vec<Firewall>,
    reservations: Vec<Reservation>,
    unchanged: BTreeSet<String>,
    orphans: Vec<Orphan>,
}

/// First the table, then the cloud, then the table again: what has changed between is not judged by what was seen.
async fn look(deps: &Deps, site: &Site) -> Result<Looked, StepError> {
    let before = reservations_at(deps, site).await?;
    let orphans = deps.store.orphans(site).await?;
    let credential_id = Some(site.credential_id.as_str()).filter(|id| !id.is_empty());
    let cloud = deps.account_in(credential_id, &site.region).await?;
    let inventory = cloud.inventory().await?;
    let mut machines: Vec<Machine> = inventory.machines.iter().map(machine).collect();
    // A tag may have been removed, and a listing may lag behind: whatever is missed is asked for by its id.
    let remembered = orphans
        .iter()
        .filter(|orphan| orphan.kind == OrphanKind::Machine)
        .map(|orphan| (orphan.id.clone(), orphan.tags.clone()));
    let nodes = before.iter().flat_map(|reservation| {
        reservation
            .living()
            .map(|node| (node.machine_id.clone(), tags_of(reservation)))
    });
    let mut missed: BTreeMap<String, Tags> = remembered.chain(nodes).collect();
    missed.retain(|id, _| !machines.iter().any(|machine| machine.id == *id));
    let ids: Vec<MachineId> = missed.keys().cloned().map(MachineId).collect();
    if !ids.is_empty() {
        for view in cloud.describe(&ids).await? {
            let tags = missed.get(&view.id.0).cloned().unwrap_or_default();
            machines.push(described(&view, tags));
        }
    }
    let firewalls: Vec<Firewall> = inventory.firewalls.iter().map(firewall).collect();
    let of_machines = machines.iter().map(|machine| &machine.tags);
    let of_firewalls = firewalls.iter().map(|firewall| &firewall.tags);
    let named = of_machines.chain(of_firewalls);
    let named = named.map(|tags| tags.reservation_id.clone());
    let here = before.iter().map(|reservation| reservation.id.clone());
    let mut reservations = Vec::new();
    for id in named.chain(here).collect::<BTreeSet<String>>() {
        reservations.extend(deps.store.reservation(&id).await?);
    }
    let unchanged = before
        .iter()
        .filter(|before| {
            let same =
                |after: &&Reservation| after.id == before.id && after.version == before.version;
            reservations.iter().any(|after| same(&after))
        })
        .map(|reservation| reservation.id.clone())
        .collect();
    Ok(Looked {
        cloud,
        machines,
        firewalls,
        reservations,
        unchanged,
        orphans,
    })
}

/// The reservations that have their machines at the site.
async fn reservations_at(deps: &Deps, site: &Site) -> Result<Vec<Reservation>, StepError> {
    let mut found = if site.credential_id.is_empty() {
        deps.store.reservations_not_over().await?
    } else {
        let mut found = Vec::new();
        for id in deps.store.reservations_on(&site.credential_id).await? {
            found.extend(deps.store.reservation(&id).await?);
        }
        found
    };
    found.retain(|reservation| site.has(reservation));
    Ok(found)
}

async fn act(deps: &Deps, site: &Site, looked: Looked) -> Result<Finding, StepError> {
    let now = deps.now().await?;
    let decisions = decide(Seen {
        site,
        machines: &looked.machines,
        firewalls: &looked.firewalls,
        reservations: &looked.reservations,
        unchanged: &looked.unchanged,
        orphans: &looked.orphans,
        now,
    });
    let living = looked
        .machines
        .iter()
        .filter(|machine| machine.phase != Phase::Gone);
    let machines = u32::try_from(living.count()).unwrap_or(u32::MAX);
    let mut finding = Finding::new(site.clone(), Look::Done, machines);
    let mut failure = None;
    for Decision { action, reason } in decisions {
        // What cannot be done about one must not keep the sweep from the others; it is tried again with the step.
        match carry_out(deps, &looked, &action, now).await {
            Ok(true) => {
                tracing::info!(?action, reason, "the sweep acted");
                finding.count(&action);
            }
            Ok(false) => {}
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(finding),
    }
}

/// Whether anything was done: another sweep may have been quicker.
async fn carry_out(
    deps: &Deps,
    looked: &Looked,
    action: &Action,
    now: EpochSeconds,
) -> Result<bool, StepError> {
    match action {
        Action::Remember(orphan) => {
            let news = notices(deps, orphan, "found", |orphan| SweepReply::Found { orphan });
            let outcome = deps.store.remember_orphan(orphan, news.await?, now).await?;
            Ok(dispatched(deps, outcome).await)
        }
        Action::End(orphan) => end(deps, &looked.cloud, orphan, now).await,
        Action::Close(orphan) => {
            let news = notices(deps, orphan, "gone", |orphan| SweepReply::Gone { orphan });
            let outcome = deps.store.forget_orphan(orphan, news.await?, now).await?;
            Ok(dispatched(deps, outcome).await)
        }
        Action::Forget(orphan) => {
            let outcome = deps.store.forget_orphan(orphan, Vec::new(), now).await?;
            Ok(dispatched(deps, outcome).await)
        }
        Action::Lose(id, reason) => lose(deps, looked, id, reason).await,
        Action::Mark(id, gone) => mark(deps, looked, id, gone).await,
        Action::Note(id, found) => note(deps, looked, id, *found).await,
    }
}

/// Asks for the end of something that was remembered. That it was asked for is written down before, by one sweep alone.
async fn end(
    deps: &Deps,
    cloud: &Ec2,
    orphan: &Orphan,
    now: EpochSeconds,
) -> Result<bool, StepError> {
    let Some(known) = deps.store.orphan(orphan).await? else {
        // Another sweep has seen it gone.
        return Ok(false);
    };
    if known.ending_epoch_seconds.is_none() {
        let ending = Orphan {
            ending_epoch_seconds: Some(now),
            ..known
        };
        if deps
            .store
            .remember_orphan(&ending, Vec::new(), now)
            .await?
            .is_none()
        {
            return Ok(false);
        }
    }
    match orphan.kind {
        OrphanKind::Machine => {
            cloud.terminate(&MachineId(orphan.id.clone())).await?;
        }
        OrphanKind::Firewall => match cloud.delete_firewall(&FirewallId(orphan.id.clone())).await {
            // Its machine is not quite gone; the next sweep tries again.
            Err(error) if *error.kind() == ErrorKind::StillInUse => return Ok(false),
            outcome => outcome?,
        },
    }
    Ok(true)
}

async fn lose(
    deps: &Deps,
    looked: &Looked,
    id: &str,
    reason: &EndReason,
) -> Result<bool, StepError> {
    change(deps, looked, id, |reservation, now| {
        let (after, effects) = ended(reservation, reason.clone(), now)?;
        *reservation = after;
        Some(effects)
    })
    .await
}

async fn mark(deps: &Deps, looked: &Looked, id: &str, gone: &[String]) -> Result<bool, StepError> {
    change(deps, looked, id, |reservation, now| {
        for node in &mut reservation.nodes {
            if gone.contains(&node.machine_id) {
                node.gone_epoch_seconds.get_or_insert(now);
            }
        }
        let reply = SweepReply::SomeGone {
            handle: reservation.handle.clone(),
            gone: gone.len(),
            of: reservation.nodes.len(),
        };
        Some(vec![told(&reservation.owner, reply)])
    })
    .await
}

async fn note(deps: &Deps, looked: &Looked, id: &str, found: Power) -> Result<bool, StepError> {
    change(deps, looked, id, |reservation, now| {
        reservation.found_switched(found, now).ok()?;
        if found == Power::On {
            for node in &mut reservation.nodes {
                let mut machines = looked.machines.iter();
                let machine = machines.find(|machine| machine.id == node.machine_id);
                node.public_address = machine.and_then(|machine| machine.address.clone());
            }
        }
        Some(Vec::new())
    })
    .await
}

/// Changes a reservation, unless anybody else has changed it since the cloud was looked at. Whether it was.
async fn change(
    deps: &Deps,
    looked: &Looked,
    id: &str,
    change: impl Fn(&mut Reservation, EpochSeconds) -> Option<Vec<Effect>>,
) -> Result<bool, StepError> {
    let mut seen = looked.reservations.iter();
    let seen = seen.find(|reservation| reservation.id == id);
    let version = seen.map(|reservation| reservation.version);
    let is_seen = |reservation: &Reservation| Some(reservation.version) == version;
    let after = deps.change(id, |reservation, now| {
        Ok(if is_seen(reservation) {
            change(reservation, now)
        } else {
            None
        })
    });
    Ok(!is_seen(&after.await?))
}

/// The account's key or role may have been withdrawn: whoever gave it is told by the check, once. One that is known not to
/// work, or is being checked, needs no other check.
async fn check_again(deps: &Deps, site: &Site) -> Result<(), StepError> {
    let Some(mut credential) = deps.store.credential(&site.credential_id).await? else {
        return Ok(());
    };
    if !matches!(credential.check, Check::Passed { .. }) || credential.awaits_check() {
        return Ok(());
    }
    credential.check_again();
    let start = Effect::Start {
        workflow: Workflow::VerifyCredential,
        execution: credential.check_execution(),
        subject_id: credential.id.clone(),
    };
    deps.change_credential(&credential, start).await
}

/// Sends on its way what a write has set in motion; whether the write took place.
async fn dispatched(deps: &Deps, outcome: Option<Vec<OutboxItem>>) -> bool {
    let Some(outbox) = outcome else {
        return false;
    };
    deps.dispatch(&outbox).await;
    true
}

/// What people are told of an orphan; nothing of firewalls, which cost nothing.
async fn notices(
    deps: &Deps,
    orphan: &Orphan,
    what: &str,
    reply: fn(Box<Orphan>) -> SweepReply,
) -> Result<Vec<(String, Effect)>, StepError> {
    if orphan.kind == OrphanKind::Firewall {
        return Ok(Vec::new());
    }
    let admins = deps.admins().await?;
    let notice = |user: &str| {
        let id = format!("orphan-{}-{what}-{user}", orphan.id);
        (id, told(user, reply(Box::new(orphan.clone()))))
    };
    let users = orphan.tags.told(&deps.team, &admins);
    Ok(users.into_iter().map(notice).collect())
}

fn told(user: &str, reply: SweepReply) -> Effect {
    Effect::Publish {
        event: Event::privately(user, Reply::Sweep(reply)),
    }
}

fn machine(found: &Found<MachineView>) -> Machine {
    described(&found.what, tags(found))
}

fn described(view: &MachineView, tags: Tags) -> Machine {
    let reason = view.state_reason.as_deref();
    Machine {
        id: view.id.0.clone(),
        tags,
        phase: match view.state {
            MachineState::Running => Phase::Running,
            MachineState::Stopped => Phase::Stopped,
            MachineState::ShuttingDown => Phase::Ending,
            MachineState::Terminated => Phase::Gone,
            MachineState::Pending | MachineState::Stopping | MachineState::Unknown => {
                Phase::Between
            }
        },
        was_taken_back: reason.is_some_and(|reason| TAKEN_BACK.contains(&reason)),
        address: address(view),
    }
}

fn firewall(found: &Found<FirewallId>) -> Firewall {
    Firewall {
        id: found.what.0.clone(),
        tags: tags(found),
    }
}

fn tags<T>(found: &Found<T>) -> Tags {
    Tags {
        reservation_id: found.reservation_id.clone(),
        handle: found.handle.clone(),
        owner: found.owner.clone(),
        team: found.team.clone(),
    }
}

fn tags_of(reservation: &Reservation) -> Tags {
    Tags {
        reservation_id: reservation.id.clone(),
        handle: reservation.handle.clone(),
        owner: reservation.owner.clone(),
        team: reservation.team.clone(),
    }
}
