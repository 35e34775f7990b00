//! What Slack is answered, always as something that it understands and never with an inner detail.

use domain::forms::FieldErrors;
use domain::messages::Message;
use lambda_http::http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use serde_json::{Map, Value, json};

use crate::incoming::Door;

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// All is well and there is nothing to show.
    Empty,
    /// The address is ours: Slack gets its challenge back.
    Challenge(String),
    /// A message for the author of a slash command alone.
    Ephemeral(Box<Message>),
    /// What is wrong with a form, beside its fields: it stays open.
    FieldErrors(FieldErrors),
    /// Not signed by Slack.
    Forbidden,
    /// From a workspace that this deployment does not serve.
    WrongTeam,
    /// Signed, but not what Slack sends.
    BadRequest,
    /// No such address.
    NotFound,
    /// Not a POST.
    MethodNotAllowed,
    /// Neither JSON nor a form, as the address wants it.
    UnsupportedMediaType,
    /// Too long.
    TooLarge,
    /// Somebody is at it; if they fail, the next delivery takes over.
    Busy,
    /// Something is wrong on our side. Nothing was changed.
    Failed(Door),
}

impl From<Answer> for Response<Body> {
    fn from(answer: Answer) -> Self {
        let error = |status, text: &str| {
            reply(
                status,
                "application/json",
                json!({"error": text}).to_string(),
            )
        };
        match answer {
            Answer::Empty => reply(StatusCode::OK, "text/plain", String::new()),
            Answer::Challenge(challenge) => reply(StatusCode::OK, "text/plain", challenge),
            Answer::Ephemeral(message) => ephemeral(&message.text, Some(&message.blocks)),
            Answer::FieldErrors(errors) => {
                let errors: Map<String, Value> = errors
                    .into_iter()
                    .map(|(field, sentence)| (field.to_owned(), json!(sentence)))
                    .collect();
                let body = json!({"response_action": "errors", "errors": errors});
                reply(StatusCode::OK, "application/json", body.to_string())
            }
            Answer::Forbidden => error(StatusCode::UNAUTHORIZED, "invalid request"),
            Answer::WrongTeam => error(
                StatusCode::FORBIDDEN,
                "this deployment serves another workspace",
            ),
            Answer::BadRequest => error(StatusCode::BAD_REQUEST, "not a payload of Slack's"),
            Answer::NotFound => error(StatusCode::NOT_FOUND, "no such address"),
            Answer::MethodNotAllowed => error(StatusCode::METHOD_NOT_ALLOWED, "use POST"),
            Answer::UnsupportedMediaType => {
                error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong content type")
            }
            Answer::TooLarge => error(StatusCode::PAYLOAD_TOO_LARGE, "too large"),
            Answer::Busy => error(StatusCode::SERVICE_UNAVAILABLE, "being dealt with"),
            // A slash command is not delivered again; its author is told instead.
            Answer::Failed(Door::Commands) => ephemeral(
                "Something went wrong on my side, and nothing was changed. Please try again in a minute.",
                None,
            ),
            Answer::Failed(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "internal error"),
        }
    }
}

fn ephemeral(text: &str, blocks: Option<&[Value]>) -> Response<Body> {
    let mut body = json!({"response_type": "ephemeral", "text": text});
    if let Some(blocks) = blocks {
        body["blocks"] = json!(blocks);
    }
    reply(StatusCode::OK, "application/json", body.to_string())
}

fn reply(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static(content_type));
    response
}
