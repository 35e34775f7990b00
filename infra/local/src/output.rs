//! Everything that `cargo dev` prints. No other module writes to the terminal.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is where a command line tool speaks"
)]

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::{Phase, Progress};

/// Where the times stand.
const TITLE_WIDTH: usize = 30;
/// A status line that wraps cannot be erased.
const STATUS_CHARACTERS: usize = 76;

/// A line of what the command is there to say.
pub fn line(text: impl std::fmt::Display) {
    println!("{text}");
}

/// A line about the command itself.
pub fn note(text: impl std::fmt::Display) {
    eprintln!("{text}");
}

/// A list of finished phases, with what is under way below it on a terminal.
#[derive(Debug)]
pub struct PhaseList {
    is_terminal: bool,
    under_way: Mutex<Vec<UnderWay>>,
}

#[derive(Debug)]
struct UnderWay {
    phase: Phase,
    start: Instant,
    step: String,
}

impl Default for PhaseList {
    fn default() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
            under_way: Mutex::default(),
        }
    }
}

impl PhaseList {
    fn change(&self, change: impl FnOnce(&mut Vec<UnderWay>)) {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.erase_status();
        change(&mut under_way);
        self.show_status(&under_way);
    }

    fn erase_status(&self) {
        if self.is_terminal {
            eprint!("\r\x1b[2K");
        }
    }

    fn show_status(&self, under_way: &[UnderWay]) {
        let Some(UnderWay { phase, start, step }) = under_way.first() else {
            return;
        };
        if self.is_terminal {
            let status = format!(
                "  … {} {} s  {step}",
                phase.title(),
                start.elapsed().as_secs()
            );
            eprint!(
                "{}",
                status.chars().take(STATUS_CHARACTERS).collect::<String>()
            );
            // Nothing to be done about a terminal that is gone.
            let _ = std::io::stderr().flush();
        }
    }
}

impl Progress for PhaseList {
    fn started(&self, phase: Phase) {
        self.change(|list| {
            list.push(UnderWay {
                phase,
                start: Instant::now(),
                step: String::new(),
            });
        });
    }

    fn step(&self, phase: Phase, what: &str) {
        self.change(|list| {
            if let Some(under_way) = list.iter_mut().find(|under_way| under_way.phase == phase) {
                // Without a terminal, once: that there is something to wait for.
                if !self.is_terminal && under_way.step.is_empty() {
                    eprintln!("  … {}", phase.title());
                }
                what.clone_into(&mut under_way.step);
            }
        });
    }

    fn finished(&self, phase: Phase, elapsed: Duration) {
        self.change(|list| {
            let one = list.iter().position(|under_way| under_way.phase == phase);
            one.map(|index| list.remove(index));
            eprintln!("{}", finished_line(phase, elapsed));
        });
    }
}

fn finished_line(phase: Phase, elapsed: Duration) -> String {
    format!(
        "  ✓ {:TITLE_WIDTH$}{:>6.1} s",
        phase.title(),
        elapsed.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_below_each_other() {
        let line = |phase, millis| finished_line(phase, Duration::from_millis(millis));
        assert_eq!(
            line(Phase::Lambdas, 400),
            "  ✓ Lambda binaries                  0.4 s"
        );
        assert_eq!(
            line(Phase::Deploy, 123_400),
            "  ✓ template.yaml deployed         123.4 s"
        );
    }
}
