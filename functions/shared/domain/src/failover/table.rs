//! The error taxonomy as a table: what each refusal of a launch means for what is tried next.

use crate::reservation::Refusal;
use crate::workflow::{FailureReason, StepErrorKind};

/// What a failed launch means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The cloud said no, and nothing was launched: another place may do.
    Elsewhere(RulesOut),
    /// No place will do before somebody has acted.
    Stop,
    /// Nobody knows what came of it, or the cloud was busy: the same call again, with the same token, after a pause.
    Again,
}

/// What a refusal rules out for the rest of the launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesOut {
    /// This type in this zone.
    TypeInZone,
    /// This zone, for every type.
    Zone,
    /// This type in this region.
    Type,
    /// Types that the same limit counts, with as many virtual CPUs or more, in this region.
    Class,
    /// This processor in this region: there is no image for it.
    Image,
    /// This region.
    Region,
    /// Everything.
    Everything,
}

/// The code that refusals for want of a default network carry, whichever way that was found out.
pub const NO_DEFAULT_NETWORK: &str = "NoDefaultNetwork";
/// The code where the zone that a price is for has no subnet, or none that the deployment names.
pub const NO_SUBNET: &str = "NoSubnetInZone";
/// The code where a region has no image of the system.
pub const UNSUPPORTED_IMAGE: &str = "UnsupportedImage";
/// The code where a token stood for something else, of which nothing is left.
pub const BROKEN_TOKEN: &str = "IdempotentParameterMismatch";
/// What stands for a refusal for want of capacity without a code of its own.
pub const NO_CAPACITY: &str = "InsufficientInstanceCapacity";

/// Codes that mean something of their own. What is not listed means what its kind does.
pub(super) const CODES: &[(&str, Meaning)] = &[
    // No capacity: the next zone, then the next type.
    (NO_CAPACITY, Meaning::Elsewhere(RulesOut::TypeInZone)),
    (
        "InsufficientHostCapacity",
        Meaning::Elsewhere(RulesOut::TypeInZone),
    ),
    (
        "ReservationCapacityExceeded",
        Meaning::Elsewhere(RulesOut::TypeInZone),
    ),
    (
        "UnfulfillableCapacity",
        Meaning::Elsewhere(RulesOut::TypeInZone),
    ),
    // The type is not sold in this zone.
    ("Unsupported", Meaning::Elsewhere(RulesOut::TypeInZone)),
    // The spot price has risen above the list price, which is the most that is bid.
    (
        "SpotMaxPriceTooLow",
        Meaning::Elsewhere(RulesOut::TypeInZone),
    ),
    // The zone has no room for a machine of any type.
    (
        "InsufficientFreeAddressesInSubnet",
        Meaning::Elsewhere(RulesOut::Zone),
    ),
    (
        "InsufficientAddressCapacity",
        Meaning::Elsewhere(RulesOut::Zone),
    ),
    (
        "InsufficientVolumeCapacity",
        Meaning::Elsewhere(RulesOut::Zone),
    ),
    // The zone has no place for a machine.
    (NO_SUBNET, Meaning::Elsewhere(RulesOut::Zone)),
    // Limits of the account, each of which is a region's.
    ("VcpuLimitExceeded", Meaning::Elsewhere(RulesOut::Class)),
    (
        "MaxSpotInstanceCountExceeded",
        Meaning::Elsewhere(RulesOut::Class),
    ),
    ("InstanceLimitExceeded", Meaning::Elsewhere(RulesOut::Type)),
    ("VolumeLimitExceeded", Meaning::Elsewhere(RulesOut::Region)),
    (
        "SecurityGroupLimitExceeded",
        Meaning::Elsewhere(RulesOut::Region),
    ),
    (
        "RulesPerSecurityGroupLimitExceeded",
        Meaning::Elsewhere(RulesOut::Region),
    ),
    (
        "NetworkInterfaceLimitExceeded",
        Meaning::Elsewhere(RulesOut::Region),
    ),
    // The region is of no use to this account as it is.
    (NO_DEFAULT_NETWORK, Meaning::Elsewhere(RulesOut::Region)),
    ("OptInRequired", Meaning::Elsewhere(RulesOut::Region)),
    ("PendingVerification", Meaning::Elsewhere(RulesOut::Region)),
    (UNSUPPORTED_IMAGE, Meaning::Elsewhere(RulesOut::Image)),
    // Nothing carries the token's tag, so nothing was launched by it; the place itself may be fine, but is left.
    (BROKEN_TOKEN, Meaning::Elsewhere(RulesOut::TypeInZone)),
];

/// What a failure means whose code is not listed.
const fn of_kind(kind: StepErrorKind) -> Meaning {
    match kind {
        StepErrorKind::NoCapacity => Meaning::Elsewhere(RulesOut::TypeInZone),
        // A limit that nobody here has heard of: that it is a region's is all that can be said.
        StepErrorKind::QuotaExceeded => Meaning::Elsewhere(RulesOut::Region),
        StepErrorKind::Denied
        | StepErrorKind::BadKey
        | StepErrorKind::InvalidRequest
        | StepErrorKind::Misconfigured
        | StepErrorKind::MachineVanished
        | StepErrorKind::SetupFailed
        | StepErrorKind::Answered
        | StepErrorKind::Cancelled => Meaning::Stop,
        StepErrorKind::Throttled | StepErrorKind::Transient | StepErrorKind::NotYet => {
            Meaning::Again
        }
    }
}

/// What a failed launch means.
pub fn meaning(kind: StepErrorKind, code: Option<&str>) -> Meaning {
    let listed = CODES.iter().find(|(listed, _)| Some(*listed) == code);
    listed.map_or(of_kind(kind), |(_, meaning)| *meaning)
}

impl RulesOut {
    /// What a refusal that was noted rules out.
    pub(super) fn by(refusal: &Refusal) -> Self {
        let kind = match refusal.reason {
            FailureReason::NoCapacity => StepErrorKind::NoCapacity,
            FailureReason::QuotaExceeded => StepErrorKind::QuotaExceeded,
            _ => StepErrorKind::Denied,
        };
        match meaning(kind, Some(&refusal.code)) {
            Meaning::Elsewhere(rules_out) => rules_out,
            Meaning::Stop | Meaning::Again => Self::Everything,
        }
    }
}
