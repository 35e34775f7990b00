//! Images that nobody has used for long are removed: whenever a recipe changes, new ones are made beside them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::image;
use crate::{Error, Result};

/// Longer than any run.
const KEPT: Duration = Duration::from_hours(14 * 24);
/// The end of the name of a file that is as old as an image's last use.
const STAMP: &str = ".used";
/// The ends of names of what was left by the making of an image.
const LEFT: [&str; 5] = ["", ".log", ".sources", ".lock", STAMP];

/// Notes that an image is used now.
pub(super) fn note_use(root: &Path) -> Result<()> {
    let stamp = beside(root, STAMP);
    let noted = File::create(stamp).and_then(|stamp| stamp.set_modified(SystemTime::now()));
    noted.map_err(Error::io("note that an image is used"))
}

/// Removes those in a folder whose last use is long ago.
pub(super) fn remove_unused(folder: &Path, now: SystemTime) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(Error::io("look for old images"))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let used = entry.metadata().and_then(|stamp| stamp.modified());
        let age = used.map(|used| now.duration_since(used).unwrap_or_default());
        let Some(root) = path.to_str().and_then(|path| path.strip_suffix(STAMP)) else {
            continue;
        };
        if age.is_ok_and(|age| age > KEPT) {
            for end in LEFT {
                image::remove(&beside(Path::new(root), end))?;
            }
        }
    }
    Ok(())
}

fn beside(root: &Path, end: &str) -> PathBuf {
    PathBuf::from(format!("{}{end}", root.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_what_was_not_used_for_long_goes() {
        let folder = std::env::temp_dir().join(format!("infrared-stale-{}", std::process::id()));
        for name in ["image", "image.layer", "other"] {
            let root = folder.join(name);
            fs::create_dir_all(root.join("etc")).unwrap();
            fs::write(beside(&root, ".log"), "").unwrap();
            note_use(&root).unwrap();
        }
        let long_ago = SystemTime::now() - KEPT - Duration::from_mins(1);
        let stamp = File::create(folder.join("image.layer.used")).unwrap();
        stamp.set_modified(long_ago).unwrap();
        fs::create_dir(folder.join("of-an-earlier-kind")).unwrap();

        remove_unused(&folder, SystemTime::now()).unwrap();

        let left = fs::read_dir(&folder).unwrap().flatten();
        let mut left: Vec<String> = left
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        left.sort_unstable();
        let expected = ["image", "image.log", "image.used", "of-an-earlier-kind"];
        let expected = [&expected[..], &["other", "other.log", "other.used"]].concat();
        assert_eq!(left, expected);
        fs::remove_dir_all(&folder).unwrap();
    }
}
