//! A run's place among the runs on this host: a number, under which everything has its name.
//!
//! Bridges, namespaces, mounts and control groups are the host's and outlive the program that made them. So whoever
//! takes a number, which a lock keeps for one run, first removes what an earlier run left under it.

use std::fs::{File, TryLockError};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use super::command::run;
use super::{cgroups, process};
use crate::children::create_folder;
use crate::{Error, Result};

/// Where the disks of machines are; the same for every clone and user, as the names are.
const FOLDER: &str = "/var/lib/infrared-machines";
/// More runs than one computer can bear.
const SLOTS_MAX: u8 = 32;
/// A number that no other run has. Dropping it removes everything under it.
#[derive(Debug)]
pub(super) struct Slot {
    number: u8,
    folder: PathBuf,
    _lock: File,
}

impl Slot {
    /// Takes the first free number, and clears every free one on the way.
    pub(super) fn take() -> Result<Self> {
        let mut taken = None;
        for number in 1..=SLOTS_MAX {
            let folder = Path::new(FOLDER).join(number.to_string());
            if taken.is_some() && !folder.exists() {
                continue;
            }
            let Some(slot) = Self::lock(number, folder)? else {
                continue;
            };
            if taken.is_none() {
                slot.clear();
                create_folder(&slot.shared())?;
                taken = Some(slot);
            }
        }
        taken.ok_or_else(|| Error::Unexpected {
            what: "the number of runs with machines that boot".to_owned(),
            detail: format!("{SLOTS_MAX} are under way"),
        })
    }

    fn lock(number: u8, folder: PathBuf) -> Result<Option<Self>> {
        create_folder(&folder)?;
        // Beside the folder, whose content comes and goes.
        let path = folder.with_extension("lock");
        let doing = || format!("lock {}", path.display());
        let lock = File::create(&path).map_err(Error::io(doing()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                number,
                folder,
                _lock: lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::io(doing())(error)),
        }
    }

    /// The name of the run's bridge.
    pub(super) fn bridge(&self) -> String {
        format!("infrared{}", self.number)
    }

    /// The name of one machine and of all that belongs to it.
    pub(super) fn machine_name(&self, index: u8) -> String {
        format!("{}{index}", self.prefix())
    }

    /// The end of the machine's cable on the bridge.
    pub(super) fn cable(&self, index: u8) -> String {
        format!("ird{}-{index}", self.number)
    }

    /// The folder of one machine.
    pub(super) fn machine_folder(&self, index: u8) -> PathBuf {
        self.folder.join(index.to_string())
    }

    /// What all machines of the run may read.
    pub(super) fn shared(&self) -> PathBuf {
        self.folder.join("shared")
    }

    /// The host's address on the bridge: from the network for benchmarks, which nobody has at home or at work.
    pub(super) fn gateway(&self) -> Ipv4Addr {
        self.address(1)
    }

    /// An address on the bridge.
    pub(super) fn address(&self, index: u8) -> Ipv4Addr {
        Ipv4Addr::new(198, 18, self.number, index)
    }

    fn prefix(&self) -> String {
        format!("infrared-{}-", self.number)
    }

    /// Removes everything under this number. What cannot be removed is tried again by the next who takes it.
    fn clear(&self) {
        let prefix = self.prefix();
        // Where groups are systemd's, a machine ends with the program that runs it.
        for pid in process::with_argument(&format!("--machine={prefix}")) {
            let _ = run("kill", &["-s", "KILL", &pid.to_string()]);
        }
        cgroups::end_all(&prefix);
        unmount_below(&self.folder);
        for name in names_in(Path::new("/run/netns"), &prefix) {
            let _ = run("ip", &["netns", "delete", &name]);
        }
        // A namespace goes a while after its name, and its cable with it, unless that is taken first.
        let devices = Path::new("/sys/class/net");
        let cables = names_in(devices, &format!("ird{}-", self.number));
        for name in cables.into_iter().chain([self.bridge()]) {
            if devices.join(&name).exists() {
                let _ = run("ip", &["link", "delete", &name]);
            }
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Unmounts everything below a folder, the innermost first; what is busy goes when its last user does.
pub(super) fn unmount_below(folder: &Path) {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let below = mounts
        .lines()
        .filter_map(|line| line.split(' ').nth(1))
        .filter(|target| Path::new(target).starts_with(folder));
    for target in below.collect::<Vec<_>>().into_iter().rev() {
        if run("umount", &[target]).is_err() {
            let _ = run("umount", &["--lazy", target]);
        }
    }
}

/// The names in a folder that begin like this.
pub(super) fn names_in(folder: &Path, prefix: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(prefix))
        .collect()
}

#[cfg(test)]
mod tests {
    mod really_booting {
        use super::super::*;

        #[test]
        fn what_a_killed_run_left_is_removed() {
            let folder = Path::new(FOLDER).join("test");
            // No run has this number.
            let slot = Slot::lock(SLOTS_MAX + 1, folder.clone()).unwrap();
            let slot = slot.expect("another test holds it");
            let (name, bridge) = (slot.machine_name(9), slot.bridge());
            let mounted = slot.machine_folder(9).join("root");
            create_folder(&mounted).unwrap();
            run(
                "mount",
                &["-t", "tmpfs", "left", &mounted.display().to_string()],
            )
            .unwrap();
            run("ip", &["netns", "add", &name]).unwrap();
            run("ip", &["link", "add", &bridge, "type", "bridge"]).unwrap();
            let groups = cgroups::create(&name).unwrap();

            slot.clear();

            assert!(!folder.exists());
            assert!(groups.iter().all(|group| !group.exists()));
            assert!(!Path::new("/run/netns").join(&name).exists());
            assert!(!Path::new("/sys/class/net").join(&bridge).exists());
        }
    }
}
