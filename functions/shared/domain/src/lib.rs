//! The rules, pure.

pub mod beacon;
pub mod bootstrap;
