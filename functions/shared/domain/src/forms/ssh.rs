//! The form for public ssh keys.

use super::{FieldErrors, Fields, SshKeysChange};

pub(super) fn read(_fields: Fields<'_>) -> Result<SshKeysChange, FieldErrors> {
    todo!("ssh")
}
