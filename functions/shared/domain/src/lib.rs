//! The rules of `InfraRed`, pure: no I/O, no clock, no AWS types.
//!
//! Everything here is a function of data and `now`. Lifecycles, conversation, understanding, offers,
//! decisions, what a machine runs at first boot and every word that users see live in this crate; the Lambdas
//! fetch the data, call in here, and carry out what comes back.

pub mod access;
pub mod act;
pub mod beacon;
pub mod bootstrap;
pub mod cost;
pub mod effect;
pub mod environments;
pub mod event;
pub mod failover;
pub mod forms;
pub mod identity;
pub mod intent;
pub mod messages;
pub mod offers;
pub mod quote;
pub mod redact;
pub mod reservation;
pub mod spec;
pub mod ssh;
pub mod sweep;
pub mod time;
pub mod understand;
pub mod usual;
pub mod watch;
pub mod workflow;

#[cfg(test)]
mod testing;
