//! The rules, pure.

pub mod beacon;
