//! What the policy leaves of a wish, and what is said where it leaves nothing.

use super::{Decision, World};
use crate::access::policy::{Breach, Held, LaunchRequest};
use crate::cost::HourlyCost;
use crate::event::{PolicyReply, Reply, StandingEnd};
use crate::intent::{Intent, Provider, ReservationRef};
use crate::offers::{CANDIDATES_MAX, Choice, Market, Offer, Rules};
use crate::quote::Quote;
use crate::reservation::Reservation;
use crate::spec::{CLUSTER_NODES_MIN, MachineSpec};
use crate::understand::dialogue::{self, Open};

/// The offers of each region that a launch may try: the types of so many are rarely all sold out at once.
const FALLBACKS_PER_REGION: usize = 4;
/// All offers that a launch may try: with them a reservation stays far below what an item of the table holds.
const LAUNCH_CANDIDATES_MAX: usize = 12;
/// What was agreed to was a price: what is taken instead costs at most half as much again.
const DEARER_MAX: f64 = 1.5;

/// Chooses among the offers that the policy lets the speaker have, so that no runner-up leaves it either. Where it lets
/// them have none that fits: what is against the one that comes nearest.
pub(super) fn choose(spec: &MachineSpec, world: &World) -> Result<Choice, Vec<Breach>> {
    let rules = Rules::of(spec).at(world.now);
    let is_allowed = |offer: &Offer| check(offer, spec, world).is_ok();
    let choice = (world.catalogue).search_among(&rules, CANDIDATES_MAX, is_allowed);
    if !choice.candidates.is_empty() {
        return Ok(choice);
    }
    let fitting = world.catalogue.search(&rules, usize::MAX).candidates;
    let misses = fitting
        .into_iter()
        .filter_map(|offer| check(&offer, spec, world).err());
    misses.min_by_key(Vec::len).map_or(Ok(choice), Err)
}

/// The choice with what a launch may fall back on: a few of the cheapest of each region, as far as they are not much
/// dearer than what was quoted.
pub(super) fn with_fallbacks(mut choice: Choice, spec: &MachineSpec, world: &World) -> Choice {
    let Some(winner) = choice.candidates.first() else {
        return choice;
    };
    let total = |offer: &Offer| HourlyCost::of(offer, spec.storage_gb).total_usd();
    let usd_max = total(winner) * DEARER_MAX;
    let rules = Rules::of(spec).at(world.now);
    let mut fallbacks: Vec<Offer> = Vec::new();
    for region in &world.deployment.regions {
        if spec.region.as_ref().is_some_and(|asked| asked != region) {
            continue;
        }
        let rules = Rules {
            region: Some(region.clone()),
            ..rules.clone()
        };
        let is_allowed =
            |offer: &Offer| total(offer) <= usd_max && check(offer, spec, world).is_ok();
        let found = (world.catalogue).search_among(&rules, FALLBACKS_PER_REGION, is_allowed);
        let mut found = found.candidates;
        let has_zones = found.iter().any(|offer| offer.zone.is_some());
        // A price of a zone is of no use where the zone has no network of ours: so one of each.
        while has_zones && found.len() < LAUNCH_CANDIDATES_MAX {
            let is_new = |offer: &Offer| found.iter().all(|known| known.zone != offer.zone);
            let is_allowed = |offer: &Offer| is_new(offer) && is_allowed(offer);
            let next = (world.catalogue).search_among(&rules, 1, is_allowed);
            let Some(next) = next.candidates.into_iter().next() else {
                break;
            };
            found.push(next);
        }
        fallbacks.extend(found);
    }
    fallbacks.retain(|offer| !choice.candidates.contains(offer));
    // Stable: of equal prices the region named first.
    fallbacks.sort_by(|a, b| total(a).total_cmp(&total(b)));
    choice.candidates.extend(fallbacks);
    choice.candidates.truncate(LAUNCH_CANDIDATES_MAX);
    choice
}

/// Whether the speaker may have such machines now, as many as were asked for.
pub(super) fn check(offer: &Offer, spec: &MachineSpec, world: &World) -> Result<(), Vec<Breach>> {
    check_for(
        offer,
        spec.count,
        spec.storage_gb,
        spec.duration_minutes,
        world,
    )
}

fn check_for(
    offer: &Offer,
    count: u32,
    storage_gb: u32,
    duration_minutes: u32,
    world: &World,
) -> Result<(), Vec<Breach>> {
    world.policy.check_launch(&LaunchRequest {
        provider: offer.provider,
        region: &offer.region,
        count,
        vcpus: offer.vcpus,
        hourly_usd: HourlyCost::of(offer, storage_gb).total_usd(),
        spot: offer.market == Market::Spot,
        duration_minutes,
        held: Held::of(&world.mine),
    })
}

/// Whether the speaker may have a machine that a price was named for, however long they would keep it.
pub(super) fn may_have(offer: &Offer, rules: &Rules, world: &World) -> bool {
    // Nothing can be had on DigitalOcean yet, whatever the policy: its prices are for everybody to know.
    if offer.provider == Provider::Digitalocean {
        return true;
    }
    let storage_gb = rules.storage_gb.unwrap_or_default();
    check_for(offer, 1, storage_gb, 0, world).is_ok()
}

/// The quote as it may be taken now: policy and machines may have changed since. Its winner must still be allowed;
/// runners-up that are not, or that are much dearer than what was quoted, are left out.
pub(super) fn launchable(quote: &Quote, world: &World) -> Result<Quote, Vec<Breach>> {
    check(quote.winner(), &quote.spec, world)?;
    let storage_gb = quote.spec.storage_gb;
    let total = |offer: &Offer| HourlyCost::of(offer, storage_gb).total_usd();
    let usd_max = total(quote.winner()) * DEARER_MAX;
    let mut quote = quote.clone();
    quote
        .candidates
        .retain(|offer| total(offer) <= usd_max && check(offer, &quote.spec, world).is_ok());
    Ok(quote)
}

/// A launch is against the policy. Where it was being talked about, the task goes on without what stands in the way.
pub(super) fn not_launched(task: Option<Open>, breaches: Vec<Breach>, world: &World) -> Decision {
    let machines_min = task.as_ref().map_or(1, |task| machines_min(task.intent));
    let mended = task.map(|task| mended(task, &breaches));
    against(breaches, None, mended, machines_min, world)
}

/// A later end is against the policy. The task that asked for it goes on where a lesser extension would be allowed.
pub(super) fn not_extended(
    reservation: &Reservation,
    breach: Breach,
    task: Option<Open>,
    world: &World,
) -> Decision {
    let some_is_allowed = matches!(
        breach,
        Breach::Deadline { latest_epoch_seconds, .. }
            if latest_epoch_seconds > reservation.deadline_epoch_seconds
    );
    let breaches = vec![breach];
    let mended = task.filter(|_| some_is_allowed).map(|mut task| {
        task.slots.reservation = Some(ReservationRef::Handle(reservation.handle.clone()).into());
        mended(task, &breaches)
    });
    let stands = StandingEnd {
        handle: reservation.handle.clone(),
        deadline_epoch_seconds: reservation.deadline_epoch_seconds,
    };
    Decision {
        privately: true,
        ..against(breaches, Some(stands), mended, 1, world)
    }
}

fn against(
    breaches: Vec<Breach>,
    stands: Option<StandingEnd>,
    goes_on: Option<Open>,
    machines_min: u32,
    world: &World,
) -> Decision {
    let reply = Reply::Policy(PolicyReply::Against {
        breaches,
        admins: world.policy.admins.clone(),
        may_change: world.is_admin(),
        stands,
        goes_on: goes_on.is_some(),
        machines_min,
    });
    Decision {
        conversation: goes_on.map(|task| world.with_open(task)),
        ..Decision::reply(reply)
    }
}

/// The fewest machines that serve what is being asked for.
fn machines_min(intent: Intent) -> u32 {
    match intent {
        Intent::CreateCluster => CLUSTER_NODES_MIN,
        _ => 1,
    }
}

/// The task without what is against the policy, so that one word on it is enough.
fn mended(mut task: Open, breaches: &[Breach]) -> Open {
    let slots = &mut task.slots;
    for breach in breaches {
        match breach {
            // Fewer are enough, as they are wanted.
            _ if breach.machines_left(machines_min(task.intent)).is_some() => {}
            Breach::Duration { .. } | Breach::Deadline { .. } => {
                (slots.duration_minutes, slots.until) = (None, None);
            }
            Breach::Vcpus { .. } => (slots.vcpus, slots.instance_type) = (None, None),
            Breach::HourlyUsd { .. } => slots.instance_type = None,
            Breach::Provider { .. } => (slots.provider, slots.region) = (None, None),
            Breach::Region { .. } => slots.region = None,
            Breach::Spot => slots.spot = None,
            // Nothing that was said: it can be had once another machine is gone.
            Breach::Machines { .. } => {}
        }
    }
    task.next = dialogue::next_step(task.intent, &task.slots);
    task
}
