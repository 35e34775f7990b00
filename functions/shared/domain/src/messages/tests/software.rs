//! Machines with software on them.

use super::*;
use crate::intent::Environment;
use crate::testing::quote_for;

const SOFTWARE: [Environment; 3] = [Environment::Docker, Environment::Node, Environment::Lamp];

/// With what was asked for, as it was found when it was handed over.
fn with_software(mut reservation: Reservation, versions: &[(&str, &str)]) -> Reservation {
    reservation.spec.environments = SOFTWARE.into();
    let owned = |(name, version): &(&str, &str)| ((*name).to_owned(), (*version).to_owned());
    reservation.versions = versions.iter().map(owned).collect();
    reservation
}

#[test]
fn machines_with_software() {
    let quoted = |count: u32| {
        let mut quote = quote_for(count, 240);
        quote.spec.environments = SOFTWARE.into();
        let answer = Reply::Quoted {
            quote: Box::new(quote),
            renewed: false,
            has_key: true,
        };
        reply(&answer, PlaceKind::Direct)
    };
    let priced = |environments: &[Environment]| {
        let answer = Reply::Priced {
            cluster: None,
            offer: quote(240).candidates[0].clone(),
            rules: "on-demand, x86_64".to_owned(),
            count: 1,
            storage_gb: 20,
            environments: environments.into(),
            duration_minutes: None,
            asked: Box::default(),
        };
        reply(&answer, PlaceKind::Direct)
    };
    let waiting = with_software(provisioning(3), &[]);
    let ready = with_software(
        ready_reservation(240),
        &[
            ("apache", "2.4.71"),
            ("docker", "20.10.24"),
            ("mariadb", "10.11.19"),
            ("node", "18.20.4"),
            ("php", "8.2.36"),
        ],
    );
    let mut only_docker = ready.clone();
    only_docker.spec.environments = vec![Environment::Docker];
    only_docker.versions.retain(|name, _| name == "docker");
    let listing = Reply::Listing {
        reservations: vec![ready.clone()],
        shared: Vec::new(),
        at_epoch_seconds: NOW + HOUR_SECONDS,
    };
    insta::assert_snapshot!(all([
        ("quote", quoted(1)),
        ("quote of several", quoted(3)),
        ("price", priced(&SOFTWARE)),
        ("price with one", priced(&[Environment::Rust])),
        ("progress", card(CardKind::Progress, &waiting)),
        ("ready", card(CardKind::Ready, &ready)),
        ("ready, with one", card(CardKind::Ready, &only_docker)),
        ("listed", reply(&listing, PlaceKind::Direct)),
    ]));
}
