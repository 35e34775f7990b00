//! What a decision sets in motion outside the table.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::workflow::Workflow;

/// Something to be done once the change that it belongs to is written, and to be repeated until it is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// Tell whoever listens on the bus.
    Publish {
        /// What happened.
        event: Event,
    },
    /// Start a workflow.
    Start {
        /// Which.
        workflow: Workflow,
        /// The name of the execution, derived from the cause: starting it twice is starting it once.
        execution: String,
        /// The id of what it is about, a reservation or a credential.
        subject_id: String,
    },
    /// Wake a workflow that waits for an answer which was given.
    WakeAnswered {
        /// For which reservation.
        reservation_id: String,
    },
    /// Wake a workflow that waits for a machine which nobody wants any more.
    WakeCancelled {
        /// For which reservation.
        reservation_id: String,
    },
}
