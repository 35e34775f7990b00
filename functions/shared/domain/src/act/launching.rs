//! Quotes, and what happens when one is taken.

use super::{Conversation, Decision, World, Write, allowed, clusters, keys, usual, wish};
use crate::effect::Effect;
use crate::environments;
use crate::event::{PolicyReply, PricedCluster, Reply, Unsupported, WayOut};
use crate::intent::{Intent, Kind, Provider, Slots};
use crate::offers::{CANDIDATES_MAX, Choice, Offer, Rules};
use crate::quote::Quote;
use crate::reservation::Reservation;
use crate::spec::{MachineSpec, nearest_nodes};
use crate::understand::dialogue::{self, Open};

/// A complete wish for machines gets a price to take or leave.
pub(super) fn quoted(task: Open, world: &World) -> Decision {
    let spec = match wish::machine(
        kind_of(&task),
        &task.slots,
        &world.deployment.regions,
        &world.catalogue,
    ) {
        Ok(spec) => spec,
        Err(what) => return unsupported(task, what, world),
    };
    let choice = match allowed::choose(&spec, world) {
        Ok(choice) => choice,
        Err(breaches) => return allowed::not_launched(Some(task), breaches, world),
    };
    let nothing_fits = nothing_fits(&choice, &spec, task.slots.duration_minutes, world);
    let (team, user) = (&world.person.team, &world.person.user);
    let Some(payer) = keys::payer(world) else {
        return keys::nobody_pays(world).then(Conversation {
            open: Some(task),
            ..world.closed()
        });
    };
    match Quote::new(
        world.new_id.clone(),
        team,
        user,
        spec.clone(),
        allowed::with_fallbacks(choice, &spec, world),
        payer,
        world.now,
    ) {
        Some(quote) => {
            let conversation = Conversation {
                open: Some(task),
                quote_id: Some(quote.id.clone()),
                ..world.closed()
            };
            let reply = Reply::Quoted {
                quote: Box::new(quote.clone()),
                renewed: false,
                has_key: !world.ssh_keys.keys.is_empty(),
            };
            Decision::reply(reply)
                .then(conversation)
                .write(Write::Quote(Box::new(quote)))
        }
        None => Decision::reply(nothing_fits).then(Conversation {
            open: Some(task),
            ..world.closed()
        }),
    }
}

/// What a wish for machines is for.
fn kind_of(task: &Open) -> Kind {
    match task.intent {
        Intent::CreateCluster => Kind::Cluster,
        _ => Kind::Vm,
    }
}

/// What cannot be served of a wish for machines, however much of it is still to be said.
pub(super) fn hopeless(task: &Open, world: &World) -> Option<Unsupported> {
    let wish = wish::machine(
        kind_of(task),
        &task.slots,
        &world.deployment.regions,
        &world.catalogue,
    );
    wish.err()
}

/// A question for a price gets the price alone. Cluster software that is not ready costs what the machines cost.
pub(super) fn priced(task: Open, world: &World) -> Decision {
    let mut task = match usual::filled_in(task, world) {
        Ok(task) => task,
        Err(decision) => return *decision,
    };
    let (regions, catalogue) = (&world.deployment.regions, &world.catalogue);
    let mut wish = wish::price(&task.slots, regions, catalogue);
    let mut not_ready = None;
    if let Err(Unsupported::ClusterSoftware(name)) = wish {
        not_ready = Some(name);
        (task.slots.framework, task.slots.notebook) = (None, None);
        wish = wish::price(&task.slots, regions, catalogue);
    }
    let (spec, provider) = match wish {
        Ok(wish) => wish,
        Err(what) => return unsupported(task, what, world),
    };
    let asked = Rules::of(&spec).on(provider).at(world.now);
    let whatever_the_policy = || world.catalogue.search(&asked, CANDIDATES_MAX);
    let choice = match provider {
        // Where the policy leaves nothing, the price is said all the same, and why it cannot be had.
        Provider::Aws => allowed::choose(&spec, world).unwrap_or_else(|_| whatever_the_policy()),
        Provider::Digitalocean => whatever_the_policy(),
    };
    let (count, storage_gb) = (spec.count, spec.storage_gb);
    let environments = spec.environments.clone();
    let duration_minutes = task.slots.duration_minutes;
    let reply = match choice.candidates.first().cloned() {
        None => nothing_fits(&choice, &spec, duration_minutes, world),
        Some(offer) => match allowed::check(&offer, &spec, world) {
            Err(breaches) if provider == Provider::Aws => {
                Reply::Policy(PolicyReply::PricedAgainst {
                    offer,
                    rules: choice.rules,
                    count,
                    storage_gb,
                    duration_minutes,
                    cluster: spec.cluster,
                    breaches,
                    admins: world.policy.admins.clone(),
                    may_change: world.is_admin(),
                })
            }
            // Nothing can be had on DigitalOcean yet, whatever the policy.
            _ => Reply::Priced {
                offer,
                rules: choice.rules,
                count,
                storage_gb,
                environments,
                duration_minutes,
                asked: Box::new(asked),
                cluster: spec.cluster.map(|cluster| PricedCluster {
                    cluster,
                    not_ready,
                    sentence: clusters::sentence(Intent::CreateCluster, &task.slots),
                    user: world.person.user.clone(),
                }),
            },
        },
    };
    Decision::reply(reply).then(Conversation {
        open: Some(task),
        ..world.closed()
    })
}

/// A quote is taken: by a button or in words. Taking it twice is taking it once, for the reservation has the
/// quote's id.
pub(super) fn taken(world: &World) -> Decision {
    let Some(quote) = &world.quote else {
        return Decision::private(Reply::NothingOpen);
    };
    if quote.user != world.person.user || quote.team != world.person.team {
        return Decision::private(World::not_for_you(&quote.user));
    }
    if let Some(reservation) = world.find(&quote.id) {
        return Decision::reply(Reply::Launching {
            reservation: Box::new(reservation.clone()),
        });
    }
    if !quote.is_valid(world.now) || !keys::still_pays(&quote.payer, world) {
        return renewed(quote, world);
    }
    let quote = match allowed::launchable(quote, world) {
        Ok(quote) => quote,
        Err(breaches) => return allowed::not_launched(task_of(quote, world), breaches, world),
    };
    let reservation = Reservation::from_quote(
        &quote,
        world.place.clone(),
        &world.ssh_keys,
        world.salt,
        world.now,
    );
    let start = Effect::Start {
        workflow: reservation.provision_workflow(),
        execution: reservation.provision_execution(),
        subject_id: reservation.id.clone(),
    };
    Decision::reply(Reply::Launching {
        reservation: Box::new(reservation.clone()),
    })
    .then(world.closed())
    .write(Write::Create(Box::new(reservation), vec![start]))
}

/// A price that is too old, or that its payer cannot pay any more, is asked for again, in the same words.
fn renewed(quote: &Quote, world: &World) -> Decision {
    let Some(payer) = keys::payer(world) else {
        return keys::nobody_pays(world);
    };
    let choice = match allowed::choose(&quote.spec, world) {
        Ok(choice) => choice,
        Err(breaches) => return allowed::not_launched(task_of(quote, world), breaches, world),
    };
    let nothing_fits = nothing_fits(
        &choice,
        &quote.spec,
        Some(quote.spec.duration_minutes),
        world,
    );
    match Quote::new(
        world.new_id.clone(),
        &quote.team,
        &quote.user,
        quote.spec.clone(),
        allowed::with_fallbacks(choice, &quote.spec, world),
        payer,
        world.now,
    ) {
        Some(fresh) => {
            let conversation = Conversation {
                open: task_of(quote, world),
                quote_id: Some(fresh.id.clone()),
                ..world.closed()
            };
            let reply = Reply::Quoted {
                quote: Box::new(fresh.clone()),
                renewed: true,
                has_key: !world.ssh_keys.keys.is_empty(),
            };
            Decision::reply(reply)
                .then(conversation)
                .write(Write::Quote(Box::new(fresh)))
        }
        None => Decision::reply(nothing_fits),
    }
}

/// The task that a quote answers, where that is still what is being talked about.
fn task_of(quote: &Quote, world: &World) -> Option<Open> {
    let conversation = world.open()?;
    let is_about_it = conversation.quote_id.as_ref() == Some(&quote.id);
    conversation.open.clone().filter(|_| is_about_it)
}

/// Why a quote's offer is the cheapest.
pub(super) fn why_quoted(world: &World) -> Decision {
    match &world.quote {
        None => Decision::private(Reply::NothingOpen),
        Some(quote) if quote.user != world.person.user => {
            Decision::private(World::not_for_you(&quote.user))
        }
        Some(quote) => Decision::private(Reply::Why {
            // The rest is what a launch falls back on.
            candidates: quote.candidates[..quote.candidates.len().min(CANDIDATES_MAX)].to_vec(),
            rules: quote.rules.clone(),
            count: quote.spec.count,
            storage_gb: quote.spec.storage_gb,
        }),
    }
}

/// Which offer is the cheapest by rules that a price was named by, and why. Only what everybody may know is told.
pub(super) fn why_priced(rules: &Rules, world: &World) -> Decision {
    let may_have = |offer: &Offer| allowed::may_have(offer, rules, world);
    let now = rules.clone().at(world.now);
    let choice = (world.catalogue).search_among(&now, CANDIDATES_MAX, may_have);
    if choice.candidates.is_empty() {
        return Decision::private(Reply::NothingOpen);
    }
    Decision::private(Reply::Why {
        candidates: choice.candidates,
        rules: choice.rules,
        count: 1,
        storage_gb: rules.storage_gb.unwrap_or_default(),
    })
}

/// The answer where a choice is empty. What can be launched instead has the sentence that asks for it.
fn nothing_fits(
    choice: &Choice,
    spec: &MachineSpec,
    duration_minutes: Option<u32>,
    world: &World,
) -> Reply {
    let ways_out = choice.alternatives.iter().map(|alternative| {
        let can_be_had = can_be_launched(&alternative.offer, spec, world);
        WayOut {
            alternative: alternative.clone(),
            sentence: can_be_had
                .then(|| wish::sentence(&alternative.offer, spec, duration_minutes)),
        }
    });
    Reply::NothingFits {
        rules: choice.rules.clone(),
        count: spec.count,
        ways_out: ways_out.collect(),
        user: world.person.user.clone(),
    }
}

/// Whether naming its type gets the offer.
fn can_be_launched(offer: &Offer, spec: &MachineSpec, world: &World) -> bool {
    let named = MachineSpec {
        vcpus_min: None,
        memory_gib_min: None,
        hourly_usd_max: None,
        instance_type: Some(offer.instance_type.clone()),
        market: offer.market,
        ..spec.clone()
    };
    let named = allowed::choose(&named, world);
    named.is_ok_and(|choice| choice.candidates.first() == Some(offer))
}

/// What cannot be served is said, and the task goes on without it, so that one word mends it.
pub(super) fn unsupported(mut task: Open, what: Unsupported, world: &World) -> Decision {
    use Unsupported as U;
    let slots = &mut task.slots;
    match &what {
        U::System(_) | U::Version(_) => (slots.os, slots.os_version) = (None, None),
        U::Provider(_) => slots.provider = None,
        U::Region(_) => slots.region = None,
        U::WithCluster(_) => slots.environment = None,
        U::Environment(_) => {
            // What else was named goes on.
            if let Some(named) = &mut slots.environment {
                named.0.retain(|one| environments::setup(*one).is_some());
            }
            slots.environment = slots.environment.take().filter(|named| !named.0.is_empty());
        }
        U::MagneticDisk => slots.storage_type = None,
        U::Count(_) => slots.count = None,
        U::Nodes(_) => (slots.nodes, slots.workers) = (None, None),
        U::ClusterSoftware(_) => (slots.framework, slots.notebook) = (None, None),
        U::InstanceType(_) => slots.instance_type = None,
        U::Template(_) => slots.template = None,
        U::Storage(_) => slots.storage_gb = None,
        U::Duration => slots.duration_minutes = None,
    }
    task.next = dialogue::next_step(task.intent, &task.slots);
    Decision::reply(refusal(what, &task, world)).then(Conversation {
        open: Some(task),
        ..world.closed()
    })
}

/// What is said about it: of a cluster, with the nearest that can be had.
fn refusal(what: Unsupported, task: &Open, world: &World) -> Reply {
    use Unsupported as U;
    let nodes = match &what {
        U::Nodes(nodes) => Some(nearest_nodes(*nodes)),
        U::ClusterSoftware(_) | U::WithCluster(_) => task.slots.nodes,
        _ => return Reply::Unsupported { what },
    };
    let slots = Slots {
        nodes,
        ..task.slots.clone()
    };
    Reply::Instead {
        sentence: clusters::sentence(task.intent, &slots),
        user: world.person.user.clone(),
        what,
    }
}
