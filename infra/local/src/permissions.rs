//! Which permissions were needed, as the emulator wrote them down: one line for each that it looked up for somebody.
//!
//! What ministack does in the name of a role by itself (running a workflow's step, writing a function's log, delivering
//! to a queue) it does without asking, so those are not among them.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::secrets::random_hex;
use crate::{Error, Result};

/// A permission that somebody needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needed {
    /// The name of the role or the user.
    pub who: String,
    /// Such as `dynamodb:PutItem`. Some need no grant, such as `sts:GetCallerIdentity`.
    pub action: String,
    /// The ARN, or `*`.
    pub resource: String,
    /// Whether it was granted.
    pub allowed: bool,
}

#[derive(Deserialize)]
struct Line {
    principal: String,
    action: String,
    resource: String,
    allowed: bool,
}

/// A folder that keeps every stack's record after it is gone: what all journeys together needed.
pub const KEEP_VARIABLE: &str = "INFRARED_PERMISSIONS";

/// Roles in whose name the emulator acts without asking, so that nothing says what they need.
const UNASKED_ROLES: [&str; 4] = [
    "WorkflowsRole",
    "WatchScheduleRole",
    "PricesScheduleRole",
    "SweepScheduleRole",
];
/// Actions that the emulator carries out for a function without asking.
const UNASKED_ACTIONS: [&str; 2] = ["logs:", "sqs:SendMessage"];

/// Keeps a stack's record where [`KEEP_VARIABLE`] says, if it is set.
pub(crate) fn keep(record: &Path) {
    let Some(folder) = std::env::var_os(KEEP_VARIABLE) else {
        return;
    };
    let name = random_hex().unwrap_or_default();
    if let Err(error) = std::fs::copy(record, Path::new(&folder).join(name)) {
        crate::output::note(format!(
            "the record of permissions could not be kept: {error}"
        ));
    }
}

/// What is granted and was never needed, by the records in a folder: pairs of a role's logical name and an action.
pub(crate) fn unused(
    granted: &BTreeSet<(String, String)>,
    folder: &Path,
) -> Result<BTreeSet<(String, String)>> {
    let mut used = BTreeSet::new();
    let records =
        std::fs::read_dir(folder).map_err(Error::io("read the records of permissions"))?;
    for record in records.flatten() {
        for needed in read(&record.path())?
            .into_iter()
            .filter(|needed| needed.allowed)
        {
            used.insert((logical(&needed.who), needed.action));
        }
    }
    Ok(granted
        .iter()
        .map(|(role, action)| (logical(role), action.clone()))
        .filter(|(role, action)| {
            !UNASKED_ROLES.contains(&role.as_str())
                && !UNASKED_ACTIONS
                    .iter()
                    .any(|unasked| action.starts_with(unasked))
        })
        .filter(|pair| !used.contains(pair))
        .collect())
}

/// The template's name of a role: `SlackRole` of `infrared-SlackRole-2BB5C0FFEE`.
fn logical(role: &str) -> String {
    role.split('-').nth(1).unwrap_or(role).to_owned()
}

/// Everything in the file, once each. A last line that is still being written is left out.
pub fn read(path: &Path) -> Result<BTreeSet<Needed>> {
    let text =
        std::fs::read_to_string(path).map_err(Error::io("read which permissions were needed"))?;
    let written = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
    written
        .lines()
        .map(|line| {
            let line: Line = serde_json::from_str(line).map_err(|error| Error::Unexpected {
                what: "the record of permissions".to_owned(),
                detail: format!("{error}: {line}"),
            })?;
            Ok(Needed {
                who: name(&line.principal).to_owned(),
                action: line.action,
                resource: line.resource,
                allowed: line.allowed,
            })
        })
        .collect()
}

/// The role in `arn:aws:sts::1:assumed-role/ROLE/SESSION`, the user in `arn:aws:iam::1:user/USER`.
fn name(principal: &str) -> &str {
    principal.split('/').nth(1).unwrap_or(principal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails says where")]

    use super::*;

    #[test]
    fn lines_become_a_set_and_half_a_line_waits() {
        let folder = std::env::temp_dir().join(crate::secrets::random_hex().unwrap());
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("calls.jsonl");
        let line = r#"{"principal":"arn:aws:sts::1:assumed-role/watch/s","action":"a:B","resource":"*","allowed":true}"#;
        std::fs::write(&path, format!("{line}\n{line}\n{{\"princ")).unwrap();
        let needed = read(&path).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let expected = Needed {
            who: "watch".to_owned(),
            action: "a:B".to_owned(),
            resource: "*".to_owned(),
            allowed: true,
        };
        assert_eq!(needed, BTreeSet::from([expected]));
    }

    #[test]
    fn what_is_granted_and_never_needed_is_found_whatever_the_stack() {
        let folder = std::env::temp_dir().join(crate::secrets::random_hex().unwrap());
        std::fs::create_dir(&folder).unwrap();
        let line = |role: &str, action: &str| {
            format!(
                r#"{{"principal":"arn:aws:sts::1:assumed-role/infrared-{role}-A1/s","action":"{action}","resource":"*","allowed":true}}"#
            )
        };
        std::fs::write(folder.join("one"), line("SlackRole", "a:Used") + "\n").unwrap();
        std::fs::write(folder.join("two"), line("WatchRole", "a:Idle") + "\n").unwrap();
        let grant = |role: &str, action: &str| (role.to_owned(), action.to_owned());
        let granted = BTreeSet::from([
            grant("infrared-SlackRole-B2", "a:Used"),
            grant("infrared-SlackRole-B2", "a:Idle"),
            grant("infrared-SlackRole-B2", "logs:PutLogEvents"),
            grant("infrared-WorkflowsRole-B2", "lambda:InvokeFunction"),
        ]);
        let unused = unused(&granted, &folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(unused, BTreeSet::from([grant("SlackRole", "a:Idle")]));
    }
}
