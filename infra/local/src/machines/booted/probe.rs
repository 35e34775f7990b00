//! Whether machines boot on this computer: by booting one.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::command::run;
use super::power::Socket;
use super::{Host, process};
use crate::children::create_folder;
use crate::cloud::{Instance, InstanceState};
use crate::{Error, Result};

/// The programs that machines need, and the Debian packages they are in; the last three are on every Debian.
const PROGRAMS: [(&str, &str); 7] = [
    ("systemd-nspawn", "systemd-container"),
    ("mmdebstrap", "mmdebstrap"),
    ("ip", "iproute2"),
    ("nsenter", "util-linux"),
    ("unshare", "util-linux"),
    ("mount", "mount"),
    ("kill", "procps"),
];
/// Debian's packages for machines that boot.
pub const PACKAGES: [&str; 4] = [
    "systemd-container",
    "mmdebstrap",
    "debian-archive-keyring",
    "iproute2",
];
/// How a person installs them.
pub const INSTALL: &str =
    "sudo apt-get install systemd-container mmdebstrap debian-archive-keyring iproute2";
/// Forgotten when the computer restarts, for then it may be another kernel.
const STAMPS: &str = "/run/infrared-machines";
/// The place of the trivial machine; the others' are above.
const INDEX: u8 = 2;
/// It takes two seconds; a busy computer may need far longer.
const BOOT_LIMIT: Duration = Duration::from_mins(1);
/// It tells nobody that it is up.
const BOOT_INTERVAL: Duration = Duration::from_millis(200);

/// Names the first thing that is missing before anything can be tried.
pub(super) fn check_programs() -> Result<()> {
    if run("id", &["-u"])?.trim() != "0" {
        return Err(Error::NotRoot);
    }
    let found = |program: &str| {
        process::PATH
            .split(':')
            .any(|folder| Path::new(folder).join(program).exists())
    };
    match PROGRAMS.iter().find(|(program, _)| !found(program)) {
        None => Ok(()),
        Some((_, package)) => Err(Error::Missing {
            what: package,
            install: INSTALL,
        }),
    }
}

/// Boots a machine without user data, over the image of this key, and switches it off; once for each such image and start of
/// the computer.
pub(super) fn boot_one(host: &Host, key: &str) -> Result<()> {
    let stamp = PathBuf::from(STAMPS).join(key);
    if stamp.exists() {
        return Ok(());
    }
    let mut socket = Socket::new(host.clone(), INDEX);
    let booted = boot(&mut socket);
    socket.off();
    socket.remove_disk();
    booted?;
    create_folder(Path::new(STAMPS))?;
    std::fs::write(stamp, "").map_err(Error::io("note that machines boot here"))
}

fn boot(socket: &mut Socket) -> Result<()> {
    socket.on(&nobodys_instance())?;
    let deadline = Instant::now() + BOOT_LIMIT;
    while Instant::now() < deadline && socket.is_on() {
        // Up means up: with a network of its own, and a systemd that has nothing left to start.
        let is_up = socket.first_process().is_some_and(|first| {
            let first = first.to_string();
            let inside = ["--target", &first, "--all", "--"];
            let state = [&inside[..], &["systemctl", "is-system-running"]].concat();
            let ping = [&inside[..], &["ip", "route", "get", "198.18.0.1"]].concat();
            run("nsenter", &state).is_ok_and(|state| state.trim() == "running")
                && run("nsenter", &ping).is_ok()
        });
        if is_up {
            return Ok(());
        }
        sleep(BOOT_INTERVAL);
    }
    Err(Error::Timeout {
        what: "a machine without user data until it was up (can systemd-nspawn boot one here?)"
            .to_owned(),
        seconds: BOOT_LIMIT.as_secs(),
        detail: socket.console(),
    })
}

/// Of the usual system.
pub(super) fn nobodys_instance() -> Instance {
    Instance {
        id: "i-00000000000000000".to_owned(),
        account: String::new(),
        region: String::new(),
        state: InstanceState::Running,
        instance_type: String::new(),
        zone: String::new(),
        image_id: String::new(),
        launch_index: 0,
        private_address: None,
        public_address: None,
        tags: std::collections::BTreeMap::new(),
        user_data: None,
    }
}
