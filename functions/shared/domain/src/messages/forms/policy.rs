//! The form for policy.

use super::View;

pub(super) fn view(_policy: &crate::access::policy::Policy) -> View {
    todo!("policy")
}
