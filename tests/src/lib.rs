//! Helpers of the journeys.

pub mod browser;
