//! The rules, pure: no I/O, no clock, no AWS types.

pub mod intent;
