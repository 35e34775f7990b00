//! Everything the workspace knows. Plain data behind one lock; nothing here waits or talks to anybody.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::calls::{ApiCall, Failure};
use super::deliver::{Delivery, DeliveryRules};
use super::message::{Message, Version};
use super::modals::Modals;
use super::people::{Account, BOT_USER_ID, Channel, first_accounts, first_channels};
use super::{payloads, people};

/// `trigger_id`s live this long.
pub(super) const TRIGGER_SECONDS: f64 = 3.0;

pub(super) struct State {
    pub(super) public_url: String,
    pub(super) rules: DeliveryRules,
    pub(super) accounts: Vec<Account>,
    pub(super) channels: Vec<Channel>,
    pub(super) messages: Vec<Message>,
    pub(super) modals: Modals,
    pub(super) triggers: HashMap<String, Trigger>,
    pub(super) response_urls: HashMap<String, ResponseUrl>,
    pub(super) calls: Vec<ApiCall>,
    pub(super) planned_failures: Vec<(String, Failure)>,
    pub(super) deliveries: Vec<Delivery>,
    /// Events to send once the lock is free.
    pub(super) outgoing: Vec<Event>,
    pub(super) last_event: Option<Event>,
    /// What each reader (a person's or a channel's name) has taken with `next_message_*`.
    pub(super) read_up_to: BTreeMap<String, u64>,
    serial: u64,
    last_ts_micros: i64,
}

/// Lets the app answer one interaction with a modal.
pub(super) struct Trigger {
    pub(super) person: String,
    pub(super) from_view: Option<String>,
    pub(super) issued_at: f64,
    pub(super) is_used: bool,
}

/// Lets the app answer one interaction with messages.
pub(super) struct ResponseUrl {
    pub(super) person: String,
    pub(super) channel: String,
    pub(super) message_ts: Option<String>,
    pub(super) issued_at: f64,
    pub(super) uses: u32,
}

/// An event as it is sent, again and again if need be.
#[derive(Clone)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) body: Value,
}

/// A message about to be written.
pub(super) struct Draft {
    pub(super) channel: String,
    pub(super) thread_ts: Option<String>,
    pub(super) author: String,
    pub(super) text: String,
    pub(super) blocks: Vec<Value>,
    pub(super) visible_to: Option<String>,
}

impl State {
    pub(super) fn new(public_url: String) -> Self {
        let accounts = first_accounts();
        Self {
            public_url,
            rules: DeliveryRules::default(),
            channels: first_channels(&accounts),
            accounts,
            messages: Vec::new(),
            modals: Modals::default(),
            triggers: HashMap::new(),
            response_urls: HashMap::new(),
            calls: Vec::new(),
            planned_failures: Vec::new(),
            deliveries: Vec::new(),
            outgoing: Vec::new(),
            last_event: None,
            read_up_to: BTreeMap::new(),
            serial: 0,
            last_ts_micros: 0,
        }
    }

    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// A fresh id in Slack's manner: a letter for the kind, then capitals and digits.
    pub(super) fn next_id(&mut self, prefix: &str) -> String {
        let serial = self.next_serial();
        format!("{prefix}{serial:04}{}", &digest(serial)[..6].to_uppercase())
    }

    /// Message ids are times; two messages never share one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "microseconds since the epoch fit an i64"
    )]
    pub(super) fn next_ts(&mut self, now: f64) -> String {
        self.last_ts_micros = ((now * 1e6) as i64).max(self.last_ts_micros + 1);
        format!(
            "{}.{:06}",
            self.last_ts_micros / 1_000_000,
            self.last_ts_micros % 1_000_000
        )
    }

    pub(super) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// Whether somebody is in a conversation.
    pub(super) fn is_in(&self, person: &str, channel: &Channel) -> bool {
        self.account(person)
            .is_some_and(|account| channel.admits(account))
    }

    pub(super) fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    pub(super) fn direct_channel(&self, person: &str) -> Option<&Channel> {
        self.channels
            .iter()
            .find(|channel| channel.direct_with.as_deref() == Some(person))
    }

    pub(super) fn message(&self, channel: &str, ts: &str) -> Option<&Message> {
        self.messages
            .iter()
            .find(|message| message.channel == channel && message.ts == ts && !message.deleted)
    }

    pub(super) fn message_mut(&mut self, channel: &str, ts: &str) -> Option<&mut Message> {
        self.messages
            .iter_mut()
            .find(|message| message.channel == channel && message.ts == ts && !message.deleted)
    }

    /// Writes a message. The bot's own messages in a direct conversation come back to it as events.
    pub(super) fn post(&mut self, draft: Draft, now: f64) -> Message {
        let serial = self.next_serial();
        let ts = self.next_ts(now);
        let from_person = draft.author != BOT_USER_ID && draft.author != people::SLACKBOT_ID;
        let foreign = self
            .account(&draft.author)
            .filter(|account| account.is_foreign())
            .map(Account::to_profile);
        let message = Message {
            foreign,
            versions: vec![Version {
                text: draft.text.clone(),
                blocks: draft.blocks.clone(),
                at_epoch_seconds: whole(now),
            }],
            channel: draft.channel,
            ts,
            thread_ts: draft.thread_ts,
            author: draft.author,
            text: draft.text,
            blocks: draft.blocks,
            visible_to: draft.visible_to,
            deleted: false,
            client_msg_id: from_person.then(|| uuid(serial)),
            serial,
        };
        self.messages.push(message.clone());
        if message.is_from_bot() && !message.is_ephemeral() {
            self.echo_to_bot(&message, None, now);
        }
        message
    }

    /// Changes what a message says.
    pub(super) fn reword(&mut self, message: &Message, text: String, blocks: Vec<Value>, now: f64) {
        let before = message.clone();
        if let Some(message) = self.message_mut(&before.channel, &before.ts) {
            message.reword(text, blocks, whole(now));
            let after = message.clone();
            if !after.is_ephemeral() {
                self.echo_to_bot(&after, Some(&before), now);
            }
        }
    }

    /// The app subscribes to `message.im`, which includes what it says itself and every edit.
    fn echo_to_bot(&mut self, message: &Message, before: Option<&Message>, now: f64) {
        let is_direct = self
            .channel(&message.channel)
            .is_some_and(Channel::is_direct);
        if is_direct && (self.rules.deliver_own_messages || !message.is_from_bot()) {
            let event = match before {
                None => payloads::direct_message(message),
                Some(before) => payloads::changed_message(message, before, &self.next_ts(now)),
            };
            self.send_event(&event, now);
        }
    }

    /// Puts an event in the way out.
    pub(super) fn send_event(&mut self, event: &Value, now: f64) -> Event {
        let id = self.next_id("Ev0");
        let channel = event["channel"].as_str().unwrap_or_default();
        let is_shared = self
            .channel(channel)
            .is_some_and(|channel| channel.is_shared);
        let body = payloads::envelope(&id, event, is_shared, whole(now));
        let event = Event { id, body };
        self.outgoing.push(event.clone());
        self.last_event = Some(event.clone());
        event
    }

    pub(super) fn new_trigger(
        &mut self,
        person: &str,
        from_view: Option<String>,
        now: f64,
    ) -> String {
        let serial = self.next_serial();
        let id = format!(
            "{}.{}.{}",
            100_000_000 + serial,
            200_000_000 + serial,
            &digest(serial)[..32]
        );
        let trigger = Trigger {
            person: person.to_owned(),
            from_view,
            issued_at: now,
            is_used: false,
        };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    /// The last part of a `response_url`.
    pub(super) fn new_response_url(
        &mut self,
        person: &str,
        channel: &str,
        ts: Option<&str>,
        now: f64,
    ) -> String {
        let serial = self.next_serial();
        let id = format!("{serial}-{}", &digest(serial)[..24]);
        let url = ResponseUrl {
            person: person.to_owned(),
            channel: channel.to_owned(),
            message_ts: ts.map(str::to_owned),
            issued_at: now,
            uses: 0,
        };
        self.response_urls.insert(id.clone(), url);
        id
    }

    /// How people call a place: `#general`, or `@alice` for her conversation with the bot.
    pub(super) fn place_name(&self, channel: &str) -> String {
        self.channel(channel).map_or_else(
            || channel.to_owned(),
            |channel| {
                format!(
                    "{}{}",
                    if channel.is_direct() { "@" } else { "#" },
                    channel.name
                )
            },
        )
    }

    pub(super) fn name_of(&self, id: &str) -> String {
        match self.account(id) {
            Some(account) => account.name.clone(),
            None if id == people::SLACKBOT_ID => "slackbot".to_owned(),
            None => id.to_owned(),
        }
    }

    /// The user object of interaction payloads.
    pub(super) fn payload_user(&self, id: &str) -> Value {
        self.account(id).map_or(Value::Null, |account| {
            json!({ "id": account.id, "username": account.name, "name": account.name, "team_id": account.team_id })
        })
    }
}

/// Whole seconds of a time.
#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds since the epoch fit an i64"
)]
pub(super) fn whole(now: f64) -> i64 {
    now as i64
}

fn digest(serial: u64) -> String {
    hex::encode(Sha256::digest(serial.to_be_bytes()))
}

fn uuid(serial: u64) -> String {
    let hex = digest(serial);
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}
