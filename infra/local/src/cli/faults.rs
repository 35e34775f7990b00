//! `cargo dev faults`: everything that may go wrong with a step, tried at every step.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::Outcome;
use crate::dice;
use crate::faults::{self, Cell, FAULTS, Row, Story};
use crate::output::{self, PhaseList};
use crate::prerequisites;
use crate::stack::Stack;

const NAME_WIDTH: usize = 34;
const COLUMN_WIDTH: usize = 12;

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
}

/// Plays the table or random stories and prints what came of them.
pub(super) async fn run(options: &Options) -> Outcome {
    prerequisites::check()?;
    let start = Instant::now();
    let mut theatre = Theatre::default();
    match options.random {
        Some(count) => random(&mut theatre, count, options.seed).await?,
        None => Box::pin(table(&mut theatre, &options.step)).await?,
    }
    if let Some(stack) = theatre.stack.take() {
        stack.stop().await;
    }
    let clean = theatre.played - theatre.unclean;
    output::note(format!("{:.0} s", start.elapsed().as_secs_f64()));
    output::line(format!("{} cells, {clean} clean", theatre.played));
    Ok(if theatre.unclean == 0 && theatre.played > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn table(theatre: &mut Theatre, step: &str) -> crate::Result<()> {
    theatre.open().await?;
    let titles = FAULTS.map(|fault| format!("{:>COLUMN_WIDTH$}", fault.name()));
    output::line(format!("{:NAME_WIDTH$}{}", "", titles.concat()));
    let rows = faults::rows().filter(|row| row.name().contains(step));
    for row in rows {
        let line = theatre.row(row).await?;
        output::line(line);
    }
    Ok(())
}

async fn random(theatre: &mut Theatre, count: u64, seed: Option<u64>) -> crate::Result<()> {
    let seed = seed.unwrap_or_else(dice::seed);
    output::line(format!("seed {seed}"));
    for number in 0..count {
        let story = faults::random(seed, number);
        let mark = theatre.play(&story, &format!("story {number}")).await?;
        output::line(format!("{mark:4}{number:4}  {story}"));
    }
    Ok(())
}

/// A stack, replaced when a story has left it unclean, and what was seen on it.
#[derive(Default)]
struct Theatre {
    stack: Option<Stack>,
    played: usize,
    unclean: usize,
}

impl Theatre {
    async fn open(&mut self) -> crate::Result<&Stack> {
        let stack = match self.stack.take() {
            Some(stack) => stack,
            None => Stack::start(faults::options(), &PhaseList::default()).await?,
        };
        Ok(self.stack.insert(stack))
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
        self.played += 1;
        let Err(unclean) = outcome else {
            return Ok("ok");
        };
        output::line(format!("{name}: {unclean}"));
        self.unclean += 1;
        if let Some(stack) = self.stack.take() {
            stack.stop().await;
        }
        Ok("BAD")
    }
}
