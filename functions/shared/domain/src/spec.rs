//! What a machine should be: the values a person asked for, with the defaults filled in.

use serde::{Deserialize, Serialize};

use crate::intent::{Environment, Framework, Notebook, Os};
use crate::offers::Market;

/// Root disk of a machine when nobody names a size. Room for the system, its updates and a project.
pub const DEFAULT_STORAGE_GB: u32 = 20;

/// Root disks by gp3's and the images' limits, in GB.
pub(crate) const STORAGE_GB: std::ops::RangeInclusive<u32> = 8..=16_000;

/// The systems that machines can be set up with today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// Ubuntu LTS by Canonical.
    Ubuntu,
    /// Debian stable.
    Debian,
    /// Amazon Linux.
    AmazonLinux,
}

impl System {
    /// Every system on offer, in the order in which choices are shown.
    pub const ALL: [Self; 3] = [Self::Ubuntu, Self::Debian, Self::AmazonLinux];

    /// The system's name in settings and images: `amazon-linux`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ubuntu => Os::Ubuntu.as_str(),
            Self::Debian => Os::Debian.as_str(),
            Self::AmazonLinux => Os::AmazonLinux.as_str(),
        }
    }

    /// The system's name as its makers write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ubuntu => "Ubuntu",
            Self::Debian => "Debian",
            Self::AmazonLinux => "Amazon Linux",
        }
    }

    /// Releases with a public image, the default first.
    pub fn versions(self) -> &'static [&'static str] {
        match self {
            Self::Ubuntu => &["24.04", "26.04", "22.04"],
            Self::Debian => &["13", "12"],
            Self::AmazonLinux => &["2023"],
        }
    }

    /// The account that the image's makers created for logging in.
    pub fn login_user(self) -> &'static str {
        match self {
            Self::Ubuntu => "ubuntu",
            Self::Debian => "admin",
            Self::AmazonLinux => "ec2-user",
        }
    }

    /// The system that was named, if machines can be set up with it.
    pub fn of(named: Os) -> Option<Self> {
        match named {
            Os::Ubuntu => Some(Self::Ubuntu),
            Os::Debian => Some(Self::Debian),
            Os::AmazonLinux => Some(Self::AmazonLinux),
            Os::Centos | Os::Fedora | Os::Rhel | Os::Rocky | Os::Windows => None,
        }
    }
}

/// Machines in one reservation at most: they are launched by one call, all or none, and listed in one message.
pub const COUNT_MAX: u32 = 20;

/// Machines of a cluster at least: one to direct the work and one to do it.
pub const CLUSTER_NODES_MIN: u32 = 2;
/// Machines of a cluster at most: launched by one call, like the machines of any reservation.
pub const CLUSTER_NODES_MAX: u32 = 40;

/// The number of machines closest to that which a cluster can have.
pub(crate) fn nearest_nodes(nodes: u32) -> u32 {
    nodes.clamp(CLUSTER_NODES_MIN, CLUSTER_NODES_MAX)
}

/// What makes one cluster of a reservation's machines. The first is the master, the others are workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// What distributes the work.
    pub framework: Framework,
    /// Where people write it, on the master.
    pub notebook: Notebook,
}

/// What is ready today.
impl Default for Cluster {
    fn default() -> Self {
        Self {
            framework: Framework::Spark,
            notebook: Notebook::Jupyter,
        }
    }
}

/// Machines as they were asked for, all alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MachineSpec {
    /// How many.
    pub count: u32,
    /// How they are bought.
    pub market: Market,
    /// In this region, where somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The system.
    pub os: System,
    /// Its release, such as `24.04`.
    pub os_version: String,
    /// Software that each is set up with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Environment>,
    /// What makes them a cluster, where they are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
    /// At least this many virtual CPUs, where somebody asked.
    pub vcpus_min: Option<u32>,
    /// At least this much memory, in GiB, where somebody asked.
    pub memory_gib_min: Option<f64>,
    /// Exactly this type, where somebody asked.
    pub instance_type: Option<String>,
    /// Root disk in GB.
    pub storage_gb: u32,
    /// The most an hour may cost with disk and address, in US dollars, where somebody asked.
    pub hourly_usd_max: Option<f64>,
    /// How long it is wanted.
    pub duration_minutes: u32,
}

impl MachineSpec {
    /// The system with its release: "Ubuntu 24.04".
    pub fn system(&self) -> String {
        format!("{} {}", self.os.title(), self.os_version)
    }
}
