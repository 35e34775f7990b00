//! What the sweep finds.

use std::fmt::Write as _;

use crate::event::SweepReply;
use crate::messages::blocks::{Message, context, escape, section};
use crate::sweep::{Finding, Look, Orphan, Report};
use crate::time::slack_date;

/// Accounts that are named in a report; of more, the rest is counted.
const NAMED_MAX: usize = 10;

pub(super) fn sweep(reply: &SweepReply) -> Message {
    match reply {
        SweepReply::Started => Message::plain(
            ":mag: I am looking through every cloud account for what nobody has a reservation for, and for reservations whose machine is gone. I tell you in a direct message what I find.",
        ),
        SweepReply::Over {
            report,
            before_epoch_seconds,
        } => over(report, *before_epoch_seconds),
        SweepReply::Found { orphan } => found(orphan),
        SweepReply::Gone { orphan } => gone(orphan),
        SweepReply::SomeGone { handle, gone, of } => Message::plain(format!(
            ":warning: *{gone} of the {of} machines of {handle}* {} gone. Somebody may have ended {} in the cloud’s own console, or the cloud took {} back. The others go on until the end that was agreed; say `terminate {handle}` if they are of no use alone.",
            if *gone == 1 { "is" } else { "are" },
            if *gone == 1 { "it" } else { "them" },
            if *gone == 1 { "it" } else { "them" },
        )),
    }
}

fn found(orphan: &Orphan) -> Message {
    let name = name(orphan);
    let why = "It carries my tags, but no reservation stands for it, so nobody would ever end it.";
    let waits = orphan.ends_epoch_seconds > orphan.first_seen_epoch_seconds;
    Message::plain(if waits {
        format!(
            ":ghost: *There is a machine without a reservation*: {name}.\n{why} I end it after {}. If something on it is still needed, save it before.",
            slack_date(orphan.ends_epoch_seconds)
        )
    } else {
        format!(
            ":ghost: *There is a machine without a reservation*: {name}.\n{why} Its reservation has been over for long, so I am ending it now."
        )
    })
}

fn gone(orphan: &Orphan) -> Message {
    Message::plain(format!(
        ":checkered_flag: *The machine without a reservation is gone*: {}. Nothing of it is left running.",
        name(orphan)
    ))
}

/// The machine, for people who may have to find it in the cloud's own console.
fn name(orphan: &Orphan) -> String {
    let handle = match orphan.tags.handle.as_str() {
        "" => String::new(),
        handle => format!(", once of *{}*", escape(handle)),
    };
    format!(
        "`{}` in {}{handle}",
        escape(&orphan.id),
        escape(&orphan.site.region)
    )
}

fn over(report: &Report, before_epoch_seconds: Option<i64>) -> Message {
    let counted = |count: u32, one: &str, more: &str| {
        let words = if count == 1 { one } else { more };
        (count > 0).then(|| format!("• {count} {words}"))
    };
    let lines = [
        counted(
            report.sum(|finding| finding.noticed),
            "machine without a reservation, seen for the first time: whoever had it is told",
            "machines without a reservation, seen for the first time: whoever had them is told",
        ),
        counted(
            report.sum(|finding| finding.ended),
            "machine without a reservation, which I am ending",
            "machines without a reservation, which I am ending",
        ),
        counted(
            report.sum(|finding| finding.gone),
            "machine without a reservation that is gone now",
            "machines without a reservation that are gone now",
        ),
        counted(
            report.sum(|finding| finding.firewalls),
            "firewall left over, removed",
            "firewalls left over, removed",
        ),
        counted(
            report.sum(|finding| finding.lost),
            "reservation whose machine is gone: its owner is told",
            "reservations whose machines are gone: their owners are told",
        ),
        counted(
            report.sum(|finding| finding.switched),
            "reservation whose machine somebody switched in the cloud’s own console: its owner is told",
            "reservations whose machines somebody switched in the cloud’s own console: their owners are told",
        ),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    let looked = |finding: &&Finding| finding.look == Look::Done;
    let places = report.findings.iter().filter(looked).count();
    let closed = |finding: &&Finding| finding.look == Look::Closed;
    let all = report.findings.len() - report.findings.iter().filter(closed).count();
    let machines = report.sum(|finding| finding.machines);
    let mut text = format!(
        "*I looked through {places} {}* with {machines} {} of mine.",
        if places == 1 { "account" } else { "accounts" },
        if machines == 1 { "machine" } else { "machines" },
    );
    if lines.is_empty() {
        // Of what was not looked at, nothing is known.
        text.push_str(match (places, places == all) {
            (0, _) => "",
            (_, true) => " Everything is as it should be.",
            (_, false) => " What I saw is as it should be.",
        });
    } else {
        let _ = write!(text, "\n{}", lines.join("\n"));
    }
    if let Some(places) = left_out(report, Look::ShutOut) {
        let _ = write!(
            text,
            "\n:warning: I was not let into {places}, so I say nothing about what is there. `/infrared keys` shows which keys need replacing."
        );
    }
    if let Some(places) = left_out(report, Look::Failed) {
        let _ = write!(
            text,
            "\n:warning: I could not look into {places}. I try again within the hour."
        );
    }
    if report.has_failed {
        text.push_str(
            "\n:warning: I could not find out where to look. I try again within the hour.",
        );
    }
    let message = Message::new("What I found in the cloud accounts", vec![section(&text)]);
    match before_epoch_seconds {
        Some(before) => message.with(context(&format!(
            "I look every hour by myself. The last time before this was {}.",
            slack_date(before)
        ))),
        None => message.with(context("I look every hour by myself.")),
    }
}

/// The places that were not looked at, by region: which account it is, is not for everybody's eyes.
fn left_out(report: &Report, look: Look) -> Option<String> {
    let left = report
        .findings
        .iter()
        .filter(|finding| finding.look == look);
    let places: Vec<String> = left
        .map(|finding| match finding.site.credential_id.as_str() {
            "" => format!("the organisation’s account in {}", finding.site.region),
            _ => format!("an account in {}", finding.site.region),
        })
        .collect();
    let more = places.len().saturating_sub(NAMED_MAX);
    let named = places.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>();
    match (places.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(named.join(", ")),
        (false, more) => Some(format!("{} and {more} more", named.join(", "))),
    }
}
