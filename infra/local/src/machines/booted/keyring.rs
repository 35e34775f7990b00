//! The keys that Ubuntu signs its archive with, which Debian 12 has no package for.

use std::path::PathBuf;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::command::run;
use super::image;
use crate::children::create_folder;
use crate::{Error, Result};

/// Ubuntu's package of them. What was downloaded is believed by its hash.
const PACKAGE: &str = "http://archive.ubuntu.com/ubuntu/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb";
const PACKAGE_SHA256: &str = "36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8";
const FETCH_LIMIT: Duration = Duration::from_mins(1);
/// The file in it.
const KEYRING: &str = "usr/share/keyrings/ubuntu-archive-keyring.gpg";

/// Finds the file, or fetches it. Whoever comes meanwhile waits.
pub(super) async fn of_ubuntu() -> Result<PathBuf> {
    let folder = image::cache().join(format!("ubuntu-keyring-{}", &PACKAGE_SHA256[..16]));
    let keyring = folder.join(KEYRING);
    create_folder(&image::cache())?;
    let _alone = image::lock(folder.with_extension("lock")).await?;
    if keyring.exists() {
        return Ok(keyring);
    }
    let package = fetch().await?;
    let file = folder.with_extension("deb");
    std::fs::write(&file, package).map_err(Error::io("keep the keys of Ubuntu"))?;
    let new = folder.with_extension("new");
    image::remove(&new)?;
    let paths = [&file, &new].map(|path| path.display().to_string());
    run("dpkg-deb", &["--extract", &paths[0], &paths[1]])?;
    image::remove(&folder)?;
    std::fs::rename(&new, &folder).map_err(Error::io("name the keys of Ubuntu"))?;
    Ok(keyring)
}

async fn fetch() -> Result<Vec<u8>> {
    let failed = |detail: String| Error::Unexpected {
        what: format!("fetching {PACKAGE}"),
        detail,
    };
    let answer = async {
        let client = reqwest::Client::builder().timeout(FETCH_LIMIT).build()?;
        client.get(PACKAGE).send().await?.error_for_status()
    };
    let answer = answer.await;
    let answer = answer.map_err(|error| failed(error.to_string()))?;
    let bytes = answer.bytes().await;
    let bytes = bytes.map_err(|error| failed(error.to_string()))?;
    if hex::encode(Sha256::digest(&bytes)) != PACKAGE_SHA256 {
        return Err(failed("it is not the package that was expected".to_owned()));
    }
    Ok(bytes.into())
}
