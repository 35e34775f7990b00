//! A machine's power: what has to be there for it to run, and what has to go when it is off.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::super::metadata::{self, Metadata};
use super::command::run;
use super::image::HOST_FOLDER;
use super::{Host, cgroups, disk, network, process};
use crate::Result;
use crate::children::{Child, ChildOptions, tail};
use crate::cloud::Instance;

/// systemd stops everything within two seconds; services that linger get a while, as in a cloud.
const OFF_LIMIT: Duration = Duration::from_secs(20);
/// Nobody tells when a machine is off.
const OFF_INTERVAL: Duration = Duration::from_millis(50);
/// Joins the control groups whose files are named before `--`, then becomes the command after it.
const JOIN: &str = "while [ \"$1\" != -- ]; do echo $$ >\"$1\"; shift; done; shift; exec \"$@\"";
/// Its end means that the machine has restarted itself, and wants to be started.
const RESTART_CODE: i32 = 133;

/// How a machine ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It was shut down from within.
    ShutDown,
    /// It wants to start again.
    Restart,
    /// It broke.
    Crash,
}

/// One machine's place on the host: it has the same one however often it is switched on.
#[derive(Debug)]
pub(super) struct Socket {
    host: Host,
    index: u8,
    process: Option<Child>,
    metadata: Option<(Arc<Metadata>, JoinHandle<()>)>,
    public_address: Option<String>,
    last_words: String,
}

impl Socket {
    pub(super) fn new(host: Host, index: u8) -> Self {
        Self {
            host,
            index,
            process: None,
            metadata: None,
            public_address: None,
            last_words: String::new(),
        }
    }

    /// Switches the machine on, with its metadata.
    pub(super) fn on(&mut self, instance: &Instance) -> Result<()> {
        self.off();
        let started = self.start(instance);
        if started.is_err() {
            self.off();
        }
        started
    }

    fn start(&mut self, instance: &Instance) -> Result<()> {
        let (host, folder) = (self.host.clone(), self.folder());
        let root = disk::mount(&host.below(instance)?, &folder)?;
        disk::furnish(&root, &instance.image_id, host.proxy_url())?;
        network::plug(host.slot(), self.index, instance)?;
        self.public_address.clone_from(&instance.public_address);
        let listener = network::listen_for_metadata(host.slot(), self.index)?;
        self.serve(listener, instance)?;
        self.process = Some(Child::start(&ChildOptions {
            name: "console".to_owned(),
            python: host.python().to_owned(),
            command: self.command(&root)?,
            environment: vec![
                ("PATH", process::PATH.into()),
                // Its network is its own: Docker forwards between its containers and the outside.
                ("SYSTEMD_NSPAWN_API_VFS_WRITABLE", "network".into()),
                // The one hierarchy of control groups that all systems on offer have on EC2, whatever this host has.
                ("UNIFIED_CGROUP_HIERARCHY", "1".into()),
            ],
            logs: folder.clone(),
            scratch: folder.join("scratch"),
        })?);
        Ok(())
    }

    fn serve(&mut self, listener: TcpListener, instance: &Instance) -> Result<()> {
        let metadata = Arc::new(Metadata::of(instance)?);
        let server = metadata::serve(listener, metadata.clone())?;
        self.metadata = Some((metadata, server));
        Ok(())
    }

    fn command(&self, root: &Path) -> Result<Vec<OsString>> {
        let name = self.name();
        let mut command: Vec<OsString> = ["sh", "-c", JOIN, "sh"].map(OsString::from).into();
        if !cgroups::are_systemds() {
            command.extend(cgroups::create(&name)?.into_iter().map(OsString::from));
        }
        command.push("--".into());
        let shared = self.host.slot().shared();
        let mut options: Vec<OsString> = vec![
            "systemd-nspawn".into(),
            "--quiet".into(),
            format!("--directory={}", root.display()).into(),
            format!("--machine={name}").into(),
            format!("--network-namespace-path=/run/netns/{name}").into(),
            format!("--bind-ro={}:{HOST_FOLDER}/shared", shared.display()).into(),
            // The same: systemd-nspawn does so by itself only for networks that it makes.
            "--capability=CAP_NET_ADMIN".into(),
            // With that right cloud-init would ask for an address, for a minute: nobody gives any here.
            "--bind-ro=/dev/null:/usr/sbin/dhclient".into(),
            "--bind-ro=/dev/null:/usr/sbin/dhcpcd".into(),
            "--register=no".into(),
            "--resolv-conf=off".into(),
            "--timezone=off".into(),
            "--link-journal=no".into(),
            "--console=read-only".into(),
            // What systemd takes for the power button.
            "--kill-signal=SIGRTMIN+4".into(),
        ];
        if !cgroups::are_systemds() {
            options.push("--keep-unit".into());
        }
        options.push(format!("{HOST_FOLDER}/platform").into());
        command.extend(options);
        Ok(command)
    }

    /// Presses the power button and waits; a machine that does not listen loses its power.
    pub(super) fn shut_down(&mut self) {
        let console = self
            .process
            .as_ref()
            .and_then(|child| process::only_child(child.id()));
        if let Some(console) = console {
            let _ = run("kill", &["-s", "TERM", &console.to_string()]);
            let deadline = Instant::now() + OFF_LIMIT;
            while Instant::now() < deadline && self.is_on() {
                sleep(OFF_INTERVAL);
            }
        }
        self.off();
    }

    /// Cuts the power, and removes everything but the disk.
    pub(super) fn off(&mut self) {
        cgroups::end(&self.name());
        // Where groups are systemd's, this is what ends it.
        if let Some(process) = self.process.take() {
            self.last_words = tail(process.log());
        }
        if let Some((_, server)) = self.metadata.take() {
            server.abort();
        }
        let slot = self.host.slot();
        disk::unmount(&self.folder());
        network::unplug(slot, self.index);
        if let Some(public) = self.public_address.take() {
            network::forget_route(slot, &public);
        }
    }

    /// Removes the disk of a machine that is off.
    pub(super) fn remove_disk(&self) {
        // What stays is removed with the run.
        let _ = std::fs::remove_dir_all(self.folder());
    }

    /// Whether it has power.
    pub(super) fn is_on(&mut self) -> bool {
        self.process.is_some() && self.status().is_none()
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<End> {
        let status = self.status()?;
        Some(match status.code() {
            Some(0) => End::ShutDown,
            Some(RESTART_CODE) => End::Restart,
            _ => End::Crash,
        })
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.process.as_mut()?.status()
    }

    /// The first process of the machine, as the host sees it.
    pub(super) fn first_process(&self) -> Option<u32> {
        let supervisor = self.process.as_ref()?.id();
        process::only_child(process::only_child(supervisor)?)
    }

    /// The end of what it wrote to its console.
    pub(super) fn console(&self) -> String {
        match &self.process {
            Some(process) => tail(process.log()),
            None => self.last_words.clone(),
        }
    }

    /// The cloud takes the machine back then, or not at all.
    pub(super) fn announce_interruption(&self, at_epoch_seconds: Option<i64>) {
        if let Some((metadata, _)) = &self.metadata {
            metadata.announce_interruption(at_epoch_seconds);
        }
    }

    fn name(&self) -> String {
        self.host.slot().machine_name(self.index)
    }

    fn folder(&self) -> PathBuf {
        self.host.slot().machine_folder(self.index)
    }
}
