//! The reservation's machines as the cloud describes them.

use clouds::{Cloud as _, MachineId, MachineView};
use domain::reservation::{Node, Reservation};
use domain::time::{EpochSeconds, MINUTE_SECONDS};

use crate::{Deps, StepError};

/// Clouds forget a terminated machine after about an hour, and show a launched one within seconds. One that is not
/// shown so long after its launch is gone.
const FORGOTTEN_SECONDS: i64 = 10 * MINUTE_SECONDS;

/// Those of its machines that the cloud shows.
pub(super) async fn shown(
    deps: &Deps,
    reservation: &Reservation,
) -> Result<Vec<MachineView>, StepError> {
    let ids: Vec<MachineId> = reservation.living().map(id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(deps.cloud(reservation).await?.describe(&ids).await?)
}

pub(super) fn id(node: &Node) -> MachineId {
    MachineId(node.machine_id.clone())
}

/// The address for people: in a network without public ones, the private one.
pub(super) fn address(view: &MachineView) -> Option<String> {
    view.public_address
        .clone()
        .or_else(|| view.private_address.clone())
}

/// Whether a machine that the cloud does not show is gone rather than not there yet.
pub(super) fn is_long_launched(reservation: &Reservation, now: EpochSeconds) -> bool {
    let launched = reservation.launched_epoch_seconds;
    launched.is_some_and(|launched| launched + FORGOTTEN_SECONDS < now)
}
