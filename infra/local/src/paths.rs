//! Where things are in the clone.

use std::path::{Path, PathBuf};

/// The clone's root.
pub fn workspace() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest)
}

/// The ignored folder for everything the local stack writes.
pub fn local() -> PathBuf {
    workspace().join(".local")
}

/// Python helpers and the locked requirements.
pub fn python() -> PathBuf {
    workspace().join("infra/local/python")
}

/// The deployed template.
pub fn template() -> PathBuf {
    workspace().join("template.yaml")
}
