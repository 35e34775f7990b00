//! The table and the ratios.

use std::time::Duration;

use super::samples::Samples;

/// Slack gives up on an answer after this.
pub(super) const SLACK_LIMIT: Budget = Budget("Slack's 3 s", Duration::from_secs(3));
/// A person sees the first word of an answer within this,
pub(super) const FIRST_WORD: Budget = Budget("first word 2 s", Duration::from_secs(2));
/// or this, where every function has yet to start.
pub(super) const FIRST_WORD_COLD: Budget = Budget("first word, cold 4 s", Duration::from_secs(4));

/// A search is not to be felt.
pub(super) const SEARCH: Budget = Budget("search 1 ms", Duration::from_millis(1));

const HEADINGS: [&str; 9] = [
    "",
    "n",
    "min",
    "median",
    "p95",
    "p99",
    "max",
    "budget",
    "budget used",
];
const COLUMN_GAP: &str = "  ";

/// What something may take, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(&'static str, Duration);

/// A line of the table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    what: String,
    samples: Samples,
    budget: Option<Budget>,
}

impl Row {
    pub(super) fn new(what: impl Into<String>, samples: &Samples) -> Self {
        Self {
            what: what.into(),
            samples: samples.clone(),
            budget: None,
        }
    }

    /// The same with what it may take.
    pub(super) fn within(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    fn cells(&self) -> [String; HEADINGS.len()] {
        let samples = &self.samples;
        let (budget, used) = match self.budget {
            Some(Budget(name, limit)) => {
                let share = samples.percentile(95).as_secs_f64() / limit.as_secs_f64();
                (name.to_owned(), format!("{:.1} %", share * 100.0))
            }
            None => (String::new(), String::new()),
        };
        [
            self.what.clone(),
            samples.count().to_string(),
            spoken(samples.min()),
            spoken(samples.median()),
            spoken(samples.percentile(95)),
            spoken(samples.percentile(99)),
            spoken(samples.max()),
            budget,
            used,
        ]
    }
}

/// The rows below their headings, in columns. The part of a budget that is used is that of the 95th percentile.
pub(super) fn table(rows: &[Row]) -> String {
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    let mut widths = [0; HEADINGS.len()];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let aligned = |line: &[String; HEADINGS.len()]| {
        let cells = line.iter().zip(widths).enumerate();
        let cells = cells.map(|(column, (cell, width))| match column {
            0 => format!("{cell:width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells
            .collect::<Vec<_>>()
            .join(COLUMN_GAP)
            .trim_end()
            .to_owned()
    };
    lines.iter().map(aligned).collect::<Vec<_>>().join("\n")
}

/// How many times as long the one takes as the other, by their medians.
pub(super) fn ratio(over: &Samples, under: &Samples) -> String {
    format!(
        "{:.1}",
        over.median().as_secs_f64() / under.median().as_secs_f64()
    )
}

/// A time with three digits or so.
fn spoken(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds >= 1e-3 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.1} µs", seconds * 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(micros: &[u64]) -> Samples {
        micros.iter().copied().map(Duration::from_micros).collect()
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [
            Row::new("a start", &samples(&[1_234_567])),
            Row::new("cold", &samples(&[300_000, 100_000, 200_000])).within(SLACK_LIMIT),
            Row::new("a sentence", &samples(&[12])),
        ];
        let expected = "\
            \x20           n       min    median       p95       p99       max       budget  budget used\n\
            a start     1    1.23 s    1.23 s    1.23 s    1.23 s    1.23 s\n\
            cold        3  100.0 ms  200.0 ms  300.0 ms  300.0 ms  300.0 ms  Slack's 3 s       10.0 %\n\
            a sentence  1   12.0 µs   12.0 µs   12.0 µs   12.0 µs   12.0 µs";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn a_ratio_is_one_of_medians() {
        assert_eq!(
            ratio(&samples(&[10, 40, 400]), &samples(&[8, 16, 32])),
            "2.5"
        );
    }
}
