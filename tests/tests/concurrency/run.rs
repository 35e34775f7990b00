//! One run: several people act, and somebody chooses who goes on.

use std::error::Error;

use crate::actor::{Actor, Part};
use crate::gate::Gate;
use crate::outcome::Outcome;
use crate::scene::Scene;

/// Steps of one run, all retries included; beyond, somebody does not come to an end.
const STEPS_MAX: u64 = 100;

/// What came of a run.
pub(crate) struct Run {
    /// In this order, one after the other, they would have come to the same.
    pub(crate) order: Vec<usize>,
    /// What is there now, and what each was answered.
    pub(crate) outcome: Outcome,
}

/// Lets them act. `choose` is told who could go on and says which of these does: it begins, which is to read and decide,
/// or its write goes through and what it then reads, if that was in vain. Where several begin one after the other, their
/// order is all the same, so it is that of their numbers.
pub(crate) async fn run(
    scene: &Scene,
    parts: Vec<Part>,
    gate: &Gate,
    mut choose: impl FnMut(&[usize]) -> usize,
) -> Result<Run, Box<dyn Error>> {
    let is_turn: Vec<bool> = parts
        .iter()
        .map(|part| matches!(part, Part::Turn(_)))
        .collect();
    let mut actors: Vec<Actor> = parts
        .into_iter()
        .map(|part| Actor::new(part, scene, gate))
        .collect();
    for (actor, is_turn) in actors.iter_mut().zip(&is_turn) {
        // Up to its claim, before which it reads nothing.
        if *is_turn {
            actor.goes_on().await?;
        }
    }
    let mut moments = vec![Moments::default(); actors.len()];
    let mut began = None;
    for step in 0..STEPS_MAX {
        let is_new = |number: &usize| moments[*number].read.is_none();
        let could: Vec<usize> = (0..actors.len())
            .filter(|number| !actors[*number].is_done())
            .filter(|number| !(is_new(number) && began.is_some_and(|began| *number < began)))
            .collect();
        if could.is_empty() {
            break;
        }
        let chosen = could[choose(&could)];
        began = is_new(&chosen).then_some(chosen);
        if actors[chosen].goes_on().await? {
            began = None;
            moments[chosen].written = 2 * step;
        } else {
            moments[chosen].read = Some(2 * step + 1);
        }
    }
    let taken: Vec<_> = actors.into_iter().map(Actor::taken).collect();
    let moment = |number: &usize| {
        let (taken, Moments { read, written }) = (&taken[*number], moments[*number]);
        let found_it_taken = is_turn[*number] && taken.decision.is_none();
        match read {
            // After whoever dealt with it.
            _ if found_it_taken => u64::MAX,
            _ if taken.has_changed => written,
            // Whoever changes nothing was right when they looked; the scan then has nothing to write at all.
            Some(read) if is_turn[*number] => read,
            _ => written + 1,
        }
    };
    let mut order: Vec<usize> = (0..taken.len()).collect();
    order.sort_by_key(moment);
    Ok(Run {
        order,
        outcome: Outcome::of(scene, &taken).await?,
    })
}

/// The same, one after the other.
pub(crate) async fn in_order(
    scene: &Scene,
    parts: Vec<Part>,
    gate: &Gate,
    order: &[usize],
) -> Result<Outcome, Box<dyn Error>> {
    let first = |could: &[usize]| {
        let next = order.iter().find_map(|number| {
            let mut places = could.iter();
            places.position(|other| other == number)
        });
        next.unwrap_or_default()
    };
    Ok(run(scene, parts, gate, first).await?.outcome)
}

/// When somebody last read, and when they wrote for good.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    read: Option<u64>,
    written: u64,
}
