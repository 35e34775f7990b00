//! Answers about the policy.

use super::prices;
use crate::access::policy::{Breach, Limit, OrganisationPaysFor, Policy};
use crate::event::{PolicyReply, StandingEnd};
use crate::forms::{FormKind, FormRequest};
use crate::messages::action;
use crate::messages::blocks::{Look, Message, actions, button, context, escape, section};
use crate::messages::words::{cloud, counted, exact_length, helpers};
use crate::time::slack_date;

pub(super) fn policy(reply: &PolicyReply) -> Message {
    match reply {
        PolicyReply::Shown { policy, may_change } => shown(policy, *may_change),
        PolicyReply::Changed { policy } => changed(policy),
        PolicyReply::ChangedMeanwhile { policy } => {
            let mut message = shown(policy, true);
            let news = "Another admin changed the policy while your form was open, so I have changed nothing. This is how it stands now:";
            message.blocks.insert(0, section(news));
            Message::new(news, message.blocks)
        }
        PolicyReply::Against {
            breaches,
            admins,
            may_change,
            stands,
            goes_on,
            machines_min,
        } => {
            let mut text = reasons(breaches);
            text.push_str(&stands.as_ref().map_or_else(String::new, still_ends));
            text.push('\n');
            text.push_str(&who_can_change(admins, *may_change));
            if let Some(hint) = how_to_go_on(breaches, *machines_min).filter(|_| *goes_on) {
                text.push(' ');
                text.push_str(&hint);
            }
            with_change(Message::plain(text), *may_change)
        }
        PolicyReply::PricedAgainst {
            offer,
            rules,
            count,
            storage_gb,
            duration_minutes,
            cluster,
            breaches,
            admins,
            may_change,
        } => {
            let is_one = *count == 1 || cluster.is_some();
            let closing = format!(
                "As it stands you could not launch {}:\n{}\n{}",
                if is_one { "it" } else { "them" },
                reasons(breaches),
                who_can_change(admins, *may_change)
            );
            let price = prices::price(
                offer,
                rules,
                (*count, *storage_gb),
                *duration_minutes,
                *cluster,
                &closing,
            );
            with_change(price, *may_change)
        }
    }
}

fn shown(policy: &Policy, may_change: bool) -> Message {
    let title = "The policy of this workspace";
    let message = Message::new(
        title,
        vec![section(&format!("*{title}*\n{}", list(policy)))],
    );
    let small_print = "It is checked when I name a price, when you launch and when you extend. It binds admins too.";
    let message = message.with(context(&if may_change {
        small_print.to_owned()
    } else {
        format!(
            "{small_print} {}",
            who_can_change(&policy.admins, may_change)
        )
    }));
    with_change(message, may_change)
}

fn changed(policy: &Policy) -> Message {
    Message::new(
        "The policy was changed",
        vec![section(&format!(
            ":white_check_mark: *From now on this is the policy:*\n{}",
            list(policy)
        ))],
    )
    .with(context(
        "Machines that are running stay as they are until their end.",
    ))
}

/// Every rule with its value.
fn list(policy: &Policy) -> String {
    fn or_off<T>(limit: &Limit<T>, words: impl Fn(&T) -> String) -> String {
        limit.set().map_or_else(|| "off".to_owned(), words)
    }
    let rules = [
        (
            "Longest reservation",
            or_off(&policy.duration_minutes_max, |minutes| {
                exact_length(*minutes)
            }),
        ),
        (
            "Machines per person",
            or_off(&policy.machines_per_person_max, u32::to_string),
        ),
        (
            "vCPUs per person",
            or_off(&policy.vcpus_per_person_max, u32::to_string),
        ),
        (
            "Highest price per hour",
            or_off(&policy.hourly_usd_max, |usd| rate(*usd)),
        ),
        (
            "Clouds",
            or_off(&policy.providers, |allowed| {
                joined(allowed.iter().map(|provider| cloud(*provider)), "and")
            }),
        ),
        (
            "Regions",
            or_off(&policy.regions, |allowed| {
                joined(allowed.iter().map(|region| escape(region)), "and")
            }),
        ),
        ("Spot machines", permission(policy.allows_spot).to_owned()),
        ("Guests", permission(policy.allows_guests).to_owned()),
        (
            "The organisation pays for",
            match policy.organisation_pays_for {
                OrganisationPaysFor::Everybody => "everybody",
                OrganisationPaysFor::Admins => "admins",
                OrganisationPaysFor::Nobody => "nobody",
            }
            .to_owned(),
        ),
    ];
    rules
        .map(|(rule, value)| format!("• {rule}: *{value}*"))
        .join("\n")
}

fn permission(allowed: bool) -> &'static str {
    if allowed { "allowed" } else { "not allowed" }
}

/// One reason as a sentence, several as a list.
fn reasons(breaches: &[Breach]) -> String {
    match breaches {
        [only] => reason(only),
        several => several
            .iter()
            .map(|breach| format!("• {}", reason(breach)))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// The rule with its limit, and what was asked for.
fn reason(breach: &Breach) -> String {
    match breach {
        Breach::Duration {
            asked_minutes,
            minutes_max,
        } => format!(
            "The longest here is {}, and this would be {}.",
            exact_length(*minutes_max),
            exact_length(*asked_minutes)
        ),
        Breach::Machines {
            asked,
            held,
            machines_max,
        } => too_many(*asked, *held, *machines_max),
        Breach::Vcpus {
            asked,
            machines,
            held,
            vcpus_max,
        } => too_many_vcpus(*asked, *machines, *held, *vcpus_max),
        Breach::HourlyUsd {
            asked_usd,
            machines,
            usd_max,
        } => format!(
            "A machine may cost at most {} per hour here, disk and address included, and {} {}.",
            rate(*usd_max),
            match machines {
                1 => "this one costs".to_owned(),
                machines => format!("each of these {machines} costs"),
            },
            rate(*asked_usd)
        ),
        Breach::Provider { asked, allowed } => format!(
            "Machines come from {} only here, and this one would come from {}.",
            joined(allowed.iter().map(|provider| cloud(*provider)), "or"),
            cloud(*asked)
        ),
        Breach::Region { asked, allowed } => format!(
            "Machines run in {} only here, and this one would run in {}.",
            joined(allowed.iter().map(|region| escape(region)), "or"),
            escape(asked)
        ),
        Breach::Spot => "Spot machines are not allowed here.".to_owned(),
        Breach::Deadline {
            asked_epoch_seconds,
            latest_epoch_seconds,
            minutes_max,
        } => format!(
            "The longest here is {} from now, which is until {}. You asked for {}.",
            exact_length(*minutes_max),
            slack_date(*latest_epoch_seconds),
            slack_date(*asked_epoch_seconds)
        ),
    }
}

fn too_many(asked: u32, held: u32, machines_max: u32) -> String {
    let most = counted(machines_max, "machine");
    match (asked, held) {
        (1, held) => format!(
            "One person can have {most} at a time here, and you have {held}, counting what is still being removed."
        ),
        (asked, 0) => {
            format!("One person can have {most} at a time here, and these would be {asked}.")
        }
        (asked, held) => format!(
            "One person can have {most} at a time here. You have {held}, counting what is still being removed, and these would be {asked} more."
        ),
    }
}

fn too_many_vcpus(asked: u32, machines: u32, held: u32, vcpus_max: u32) -> String {
    let most = counted(vcpus_max, "vCPU");
    let (these, have) = match machines {
        1 => ("this machine".to_owned(), "has"),
        machines => (format!("these {machines} machines"), "have"),
    };
    match held {
        0 => format!("One person can have {most} at a time here, and {these} {have} {asked}."),
        held => format!(
            "One person can have {most} at a time here. You have {held}, and {these} would add {asked}."
        ),
    }
}

fn still_ends(stands: &StandingEnd) -> String {
    format!(
        "\nNothing was changed: *{}* still ends {}.",
        stands.handle,
        slack_date(stands.deadline_epoch_seconds)
    )
}

fn who_can_change(admins: &[String], may_change: bool) -> String {
    if may_change {
        return "You are an admin, so you can change that.".to_owned();
    }
    helpers(admins).map_or_else(
        || "Nobody can change that yet: whoever deployed me can name the first admins, with the parameter `AdminUserIds`.".to_owned(),
        |people| format!("{people} can change that."),
    )
}

/// What to say so that the task goes on; nothing where no word would help.
fn how_to_go_on(breaches: &[Breach], machines_min: u32) -> Option<String> {
    let mut changes: Vec<String> = Vec::new();
    let mut has_too_many = false;
    let left = |breach: &Breach| breach.machines_left(machines_min);
    for breach in breaches {
        let change = match breach {
            _ if left(breach).is_some() => continue,
            Breach::Duration { .. } | Breach::Deadline { .. } => "a shorter time",
            Breach::Vcpus { .. } | Breach::HourlyUsd { .. } => "a smaller size",
            // Where they have none, nothing of theirs is in the way.
            Breach::Machines { held: 1.., .. } => {
                has_too_many = true;
                continue;
            }
            Breach::Machines { .. }
            | Breach::Provider { .. }
            | Breach::Region { .. }
            | Breach::Spot => return None,
        };
        if !changes.iter().any(|known| known == change) {
            changes.push(change.to_owned());
        }
    }
    if let Some(left) = breaches.iter().filter_map(left).min() {
        changes.push(format!("“{}”", counted(left, "machine")));
    }
    Some(match (changes.is_empty(), has_too_many) {
        (true, _) => "Once one of yours is gone, say “yes”, and I go on.".to_owned(),
        (false, false) => format!("Say {}, and I go on.", changes.join(" and ")),
        (false, true) => format!(
            "Once one of yours is gone, say {}, and I go on.",
            changes.join(" and ")
        ),
    })
}

/// Admins get to the form from here.
fn with_change(message: Message, may_change: bool) -> Message {
    if !may_change {
        return message;
    }
    let request = FormRequest {
        kind: FormKind::Policy,
        for_user: String::new(),
        credential_id: None,
    };
    message.with(actions(&[button(
        Look::Plain,
        "Change the policy",
        action::FORM_OPEN,
        &request.value(),
    )]))
}

/// A price an hour to a hundredth of a cent, as it is compared; whole cents are written as such.
fn rate(usd: f64) -> String {
    let exact = format!("{usd:.4}");
    let cents = exact.strip_suffix("00").unwrap_or(&exact);
    format!("${cents}")
}

fn joined(parts: impl IntoIterator<Item = impl Into<String>>, word: &str) -> String {
    let mut parts: Vec<String> = parts.into_iter().map(Into::into).collect();
    match parts.pop() {
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} {word} {last}", parts.join(", ")),
        None => String::new(),
    }
}
