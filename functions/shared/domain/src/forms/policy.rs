//! The form for the policy.

use super::{FieldErrors, Fields};
use crate::access::policy::Policy;

pub(super) fn read(_fields: Fields<'_>) -> Result<Policy, FieldErrors> {
    todo!("policy")
}
