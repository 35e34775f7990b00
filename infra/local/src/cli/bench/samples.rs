//! Measured times, and what they say.

use std::time::Duration;

/// Times of one thing, measured again and again.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples {
    sorted: Vec<Duration>,
}

impl FromIterator<Duration> for Samples {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut sorted: Vec<Duration> = times.into_iter().collect();
        sorted.sort_unstable();
        Self { sorted }
    }
}

impl Samples {
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }

    pub(super) fn min(&self) -> Duration {
        self.sorted.first().copied().unwrap_or_default()
    }

    pub(super) fn median(&self) -> Duration {
        self.percentile(50)
    }

    pub(super) fn max(&self) -> Duration {
        self.sorted.last().copied().unwrap_or_default()
    }

    /// By nearest rank: the least of the times that so many per cent do not exceed.
    pub(super) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.sorted.len() * percent).div_ceil(100);
        self.sorted
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: impl IntoIterator<Item = u64>) -> Samples {
        millis.into_iter().map(Duration::from_millis).collect()
    }

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let samples = of((1..=100).rev());
        let at = |percent| samples.percentile(percent).as_millis();
        assert_eq!([at(0), at(1), at(50), at(95), at(100)], [1, 1, 50, 95, 100]);
        assert_eq!(
            (samples.min().as_millis(), samples.max().as_millis()),
            (1, 100)
        );
        assert_eq!(samples.count(), 100);
    }

    #[test]
    fn of_few_times_the_last_stands_for_the_upper_percentiles() {
        let samples = of([30, 10, 20]);
        let at = |percent| samples.percentile(percent).as_millis();
        assert_eq!(
            [at(33), at(34), at(50), at(95), at(99)],
            [10, 20, 20, 30, 30]
        );
        assert_eq!(of([7]).median().as_millis(), 7);
    }

    #[test]
    fn nothing_measured_is_zero() {
        assert_eq!(of([]).median(), Duration::ZERO);
        assert_eq!(of([]).max(), Duration::ZERO);
    }
}
