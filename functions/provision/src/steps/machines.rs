//! The reservation's machines as the cloud describes them.

use clouds::{Cloud as _, MachineId, MachineView};
use domain::reservation::{Node, Reservation};

use crate::{Deps, StepError};

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
