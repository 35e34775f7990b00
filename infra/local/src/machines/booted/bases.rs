//! What the disks of machines lie over: the image of their system, and for clusters Spark over that. Each is made when it is
//! first needed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::image::{self, Image};
use super::layer;
use super::releases::Release;
use super::stale;
use crate::cloud::{Instance, fixtures};
use crate::progress::Progress;
use crate::{Error, Result};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Base {
    release: Release,
    has_spark: bool,
}

impl Base {
    /// Those of the usual system, without Spark and with it.
    pub(super) const USUAL: [Self; 2] = [
        Self {
            release: Release::USUAL,
            has_spark: false,
        },
        Self::with_spark(Release::USUAL),
    ];

    /// Those with Spark of every system; each brings the one without.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Release::all().map(Self::with_spark)
    }

    const fn with_spark(release: Release) -> Self {
        Self {
            release,
            has_spark: true,
        }
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

/// Those that are there. A run keeps what it has found, even if the recipe changes meanwhile: a machine that is switched on
/// again lies over the same.
#[derive(Debug, Default)]
pub(super) struct Bases {
    ready: Mutex<BTreeMap<Base, Ready>>,
}

#[derive(Debug, Clone)]
struct Ready {
    image: Image,
    /// The uppermost first.
    folders: Vec<PathBuf>,
}

impl Bases {
    /// The folders of one, the uppermost first.
    pub(super) fn folders(&self, base: Base) -> Result<Vec<PathBuf>> {
        let ready = self.ready(base).ok_or_else(|| Error::Unexpected {
            what: "the image of a machine".to_owned(),
            detail: format!("{base:?} is not there yet"),
        })?;
        Ok(ready.folders)
    }

    /// Finds it, or makes it, and returns the image.
    pub(super) async fn prepare(
        &self,
        base: Base,
        proxy: &str,
        python: &Path,
        progress: &dyn Progress,
    ) -> Result<Image> {
        if let Some(ready) = self.ready(base) {
            return Ok(ready.image);
        }
        let image = image::prepare(base.release, python, progress).await?;
        let mut folders = vec![image.root().to_owned()];
        if base.has_spark {
            folders.insert(0, layer::prepare(&image, proxy, python, progress).await?);
        }
        folders.iter().try_for_each(|root| stale::note_use(root))?;
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = ready.entry(base).or_insert(Ready { image, folders });
        Ok(ready.image.clone())
    }

    fn ready(&self, base: Base) -> Option<Ready> {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.get(&base).cloned()
    }
}
