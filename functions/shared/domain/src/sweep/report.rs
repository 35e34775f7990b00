//! What a sweep found, by numbers: for the log, and for whoever asked.

use serde::{Deserialize, Serialize};

use super::{Action, OrphanKind, Site};
use crate::time::EpochSeconds;

/// What was found in one account's part of a region. Kept small: the workflow carries one for each site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Where.
    #[serde(flatten)]
    pub site: Site,
    /// Whether it could be looked at.
    pub look: Look,
    /// Machines that carry our tags and have not ended.
    #[serde(default)]
    pub machines: u32,
    /// Machines without a reservation, seen for the first time.
    #[serde(default)]
    pub noticed: u32,
    /// Machines without a reservation whose end was asked for.
    #[serde(default)]
    pub ended: u32,
    /// Machines without a reservation that are gone.
    #[serde(default)]
    pub gone: u32,
    /// Firewalls without a reservation that were removed.
    #[serde(default)]
    pub firewalls: u32,
    /// Reservations whose machines are gone, all or some.
    #[serde(default)]
    pub lost: u32,
    /// Reservations whose machines somebody else has switched.
    #[serde(default)]
    pub switched: u32,
}

/// Whether an account could be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// It was.
    Done,
    /// Its key or role does not let us in.
    ShutOut,
    /// The same in a region that is not the account's own, where nothing of ours is known to be: it may never have been
    /// opened to us, and nobody has to do anything about it.
    Closed,
    /// Something went wrong; the next sweep tries again.
    Failed,
}

/// What a whole sweep found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When it was over.
    pub at_epoch_seconds: EpochSeconds,
    /// Everywhere it looked.
    pub findings: Vec<Finding>,
    /// It could not even be found out where to look.
    pub has_failed: bool,
}

impl Finding {
    /// Nothing yet.
    pub fn new(site: Site, look: Look, machines: u32) -> Self {
        Self {
            site,
            look,
            machines,
            noticed: 0,
            ended: 0,
            gone: 0,
            firewalls: 0,
            lost: 0,
            switched: 0,
        }
    }

    /// Counts what was done.
    pub fn count(&mut self, action: &Action) {
        match action {
            Action::Remember(orphan) if orphan.kind == OrphanKind::Machine => self.noticed += 1,
            Action::End(orphan) => match orphan.kind {
                OrphanKind::Machine => self.ended += 1,
                OrphanKind::Firewall => self.firewalls += 1,
            },
            Action::Close(orphan) if orphan.kind == OrphanKind::Machine => self.gone += 1,
            Action::Lose(..) | Action::Mark(..) => self.lost += 1,
            Action::Note(..) => self.switched += 1,
            Action::Remember(_) | Action::Close(_) | Action::Forget(_) => {}
        }
    }
}

impl Report {
    /// Whether every account was looked at that lets us in.
    pub fn is_complete(&self) -> bool {
        let failed = |finding: &Finding| finding.look == Look::Failed;
        !self.has_failed && !self.findings.iter().any(failed)
    }

    /// One number of all findings.
    pub fn sum(&self, number: fn(&Finding) -> u32) -> u32 {
        self.findings.iter().map(number).sum()
    }
}
