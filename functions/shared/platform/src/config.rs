//! Settings from the environment, read once at start-up.

use crate::PlatformError;

/// The value of a variable that must be there.
pub fn required(name: &'static str) -> Result<String, PlatformError> {
    optional(name).ok_or(PlatformError::Setting(name))
}

/// The value of a variable that may be absent or empty.
pub fn optional(name: &'static str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A list separated by commas.
pub fn list(name: &'static str) -> Vec<String> {
    let value = optional(name).unwrap_or_default();
    value
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}
