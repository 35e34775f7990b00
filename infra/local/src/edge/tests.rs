//! The edge in front of a server that tells what it received.

use axum::Json;
use axum::body::Bytes;
use axum::http::{Method, Uri};
use serde_json::{Value, json};

use super::*;

async fn echo(
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, Json<Value>) {
    let text = |name: &str| {
        headers
            .get_all(name)
            .iter()
            .map(|v| v.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut answer = HeaderMap::new();
    answer.insert("x-answer", "kept".parse().unwrap());
    let seen = json!({
        "method": method.as_str(),
        "uri": uri.to_string(),
        "host": text("host"),
        "signature": text("x-slack-signature"),
        "content_type": text("content-type"),
        "body": hex::encode(&body),
    });
    (StatusCode::IM_A_TEAPOT, answer, Json(seen))
}

async fn echo_server() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(echo)).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_request_arrives_as_it_was_sent_but_for_its_host() {
    let edge = Edge::start(std::net::Ipv4Addr::LOCALHOST).unwrap();
    edge.open(&echo_server().await, "a1b2c3d4");
    let response = loopback_client()
        .unwrap()
        .post(format!("{}/slack/events?a=%20b&c", edge.url()))
        .header("X-Slack-Signature", "v0=ab")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(vec![0_u8, 255, b'\n', b'='])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    assert_eq!(response.headers()["x-answer"], "kept");
    assert_eq!(
        response.json::<Value>().await.unwrap(),
        json!({
            "method": "POST",
            "uri": "/slack/events?a=%20b&c",
            "host": ["a1b2c3d4.execute-api.localhost"],
            "signature": ["v0=ab"],
            "content_type": ["application/x-www-form-urlencoded"],
            "body": "00ff0a3d",
        })
    );
}

#[tokio::test]
async fn before_the_template_is_deployed_it_says_so() {
    let edge = Edge::start(std::net::Ipv4Addr::LOCALHOST).unwrap();
    let response = loopback_client()
        .unwrap()
        .get(edge.url())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_emulator_that_is_gone_is_a_bad_gateway() {
    let edge = Edge::start(std::net::Ipv4Addr::LOCALHOST).unwrap();
    edge.open(
        &format!("http://127.0.0.1:{}", crate::ports::free().unwrap()),
        "a1b2c3d4",
    );
    let response = loopback_client()
        .unwrap()
        .get(edge.url())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
}
