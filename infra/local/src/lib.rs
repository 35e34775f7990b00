//! The whole product on one machine: the emulators, the stand-ins, and the real template and Lambda binaries on them.

pub mod clock;
pub mod cloud;
pub mod machines;
