//! DigitalOcean: whose a token is. Machines are launched there once the rest of the adapter exists.
//! <https://docs.digitalocean.com/reference/api/digitalocean/#tag/Account>

use std::time::Duration;

use domain::access::credential::Fault;
use domain::access::verification::Finding;
use reqwest::StatusCode;
use serde::Deserialize;

use crate::{CloudError, ErrorKind};

const OPERATION: &str = "digitalocean:GET /v2/account";
/// An account is answered within a fraction of a second.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An account takes a few hundred bytes; a larger answer is not one.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// What a token has to be allowed for this call.
const SCOPE: &str = "account:read";

/// A client of the API.
#[derive(Debug, Clone)]
pub struct DigitalOcean {
    http: reqwest::Client,
    api_url: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    account: Account,
}

#[derive(Debug, Deserialize)]
struct Account {
    uuid: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    team: Option<Team>,
}

#[derive(Debug, Deserialize)]
struct Team {
    uuid: String,
}

impl DigitalOcean {
    /// A client of the API at that address, such as `https://api.digitalocean.com`. It follows no redirection: a token
    /// goes where it was meant to go, or nowhere.
    pub fn new(api_url: &str) -> Result<Self, CloudError> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| failed(ErrorKind::Transient, None, &error.to_string()))?;
        Ok(Self {
            http,
            api_url: api_url.trim_end_matches('/').to_owned(),
        })
    }

    /// Whose the token is, and whether the account can be used. An error means that nothing was found out.
    pub async fn verify(&self, token: &str) -> Result<Finding, CloudError> {
        let lost = |error: reqwest::Error| failed(ErrorKind::Transient, None, &error.to_string());
        let response = self
            .http
            .get(format!("{}/v2/account", self.api_url))
            .bearer_auth(token)
            .send()
            .await
            .map_err(lost)?;
        let status = response.status();
        if response
            .content_length()
            .is_some_and(|length| length > ANSWER_BYTES_MAX)
        {
            return Err(failed(ErrorKind::Transient, Some(status), "too long"));
        }
        let body = response.bytes().await.map_err(lost)?;
        finding(status, &body)
    }
}

/// What an answer means.
fn finding(status: StatusCode, body: &[u8]) -> Result<Finding, CloudError> {
    match status {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED => return Ok(Finding::unfit(None, Fault::Refused)),
        StatusCode::FORBIDDEN => {
            let actions = vec![SCOPE.to_owned()];
            return Ok(Finding::unfit(None, Fault::MissingActions { actions }));
        }
        StatusCode::TOO_MANY_REQUESTS => {
            return Err(failed(ErrorKind::Throttled, Some(status), "slow down"));
        }
        status => return Err(failed(ErrorKind::Transient, Some(status), "no account")),
    }
    let Answer { account } = serde_json::from_slice(body)
        .map_err(|_| failed(ErrorKind::Transient, Some(status), "not an account"))?;
    // A token made in a team opens the team's account, whoever made it.
    let id = account.team.map_or(account.uuid, |team| team.uuid);
    Ok(match account.status.as_str() {
        // With a warning something is to be settled, such as a bill; the account works meanwhile.
        "active" | "warning" => Finding::fit(id),
        "locked" => Finding::unfit(Some(id), Fault::AccountNotReady),
        _ => {
            return Err(failed(
                ErrorKind::Transient,
                Some(status),
                "an unknown status",
            ));
        }
    })
}

fn failed(kind: ErrorKind, status: Option<StatusCode>, log_text: &str) -> CloudError {
    CloudError {
        kind,
        operation: OPERATION,
        code: status.map(|status| status.as_u16().to_string()),
        request_id: None,
        log_text: log_text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(status: &str, team: &str) -> String {
        format!(
            r#"{{"account": {{"droplet_limit": 25, "email": "a@example.com", "uuid": "u-1", "status": "{status}"{team}}}}}"#
        )
    }

    #[test]
    fn an_account_that_works_is_named_by_its_team_or_itself() {
        let team = r#", "team": {"uuid": "t-1", "name": "Lab"}"#;
        for (body, id) in [
            (account("active", ""), "u-1"),
            (account("warning", ""), "u-1"),
            (account("active", team), "t-1"),
        ] {
            let found = finding(StatusCode::OK, body.as_bytes());
            assert_eq!(found.ok(), Some(Finding::fit(id.to_owned())));
        }
    }

    #[test]
    fn what_is_wrong_is_told_apart_from_what_is_not_known() {
        let locked = account("locked", "");
        let unfit = [
            (StatusCode::OK, locked.as_str(), Fault::AccountNotReady),
            (StatusCode::UNAUTHORIZED, "{}", Fault::Refused),
            (
                StatusCode::FORBIDDEN,
                "{}",
                Fault::MissingActions {
                    actions: vec![SCOPE.to_owned()],
                },
            ),
        ];
        for (status, body, fault) in unfit {
            let found = finding(status, body.as_bytes()).ok();
            assert_eq!(found.and_then(|found| found.fault), Some(fault));
        }
        let strange = account("sleeping", "");
        for (status, body) in [
            (StatusCode::TOO_MANY_REQUESTS, "{}"),
            (StatusCode::INTERNAL_SERVER_ERROR, "{}"),
            (StatusCode::FOUND, ""),
            (StatusCode::OK, "<html>"),
            (StatusCode::OK, strange.as_str()),
        ] {
            assert!(finding(status, body.as_bytes()).is_err(), "{status}");
        }
    }
}
