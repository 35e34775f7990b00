//! The steps, one room for each part of the way.

pub(crate) mod cluster;
pub(crate) mod firewall;
pub(crate) mod launch;
pub(crate) mod lifecycle;
mod machines;
pub(crate) mod power;
pub(crate) mod ready;
pub(crate) mod sweep;
pub(crate) mod terminate;
mod tries;
pub(crate) mod verify;

use domain::reservation::{Reservation, State};
use domain::workflow::StepErrorKind;

use crate::{Deps, StepError};

/// The reservation, for a step towards a machine: nobody must have ended it, and no other workflow have taken it over.
async fn wanted(deps: &Deps, id: &str) -> Result<Reservation, StepError> {
    let reservation = deps.reservation(id).await?;
    still_wanted(&reservation)?;
    Ok(reservation)
}

fn still_wanted(reservation: &Reservation) -> Result<(), StepError> {
    if reservation.end.is_some() {
        return Err(StepError::new(
            StepErrorKind::Cancelled,
            "it was ended meanwhile",
        ));
    }
    match reservation.state {
        State::Requested | State::Provisioning | State::Ready => Ok(()),
        state => Err(StepError::new(
            StepErrorKind::Cancelled,
            format!("it is {state:?}"),
        )),
    }
}

/// Where the account does not let us in, but nothing of the reservation can be in it, there is nothing to remove.
fn unless_nothing_was_made(
    reservation: &Reservation,
    outcome: Result<(), StepError>,
) -> Result<(), StepError> {
    match outcome {
        Err(error)
            if error.kind == StepErrorKind::BadKey && !reservation.may_have_left_something() =>
        {
            Ok(())
        }
        outcome => outcome,
    }
}
