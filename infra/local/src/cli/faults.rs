//! `cargo dev faults`: everything that may go wrong with a step, tried at every step.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use futures_util::future::try_join_all;

use super::Outcome;
use crate::dice;
use crate::faults::{self, Cell, FAULTS, Row, Story};
use crate::output::{self, PhaseList};
use crate::prerequisites;
use crate::stack::Stack;

const NAME_WIDTH: usize = 34;
const COLUMN_WIDTH: usize = 12;
/// The emulated cloud never forgets a terminated machine, and every look at it takes longer with each: a stack serves
/// so many stories.
const STORIES_PER_STACK: usize = 35;

/// What to try.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Only steps whose name holds this, such as `terminate/`, `power` or `launch_machine`.
    #[arg(default_value = "")]
    step: String,
    /// Instead of the table, this many stories of several faults each, made up from a seed.
    #[arg(long, value_name = "STORIES")]
    random: Option<u64>,
    /// The seed of an earlier run.
    #[arg(long, requires = "random")]
    seed: Option<u64>,
    /// Rows of the table that are played at a time, each on a stack of its own.
    #[arg(long, default_value_t = 2, conflicts_with = "random")]
    jobs: usize,
}

/// Plays the table or random stories and prints what came of them.
pub(super) async fn run(options: &Options) -> Outcome {
    prerequisites::check()?;
    let start = Instant::now();
    let tally = match options.random {
        Some(count) => Box::pin(random(count, options.seed)).await?,
        None => Box::pin(table(&options.step, options.jobs.max(1))).await?,
    };
    let clean = tally.played - tally.unclean;
    output::note(format!("{:.0} s", start.elapsed().as_secs_f64()));
    output::line(format!("{} cells, {clean} clean", tally.played));
    Ok(if tally.unclean == 0 && tally.played > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What was seen.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    played: usize,
    unclean: usize,
}

async fn table(step: &str, jobs: usize) -> crate::Result<Tally> {
    let titles = FAULTS.map(|fault| format!("{:>COLUMN_WIDTH$}", fault.name()));
    output::line(format!("{:NAME_WIDTH$}{}", "", titles.concat()));
    let rows = faults::rows().filter(|row| row.name().contains(step));
    let rows: RefCell<VecDeque<Row>> = RefCell::new(rows.collect());
    let tallies = try_join_all((0..jobs).map(async |_| {
        let mut theatre = Theatre::default();
        loop {
            let next = rows.borrow_mut().pop_front();
            let Some(row) = next else { break };
            output::line(theatre.row(row).await?);
        }
        Ok::<_, crate::Error>(theatre.close().await)
    }));
    let add = |a: Tally, b: Tally| Tally {
        played: a.played + b.played,
        unclean: a.unclean + b.unclean,
    };
    Ok(tallies.await?.into_iter().fold(Tally::default(), add))
}

async fn random(count: u64, seed: Option<u64>) -> crate::Result<Tally> {
    let mut theatre = Theatre::default();
    let seed = seed.unwrap_or_else(dice::seed);
    output::line(format!("seed {seed}"));
    for number in 0..count {
        let story = faults::random(seed, number);
        let mark = theatre.play(&story, &format!("story {number}")).await?;
        output::line(format!("{mark:4}{number:4}  {story}"));
    }
    Ok(theatre.close().await)
}

/// A stack, replaced when it is worn or a story has left it unclean, and what was seen.
#[derive(Default)]
struct Theatre {
    stack: Option<Stack>,
    stories_on_stack: usize,
    tally: Tally,
}

impl Theatre {
    async fn open(&mut self) -> crate::Result<&Stack> {
        if self.stories_on_stack >= STORIES_PER_STACK {
            self.leave().await;
        }
        let stack = match self.stack.take() {
            Some(stack) => stack,
            None => Stack::start(faults::options(), &PhaseList::default()).await?,
        };
        self.stories_on_stack += 1;
        Ok(self.stack.insert(stack))
    }

    async fn leave(&mut self) {
        if let Some(stack) = self.stack.take() {
            stack.stop().await;
        }
        self.stories_on_stack = 0;
    }

    async fn close(mut self) -> Tally {
        self.leave().await;
        self.tally
    }

    async fn row(&mut self, row: Row) -> crate::Result<String> {
        let mut line = format!("{:NAME_WIDTH$}", row.name());
        for fault in FAULTS {
            let name = format!("{}, {}", row.name(), fault.name());
            let mark = self.play(&Cell { row, fault }.story(), &name).await?;
            let _ = write!(line, "{mark:>COLUMN_WIDTH$}");
        }
        Ok(line)
    }

    /// Whether it went well, in a word.
    async fn play(&mut self, story: &Story, name: &str) -> crate::Result<&'static str> {
        let outcome = faults::play(self.open().await?, story).await;
        self.tally.played += 1;
        let Err(unclean) = outcome else {
            return Ok("ok");
        };
        output::line(format!("{name}: {unclean}"));
        self.tally.unclean += 1;
        self.leave().await;
        Ok("BAD")
    }
}
