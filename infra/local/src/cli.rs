//! The commands of `cargo dev`.

mod bench;
mod browser;
mod demo;
mod faults;
mod machines;
mod packages;
mod prices;
mod quote;
mod test;
mod understand;
mod up;
mod wit_app;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output;

/// What a command returns; an error is printed with its causes.
pub(crate) type Outcome = Result<ExitCode, Box<dyn Error>>;

/// The whole product on this machine.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo dev", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    up: up::Options,
    #[command(subcommand)]
    command: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Start everything and show the page to open (what no command means).
    Up(up::Options),
    /// Run all tests, with what they need.
    Test {
        /// Passed on to `cargo test`, such as a test's name.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Play a conversation on a moved clock, print it, and check what comes of it.
    Demo {
        /// Which one; the first by default.
        name: Option<String>,
        /// Name the demos.
        #[arg(long)]
        list: bool,
        /// With machines that really boot.
        #[arg(long)]
        machines: bool,
    },
    /// Measure how long people wait: the front door, the first answer, a start, understanding.
    Bench,
    /// Let every step of the workflows fail, run twice, lose its answer, be killed and be cancelled, and check what is left.
    Faults(faults::Options),
    /// Read JSON lines `{"id","text","context"}` from standard input and write what they mean.
    Understand(understand::Options),
    /// Read JSON lines of requests from standard input and write the machines that meet each, cheapest first.
    Quote(quote::Options),
    /// Write the bundled catalogue, made from a folder of price files, to infra/prices.
    Prices(prices::Options),
    /// Write wit.ai's training app, made from the labelled sentences, to infra/wit.
    WitApp,
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let outcome = runtime.block_on(async {
        match arguments.command.unwrap_or(Action::Up(arguments.up)) {
            Action::Up(options) => up::run(options).await,
            Action::Test { arguments } => test::run(&arguments).await,
            Action::Demo { list: true, .. } => Ok(demo::list()),
            Action::Demo { name, machines, .. } => demo::run(name.as_deref(), machines).await,
            Action::Bench => Box::pin(bench::run()).await,
            Action::Faults(options) => Box::pin(faults::run(&options)).await,
            Action::Understand(options) => understand::run(&options),
            Action::Quote(options) => quote::run(&options),
            Action::Prices(options) => prices::run(&options),
            Action::WitApp => wit_app::run(),
        }
    });
    outcome.unwrap_or_else(|error| failed(&*error))
}

fn failed(error: &dyn Error) -> ExitCode {
    output::note(format!("\nerror: {error}"));
    ExitCode::FAILURE
}
