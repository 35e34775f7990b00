//! The cloud's answers in our words.

use aws_sdk_ec2::types::{
    Instance, InstanceStateChange, InstanceStateName, Reservation, Subnet as Ec2Subnet,
};

use crate::{LaunchedMachine, MachineId, MachineState, MachineView, Subnet};

pub(super) fn machines(reservations: &[Reservation]) -> Vec<MachineView> {
    reservations
        .iter()
        .flat_map(Reservation::instances)
        .filter_map(machine)
        .collect()
}

/// One a zone, by zone, all of one network: a firewall belongs to a network.
pub(super) fn subnets(described: &[Ec2Subnet]) -> Vec<Subnet> {
    let mut subnets: Vec<Subnet> = described.iter().filter_map(subnet).collect();
    if let Some(network) = subnets.first().map(|first| first.network.clone()) {
        subnets.retain(|subnet| subnet.network == network);
    }
    subnets.sort_by(|a, b| (&a.zone, &a.id).cmp(&(&b.zone, &b.id)));
    subnets.dedup_by(|later, first| later.zone == first.zone);
    subnets
}

fn subnet(described: &Ec2Subnet) -> Option<Subnet> {
    Some(Subnet {
        id: described.subnet_id()?.to_owned(),
        zone: described.availability_zone()?.to_owned(),
        network: described.vpc_id()?.to_owned(),
    })
}

/// By launch index.
pub(super) fn launched(instances: &[Instance]) -> Vec<LaunchedMachine> {
    let machines = instances.iter().filter_map(machine);
    let mut launched: Vec<LaunchedMachine> = machines.map(Into::into).collect();
    launched.sort_by_key(|machine| machine.launch_index);
    launched
}

pub(super) fn machine(instance: &Instance) -> Option<MachineView> {
    let zone = instance
        .placement()
        .and_then(|place| place.availability_zone());
    let reason = instance.state_reason().and_then(|reason| reason.code());
    Some(MachineView {
        id: MachineId(instance.instance_id()?.to_owned()),
        state: state(instance.state().and_then(|state| state.name())),
        state_reason: reason.filter(|code| !code.is_empty()).map(str::to_owned),
        launch_index: instance
            .ami_launch_index()
            .and_then(|index| u32::try_from(index).ok())
            .unwrap_or_default(),
        instance_type: instance
            .instance_type()
            .map(|kind| kind.as_str().to_owned())
            .unwrap_or_default(),
        zone: zone.unwrap_or_default().to_owned(),
        public_address: instance.public_ip_address().map(str::to_owned),
        private_address: instance.private_ip_address().map(str::to_owned),
    })
}

pub(super) fn state_after(changes: &[InstanceStateChange]) -> MachineState {
    state(
        changes
            .first()
            .and_then(|change| change.current_state())
            .and_then(|state| state.name()),
    )
}

fn state(name: Option<&InstanceStateName>) -> MachineState {
    match name {
        Some(InstanceStateName::Pending) => MachineState::Pending,
        Some(InstanceStateName::Running) => MachineState::Running,
        Some(InstanceStateName::Stopping) => MachineState::Stopping,
        Some(InstanceStateName::Stopped) => MachineState::Stopped,
        Some(InstanceStateName::ShuttingDown) => MachineState::ShuttingDown,
        Some(InstanceStateName::Terminated) => MachineState::Terminated,
        _ => MachineState::Unknown,
    }
}
