//! The page in a real browser, with a small bot behind it: the workspace must work for people, not only for tests.

#![allow(clippy::unwrap_used, reason = "a journey that fails says where")]

use std::path::PathBuf;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use journeys::browser::Browser;
use local::clock::SharedClock;
use local::slack::{Workspace, WorkspaceOptions};
use serde_json::{Value, json};

const TOKEN: &str = "xoxb-page";
const ENTER: &str = "\u{E007}";

/// The bot: greets, offers a machine, asks before it stops one, opens and checks a modal.
#[derive(Clone)]
struct Bot {
    api_url: String,
    http: reqwest::Client,
}

impl Bot {
    async fn call(&self, method: &str, arguments: Value) {
        let url = format!("{}/{method}", self.api_url);
        let answer = self
            .http
            .post(url)
            .bearer_auth(TOKEN)
            .json(&arguments)
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["ok"], true, "{method}: {answer}");
    }
}

async fn receive(State(bot): State<Bot>, uri: Uri, body: Bytes) -> Response {
    match uri.path() {
        "/slack/events" => {
            let event = serde_json::from_slice::<Value>(&body).unwrap()["event"].clone();
            if event["bot_id"].is_null() && event["subtype"].is_null() {
                tokio::spawn(
                    async move { bot.call("chat.postMessage", machine_message(&event)).await },
                );
            }
            ().into_response()
        }
        "/slack/commands" => {
            let list = "*Your machines*\n• `r-7k2pd` _training box_, until <!date^1795600800^{date_short_pretty} at {time}|later>";
            Json(json!({ "text": list })).into_response()
        }
        _ => interact(&bot, &body).await,
    }
}

fn machine_message(event: &Value) -> Value {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text });
    let mrkdwn = |text: &str| json!({ "type": "mrkdwn", "text": text });
    let confirm = json!({
        "title": plain("Stop training box?"), "text": mrkdwn("`r-7k2pd` keeps its disk; starting again takes about a minute."),
        "confirm": plain("Stop it"), "deny": plain("Keep it"), "style": "danger",
    });
    let button = |text: &str, action: &str| json!({ "type": "button", "text": plain(text), "action_id": action, "value": "r-7k2pd" });
    let mut stop = button("Stop", "stop");
    stop["style"] = json!("danger");
    stop["confirm"] = confirm;
    let mut notebook = button("Open notebook", "open");
    notebook["style"] = json!("primary");
    let greeting = ":white_check_mark: *training box is ready* for <@U0ALICE>. It answers at <https://box.example.test|box.example.test>; log in with `ssh box`.";
    json!({
        "channel": event["channel"],
        "thread_ts": event.get("thread_ts"),
        "text": "training box is ready",
        "blocks": [
            { "type": "section", "text": mrkdwn(greeting) },
            { "type": "section", "fields": [
                mrkdwn("*Type*\n`g5.xlarge`, 4 vCPU, 16 GB"), mrkdwn("*Price*\n$1.01 an hour"),
                mrkdwn("*Until*\n<!date^1795600800^{date_short_pretty} at {time}|later>"), mrkdwn("*Where*\nus-east-1a"),
            ] },
            { "type": "context", "elements": [mrkdwn("`r-7k2pd` · 5 &lt; 6 &amp; &lt;script&gt;alert(1)&lt;/script&gt; stays text")] },
            { "type": "actions", "elements": [notebook, button("Extend", "extend"), stop] },
        ],
    })
}

async fn interact(bot: &Bot, body: &[u8]) -> Response {
    let form: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap();
    let payload: Value = serde_json::from_str(&form[0].1).unwrap();
    let hours = &payload["view"]["state"]["values"]["hours"]["value"]["value"];
    match (
        payload["type"].as_str(),
        payload["actions"][0]["action_id"].as_str(),
    ) {
        (_, Some("stop")) => {
            let update = json!({ "channel": payload["channel"]["id"], "ts": payload["message"]["ts"], "text": ":zzz: training box is *stopped*" });
            bot.call("chat.update", update).await;
        }
        (_, Some("extend")) => {
            bot.call(
                "views.open",
                json!({ "trigger_id": payload["trigger_id"], "view": extend_modal() }),
            )
            .await;
        }
        (Some("view_submission"), _) if hours == "99" => {
            let errors = json!({ "response_action": "errors", "errors": { "hours": "At most 24 hours at a time." } });
            return Json(errors).into_response();
        }
        (Some("view_submission"), _) => {
            let text = format!("Extended by {} hours.", hours.as_str().unwrap_or_default());
            bot.call(
                "chat.postMessage",
                json!({ "channel": payload["user"]["id"], "text": text }),
            )
            .await;
        }
        _ => {}
    }
    ().into_response()
}

fn extend_modal() -> Value {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text });
    let option = |text: &str, value: &str| json!({ "text": plain(text), "value": value });
    let input = |block: &str, label: &str, element: Value| json!({ "type": "input", "block_id": block, "label": plain(label), "element": element });
    let mut note = input(
        "note",
        "A note for your team",
        json!({ "type": "plain_text_input", "action_id": "value", "multiline": true }),
    );
    note["optional"] = json!(true);
    json!({
        "type": "modal",
        "callback_id": "extend",
        "title": plain("Extend training box"),
        "submit": plain("Extend"),
        "close": plain("Not now"),
        "blocks": [
            { "type": "section", "text": { "type": "mrkdwn", "text": "It ends *today at 18:00*. Every hour costs *$1.01*." } },
            input("hours", "Hours", json!({ "type": "plain_text_input", "action_id": "value", "placeholder": plain("4") })),
            input("payer", "Who pays", json!({ "type": "static_select", "action_id": "value", "options": [option("My team", "team"), option("Me", "me")], "initial_option": option("My team", "team") })),
            input("idle", "When it is idle", json!({ "type": "radio_buttons", "action_id": "value", "options": [option("Warn me first", "warn"), option("Stop it", "stop")], "initial_option": option("Warn me first", "warn") })),
            note,
        ],
    })
}

async fn start() -> Workspace {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = WorkspaceOptions {
        signing_secret: "secret".to_owned(),
        bot_token: TOKEN.to_owned(),
        public_url: format!("http://{}", listener.local_addr().unwrap()),
        clock: SharedClock::new(),
    };
    let clock = options.clock.clone();
    let slack = Workspace::start(options).await.unwrap();
    let bot = Bot {
        api_url: slack.api_url(),
        http: reqwest::Client::new(),
    };
    let router = Router::new().fallback(receive).with_state(bot);
    tokio::spawn(async move { axum::serve(listener, router).await });
    slack.on_advance(move |seconds| {
        clock.advance(seconds);
        async {}
    });
    slack
}

/// Pictures are kept for the curious beside the build's own output.
fn picture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_people_talk_to_the_bot_on_the_page() {
    let slack = start().await;
    let browser = Browser::open(&slack.page_url(), 1280, 860).await.unwrap();
    browser.words("Say hello to infrared").await.unwrap();
    browser.screenshot(&picture("1-empty.png")).await.unwrap();

    // A message and its answer; text that looks like markup stays text.
    browser
        .types("#text", &format!("I need a GPU box for training{ENTER}"))
        .await
        .unwrap();
    browser.words("training box is ready").await.unwrap();
    browser
        .words("<script>alert(1)</script> stays text")
        .await
        .unwrap();
    browser
        .element(".message a[href='https://box.example.test']")
        .await
        .unwrap();
    browser.screenshot(&picture("2-answer.png")).await.unwrap();

    // A modal: what the app objects to stands under the input, and what was typed is kept.
    browser.click_words("Extend").await.unwrap();
    browser.words("Extend training box").await.unwrap();
    browser.types("#field-hours-value", "99").await.unwrap();
    browser.screenshot(&picture("3-modal.png")).await.unwrap();
    browser
        .click("dialog.modal button[type=submit]")
        .await
        .unwrap();
    browser.words("At most 24 hours at a time.").await.unwrap();
    browser
        .screenshot(&picture("4-modal-error.png"))
        .await
        .unwrap();
    let hours = browser.element("#field-hours-value").await.unwrap();
    assert_eq!(hours.prop("value").await.unwrap().as_deref(), Some("99"));
    hours.clear().await.unwrap();
    hours.send_keys("6").await.unwrap();
    browser
        .click("dialog.modal button[type=submit]")
        .await
        .unwrap();
    browser.gone("dialog.modal").await.unwrap();
    browser.words("Extended by 6 hours.").await.unwrap();

    // A button that asks first; declining does nothing.
    browser.click(".button.danger").await.unwrap();
    browser.words("Stop training box?").await.unwrap();
    browser.screenshot(&picture("5-confirm.png")).await.unwrap();
    browser.click("dialog.confirm .deny").await.unwrap();
    browser.gone("dialog.confirm").await.unwrap();
    browser.click(".button.danger").await.unwrap();
    browser.click("dialog.confirm .agree").await.unwrap();
    browser.words("training box is").await.unwrap();
    browser.gone(".button.danger").await.unwrap();

    // A command answers the person alone.
    browser
        .types("#text", &format!("/infrared list{ENTER}"))
        .await
        .unwrap();
    browser.words("Only visible to you").await.unwrap();
    browser.words("Your machines").await.unwrap();
    browser.screenshot(&picture("6-command.png")).await.unwrap();
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_somebody_else_sees_the_channel_and_moves_the_clock() {
    let slack = start().await;
    let browser = Browser::open(&slack.page_url(), 1280, 860).await.unwrap();
    browser.click("[data-person=bob]").await.unwrap();
    browser
        .element("[data-person=bob][aria-checked=true]")
        .await
        .unwrap();
    browser.click("[data-channel=general]").await.unwrap();
    browser
        .types(
            "#text",
            &format!("lunch at 12:30, *really* at ~12~ 13?{ENTER}"),
        )
        .await
        .unwrap();
    browser
        .types("#text", &format!("@infrared start a GPU box{ENTER}"))
        .await
        .unwrap();
    browser.words("training box is ready").await.unwrap();
    let mention = browser
        .element(".message[data-author=bob] .mention")
        .await
        .unwrap();
    assert_eq!(mention.text().await.unwrap(), "@infrared");

    // A thread.
    let message = slack.next_message_in("#general").await.unwrap();
    slack
        .person("carol")
        .replies(&message, "nice, can I have it after you?")
        .unwrap();
    browser
        .element(".thread .message[data-author=carol]")
        .await
        .unwrap();
    browser.screenshot(&picture("7-channel.png")).await.unwrap();

    let before = slack.person("bob").says("#general", "before").unwrap();
    browser.click("[data-seconds='10800']").await.unwrap();
    browser.gone("[data-seconds][aria-busy]").await.unwrap();
    let after = slack.person("bob").says("#general", "after").unwrap();
    let seconds = |ts: &str| ts.split('.').next().unwrap().parse::<i64>().unwrap();
    assert!(seconds(&after.ts) - seconds(&before.ts) >= 10_800);

    // Somebody of another workspace, who has no conversation with the bot, is where it is shared.
    browser.click("[data-person=zoe]").await.unwrap();
    browser
        .element("[data-channel=partner][aria-current=page]")
        .await
        .unwrap();
    browser
        .types("#text", &format!("hello from outside{ENTER}"))
        .await
        .unwrap();
    browser.words("OTHER WORKSPACE").await.unwrap();
    browser.screenshot(&picture("7-partner.png")).await.unwrap();
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_browser_the_page_fits_a_phone() {
    let slack = start().await;
    let browser = Browser::open(&slack.page_url(), 390, 844).await.unwrap();
    browser
        .types("#text", &format!("I need a box{ENTER}"))
        .await
        .unwrap();
    browser.words("training box is ready").await.unwrap();
    let overflow =
        "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    assert_eq!(
        browser.client().execute(overflow, vec![]).await.unwrap(),
        json!(false)
    );
    browser.screenshot(&picture("8-phone.png")).await.unwrap();
    browser.click("#menu").await.unwrap();
    browser.click("[data-person=gina]").await.unwrap();
    browser.words("Say hello to infrared").await.unwrap();
    browser.click("#menu").await.unwrap();
    browser
        .screenshot(&picture("9-phone-menu.png"))
        .await
        .unwrap();
    browser.close().await.unwrap();
}
