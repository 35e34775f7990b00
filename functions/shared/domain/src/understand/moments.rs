//! Lengths of time and points in time.

mod calendar;
mod clock;
mod day;
mod length;
mod point;

use jiff::civil::{DateTime, Time};

pub(super) use length::{length, unit_of, whole};
pub(super) use point::point;

const WORK_DAY_ENDS: Time = Time::constant(17, 0, 0, 0);

const WORK_DAY_STARTS: Time = Time::constant(9, 0, 0, 0);

const NOON: Time = Time::constant(12, 0, 0, 0);

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Length {
    pub(super) minutes: u32,
    pub(super) end: usize,
    /// "more", "another", "extra": on top of what there is.
    pub(super) more: bool,
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) at: DateTime,
    pub(super) start: usize,
    pub(super) end: usize,
    /// It says that something lasts until then, rather than when something is.
    pub(super) bounds: bool,
}
