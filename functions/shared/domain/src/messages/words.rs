//! Turns of phrase that several messages share.

use std::borrow::Cow;

use serde_json::Value;

use super::action;
use super::blocks::{Look, button, confirmed, escape};
use super::clusters::cluster_of;
use crate::access::credential::Payer;
use crate::access::permission::{Act, Relation};
use crate::cost::{bill, usd};
use crate::environments;
use crate::intent::{Environment, Provider};
use crate::offers::{ANY_REGION, Market, Offer};
use crate::reservation::{MASTER_NUMBER, Node, Reservation, State};
use crate::spec::MachineSpec;
use crate::ssh::KeyFault;
use crate::time::slack_date;
use crate::workflow::FailureReason;

/// A machine for hire in words: "t3a.large (2 vCPU, 8 GiB, us-east-1)".
pub(super) fn offer_words(offer: &Offer) -> String {
    let place = match (&offer.zone, offer.region.as_str()) {
        (Some(zone), _) => zone,
        (None, ANY_REGION) => "all regions",
        (None, region) => region,
    };
    let how = match offer.market {
        Market::OnDemand => "",
        Market::Spot => ", spot",
    };
    format!(
        "{} ({} vCPU, {} GiB, {place}{how})",
        offer.instance_type, offer.vcpus, offer.memory_gib
    )
}

/// So many of something: "1 machine", "3 machines".
pub(super) fn counted(count: u32, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// So many of one kind: the words themselves for one, "3 × t3a.large" for more.
pub(super) fn multiplied(count: u32, words: &str) -> String {
    match count {
        1 => words.to_owned(),
        count => format!("{count} × {words}"),
    }
}

/// Words as a list: "Docker, Go and Rust"; none where there are none.
pub(super) fn joined<'a>(
    words: impl IntoIterator<Item = impl Into<Cow<'a, str>>>,
    conjunction: &str,
) -> Option<String> {
    let words: Vec<Cow<'a, str>> = words.into_iter().map(Into::into).collect();
    match words.split_last()? {
        (only, []) => Some(only.clone().into_owned()),
        (last, others) => Some(format!("{} {conjunction} {last}", others.join(", "))),
    }
}

/// What machines are set up with: "Docker and Node.js"; none where they are plain.
pub(super) fn software_words(environments: &[Environment]) -> Option<String> {
    joined(
        environments.iter().map(|one| environments::title(*one)),
        "and",
    )
}

/// The system with what it is set up with: "Ubuntu 24.04 with Docker and Node.js".
pub(super) fn system_words(spec: &MachineSpec) -> String {
    match software_words(&spec.environments) {
        None => spec.system(),
        Some(software) => format!("{} with {software}", spec.system()),
    }
}

/// The words for one machine, or those for several.
pub(super) fn by_count<'a>(reservation: &Reservation, one: &'a str, several: &'a str) -> &'a str {
    if reservation.spec.count == 1 {
        one
    } else {
        several
    }
}

/// A price an hour of machines of which each costs so much: "$0.2472 per hour for all 3 ($0.0824 each)".
pub(super) fn hourly_words(each_usd: f64, count: u32) -> String {
    match count {
        1 => format!("{} per hour", usd(each_usd)),
        count => format!(
            "{} per hour for all {count} ({} each)",
            usd(each_usd * f64::from(count)),
            usd(each_usd)
        ),
    }
}

pub(super) fn state_words(reservation: &Reservation) -> &'static str {
    match reservation.state {
        State::Requested | State::Provisioning if reservation.end.is_some() => "being cancelled",
        State::Requested | State::Provisioning => "being launched",
        State::Ready => "running",
        State::Stopping => "being stopped",
        State::Stopped => "stopped",
        State::Starting => "being started",
        State::Undoing | State::Terminating => "being removed",
        State::Unreachable => "out of reach",
        State::Terminated => "ended",
        State::Failed => "could not be launched",
        State::Lost => "lost",
    }
}

pub(super) fn bold_list(handles: &[String]) -> String {
    handles
        .iter()
        .map(|handle| format!("*{handle}*"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Where the machines are and how to get in.
pub(super) fn access_lines(reservation: &Reservation) -> String {
    let mut lines = match reservation.spec.count {
        1 => only_address(reservation),
        _ => addresses(reservation),
    };
    if reservation.authorized_keys.is_empty() && !lines.is_empty() {
        lines.push_str(by_count(
            reservation,
            "_No ssh key was known at launch, so it lets nobody in yet._ Send me your public key: it reaches the machine within two minutes.\n",
            "_No ssh key was known at launch, so they let nobody in yet._ Send me your public key: it reaches the machines within two minutes.\n",
        ));
    }
    lines
}

fn only_address(reservation: &Reservation) -> String {
    let mut addresses = reservation.living().map(|node| &node.public_address);
    let Some(Some(address)) = addresses.next() else {
        return String::new();
    };
    let user = reservation.spec.os.login_user();
    format!("Address `{address}`\nLog in with `ssh {user}@{address}`\n")
}

/// Where the notebook of a cluster is, unless its master is gone; whoever opens it needs its token as well.
pub(super) fn notebook_url(reservation: &Reservation) -> Option<String> {
    reservation.spec.cluster?;
    if reservation.has_lost_master() {
        return None;
    }
    let address = reservation.nodes.first()?.public_address.as_deref()?;
    Some(format!("https://{address}/lab"))
}

/// The same for everybody who may see the reservation.
pub(super) fn notebook_line(reservation: &Reservation) -> String {
    let line = |url: String| {
        format!(
            "Notebook {url} · its token is in my direct messages to <@{}>\n",
            reservation.owner
        )
    };
    notebook_url(reservation).map_or_else(String::new, line)
}

/// What machines were set up with, in which version, and what can be done with it first.
pub(super) fn software_lines(reservation: &Reservation) -> String {
    let versions = reservation.versions.iter();
    let versions = versions.filter_map(|(name, version)| {
        let title = environments::title_of_reported(name)?;
        Some(format!("{title} {}", escape(version)))
    });
    let versions: Vec<String> = versions.collect();
    let verb = if versions.len() == 1 { "is" } else { "are" };
    let set_up = joined(versions, "and").map(|software| format!("{software} {verb} set up.\n"));
    let first_steps = reservation.spec.environments.iter();
    let first_steps = first_steps
        .filter_map(|one| environments::setup(*one))
        .map(|setup| format!("• *{}*: {}\n", setup.title, setup.first_step));
    set_up.into_iter().chain(first_steps).collect()
}

/// Machines that are gone have lines of their own up to this many: each is as long as two others, and a text has a limit.
const GONE_LINES_MAX: usize = 8;

/// One line for each, by the number that its host name ends in.
fn addresses(reservation: &Reservation) -> String {
    if reservation
        .living()
        .all(|node| node.public_address.is_none())
    {
        return String::new();
    }
    let user = reservation.spec.os.login_user();
    let role = |number: u32| match (reservation.spec.cluster, number) {
        (None, _) => "",
        (Some(_), MASTER_NUMBER) => " · master",
        (Some(_), _) => " · worker",
    };
    let line = |(number, node): (u32, &Node)| {
        let role = role(number);
        match (&node.public_address, node.gone_epoch_seconds) {
            (_, Some(gone)) => format!("{number}. gone since {}\n", slack_date(gone)),
            (Some(address), None) => format!("{number}. `ssh {user}@{address}`{role}\n"),
            (None, None) => format!("{number}. no address{role}\n"),
        }
    };
    let given_up: Vec<&Node> = reservation.given_up().collect();
    let kept = reservation.numbered();
    let kept = kept.filter(|(_, node)| !given_up.contains(node));
    let (mut gone, mut shown): (Vec<_>, Vec<_>) =
        kept.partition(|(_, node)| node.gone_epoch_seconds.is_some());
    if gone.len() <= GONE_LINES_MAX {
        shown.append(&mut gone);
        shown.sort_by_key(|(number, _)| *number);
    }
    let lines: String = shown.into_iter().map(line).collect();
    let numbers = gone.iter().map(|(number, _)| number.to_string());
    let gone = joined(numbers, "and");
    let gone = gone.map_or_else(String::new, |numbers| format!("Gone: {numbers}\n"));
    format!("Log in with\n{lines}{gone}")
}

/// The end and the price.
pub(super) fn deadline_line(reservation: &Reservation) -> String {
    let deadline = reservation.deadline_epoch_seconds;
    let total = match reservation.launched_epoch_seconds {
        Some(_) => reservation.cost_usd(deadline),
        None => reservation
            .hourly()
            .between(reservation.requested_epoch_seconds, deadline),
    };
    let hourly = match reservation.state {
        State::Stopped => reservation.hourly_while_off(),
        _ => reservation.hourly(),
    };
    format!(
        "Ends {} · {} per hour, {} in all by then",
        slack_date(deadline),
        usd(hourly.total_usd()),
        bill(total)
    )
}

/// What stays of machines that are off, and what it costs.
pub(super) fn kept_line(reservation: &Reservation) -> String {
    let storage_gb = reservation.spec.storage_gb;
    let off = usd(reservation.hourly_while_off().total_usd());
    let on = usd(reservation.hourly().total_usd());
    if reservation.spec.count == 1 {
        return format!(
            "Its disk of {storage_gb} GB is kept and costs {off} per hour, instead of {on} while the machine runs. It gets another address when it starts."
        );
    }
    let notebook = match reservation.spec.cluster {
        Some(_) => ", and the notebook with them",
        None => "",
    };
    format!(
        "Their disks of {storage_gb} GB each are kept and cost {off} per hour, instead of {on} while the machines run. They get other addresses when they start{notebook}."
    )
}

/// Whose it is, where it is not the reader's.
pub(super) fn whose(reservation: &Reservation, reader: &str) -> String {
    if reservation.owner == reader {
        String::new()
    } else {
        format!(" · belongs to <@{}>", reservation.owner)
    }
}

/// The buttons of a running or a stopped machine that somebody who is that to it may press.
pub(super) fn keep_or_end(reservation: &Reservation, relation: Relation) -> Vec<Value> {
    let Reservation { id, handle, .. } = reservation;
    let extend = |look, label, action_id| (Act::Extend, button(look, label, action_id, id));
    let whose = match relation {
        Relation::Owner => String::new(),
        _ => format!(" · belongs to <@{}>", reservation.owner),
    };
    let terminate = confirmed(
        button(Look::Danger, "Terminate", action::TERMINATE, id),
        &format!("Terminate {handle}?"),
        &format!(
            "*{handle}* ({}{whose}) and everything on {} will be gone for good.",
            cluster_of(&reservation.spec, reservation.machines()).unwrap_or_else(|| {
                multiplied(reservation.machines(), &reservation.spec.system())
            }),
            by_count(reservation, "its disk", "their disks")
        ),
        "Terminate",
    );
    let is_off = reservation.state == State::Stopped;
    let start = is_off.then(|| {
        let start = button(Look::Primary, "Start", action::START, id);
        (Act::Power, start)
    });
    let longer = if is_off { Look::Plain } else { Look::Primary };
    let buttons = [
        extend(longer, "Extend 1 h", action::EXTEND_1H),
        extend(Look::Plain, "Extend 4 h", action::EXTEND_4H),
        (Act::Terminate, terminate),
    ];
    let permitted = start
        .into_iter()
        .chain(buttons)
        .filter(|(act, _)| relation.permits(*act));
    permitted.map(|(_, button)| button).collect()
}

/// The same, and Stop where it can be stopped, and what makes a cluster the owner's usual one: not with a warning, for what is stopped ends at its deadline as well.
pub(super) fn keep_stop_or_end(reservation: &Reservation, relation: Relation) -> Vec<Value> {
    let mut buttons = keep_or_end(reservation, relation);
    let can_be_stopped = reservation.state == State::Ready && reservation.can_be_stopped();
    if can_be_stopped && relation.permits(Act::Power) {
        let stop = button(Look::Plain, "Stop", action::STOP, &reservation.id);
        let end = buttons.len() - usize::from(relation.permits(Act::Terminate));
        buttons.insert(end, stop);
    }
    if reservation.spec.cluster.is_some() && relation == Relation::Owner {
        let label = "Make this my usual";
        buttons.push(button(
            Look::Plain,
            label,
            action::MAKE_USUAL,
            &reservation.id,
        ));
    }
    buttons
}

/// The machines in one line: how many, as what, system, type, size, region, and whether some are gone where others go on.
pub(super) fn machine_line(reservation: &Reservation) -> String {
    let Reservation { spec, nodes, .. } = reservation;
    let settled = reservation.question.iter().filter(|it| it.is_settled);
    let left_out: usize = settled.map(|question| question.without.len()).sum();
    let left_out = u32::try_from(left_out).unwrap_or_default();
    let count = spec.count.saturating_sub(left_out);
    let system = match cluster_of(spec, count) {
        Some(cluster) => format!("{cluster}, {}", spec.system()),
        None => multiplied(count, &system_words(spec)),
    };
    let line = format!("{system} on {}", offer_words(reservation.offer()));
    let given_up = reservation.given_up().count();
    let gone = nodes.len() - reservation.living().count() - given_up;
    if gone == 0 || spec.count == 1 || reservation.state.is_ending() {
        return line;
    }
    let verb = if gone == 1 { "is" } else { "are" };
    format!("{line} · {gone} of {} {verb} gone", spec.count)
}

/// What went wrong with a launch, after a colon.
pub(super) fn failure_words(reason: FailureReason, reservation: &Reservation) -> &'static str {
    match reason {
        FailureReason::NoCapacity => by_count(
            reservation,
            reason.sentence(),
            "the cloud does not have that many free machines of any type that fits right now",
        ),
        FailureReason::MachineVanished => by_count(
            reservation,
            reason.sentence(),
            "one of the machines ended while they were being set up",
        ),
        FailureReason::NeverReady if reservation.spec.cluster.is_some() => {
            "the machines started, but the cluster did not report that it was ready"
        }
        FailureReason::NeverReady => by_count(
            reservation,
            reason.sentence(),
            "the machines started, but not all of them reported that they were ready",
        ),
        FailureReason::SetupFailed => by_count(
            reservation,
            reason.sentence(),
            "the machines started, but not all of them could be set up",
        ),
        _ => reason.sentence(),
    }
}

pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// Why an ssh key cannot be taken, and what to do; without marks, for it also stands beside a form's field.
pub(crate) fn ssh_key_fault(fault: KeyFault) -> String {
    const NEW: &str = "Make a new one with “ssh-keygen -t ed25519”.";
    match fault {
        KeyFault::NotAKey => "That is no public ssh key. Paste the one line of a file such as ~/.ssh/id_ed25519.pub, beginning with ssh-ed25519.".to_owned(),
        KeyFault::Private => "That is a private key. I have not kept it, but it was sent, so it has to be replaced: make a new pair with “ssh-keygen -t ed25519”, and paste the line of the file that ends in .pub.".to_owned(),
        KeyFault::Options => "Something stands before the key’s type. Options and commands are not taken: begin with the type, such as ssh-ed25519.".to_owned(),
        KeyFault::Dsa => format!("DSA keys are weak, and machines of today do not accept them. {NEW}"),
        KeyFault::RsaTooShort(bits) => format!("An RSA key of {bits} bits is too weak for the years to come: 3072 are the least. {NEW}"),
        KeyFault::RsaTooLong(bits) => format!("An RSA key of {bits} bits is longer than a machine can be given: 4096 are the most. {NEW}"),
        KeyFault::Damaged => "That key is cut off or damaged. Copy the whole line from the file that ends in .pub.".to_owned(),
    }
}

/// People who are named at most; of more, the rest is "another admin".
const NAMED_MAX: usize = 3;

/// People as mentions, joined for a sentence; none where there are none.
pub(super) fn people(users: &[String], conjunction: &str) -> Option<String> {
    joined(users.iter().map(|user| format!("<@{user}>")), conjunction)
}

/// The same for people who could help, admins last: a few of them.
pub(super) fn helpers(admins: &[String]) -> Option<String> {
    let (named, others) = admins.split_at(admins.len().min(NAMED_MAX));
    if others.is_empty() {
        return people(named, "or");
    }
    let mentions: Vec<String> = named.iter().map(|user| format!("<@{user}>")).collect();
    Some(format!("{} or another admin", mentions.join(", ")))
}

/// What an act is called once it is done, and when it is about to be: "extended", "extend".
pub(super) const fn act_words(act: Act) -> (&'static str, &'static str) {
    match act {
        Act::Talk => ("talked to me", "talk to me"),
        Act::Launch => ("launched", "launch a machine"),
        Act::SeeOwn => ("looked at what is theirs", "look at what is theirs"),
        Act::See => ("looked at", "look at"),
        Act::Extend => ("extended", "extend"),
        Act::Terminate => ("terminated", "terminate"),
        Act::Power => ("switched off or on", "switch off or on"),
        Act::GoOn => (
            "went on with fewer workers for",
            "go on with fewer workers for",
        ),
        Act::Remind => ("set a reminder for", "set a reminder for"),
        Act::SaveTemplate => ("saved as a template", "save as a template"),
        Act::Share => ("changed the shares of", "change the shares of"),
        Act::ManageOwnKeys => ("changed their keys", "change their keys"),
        Act::ManageOrganisationKeys => (
            "changed the organisation’s keys",
            "change the organisation’s keys",
        ),
        Act::SetUsual => ("set their usual cluster", "set a usual cluster"),
        Act::ReadPolicy => ("read the policy", "read the policy"),
        Act::SetPolicy => ("changed the policy", "change the policy"),
        Act::SetAdmins => ("changed the admins", "change who the admins are"),
        Act::ReadAudit => ("read the audit log", "read the audit log"),
        Act::Sweep => (
            "looked through the cloud accounts",
            "have the cloud accounts looked through",
        ),
    }
}

/// Who pays, in words.
pub(super) fn payer_words(payer: &Payer) -> String {
    let (label, hint) = (escape(&payer.label), escape(&payer.hint));
    match (&payer.credential_id, payer.is_personal) {
        (None, _) => "Paid by the organisation".to_owned(),
        (Some(_), false) => format!("Paid by the organisation (“{label}”)"),
        (Some(_), true) if hint.is_empty() => format!("Paid by your account “{label}”"),
        (Some(_), true) => format!("Paid by your account “{label}” ({hint})"),
    }
}

/// A cloud's name as its makers write it.
pub(super) fn cloud(provider: Provider) -> &'static str {
    match provider {
        Provider::Aws => "AWS",
        Provider::Digitalocean => "DigitalOcean",
    }
}

/// A length of time to the minute: "2 days 3 h 5 min". It is understood again.
pub(super) fn exact_length(minutes: u32) -> String {
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let part = |count: u32, unit: &str| (count > 0).then(|| format!("{count} {unit}"));
    let parts = [
        part(days, if days == 1 { "day" } else { "days" }),
        part(hours, "h"),
        part(rest, "min"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
