//! Everything that may go wrong with a step of a workflow, tried out.
//!
//! Each story is one reservation, one credential, or one machine that nobody has a reservation for, on a running [`crate::stack::Stack`]: its troubles are injected at
//! the gate before the steps, it is led to its end, and whatever must then be true is checked. [`cells`] are the stories
//! of one trouble each, [`random`] makes up others.

mod check;
mod credential;
mod machine;
mod matrix;
mod play;
mod rest;
mod schedule;
mod story;
mod sweep;

pub use matrix::{Cell, FAULTS, PARTS, Part, Row, cells, rows};
pub use play::{Unclean, options, play};
pub use schedule::random;
pub use story::{Ask, Chapter, Fault, Story, Trouble};
