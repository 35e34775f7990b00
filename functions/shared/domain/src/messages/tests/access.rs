//! Who may not, who can help, who the admins are, and what the audit log says.

use super::*;
use crate::access::audit::{Entry, Filter, Outcome, Path};
use crate::access::permission::{Act, Refusal};
use crate::event::AdminReply;
use crate::forms::Form;

fn users(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn direct(answer: &Reply) -> Message {
    reply(answer, PlaceKind::Direct)
}

fn not_allowed(act: Act, why: Refusal, admins: &[&str]) -> Message {
    direct(&Reply::NotAllowed {
        act,
        why,
        admins: users(admins),
    })
}

#[test]
fn refusals_say_why_and_who_can_help() {
    let many = ["UA", "UB", "UC", "UD", "UE"];
    let mut said = vec![
        (
            "guest",
            not_allowed(Act::Launch, Refusal::Guest, &["UCAROL"]),
        ),
        (
            "guest, no admin",
            not_allowed(Act::Launch, Refusal::Guest, &[]),
        ),
        (
            "deactivated",
            not_allowed(Act::Launch, Refusal::Deactivated, &["UCAROL"]),
        ),
        (
            "stranger",
            not_allowed(Act::Talk, Refusal::Stranger, &["UCAROL"]),
        ),
        ("bot", not_allowed(Act::Launch, Refusal::Bot, &["UCAROL"])),
        (
            "no admin is named",
            not_allowed(Act::SetPolicy, Refusal::AdminsOnly, &[]),
        ),
        (
            "many admins",
            not_allowed(Act::SetPolicy, Refusal::AdminsOnly, &many),
        ),
        (
            "somebody else’s, many admins",
            direct(&Reply::NotYours {
                handle: Some("r-aaaaa".to_owned()),
                owner: "UBOB".to_owned(),
                admins: users(&many),
            }),
        ),
        ("nobody left", direct(&Reply::Admin(AdminReply::NobodyLeft))),
        (
            "somebody else’s, no admins",
            direct(&Reply::NotYours {
                handle: Some("r-aaaaa".to_owned()),
                owner: "UBOB".to_owned(),
                admins: Vec::new(),
            }),
        ),
    ];
    for act in Act::ALL.iter().copied().filter(|act| act.is_for_admins()) {
        said.push((
            act.as_str(),
            not_allowed(act, Refusal::AdminsOnly, &["UCAROL", "UDAVE"]),
        ));
    }
    insta::assert_snapshot!(all(said));
}

#[test]
fn admins_are_listed_and_changed() {
    let listed = |admins: &[&str], may_change| {
        direct(&Reply::Admin(AdminReply::Admins {
            admins: users(admins),
            may_change,
        }))
    };
    let changed = |before: &[&str], admins: &[&str]| {
        direct(&Reply::Admin(AdminReply::AdminsChanged {
            before: users(before),
            admins: users(admins),
        }))
    };
    insta::assert_snapshot!(all([
        ("none", listed(&[], false)),
        ("seen by a member", listed(&["UCAROL"], false)),
        (
            "seen by an admin",
            listed(&["UCAROL", "UDAVE", "UEVE"], true)
        ),
        (
            "changed",
            changed(&["UCAROL", "UDAVE"], &["UCAROL", "UEVE"])
        ),
        ("the first", changed(&[], &["UCAROL"])),
        ("not changed", changed(&["UCAROL"], &["UCAROL"])),
    ]));
    insta::assert_json_snapshot!(
        "form_admins",
        form(&Form::Admins(users(&["UCAROL", "UDAVE"]), 1), "{}")
    );
}

#[test]
fn somebody_elses_machines_are_named_as_such() {
    let at_epoch_seconds = NOW + HOUR_SECONDS;
    let user = || "UCAROL".to_owned();
    insta::assert_snapshot!(all([
        (
            "details",
            direct(&Reply::Details {
                reservation: Box::new(ready_reservation(240)),
                relation: Relation::Admin,
                at_epoch_seconds,
            })
        ),
        (
            "confirm the end",
            direct(&Reply::ConfirmEnd {
                reservations: vec![ready_reservation(240)],
                at_epoch_seconds,
                user: user(),
                more: 3,
            })
        ),
        (
            "ending",
            direct(&Reply::Ending {
                handles: users(&["r-aaaaa"]),
                owners: users(&["UALICE"]),
            })
        ),
    ]));
    let details = direct(&Reply::Details {
        reservation: Box::new(ready_reservation(240)),
        relation: Relation::Admin,
        at_epoch_seconds,
    });
    let really = &details.blocks[1]["elements"][3]["confirm"]["text"]["text"];
    assert!(
        really
            .as_str()
            .is_some_and(|text| text.contains("belongs to <@UALICE>"))
    );
}

fn entry(act: Act, target: Option<&str>, outcome: Outcome) -> Entry {
    Entry {
        at_epoch_seconds: NOW,
        user: "UALICE".to_owned(),
        path: Path::Command,
        act: act.to_string(),
        target: target.map(str::to_owned),
        outcome,
        payer: None,
    }
}

fn log(of: Filter, entries: Vec<Entry>, more: usize, looked_at: usize) -> Message {
    direct(&Reply::Admin(AdminReply::Audit {
        of,
        entries,
        more,
        looked_at,
    }))
}

#[test]
fn the_audit_log_in_readable_lines() {
    let handle = Some("r-7f3k2");
    let mut entries: Vec<Entry> = Act::ALL
        .iter()
        .map(|act| {
            let target = match act {
                Act::SetAdmins => Some("added UDAVE, removed UCAROL, removed UC…"),
                Act::ManageOwnKeys => Some("ssh keys"),
                Act::ManageOrganisationKeys => Some("Sandbox <!channel>"),
                Act::Talk | Act::SeeOwn | Act::ReadPolicy | Act::SetPolicy | Act::ReadAudit => None,
                _ => handle,
            };
            entry(*act, target, Outcome::Done)
        })
        .collect();
    entries[1].payer = Some("organisation".to_owned());
    let paths = [Path::Message, Path::Command, Path::Button, Path::Form];
    let refused = [
        entry(Act::Terminate, handle, Outcome::NotPermitted),
        entry(Act::SetPolicy, None, Outcome::NotPermitted),
        entry(Act::Launch, None, Outcome::AgainstPolicy),
        Entry {
            act: "something_old".to_owned(),
            ..entry(Act::Talk, None, Outcome::Done)
        },
    ];
    entries.extend(
        refused
            .into_iter()
            .zip(paths)
            .map(|(entry, path)| Entry { path, ..entry }),
    );
    let user = Filter::User("UBOB".to_owned());
    let handle = Filter::Handle("r-7f3k2".to_owned());
    let one = || vec![entry(Act::Extend, Some("r-7f3k2"), Outcome::Done)];
    insta::assert_snapshot!(all([
        ("of all kinds", log(Filter::All, entries, 0, 20)),
        ("more than are shown", log(Filter::All, one(), 80, 100)),
        ("about a reservation", log(handle.clone(), one(), 0, 100)),
        ("about a person", log(user.clone(), one(), 0, 100)),
        ("empty", log(Filter::All, Vec::new(), 0, 0)),
        ("none about a reservation", log(handle, Vec::new(), 0, 100)),
        ("none about a person", log(user, Vec::new(), 0, 2_000)),
    ]));
}

#[test]
fn the_audit_log_stays_within_slacks_limits_whatever_it_names() {
    let name = "&".repeat(crate::access::audit::NAME_CHARS_MAX);
    let long = Entry {
        payer: Some(name.clone()),
        ..entry(
            Act::ManageOrganisationKeys,
            Some(&name),
            Outcome::NotPermitted,
        )
    };
    let message = log(
        Filter::All,
        vec![long; crate::access::audit::SHOWN_MAX],
        80,
        100,
    );
    for block in &message.blocks {
        let text = block["text"]["text"].as_str().unwrap_or_default();
        assert!(
            !text.ends_with('…'),
            "nothing is cut in the middle of a mention"
        );
    }
}
