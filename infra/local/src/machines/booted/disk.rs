//! A machine's disk: what it has written, over the image.

use std::path::{Path, PathBuf};

use super::command::run;
use super::image::Image;
use super::slot::unmount_below;
use crate::children::create_folder;
use crate::cloud::fixtures;
use crate::{Error, Result};

/// The certificates that this computer trusts, so that machines trust a proxy of its network as well.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Mounts a machine's disk and returns its root. What was written before is still there.
pub(super) fn mount(image: &Image, folder: &Path) -> Result<PathBuf> {
    let [upper, work, root] = ["upper", "work", "root"].map(|name| folder.join(name));
    for needed in [&upper, &work, &root] {
        create_folder(needed)?;
    }
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        image.root().display(),
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
    let user = fixtures::default_user(image_id);
    for (path, text) in [
        (
            "etc/cloud/cloud.cfg.d/91-infrared-image.cfg",
            format!("system_info: {{default_user: {{name: {user}, gecos: {user}}}}}\n"),
        ),
        (
            "etc/apt/apt.conf.d/99-infrared-host",
            format!("Acquire::http::Proxy \"{proxy}\";\nAcquire::https::Proxy \"{proxy}\";\n"),
        ),
        (
            "etc/pip.conf",
            format!("[global]\nproxy = {proxy}\ncert = {CERTIFICATES}\n"),
        ),
    ] {
        let path = root.join(path);
        std::fs::write(&path, text).map_err(Error::io(format!("write {}", path.display())))?;
    }
    if Path::new(CERTIFICATES).exists() {
        let copy = root.join(CERTIFICATES.trim_start_matches('/'));
        std::fs::copy(CERTIFICATES, copy).map_err(Error::io("copy the certificates"))?;
    }
    Ok(())
}
