//! Clouds behind one trait: what a workflow's steps need, and nothing that only one cloud could keep.
//!
//! Every call may be made twice. Clouds that take an idempotency token are given one; the others are searched by tag
//! before anything is created. Answers are honest: a machine the cloud does not know is unknown, never gone.

pub mod digitalocean;
pub mod ec2;
mod error;
mod model;

use async_trait::async_trait;

/// The processor family an image and a machine type must agree on.
pub use domain::offers::Architecture;
pub use error::{CloudError, ErrorKind};
pub use model::{
    FirewallId, FirewallSpec, Found, Image, Inventory, LaunchSpec, LaunchedMachine, MachineId,
    MachineState, MachineView, Subnet, Tags, Termination,
};

/// One cloud, in one region, with one customer's credentials.
#[async_trait]
pub trait Cloud: Send + Sync {
    /// The image of an operating system, such as `ubuntu` `24.04`. Without a version, the usual one.
    async fn image(
        &self,
        system: &str,
        version: Option<&str>,
        architecture: Architecture,
    ) -> Result<Image, CloudError>;

    /// The subnets that machines can be put into, one a zone and all of one network, by zone: those that are named, or
    /// else the account's default ones. [`ErrorKind::NoDefaultNetwork`] where there is none.
    async fn subnets(&self, named: &[String]) -> Result<Vec<Subnet>, CloudError>;

    /// The reservation's firewall, created unless it exists. Asking twice gives the same one.
    async fn ensure_firewall(&self, spec: &FirewallSpec) -> Result<FirewallId, CloudError>;

    /// The reservation's firewalls, whatever was remembered of their creation.
    async fn find_firewalls(&self, reservation_id: &str) -> Result<Vec<FirewallId>, CloudError>;

    /// Starts so many machines, all or none, in the order of their launch indices. The same token with the same
    /// parameters are the same machines.
    async fn launch(&self, spec: &LaunchSpec) -> Result<Vec<LaunchedMachine>, CloudError>;

    /// The machines as the cloud sees them. It does not know one that is missing from the answer: shortly after a launch
    /// it may still appear, long after a termination it no longer will, so that alone is no proof of anything.
    async fn describe(&self, ids: &[MachineId]) -> Result<Vec<MachineView>, CloudError>;

    /// The reservation's machines, terminated ones included for as long as the cloud remembers them.
    async fn find_by_tag(&self, reservation_id: &str) -> Result<Vec<MachineView>, CloudError>;

    /// Asks for the machine's end. It has ended when [`Cloud::describe`] says so.
    async fn terminate(&self, id: &MachineId) -> Result<Termination, CloudError>;

    /// Asks for the machines to be switched off, their disks kept. They are off when [`Cloud::describe`] says so. A machine
    /// that is off already is none the worse for it.
    async fn stop(&self, ids: &[MachineId]) -> Result<(), CloudError>;

    /// Asks for machines that are off to be switched on again. Their public addresses will be others.
    async fn start(&self, ids: &[MachineId]) -> Result<(), CloudError>;

    /// Deletes a firewall; one that does not exist is deleted. [`ErrorKind::StillInUse`] while a machine holds it.
    async fn delete_firewall(&self, id: &FirewallId) -> Result<(), CloudError>;
}
