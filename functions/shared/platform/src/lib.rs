//! Adapters to the outside.

pub mod wit;
