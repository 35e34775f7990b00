//! What steps and clouds say to each other.

use std::fmt;

use domain::offers::Market;

use crate::{CloudError, ErrorKind};

/// A machine's id as its cloud names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MachineId(pub String);

/// A firewall's id as its cloud names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FirewallId(pub String);

impl fmt::Display for MachineId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for FirewallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A bootable image and what a machine made from it needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The cloud's id.
    pub id: String,
    /// The user that people log in as.
    pub login_user: String,
    /// The root volume's device name.
    pub root_device: String,
    /// The smallest root volume that the image fits on.
    pub min_root_gib: u32,
}

/// What is written on everything that is created, so that it is found without our memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// The reservation that everything is searched by.
    pub reservation_id: String,
    /// The reservation's short handle, also the name that consoles show.
    pub handle: String,
    /// The owner's Slack id.
    pub owner: String,
    /// The Slack workspace's id.
    pub team: String,
    /// When the reservation ends, as first agreed.
    pub deadline_epoch_seconds: i64,
}

/// A subnet that machines can be put into: its zone is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// The cloud's id.
    pub id: String,
    /// Its zone.
    pub zone: String,
    /// The network that it is a part of.
    pub network: String,
}

/// The firewall of one reservation: these ports from these networks, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirewallSpec {
    /// The network that it belongs to.
    pub network: String,
    /// IPv4 and IPv6 networks that may connect.
    pub access_cidrs: Vec<String>,
    /// To these TCP ports.
    pub ports: Vec<u16>,
    /// Whether the machines behind it may reach each other, on any port.
    pub is_open_within: bool,
    /// What it is found by.
    pub tags: Tags,
}

/// Machines to start, all alike. Equal specs with equal tokens are the same machine, so every field must be the same when a
/// step is repeated: nothing here may be computed from the time of the call.
#[derive(Clone, PartialEq, Eq)]
pub struct LaunchSpec {
    /// Idempotency token, bound to one attempt in one zone. At most [`LaunchSpec::TOKEN_LIMIT`] ASCII characters.
    pub client_token: String,
    /// How many: never fewer, never more.
    pub count: u32,
    /// How they are bought.
    pub market: Market,
    /// What it boots.
    pub image: Image,
    /// The cloud's name of the machine type.
    pub instance_type: String,
    /// The subnet that it goes to, which also settles the zone.
    pub subnet: String,
    /// What protects it.
    pub firewall: FirewallId,
    /// What it does at first boot. Holds a secret.
    pub user_data: Vec<u8>,
    /// The root volume's size; raised to the image's minimum.
    pub root_gib: u32,
    /// What it is found by.
    pub tags: Tags,
}

impl LaunchSpec {
    /// EC2's limit on a client token.
    pub const TOKEN_LIMIT: usize = 64;
    /// EC2's limit on user data before base64.
    pub const USER_DATA_LIMIT: usize = 16 * 1024;

    /// Refuses what a cloud would refuse, or worse, misunderstand.
    pub fn check(&self) -> Result<(), CloudError> {
        let token = &self.client_token;
        if token.is_empty() || token.len() > Self::TOKEN_LIMIT || !token.is_ascii() {
            return Err(CloudError::refused(
                ErrorKind::InvalidRequest,
                "the client token must be 1 to 64 ASCII characters",
            ));
        }
        if self.user_data.len() > Self::USER_DATA_LIMIT {
            return Err(CloudError::refused(
                ErrorKind::InvalidRequest,
                "the user data is over the limit of 16 KiB",
            ));
        }
        Ok(())
    }
}

/// The user data is left out: it holds the enrolment key.
impl fmt::Debug for LaunchSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LaunchSpec")
            .field("client_token", &self.client_token)
            .field("count", &self.count)
            .field("market", &self.market)
            .field("image", &self.image)
            .field("instance_type", &self.instance_type)
            .field("subnet", &self.subnet)
            .field("firewall", &self.firewall)
            .field("root_gib", &self.root_gib)
            .field("tags", &self.tags)
            .finish_non_exhaustive()
    }
}

/// The cloud accepted a launch. The machine runs when it is described as running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchedMachine {
    /// The new machine.
    pub id: MachineId,
    /// Which of those that were launched together it is, from 0 on.
    pub launch_index: u32,
    /// The zone it went to.
    pub zone: String,
}

/// A machine's state as the cloud tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MachineState {
    /// Accepted, not yet up.
    Pending,
    /// Up and billed.
    Running,
    /// Being powered off.
    Stopping,
    /// Powered off.
    Stopped,
    /// Being terminated.
    ShuttingDown,
    /// Gone for good.
    Terminated,
    /// A state this version does not know. Never to be taken for gone.
    Unknown,
}

/// A machine as the cloud describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineView {
    /// Which one.
    pub id: MachineId,
    /// Its state now.
    pub state: MachineState,
    /// The cloud's code for why it is in that state, such as `Server.InsufficientInstanceCapacity`.
    pub state_reason: Option<String>,
    /// Which of those that were launched together it is, from 0 on.
    pub launch_index: u32,
    /// Its type.
    pub instance_type: String,
    /// Its zone.
    pub zone: String,
    /// The address people connect to.
    pub public_address: Option<String>,
    /// The address inside the cloud's network.
    pub private_address: Option<String>,
}

impl From<MachineView> for LaunchedMachine {
    fn from(view: MachineView) -> Self {
        Self {
            id: view.id,
            launch_index: view.launch_index,
            zone: view.zone,
        }
    }
}

/// What the cloud answered to a request to terminate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Termination {
    /// Accepted, or already under way or done. The state right after the request.
    Accepted(MachineState),
    /// The cloud does not know the machine. It may have ended long ago, or not be visible yet.
    Unknown,
}

/// Everything that a deployment has in an account's region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Machines, terminated ones included for as long as the cloud remembers them.
    pub machines: Vec<Found<MachineView>>,
    /// Firewalls.
    pub firewalls: Vec<Found<FirewallId>>,
}

/// Something that was found by its tags, with what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// What.
    pub what: T,
    /// The reservation that it was made for.
    pub reservation_id: String,
    /// What people call that.
    pub handle: String,
    /// Whose it was.
    pub owner: String,
    /// In which workspace.
    pub team: String,
}
