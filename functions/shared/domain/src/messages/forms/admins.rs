//! The form for admins.

use super::View;

pub(super) fn view(_admins: &[String]) -> View {
    todo!("admins")
}
