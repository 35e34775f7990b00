//! Who and what the workspace starts with.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

/// The workspace's id.
pub const TEAM_ID: &str = "T0LOCAL";
/// The workspace that `#partner` is shared with.
pub const PARTNER_TEAM_ID: &str = "T0PARTNER";
/// The channel that people of two workspaces are in.
const SHARED_CHANNEL: &str = "partner";
/// The channel of guests who have one only.
const GUEST_CHANNEL: &str = "general";
/// The app's id.
pub const APP_ID: &str = "A0INFRARED";
/// The id of the app's bot user, the one people mention.
pub const BOT_USER_ID: &str = "U0INFRARED";
/// The id messages of the bot carry beside its user id.
pub const BOT_ID: &str = "B0INFRARED";
/// The bot's name.
pub const BOT_NAME: &str = "infrared";
/// Slack itself, which reports commands that failed.
pub(super) const SLACKBOT_ID: &str = "USLACKBOT";

/// A person (or the bot) of the workspace, as `users.info` describes them.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "Slack describes people by these flags"
)]
pub struct Account {
    /// The user id.
    pub id: String,
    /// The handle people type after `@`.
    pub name: String,
    /// The name people see.
    pub real_name: String,
    /// IANA name of the person's time zone.
    pub time_zone: String,
    /// Their home workspace; another one than [`TEAM_ID`] for people of a shared channel.
    pub team_id: String,
    /// Administers the workspace.
    pub is_admin: bool,
    /// A guest of several channels.
    pub is_restricted: bool,
    /// A guest of one channel.
    pub is_ultra_restricted: bool,
    /// From another workspace and not yet known to this one.
    pub is_stranger: bool,
    /// A bot.
    pub is_bot: bool,
    /// Deactivated.
    pub deleted: bool,
}

/// A channel or a direct message with the bot.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) name: String,
    /// The person of a direct message with the bot; nobody's for a channel.
    pub(super) direct_with: Option<String>,
    pub(super) bot_is_member: bool,
    /// With another workspace.
    pub(super) is_shared: bool,
}

impl Channel {
    pub(super) fn is_direct(&self) -> bool {
        self.direct_with.is_some()
    }

    /// A direct message is its person's only. Channels are open to everybody of the workspace, except to guests who
    /// have another one; to people of another workspace only what is shared with it.
    pub(super) fn admits(&self, person: &Account) -> bool {
        match &self.direct_with {
            Some(owner) => *owner == person.id,
            None if person.is_foreign() => self.is_shared,
            None => !person.is_ultra_restricted || self.name == GUEST_CHANNEL,
        }
    }

    /// `channel_name` in commands and interactions.
    pub(super) fn payload_name(&self) -> &str {
        if self.is_direct() {
            "directmessage"
        } else {
            &self.name
        }
    }
}

impl Account {
    fn full_member(name: &str, real_name: &str, time_zone: &str) -> Self {
        Self {
            id: format!("U0{}", name.to_uppercase()),
            name: name.to_owned(),
            real_name: real_name.to_owned(),
            time_zone: time_zone.to_owned(),
            team_id: TEAM_ID.to_owned(),
            is_admin: false,
            is_restricted: false,
            is_ultra_restricted: false,
            is_stranger: false,
            is_bot: false,
            deleted: false,
        }
    }

    /// Able to log in, on the page as in Slack.
    pub(super) fn is_at_keyboard(&self) -> bool {
        !self.is_bot && !self.deleted
    }

    /// At home in another workspace.
    pub(super) fn is_foreign(&self) -> bool {
        self.team_id != TEAM_ID
    }

    /// What events say about an author from another workspace.
    pub(super) fn to_profile(&self) -> Value {
        json!({
            "name": self.name,
            "real_name": self.real_name,
            "first_name": self.real_name.split(' ').next(),
            "display_name": self.name,
            "team": self.team_id,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
        })
    }

    /// The `user` object of `users.info`. Slack leaves most fields out for deactivated people.
    pub(super) fn to_user(&self, now_epoch_seconds: i64) -> Value {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let now = Timestamp::from_second(now_epoch_seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = zone.to_offset_info(now);
        let mut user = json!({
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": false,
            "updated": now_epoch_seconds,
            "profile": {
                "real_name": self.real_name,
                "real_name_normalized": self.real_name,
                "display_name": self.name,
                "display_name_normalized": self.name,
                "team": self.team_id,
            },
        });
        if !self.deleted {
            let living = json!({
                "real_name": self.real_name,
                "color": "9f69e7",
                "tz": self.time_zone,
                "tz_label": offset.abbreviation(),
                "tz_offset": offset.offset().seconds(),
                "is_admin": self.is_admin,
                "is_owner": false,
                "is_primary_owner": false,
                "is_restricted": self.is_restricted,
                "is_ultra_restricted": self.is_ultra_restricted,
                "is_stranger": self.is_stranger,
                "is_email_confirmed": true,
                "who_can_share_contact_card": "EVERYONE",
            });
            if let (Value::Object(user), Value::Object(living)) = (&mut user, living) {
                user.extend(living);
            }
        }
        user
    }
}

pub(super) fn first_accounts() -> Vec<Account> {
    let alice = Account::full_member("alice", "Alice Ahrens", "Europe/Berlin");
    let bob = Account::full_member("bob", "Bob Brewer", "America/New_York");
    let carol = Account {
        is_admin: true,
        ..Account::full_member("carol", "Carol Castro", "Europe/Lisbon")
    };
    let gina = Account {
        is_restricted: true,
        ..Account::full_member("gina", "Gina Gray", "Asia/Tokyo")
    };
    let otto = Account {
        is_restricted: true,
        is_ultra_restricted: true,
        ..Account::full_member("otto", "Otto Okafor", "Africa/Lagos")
    };
    let dora = Account {
        deleted: true,
        ..Account::full_member("dora", "Dora Diaz", "America/Bogota")
    };
    let zoe = Account {
        team_id: PARTNER_TEAM_ID.to_owned(),
        is_stranger: true,
        ..Account::full_member("zoe", "Zoe Zimmer", "Europe/Vienna")
    };
    let bot = Account {
        is_bot: true,
        ..Account::full_member(BOT_NAME, "InfraRed", "America/Los_Angeles")
    };
    vec![alice, bob, carol, gina, otto, dora, zoe, bot]
}

pub(super) fn first_channels(accounts: &[Account]) -> Vec<Channel> {
    let channel = |name: &str, bot_is_member| Channel {
        id: format!("C0{}", name.to_uppercase()),
        name: name.to_owned(),
        direct_with: None,
        bot_is_member,
        is_shared: name == SHARED_CHANNEL,
    };
    let mut channels = vec![
        channel("general", true),
        channel("random", false),
        channel(SHARED_CHANNEL, true),
    ];
    channels.extend(
        accounts
            .iter()
            .filter(|account| !account.is_bot && !account.is_foreign())
            .map(|account| Channel {
                id: format!("D0{}", account.name.to_uppercase()),
                name: account.name.clone(),
                direct_with: Some(account.id.clone()),
                bot_is_member: true,
                is_shared: false,
            }),
    );
    channels
}
