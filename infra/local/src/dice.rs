//! Chance that a seed decides, so that whatever it has shown can be shown again.

use std::time::{SystemTime, UNIX_EPOCH};

/// The golden ratio's bits: numbers near each other become seeds far from each other.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A seed that nobody chose.
pub fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.unwrap_or_default();
    now.as_secs() << 20 | u64::from(now.subsec_micros())
}

/// `SplitMix64`: small, and the same everywhere and always.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that the seed and the number alone decide.
    pub fn new(seed: u64, number: u64) -> Self {
        Self(seed ^ number.wrapping_mul(SPREAD))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(SPREAD);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below the bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of so many places.
    pub fn place(&mut self, places: usize) -> usize {
        usize::try_from(self.below(places as u64)).unwrap_or_default()
    }

    /// One of them.
    pub fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.place(things.len())]
    }
}
