//! What systemd runs on machines.

macro_rules! unit {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../../../../infra/bootstrap/units/", $name)),
        )
    };
}

/// Every unit: its name and its text.
pub(super) const ALL: [(&str, &str); 8] = [
    unit!("infrared-enrol.service"),
    unit!("infrared-setup.service"),
    unit!("infrared-ready.service"),
    unit!("infrared-beat.service"),
    unit!("infrared-beat.timer"),
    unit!("infrared-apply.service"),
    unit!("infrared-updates.service"),
    unit!("infrared-updates.timer"),
];

/// Those that run as the agent's own user.
pub(super) const OF_AGENT: [&str; 3] = [
    "infrared-enrol.service",
    "infrared-ready.service",
    "infrared-beat.service",
];

/// What those may not do.
pub(super) const LEAST_RIGHTS: &str =
    include_str!("../../../../../infra/bootstrap/units/least-rights.conf");
