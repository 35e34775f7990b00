//! Reservations for tests.

use crate::access::credential::{Access, Check, Credential, Payer, Scope};
use crate::identity::{Place, PlaceKind};
use crate::intent::Provider;
use crate::offers::{Catalogue, Market};
use crate::quote::Quote;
use crate::reservation::{Attempt, Firewall, Node, Reservation, State, client_token};
use crate::spec::{Cluster, DEFAULT_STORAGE_GB, MachineSpec, System};
use crate::ssh::SshKeys;
use crate::workflow::Step;

/// Monday 2026-11-23T10:00:00Z.
pub(crate) const NOW: i64 = 1_795_428_000;
/// A quote's id.
pub(crate) const QUOTE_ID: &str = "01KAR7Z8Q0000000000000000A";

/// An Ubuntu machine with 8 GiB.
pub(crate) fn spec(duration_minutes: u32) -> MachineSpec {
    MachineSpec {
        count: 1,
        market: Market::OnDemand,
        region: None,
        os: System::Ubuntu,
        os_version: "24.04".to_owned(),
        environments: Vec::new(),
        cluster: None,
        vcpus_min: None,
        memory_gib_min: Some(8.0),
        instance_type: None,
        storage_gb: DEFAULT_STORAGE_GB,
        hourly_usd_max: None,
        duration_minutes,
    }
}

/// A quote for it, made for Alice at [`NOW`].
pub(crate) fn quote(duration_minutes: u32) -> Quote {
    quote_for(1, duration_minutes)
}

/// A quote for so many of them.
pub(crate) fn quote_for(count: u32, duration_minutes: u32) -> Quote {
    let spec = MachineSpec {
        count,
        ..spec(duration_minutes)
    };
    let choice = Catalogue::bundled().choose(&spec);
    Quote::new(
        QUOTE_ID.to_owned(),
        "T1",
        "UALICE",
        spec,
        choice,
        Payer::default(),
        NOW,
    )
    .expect("something fits")
}

/// A direct message.
pub(crate) fn direct() -> Place {
    Place {
        channel: "D1".to_owned(),
        thread_ts: None,
        kind: PlaceKind::Direct,
    }
}

/// Alice's key.
pub(crate) fn keys() -> SshKeys {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7pVY7J1m0mPq0m0ztO4fSm8m0y8a3QmUu4xk1mXxxx";
    SshKeys {
        keys: vec![key.to_owned()],
        version: 1,
    }
}

/// Alice's reservation right after she took the quote.
pub(crate) fn requested_reservation(duration_minutes: u32) -> Reservation {
    Reservation::from_quote(&quote(duration_minutes), direct(), &keys(), 0, NOW)
}

/// The same, handed over 42 seconds later.
pub(crate) fn ready_reservation(duration_minutes: u32) -> Reservation {
    ready(requested_reservation(duration_minutes))
}

/// Three machines, `i-1` to `i-3`, handed over.
pub(crate) fn three_ready(duration_minutes: u32) -> Reservation {
    several_ready(3, duration_minutes)
}

/// So many machines, from `i-1` on, handed over.
pub(crate) fn several_ready(count: u32, duration_minutes: u32) -> Reservation {
    let quote = quote_for(count, duration_minutes);
    let mut reservation = ready(Reservation::from_quote(&quote, direct(), &keys(), 0, NOW));
    let node = |number: u32| Node {
        machine_id: format!("i-{number}"),
        public_address: Some(format!("203.0.113.{number}")),
        ..reservation.nodes[0].clone()
    };
    reservation.nodes = (1..=count).map(node).collect();
    reservation
}

/// A Spark cluster of so many machines, handed over.
pub(crate) fn cluster_ready(count: u32, duration_minutes: u32) -> Reservation {
    let mut reservation = several_ready(count, duration_minutes);
    reservation.spec.cluster = Some(Cluster::default());
    for (number, node) in (1..).zip(&mut reservation.nodes) {
        node.private_address = Some(format!("10.0.0.{number}"));
    }
    reservation
}

/// The same while its machines set themselves up.
pub(crate) fn cluster_provisioning(count: u32) -> Reservation {
    let mut reservation = cluster_ready(count, 120);
    reservation.state = State::Provisioning;
    reservation.ready_epoch_seconds = None;
    let awaited = [Step::AwaitReady, Step::Finish];
    reservation
        .steps
        .retain(|record| !awaited.contains(&record.step));
    reservation
}

fn ready(mut reservation: Reservation) -> Reservation {
    reservation.begin(NOW).expect("it was requested");
    reservation.firewalls.push(Firewall {
        region: "us-east-1".to_owned(),
        id: "sg-0123456789abcdef0".to_owned(),
    });
    reservation.attempts.push(Attempt {
        candidate: 0,
        zone: Some("us-east-1a".to_owned()),
        subnet: Some("subnet-0123456789abcdef0".to_owned()),
        image: None,
        client_token: client_token(&reservation.id, 1, ""),
        tried_epoch_seconds: NOW,
        refused: None,
    });
    reservation.nodes = vec![Node {
        machine_id: "i-0123456789abcdef0".to_owned(),
        zone: "us-east-1a".to_owned(),
        public_address: Some("203.0.113.7".to_owned()),
        ..Node::default()
    }];
    reservation.launched_epoch_seconds = Some(NOW + 2);
    for step in [
        Step::CreateSecurityGroup,
        Step::LaunchMachine,
        Step::ConfirmRunning,
        Step::AwaitReady,
        Step::Finish,
    ] {
        reservation.record(step, NOW + 2);
    }
    reservation
        .hand_over(NOW + 42)
        .expect("it was being provided");
    reservation
}

/// Alice's access key, not checked yet.
pub(crate) fn credential() -> Credential {
    Credential {
        id: "01KAR7Z8Q0000000000000000C".to_owned(),
        team: "T1".to_owned(),
        scope: Scope::User("UALICE".to_owned()),
        provider: Provider::Aws,
        label: "Play account".to_owned(),
        access: aws_keys("AKIAIOSFODNN7EXAMPLE"),
        account: None,
        check: Check::Pending,
        created_by: "UALICE".to_owned(),
        created_epoch_seconds: NOW,
        used_epoch_seconds: None,
        is_retiring: false,
        checks: 1,
        version: 1,
        replacement: None,
    }
}

/// The same, found to work.
pub(crate) fn working_credential() -> Credential {
    let mut credential = credential();
    credential.settle(
        crate::access::verification::Finding::fit("111122223333".to_owned()),
        NOW,
    );
    credential
}

/// Access by a key of that id.
pub(crate) fn aws_keys(id: &str) -> Access {
    Access::AwsKeys {
        region: "us-east-1".to_owned(),
        access_key_id: id.to_owned(),
        sealed: "c2VhbGVk".to_owned(),
    }
}
