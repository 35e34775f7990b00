//! The form for who the admins are.

use super::{FieldErrors, Fields};

pub(super) fn read(_fields: Fields<'_>) -> Result<Vec<String>, FieldErrors> {
    todo!("admins")
}
