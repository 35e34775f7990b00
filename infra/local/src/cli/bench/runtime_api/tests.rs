use super::*;
use crate::emulators::loopback_client;

#[tokio::test]
async fn a_request_becomes_an_event_and_its_answer_the_response() {
    let api = RuntimeApi::start().unwrap();
    let http = loopback_client().unwrap();
    let runtime = format!("http://{}/2018-06-01/runtime", api.address());
    let call = http
        .post(format!("{}/slack/commands", api.public_url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("X-Slack-Signature", "v0=1")
        .body("text=help")
        .send();
    let process = async {
        let next = http.get(format!("{runtime}/invocation/next")).send();
        let next = next.await.unwrap();
        let id = next.headers()["lambda-runtime-aws-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let event: Value = next.json().await.unwrap();
        let answer = json!({"statusCode": 201, "headers": {"x-kind": "quote"}, "body": "done"});
        http.post(format!("{runtime}/invocation/{id}/response"))
            .json(&answer)
            .send()
            .await
            .unwrap();
        event
    };
    let (response, event) = tokio::join!(call, process);
    let response = response.unwrap();
    assert_eq!(event["rawPath"], "/slack/commands");
    assert_eq!(event["headers"]["x-slack-signature"], "v0=1");
    assert_eq!(event["isBase64Encoded"], true);
    assert_eq!(event["body"], STANDARD.encode("text=help"));
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["x-kind"], "quote");
    assert_eq!(response.text().await.unwrap(), "done");
    let invocation = api.last().unwrap();
    assert!(invocation.asked <= invocation.handed_over);
    assert!(invocation.handed_over <= invocation.answered);
}

#[tokio::test]
async fn a_process_that_fails_to_start_leaves_nobody_waiting() {
    let api = RuntimeApi::start().unwrap();
    let http = loopback_client().unwrap();
    let call = http.post(api.public_url()).body("{}").send();
    let process = http
        .post(format!(
            "http://{}/2018-06-01/runtime/init/error",
            api.address()
        ))
        .send();
    let (response, reported) = tokio::join!(call, process);
    assert_eq!(reported.unwrap().status(), 202);
    assert_eq!(response.unwrap().status(), 502);
}
