//! A tiny app: records what Slack sends and answers as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::clock::SharedClock;
use crate::slack::{DeliveryRules, Workspace, WorkspaceOptions, signature};

pub(super) const SECRET: &str = "signing-secret";
pub(super) const TOKEN: &str = "xoxb-local";

/// One request of Slack's.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Received {
    pub(super) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(super) fn form(&self) -> Vec<(String, String)> {
        serde_urlencoded::from_str(&self.body).unwrap()
    }

    pub(super) fn field(&self, key: &str) -> String {
        self.form()
            .into_iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }

    /// The payload of an interaction.
    pub(super) fn payload(&self) -> Value {
        serde_json::from_str(&self.field("payload")).unwrap_or(Value::Null)
    }
}

/// How the app answers one request.
#[derive(Clone)]
pub(super) enum Answer {
    Status(u16),
    NoRetry,
    Json(Value),
    Late(Duration),
}

#[derive(Clone, Default)]
pub(super) struct App {
    pub(super) received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

impl App {
    pub(super) fn will_answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub(super) fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(super) fn last(&self) -> Received {
        self.all().pop().expect("Slack sent something")
    }
}

async fn receive(State(app): State<App>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let timestamp = headers["x-slack-request-timestamp"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let signed = signature(SECRET, timestamp, &body);
    if headers["x-slack-signature"] != signed.as_str() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let body = String::from_utf8(body.to_vec()).unwrap();
    app.received.lock().unwrap().push(Received {
        path: uri.path().to_owned(),
        headers,
        body,
    });
    let answer = app.answers.lock().unwrap().pop_front();
    match answer {
        None => StatusCode::OK.into_response(),
        Some(Answer::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Answer::NoRetry) => {
            (StatusCode::BAD_REQUEST, [("x-slack-no-retry", "1")]).into_response()
        }
        Some(Answer::Json(value)) => axum::Json(value).into_response(),
        Some(Answer::Late(delay)) => {
            tokio::time::sleep(delay).await;
            StatusCode::OK.into_response()
        }
    }
}

/// A workspace and the app it talks to.
pub(super) struct Scene {
    pub(super) slack: Workspace,
    pub(super) app: App,
    pub(super) clock: SharedClock,
    http: reqwest::Client,
}

impl Scene {
    pub(super) async fn start() -> Self {
        let app = App::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let public_url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(receive).with_state(app.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = SharedClock::new();
        let options = WorkspaceOptions {
            signing_secret: SECRET.to_owned(),
            bot_token: TOKEN.to_owned(),
            public_url,
            clock: clock.clone(),
        };
        let slack = Workspace::start(options).await.unwrap();
        slack.set_delivery_rules(quick_rules());
        Self {
            slack,
            app,
            clock,
            http: reqwest::Client::new(),
        }
    }

    /// Calls a method with JSON and the right token.
    pub(super) async fn call(&self, method: &str, arguments: &Value) -> Value {
        let url = format!("{}/{method}", self.slack.api_url());
        let answer = self
            .http
            .post(url)
            .bearer_auth(TOKEN)
            .json(arguments)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Calls a method with a form and whatever token.
    pub(super) async fn call_form(
        &self,
        method: &str,
        token: Option<&str>,
        form: &[(&str, &str)],
    ) -> Value {
        let mut request = self
            .http
            .post(format!("{}/{method}", self.slack.api_url()))
            .form(form);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Posts to a `response_url`.
    pub(super) async fn respond(&self, url: &str, body: &Value) -> Value {
        self.http
            .post(url)
            .json(body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// What the call answers as its error; empty when it worked.
    pub(super) async fn error_of(&self, method: &str, arguments: Value) -> String {
        let answer = self.call(method, &arguments).await;
        answer["error"].as_str().unwrap_or_default().to_owned()
    }
}

/// The app's own messages stay out of the way; retries follow at once.
pub(super) fn quick_rules() -> DeliveryRules {
    DeliveryRules {
        retry_waits: vec![Duration::ZERO; 3],
        deliver_own_messages: false,
        ..DeliveryRules::default()
    }
}

/// A section that says something.
pub(super) fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
}

/// A block with one button.
pub(super) fn button(action_id: &str, value: &str) -> Value {
    let text = json!({ "type": "plain_text", "text": "Stop" });
    let button = json!({ "type": "button", "text": text, "action_id": action_id, "value": value });
    json!({ "type": "actions", "elements": [button] })
}

/// A modal with one input.
pub(super) fn modal(callback_id: &str) -> Value {
    json!({
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": "r-abcde",
        "title": { "type": "plain_text", "text": "Extend" },
        "submit": { "type": "plain_text", "text": "Save" },
        "blocks": [{
            "type": "input",
            "block_id": "hours",
            "label": { "type": "plain_text", "text": "Hours" },
            "element": { "type": "plain_text_input", "action_id": "value", "max_length": 5 },
        }],
    })
}
