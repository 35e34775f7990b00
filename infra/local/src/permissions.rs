//! Which permissions were needed, as the emulator wrote them down: one line for each that it looked up for somebody.
//!
//! What ministack does in the name of a role by itself (running a workflow's step, writing a function's log, delivering
//! to a queue) it does without asking, so those are not among them.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

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
}
