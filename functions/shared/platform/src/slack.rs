//! Slack's Web API.
//! <https://docs.slack.dev/apis/web-api/>

use domain::identity::{Person, Standing};
use domain::messages::Message;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::PlatformError;
use crate::secrets::Secret;

/// A message in Slack: a channel and a timestamp are its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The channel, the conversation's own where a user was written to.
    pub channel: String,
    /// The timestamp.
    pub ts: String,
}

/// A client of the Web API.
#[derive(Debug, Clone)]
pub struct Slack {
    http: reqwest::Client,
    api_url: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    ok: bool,
    error: Option<String>,
    channel: Option<String>,
    ts: Option<String>,
    user: Option<Profile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the fields are Slack's")]
struct Profile {
    id: String,
    team_id: String,
    tz: Option<String>,
    deleted: bool,
    is_bot: bool,
    is_restricted: bool,
    is_ultra_restricted: bool,
    is_stranger: bool,
}

impl Slack {
    /// A client of the API at that address, such as `https://slack.com/api`.
    pub fn new(http: reqwest::Client, api_url: &str) -> Self {
        Self {
            http,
            api_url: api_url.trim_end_matches('/').to_owned(),
        }
    }

    /// Posts a message. `channel` may be a user id for a direct message.
    pub async fn post(
        &self,
        token: &Secret,
        channel: &str,
        thread_ts: Option<&str>,
        message: &Message,
    ) -> Result<Posted, PlatformError> {
        let mut body = json!({"channel": channel, "text": message.text, "blocks": message.blocks, "unfurl_links": false});
        if let Some(thread_ts) = thread_ts {
            body["thread_ts"] = json!(thread_ts);
        }
        let answer = self.call(token, "chat.postMessage", &body).await?;
        let posted = answer
            .channel
            .zip(answer.ts)
            .map(|(channel, ts)| Posted { channel, ts });
        posted.ok_or(PlatformError::Unreadable {
            what: "Slack's answer",
            cause: "a posted message without a name".to_owned(),
        })
    }

    /// Replaces a message.
    pub async fn update(
        &self,
        token: &Secret,
        channel: &str,
        ts: &str,
        message: &Message,
    ) -> Result<(), PlatformError> {
        let body =
            json!({"channel": channel, "ts": ts, "text": message.text, "blocks": message.blocks});
        self.call(token, "chat.update", &body).await.map(|_| ())
    }

    /// Shows a message to one person in a channel.
    pub async fn whisper(
        &self,
        token: &Secret,
        channel: &str,
        user: &str,
        thread_ts: Option<&str>,
        message: &Message,
    ) -> Result<(), PlatformError> {
        let mut body = json!({"channel": channel, "user": user, "text": message.text, "blocks": message.blocks});
        if let Some(thread_ts) = thread_ts {
            body["thread_ts"] = json!(thread_ts);
        }
        self.call(token, "chat.postEphemeral", &body)
            .await
            .map(|_| ())
    }

    /// Replaces a message that only one person sees, at the address which came with their click.
    pub async fn respond(
        &self,
        response_url: &str,
        message: &Message,
    ) -> Result<(), PlatformError> {
        let body = json!({"replace_original": true, "response_type": "ephemeral", "text": message.text, "blocks": message.blocks});
        let call = self.http.post(response_url).json(&body).send().await;
        let answer =
            call.map_err(|error| PlatformError::service("response_url")(error.without_url()))?;
        let status = answer.status();
        if status.is_success() {
            Ok(())
        } else {
            Err(PlatformError::Slack {
                method: "response_url",
                error: status.to_string(),
            })
        }
    }

    /// Opens a form, in answer to a click.
    pub async fn open_view(
        &self,
        token: &Secret,
        trigger_id: &str,
        view: &Value,
    ) -> Result<(), PlatformError> {
        self.call(
            token,
            "views.open",
            &json!({"trigger_id": trigger_id, "view": view}),
        )
        .await
        .map(|_| ())
    }

    /// Somebody's zone and standing.
    pub async fn person(
        &self,
        token: &Secret,
        team: &str,
        user: &str,
    ) -> Result<Person, PlatformError> {
        let call = self
            .http
            .get(format!("{}/users.info", self.api_url))
            .query(&[("user", user)]);
        let answer = self.send(token, "users.info", call).await?;
        let profile = answer.user.unwrap_or_default();
        // An answer about somebody else is no reason to trust this one.
        let foreign = profile.team_id != team || profile.id != user || profile.is_stranger;
        let standing = if foreign {
            Standing::Stranger
        } else if profile.deleted {
            Standing::Deactivated
        } else if profile.is_bot {
            Standing::Bot
        } else if profile.is_restricted || profile.is_ultra_restricted {
            Standing::Guest
        } else {
            Standing::Member
        };
        let zone = profile.tz.unwrap_or_else(|| "UTC".to_owned());
        Ok(Person {
            team: team.to_owned(),
            user: user.to_owned(),
            zone,
            standing,
        })
    }

    async fn call(
        &self,
        token: &Secret,
        method: &'static str,
        body: &Value,
    ) -> Result<Answer, PlatformError> {
        self.send(
            token,
            method,
            self.http
                .post(format!("{}/{method}", self.api_url))
                .json(body),
        )
        .await
    }

    /// Slack says no with HTTP 200 and `ok: false`.
    async fn send(
        &self,
        token: &Secret,
        method: &'static str,
        call: reqwest::RequestBuilder,
    ) -> Result<Answer, PlatformError> {
        let answer = call
            .bearer_auth(token.expose())
            .send()
            .await
            .map_err(PlatformError::service(method))?;
        if answer.status() == reqwest::StatusCode::TOO_MANY_REQUESTS {
            return Err(PlatformError::Slack {
                method,
                error: "ratelimited".to_owned(),
            });
        }
        let answer: Answer = answer
            .json()
            .await
            .map_err(PlatformError::service(method))?;
        if answer.ok {
            Ok(answer)
        } else {
            Err(PlatformError::Slack {
                method,
                error: answer.error.unwrap_or_default(),
            })
        }
    }
}
