//! What happens at once.

use std::error::Error;

use domain::act::Press;
use domain::reservation::{EndReason, Power, Reservation, State};
use domain::time::HOUR_SECONDS;
use domain::workflow::Workflow;
use local::dice::Dice;

use crate::actor::Part;
use crate::outcome::Outcome;
use crate::scene::{ADMIN, OWNER, Scene};

/// Several people, or one with several hands, at the same things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// The button of a quote is pressed twice.
    TwoLaunchesOfOneQuote,
    /// The same, and the handle that it would get is taken.
    TwoLaunchesWithATakenHandle,
    /// One press is delivered twice.
    OneClickTwice,
    /// Two quotes are taken.
    TwoQuotes,
    /// Two quotes are taken where one machine is allowed.
    TwoQuotesForOneMachine,
    /// Extended and ended.
    ExtendAndEnd,
    /// Extended by two.
    TwoExtensions,
    /// Ended by two.
    TwoEnds,
    /// Extended when its time is up.
    ExtendAtTheDeadline,
    /// Stopped and ended.
    StopAndEnd,
    /// The same sentence, asking for a machine, in two channels.
    TheSameWishInTwoChannels,
    /// The same sentence, extending one, in two channels.
    TheSameExtensionInTwoChannels,
    /// Extended, stopped and ended.
    ExtendStopAndEnd,
}

impl Scenario {
    /// All of them.
    pub(crate) const ALL: [Self; 13] = [
        Self::TwoLaunchesOfOneQuote,
        Self::TwoLaunchesWithATakenHandle,
        Self::OneClickTwice,
        Self::TwoQuotes,
        Self::TwoQuotesForOneMachine,
        Self::ExtendAndEnd,
        Self::TwoExtensions,
        Self::TwoEnds,
        Self::ExtendAtTheDeadline,
        Self::StopAndEnd,
        Self::TheSameWishInTwoChannels,
        Self::TheSameExtensionInTwoChannels,
        Self::ExtendStopAndEnd,
    ];

    /// Makes what is there before, and says what happens then.
    pub(crate) async fn set(self, scene: &mut Scene) -> Result<Vec<Part>, Box<dyn Error>> {
        Ok(match self {
            Self::TwoLaunchesOfOneQuote | Self::TwoLaunchesWithATakenHandle => {
                let quote = scene.quote().await?;
                if self == Self::TwoLaunchesWithATakenHandle {
                    scene.take_handle_of(&quote).await?;
                }
                let take = |number| scene.press(OWNER, number, Press::TakeQuote(quote.clone()));
                vec![take(0), take(1)]
            }
            Self::OneClickTwice => {
                let quote = scene.quote().await?;
                let take = || scene.press(OWNER, 0, Press::TakeQuote(quote.clone()));
                vec![take(), take()]
            }
            Self::TwoQuotes | Self::TwoQuotesForOneMachine => {
                if self == Self::TwoQuotesForOneMachine {
                    scene.allow_one_machine().await?;
                }
                let quotes = [scene.quote().await?, scene.quote().await?];
                let quotes = quotes.into_iter().enumerate();
                quotes
                    .map(|(number, quote)| scene.press(OWNER, number, Press::TakeQuote(quote)))
                    .collect()
            }
            Self::TheSameWishInTwoChannels => {
                let say =
                    |channel| scene.words(channel, "spin up an ubuntu vm with 8gb for 4 hours");
                vec![say("C0ONE"), say("C0TWO")]
            }
            Self::TheSameExtensionInTwoChannels => {
                let id = scene.machine(2 * HOUR_SECONDS).await?;
                let words = format!("extend {} by 1 hour", scene.handle(&id).await?);
                vec![scene.words("C0ONE", &words), scene.words("C0TWO", &words)]
            }
            Self::ExtendAtTheDeadline => {
                let id = scene.machine(0).await?;
                vec![
                    scene.press(OWNER, 0, Press::Extend(id.clone(), HOUR_SECONDS)),
                    Part::Scan(id),
                ]
            }
            _ => {
                let id = scene.machine(2 * HOUR_SECONDS).await?;
                let presses = self.presses(&id).into_iter().enumerate();
                presses
                    .map(|(number, (user, press))| scene.press(user, number, press))
                    .collect()
            }
        })
    }

    /// What is pressed about a machine, by whom.
    fn presses(self, id: &str) -> Vec<(&'static str, Press)> {
        let extend = || Press::Extend(id.to_owned(), HOUR_SECONDS);
        let end = || Press::End(vec![id.to_owned()]);
        let stop = || Press::Switch(id.to_owned(), Power::Off);
        match self {
            Self::ExtendAndEnd => vec![(OWNER, extend()), (ADMIN, end())],
            Self::TwoExtensions => vec![(OWNER, extend()), (ADMIN, extend())],
            Self::TwoEnds => vec![(OWNER, end()), (ADMIN, end())],
            Self::StopAndEnd => vec![(OWNER, stop()), (ADMIN, end())],
            _ => vec![(OWNER, extend()), (OWNER, stop()), (ADMIN, end())],
        }
    }

    /// Whether it came to what it must come to, whoever was quicker.
    pub(crate) fn is_right(self, outcome: &Outcome) -> bool {
        let there: Vec<&Reservation> = outcome.reservations.iter().flatten().collect();
        let is = |state: State| there.iter().all(|reservation| reservation.state == state);
        let left = |hours: i64| {
            let mut there = there.iter();
            there.all(|it| it.deadline_epoch_seconds - outcome.now == hours * HOUR_SECONDS)
        };
        let answered = outcome.answers.iter().flatten().count();
        match self {
            Self::TwoLaunchesOfOneQuote | Self::TwoLaunchesWithATakenHandle => {
                there.len() == 1 && answered == 2
            }
            Self::OneClickTwice => there.len() == 1 && answered == 1,
            Self::TwoQuotes => there.len() == 2,
            Self::TwoQuotesForOneMachine => there.len() == 1 && answered == 2,
            Self::TwoExtensions | Self::TheSameExtensionInTwoChannels => left(4),
            Self::ExtendAndEnd | Self::TwoEnds | Self::StopAndEnd | Self::ExtendStopAndEnd => {
                is(State::Terminating) && outcome.starts(Workflow::Terminate) == 1
            }
            Self::ExtendAtTheDeadline => {
                let was_extended = is(State::Ready) && left(1);
                let has_ended = there.iter().all(|it| it.end == Some(EndReason::Deadline));
                was_extended || has_ended && left(0)
            }
            Self::TheSameWishInTwoChannels => there.is_empty() && answered == 2,
        }
    }
}

/// Whatever may happen at once to two machines, of which the time of one is up, and a quote.
pub(crate) async fn anything(
    scene: &mut Scene,
    dice: &mut Dice,
    parts: usize,
) -> Result<Vec<Part>, Box<dyn Error>> {
    if dice.below(2) == 0 {
        scene.allow_one_machine().await?;
    }
    let machines = [
        scene.machine(0).await?,
        scene.machine(2 * HOUR_SECONDS).await?,
    ];
    let quote = scene.quote().await?;
    let mut happens = Vec::new();
    for number in 0..parts {
        let id = machines[dice.place(machines.len())].clone();
        let user = dice.one_of(&[OWNER, OWNER, ADMIN]);
        let press = match dice.below(7) {
            0 | 1 => Press::Extend(id, HOUR_SECONDS),
            2 => Press::End(vec![id]),
            3 => Press::End(machines.to_vec()),
            4 => Press::Switch(id, Power::Off),
            5 => Press::TakeQuote(quote.clone()),
            _ => {
                happens.push(Part::Scan(id));
                continue;
            }
        };
        happens.push(scene.press(user, number, press));
    }
    Ok(happens)
}
