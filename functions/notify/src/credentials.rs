//! What a check of a credential found.

use domain::messages;
use platform::PlatformError;

use crate::{Deps, answer};

/// Tells whoever gave the credential, in a direct message. One that was forgotten meanwhile needs no words.
pub(crate) async fn tell(deps: &Deps, credential_id: &str) -> Result<(), PlatformError> {
    let Some(credential) = deps.store.credential(credential_id).await? else {
        return Ok(());
    };
    let message = messages::credential_checked(&credential, &deps.stack);
    let token = deps.token().await?;
    answer::direct(deps, &token, credential.told(), &message)
        .await
        .map(drop)
}
