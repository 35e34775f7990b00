//! Several things go wrong with one reservation or credential, at steps and in ways that a seed decides: nothing is left
//! over, nothing is launched twice, and people are told. `cargo dev faults` plays the whole table and any number of these.

use std::time::{Duration, Instant};

use domain::workflow::Step;
use journeys::Outcome;
use local::dice;
use local::faults::{self, Cell, Fault};
use local::progress::Quiet;
use local::stack::Stack;

/// For so long new stories are begun; each takes a few seconds.
const TIME: Duration = Duration::from_secs(25);
const STORIES_MAX: u64 = 12;
/// Played each time: what was handed over is not undone because no answer arrived, and whoever ends a machine while it is
/// switched on is obeyed.
const ALWAYS: [(Step, Fault); 2] = [
    (Step::Finish, Fault::LoseForGood),
    (Step::StartMachine, Fault::Cancel),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_nothing_is_left_over_and_people_are_told() -> Outcome {
    let seed = dice::seed();
    local::output::line(format!("seed {seed}"));
    let stack = Stack::start(faults::options(), &Quiet).await?;
    for (step, fault) in ALWAYS {
        let is_it = |cell: &Cell| cell.row.step == step && cell.fault == fault;
        let cell = faults::cells().find(is_it).ok_or("no such cell")?;
        faults::play(&stack, &cell.story()).await?;
    }
    let start = Instant::now();
    for number in 0..STORIES_MAX {
        if start.elapsed() > TIME {
            break;
        }
        let story = faults::random(seed, number);
        if let Err(unclean) = faults::play(&stack, &story).await {
            let again = format!("cargo dev faults --random {} --seed {seed}", number + 1);
            return Err(format!("{unclean}\nstory {number}: {story}\n{again}").into());
        }
    }
    stack.stop().await;
    Ok(())
}
