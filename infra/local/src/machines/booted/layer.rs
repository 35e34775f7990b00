//! What the machines of clusters have besides the image: Java, Spark and its notebook, installed once by the same steps that
//! would install them at first boot, which find them there.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::disk;
use super::image::{self, Image};
use super::process::supervised;
use crate::children::{create_folder, tail};
use crate::cloud::Instance;
use crate::progress::{Phase, Progress, phase};
use crate::{Error, Result, paths};

/// In this order, with what all of them use.
const FILES: [&str; 3] = ["lib.sh", "cluster/spark.sh", "cluster/jupyter.sh"];
/// Where machines have the first step, if they are to run it.
const STEP: &str = "/opt/infrared/setup/spark.sh";
/// Runs the steps on the image. Its mounts are seen by nobody else, and end with it.
const BUILD: &str = r#"
lower=$1 upper=$2 steps=$3
root=$upper.root
mkdir -p "$root" "$upper.work"
mount -t overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$upper.work" infrared "$root"
mount --bind "$steps" "$root/mnt"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
export HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive INFRARED_ROLE=image PIP_INDEX_URL=https://pypi.org/simple
for step in spark jupyter; do
    chroot "$root" bash -euo pipefail -c ". /mnt/lib.sh; . /mnt/cluster/$step.sh"
done >&2
chroot "$root" apt-get clean
rm -rf "$root"/run/* "$root"/var/lib/apt/lists/*
"#;

/// Whether an instance brings the steps.
pub(super) fn is_for(instance: &Instance) -> bool {
    let text = instance.first_boot();
    text.is_some_and(|text| text.contains(STEP))
}

/// Finds the layer, or makes it. Whoever comes meanwhile waits.
pub(super) async fn prepare(
    image: &Image,
    proxy: &str,
    python: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf> {
    let steps = paths::workspace().join("infra/bootstrap");
    let root = image.root().with_extension(key(image, &steps)?);
    if root.exists() {
        return Ok(root);
    }
    let _alone = image::lock(image.root().with_extension("lock")).await?;
    if !root.exists() {
        let built = build(image, &root, &steps, proxy, python, progress);
        phase(progress, Phase::ClusterImage, built).await?;
    }
    Ok(root)
}

fn key(image: &Image, steps: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(image.key());
    for name in FILES {
        let path = steps.join(name);
        let text = std::fs::read(&path);
        hash.update(text.map_err(Error::io(format!("read {}", path.display())))?);
        hash.update([0]);
    }
    Ok(image::shortened(hash))
}

async fn build(
    image: &Image,
    root: &Path,
    steps: &Path,
    proxy: &str,
    python: &Path,
    progress: &dyn Progress,
) -> Result<()> {
    let with = |ending: &str| PathBuf::from(format!("{}.{ending}", root.display()));
    let (upper, log) = (with("new"), with("log"));
    let left = [upper.clone(), with("new.work"), with("new.root")];
    for left in &left {
        image::remove(left)?;
    }
    for folder in ["etc/apt/apt.conf.d", "root"] {
        create_folder(&upper.join(folder))?;
    }
    disk::let_out(&upper, proxy)?;
    let mut command = supervised(python);
    command
        .args(["unshare", "--mount", "sh", "-euc", BUILD, "sh"])
        .args([image.root(), &upper, steps]);
    let status = image::followed(command, &log, Phase::ClusterImage, progress).await?;
    if !status.success() {
        return Err(Error::Command {
            what: format!("installing Spark on the image {}", image.key()),
            status,
            output: tail(&log),
        });
    }
    std::fs::rename(&upper, root).map_err(Error::io("name the image of clusters"))?;
    left[1..].iter().try_for_each(|left| image::remove(left))
}
