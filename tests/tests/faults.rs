//! Several things go wrong with one reservation, at steps and in ways that a seed decides: nothing is left over, nothing
//! is launched twice, and its owner is told. `cargo dev faults` plays the whole table and any number of these.

use std::time::{Duration, Instant};

use domain::workflow::Step;
use journeys::Outcome;
use local::dice;
use local::faults::{self, Cell, Fault};
use local::progress::Quiet;
use local::stack::Stack;

/// For so long new stories are begun; each takes a few seconds.
const TIME: Duration = Duration::from_secs(20);
const STORIES_MAX: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_is_not_undone_because_no_answer_arrived() -> Outcome {
    let stack = Stack::start(faults::options(), &Quiet).await?;
    let cell = |cell: &Cell| cell.row.step == Step::Finish && cell.fault == Fault::LoseForGood;
    let cell = faults::cells().find(cell).ok_or("no such cell")?;
    faults::play(&stack, &cell.story()).await?;
    stack.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_nothing_is_left_over_and_the_owner_is_told() -> Outcome {
    let seed = dice::seed();
    local::output::line(format!("seed {seed}"));
    let stack = Stack::start(faults::options(), &Quiet).await?;
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
