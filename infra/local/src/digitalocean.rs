//! A stand-in for DigitalOcean's API: whose a token is, and the ways of not getting to know it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::clock::SharedClock;
use crate::serving::{listen, serve};

/// Requests that a token has in an hour.
const HOURLY_LIMIT: u32 = 5000;
const HOUR_SECONDS: i64 = 3600;
/// After how long a refused client may try again, in seconds.
const RETRY_AFTER: &str = "29";

/// What an account may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Everything.
    Active,
    /// Everything, but something has to be settled, such as a bill.
    Warning,
    /// Nothing.
    Locked,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Warning => "warning",
            Self::Locked => "locked",
        }
    }
}

/// An account behind a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What its owner signed up with.
    pub email: String,
    /// Its id.
    pub uuid: String,
    /// What it may still do.
    pub status: Status,
    /// Why, when it may not do everything.
    pub status_message: String,
    /// The team in whose context the token works: its id and its name.
    pub team: Option<(String, String)>,
}

impl Account {
    /// An account in good order, of nobody's team.
    pub fn active(email: &str, uuid: &str) -> Self {
        Self {
            email: email.to_owned(),
            uuid: uuid.to_owned(),
            status: Status::Active,
            status_message: String::new(),
            team: None,
        }
    }

    fn to_json(&self) -> Value {
        let mut account = json!({
            "droplet_limit": 25,
            "floating_ip_limit": 5,
            "email": self.email,
            "name": self.email,
            "uuid": self.uuid,
            "email_verified": true,
            "status": self.status.name(),
            "status_message": self.status_message,
        });
        if let Some((uuid, name)) = &self.team {
            account["team"] = json!({ "uuid": uuid, "name": name });
        }
        json!({ "account": account })
    }
}

/// How the next request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 500.
    ServerError,
    /// 429.
    RateLimited,
    /// 403, as for a token that lacks the scope.
    Forbidden,
    /// No answer, ever.
    Silent,
    /// 200 with something else than an answer.
    Garbage,
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// Such as `/v2/account`.
    pub path: String,
    /// Whose token came with it, by e-mail; nobody's for a token that is not known.
    pub account: Option<String>,
}

#[derive(Default)]
struct Shared {
    accounts: BTreeMap<String, Account>,
    spent: BTreeMap<String, u32>,
    requests: Vec<Request>,
    faults: VecDeque<Fault>,
}

/// A running stand-in.
#[derive(Clone)]
pub struct DigitalOceanStandIn {
    url: String,
    clock: SharedClock,
    shared: Arc<Mutex<Shared>>,
    stopped: Arc<Notify>,
}

impl DigitalOceanStandIn {
    /// Starts on a free port, knowing no token.
    pub async fn start(clock: SharedClock) -> std::io::Result<Self> {
        let (listener, url) = listen().await?;
        let stand_in = Self {
            url,
            clock,
            shared: Arc::default(),
            stopped: Arc::default(),
        };
        let routes = Router::new()
            .route("/v2/account", get(account))
            .fallback(nothing_there)
            .with_state(stand_in.clone());
        let stopped = Arc::clone(&stand_in.stopped);
        serve(listener, routes, stopped, "DigitalOcean");
        Ok(stand_in)
    }

    /// The address to give as `DIGITALOCEAN_API_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Knows a token from now on, or knows other things about it.
    pub fn add_token(&self, token: &str, account: Account) {
        self.lock().accounts.insert(token.to_owned(), account);
    }

    /// Knows a token no more, as when its owner revoked it.
    pub fn revoke(&self, token: &str) {
        self.lock().accounts.remove(token);
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    /// Lets the next request fail; several are used up in order.
    pub fn fail_next(&self, fault: Fault) {
        self.lock().faults.push_back(fault);
    }

    /// Stops answering.
    pub fn stop(&self) {
        self.stopped.notify_one();
    }

    /// Writes a request down, and says whose it is, how many the token has left, and how it is to fail.
    fn receive(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Received {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .unwrap_or_default();
        let mut shared = self.lock();
        let account = shared.accounts.get(token).cloned();
        shared.requests.push(Request {
            method: method.to_string(),
            path: uri.path().to_owned(),
            account: account.as_ref().map(|account| account.email.clone()),
        });
        let spent = shared.spent.entry(token.to_owned()).or_default();
        *spent = spent.saturating_add(1);
        let left = HOURLY_LIMIT.saturating_sub(*spent);
        let fault = shared.faults.pop_front();
        Received {
            account,
            left,
            fault,
        }
    }

    /// An answer as all are: in JSON, and with what is left of the hour's requests.
    fn answer(&self, status: StatusCode, left: u32, body: &Value) -> Response {
        let reset = self.clock.now_epoch_seconds() + HOUR_SECONDS;
        let headers = [
            ("ratelimit-limit", HOURLY_LIMIT.to_string()),
            ("ratelimit-remaining", left.to_string()),
            ("ratelimit-reset", reset.to_string()),
        ];
        (status, headers, Json(body)).into_response()
    }

    fn refuse(&self, status: StatusCode, left: u32, id: &str, message: &str) -> Response {
        self.answer(status, left, &json!({ "id": id, "message": message }))
    }

    async fn fail(&self, fault: Fault, left: u32) -> Response {
        match fault {
            Fault::ServerError => self.refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                left,
                "server_error",
                "Unexpected server-side error",
            ),
            Fault::RateLimited => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                let message = "API rate limit exceeded.";
                let refusal = self.refuse(status, 0, "too_many_requests", message);
                ([(header::RETRY_AFTER, RETRY_AFTER)], refusal).into_response()
            }
            Fault::Forbidden => self.refuse(
                StatusCode::FORBIDDEN,
                left,
                "forbidden",
                "You are not authorized to perform this operation",
            ),
            Fault::Silent => std::future::pending().await,
            Fault::Garbage => "ok".into_response(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Received {
    account: Option<Account>,
    left: u32,
    fault: Option<Fault>,
}

async fn account(
    State(stand_in): State<DigitalOceanStandIn>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let received = stand_in.receive(&method, &uri, &headers);
    if let Some(fault) = received.fault {
        return stand_in.fail(fault, received.left).await;
    }
    match received.account {
        Some(account) => stand_in.answer(StatusCode::OK, received.left, &account.to_json()),
        None => stand_in.refuse(
            StatusCode::UNAUTHORIZED,
            received.left,
            "Unauthorized",
            "Unable to authenticate you",
        ),
    }
}

async fn nothing_there(
    State(stand_in): State<DigitalOceanStandIn>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let received = stand_in.receive(&method, &uri, &headers);
    stand_in.refuse(
        StatusCode::NOT_FOUND,
        received.left,
        "not_found",
        "The resource you were accessing could not be found.",
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::emulators::loopback_client;

    const TOKEN: &str = "dop_v1_known";

    async fn ask(
        stand_in: &DigitalOceanStandIn,
        token: &str,
    ) -> reqwest::Result<reqwest::Response> {
        let http = loopback_client().unwrap();
        let call = http.get(format!("{}/v2/account", stand_in.url()));
        let call = call.bearer_auth(token).timeout(Duration::from_millis(500));
        call.send().await
    }

    #[tokio::test]
    async fn a_token_says_whose_it_is_until_it_is_revoked() {
        let stand_in = DigitalOceanStandIn::start(SharedClock::new())
            .await
            .unwrap();
        let mut sammy = Account::active("sammy@example.com", "b6fr89");
        stand_in.add_token(TOKEN, sammy.clone());
        let answer = ask(&stand_in, TOKEN).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["ratelimit-remaining"], "4999");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["account"]["email"], "sammy@example.com");
        assert_eq!(body["account"]["status"], "active");
        assert_eq!(body["account"]["team"], Value::Null);

        sammy.status = Status::Locked;
        stand_in.add_token(TOKEN, sammy);
        let body: Value = ask(&stand_in, TOKEN).await.unwrap().json().await.unwrap();
        assert_eq!(body["account"]["status"], "locked");

        stand_in.revoke(TOKEN);
        let answer = ask(&stand_in, TOKEN).await.unwrap();
        assert_eq!(answer.status(), 401);
        let body: Value = answer.json().await.unwrap();
        let refusal = json!({ "id": "Unauthorized", "message": "Unable to authenticate you" });
        assert_eq!(body, refusal);
        let whose: Vec<_> = stand_in
            .requests()
            .into_iter()
            .map(|request| request.account)
            .collect();
        let sammy = Some("sammy@example.com".to_owned());
        assert_eq!(whose, [sammy.clone(), sammy, None]);
    }

    #[tokio::test]
    async fn it_fails_as_told_and_then_answers_again() {
        let stand_in = DigitalOceanStandIn::start(SharedClock::new())
            .await
            .unwrap();
        stand_in.add_token(TOKEN, Account::active("sammy@example.com", "b6fr89"));
        let faults = [
            Fault::ServerError,
            Fault::RateLimited,
            Fault::Forbidden,
            Fault::Silent,
        ];
        for fault in faults {
            stand_in.fail_next(fault);
        }
        assert_eq!(ask(&stand_in, TOKEN).await.unwrap().status(), 500);
        let limited = ask(&stand_in, TOKEN).await.unwrap();
        assert_eq!(limited.status(), 429);
        assert_eq!(limited.headers()["retry-after"], RETRY_AFTER);
        assert_eq!(ask(&stand_in, TOKEN).await.unwrap().status(), 403);
        assert!(ask(&stand_in, TOKEN).await.unwrap_err().is_timeout());
        assert_eq!(ask(&stand_in, TOKEN).await.unwrap().status(), 200);
    }
}
