//! What a demo's script can do, with everything that people see printed as it comes.

use std::error::Error;
use std::time::{Duration, Instant};

use crate::cloud::{Instance, InstanceState};
use crate::output;
use crate::slack::{Entry, Message, Person};
use crate::stack::Stack;

const SECONDS_PER_MINUTE: i64 = 60;
const MINUTES_PER_HOUR: i64 = 60;

/// For a machine to boot on a busy computer.
const BOOT_LIMIT: Duration = Duration::from_mins(2);
/// A machine that boots tells nobody how far it is.
const BOOT_INTERVAL: Duration = Duration::from_millis(200);

/// What a step of a script returns; an error is a difference from what should be.
pub(super) type Played<T> = Result<T, Box<dyn Error>>;

/// A product to play on.
pub(super) struct Stage<'a> {
    stack: &'a Stack,
    printed: Vec<Entry>,
    start: Instant,
}

/// What came of a demo.
pub(super) struct Counts {
    pub(super) messages: usize,
    pub(super) launched: usize,
    pub(super) left: usize,
}

impl<'a> Stage<'a> {
    pub(super) fn new(stack: &'a Stack) -> Self {
        Self {
            stack,
            printed: Vec::new(),
            start: Instant::now(),
        }
    }

    /// The product.
    pub(super) fn stack(&self) -> &'a Stack {
        self.stack
    }

    /// Times are told from here on.
    pub(super) fn measures_from_now(&mut self) {
        self.start = Instant::now();
    }

    /// Says what has come about, and when.
    pub(super) fn tells_time(&mut self, what: &str) {
        self.print_news();
        let seconds = self.start.elapsed().as_secs_f64();
        output::line(format!("-- {what}: {seconds:.1} s"));
    }

    /// Until a unit of a machine has done what it is for.
    pub(super) async fn reaches(&self, machine: &Instance, unit: &str) -> Played<()> {
        let command = ["systemctl", "is-active", "--quiet", unit];
        let active = async {
            // While it boots, it answers nobody.
            while self
                .stack
                .machines
                .run(&machine.id, &command)
                .await
                .is_err()
            {
                tokio::time::sleep(BOOT_INTERVAL).await;
            }
        };
        Ok(tokio::time::timeout(BOOT_LIMIT, active).await?)
    }

    /// Somebody of the workspace.
    pub(super) fn person(&self, name: &str) -> Person {
        self.stack.slack.person(name)
    }

    /// Somebody writes to the bot.
    pub(super) fn says(&mut self, person: &Person, text: &str) -> Played<()> {
        person.says("@infrared", text)?;
        self.print_news();
        Ok(())
    }

    /// Somebody presses a button.
    pub(super) async fn clicks(
        &mut self,
        person: &Person,
        message: &Message,
        action_id: &str,
    ) -> Played<()> {
        let label = message
            .button(action_id)
            .map(|button| button.label)
            .unwrap_or_default();
        output::line(format!("{} presses [{label}]", person.name));
        person.clicks(message, action_id).await?;
        Ok(())
    }

    /// The bot's next message to somebody, which must hold these words.
    pub(super) async fn hears(&mut self, person: &Person, words: &str) -> Played<Message> {
        let message = self.stack.slack.next_message_to(&person.name).await;
        self.print_news();
        let message = message?;
        expect(message.plain().contains(words), || {
            format!("{words:?} is not in:\n{}", message.plain())
        })?;
        Ok(message)
    }

    /// The message once it holds these words, for those that are kept up to date.
    pub(super) async fn reads(&mut self, message: &Message, words: &str) -> Played<Message> {
        let holds = |message: &Message| message.plain().contains(words);
        let changed = self
            .stack
            .slack
            .wait_for(&message.channel, &message.ts, holds)
            .await;
        self.print_news();
        Ok(changed?)
    }

    /// Until the product has nothing left to do.
    pub(super) async fn settles(&mut self) -> Played<()> {
        let settled = self.stack.settle().await;
        self.print_news();
        Ok(settled?)
    }

    /// Time passes, and the scan of that minute runs.
    pub(super) async fn passes(&mut self, minutes: i64) -> Played<()> {
        output::line(format!("-- {} pass", spoken(minutes)));
        self.stack.advance(minutes * SECONDS_PER_MINUTE).await?;
        self.stack.tick().await?;
        Ok(())
    }

    /// So many machines run.
    pub(super) async fn machines_running(&self, count: usize) -> Played<()> {
        let running = self.count().await?.left;
        expect(running == count, || {
            format!("{running} machines run, not {count}")
        })
    }

    /// Prints what was written or changed since the last time.
    pub(super) fn print_news(&mut self) {
        let entries = self.stack.slack.transcript();
        for (index, entry) in entries.iter().enumerate() {
            match self.printed.get(index) {
                None => output::line(entry),
                Some(printed) if printed.text != entry.text => {
                    output::line(format!("(now reads) {entry}"));
                }
                Some(_) => {}
            }
        }
        self.printed = entries;
    }

    pub(super) async fn count(&self) -> Played<Counts> {
        let instances = self.stack.cloud.instances().await?;
        let is_left = |state: InstanceState| state != InstanceState::Terminated;
        Ok(Counts {
            messages: self
                .stack
                .slack
                .messages()
                .iter()
                .filter(|message| message.is_from_bot())
                .count(),
            launched: self.stack.cloud.launched_count(),
            left: instances
                .iter()
                .filter(|instance| is_left(instance.state))
                .count(),
        })
    }
}

fn spoken(minutes: i64) -> String {
    match (minutes / MINUTES_PER_HOUR, minutes % MINUTES_PER_HOUR) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Played<()> {
    if holds {
        Ok(())
    } else {
        Err(otherwise().into())
    }
}
