//! Who may do what, and with whose keys: permissions, policy, credentials, and the record of what was done.

pub mod audit;
pub mod credential;
pub mod permission;
pub mod policy;
pub mod verification;
