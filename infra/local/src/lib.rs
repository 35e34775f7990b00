//! The whole product on one machine.

pub mod wit;
