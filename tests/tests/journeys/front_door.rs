//! What knocks at the front door and does not come from Slack, or not as Slack sends it.

use journeys::{Outcome, stack};
use local::slack::{TEAM_ID, signature};
use local::stack::Stack;
use reqwest::{Client, Response};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

struct Call<'a> {
    path: &'a str,
    content_type: &'a str,
    body: String,
    sent_seconds_ago: i64,
    forged: bool,
}

impl Default for Call<'_> {
    fn default() -> Self {
        Self {
            path: "/slack/events",
            content_type: JSON,
            body: "{}".to_owned(),
            sent_seconds_ago: 0,
            forged: false,
        }
    }
}

async fn knock(stack: &Stack, call: Call<'_>) -> Result<Response, reqwest::Error> {
    let sent = stack.clock.now_epoch_seconds() - call.sent_seconds_ago;
    let secret = if call.forged {
        "somebody else's"
    } else {
        &stack.signing_secret
    };
    let signature = signature(secret, sent, call.body.as_bytes());
    Client::new()
        .post(format!("{}{}", stack.public_url(), call.path))
        .header("content-type", call.content_type)
        .header("x-slack-request-timestamp", sent.to_string())
        .header("x-slack-signature", signature)
        .body(call.body)
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "a table, one call a row")]
async fn only_slack_is_let_in_and_everything_else_is_told_why() -> Outcome {
    let stack = stack().await?;
    let event = |team: &str| {
        format!(
            r#"{{"type":"event_callback","team_id":"{team}","event":{{"type":"reaction_added"}}}}"#
        )
    };
    let calls = [
        (
            "a kind of event that is not used",
            200,
            Call {
                body: event(TEAM_ID),
                ..Call::default()
            },
        ),
        (
            "forged",
            401,
            Call {
                forged: true,
                ..Call::default()
            },
        ),
        (
            "five minutes old",
            200,
            Call {
                body: event(TEAM_ID),
                sent_seconds_ago: 295,
                ..Call::default()
            },
        ),
        (
            "older",
            401,
            Call {
                sent_seconds_ago: 310,
                ..Call::default()
            },
        ),
        (
            "from the future",
            401,
            Call {
                sent_seconds_ago: -310,
                ..Call::default()
            },
        ),
        (
            "another workspace",
            403,
            Call {
                body: event("T0OTHER"),
                ..Call::default()
            },
        ),
        (
            "not JSON",
            400,
            Call {
                body: "{".to_owned(),
                ..Call::default()
            },
        ),
        (
            "JSON that is no payload",
            400,
            Call {
                body: "[1]".to_owned(),
                ..Call::default()
            },
        ),
        (
            "a form where JSON belongs",
            415,
            Call {
                content_type: FORM,
                ..Call::default()
            },
        ),
        (
            "JSON where a form belongs",
            415,
            Call {
                path: "/slack/commands",
                ..Call::default()
            },
        ),
        (
            "a form without fields",
            400,
            Call {
                path: "/slack/commands",
                content_type: FORM,
                body: String::new(),
                ..Call::default()
            },
        ),
        (
            "a form without a payload",
            400,
            Call {
                path: "/slack/interactivity",
                content_type: FORM,
                body: "a=b".to_owned(),
                ..Call::default()
            },
        ),
        (
            "a test of the certificate",
            200,
            Call {
                path: "/slack/commands",
                content_type: FORM,
                body: "ssl_check=1".to_owned(),
                ..Call::default()
            },
        ),
        (
            "a forged test of the certificate",
            401,
            Call {
                path: "/slack/commands",
                content_type: FORM,
                body: "ssl_check=1".to_owned(),
                forged: true,
                ..Call::default()
            },
        ),
        (
            "no such address",
            404,
            Call {
                path: "/slack/nowhere",
                ..Call::default()
            },
        ),
        (
            "too large",
            413,
            Call {
                body: "x".repeat(600 * 1024),
                ..Call::default()
            },
        ),
    ];
    for (what, status, call) in calls {
        let answer = knock(&stack, call).await?;
        assert_eq!(
            answer.status().as_u16(),
            status,
            "{what}: {}",
            answer.text().await?
        );
    }
    let got = Client::new()
        .get(format!("{}/slack/events", stack.public_url()))
        .send()
        .await?;
    assert_eq!(got.status().as_u16(), 405);
    let challenge = stack
        .slack
        .verifies_url("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")
        .await;
    assert_eq!(
        challenge.body,
        "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_cannot_sign_learns_nothing() -> Outcome {
    let stack = stack().await?;
    let url = |action: &str| format!("{}/machines/{action}", stack.public_url());
    let statuses = [
        ("enrol", 401),
        ("ready", 401),
        ("beat", 401),
        ("reboot", 404),
    ];
    for (action, status) in statuses {
        let plain = Client::new().post(url(action)).body("{}").send().await?;
        assert_eq!(plain.status().as_u16(), status, "{action}");
        let forged = Client::new()
            .post(url(action))
            .header("x-infrared-node", "01KAR7Z8Q0000000000000000A-1")
            .header("x-infrared-timestamp", "1")
            .header("x-infrared-signature", "v1=00")
            .body("{}");
        assert_eq!(
            forged.send().await?.status().as_u16(),
            status,
            "{action}, forged"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_deletions_and_bots_own_words_are_not_requests() -> Outcome {
    let stack = stack().await?;
    let alice = stack.slack.person("alice");
    let said = alice.says("@infrared", "hello")?;
    stack.slack.next_message_to("alice").await?;
    alice.edits(&said, "spin up an ubuntu vm with 8gb for 4 hours")?;
    alice.deletes(&said)?;
    stack.slack.settle().await?;
    stack.settle().await?;
    assert_eq!(
        stack
            .slack
            .messages()
            .iter()
            .filter(|message| message.is_from_bot())
            .count(),
        1
    );
    Ok(())
}
