//! The whole product on one machine: the emulators, the stand-ins, and the real template and Lambda binaries on them.
//!
//! [`stack::Stack`] starts it all and is what `cargo dev`, the demos and the journeys use.

pub mod accounts;
pub mod children;
pub mod cli;
pub mod clock;
pub mod cloud;
pub mod dice;
pub mod digitalocean;
pub mod edge;
pub mod emulators;
pub mod error;
pub mod faults;
pub mod lambdas;
pub mod machines;
pub mod notebook;
pub mod output;
pub mod paths;
pub mod permissions;
pub mod ports;
pub mod prerequisites;
pub mod price_list;
pub mod progress;
pub mod runs;
pub mod secrets;
mod serving;
pub mod slack;
pub mod stack;
pub mod steps;
pub mod venv;
pub mod wit;

pub use error::{Error, Result};
