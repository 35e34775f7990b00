//! The rules, pure: no I/O, no clock, no AWS types.

pub mod intent;
pub mod redact;
pub mod understand;
