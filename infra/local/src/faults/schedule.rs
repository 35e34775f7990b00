//! Troubles made up from a seed.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::workflow::Workflow;

use super::matrix::{FAULTS, ROWS};
use super::story::{Fault, Story, Trouble};

/// Troubles of one story: more of them mostly hide each other.
const TROUBLES_MAX: u64 = 4;

/// A story that the seed and the number alone decide.
pub fn random(seed: u64, number: u64) -> Story {
    let mut dice = Dice(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut story = Story::default();
    for _ in 0..=dice.below(TROUBLES_MAX - 1) {
        let row = dice.one_of(&ROWS);
        // A refusal leads into the undo, where half of the rows are.
        let fault = if dice.below(4) == 0 {
            Fault::Refuse
        } else {
            dice.one_of(&FAULTS)
        };
        let trouble = Trouble {
            step: row.step,
            fault,
        };
        if row.workflow == Workflow::Terminate {
            story.at_end.push(trouble);
        } else {
            story.at_launch.push(trouble);
        }
    }
    story
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

    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        let place = self.below(things.len() as u64);
        things[usize::try_from(place).unwrap_or_default()]
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
