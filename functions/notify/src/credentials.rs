//! What a check of a credential found.

use platform::PlatformError;

use crate::Deps;

/// Tells whoever gave the credential.
pub(crate) async fn tell(_deps: &Deps, _credential_id: &str) -> Result<(), PlatformError> {
    todo!("keys")
}
