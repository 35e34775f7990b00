//! What the disks of machines lie over: the image of their system, and for clusters Spark over that. Each is made when it is
//! first needed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::image::{self, Image};
use super::layer;
use super::releases::Release;
use crate::cloud::{Instance, fixtures};
use crate::progress::{Phase, Progress, phase};
use crate::{Error, Result};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Base {
    release: Release,
    has_spark: bool,
}

impl Base {
    /// Those of the usual system.
    pub(super) const USUAL: [Self; 2] = Self::of_release(Release::USUAL);

    /// Every one that a machine may have.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Release::all().flat_map(Self::of_release)
    }

    const fn of_release(release: Release) -> [Self; 2] {
        [
            Self {
                release,
                has_spark: false,
            },
            Self {
                release,
                has_spark: true,
            },
        ]
    }

    /// That of an instance's machine.
    pub(super) fn of(instance: &Instance) -> Self {
        let (system, version) = fixtures::system(&instance.image_id);
        Self {
            release: Release::of(system, version),
            has_spark: layer::is_for(instance),
        }
    }
}

/// Those that are there, the uppermost folder first.
#[derive(Debug, Default)]
pub(super) struct Bases {
    ready: Mutex<BTreeMap<Base, Vec<PathBuf>>>,
}

impl Bases {
    /// Its folders.
    pub(super) fn folders(&self, base: Base) -> Result<Vec<PathBuf>> {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let folders = ready.get(&base).cloned();
        folders.ok_or_else(|| Error::Unexpected {
            what: "the image of a machine".to_owned(),
            detail: format!("{base:?} is not there yet"),
        })
    }

    /// Finds it, or makes it, and returns the image.
    pub(super) async fn prepare(
        &self,
        base: Base,
        proxy: &str,
        python: &Path,
        progress: &dyn Progress,
    ) -> Result<Image> {
        let image = image::prepare(base.release, python, progress);
        let image = phase(progress, Phase::MachineImage, image).await?;
        let mut folders = vec![image.root().to_owned()];
        if base.has_spark {
            let layer = layer::prepare(&image, proxy, python, progress);
            let layer = phase(progress, Phase::ClusterImage, layer).await?;
            folders.insert(0, layer);
        }
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.insert(base, folders);
        Ok(image)
    }
}
