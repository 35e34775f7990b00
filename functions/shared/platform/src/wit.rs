//! wit.ai, the understanding engine on the other side of the network. What its answers mean is in
//! `domain::understand::wit`; here is only the call, bounded in time and left out while wit.ai is down.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::understand::wit::{API_VERSION, Breaker, Failure, question};
use reqwest::header::{ACCEPT, AUTHORIZATION};
use tokio::time::Instant;

/// Tries of one question; a second only while time is left and the first failed at once.
const MAX_ATTEMPTS: u32 = 2;
/// Less time than this is not worth a call.
const MIN_BUDGET: Duration = Duration::from_millis(150);
/// Answers are a few hundred bytes; a larger one is not read.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;
/// The value of the token's parameter that means "there is none".
const NO_TOKEN: &str = "none";

/// A client of wit.ai's `GET /message`.
#[derive(Debug)]
pub struct Wit {
    http: reqwest::Client,
    base_url: String,
    breaker: Mutex<Breaker>,
    started: Instant,
}

impl Wit {
    /// A client for the API at that address.
    pub fn new(http: reqwest::Client, base_url: &str) -> Self {
        Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            breaker: Mutex::default(),
            started: Instant::now(),
        }
    }

    /// wit.ai's answer to a message, as it came. `context` is `domain::understand::wit::context`; the call ends within
    /// `budget`. The token `none` means that wit.ai is not used.
    pub async fn message(
        &self,
        token: &str,
        text: &str,
        context: &serde_json::Value,
        budget: Duration,
    ) -> Result<String, Failure> {
        let token = token.trim();
        if token.is_empty() || token == NO_TOKEN {
            return Err(Failure::NotConfigured);
        }
        let text = question(text)?;
        let deadline = Instant::now() + budget;
        if budget < MIN_BUDGET {
            return Err(Failure::NoTime);
        }
        self.with_breaker(Breaker::admit)?;
        let mut outcome = Err(Failure::Unavailable);
        for _ in 0..MAX_ATTEMPTS {
            outcome =
                match tokio::time::timeout_at(deadline, self.attempt(text, context, token)).await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(Failure::TimedOut),
                };
            let retry = matches!(outcome, Err(failure) if failure.is_passing())
                && Instant::now() + MIN_BUDGET < deadline;
            if !retry {
                break;
            }
        }
        match &outcome {
            Ok(_) => self.with_breaker(|breaker, _| breaker.succeeded()),
            Err(failure) => {
                tracing::warn!(%failure, "wit.ai gave no answer");
                self.with_breaker(|breaker, now| breaker.failed(*failure, now));
            }
        }
        outcome
    }

    async fn attempt(
        &self,
        text: &str,
        context: &serde_json::Value,
        token: &str,
    ) -> Result<String, Failure> {
        let request = self
            .http
            .get(format!("{}/message", self.base_url))
            .query(&[
                ("v", API_VERSION),
                ("q", text),
                ("context", &context.to_string()),
            ])
            .header(ACCEPT, format!("application/vnd.wit.{API_VERSION}+json"))
            .header(AUTHORIZATION, format!("Bearer {token}"));
        // The error is not logged: it holds the address, and with it the text.
        let response = request.send().await.map_err(|_| Failure::Unavailable)?;
        if response
            .content_length()
            .is_some_and(|length| length > MAX_ANSWER_BYTES)
        {
            return Err(Failure::Unreadable);
        }
        let status = response.status();
        let body = response.text().await.map_err(|_| Failure::Unavailable)?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(Failure::of(status.as_u16(), &body))
        }
    }

    /// The breaker with the milliseconds since the start. A poisoned lock is only a panic elsewhere: counts stay usable.
    fn with_breaker<T>(&self, act: impl FnOnce(&mut Breaker, u64) -> T) -> T {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        act(
            &mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner),
            now,
        )
    }
}
