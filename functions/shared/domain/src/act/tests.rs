//! What is decided, case by case, in the words of the people concerned.

mod audit_log;
mod buttons;
mod clusters;
mod going_on;
mod launching;
mod permission;
mod policy;
mod power;
mod prices;
mod reservations;
mod several;
mod software;
mod ssh_keys;
mod talking;
mod usual;

use super::*;
use crate::access::audit;
use crate::access::permission::Refusal;
use crate::access::policy::Policy;
use crate::effect::Effect;
use crate::event::Unsupported;
use crate::identity::{Person, PlaceKind, Standing};
use crate::intent::{Engine, Meaning, OneOrMany, Os, ReservationRef, Slots};
use crate::offers::Catalogue;
use crate::quote::QUOTE_VALID_SECONDS;
use crate::reservation::{EndReason, State};
use crate::testing::{NOW, QUOTE_ID, direct, quote, ready_reservation, requested_reservation};
use crate::time::HOUR_SECONDS;
use crate::workflow::Workflow;

pub(super) fn alice() -> Person {
    Person {
        team: "T1".to_owned(),
        user: "UALICE".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        standing: Standing::Member,
    }
}

pub(super) fn world() -> World {
    World {
        person: alice(),
        place: direct(),
        now: NOW,
        conversation: None,
        mine: Vec::new(),
        named: Vec::new(),
        shared: Vec::new(),
        people: Vec::new(),
        quote: None,
        ssh_keys: crate::testing::keys(),
        usual: None,
        policy: Policy::initial(vec!["UCAROL".to_owned()]),
        credentials: Vec::new(),
        audit: Vec::new(),
        path: audit::Path::Message,
        can_open_form: false,
        deployment: Deployment {
            region: "us-east-1".to_owned(),
            regions: vec!["us-east-1".to_owned()],
            ..Deployment::default()
        },
        catalogue: Catalogue::bundled(),
        new_id: "01KAR7Z8Q0000000000000000B".to_owned(),
        salt: 0,
    }
}

pub(super) fn bob(world: World) -> World {
    World {
        person: Person {
            user: "UBOB".to_owned(),
            ..alice()
        },
        mine: Vec::new(),
        ..world
    }
}

pub(super) fn say(intent: Intent, slots: Slots, world: &World) -> Decision {
    decide(
        &Input::Said(Box::new(Meaning {
            intent,
            slots,
            confidence: 1.0,
            engine: Engine::Builtin,
            evidence: Vec::new(),
        })),
        world,
    )
}

pub(super) fn press(press: Press, world: &World) -> Decision {
    decide(&Input::Pressed(press), world)
}

/// The world after a decision was written.
pub(super) fn after(mut world: World, decision: &Decision) -> World {
    world.conversation = decision.conversation.clone().or(world.conversation);
    for write in &decision.writes {
        match write {
            Write::Quote(quote) => world.quote = Some((**quote).clone()),
            Write::SshKeys(keys) => world.ssh_keys = keys.clone(),
            Write::Usual(usual) => world.usual = Some(usual.clone()),
            Write::ForgetShare { .. } | Write::Sweep(..) => {}
            Write::Policy(policy) => world.policy = (**policy).clone(),
            Write::Credential(credential, _) => {
                world
                    .credentials
                    .retain(|(known, _)| known.id != credential.id);
                world.credentials.push(((**credential).clone(), Vec::new()));
            }
            Write::ForgetCredential(credential) => {
                world
                    .credentials
                    .retain(|(known, _)| known.id != credential.id);
            }
            Write::Create(reservation, _) => world.mine.insert(0, (**reservation).clone()),
            Write::Update(reservation, _) => {
                world.mine.retain(|known| known.id != reservation.id);
                world.mine.insert(0, (**reservation).clone());
            }
        }
    }
    world
}

pub(super) fn machine_slots() -> Slots {
    Slots {
        os: Some(Os::Ubuntu),
        memory_gb: Some(8.0),
        duration_minutes: Some(240),
        ..Slots::default()
    }
}

fn handle(reservation: &Reservation) -> OneOrMany<ReservationRef> {
    ReservationRef::Handle(reservation.handle.clone()).into()
}
