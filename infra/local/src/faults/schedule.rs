//! Troubles made up from a seed.

use super::matrix::{FAULTS, PARTS};
use super::story::{Ask, Chapter, Fault, Story, Trouble};
use crate::dice::Dice;

/// Troubles of one story: more of them mostly hide each other.
const TROUBLES_MAX: u64 = 4;

/// The lives that stories are made of. Those in which most can go wrong are told more often.
const LIVES: [&[Ask]; 11] = [
    &[Ask::Launch, Ask::End],
    &[Ask::Launch, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::End],
    &[Ask::Launch, Ask::Stop, Ask::Start, Ask::Stop, Ask::End],
    &[Ask::LaunchCluster, Ask::End],
    &[Ask::MendCluster, Ask::End],
    &[Ask::Check],
    &[Ask::Sweep],
];

/// A story that the seed and the number alone decide.
pub fn random(seed: u64, number: u64) -> Story {
    let mut dice = Dice::new(seed, number);
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
