//! Troubles made up from a seed.

use std::time::{SystemTime, UNIX_EPOCH};

use super::matrix::{FAULTS, PARTS};
use super::story::{Ask, Chapter, Fault, Story, Trouble};

/// Troubles of one story: more of them mostly hide each other.
const TROUBLES_MAX: u64 = 4;

/// The lives that stories are made of. Those in which most can go wrong are told more often.
const LIVES: [&[Ask]; 8] = [
    &[Ask::Launch, Ask::End],
    &[Ask::Launch, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::Stop, Ask::End],
    &[Ask::Check],
];

/// A story that the seed and the number alone decide.
pub fn random(seed: u64, number: u64) -> Story {
    let mut dice = Dice(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let chapter = |ask: &Ask| Chapter {
        ask: *ask,
        troubles: Vec::new(),
        succeeds: false,
    };
    let mut chapters: Vec<Chapter> = dice.one_of(&LIVES).iter().map(chapter).collect();
    for _ in 0..=dice.below(TROUBLES_MAX - 1) {
        let chapter = dice.place(chapters.len());
        let Chapter { ask, troubles, .. } = &mut chapters[chapter];
        let parts = PARTS.iter().filter(|part| part.ask == *ask);
        let steps: Vec<_> = parts.flat_map(|part| part.steps).collect();
        let (step, _) = *dice.one_of(&steps);
        // A refusal leads into the undo, where half of the rows are.
        let fault = if dice.below(4) == 0 {
            Fault::Refuse
        } else {
            dice.one_of(&FAULTS)
        };
        troubles.push(Trouble { step, fault });
    }
    Story {
        chapters,
        is_exact: false,
    }
}

/// A seed that nobody chose.
pub fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.unwrap_or_default();
    now.as_secs() << 20 | u64::from(now.subsec_micros())
}

/// `SplitMix64`: small, and the same everywhere and always.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn place(&mut self, places: usize) -> usize {
        usize::try_from(self.below(places as u64)).unwrap_or_default()
    }

    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.place(things.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_tells_the_same_stories_again() {
        let stories = |seed| (0..20).map(move |number| random(seed, number).to_string());
        assert!(stories(7).eq(stories(7)));
        assert!(!stories(7).eq(stories(8)));
    }
}
