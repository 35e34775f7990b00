//! The releases that machines boot, and where their packages come from.

use domain::spec::System;

use super::keyring;
use crate::Result;

/// A release of Debian or of a system that is made like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Release {
    /// What its archive calls it.
    pub(super) codename: &'static str,
    archive: Archive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Archive {
    Debian,
    Ubuntu,
}

const fn debian(codename: &'static str) -> Release {
    let archive = Archive::Debian;
    Release { codename, archive }
}

const fn ubuntu(codename: &'static str) -> Release {
    let archive = Archive::Ubuntu;
    Release { codename, archive }
}

/// By their makers' numbers.
const RELEASES: [(System, &str, Release); 5] = [
    (System::Ubuntu, "24.04", ubuntu("noble")),
    (System::Ubuntu, "26.04", ubuntu("resolute")),
    (System::Ubuntu, "22.04", ubuntu("jammy")),
    (System::Debian, "13", debian("trixie")),
    (System::Debian, "12", debian("bookworm")),
];
/// Plays what no image can be made of here: Amazon Linux.
const STAND_IN: Release = debian("bookworm");

/// Where a host keeps its own sources.
const HOST_SOURCES: [&str; 2] = [
    "/etc/apt/sources.list.d/debian.sources",
    "/etc/apt/sources.list",
];

impl Release {
    /// What people get who do not name one.
    pub(super) const USUAL: Self = RELEASES[0].2;

    /// All of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        RELEASES.iter().map(|(_, _, release)| *release)
    }

    /// The release of a system, or what plays it.
    pub(super) fn of(system: System, version: &str) -> Self {
        let known = RELEASES
            .iter()
            .find(|(known, number, _)| (*known, *number) == (system, version));
        known.map_or(STAND_IN, |(_, _, release)| *release)
    }

    /// Where its packages come from, as apt reads it: the host's own sources where it runs the same release, for they name
    /// a mirror that it reaches.
    pub(super) fn sources(self) -> String {
        self.of_host().unwrap_or_else(|| self.public_sources())
    }

    fn of_host(self) -> Option<String> {
        let system = std::fs::read_to_string("/etc/os-release").ok()?;
        let line = format!("VERSION_CODENAME={}", self.codename);
        if !system.lines().any(|known| known == line) {
            return None;
        }
        let texts = HOST_SOURCES
            .iter()
            .filter_map(|path| std::fs::read_to_string(path).ok());
        texts.into_iter().find(|text| text.contains("://"))
    }

    fn public_sources(self) -> String {
        let (archive, security, parts) = match self.archive {
            Archive::Debian => (
                "http://deb.debian.org/debian",
                "http://security.debian.org/debian-security",
                "main",
            ),
            Archive::Ubuntu => (
                "http://archive.ubuntu.com/ubuntu",
                "http://security.ubuntu.com/ubuntu",
                "main universe",
            ),
        };
        let release = self.codename;
        format!(
            "deb {archive} {release} {parts}\n\
             deb {archive} {release}-updates {parts}\n\
             deb {security} {release}-security {parts}\n"
        )
    }

    /// What it needs to become what its makers' image is: older ones have their programs in one folder only if asked to.
    pub(super) fn options(self) -> &'static [&'static str] {
        match self.codename {
            "jammy" => &["--setup-hook=/usr/share/mmdebstrap/hooks/merged-usr/setup00.sh \"$1\""],
            _ => &[],
        }
    }

    /// The file with the keys that its archive is signed with, where the host does not have them by a package.
    pub(super) async fn keyring(self) -> Result<Option<std::path::PathBuf>> {
        match self.archive {
            Archive::Debian => Ok(None),
            Archive::Ubuntu => keyring::of_ubuntu().await.map(Some),
        }
    }
}

/// The hosts that packages of all releases come from.
pub(super) fn hosts_of_packages() -> Vec<String> {
    let sources: String = Release::all()
        .map(|release| release.sources() + &release.public_sources())
        .collect();
    let urls = sources.split_whitespace();
    urls.filter_map(|word| word.split_once("://"))
        .filter_map(|(_, rest)| rest.split(['/', ':']).next())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_release_on_offer_boots_or_is_known_to_be_played() {
        for system in System::ALL {
            for version in system.versions() {
                let is_played = Release::of(system, version) == STAND_IN;
                let is_debian_12 = (system, *version) == (System::Debian, "12");
                assert_eq!(
                    is_played,
                    is_debian_12 || system == System::AmazonLinux,
                    "{} {version}",
                    system.title()
                );
            }
        }
    }

    #[test]
    fn the_usual_system_is_the_one_on_offer_first() {
        let system = System::ALL[0];
        assert_eq!(Release::of(system, system.versions()[0]), Release::USUAL);
    }

    #[test]
    fn packages_come_from_their_makers() {
        let hosts = hosts_of_packages();
        for host in [
            "deb.debian.org",
            "security.debian.org",
            "archive.ubuntu.com",
            "security.ubuntu.com",
        ] {
            assert!(hosts.iter().any(|known| known == host), "{host}: {hosts:?}");
        }
    }
}
