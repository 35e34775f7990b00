//! The policy: what admins allow. Checked when a price is named, when it is taken, and when time is added.

mod check;
#[cfg(test)]
pub(crate) mod tests;

pub use check::{Breach, Held, LaunchRequest};

use serde::{Deserialize, Serialize};

use crate::identity::{Person, Standing};
use crate::intent::{Provider, named_enum};

/// What admins allow, and who they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The admins' Slack user ids; never empty once it was set in Slack.
    pub admins: Vec<String>,
    /// The longest that a reservation may last from now on, in minutes.
    pub duration_minutes_max: Limit<u32>,
    /// The most machines that one person may have at once.
    pub machines_per_person_max: Limit<u32>,
    /// The most virtual CPUs that one person may have at once.
    pub vcpus_per_person_max: Limit<u32>,
    /// The most that a machine may cost an hour, everything included, in US dollars.
    pub hourly_usd_max: Limit<f64>,
    /// The clouds that may be used.
    pub providers: Limit<Vec<Provider>>,
    /// The regions that may be used.
    pub regions: Limit<Vec<String>>,
    /// Whether spot machines may be had.
    pub allows_spot: bool,
    /// Whether guests of the workspace may have machines.
    pub allows_guests: bool,
    /// Who may have the organisation pay.
    pub organisation_pays_for: OrganisationPaysFor,
    /// Counts changes; a write names the version that it read. 0: nothing was ever set.
    pub version: u64,
}

/// A rule that is set or off. Off is a value that somebody chose, never the absence of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule", content = "value")]
pub enum Limit<T> {
    /// No limit.
    Off,
    /// At most this, or one of these.
    Set(T),
}

named_enum! {
    /// Whose machines the organisation's account pays for.
    OrganisationPaysFor {
        /// Everybody who may have machines.
        Everybody = "everybody",
        /// Admins alone; all others use keys of their own.
        Admins = "admins",
        /// Nobody: everybody uses keys of their own.
        Nobody = "nobody",
    }
}

impl Policy {
    /// The policy before anybody has set one: no limits of its own, no guests, the organisation pays.
    pub fn initial(admins: Vec<String>) -> Self {
        Self {
            admins,
            duration_minutes_max: Limit::Off,
            machines_per_person_max: Limit::Off,
            vcpus_per_person_max: Limit::Off,
            hourly_usd_max: Limit::Off,
            providers: Limit::Off,
            regions: Limit::Off,
            allows_spot: true,
            allows_guests: false,
            organisation_pays_for: OrganisationPaysFor::Everybody,
            version: 0,
        }
    }

    /// Whether somebody is an admin. Guests, strangers and bots never are, whatever the list says.
    pub fn is_admin(&self, person: &Person) -> bool {
        person.standing == Standing::Member && self.admins.contains(&person.user)
    }
}
