//! EC2's answers where the gate gives them itself.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::moto::MotoAnswer;

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

/// Makes request ids unique; their form is EC2's.
static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// EC2's error document.
pub(super) fn error(code: &str, message: &str) -> Response {
    let id = request_id();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>{}</Message>\
         </Error></Errors><RequestID>{id}</RequestID></Response>",
        escaped(message),
    );
    xml(status(code), &id, body)
}

/// The statuses that EC2 answers with, which retries depend on.
fn status(code: &str) -> StatusCode {
    match code {
        "RequestLimitExceeded" | "ServiceUnavailable" | "Unavailable" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "InsufficientInstanceCapacity" | "InternalError" => StatusCode::INTERNAL_SERVER_ERROR,
        "UnauthorizedOperation" => StatusCode::FORBIDDEN,
        "AuthFailure" => StatusCode::UNAUTHORIZED,
        "DryRunOperation" => StatusCode::PRECONDITION_FAILED,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// An answer to `RunInstances` with the reservation that moto describes now.
pub(super) fn launched_before(described: &str) -> Option<Response> {
    let (_, rest) = described.split_once("<reservationSet><item>")?;
    let (reservation, _) = rest.rsplit_once("</item></reservationSet>")?;
    let id = request_id();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RunInstancesResponse xmlns=\"{NAMESPACE}\"><requestId>{id}\
         </requestId>{reservation}</RunInstancesResponse>",
    );
    Some(xml(StatusCode::OK, &id, body))
}

/// A document of that action in the usual frame.
pub(super) fn document(action: &str, content: &str) -> Response {
    let id = request_id();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{action}Response xmlns=\"{NAMESPACE}\"><requestId>{id}</requestId>\
         {content}</{action}Response>",
    );
    xml(StatusCode::OK, &id, body)
}

fn xml(status: StatusCode, request_id: &str, body: String) -> Response {
    let headers = [
        ("content-type", "text/xml;charset=UTF-8"),
        ("x-amzn-requestid", request_id),
    ];
    (status, headers, body).into_response()
}

/// moto's answer as it is.
pub(super) fn passed(answer: MotoAnswer) -> Response {
    (answer.status, answer.headers, answer.body).into_response()
}

/// A body that fails before its first byte: the server closes the connection and the client never sees an answer.
pub(super) fn lost() -> Response {
    let broken = std::io::Error::other("the response is lost");
    Body::from_stream(stream::iter([Err::<Vec<u8>, _>(broken)])).into_response()
}

/// Shows an instance in another state than moto's. The state follows the id in EC2's element order.
pub(super) fn with_state(xml: &str, id: &str, code: u8, name: &str) -> String {
    let id_element = format!("<instanceId>{id}</instanceId>");
    let replaced = xml.split_once(&id_element).and_then(|(before, after)| {
        let (between, rest) = after.split_once("<instanceState>")?;
        let (_, rest) = rest.split_once("</instanceState>")?;
        Some(format!(
            "{before}{id_element}{between}<instanceState><code>{code}</code><name>{name}</name></instanceState>{rest}"
        ))
    });
    replaced.unwrap_or_else(|| xml.to_owned())
}

fn request_id() -> String {
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    format!("59dbff89-35bd-4eac-99ed-{number:012x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
