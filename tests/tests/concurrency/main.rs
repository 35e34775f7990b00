//! Several people act at the same moment: the rules of `domain` and the conditional writes of the table, in every order
//! in which reads and writes can fall. Whatever comes of it must be what would have come of one after the other.

mod actor;
mod gate;
mod outcome;
mod run;
mod scenario;
mod scene;

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use gate::Gate;
use journeys::{Outcome, stack};
use local::dice::{self, Dice};
use local::stack::Stack;
use run::{in_order, run};
use scenario::Scenario;
use scene::Scene;

/// Orders of one scenario. Three people with all that they try again stay below this.
const ORDERS_MAX: usize = 300;
/// For so long new random runs are begun.
const RANDOM_TIME: Duration = Duration::from_secs(10);
/// People of a random run. One more, and somebody could be too slow each of the five times that the front door tries.
const PEOPLE_MAX: usize = 5;

/// Scenes on one table, told apart by their numbers.
struct Theatre {
    stack: Stack,
    gate: Gate,
    scenes: u32,
}

impl Theatre {
    async fn open() -> Result<Self, Box<dyn Error>> {
        let stack = stack().await?;
        let environment = stack
            .environment(&stack.outputs.slack_function_name)
            .await?;
        let gate = Gate::start(&environment["AWS_ENDPOINT_URL"]).await?;
        Ok(Self {
            stack,
            gate,
            scenes: 0,
        })
    }

    fn scene(&mut self) -> Result<Scene, Box<dyn Error>> {
        self.scenes += 1;
        let table_name = &self.stack.outputs.table_name;
        Scene::new(self.scenes, &self.stack.dynamodb, table_name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_every_order_it_comes_to_what_one_after_the_other_comes_to() -> Outcome {
    let mut theatre = Theatre::open().await?;
    for scenario in Scenario::ALL {
        let start = Instant::now();
        let orders = every_order(&mut theatre, scenario).await?;
        let took = start.elapsed().as_secs_f64();
        local::output::line(format!("{scenario:?}: {orders} orders, {took:.1} s"));
    }
    theatre.stack.stop().await;
    Ok(())
}

/// Plays a scenario in every order; how many there are.
async fn every_order(theatre: &mut Theatre, scenario: Scenario) -> Result<usize, Box<dyn Error>> {
    let mut one_after_the_other = BTreeMap::new();
    let mut choices: Vec<usize> = Vec::new();
    for number in 1..=ORDERS_MAX {
        let mut scene = theatre.scene()?;
        let parts = scenario.set(&mut scene).await?;
        let mut made: Vec<(usize, usize)> = Vec::new();
        let choose = |could: &[usize]| {
            let choice = choices.get(made.len()).copied().unwrap_or_default();
            made.push((choice, could.len()));
            choice
        };
        let run = run(&scene, parts, &theatre.gate, choose).await?;
        let wrong = |what: &str| {
            let chosen: Vec<usize> = made.iter().map(|(choice, _)| *choice).collect();
            format!("{scenario:?} in the order {chosen:?} {what}")
        };
        if !one_after_the_other.contains_key(&run.order) {
            let mut scene = theatre.scene()?;
            let parts = scenario.set(&mut scene).await?;
            let outcome = in_order(&scene, parts, &theatre.gate, &run.order).await?;
            one_after_the_other.insert(run.order.clone(), outcome.seen());
        }
        if !scenario.is_right(&run.outcome) {
            return Err(wrong("came to something else").into());
        }
        if one_after_the_other[&run.order] != run.outcome.seen() {
            let (found, wanted) = (run.outcome.seen(), &one_after_the_other[&run.order]);
            let difference = difference(&found, wanted);
            return Err(wrong(&format!("is not {:?}: {difference}", run.order)).into());
        }
        let Some(next) = next(&made) else {
            return Ok(number);
        };
        choices = next;
    }
    Err(format!("{scenario:?} has more than {ORDERS_MAX} orders").into())
}

/// The next choices to make: the last that can be made otherwise is.
fn next(made: &[(usize, usize)]) -> Option<Vec<usize>> {
    let last = made
        .iter()
        .rposition(|(choice, could)| choice + 1 < *could)?;
    let mut next: Vec<usize> = made[..=last].iter().map(|(choice, _)| *choice).collect();
    next[last] += 1;
    Some(next)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_of_any_orders_comes_of_one_after_the_other() -> Outcome {
    let seed = dice::seed();
    local::output::line(format!("seed {seed}"));
    let mut theatre = Theatre::open().await?;
    let start = Instant::now();
    let mut number = 0;
    while start.elapsed() < RANDOM_TIME {
        number += 1;
        random(&mut theatre, seed, number)
            .await
            .map_err(|error| format!("seed {seed}, run {number}: {error}"))?;
    }
    local::output::line(format!("{number} runs"));
    theatre.stack.stop().await;
    Ok(())
}

/// One run that the seed and the number alone decide.
async fn random(theatre: &mut Theatre, seed: u64, number: u64) -> Outcome {
    let mut dice = Dice::new(seed, number);
    let people = 2 + dice.place(PEOPLE_MAX - 1);
    let mut again = dice.clone();
    let mut scene = theatre.scene()?;
    let parts = scenario::anything(&mut scene, &mut dice, people).await?;
    let told = format!("{parts:?}");
    let choose = |could: &[usize]| dice.place(could.len());
    let run = run(&scene, parts, &theatre.gate, choose).await?;

    let mut scene = theatre.scene()?;
    let parts = scenario::anything(&mut scene, &mut again, people).await?;
    let alone = in_order(&scene, parts, &theatre.gate, &run.order).await?;
    if alone.seen() == run.outcome.seen() {
        return Ok(());
    }
    let difference = difference(&run.outcome.seen(), &alone.seen());
    Err(format!("not as in the order {:?}: {difference}\n{told}", run.order).into())
}

/// What one list has and the other has not.
fn difference(found: &[String], wanted: &[String]) -> String {
    let lacks = |list: &[String], other: &[String]| {
        let missing = other.iter().filter(|thing| !list.contains(thing));
        missing.cloned().collect::<Vec<_>>().join("\n")
    };
    format!(
        "too much:\n{}\nlacking:\n{}",
        lacks(wanted, found),
        lacks(found, wanted)
    )
}
