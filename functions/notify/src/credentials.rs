//! What a check of a credential found.

use domain::messages;
use platform::PlatformError;

use crate::Deps;

/// Tells whoever gave the credential, in a direct message. One that was forgotten meanwhile needs no words.
pub(crate) async fn tell(deps: &Deps, credential_id: &str) -> Result<(), PlatformError> {
    let Some(credential) = deps.store.credential(credential_id).await? else {
        return Ok(());
    };
    let message = messages::credential_checked(&credential, &deps.stack);
    let token = deps.token().await?;
    let posted = deps.slack.post(&token, credential.told(), None, &message);
    posted.await.map(|_| ())
}
