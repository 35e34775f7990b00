//! Waiting for the app to say something: bounded, and telling everything when it does not.

use std::fmt;
use std::time::Duration;

use super::Workspace;
use super::message::Message;
use super::modals::View;
use super::state::State;

/// How long a wait may take in real time; the slowest first start of the local stack stays well below.
pub const WAIT_LIMIT: Duration = Duration::from_secs(30);

/// What was waited for did not come. Prints the whole transcript, the open modals' titles and failed calls.
#[derive(Clone)]
pub struct WaitError {
    what: String,
    record: String,
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "waited {} s for {}\n{}",
            WAIT_LIMIT.as_secs(),
            self.what,
            self.record
        )
    }
}

/// The same words: tests print this form.
impl fmt::Debug for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for WaitError {}

impl Workspace {
    /// The next unread message of the bot to this person: in their conversation, or ephemeral anywhere.
    pub async fn next_message_to(&self, name: &str) -> Result<Message, WaitError> {
        let what = format!("the bot's next message to {name}");
        self.until(&what, |state| {
            state.take_next(name, &|state, message| state.is_to(message, name))
        })
        .await
    }

    /// The next unread message of the bot that everybody in the channel sees.
    pub async fn next_message_in(&self, place: &str) -> Result<Message, WaitError> {
        let what = format!("the bot's next message in {place}");
        let shown = |state: &State, message: &Message| {
            !message.is_ephemeral() && state.place_name(&message.channel) == place
        };
        self.until(&what, |state| state.take_next(place, &shown))
            .await
    }

    /// The message once it satisfies `is_there`.
    pub async fn wait_for(
        &self,
        channel: &str,
        ts: &str,
        is_there: impl Fn(&Message) -> bool,
    ) -> Result<Message, WaitError> {
        let what = format!("a certain wording of message {ts} in {channel}");
        self.until(&what, |state| {
            state
                .message(channel, ts)
                .filter(|message| is_there(message))
                .cloned()
        })
        .await
    }

    /// The modal in front of the person once it satisfies `is_there`.
    pub async fn wait_for_view(
        &self,
        name: &str,
        is_there: impl Fn(&View) -> bool,
    ) -> Result<View, WaitError> {
        let id = self.id_of(name);
        let found =
            |state: &mut State| state.modals.top(&id).filter(|view| is_there(view)).cloned();
        self.until(&format!("a certain modal in front of {name}"), found)
            .await
    }

    /// Until every event that is out was taken or given up.
    pub async fn settle(&self) -> Result<(), WaitError> {
        let mut under_way = self.hub.events_under_way();
        let settled = under_way.wait_for(|count| *count == 0);
        match tokio::time::timeout(WAIT_LIMIT, settled).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.wait_error("the app to take all events")),
        }
    }

    /// What the bot said to this person that `next_message_to` has not returned.
    pub fn unread_by(&self, name: &str) -> Vec<Message> {
        self.hub.read(|state| {
            let read = state.read_up_to.get(name).copied().unwrap_or(0);
            let unread = |message: &&Message| {
                message.serial > read && !message.deleted && state.is_to(message, name)
            };
            state.messages.iter().filter(unread).cloned().collect()
        })
    }

    async fn until<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&mut State) -> Option<T>,
    ) -> Result<T, WaitError> {
        let mut changes = self.hub.changes();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = self.hub.quietly(&mut look) {
                    return found;
                }
                // The sender lives in the hub, which this handle keeps alive.
                let _ = changes.changed().await;
            }
        };
        tokio::time::timeout(WAIT_LIMIT, found)
            .await
            .map_err(|_| self.wait_error(what))
    }

    fn wait_error(&self, what: &str) -> WaitError {
        let mut lines: Vec<String> = self.transcript().iter().map(ToString::to_string).collect();
        lines.insert(0, "-- transcript".to_owned());
        lines.push("-- refused calls and failed deliveries".to_owned());
        let refused = self.calls().into_iter().filter(|call| !call.is_ok());
        lines.extend(
            refused.map(|call| format!("{} {} -> {}", call.method, call.arguments, call.answer)),
        );
        let failed = self
            .deliveries()
            .into_iter()
            .filter(|delivery| !delivery.is_ok());
        lines.extend(failed.map(|delivery| format!("{delivery:?}")));
        WaitError {
            what: what.to_owned(),
            record: lines.join("\n"),
        }
    }
}

impl State {
    fn is_to(&self, message: &Message, name: &str) -> bool {
        let Some(account) = self.accounts.iter().find(|account| account.name == name) else {
            return false;
        };
        let is_shown_to_them = || {
            let direct = self.direct_channel(&account.id);
            direct.is_some_and(|channel| channel.id == message.channel)
        };
        message.is_from_bot()
            && message
                .visible_to
                .as_ref()
                .map_or_else(is_shown_to_them, |viewer| *viewer == account.id)
    }

    fn take_next(
        &mut self,
        reader: &str,
        is_wanted: &dyn Fn(&Self, &Message) -> bool,
    ) -> Option<Message> {
        let read = self.read_up_to.get(reader).copied().unwrap_or(0);
        let next = self.messages.iter().find(|message| {
            message.serial > read
                && message.is_from_bot()
                && !message.deleted
                && is_wanted(self, message)
        });
        let next = next.cloned()?;
        self.read_up_to.insert(reader.to_owned(), next.serial);
        Some(next)
    }
}
