//! A machine's disk: what it has written, over the image.

use std::path::{Path, PathBuf};

use super::command::run;
use super::image::HOST_FOLDER;
use super::slot::unmount_below;
use crate::children::create_folder;
use crate::cloud::fixtures;
use crate::{Error, Result};

/// The certificates that this computer trusts, so that machines trust a proxy of its network as well.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What machines reach by themselves: each other, their metadata and this computer. Older systems do not know networks here.
const NEAR: &str =
    "10.0.0.0/8,127.0.0.1,127.0.0.0/8,169.254.169.254,172.16.0.0/12,198.18.0.0/15,localhost";

/// Mounts a machine's disk over others, the uppermost first, and returns its root. What was written before is still there.
pub(super) fn mount(below: &[PathBuf], folder: &Path) -> Result<PathBuf> {
    let [upper, work, root] = ["upper", "work", "root"].map(|name| folder.join(name));
    for needed in [&upper, &work, &root] {
        create_folder(needed)?;
    }
    let below: Vec<String> = below
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        below.join(":"),
        upper.display(),
        work.display()
    );
    let target = root.display().to_string();
    run(
        "mount",
        &["-t", "overlay", "-o", &options, "infrared", &target],
    )?;
    Ok(root)
}

/// Unmounts a machine's disk.
pub(super) fn unmount(folder: &Path) {
    unmount_below(folder);
}

/// Writes what differs from image to image, and how packages are reached from here.
pub(super) fn furnish(root: &Path, image_id: &str, proxy: &str) -> Result<()> {
    let user = fixtures::system(image_id).0.login_user();
    let path = root.join("etc/cloud/cloud.cfg.d/91-infrared-image.cfg");
    let text = format!("system_info: {{default_user: {{name: {user}, gecos: {user}}}}}\n");
    std::fs::write(path, text).map_err(Error::io("name the image's user"))?;
    let_out(root, proxy)
}

/// Writes how packages are reached from here.
pub(super) fn let_out(root: &Path, proxy: &str) -> Result<()> {
    // The system's own bundle is its package's, which makes it anew when it likes.
    let mut certificates = CERTIFICATES.to_owned();
    if Path::new(CERTIFICATES).exists() {
        certificates = format!("{HOST_FOLDER}/certificates.pem");
        let copy = root.join(certificates.trim_start_matches('/'));
        create_folder(copy.parent().unwrap_or(root))?;
        std::fs::copy(CERTIFICATES, copy).map_err(Error::io("copy the certificates"))?;
    }
    for (path, text) in [
        (
            "etc/apt/apt.conf.d/99-infrared-host",
            format!("Acquire::http::Proxy \"{proxy}\";\nAcquire::https::Proxy \"{proxy}\";\n"),
        ),
        (
            "etc/pip.conf",
            format!("[global]\nproxy = {proxy}\ncert = {certificates}\n"),
        ),
        (
            "root/.curlrc",
            format!("proxy = {proxy}\nnoproxy = {NEAR}\ncacert = {certificates}\n"),
        ),
    ] {
        let path = root.join(path);
        std::fs::write(&path, text).map_err(Error::io(format!("write {}", path.display())))?;
    }
    Ok(())
}
