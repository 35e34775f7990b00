//! The names of a run's machines, which EC2's resolver would know.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::{Error, Result};

const OWN: &str = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";

/// A file that every machine has as its `/etc/hosts`.
#[derive(Debug)]
pub(super) struct Peers {
    file: PathBuf,
    addresses: Mutex<BTreeMap<String, String>>,
}

impl Peers {
    /// Kept in this file.
    pub(super) fn new(file: PathBuf) -> Self {
        Self {
            file,
            addresses: Mutex::default(),
        }
    }

    /// An instance and its address in its network.
    pub(super) fn add(&self, id: &str, private: &str) -> Result<()> {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.insert(id.to_owned(), private.to_owned());
        self.write(&addresses)
    }

    /// An instance is gone.
    pub(super) fn remove(&self, id: &str) -> Result<()> {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.remove(id);
        self.write(&addresses)
    }

    /// Replaces the file, so that nobody reads half of it.
    fn write(&self, addresses: &BTreeMap<String, String>) -> Result<()> {
        let mut text = OWN.to_owned();
        for address in addresses.values() {
            let name = internal_name(address);
            let label = name.split('.').next().unwrap_or_default();
            let _ = writeln!(text, "{address} {name} {label}");
        }
        replace(&self.file, &text)
    }
}

/// The name that EC2 gives an address in `us-east-1`.
pub(in crate::machines) fn internal_name(private: &str) -> String {
    format!("ip-{}.ec2.internal", private.replace('.', "-"))
}

/// Writes a file that others read: they see the old text or the new one.
pub(super) fn replace(file: &std::path::Path, text: &str) -> Result<()> {
    let new = file.with_extension("new");
    std::fs::write(&new, text)
        .and_then(|()| std::fs::rename(&new, file))
        .map_err(Error::io(format!("write {}", file.display())))
}
