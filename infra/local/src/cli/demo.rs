//! `cargo dev demo`: conversations played on a moved clock and checked.

mod cluster;
mod first_journey;
mod stage;

use std::process::ExitCode;
use std::time::Instant;

use super::Outcome;
use crate::output::{self, PhaseList};
use crate::prerequisites;
use crate::stack::{Stack, StackOptions};
use stage::{Played, Stage};

/// One demo.
#[derive(Clone, Copy)]
enum Demo {
    FirstJourney,
    Cluster,
}

const DEMOS: [Demo; 2] = [Demo::FirstJourney, Demo::Cluster];

impl Demo {
    fn name(self) -> &'static str {
        match self {
            Self::FirstJourney => "first-journey",
            Self::Cluster => "cluster",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::FirstJourney => {
                "a machine is asked for, launched, extended, and gone when its time is up"
            }
            Self::Cluster => {
                "a Spark cluster is asked for, boots, and works in its notebook (with --machines)"
            }
        }
    }

    /// What only machines that really boot can do.
    fn needs_booting(self) -> bool {
        matches!(self, Self::Cluster)
    }

    async fn play(self, stage: &mut Stage<'_>) -> Played<()> {
        match self {
            Self::FirstJourney => first_journey::play(stage).await,
            Self::Cluster => cluster::play(stage).await,
        }
    }
}

/// Names the demos.
pub(super) fn list() -> ExitCode {
    for demo in DEMOS {
        output::line(format!("{:20}{}", demo.name(), demo.about()));
    }
    ExitCode::SUCCESS
}

/// Plays one; fails if anything comes out differently than its script says.
pub(super) async fn run(name: Option<&str>, boots_machines: bool) -> Outcome {
    let Some(demo) = DEMOS
        .into_iter()
        .find(|demo| name.is_none_or(|name| demo.name() == name))
    else {
        list();
        return Err("there is no such demo; these are all".into());
    };
    if demo.needs_booting() && !boots_machines {
        return Err("this demo is for machines that really boot: add --machines".into());
    }
    prerequisites::check()?;
    let options = StackOptions {
        boots_machines,
        ..StackOptions::journey()
    };
    let stack = Stack::start(options, &PhaseList::default()).await?;
    output::note(format!("\n{}: {}\n", demo.name(), demo.about()));
    let start = Instant::now();
    let mut stage = Stage::new(&stack);
    let played = demo.play(&mut stage).await;
    stage.print_news();
    if let Err(difference) = &played {
        output::note(format!("\nDIFFERENT: {difference}\n\n{}", stack.log_tail()));
    }
    let counts = stage.count().await?;
    output::line(format!(
        "messages {}, machines launched {}, machines left {}, {:.1} s",
        counts.messages,
        counts.launched,
        counts.left,
        start.elapsed().as_secs_f64()
    ));
    stack.stop().await;
    let is_as_told = played.is_ok() && counts.left == 0;
    Ok(if is_as_told {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
