//! The form for keys.

use super::View;

pub(super) fn view(_form: &crate::forms::Form) -> View {
    todo!("keys")
}
