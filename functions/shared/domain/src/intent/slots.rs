//! The details a text can state. Nothing here is inferred: an absent slot was not said.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::values::{
    Environment, Framework, Kind, Notebook, OneOrMany, Os, Period, Provider, ReservationRef, Scope,
    Status, StorageType,
};

/// Declares [`Slots`] with every field optional, together with what has to treat all fields alike.
macro_rules! slots {
    ($($(#[$meta:meta])* $field:ident: $kind:ty,)+) => {
        /// The stated details.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Slots {
            $($(#[$meta])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$kind>,)+
        }

        impl Slots {
            /// Whether nothing was stated.
            pub fn is_empty(&self) -> bool {
                $(self.$field.is_none())&&+
            }

            /// Lets what `newer` states replace what is here, slot by slot.
            pub fn overlay(&mut self, newer: Self) {
                $(if newer.$field.is_some() { self.$field = newer.$field; })+
            }
        }
    };
}

slots! {
    /// Machines wanted, when more than one.
    count: u32,
    /// Machines of a cluster, the master included.
    nodes: u32,
    /// Machines of a cluster, the master left out.
    workers: u32,
    /// Cluster software.
    framework: Framework,
    /// Operating system.
    os: Os,
    /// Its version, as text: 22.10 and 22.1 differ.
    os_version: String,
    /// Processors per machine.
    vcpus: u32,
    /// Memory per machine.
    memory_gb: f64,
    /// Memory of all machines of a cluster together.
    memory_total_gb: f64,
    /// Disk per machine.
    storage_gb: f64,
    /// Disk of all machines of a cluster together.
    storage_total_gb: f64,
    /// Kind of disk.
    storage_type: StorageType,
    /// Cloud.
    provider: Provider,
    /// Region, in the cloud's spelling.
    region: String,
    /// A length of time, whole minutes.
    duration_minutes: u32,
    /// A point in time, local to the author.
    #[serde(with = "civil_text")]
    until: DateTime,
    /// Software wanted on the machine, one or several.
    environment: OneOrMany<Environment>,
    /// Name of a template, lower case.
    template: String,
    /// The cloud's name of a machine size, lower case.
    instance_type: String,
    /// Spot wanted, or refused.
    spot: bool,
    /// The most one machine may cost an hour.
    max_hourly_usd: f64,
    /// Notebook server on the cluster.
    notebook: Notebook,
    /// The author's usual configuration.
    default_config: bool,
    /// What a price is asked for.
    kind: Kind,
    /// Whose reservations or spending.
    scope: Scope,
    /// Which reservations of a list.
    status: Status,
    /// The stretch of time of a report.
    period: Period,
    /// Which reservation, or several.
    reservation: OneOrMany<ReservationRef>,
    /// Slack ids of people.
    user: OneOrMany<String>,
}

/// A local time as ISO 8601 text without a zone.
mod civil_text {
    use jiff::civil::DateTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "the signature is serde's")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<DateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}
