//! Answers about the policy.

use crate::event::PolicyReply;
use crate::messages::blocks::Message;

pub(super) fn policy(_reply: &PolicyReply) -> Message {
    todo!("policy")
}
