//! The images that machines boot: a release with cloud-init, each made once by `mmdebstrap` and kept outside the clone.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::process::{PATH, supervised};
use super::releases::Release;
use crate::children::{create_folder, tail};
use crate::progress::{Phase, Progress, phase};
use crate::venv::CACHE_VARIABLE;
use crate::{Error, Result};

/// What images for EC2 have and first boot needs.
const PACKAGES: &str = "systemd-sysv,dbus,cloud-init,iproute2,iputils-ping,openssh-server,ca-certificates,curl,sudo,\
                        netbase,libpam-systemd,libnss-myhostname,locales,lsb-release,procps,openssl,udev";
/// Kept small. The manuals' folders stay: Java's packages link into them.
const OPTIONS: [&str; 9] = [
    "--variant=apt",
    "--mode=root",
    "--skip=check/empty",
    // A mirror's index may be older than it says.
    "--aptopt=Acquire::Check-Valid-Until \"false\"",
    "--aptopt=APT::Install-Recommends \"false\"",
    "--aptopt=Acquire::Languages \"none\"",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    // Machines here outlive no crash of this computer.
    "--dpkgopt=force-unsafe-io",
];
/// What the host brings into every machine.
pub(super) const HOST_FOLDER: &str = "/usr/local/lib/infrared-host";

const PLATFORM: &str = include_str!("../../../machines/platform");
const CLOUD_CONFIG: &str = include_str!("../../../machines/cloud.cfg");
/// Read after what the system's own package says about the same.
const CLOUD_CONFIG_PATH: &str = "etc/cloud/cloud.cfg.d/95-infrared-host.cfg";
const CLOCK: &str = include_str!("../../../machines/clock.conf");

/// Units that would set up the network, which the host has done.
const NOT_HERE: [&str; 4] = [
    "netplan-configure.service",
    "systemd-networkd.service",
    "systemd-networkd.socket",
    "systemd-networkd-wait-online.service",
];

const KEY_CHARACTERS: usize = 16;
/// A program that is the owner's only if the image was unpacked by root.
const SETUID_PROGRAM: &str = "usr/bin/passwd";
const SETUID: u32 = 0o4000;

/// A complete image; nobody writes to it.
#[derive(Debug, Clone)]
pub(super) struct Image {
    root: PathBuf,
    key: String,
}

impl Image {
    /// Its root folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Differs between images.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

/// Finds the image of a release, or makes it. Whoever comes meanwhile waits.
pub(super) async fn prepare(
    release: Release,
    python: &Path,
    progress: &dyn Progress,
) -> Result<Image> {
    let key = key(release);
    let folder = cache();
    create_folder(&folder)?;
    let image = Image {
        root: folder.join(&key),
        key,
    };
    if is_complete(&image.root) {
        return Ok(image);
    }
    let _alone = lock(image.root.with_extension("lock")).await?;
    if !is_complete(&image.root) {
        let built = build(&image.root, release, python, progress);
        phase(progress, Phase::MachineImage, built).await?;
    }
    Ok(image)
}

fn key(release: Release) -> String {
    let mut hash = Sha256::new();
    let sources = release.sources();
    let texts = [PLATFORM, CLOUD_CONFIG, CLOUD_CONFIG_PATH, CLOCK, &sources];
    let parts = [release.codename, PACKAGES].into_iter().chain(texts);
    let options = OPTIONS.into_iter().chain(release.options().iter().copied());
    for part in parts.chain(options).chain(NOT_HERE) {
        hash.update(part);
        hash.update([0]);
    }
    shortened(hash)
}

/// Enough of a hash to tell images apart.
pub(super) fn shortened(hash: Sha256) -> String {
    let mut key = hex::encode(hash.finalize());
    key.truncate(KEY_CHARACTERS);
    key
}

/// Where images are kept.
pub(super) fn cache() -> PathBuf {
    let folder = std::env::var_os(CACHE_VARIABLE).map(PathBuf::from);
    let of_user = || {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
        cache.unwrap_or_else(home).join("infrared")
    };
    folder.unwrap_or_else(of_user).join("machines")
}

/// An image gets its name when it is complete. One that was copied without its owners is none.
fn is_complete(root: &Path) -> bool {
    std::fs::symlink_metadata(root.join(SETUID_PROGRAM))
        .is_ok_and(|program| program.uid() == 0 && program.mode() & SETUID != 0)
}

/// Waits until nobody else has the file locked. The lock ends with it.
pub(super) async fn lock(path: PathBuf) -> Result<File> {
    let doing = format!("lock {}", path.display());
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(path)?;
        file.lock()?;
        Ok(file)
    });
    locked
        .await
        .map_err(std::io::Error::other)
        .and_then(std::convert::identity)
        .map_err(Error::io(doing))
}

async fn build(
    root: &Path,
    release: Release,
    python: &Path,
    progress: &dyn Progress,
) -> Result<()> {
    let new = root.with_extension("new");
    let list = root.with_extension("sources");
    let log = root.with_extension("log");
    for left in [root, &new] {
        remove(left)?;
    }
    std::fs::write(&list, release.sources()).map_err(Error::io("write the image's sources"))?;
    let keyring = release.keyring().await?;
    let keyring = keyring.map(|file| format!("--keyring={}", file.display()));
    let include = format!("--include={PACKAGES}");
    // Its mounts are seen by nobody else, and end with it.
    let script = "sources=$1; shift; exec unshare --mount mmdebstrap \"$@\" - <\"$sources\"";
    let mut command = supervised(python);
    command
        .args(["sh", "-c", script, "sh"])
        .arg(&list)
        .args(OPTIONS)
        .args(release.options())
        .args(keyring)
        .args([include.as_str(), release.codename])
        .arg(&new);
    let status = followed(command, &log, Phase::MachineImage, progress).await?;
    if !status.success() {
        remove(&new)?;
        return Err(Error::Command {
            what: format!("making the image of {} (mmdebstrap)", release.codename),
            status,
            output: tail(&log),
        });
    }
    furnish(&new)?;
    if !is_complete(&new) {
        return Err(Error::Unexpected {
            what: format!("the image of {}", release.codename),
            detail: format!("its {SETUID_PROGRAM} is not root's"),
        });
    }
    std::fs::rename(&new, root).map_err(Error::io("name the image"))
}

/// Runs a command; each line that it prints is a step of the phase, and in the log.
pub(super) async fn followed(
    mut command: Command,
    log: &Path,
    phase: Phase,
    progress: &dyn Progress,
) -> Result<std::process::ExitStatus> {
    use std::io::Write;

    let doing = || "make an image";
    let mut written = File::create(log).map_err(Error::io(doing()))?;
    let mut child = command
        .env_clear()
        .env("PATH", PATH)
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::io(doing()))?;
    // Open until the end: closing it ends the command, and all that it has started.
    let lifeline = child.stdin.take();
    if let Some(errors) = child.stderr.take() {
        let mut lines = BufReader::new(errors).split(b'\n');
        while let Some(line) = lines.next_segment().await.map_err(Error::io(doing()))? {
            let line = String::from_utf8_lossy(&line).into_owned();
            progress.step(phase, line.trim_start_matches("I: "));
            writeln!(written, "{line}").map_err(Error::io(doing()))?;
        }
    }
    let status = child.wait().await.map_err(Error::io(doing()))?;
    drop(lifeline);
    Ok(status)
}

/// What makes it an image of a cloud: nothing that identifies one machine, and the cloud's configuration.
fn furnish(root: &Path) -> Result<()> {
    for entry in std::fs::read_dir(root.join("etc/ssh"))
        .map_err(Error::io("look for host keys"))?
        .flatten()
    {
        if entry.file_name().to_string_lossy().starts_with("ssh_host_") {
            remove(&entry.path())?;
        }
    }
    let host = HOST_FOLDER.trim_start_matches('/');
    create_folder(&root.join(host).join("shared"))?;
    let clock = "etc/systemd/system/infrared-.service.d";
    create_folder(&root.join(clock))?;
    for (path, text) in [
        ("etc/machine-id", ""),
        // The names that machines know are in their hosts file; asking for others fails at once.
        ("etc/resolv.conf", ""),
        (CLOUD_CONFIG_PATH, CLOUD_CONFIG),
        (&format!("{clock}/host.conf"), CLOCK),
        (&format!("{host}/platform"), PLATFORM),
    ] {
        let path = root.join(path);
        remove(&path)?;
        std::fs::write(&path, text).map_err(Error::io(format!("write {}", path.display())))?;
    }
    for unit in NOT_HERE {
        let mask = root.join("etc/systemd/system").join(unit);
        remove(&mask)?;
        std::os::unix::fs::symlink("/dev/null", mask).map_err(Error::io(format!("mask {unit}")))?;
    }
    let runnable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(root.join(host).join("platform"), runnable)
        .map_err(Error::io("make the platform's program runnable"))?;
    let hosts = root.join("etc/hosts");
    remove(&hosts)?;
    std::os::unix::fs::symlink(format!("{HOST_FOLDER}/shared/hosts"), hosts)
        .map_err(Error::io("link the hosts file"))
}

/// Removes a file or folder that may not be there.
pub(super) fn remove(path: &Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(_) => return Ok(()),
    };
    removed.map_err(Error::io(format!("remove {}", path.display())))
}
