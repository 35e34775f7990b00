//! A bridge for a run, and on it a cable for each machine.
//!
//! A machine has three addresses: the one the cloud gave it in its network, by which its peers know it; the public one,
//! by which people connect and to which the host has a route; and one by which it reaches the host. EC2 translates the
//! second instead; nobody who connects can tell.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsFd;
use std::path::Path;
use std::thread;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::command::run;
use super::slot::Slot;
use crate::cloud::Instance;
use crate::{Error, Result};

/// How instances of today call their network card.
const CARD: &str = "ens5";
/// Where every instance finds its metadata.
const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
const METADATA_PORT: u16 = 80;

/// Makes the run's bridge, with the host on it.
pub(super) fn open_bridge(slot: &Slot) -> Result<()> {
    let bridge = slot.bridge();
    let gateway = format!("{}/24", slot.gateway());
    run("ip", &["link", "add", &bridge, "type", "bridge"])?;
    run("ip", &["address", "add", &gateway, "dev", &bridge])?;
    run("ip", &["link", "set", &bridge, "up"])?;
    Ok(())
}

/// Connects a machine. A cable that it had before is replaced.
pub(super) fn plug(slot: &Slot, index: u8, instance: &Instance) -> Result<()> {
    unplug(slot, index);
    let (name, bridge, cable) = (slot.machine_name(index), slot.bridge(), slot.cable(index));
    run("ip", &["netns", "add", &name])?;
    let peer = ["type", "veth", "peer", "name", CARD, "netns", &name];
    run("ip", &[&["link", "add", &cable][..], &peer].concat())?;
    run("ip", &["link", "set", &cable, "master", &bridge, "up"])?;
    let inside = |arguments: &[&str]| run("ip", &[&["-n", &name][..], arguments].concat());
    inside(&["link", "set", "lo", "up"])?;
    let metadata = format!("{METADATA}/32");
    inside(&["address", "add", &metadata, "dev", "lo"])?;
    let transit = format!("{}/24", slot.address(index));
    inside(&["address", "add", &transit, "dev", CARD])?;
    if let Some(private) = &instance.private_address {
        let private = format!("{private}/{}", network_bits(private));
        inside(&["address", "add", &private, "dev", CARD])?;
    }
    if let Some(public) = &instance.public_address {
        let public = format!("{public}/32");
        inside(&["address", "add", &public, "dev", CARD])?;
        run("ip", &["route", "replace", &public, "dev", &bridge])?;
    }
    inside(&["link", "set", CARD, "up"])?;
    let gateway = slot.gateway().to_string();
    inside(&["route", "add", "default", "via", &gateway])?;
    Ok(())
}

/// How large the network around a private address is. The cloud takes addresses from all of 10.0.0.0/8 for launches
/// without a subnet; other ranges are left to what runs on machines.
fn network_bits(private: &str) -> u8 {
    if private.starts_with("10.") { 8 } else { 16 }
}

/// Takes a machine's cable and all its addresses away.
pub(super) fn unplug(slot: &Slot, index: u8) {
    let (name, cable) = (slot.machine_name(index), slot.cable(index));
    if Path::new("/run/netns").join(&name).exists() {
        let _ = run("ip", &["netns", "delete", &name]);
    }
    // The namespace lives on in whoever still uses it, and the cable with it.
    if Path::new("/sys/class/net").join(&cable).exists() {
        let _ = run("ip", &["link", "delete", &cable]);
    }
}

/// The host no longer finds a public address on the bridge.
pub(super) fn forget_route(slot: &Slot, public: &str) {
    let _ = run("ip", &["route", "delete", public, "dev", &slot.bridge()]);
}

/// Listens where the machine expects its metadata, in the machine's own network.
pub(super) fn listen_for_metadata(slot: &Slot, index: u8) -> Result<TcpListener> {
    let path = Path::new("/run/netns").join(slot.machine_name(index));
    // A thread of its own, which ends in the network that it went to; its sockets stay there.
    let listening = thread::spawn(move || -> io::Result<TcpListener> {
        let network = File::open(path)?;
        move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network))?;
        let listener = TcpListener::bind((METADATA, METADATA_PORT))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listening
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the thread panicked")))
        .map_err(Error::io("listen for a machine's metadata"))
}
